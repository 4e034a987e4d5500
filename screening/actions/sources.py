"""Where departments put their lists: set by the system administrator only, its secret write-only."""

from pathlib import PurePosixPath
from urllib.parse import urlsplit

from django.db import transaction

from accounts import access
from accounts.permissions import Permission
from areas.models import Area
from audit.events import EventKind
from audit.record import record
from households import idnumbers
from screening.models import LeadKind, Source
from screening.pulling import PlaceRefused, Protocol, check_host
from screening.pulling.place import unknown_fields
from screening.refusals import LeadRefused

TOLD = ("protocol", "address", "pattern", "username", "host_key", "is_active")
SCHEMES = {
    Protocol.SFTP: ("sftp",),
    Protocol.WEB: ("https", "http"),
    Protocol.WEBDAV: ("https", "http"),
}


@transaction.atomic
def save_source(*, county, by, source=None, secret: str = "", **values) -> Source:
    """Add a place or change one; `secret` left empty keeps the stored one.

    A changed machine forgets the secret: it must be entered anew, so that nobody sends a stored
    password to a machine of his own. Raises LeadRefused.
    """
    if not access.may(by, Permission.SCHEDULE_MANAGE, area=county.pk):
        raise LeadRefused("名单来源由系统管理员设置")
    before = {}
    if source is None:
        source = Source(county=county)
    else:
        source = Source.objects.select_for_update().get(pk=source.pk)
        before = {name: getattr(source, name) for name in TOLD}
        before_machine = _machine(source)
    for name, value in values.items():
        setattr(source, name, value)
    _check(source)
    if before and before_machine != _machine(source):
        source.secret = None
    if secret:
        source.secret = idnumbers.encrypt(secret)
    source.problem = ""
    source.save()
    after = {name: getattr(source, name) for name in TOLD}
    record(
        EventKind.SOURCE_SAVED, by=by, obj=source, area=county.pk,
        detail={
            "department": source.department_id, "before": before, "after": after,
            "secret_changed": bool(secret),
        },
    )  # fmt: skip
    return source


def _machine(source) -> tuple:
    url = urlsplit(source.address)
    return source.protocol, url.scheme, url.netloc


def _check(source) -> None:
    known = LeadKind.objects.delivered().filter(department=source.department_id)
    if source.kind_id and not known.filter(pk=source.kind_id).exists():
        raise LeadRefused("这个部门没有这种名单，请重新选择名单类型")
    if wrong := unknown_fields(source.address + source.pattern):
        raise LeadRefused(f"“{{{wrong[0]}}}”看不懂，年份写 {{year}}，月份写 {{month}}")
    if source.protocol == Protocol.FOLDER:
        _check_folder(source)
    else:
        _check_address(source)


def _check_folder(source) -> None:
    if ".." in source.address or source.address.startswith("/"):
        raise LeadRefused("文件夹写收件目录下的名字，如 yibao/2021，不要写完整路径")
    top = next(iter(PurePosixPath(source.address).parts), "")
    if Area.objects.counties().filter(pk=top).exclude(pk=source.county_id).exists():
        raise LeadRefused("这是别的县的收件文件夹，请写本县的文件夹")


def _check_address(source) -> None:
    schemes = SCHEMES[Protocol(source.protocol)]
    try:
        url = urlsplit(source.address)
        port = url.port
    except ValueError:
        raise LeadRefused("地址看不懂，请写成 https://主机/文件夹/ 的样子") from None
    if url.scheme not in schemes or not url.hostname:
        raise LeadRefused(f"这种方式的地址应以 {schemes[0]}:// 开头，后面是主机名，请改正")
    if url.username or url.password:
        raise LeadRefused("用户名和密码不要写在地址里，请填在下面的格子里")
    if source.protocol == Protocol.SFTP and not source.host_key.startswith("SHA256:"):
        raise LeadRefused("SFTP 要填服务器指纹（SHA256: 开头），请向对方索取，以防有人冒充")
    try:
        check_host(url.hostname, port or 0)
    except PlaceRefused as refused:
        raise LeadRefused(str(refused)) from refused
