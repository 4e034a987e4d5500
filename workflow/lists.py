"""What a reported list freezes: its rows, its figures, its number and its checksum.

A row is one household, everything as text or whole numbers so that it never changes shape:
`case_id, household_id, household_number, village_code, village, township, head_name,
member_count, household_kind, category, per_capita_income ("5200.00" or null), risks (codes),
sources, remark, status, is_urgent, low_income_kind, identified_on, cleared_on, clearing_kind,
in_national_system_on, members`; a member is `person_id, name, relation, id_cipher (hex or null),
sex, birth_on, health, skill, phone`. No clear ID number, ever.
"""

import hashlib
import json
from collections import Counter

from django.db.models import Case as Choose
from django.db.models import FilteredRelation, Q, QuerySet, Value, When

from households.models.person import HEAD
from workflow.models import Case, MonthlyRound, ReportedList, StatusChange
from workflow.states import Level, Status

Kind, Stage = ReportedList.Kind, ReportedList.Stage
LEVEL_WORD = {Level.VILLAGE: "村", Level.TOWNSHIP: "乡", Level.COUNTY: "县"}
# The state whose unreported cases a level's list carries upwards: 四（三）, 四（四）, 四（六）.
CARRIED = {
    (Level.VILLAGE, Kind.ADMISSION): Status.REVIEWED,
    (Level.TOWNSHIP, Kind.ADMISSION): Status.RECHECKED,
    (Level.VILLAGE, Kind.CLEARING): Status.CLEARING_REVIEWED,
    (Level.TOWNSHIP, Kind.CLEARING): Status.CLEARING_RECHECKED,
}
# County: what is put forward (提请), and by which step it is determined (四（五）, 四（六）).
COMPILED = {Kind.ADMISSION: Status.RECHECKED, Kind.CLEARING: Status.CLEARING_RECHECKED}
DETERMINED_BY = {Kind.ADMISSION: "determine", Kind.CLEARING: "clear_risk"}


def kinds_at(level: str) -> list[str]:
    """The kinds a level reports; only the village hands in a screening ledger 四（二）."""
    every = [Kind.SCREENING, Kind.ADMISSION, Kind.CLEARING]
    return every if level == Level.VILLAGE else every[1:]


def candidates(*, area, round: MonthlyRound, kind: str, stage: str) -> QuerySet[Case]:
    """The cases the next list of this kind would carry."""
    cases = Case.objects.in_area(area.code)
    if kind == Kind.SCREENING:
        screened = StatusChange.objects.filter(round=round, step="screen").values("case_id")
        return cases.filter(
            Q(status=Status.SCREENED)
            | Q(pk__in=screened) & ~Q(status__in=[Status.LEAD, Status.NOT_ADMITTED, Status.CLOSED])
        )
    if area.level != Level.COUNTY:
        return cases.filter(status=CARRIED[area.level, kind], on_list__isnull=True)
    if stage == Stage.COMPILED:
        return cases.filter(status=COMPILED[kind], on_list__isnull=False)
    determined = StatusChange.objects.filter(round=round, step=DETERMINED_BY[kind])
    return cases.filter(pk__in=determined.values("case_id")).filter(status=determined_status(kind))


def determined_status(kind: str) -> str:
    """Where a determined case of this kind stands."""
    return Status.MONITORED if kind == Kind.ADMISSION else Status.RISK_CLEARED


def snapshot(case_ids: list[int]) -> list[dict]:
    """The rows of a list, read in one statement so that they show one moment."""
    rows: dict[int, dict] = {}
    head_first = Choose(When(member__relation=HEAD, then=Value(0)), default=Value(1))
    found = (
        Case.objects.filter(pk__in=case_ids)
        .annotate(
            member=FilteredRelation(
                "household__members", condition=Q(household__members__is_active=True)
            ),
        )
        .order_by("village_id", "household__number", "pk", head_first, "member__position",
                  "member__pk")
        .values(*_COLUMNS)
    )  # fmt: skip
    for line in found:
        row = rows.get(line["pk"])
        if row is None:
            row = rows[line["pk"]] = _row(line)
        if line["member__pk"]:
            row["members"].append(_member(line))
    return list(rows.values())


