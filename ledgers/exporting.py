"""The long exports, as jobs and as commands: a ledger, an archive, booklets, the month's papers."""

import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path

from django.db import transaction
from django.db.models import Q

from accounts import access
from areas.models import Area
from areas.models import Level as AreaLevel
from audit.events import EventKind
from audit.record import record
from jobs.registry import JobRefused
from ledgers import archive, booklets, exports, kept, policy_card, sheets
from ledgers.exports import FORMS
from ledgers.help_ledgers import monitored
from ledgers.models import Booklet
from ledgers.pdf import FontMissing
from ledgers.sheets import Filters
from workflow import months
from workflow.models import MonthlyRound

# What can be ordered for a whole area: the kind of job, and the words in its title.
PACKED = {
    "archive": ("ledgers.export_archive", "归档"),
    "booklets": ("ledgers.export_booklets", "一户一册"),
    "cards": ("ledgers.export_cards", "政策明白卡"),
}

# A bound PDF is held in memory while it is made, about 1.3 MB a booklet.
BOUND_AT_MOST = 300
# How many of township, village, household an area itself stands for: no bookmark says it again.
_DEPTH = {AreaLevel.TOWNSHIP: 1, AreaLevel.VILLAGE: 2}


class BadFilters(Exception):
    """The month or area cannot be used; the message is one Chinese sentence."""


def read_filters(month: str, area: str = "") -> Filters:
    """Filters from `2021-03` and a division code; without one, the area that holds everything.

    Raises BadFilters.
    """
    try:
        first = date.fromisoformat(f"{month}-01")
    except (ValueError, TypeError):
        raise BadFilters("月份格式不对，请写成 2021-03 的样子。") from None
    if area:
        found = Area.objects.select_related("parent").filter(code=area).first()
        if found is None:
            raise BadFilters(f"没有区划 {area}，请核对代码。")
        return Filters(first, found)
    tops = list(Area.objects.filter(Q(level=AreaLevel.COUNTY) | Q(parent=None))[:20])
    outer = min(tops, key=lambda top: len(top.pk), default=None)
    if outer is None or not all(top.pk.startswith(outer.pk) for top in tops):
        raise BadFilters("请用 --area 指明县、乡镇或村的区划代码。")
    counties = [top for top in tops if top.level == AreaLevel.COUNTY]
    return Filters(first, counties[0] if len(counties) == 1 else outer)


def as_args(filters: Filters, **more) -> dict:
    """The arguments of a job for these filters."""
    return {**filters.as_detail(), **more}


def _filters_of(job) -> Filters:
    """The job's filters, if whoever asked still may have them."""
    filters = read_filters(job.args["month"], job.args["area"])
    if job.by is not None:
        access.forget(job.by)
        ledger = job.args.get("ledger")
        may = exports.may_export(job.by, filters.area.pk)
        if not may and not (
            ledger and exports.may_take(sheets.find(ledger), job.by, filters.area.pk)
        ):
            raise JobRefused("您已没有导出该区划台账的权限，任务没有执行。")
    return filters


def export_ledger(job) -> None:
    """One ledger in one form as the job's file."""
    filters, form = _filters_of(job), FORMS[job.args["form"]]
    ledger = sheets.find(job.args["ledger"])
    job.progress(0, 1, "正在生成")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"ledger.{form.suffix}"
        try:
            lines = exports.write(ledger, filters, ledger.blocks(filters, job.by), form, path)
        except FontMissing as missing:
            raise JobRefused(str(missing)) from missing
        exports.record_export(ledger, filters, form, lines, by=job.by)
        job.save_file(path, exports.file_name(ledger, filters, form))
    job.result = {"rows": lines, "files": 1}
    job.progress(1, 1, f"共 {lines} 行")


def export_archive(job) -> None:
    """The month's archive of an area as the job's file."""
    filters = _filters_of(job)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "archive.zip"
        try:
            summary = archive.write_archive(filters, path, user=job.by, progress=job.progress)
        except FontMissing as missing:
            raise JobRefused(str(missing)) from missing
        name = f"{sheets.full_name(filters.area)}{filters.month:%Y年%m月}归档.zip"
        job.save_file(path, name)
    job.result = {
        "rows": summary.lines,
        "files": len(summary.files),
        "completeness": summary.completeness,
        "missing": summary.missing[:100],
    }
    lacking = f"，缺件 {len(summary.missing)} 项" if summary.missing else "，没有缺件"
    job.message = f"完整度 {summary.completeness}%{lacking}"


def export_booklets(job) -> None:
    """The booklets of an area's monitored households, bound in one PDF with bookmarks by
    township, village and household; more than fit into one are bound by village and zipped."""
    filters = _filters_of(job)
    cases = _some(filters, job)
    try:
        run = booklets.print_many(cases, progress=job.progress)
    except FontMissing as missing:
        raise JobRefused(str(missing)) from missing
    name = f"{sheets.full_name(filters.area)}{filters.month:%Y年%m月}一户一册"
    with tempfile.TemporaryDirectory() as folder:
        job.progress(run.asked, run.asked, "正在装订")
        stored, inside = _stored(cases), _DEPTH.get(filters.area.level, 0)
        if run.asked <= BOUND_AT_MOST or filters.area.level == AreaLevel.VILLAGE:
            path, name = Path(folder) / "booklets.pdf", f"{name}.pdf"
            count = booklets.bind(((names[inside:], file) for names, file in stored), path)
        else:
            path, name = Path(folder) / "booklets.zip", f"{name}.zip"
            count = _zip_by_village(stored, path)
        record_area(EventKind.BOOKLET_EXPORTED, filters, count, by=job.by)
        job.save_file(path, name)
    job.result = {"rows": run.asked, "files": count, "printed": run.printed}
    job.progress(run.asked, run.asked, f"共 {count} 户，重新打印 {run.printed} 户")


