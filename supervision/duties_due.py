"""What departments are reminded of: the month's duty report 六（二）, matters past their time limit."""

from collections import Counter, defaultdict

from django.urls import reverse

from accounts import roles
from accounts.models import Department, Post
from audit import clock
from screening.actions import gate_on
from screening.duties import desks
from screening.models import DutyReport, Matter
from supervision import rules
from supervision.rules import Waiting
from workflow import months


def lines_by_user(counties, days_before: int) -> dict[int, list[dict]]:
    """Lines of today by user id, for clerks and county offices of these counties. Five queries."""
    month, today = months.first_day(clock.today()), clock.today()
    gates = {county: gate_on(month, county) for county in counties}
    reports = DutyReport.objects.handed_in().filter(month=month)
    handed_in = set(reports.values_list("county_id", "department_id"))
    overdue = Counter(Matter.objects.overdue().filter(holder="department")
                      .values_list("county_id", "department_id"))  # fmt: skip
    names = dict(Department.objects.values_list("pk", "name"))
    found = defaultdict(list)
    for user, department, county in _desks(gates):
        if rules.is_time(gates[county], today, days_before):
            if (county, department) not in handed_in:
                what = f"{names[department]}履职台账没有报送"
                text = rules.line(what, "份", Waiting(1), gates[county], today)
                found[user].append({"text": text, "url": reverse("duty_report_list")})
            lacking = sum((county, key) not in handed_in for key in names)
            if department == desks.OFFICE and lacking:
                text = rules.line(
                    "履职台账没有报送的部门", "个", Waiting(lacking), gates[county], today
                )
                found[user].append({"text": text, "url": reverse("duty_report_list")})
        if count := overdue[county, department]:
            text = f"{names[department]}有 {count} 件事项已超过处置时限"
            found[user].append({"text": text, "url": reverse("matter_list")})
    return found


def _desks(gates) -> list[tuple[int, str, str]]:
    """(user, department, county) of everybody who reports for a department."""
    posts = Post.objects.in_force().filter(
        role__in=(roles.DepartmentClerk.key, roles.CountyOffice.key), user__is_active=True
    )
    found = []
    for user, home, area, department in posts.values_list(
        "user_id", "user__area_id", "area_id", "department_id"
    ):
        county = (area or home or "")[:6]
        if county in gates:
            found.append((user, department or desks.OFFICE, county))
    return found