_COLUMNS = (
    "pk", "household_id", "household__number", "village_id", "village__short_name",
    "village__parent__short_name", "household__head_name", "household__member_count",
    "household__kind", "category", "per_capita_income", "household__per_capita_income", "risks",
    "sources", "remark", "status", "is_urgent", "household__low_income_kind", "identified_on",
    "cleared_on", "clearing_kind", "in_national_system_on", "member__pk", "member__name",
    "member__relation", "member__id_cipher", "member__sex", "member__birth_on", "member__health",
    "member__skill", "member__phone",
)  # fmt: skip


def _row(line) -> dict:
    income = line["per_capita_income"]
    if income is None:
        income = line["household__per_capita_income"]
    return {
        "case_id": line["pk"],
        "household_id": line["household_id"],
        "household_number": line["household__number"],
        "village_code": line["village_id"],
        "village": line["village__short_name"],
        "township": line["village__parent__short_name"] or "",
        "head_name": line["household__head_name"],
        "member_count": line["household__member_count"],
        "household_kind": line["household__kind"],
        "category": line["category"],
        "per_capita_income": None if income is None else f"{income:.2f}",
        "risks": line["risks"],
        "sources": line["sources"],
        "remark": line["remark"],
        "status": line["status"],
        "is_urgent": line["is_urgent"],
        "low_income_kind": line["household__low_income_kind"],
        "identified_on": _iso(line["identified_on"]),
        "cleared_on": _iso(line["cleared_on"]),
        "clearing_kind": line["clearing_kind"],
        "in_national_system_on": _iso(line["in_national_system_on"]),
        "members": [],
    }


def _member(line) -> dict:
    cipher = line["member__id_cipher"]
    return {
        "person_id": line["member__pk"],
        "name": line["member__name"],
        "relation": line["member__relation"],
        "id_cipher": bytes(cipher).hex() if cipher else None,
        "sex": line["member__sex"],
        "birth_on": _iso(line["member__birth_on"]),
        "health": line["member__health"],
        "skill": line["member__skill"],
        "phone": line["member__phone"],
    }


def _iso(day) -> str | None:
    return day.isoformat() if day else None


def on_register(area, *, besides: list[int]) -> list[dict]:
    """The households under monitoring, frozen beside a screening ledger: 附件2 shows them too, and
    a past month comes out as it was handed in."""
    standing = Case.objects.in_area(area.code).on_register().exclude(pk__in=besides)
    return snapshot(list(standing.values_list("pk", flat=True)))


def figures(rows: list[dict]) -> dict:
    """Households and persons in all, by category, by risk and by village."""
    return {
        "households": len(rows),
        "persons": sum(len(row["members"]) for row in rows),
        "by_category": dict(Counter(row["category"] for row in rows)),
        "by_risk": dict(Counter(risk for row in rows for risk in row["risks"])),
        "by_village": dict(Counter(row["village_code"] for row in rows)),
    }


def number_of(*, area, round: MonthlyRound, county_name: str, sequence: int) -> str:
    """`清防贫〔2021〕03-410922100201-村-1`; the prefix follows the county's name."""
    word = LEVEL_WORD[area.level]
    return (
        f"{county_name[:1]}防贫〔{round.month.year}〕{round.month.month:02d}"
        f"-{area.code}-{word}-{sequence}"
    )


def checksum(*, number: str, kind: str, stage: str, rows: list[dict], figures: dict) -> str:
    """SHA-256 over everything the paper says; equal content gives an equal sum anywhere."""
    content = {"number": number, "kind": kind, "stage": stage, "rows": rows, "figures": figures}
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def verify_checksum(found: ReportedList) -> bool:
    """Whether the list still says what it said when it was reported."""
    return found.checksum == checksum(
        number=found.number,
        kind=found.kind,
        stage=found.stage,
        rows=found.rows,
        figures=found.figures,
    )
