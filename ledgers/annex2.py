"""附件2 “两类人群”监测对象排查台账: its columns, in its order, household cells merged.

A month holds every household on its screening ledger: those screened in the month and those
under monitoring. A village that has handed in is shown from its frozen list, so a past month
comes out as reported whatever was edited since; other villages are shown as they are now.
"""

import calendar
from collections.abc import Iterator
from datetime import date

from django.db.models import Q

from audit import clock
from ledgers.kept import kept
from ledgers.sheets import Block, Column, Filters, Kind, Ledger, numbered, register
from policy import codes
from workflow import lists, months
from workflow.models import Case, MonthlyRound, ReportedList, StatusChange
from workflow.rounds import county_of
from workflow.states import ON_REGISTER, Level, Status

VILLAGES_AT_ONCE = 60
CASES_AT_ONCE = 2000
GONE = (Status.LEAD, Status.NOT_ADMITTED, Status.CLOSED)

COLUMNS = (
    Column("序号", 6, Kind.INT, is_household=True),
    Column("行政村", 14, is_household=True),
    Column("姓名", 11),
    Column("与户主关系", 11),
    Column("证件号码", 22, Kind.ID),
    Column("家庭人口", 8, Kind.INT, is_household=True),
    Column("类别（1.脱贫户 2.边缘易致贫户）", 17, is_household=True),
    Column("人均纯收入（元）", 14, Kind.MONEY, is_household=True),
    Column("致贫/返贫风险", 18, is_household=True),
    Column("备注", 18, is_household=True),
    Column("乡镇", 12, is_household=True, is_flat_only=True),
    Column("户编号", 18, is_household=True, is_flat_only=True),
    Column("户类型", 10, is_household=True, is_flat_only=True),
)
KIND_WORDS = {"general": "一般农户", "lifted": "脱贫户"}
NOBODY = {"name": "", "relation": "", "id_cipher": None}


def visible(queryset, user):
    """The rows this user may see; user None is the system itself, which sees all."""
    return queryset if user is None else queryset.visible_to(user)


def month_end(month: date) -> date:
    """The last day of the month."""
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])


def rows(filters: Filters, user) -> Iterator[dict]:
    """The month's households as `workflow.lists` describes a row, with `note` for 备注.

    By village, then by household number. Queries grow with villages / 60, not with households.
    """
    screened = set(_screened(filters).values_list("case_id", flat=True))
    handed_in = _handed_in(filters, user)
    live = _live_ids(filters, user, screened)
    villages = sorted({*handed_in, *live})
    for start in range(0, len(villages), VILLAGES_AT_ONCE):
        batch = villages[start : start + VILLAGES_AT_ONCE]
        yield from _rows_of(batch, handed_in, live, filters.month, screened)


def _rows_of(batch, handed_in, live, month, screened) -> Iterator[dict]:
    kept = ReportedList.objects.in_bulk([handed_in[code] for code in batch if code in handed_in])
    of_village: dict[str, list[dict]] = {code: [] for code in batch}
    wanted = []
    for code in batch:
        found = kept.get(handed_in.get(code))
        standing = found.figures.get("on_register") if found else None
        if found:
            of_village[code] += found.rows
        if standing is not None:
            of_village[code] += standing
        else:  # not handed in, or by a list that does not carry its standing households
            wanted += [pk for pk, is_standing in live.get(code, ()) if is_standing or not found]
    for start in range(0, len(wanted), CASES_AT_ONCE):
        for row in lists.snapshot(wanted[start : start + CASES_AT_ONCE]):
            of_village[row["village_code"]].append(row)
    for code in batch:
        known = {row["case_id"]: row for row in reversed(of_village[code])}  # a list's row wins
        for row in sorted(
            known.values(), key=lambda row: (row["household_number"], row["case_id"])
        ):
            yield {**row, "note": note(row, month, row["case_id"] in screened)}


def _screened(filters: Filters):
    """Steps that put a household on this month's screening ledger 四（二）."""
    return StatusChange.objects.filter(
        round__month=filters.month,
        round__county__in=_counties(filters),
        step="screen",
        case__village_id__startswith=filters.area.pk,
    )


def _counties(filters: Filters):
    """The county around the area, or every county inside it."""
    if len(filters.area.pk) >= 6:
        return [county_of(filters.area.pk)]
    inside = MonthlyRound.objects.filter(county_id__startswith=filters.area.pk)
    return inside.values("county_id")


