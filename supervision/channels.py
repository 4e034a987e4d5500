"""Sending the daily sum outside, by whatever the county configures (WeCom, DingTalk, mail, SMS).

`settings.QF_REMINDER_CHANNELS` lists apprise addresses. One that holds `{phone}` is asked once per
person; any other is a group and gets one message with the number of people reminded. Neither
carries names of households.
"""

import logging
from urllib.parse import quote

from django.conf import settings

logger = logging.getLogger(__name__)
PERSONAL = "{phone}"


def addresses() -> tuple[list[str], list[str]]:
    """(personal, group) addresses of this deployment."""
    given = settings.QF_REMINDER_CHANNELS
    return [a for a in given if PERSONAL in a], [a for a in given if PERSONAL not in a]


def send_personal(phone: str, title: str, body: str) -> bool:
    """True when at least one channel took the message."""
    personal, _ = addresses()
    if not (phone and personal):
        return False
    return _send([a.replace(PERSONAL, quote(phone, safe="")) for a in personal], title, body)


def send_group(title: str, body: str) -> bool:
    """True when at least one group channel took the message."""
    _, groups = addresses()
    return _send(groups, title, body) if groups else False


def _send(urls: list[str], title: str, body: str) -> bool:
    import apprise  # heavy: only who sends loads it

    taken = False
    for url in urls:
        sender = apprise.Apprise()
        if not sender.add(url):
            logger.warning("a reminder channel cannot be read; check QF_REMINDER_CHANNELS")
            continue
        taken = bool(sender.notify(title=title, body=body)) or taken
    return taken
