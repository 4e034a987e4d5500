"""六（二）: which papers each level keeps for a month, and which of them are still missing.

Completeness is a number: papers present of papers due. A paper that nothing called for (no
clearing, no application) is not due and says 本月无.
"""

from collections import Counter
from dataclasses import dataclass, field

from accounts.models import Department
from areas.models import Area
from assistance import completeness
from ledgers.annex2 import visible
from ledgers.help_ledgers import monitored
from ledgers.sheets import Filters
from screening.models import DutyReport, Lead
from workflow.models import Meeting, ReportedList, StatusChange
from workflow.states import Level

Of, Stage = ReportedList.Kind, ReportedList.Stage
NAMED_AT_MOST = 20
WHOLE_COUNTY = 6  # digits of its code


@dataclass(frozen=True)
class Item:
    """One kind of paper in the archive: how many are due, how many there are, which are missing."""

    name: str
    clause: str
    due: int
    present: int
    missing: tuple[str, ...] = ()
    note: str = ""
    ledgers: tuple[str, ...] = ()  # keys of the ledgers filed here
    meetings: tuple[int, ...] = ()  # ids of the meetings whose minutes are filed here
    has_applications: bool = False
    has_booklets: bool = False

    @property
    def is_complete(self) -> bool:
        return self.present >= self.due and not self.missing


@dataclass
class Facts:
    """What is on record in the month and area; a handful of queries whatever its size."""

    filters: Filters
    villages: dict[str, str] = field(default_factory=dict)
    townships: dict[str, str] = field(default_factory=dict)
    lists: dict = field(default_factory=dict)  # (level, kind, stage) -> {area code: row count}
    meetings: list[Meeting] = field(default_factory=list)
    steps: Counter = field(default_factory=Counter)  # (step, village code) -> how often
    leads: Counter = field(default_factory=Counter)  # source -> how many
    unscanned: int = 0
    monitored: int = 0
    incomplete: list[str] = field(default_factory=list)
    departments: dict[str, str] = field(default_factory=dict)
    unreported: list[str] = field(default_factory=list)  # departments without a duty report

    def stepped(self, step: str) -> set[str]:
        """The villages in which the step was taken in the month."""
        return {village for name, village in self.steps if name == step}

    def held(self, level: str, *, clearing: bool) -> list[Meeting]:
        """Concluded meetings of a level for admission or for clearing."""
        flag = "is_clearing" if clearing else "is_admission"
        return [m for m in self.meetings if m.level == level and getattr(m, flag)]


def completeness_of(items: list[Item]) -> float:
    """Papers present of papers due, in per cent with one decimal; nothing due is complete."""
    due = sum(item.due for item in items)
    present = sum(min(item.present, item.due) for item in items)
    return round(100 * present / due, 1) if due else 100.0


def checklist(filters: Filters, user) -> list[Item]:
    """The papers of 六（二）for the level of the area, in the order of the document."""
    facts = _facts(filters, user)
    return {Level.VILLAGE: _village, Level.TOWNSHIP: _township}.get(filters.area.level, _county)(
        facts
    )


def _facts(filters: Filters, user) -> Facts:
    facts, code = Facts(filters), filters.area.pk
    for area in Area.objects.under(code).active():
        if area.level == Level.VILLAGE:
            facts.villages[area.pk] = area.short_name
        elif area.level == Level.TOWNSHIP:
            facts.townships[area.pk] = area.short_name
    found = visible(ReportedList.objects.all(), user).filter(
        round__month=filters.month, area_id__startswith=code
    )
    columns = ("level", "kind", "stage", "area_id", "row_count")
    for level, kind, stage, area, count in found.values_list(*columns):
        of_kind = facts.lists.setdefault((level, kind, stage), {})
        of_kind[area] = max(count, of_kind.get(area, 0))
    facts.meetings = list(
        visible(Meeting.objects.all(), user)
        .filter(round__month=filters.month, area_id__startswith=code, state=Meeting.State.CONCLUDED)
        .select_related("area", "round")
        .order_by("area_id", "held_on", "pk")
    )
    taken = visible(StatusChange.objects.all(), user).filter(
        round__month=filters.month, case__village_id__startswith=code
    )
    facts.steps = Counter(taken.values_list("step", "case__village_id"))
    leads = visible(Lead.objects.all(), user).filter(
        month=filters.month, village_id__startswith=code
    )
    for source, scan in leads.values_list("source", "scan_id"):
        facts.leads[source] += 1
        facts.unscanned += source == Lead.Source.APPLICATION and scan is None
    cases = monitored(filters, user)
    facts.monitored = cases.count()
    lacking = completeness.incomplete(cases)
    if len(code) == WHOLE_COUNTY:
        facts.departments = dict(Department.objects.values_list("pk", "name"))
        reports = visible(DutyReport.objects.handed_in(), user).filter(
            county=code, month=filters.month
        )
        there = set(reports.values_list("department", flat=True))
        facts.unreported = [n for key, n in facts.departments.items() if key not in there]
    facts.incomplete = [
        f"{case.village.short_name}{case.household.head_name}户："
        + "、".join(words for flag, words in completeness.LABELS.items() if getattr(case, flag))
        for case in lacking[:NAMED_AT_MOST]
    ]
    return facts


