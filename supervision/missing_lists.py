"""部门名单 that have not come: the department's clerk is asked for his, the county for all."""

from collections import defaultdict
from datetime import date

from django.urls import reverse

from accounts import roles
from accounts.models import Post
from accounts.permissions import Permission
from audit import clock
from screening.arrivals import Arrival, arrivals, missing
from supervision import rules
from supervision.rules import Waiting
from workflow.models import MonthlyRound


def lines(rounds: dict[str, MonthlyRound], days_before: int) -> dict[int, list[dict]]:
    """Today's lines by person; a list is chased when its day is near or past 五（一）三."""
    today = clock.today()
    due = {
        county: [
            a for a in missing(arrivals(county, round.month))
            if a.due_on and rules.is_time(a.due_on, today, days_before)
        ]
        for county, round in rounds.items()
    }  # fmt: skip
    found = defaultdict(list)
    posts = Post.objects.in_force().filter(user__is_active=True)
    for user, role, area, department, home in posts.values_list(
        "user_id", "role", "area_id", "department_id", "user__area_id"
    ):
        if department:
            own = [a for a in due.get((home or "")[:6], ()) if a.kind.department_id == department]
            found[user] += [_line(f"{a.kind.label}名单没有报送", "份", 1, a.due_on) for a in own]
        elif Permission.LEAD_SETTLE in roles.BY_KEY[role].permissions and due.get(area):
            found[user].append(_sum(due[area]))
    return found


def _sum(late: list[Arrival]) -> dict:
    """One line for the county office, with the earliest day."""
    return _line("部门名单没有报送", "种", len(late), min(a.due_on for a in late))


def _line(what: str, unit: str, count: int, due_on: date) -> dict:
    text = rules.line(what, unit, Waiting(count), due_on, clock.today())
    return {"text": text, "url": reverse("lead_arrival_list")}
