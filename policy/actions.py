"""Setting parameters and codes; each change leaves history and an audit event."""

from datetime import date

from django.db import transaction

from areas.models import Area
from audit.events import EventKind
from audit.record import record
from policy.definitions import DEFINITIONS
from policy.memory import forget
from policy.models import CodeItem, Parameter
from policy.rules import ValueRefused, stored
from policy.tables import TABLES

EARLIEST, LATEST = date(2014, 1, 1), date(2100, 1, 1)


@transaction.atomic
def set_parameter(
    *, key: str, value, valid_from: date, by, population: str = "", basis: str = "",
    county: Area | None = None, clause: str = "", note: str = "",
) -> Parameter:  # fmt: skip
    """Put a value in force from a day on; the same day again corrects it.

    `clause` left empty is that of the document. Raises ValueRefused with a Chinese sentence for
    an unknown key, a value out of kind or range, a population or basis the key does not know.
    """
    definition = _definition(key)
    kept = stored(definition, value)
    _check_place(definition, valid_from, population, basis, county)
    place = {
        "key": key,
        "valid_from": valid_from,
        "population": population,
        "basis": basis,
        "county": county,
    }
    before = Parameter.objects.select_for_update().filter(**place).first()
    parameter, _ = Parameter.objects.update_or_create(
        **place,
        defaults={
            "value": kept,
            "unit": definition.unit,
            "clause": _line("依据", clause, 60) or definition.clause,
            "note": _line("说明", note, 300),
        },
    )
    record(
        EventKind.PARAMETER_SET,
        by=by,
        obj=parameter,
        area=county.pk if county else "",
        detail={
            "key": key,
            "valid_from": f"{valid_from:%Y-%m-%d}",
            "population": population,
            "basis": basis,
            "before": before.value if before else None,
            "after": kept,
        },
    )
    _forget_now_and_on_commit()
    return parameter


@transaction.atomic
def save_code_item(
    *, table: str, code: str, label: str, by, order: int = 0, is_active: bool = True,
    note: str = "", extra: dict | None = None,
) -> CodeItem:  # fmt: skip
    """Add or change an entry of a code table; codes in use are retired, never removed.

    `extra` left out keeps what the entry has. Raises ValueRefused with a Chinese sentence.
    """
    if table not in TABLES:
        raise ValueRefused(f"没有代码表“{table[:40]}”，请从列表中选择")
    code, label = _line("代码", code, 40), _line("名称", label, 60)
    if not code or not label:
        raise ValueRefused("代码和名称都要填写")
    if not 0 <= order <= 32767:
        raise ValueRefused("顺序应在 0 到 32767 之间，请改正")
    before = CodeItem.objects.select_for_update().filter(table=table, code=code).first()
    _check_something_stays(table, code, is_active)
    values = {
        "label": label,
        "order": order,
        "is_active": is_active,
        "note": _line("说明", note, 300),
    }
    if extra is not None:
        values["extra"] = extra
    item, _ = CodeItem.objects.update_or_create(table=table, code=code, defaults=values)
    record(
        EventKind.CODE_ITEM_SAVED,
        by=by,
        obj=item,
        detail={
            "table": table,
            "code": code,
            "before": {"label": before.label, "is_active": before.is_active} if before else None,
            "after": {"label": label, "is_active": is_active},
        },
    )
    _forget_now_and_on_commit()
    return item


def _definition(key: str):
    try:
        return DEFINITIONS[key]
    except KeyError:
        raise ValueRefused(f"没有参数“{key[:60]}”，请从列表中选择") from None


def _check_place(definition, valid_from, population, basis, county) -> None:
    if not EARLIEST <= valid_from < LATEST:
        raise ValueRefused(f"生效日期应在 {EARLIEST:%Y} 年到 {LATEST:%Y} 年之间，请改正")
    if population not in definition.populations:
        raise ValueRefused(f"“{definition.label}”不分这一人群，请重新选择")
    if basis not in definition.bases:
        raise ValueRefused(f"“{definition.label}”不分这一口径，请重新选择")
    if county is not None and county.level != "county":
        raise ValueRefused("适用范围应为县，请重新选择")


def _check_something_stays(table: str, code: str, is_active: bool) -> None:
    """A table without entries would leave a form that nobody can fill in."""
    others = CodeItem.objects.filter(table=table, is_active=True).exclude(code=code)
    if not is_active and not others.exists():
        raise ValueRefused("这是表中最后一项，停用后无项可选；请先增加其他项")


def _line(name: str, text: str, most: int) -> str:
    text = text.strip()
    if len(text) > most:
        raise ValueRefused(f"{name}超过 {most} 字，请缩短")
    if text and not text.isprintable():
        raise ValueRefused(f"{name}含有不可见字符，请重新输入")
    return text


def _forget_now_and_on_commit() -> None:
    forget()
    transaction.on_commit(forget)
