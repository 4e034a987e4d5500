"""What every step of a matter asks first, and its clock."""

from datetime import timedelta

from audit import clock
from policy import parameters
from screening.duties import desks
from screening.refusals import LeadRefused

WORDS_LIMIT = 500


def start(matter) -> None:
    """In the hands of the first of the path; what needs no answer is on record at once."""
    kind, now = matter.of_kind, clock.now()
    if kind.path:
        matter.holder = kind.path[0]
        matter.due_at = now + hours("matter_handling_hours", matter.county_id)
        if kind.has_area:  # 附件1-6: what must be reported within one day is looked for as fast
            matter.due_at = now + hours("report_within_hours", matter.county_id)
    else:
        matter.closed_at, matter.closed_by = now, matter.raised_by


def check_day(kind, happened_on) -> None:
    """The day it was found or began is known and not in the future."""
    if kind.happened and happened_on is None:
        raise LeadRefused(f"请填写{kind.happened}。")
    if happened_on and happened_on > clock.today():
        raise LeadRefused(f"{kind.happened}不能晚于今天，请核对。")


def check_outcome(kind, outcome, words) -> None:
    """One of the kind's answers, with its reason where that is asked."""
    known = {o.key: o for o in kind.outcomes}
    if outcome not in known:
        raise LeadRefused(f"请选择结果：{'、'.join(o.label for o in kind.outcomes)}。")
    if known[outcome].needs_words and not words:
        raise LeadRefused(f"结果是“{known[outcome].label}”的，请写明原因。")


def check_holder(matter, by) -> None:
    """Open, and in this person's hands."""
    if not matter.holder:
        raise LeadRefused("这个事项已经办结，请刷新后查看。")
    if not desks.may_take(by, matter):
        raise LeadRefused(f"这个事项现在由{matter.get_holder_display()}办理，您不能办。")


def cleaned(words: str) -> str:
    """The words without blanks at the ends, not too many of them."""
    words = words.strip()
    if len(words) > WORDS_LIMIT:
        raise LeadRefused(f"办理情况最多 {WORDS_LIMIT} 字，现有 {len(words)} 字，请精简。")
    return words


def hours(key, county) -> timedelta:
    """A time limit of the policy parameters."""
    return timedelta(hours=int(parameters.value(key, county=county)))


def area_of(matter) -> str:
    """The smallest area a matter belongs to."""
    return matter.village_id or matter.county_id


def told_of(matter) -> dict:
    """What the audit log is told."""
    return {"kind": matter.kind, "holder": matter.holder, "outcome": matter.outcome}
