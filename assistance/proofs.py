"""政策兑现印证材料 of measures, claims and relief, kept alike (六（二）)."""

from assistance.refusals import AssistanceRefused
from workflow.actions import store_attachment

MAX_AT_ONCE = 9


def stored(files, *, village, by) -> list:
    """The files as attachments of the village: photos re-encoded without EXIF, PDF as it came."""
    if len(files) > MAX_AT_ONCE:
        raise AssistanceRefused(f"一次最多上传 {MAX_AT_ONCE} 个印证材料，请分次上传。")
    return [store_attachment(upload=file, area=village, by=by) for file in files]
