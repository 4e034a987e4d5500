"""Answering for what looks wrong."""

from django.db import transaction

from audit.events import EventKind
from audit.record import record
from households.actions.households import locked
from households.models import DoubtAnswer
from households.refusals import Refused

NOTE_LIMIT = 200


@transaction.atomic
def accept_doubt(*, household, doubt, note, by) -> DoubtAnswer:
    """已核实，情况属实: the doubt is silent until its facts change. Twice is once.

    Raises Refused without a note, and for a hard one: that has to be corrected.
    """
    note = " ".join(note.split())
    if not note:
        raise Refused("请写明核实的情况，例如怎样核实、为什么属实")
    if len(note) > NOTE_LIMIT:
        raise Refused(f"说明最多写{NOTE_LIMIT}字，现有{len(note)}字，请精简")
    if doubt.is_hard:
        raise Refused(f"“{doubt.rule.label}”必须改正，不能按属实处理，{doubt.rule.remedy}")
    household = locked(household)
    answer, is_new = DoubtAnswer.objects.get_or_create(
        household=household,
        digest=doubt.digest,
        defaults={"rule": doubt.rule.key, "words": doubt.words[:300], "note": note, "by": by},
    )
    if is_new:
        record(EventKind.DOUBT_ACCEPTED, by=by, obj=household, detail={"doubt": doubt.key})
    return answer
