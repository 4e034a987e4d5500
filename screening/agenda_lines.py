"""The leads of each household as a meeting reads them: 五（一）."""

from collections import defaultdict

from screening.models import Lead
from workflow import agenda_lines


@agenda_lines.tell
def leads(cases) -> dict[int, list[str]]:
    """What was reported about the household and not found untrue, the latest first."""
    found = defaultdict(list)
    told = Lead.objects.filter(case__in=cases, answer__in=("", Lead.Answer.TRUE))
    for pk, day, text in told.order_by("-raised_on", "-pk").values_list(
        "case_id", "raised_on", "explanation"
    ):
        found[pk].append(f"线索 {day}：{text}")
    return found
