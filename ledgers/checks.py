"""Said at start-up rather than found out from a paper full of boxes."""

from django.conf import settings
from django.core import checks

from ledgers import pdf


def chinese_font(app_configs, **kwargs):
    """The font of the papers is installed: an error where the product is in earnest use."""
    if pdf.has_font():
        return []
    say = checks.Error if settings.IS_PRODUCTION else checks.Warning
    return [say(pdf.FONT_MISSING, id="ledgers.E001")]