def _handed_in(filters: Filters, user) -> dict[str, int]:
    """The list that stands for each village that has handed in its screening ledger."""
    found = (
        visible(ReportedList.objects.all(), user)
        .filter(
            round__month=filters.month,
            area_id__startswith=filters.area.pk,
            level=Level.VILLAGE,
            kind=ReportedList.Kind.SCREENING,
        )
        .order_by("area_id", "-sequence")
        .distinct("area_id")
    )
    return dict(found.values_list("area_id", "pk"))


def _live_ids(filters: Filters, user, screened) -> dict[str, list[tuple[int, bool]]]:
    """Cases that belong on the month's ledger as they stand now, by village, and whether each
    was under monitoring."""
    first, last = filters.month, month_end(filters.month)
    on_register = Q(identified_on__lte=last) & (
        Q(status__in=ON_REGISTER)
        | Q(status=Status.RISK_CLEARED, cleared_on__gte=first)
        | Q(status=Status.CLOSED, entered_at__date__gte=first)
    )
    belongs = on_register | Q(pk__in=screened) & ~Q(status__in=GONE)
    if months.first_day(clock.today()) == first:
        belongs |= Q(status=Status.SCREENED)
    found = (
        visible(Case.objects.in_area(filters.area.pk), user)
        .filter(belongs)
        .order_by("village_id", "pk")
        .values_list("village_id", "pk", "identified_on")
    )
    by_village: dict[str, list[tuple[int, bool]]] = {}
    for village, pk, identified_on in found:
        is_standing = identified_on is not None and identified_on <= last
        by_village.setdefault(village, []).append((pk, is_standing))
    return by_village


def note(row: dict, month: date, is_screened: bool) -> str:
    """备注: 新增, 在册监测 or 风险消除 as of the month, with what the cadre wrote."""
    words = []
    known_before = row["identified_on"] and row["identified_on"] < month.isoformat()
    if row["status"] == Status.RISK_CLEARED and row["cleared_on"] <= month_end(month).isoformat():
        words.append("风险消除")
    elif row["status"] == Status.CLOSED:
        words.append("自然减少")
    elif known_before:
        words.append("在册监测")
    elif is_screened or row["identified_on"]:
        words.append("新增")
    else:
        words.append("上月结转")
    if row["is_urgent"]:
        words.append("先行帮扶")
    if row["remark"]:
        words.append(row["remark"])
    return "；".join(words)


def lines(row: dict) -> Block:
    """One household of a snapshot as lines of 附件2 without 序号, one a member."""
    household = (
        row["member_count"],
        row["category"],
        row["per_capita_income"],
        "、".join(codes.labels("risk", row["risks"])),
        row["note"],
        row["township"],
        row["household_number"],
        KIND_WORDS.get(row["household_kind"], row["household_kind"]),
    )
    return [
        (row["village"], member["name"], member["relation"], member["id_cipher"], *household)
        for member in row["members"] or [{**NOBODY, "name": row["head_name"], "relation": "户主"}]
    ]


@kept("annex2")
def blocks(filters: Filters, user) -> Iterator[Block]:
    """附件2 of a month and area."""
    return numbered(lines(row) for row in rows(filters, user))


ANNEX2 = register(
    Ledger(
        key="annex2",
        name="“两类人群”监测对象排查台账",
        columns=COLUMNS,
        blocks=blocks,
        clause="附件2",
        note="当月排查和在册监测的农户；已上报的村按上报时的内容",
        annex="附件2",
    )
)

PUBLIC_COLUMNS = (
    Column("序号", 8, Kind.INT),
    Column("乡镇", 16),
    Column("行政村", 20),
    Column("户主", 16),
    Column("家庭人口", 12, Kind.INT),
    Column("类别（1.脱贫户 2.边缘易致贫户）", 24),
    Column("事项", 30),
)


@kept("public")
def public_blocks(filters: Filters, user) -> Iterator[Block]:
    """The same households for the village's board: no number, no telephone, no illness."""
    return numbered(
        [
            (
                row["township"],
                row["village"],
                row["head_name"],
                row["member_count"],
                row["category"],
                "拟纳入监测" if not row["identified_on"] else "监测对象",
            )
        ]
        for row in rows(filters, user)
        if row["status"] != Status.CLOSED
    )


PUBLIC = register(
    Ledger(
        key="public",
        name="监测对象名单（公开用）",
        columns=PUBLIC_COLUMNS,
        blocks=public_blocks,
        clause="四（三）",
        note="只含可以公开的栏目，不含证件号码、电话、账号和健康状况",
        is_public=True,
    )
)