def _village(facts: Facts) -> list[Item]:
    applications = facts.leads[Lead.Source.APPLICATION]
    departments = facts.leads[Lead.Source.DEPARTMENT] + facts.leads[Lead.Source.SYSTEM]
    clearing = len(facts.stepped("propose_clearing"))
    return [
        Item("农户书面申请", "六（二）", applications, applications - facts.unscanned,
             _some(facts.unscanned, "份申请没有上传扫描件"), _none(applications),
             ledgers=("applications",), has_applications=True),
        _listed(facts, "排查台账", Level.VILLAGE, Of.SCREENING, facts.villages, ("annex2",)),
        Item("县级反馈各部门预警监测名单", "六（二）", 0, 0, note=_none(departments),
             ledgers=("village_leads", "verification")),
        _minutes(facts, "评议会议记录", Level.VILLAGE, facts.stepped("put_forward")),
        _listed(facts, "上报乡镇名单", Level.VILLAGE, Of.ADMISSION, facts.villages, ("village_list",)),
        Item("一户一册及帮扶台账", "六（三）", facts.monitored, facts.monitored - len(facts.incomplete),
             tuple(facts.incomplete), _none(facts.monitored), ledgers=("assistance",), has_booklets=True),
        _minutes(facts, "消除风险评议记录", Level.VILLAGE, facts.stepped("propose_clearing"), clearing=True),
        _listed(facts, "村级上报消除风险名单", Level.VILLAGE, Of.CLEARING,
                facts.stepped("propose_clearing"), ("village_clearing",), _none(clearing)),
    ]  # fmt: skip


def _township(facts: Facts) -> list[Item]:
    rechecks = sum(facts.steps[step, v] for step, v in facts.steps if step == "endorse")
    here = {facts.filters.area.pk}
    endorsed = here if facts.stepped("endorse_clearing") else set()
    return [
        Item("反馈线索清单", "六（二）", 0, 0, note=_none(sum(facts.leads.values())),
             ledgers=("township_leads", "verification")),
        _listed(facts, "村级上报的初步名单", Level.VILLAGE, Of.ADMISSION, facts.villages, ("village_list",)),
        _minutes(facts, "村级评议会议记录", Level.VILLAGE, facts.stepped("put_forward")),
        Item("乡镇复核意见", "四（四）", int(bool(rechecks)), int(bool(rechecks)), note=_none(rechecks),
             ledgers=("recheck",)),
        _listed(facts, "乡镇上报对象名单", Level.TOWNSHIP, Of.ADMISSION, here, ("township_list",)),
        _listed(facts, "消除核查名单", Level.TOWNSHIP, Of.CLEARING, endorsed,
                ("township_clearing",), _none(len(endorsed))),
    ]  # fmt: skip


def _county(facts: Facts) -> list[Item]:
    here = {facts.filters.area.pk}
    determined = here if facts.stepped("determine") else set()
    cleared = here if facts.stepped("clear_risk") else set()
    return [
        Item("各有关部门反馈预警线索清单", "六（二）", 0, 0, note=_none(sum(facts.leads.values())),
             ledgers=("department_leads", "leads")),
        Item("部门履职台账、研判会议记录、比对台账", "六（二）", len(facts.departments),
             len(facts.departments) - len(facts.unreported),
             tuple(f"{name}履职台账未报送" for name in facts.unreported),
             ledgers=("duty_reports", "department_comparison", "matters")),
        Item("帮扶台账", "六（三）", facts.monitored, facts.monitored - len(facts.incomplete),
             tuple(facts.incomplete), _none(facts.monitored), ledgers=("assistance",)),
        Item("预警消除台账", "四（六）", 0, 0, note=_none(len(cleared)), ledgers=("clearing", "county_clearing")),
        _listed(facts, "乡镇上报名单", Level.TOWNSHIP, Of.ADMISSION, facts.townships, ("township_list",)),
        _listed(facts, "审定名单", Level.COUNTY, Of.ADMISSION, determined, ("compiled_list", "county_list"),
                _none(len(determined)), stage=Stage.DETERMINED),
        _minutes(facts, "研判审定会议记录", Level.COUNTY, determined),
        Item("“两类人群”监测对象台账", "附件2", 0, 0, ledgers=("annex2",)),
    ]  # fmt: skip


def _listed(facts, name, level, kind, wanted, ledgers, note="", stage=Stage.REPORTED) -> Item:
    """One reported list from each area of which it is wanted; a zero report counts."""
    there = facts.lists.get((level, kind, stage), {})
    lacking = sorted(set(wanted) - set(there))
    return Item(
        name, "六（二）", len(wanted), len(wanted) - len(lacking), _named(facts, lacking, "未上报"),
        note, ledgers=ledgers,
    )  # fmt: skip


def _minutes(facts, name, level, wanted, clearing=False) -> Item:
    """Minutes from each area in which something was decided that a meeting has to decide."""
    held = facts.held(level, clearing=clearing)
    lacking = sorted(set(wanted) - {meeting.area_id for meeting in held})
    return Item(
        name, "六（二）", len(wanted), len(wanted) - len(lacking), _named(facts, lacking, "没有会议记录"),
        _none(len(held)), meetings=tuple(meeting.pk for meeting in held),
    )  # fmt: skip


def _named(facts, codes, what) -> tuple[str, ...]:
    names = {
        **facts.villages,
        **facts.townships,
        facts.filters.area.pk: facts.filters.area.short_name,
    }
    named = tuple(f"{names.get(code, code)}{what}" for code in codes[:NAMED_AT_MOST])
    more = len(codes) - NAMED_AT_MOST
    return (*named, f"另有{more}处{what}") if more > 0 else named


def _some(count, what) -> tuple[str, ...]:
    return (f"{count}{what}",) if count else ()


def _none(count) -> str:
    return "" if count else "本月无"
