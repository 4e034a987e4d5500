"""A whole month rehearsed on real input: register workbook, department list, meetings, lists, papers."""

import datetime
import io
import json
from pathlib import Path
from random import Random

from django.core.management import call_command

from areas.models import Area
from audit import clock
from demo import accounts, help, people, workbooks
from demo.month import Line, Month, candidates
from screening.actions import answer_leads, take_application
from screening.models import Lead
from workflow import actions
from workflow.models import Case, Status

FAMILIES_A_VILLAGE = 120
VILLAGES = (accounts.VILLAGE, accounts.NEIGHBOUR, accounts.FAR_VILLAGE)
ABOVE_LINE, BELOW_LINE = 12_600, 3_200  # 元 a stay, beside the thresholds of 附件1-1


def rehearse(*, month: datetime.date, out: Path) -> dict:
    """Carry one month from empty to its papers under `out`; returns the figures of every stage."""
    out.mkdir(parents=True, exist_ok=True)
    staff = accounts.create()
    lines = [
        Line(village, staff[cadre], staff[reviewer], staff["xian"], staff["lingdao"])
        for village, cadre, reviewer in zip(
            VILLAGES, ("cun", "cun2", "cun3"), ("xiang", "xiang", "xiang2"), strict=True
        )
    ]
    walk = Month(month)
    figures = {}
    families = _families()
    with walk.on(1):
        county = Area.objects.get(code=accounts.COUNTY)
        actions.open_round(county=county, month=month)
        register = out / "农户花名册.xlsx"
        workbooks.write_register(families, _places(), register)
        figures["register"] = _run("import_register", str(register))
    with walk.on(5):
        stays = out / "医保局住院自付名单.xlsx"
        workbooks.write_inpatients(_stays(families), f"{month:%Y-%m}-03", stays)
        figures["leads"] = _run(
            "import_leads", str(stays), department="yibao", month=f"{month:%Y-%m}", dispatch=True
        )
    for line in lines:
        _village_month(walk, line)
    for line in (lines[0], lines[2]):
        walk.recheck(line)
    walk.determine(lines[0])
    walk.mark(lines[0])
    with walk.on(28, hour=18):
        for line in lines:
            for case in Case.objects.in_area(line.village).filter(status=Status.MONITORED):
                help.assist(line, case, is_delivered=False)
    figures |= _papers(month, out)
    figures["monitored"] = Case.objects.filter(status=Status.MONITORED).count()
    return figures


def _village_month(walk, line):
    """Applications taken, leads verified at the door, ledger, meeting, list."""
    with walk.on(8):
        take_application(
            household=candidates(line.village, 1)[0], applied_on=clock.today(), risks=["因病"],
            statement="家中主要劳动力住院，自付较多，收入减少，申请纳入监测。", by=line.cadre,
        )  # fmt: skip
    waiting = list(Case.objects.in_area(line.village).filter(status=Status.LEAD).order_by("pk"))
    untrue = waiting[:1]
    with walk.on(11):
        answer_leads(cases=untrue, answer=Lead.Answer.NOT_TRUE, reason="resolved", by=line.cadre)
    walk.screen(line, waiting[1:])
    walk.hand_in(line)
    walk.review(line)


def _families():
    rng, registry = Random(2021), people.Registry()
    return [
        people.family(village, serial, rng, registry)
        for village in VILLAGES
        for serial in range(1, FAMILIES_A_VILLAGE + 1)
    ]


def _places():
    found = Area.objects.filter(code__in=VILLAGES).select_related("parent")
    return {village.code: (village.parent.name, village.name) for village in found}


def _stays(families):
    """Every thirtieth family had a costly stay, every fortieth one below the threshold."""
    costly = [(family, ABOVE_LINE + 37 * n) for n, family in enumerate(families[::30])]
    return costly + [(family, BELOW_LINE) for family in families[7::40]]


def _papers(month, out):
    at = {"month": f"{month:%Y-%m}"}
    return {
        "annex2": _run("export_annex2", out=out / "附件2排查台账.xlsx", area=accounts.COUNTY, **at),
        "booklets": _run("export_booklets", out=out / "一户一册", area=accounts.COUNTY, **at),
        "archive": _run("export_archive", out=out / "归档.zip", area=accounts.VILLAGE, **at),
    }


def _run(command, *args, **options) -> dict:
    """A management command as the operator runs it; its last line is its summary."""
    printed = io.StringIO()
    call_command(command, *args, stdout=printed, **options)
    return json.loads(printed.getvalue().strip().splitlines()[-1])
