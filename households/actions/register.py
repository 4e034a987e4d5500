"""Receiving a register workbook, confirming it, giving it up."""

import hashlib

from django.db import IntegrityError, transaction

from accounts import access
from accounts.permissions import Permission
from areas.containment import outermost
from areas.models import Area
from audit import clock
from audit.events import EventKind
from audit.record import record
from households.models import RegisterImport
from households.refusals import Refused
from jobs.actions import enqueue

State = RegisterImport.State
ACTIVE = (State.RECEIVED, State.CHECKED, State.APPLYING)


def receive_register(*, file, by, name="", at_once=False, in_background=True) -> RegisterImport:
    """Store a workbook and have it checked by a worker; `by` None is the operator of the server.

    The same workbook while it is still worked on gives the import there is: one effect.
    `at_once` applies it without confirmation; `in_background` False leaves the work to the caller.
    Raises Refused for an empty file or a user without an area to import for.
    """
    codes = access.codes(by, Permission.REGISTER_IMPORT) if by else _everywhere()
    if not codes:
        raise Refused("您没有可以导入农户档案的区域，请联系系统管理员核对岗位")
    if not file.size:
        raise Refused("这个文件是空的，请选择有内容的工作簿")
    digest = _sha256(file)
    try:
        with transaction.atomic():
            imported = RegisterImport(
                codes=outermost(codes),
                area_id=_common(codes),
                name=(name or file.name)[-300:],
                sha256=digest,
                is_applied_at_once=at_once,
                received_by=by,
            )
            imported.file.save(f"{digest[:16]}.upload", file, save=False)
            imported.save(force_insert=True)
            record(
                EventKind.REGISTER_RECEIVED,
                by=by,
                obj=imported,
                detail={"sha256": digest, "bytes": file.size},
            )
            if in_background:
                _send(imported, "check", "核对农户档案", by)
    except IntegrityError:
        imported.file.storage.delete(imported.file.name)
        return RegisterImport.objects.get(sha256=digest, state__in=ACTIVE)
    return imported


@transaction.atomic
def apply_register(*, imported, by) -> RegisterImport:
    """Confirm a checked import; a worker writes it. Raises Refused when it is not waiting for that."""
    taken = RegisterImport.objects.filter(pk=imported.pk, state=State.CHECKED).update(
        state=State.APPLYING, applied_by=by
    )
    imported.refresh_from_db()
    if not taken:
        raise Refused(f"这次导入现在是“{imported.get_state_display()}”，不能再确认")
    _send(imported, "apply", "写入农户档案", by)
    return imported


@transaction.atomic
def drop_register(*, imported, by) -> RegisterImport:
    """Give up a checked import; its rows are forgotten."""
    taken = RegisterImport.objects.filter(pk=imported.pk, state=State.CHECKED).update(
        state=State.DROPPED
    )
    imported.refresh_from_db()
    if not taken:
        raise Refused(f"这次导入现在是“{imported.get_state_display()}”，不能放弃")
    imported.rows.all().delete()
    record(
        EventKind.REGISTER_DISCARDED, by=by, obj=imported, detail={"at": clock.now().isoformat()}
    )
    return imported


def _send(imported, step, title, by):
    job = enqueue(
        f"households.{step}_register",
        by=by,
        title=f"{title}：{imported.name}",
        args={"register_import": imported.pk},
        key=f"register_import:{imported.pk}:{step}",
    )
    RegisterImport.objects.filter(pk=imported.pk).update(job=job)
    imported.job = job


def _everywhere():
    return list(Area.objects.filter(parent=None).values_list("code", flat=True))


def _common(codes):
    """The smallest area around all of them, None when there is none."""
    shortest, longest = min(codes), max(codes)
    common = next(
        (shortest[:length] for length in (12, 9, 6, 4, 2) if shortest[:length] == longest[:length]),
        "",
    )
    around = Area.objects.filter(code__in=[common[:length] for length in (12, 9, 6, 4, 2)])
    return around.order_by("-code").values_list("code", flat=True).first()


def _sha256(file):
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()