def export_cards(job) -> None:
    """The 政策明白卡 of an area's monitored households: one PDF a village with a bookmark a
    household; of a larger area zipped."""
    filters = _filters_of(job)
    cases = _some(filters, job)
    villages = list(Area.objects.filter(pk__in=cases.order_by().values("village")).order_by("pk"))
    name = f"{sheets.full_name(filters.area)}{filters.month:%Y年%m月}政策明白卡"
    count = 0
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for number, village in enumerate(villages):
            job.progress(number, len(villages), village.short_name)
            found = list(policy_card.cards(cases.filter(village=village)))
            path = Path(folder) / f"{village.pk}.pdf"
            try:
                path.write_bytes(policy_card.pdf_of(found))
            except FontMissing as missing:
                raise JobRefused(str(missing)) from missing
            files.append((f"{archive.plain(found[0].place)}政策明白卡.pdf", path))
            count += len(found)
        if filters.area.level == AreaLevel.VILLAGE:
            path, name = files[0][1], f"{name}.pdf"
        else:
            path, name = Path(folder) / "cards.zip", f"{name}.zip"
            _zip(files, path)
        record_area(EventKind.CARD_EXPORTED, filters, count, by=job.by)
        job.save_file(path, name)
    job.result = {"rows": count, "files": len(files)}
    job.progress(len(villages), len(villages), f"共 {count} 户")


def _some(filters: Filters, job):
    """The month's monitored cases of the area; a paper of nobody is not printed."""
    cases = monitored(filters, job.by)
    if not cases.exists():
        raise JobRefused("该区划本月没有监测对象，没有要打印的材料。")
    return cases


def _zip(files, path: Path) -> int:
    """Put named files, stored or on disk, into a ZIP; returns how many."""
    count = 0
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as target:
        for name, stored in files:
            with stored.open("rb") as source, target.open(name, "w") as copy:
                shutil.copyfileobj(source, copy)
            count += 1
    return count


def _zip_by_village(stored, path: Path) -> int:
    """Bind each village's booklets and put them in a ZIP by township, one village at a time;
    returns how many booklets."""
    count, bound = 0, path.with_suffix(".pdf")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as target:
        for place, own in groupby(stored, key=lambda one: one[0][:2]):
            count += booklets.bind(((names[2:], file) for names, file in own), bound)
            target.write(bound, f"{'/'.join(map(archive.plain, place))}一户一册.pdf")
    return count


def booklets_to_folder(filters: Filters, folder: Path) -> dict:
    """Write the booklets of the month's monitored households below a folder, by township and
    village. Raises FontMissing."""
    cases = monitored(filters, None)
    run, count = booklets.print_many(cases), 0
    for names, stored in _stored(cases):
        township, village, household = map(archive.plain, names)
        path = folder / f"{township}{village}" / f"{household}.pdf"
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_suffix(".part")
        with stored.open("rb") as source, half.open("wb") as copy:
            shutil.copyfileobj(source, copy)
        half.replace(path)
        count += 1
    record_area(EventKind.BOOKLET_EXPORTED, filters, count, by=None)
    return {"rows": run.asked, "files": count, "printed": run.printed}


@transaction.atomic
def record_area(kind: EventKind, filters: Filters, count: int, *, by) -> None:
    """Booklets or cards of an area that leave the system are an event."""
    record(
        kind,
        by=by,
        obj=filters.area,
        area=filters.area.pk,
        detail={**filters.as_detail(), "files": count},
    )


def _stored(cases) -> Iterator[tuple[tuple[str, str, str], object]]:
    """Township, village and household of each case with the stored file of its newest booklet."""
    latest = Booklet.objects.latest_of(cases.order_by())
    for case in cases.iterator(chunk_size=1000):
        if case.pk in latest:
            village, household = case.village, case.household
            township = village.parent.short_name if village.parent_id else ""
            names = (township, village.short_name, f"{household.number}{household.head_name}")
            yield names, latest[case.pk].file


def keep_month(job) -> None:
    """Keep Annex 2 and the booklets of the month before the job's period, for every county."""
    ended = months.first_day(date.fromisoformat(f"{job.args['period']}-01") - timedelta(days=1))
    rounds = list(MonthlyRound.objects.filter(month=ended).select_related("county__parent"))
    files = printed = 0
    for number, round in enumerate(rounds):
        job.progress(number, len(rounds), f"{round.county.short_name} {round.label}")
        filters = Filters(ended, round.county)
        for form in ("signed", "flat"):
            exports.keep_monthly(sheets.find("annex2"), filters, FORMS[form])
            files += 1
        try:
            printed += booklets.print_many(monitored(filters, None)).printed
        except FontMissing as missing:
            raise JobRefused(str(missing)) from missing
    job.result = {"rows": len(rounds), "files": files, "printed": printed}


def keep_closed(job) -> None:
    """Keep the ledgers of every month that was closed since; what is kept is not kept twice."""
    rounds, lines = list(kept.rounds_to_keep()), 0
    for number, round in enumerate(rounds):
        job.progress(number, len(rounds), f"{round.county.short_name} {round.label}")
        lines += kept.keep_round(round)
    job.result = {"rows": lines, "rounds": len(rounds)}
