"""What helpers, offices and departments are reminded of: visits and measures due (六（三）), claims and
relief that wait (五（二）, 五（三）). The same questions as on the home pages."""

from collections import Counter, defaultdict
from datetime import timedelta

from django.db.models import Count, Q
from django.urls import reverse

from accounts import roles
from accounts.models import Post
from accounts.permissions import Permission as P
from areas.models import Level
from assistance import visiting
from assistance.models import InsuranceClaim, Measure, ReliefRequest
from assistance.relief import desk
from audit import clock
from policy import parameters
from workflow.models import Case, Status

WIDTHS = (6, 9, 12)  # county, township, village
EVERY = ""  # stands for all departments together
OVERDUE = "?special=overdue"


class Due:
    """What is due in every area, counted once for all reminders: four queries."""

    def __init__(self, days_before: int):
        today, soon = clock.today(), clock.today() + timedelta(days=days_before)
        # By area, measures also by department (None = the village itself): near or late, and late.
        self.visits, self.measures = defaultdict(Counter), defaultdict(Counter)
        cases = visiting.with_due(Case.objects.filter(status=Status.MONITORED))
        visits = cases.filter(visit_due_on__lte=soon).values("village_id")
        late = Count("pk", filter=Q(visit_due_on__lt=today))
        for row in visits.annotate(n=Count("pk"), late=late).order_by():
            self._add(self.visits, row["village_id"], row)
        measures = Measure.objects.unfinished().filter(due_on__lte=soon)
        late = Count("pk", filter=Q(due_on__lt=today))
        rows = measures.values("case__village_id", "department").annotate(n=Count("pk"), late=late)
        for row in rows.order_by():
            self._add(self.measures, row["case__village_id"], row, EVERY, row["department"])
        self.claims = self._waiting(InsuranceClaim)
        self.reliefs = self._waiting(ReliefRequest)

    def _add(self, found, village, row, *keys):
        for width in WIDTHS:
            for key in keys or (EVERY,):
                found[village[:width], key]["n"] += row["n"]
                found[village[:width], key]["late"] += row["late"]

    def _waiting(self, model) -> Counter:
        found = Counter()
        rows = model.objects.open().values("household__village_id").annotate(n=Count("pk"))
        for row in rows.order_by():
            for width in WIDTHS:
                found[row["household__village_id"][:width]] += row["n"]
        return found


def lines_by_user(days_before: int) -> dict[int, list[dict]]:
    """Today's lines by user id. Five queries, whatever the number of people."""
    due, found = Due(days_before), defaultdict(list)
    posts = Post.objects.in_force().filter(user__is_active=True)
    for user, role, area, department, home in posts.values_list(
        "user_id", "role", "area_id", "department_id", "user__area_id"
    ):
        if department:
            told = _of_department(due, department, (home or "")[:6])
        else:
            told = _of_area(due, roles.BY_KEY[role], area or "")
        found[user] += [line for line in told if line and line not in found[user]]
    return found


def _of_area(due: Due, role, area: str) -> list[dict | None]:
    """The village is told what comes near and its own measures, the levels above what is late."""
    if not role.permissions & {P.ASSISTANCE_EDIT, P.MEASURE_SET}:
        return []
    visits, url = due.visits[area, EVERY], f"{reverse('visit_due_list')}?area={area}"
    overdue = reverse("measure_list") + OVERDUE
    if role.level == Level.VILLAGE:
        return [
            _line("到期的帮扶走访", "户", visits, url),
            _line(
                "本村负责的帮扶措施到期", "项", due.measures[area, None], reverse("measure_list")
            ),
        ]
    return [
        _late("帮扶走访逾期", "户", visits, url),
        _late("帮扶措施逾期未完成", "项", due.measures[area, EVERY], overdue),
        *(_claims(due, area) if P.CASE_COMPILE in role.permissions else []),
        *(_reliefs(due, area) if role.permissions & {P.CASE_COMPILE, P.CASE_RECHECK} else []),
    ]  # fmt: skip


def _of_department(due: Due, department: str, county: str) -> list[dict | None]:
    """Its own measures; the desks of 防贫保 and 救助 also what waits there."""
    is_desk = {key: parameters.value(key, county=county or None) == department for key in DESKS}
    return [
        _line("本部门负责的帮扶措施到期", "项", due.measures[county, department],
              reverse("measure_list")),
        *(_claims(due, county) if is_desk[desk.INSURANCE] else []),
        *(_reliefs(due, county) if is_desk[desk.RELIEF] else []),
    ]  # fmt: skip


DESKS = (desk.INSURANCE, desk.RELIEF)


def _claims(due: Due, area: str) -> list[dict | None]:
    return [
        _said(f"防贫保理赔没有办结：{due.claims[area]} 件", due.claims[area], reverse("claim_list"))
    ]


def _reliefs(due: Due, area: str) -> list[dict | None]:
    count = due.reliefs[area]
    return [_said(f"救助没有办结：{count} 笔", count, reverse("relief_list"))]


def _line(what: str, unit: str, found: Counter, url: str) -> dict | None:
    late = f"，其中 {found['late']} {unit}已逾期" if found["late"] else ""
    if found["late"] == found["n"]:
        late = "，已逾期"
    return _said(f"{what}：{found['n']} {unit}{late}", found["n"], url)


def _late(what: str, unit: str, found: Counter, url: str) -> dict | None:
    return _said(f"{what}：{found['late']} {unit}", found["late"], url)


def _said(text: str, count: int, url: str) -> dict | None:
    return {"text": text, "url": url} if count else None
