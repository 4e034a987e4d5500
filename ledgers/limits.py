"""How many papers one person may take away in an hour; the audit log and the job rows are the count."""

import datetime
from functools import wraps

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from audit import clock
from audit.events import EventKind
from audit.models import Event, Outcome
from jobs.models import Job, State
from policy import parameters

HOUR = datetime.timedelta(hours=1)
TAKEN_AWAY = (
    EventKind.LEDGER_EXPORTED,
    EventKind.BOOKLET_EXPORTED,
    EventKind.CARD_EXPORTED,
    EventKind.ARCHIVE_EXPORTED,
)
WAITING = (State.QUEUED, State.RUNNING)  # ordered, not yet an event


def over_limit(user) -> str:
    """Why this person must wait before the next export, as one sentence; empty = they need not."""
    most = int(parameters.value("exports_per_hour"))
    if not most:
        return ""
    since = clock.now() - HOUR
    done = Event.objects.filter(
        actor_id=user.pk, at__gt=since, kind__in=TAKEN_AWAY, outcome=Outcome.OK
    ).count()
    ordered = Job.objects.filter(
        created_by=user, created_at__gt=since, kind__startswith="ledgers.export", state__in=WAITING
    ).count()
    if done + ordered < most:
        return ""
    return f"您一小时内已导出 {done + ordered} 次，请稍后再试；确实需要的，请联系县扶贫办放宽。"


def limited(view):
    """Above the limit a POST to this page gives the sentence instead of a file."""

    @wraps(view)
    def checked(request, *args, **kwargs):
        why = over_limit(request.user) if request.method == "POST" else ""
        if not why:
            return view(request, *args, **kwargs)
        messages.error(request, why)
        back = request.headers.get("referer", "")
        is_ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
        return redirect(back if is_ours else "ledger_list")

    return checked
