"""The screening ledger is not reported while the sheet holds hard errors, whoever reports it."""

from screening.sheet import rows
from workflow.models import ReportedList
from workflow.reporting import before_reporting

NAMED_AT_MOST = 5


@before_reporting(ReportedList.Kind.SCREENING)
def hard_errors(*, area, round) -> str:
    """Households of the village whose cells must be put right first 四（二）."""
    found = rows.of_village(round, area.pk)
    wrong = [row.household.head_name for row in found if row.errors]
    if not wrong:
        return ""
    names = "、".join(wrong[:NAMED_AT_MOST])
    return f"排查表里{names}等 {len(wrong)} 户还有要改正的内容，请先在“本月排查”里改正再上报。"
