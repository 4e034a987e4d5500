"""A department's file comes in; a human confirms one that looks wrong, or gives it up."""

import hashlib

from django.db import IntegrityError, transaction
from django.db.models import Q

from accounts import access
from accounts.permissions import Permission
from areas.models import Area
from audit.events import EventKind
from audit.record import record
from jobs.actions import enqueue
from jobs.workbooks.limits import LEAD_FILE, MB
from screening.models import LeadFile, LeadKind, LeadRow
from screening.refusals import AlreadyReceived, LeadRefused

State = LeadFile.State
REASON_CHARS = 200
OPEN_TO_SENDER = (State.UNNAMED, State.HELD, State.CHECKED)


def counties_of(user, department) -> list[str]:
    """Counties for which the person may hand in this department's files: one code, or several."""
    codes = [code[:6] for code in access.codes(user, Permission.LEADFILE_UPLOAD)]
    if department.pk in access.departments(user, Permission.LEADFILE_UPLOAD):
        codes.append(department.county_id or (user.area_id or "")[:6])
    return sorted({code for code in codes if len(code) == 6})


def receive_file(
    *, file, department, kind, month, county, by, in_background=True, name=""
) -> LeadFile:
    """Store a department's list for a month (its first day) and have it checked by a worker.

    `by` None is the operator of the server. `in_background` False leaves the checking to the
    caller. Raises AlreadyReceived when the same content came before for this month, LeadRefused
    for an empty or oversized file, a wrong kind or a department that is not the user's.
    """
    if by is not None and county.pk not in counties_of(by, department):
        raise LeadRefused("您的岗位不能报送这个部门的名单，请联系县扶贫办核对岗位")
    if kind.department_id != department.pk or kind.rule == kind.COMPUTED or not kind.is_active:
        raise LeadRefused("这个部门没有这种名单，请重新选择名单类型")
    if not file.size:
        raise LeadRefused("这个文件是空的，请选择有内容的工作簿")
    if file.size > LEAD_FILE.file_bytes:
        raise LeadRefused(f"文件超过 {LEAD_FILE.file_bytes // MB} MB，请拆成几个文件后分别上传")
    digest = _sha256(file)
    same = LeadFile.objects.exclude(state=State.REFUSED).filter(
        county=county, department=department, month=month, sha256=digest
    )
    if known := same.first():
        raise AlreadyReceived(known)
    lead_file = LeadFile(
        county=county, department=department, kind=kind, month=month, sha256=digest,
        name=_printable(name or file.name), received_by=by,
    )  # fmt: skip
    lead_file.file.save(f"{digest[:16]}.upload", file, save=False)
    try:
        with transaction.atomic():
            lead_file.save(force_insert=True)
            record(
                EventKind.LEAD_FILE_RECEIVED,
                by=by,
                obj=lead_file,
                area=county.pk,
                detail={"sha256": digest, "bytes": file.size, "kind": kind.key},
            )
            if in_background:
                # Sent once however often the message comes.
                _send(lead_file, by, key=f"lead_file:{lead_file.pk}:check")
    except IntegrityError:  # somebody sent the same file at the same moment
        lead_file.file.storage.delete(lead_file.file.name)
        raise AlreadyReceived(same.get()) from None
    return lead_file


