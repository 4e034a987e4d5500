"""Departments' lists of the open month: one dispatched to the villages, one waiting for the county office."""

from django.core.files import File

from accounts.models import Department
from areas.models import Area
from demo import accounts, workbooks
from households import idnumbers
from households.models import Person
from screening import actions, checking
from screening.models import LeadKind

CERTIFICATE_HEADER = ("姓名", "身份证号", "发证日期", "残疾类别", "残疾等级", "乡镇", "村")


def send_in(month, people, folder) -> None:
    """医保局's list is dispatched; 残联's has a doubtful, an unknown and a damaged line to be settled."""
    folder.mkdir(parents=True, exist_ok=True)
    stays = folder / "医保局住院自付名单.xlsx"
    workbooks.write_rows(stays, "住院自付名单", workbooks.INPATIENT_HEADER, _stays(month))
    dispatched = received(stays, "yibao", "inpatient", month, people["yibao"])
    actions.dispatch_leads(file=dispatched, by=people["xian"])
    certificates = folder / "残联新办证名单.xlsx"
    workbooks.write_rows(certificates, "新办残疾证名单", CERTIFICATE_HEADER, _certificates(month))
    received(certificates, "canlian", "new_certificate", month, people["canlian"])


def received(path, department, kind, month, by):
    """The file is handed in by its department and checked."""
    with path.open("rb") as stream:
        file = actions.receive_file(
            file=File(stream, name=path.name), department=Department.objects.get(key=department),
            kind=LeadKind.objects.get(department=department, key=kind), month=month,
            county=Area.objects.get(code=accounts.COUNTY), by=by, in_background=False,
        )  # fmt: skip
    return checking.check(file)


def heads(village, number, **more):
    """Name and ID number of some heads of a village that have no case."""
    found = Person.objects.filter(
        household__village_id=village,
        relation="户主",
        is_active=True,
        household__cases__isnull=True,
        **more,
    )
    return [(p.name, idnumbers.decrypt(bytes(p.id_cipher))) for p in found.order_by("pk")[:number]]


def _stays(month):
    for village in (accounts.VILLAGE, accounts.NEIGHBOUR, accounts.FAR_VILLAGE):
        for place, (name, number) in enumerate(heads(village, 6)):
            paid = 12_480 + 913 * place if place < 4 else 2_150
            yield (name, number, f"{month:%Y-%m}-02", paid * 3, paid * 2, paid)


def _certificates(month):
    day, place = f"{month:%Y-%m}-03", ("城关镇", "西关村")
    new = heads(accounts.VILLAGE, 9)[6:]
    for name, number in new[:2]:
        yield (name, number, day, "肢体", "二级", *place)
    name, number = new[2]
    yield (name, "", day, "视力", "三级", *place)  # name and village only: somebody must look
    yield (
        name,
        number[:-1] + ("1" if number[-1] != "1" else "2"),
        day,
        "听力",
        "三级",
        *place,
    )  # wrong check digit
    yield (
        "欧阳无名",
        idnumbers.synthetic(month.replace(year=1961), "男", 499),
        day,
        "智力",
        "二级",
        *place,
    )
