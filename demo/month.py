"""One month of the procedure, walked through the application's own actions by people in their posts.

Seeding and the rehearsal both walk it; a step taken here is the step a page takes.
"""

import datetime
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from areas.models import Area
from audit import clock
from households.models import Household, Person
from workflow import actions, rounds
from workflow.models import Case, Meeting, MeetingDecision, ReportedList, Source, Status, Visit

Kind = ReportedList.Kind
ADMIT = MeetingDecision.Decision.ADMIT
FINDINGS = {
    "basics": "家庭成员与户籍一致",
    "income": "以务工和种植为主，较上年减少",
    "expense": "看病自付较多",
    "safeguards": "住房、上学、看病、饮水逐项看过",
    "policies": "低保、医保政策已了解",
    "housing_problem": False,
    "education_problem": False,
    "medical_problem": False,
    "water_problem": False,
}


@dataclass(frozen=True)
class Line:
    """A village, its township and county with the people who act there."""

    village: str
    cadre: object
    reviewer: object
    county_office: object
    leading_group: object

    @property
    def township(self) -> str:
        return self.village[:9]

    @property
    def county(self) -> str:
        return self.village[:6]


class Month:
    """The steps of one month; nothing happens later than `now`, however early in the month that is."""

    def __init__(self, first: datetime.date, *, now: datetime.datetime | None = None):
        self.first = first
        self._now = clock.local(now or clock.now())

    def on(self, day: int, hour: int = 10):
        """Stand at this day of the month, or at the present moment if that day is still to come."""
        moment = datetime.datetime(
            self.first.year, self.first.month, min(day, 28), hour, tzinfo=self._now.tzinfo
        )
        return clock.at(min(moment, self._now))

    def raise_leads(self, line: Line, households, *, risk="因病", day=5) -> list[Case]:
        """干部摸排 finds households at risk (五（一）)."""
        with self.on(day):
            return [
                actions.open_case(
                    household=household, source=Source.SCREENING, risks=[risk], by=line.cadre
                )
                for household in households
            ]

    def screen(self, line: Line, cases, *, day=12) -> None:
        """Home visit and entry in the ledger (四（二）)."""
        with self.on(day):
            for case in cases:
                self._visit(case, line.cadre, f"{line.cadre.full_name}、驻村工作队")
                facts = {"risks": case.risks, "per_capita_income": case.household.per_capita_income}
                actions.take(case=case, step="screen", by=line.cadre, facts=facts)

    def hand_in(self, line: Line, *, day=18) -> ReportedList:
        """The month's screening ledger; empty is a 零报告 (四（二）)."""
        return self._report(line.village, Kind.SCREENING, line.cadre, day)

    def review(self, line: Line, *, day=23, clearing_cases=()) -> Meeting:
        """村级评议会 for everything waiting, clearing included, and the lists it reports (四（三）)."""
        with self.on(day):
            meeting = self._meeting(
                line.village, line.cadre, "村委会会议室", clearing_cases=clearing_cases
            )
            actions.conclude_meeting(meeting=meeting, by=line.cadre)
        self._report(line.village, Kind.ADMISSION, line.cadre, day, hour=15)
        if clearing_cases:
            self._report(line.village, Kind.CLEARING, line.cadre, day, hour=15)
        return meeting

    def recheck(self, line: Line, *, day=26) -> None:
        """乡镇 visits and endorses what its villages reported, then reports its own list (四（四）)."""
        endorse = {Status.REVIEWED: "endorse", Status.CLEARING_REVIEWED: "endorse_clearing"}
        with self.on(day):
            for case in Case.objects.in_area(line.township).filter(
                status__in=endorse, on_list__isnull=False
            ):
                self._visit(
                    case,
                    line.reviewer,
                    f"{line.reviewer.full_name}、攻坚责任组",
                    "情况属实，同意上报",
                )
                actions.take(
                    case=case,
                    step=endorse[case.status],
                    by=line.reviewer,
                    comment="入户复核情况属实",
                )
        for kind in (Kind.ADMISSION, Kind.CLEARING):
            self._report(line.township, kind, line.reviewer, day + 1)

    def determine(self, line: Line, *, day=28) -> Meeting:
        """县扶贫办 puts forward, 领导小组办公室 determines and recognises (四（五）, 四（六）)."""
        with self.on(day):
            meeting = self._meeting(
                line.county, line.county_office, "县扶贫办会议室", is_clearing=True
            )
            actions.prepare_meeting(meeting=meeting, by=line.county_office)
            meeting.refresh_from_db()
            self._decide(meeting, line.leading_group)
            actions.conclude_meeting(meeting=meeting, by=line.leading_group)
        for kind in (Kind.ADMISSION, Kind.CLEARING):
            self._report(line.county, kind, line.leading_group, day, hour=16)
        return meeting

    def mark(self, line: Line, *, day=28) -> None:
        """标注 in the national system (四（五）)."""
        with self.on(day, hour=17):
            for case in (
                Case.objects.in_area(line.county)
                .on_register()
                .filter(in_national_system_on__isnull=True)
            ):
                actions.mark_in_national_system(case=case, on=clock.today(), by=line.county_office)

    def _visit(self, case, by, people, opinion="", purpose=None):
        actions.record_visit(
            case=case, by=by, kind=Visit.Kind.HOME, visited_on=clock.today(), people=people, findings=FINDINGS,
            opinion=opinion, purpose=purpose,
        )  # fmt: skip

    def visit_for_clearing(self, line: Line, case, *, day=15) -> None:
        """消除核实 at the door before clearing is proposed (四（六）)."""
        with self.on(day):
            self._visit(
                case,
                line.cadre,
                f"{line.cadre.full_name}、帮扶干部",
                "收入稳定，风险消除",
                Visit.Purpose.CLEARING,
            )

    def _meeting(self, code, by, place, *, is_clearing=False, clearing_cases=()):
        meeting = actions.hold_meeting(
            area=Area.objects.get(code=code), round=rounds.current(code[:6]), held_on=clock.today(), place=place,
            host=by.full_name, recorder="记录员", expected_count=15, present_count=13,
            attendees="村两委、驻村工作队、村民代表", by=by, is_clearing=is_clearing, clearing_cases=clearing_cases,
        )  # fmt: skip
        self._decide(meeting, by)
        return meeting

    def _decide(self, meeting, by):
        rows = [
            {
                "case": decision.case,
                "decision": ADMIT,
                "votes_for": 12,
                "votes_abstain": 1,
                "opinion": "符合条件",
                "clearing_kind": "assisted" if decision.case.identified_on else "",
            }
            for decision in meeting.decisions.select_related("case__household")
        ]
        if rows:
            actions.decide_many(meeting=meeting, rows=rows, by=by)

    def _report(self, code, kind, by, day, hour=11):
        with self.on(day, hour):
            return actions.report_list(
                area=Area.objects.get(code=code), round=rounds.current(code[:6]), kind=kind, by=by
            )


# The members that make a household one at this risk.
_AT_RISK = {
    "因病": Q(health__in=("长期慢性病", "患有大病")),
    "因残": ~Q(disability_category=""),
    "因学": ~Q(student_state__in=("", "学龄前儿童")),
}


def candidates(village: str, number: int, *, risk: str = "因病") -> list[Household]:
    """The poorest households of a village without a case, those first that the risk fits and that can work."""
    members = Person.objects.filter(household=OuterRef("pk"), is_active=True)
    able = members.filter(skill__in=("普通劳动力", "技能劳动力"))
    found = Household.objects.active().filter(village_id=village, cases__isnull=True)
    fits = members.filter(_AT_RISK[risk])
    return list(found.order_by(~Exists(fits), ~Exists(able), "per_capita_income", "pk")[:number])