@transaction.atomic
def name_columns(*, file, names: dict[str, str], by) -> LeadFile:
    """Say which column is which: sheet title -> column key, '' for one that is none of ours.

    Remembered for the department's lists of this kind; the file is then checked from the
    beginning. Raises LeadRefused for a key named twice and for a file past its naming.
    """
    if by is None or file.county_id not in counties_of(by, file.department):
        raise LeadRefused("这份名单的列名由报送部门指认，您的岗位不能办理")
    _check_nothing_sent(file)
    keys = [key for key in names.values() if key]
    if len(set(keys)) < len(keys):
        raise LeadRefused("有两列指认成了同一项，请只留一列")
    taken = LeadFile.objects.filter(pk=file.pk, state__in=OPEN_TO_SENDER).update(
        state=State.RECEIVED, message=""
    )
    if not taken:
        raise _not_now(file, "指认列名")
    kind = LeadKind.objects.select_for_update().get(pk=file.kind_id)
    known = {column["key"] for column in kind.columns}
    kind.titles |= {title: key for title, key in names.items() if key in known or not key}
    kind.save(update_fields=["titles"])
    file.refresh_from_db()
    record(
        EventKind.LEAD_COLUMNS_NAMED, by=by, obj=file, area=file.county_id,
        detail={"kind": kind.key, "names": names},
    )  # fmt: skip
    _send(file, by, key=None)
    return file


@transaction.atomic
def confirm_file(*, file, reason, by) -> LeadFile:
    """A human has looked at a held file: it is the right one, and says why. Raises LeadRefused."""
    _may_settle(file, by)
    reason = reason.strip()
    if not reason:
        raise LeadRefused("请写明为什么没有传错，例如“本月补报上月的”")
    if not LeadFile.objects.filter(pk=file.pk, state=State.HELD).update(state=State.CHECKED):
        raise _not_now(file, "确认")
    file.refresh_from_db()
    record(
        EventKind.LEAD_FILE_CONFIRMED, by=by, obj=file, area=file.county_id,
        detail={"held_for": file.message, "reason": reason[:REASON_CHARS]},
    )  # fmt: skip
    return file


@transaction.atomic
def discard_file(*, file, by) -> LeadFile:
    """Give up a wrong file that is not dispatched; it may be sent again. Raises LeadRefused."""
    if by is None or file.county_id not in counties_of(by, file.department):
        raise LeadRefused("您的岗位不能作废这份文件")
    _check_nothing_sent(file)
    words = f"{by.full_name}已作废这份文件，没有下发"
    taken = LeadFile.objects.filter(pk=file.pk, state__in=OPEN_TO_SENDER).update(
        state=State.REFUSED, message=words
    )
    if not taken:
        raise _not_now(file, "作废")
    LeadRow.objects.filter(file=file).delete()
    file.refresh_from_db()
    record(EventKind.LEAD_FILE_DISCARDED, by=by, obj=file, area=file.county_id)
    return file


def county_named(code: str) -> Area:
    """The county of a six-digit code. Raises LeadRefused."""
    county = Area.objects.counties().filter(pk=code).first()
    if county is None:
        raise LeadRefused("找不到所属的县，请系统管理员核对账号的所属地区")
    return county


def _send(lead_file, by, *, key):
    job = enqueue(
        "screening.check_lead_file",
        by=by,
        title=f"核对{lead_file.kind.label}名单：{lead_file.name}",
        args={"lead_file": lead_file.pk},
        key=key,
    )
    LeadFile.objects.filter(pk=lead_file.pk).update(job=job)
    lead_file.job = job


def _may_settle(file, by):
    if by is not None and not access.may(by, Permission.LEAD_SETTLE, area=file.county_id):
        raise LeadRefused("这一步由县扶贫办办理")


def _check_nothing_sent(file) -> None:
    """Rows that became leads stay: somebody at the door answers to them."""
    sent = Q(lead__isnull=False) | Q(matters__isnull=False)
    if LeadRow.objects.filter(sent, file=file).exists():
        raise LeadRefused("这份名单已有线索在村里核实，不能作废或重新指认")


def _not_now(file, verb) -> LeadRefused:
    file.refresh_from_db()
    return LeadRefused(f"这份文件现在是“{file.get_state_display()}”，不能{verb}，请刷新后查看")


def _printable(name: str) -> str:
    """The sender's name for showing only; it never reaches the disk."""
    last = str(name).replace("\\", "/").rpartition("/")[2]
    return "".join(char for char in last if char.isprintable())[-200:] or "名单"


def _sha256(file) -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()
