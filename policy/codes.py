"""Asking for a code table."""

from policy.memory import remembered
from policy.models import CodeItem


class UnknownTable(LookupError):
    """A table that does not exist: a slip of the programmer, never of the user."""


def choices(table: str) -> list[tuple[str, str]]:
    """(code, label) of the entries in use, in their order, as form fields want them."""
    return [(item.code, item.label) for item in _table(table).values() if item.is_active]


def every(table: str) -> list[str]:
    """Every code of the table, retired ones too."""
    return list(_table(table))


def label(table: str, code: str) -> str:
    """The label of a code, retired ones too; an unknown code stands for itself."""
    item = _table(table).get(code)
    return item.label if item else code


def labels(table: str, codes) -> list[str]:
    """The labels of several codes, in the order given."""
    return [label(table, code) for code in codes]


def extra(table: str, code: str) -> dict:
    """Further facts of a code, e.g. the GB code and sex of a relation; {} for an unknown one."""
    item = _table(table).get(code)
    return item.extra if item else {}


def explain(form, *of: str) -> None:
    """Give each visible field without words of its own the sentence of the table `field_help`.

    `of` are the forms whose own meaning of a field name goes before the general one.
    """
    for name, field in form.fields.items():
        if not field.help_text and not field.widget.is_hidden:
            field.help_text = help_text(name, *of)


def help_text(field: str, *of: str) -> str:
    """The sentence about a field; empty where there is none or the county has switched it off."""
    sentences = _table("field_help")
    for name in (*(f"{form}.{field}" for form in of), field):
        if name in sentences:
            item = sentences[name]
            return item.note if item.is_active else ""
    return ""


def choices_with(table: str, kept: str) -> list[tuple[str, str]]:
    """`choices`, and what a record says already though it is offered no more: it is not lost."""
    found = choices(table)
    if kept and kept not in dict(found):
        found.append((kept, label(table, kept)))
    return found


def _table(table: str) -> dict[str, CodeItem]:
    tables = remembered("codes", _load)
    try:
        return tables[table]
    except KeyError:
        raise UnknownTable(table) from None


def _load() -> dict[str, dict[str, CodeItem]]:
    tables: dict[str, dict[str, CodeItem]] = {}
    for item in CodeItem.objects.all():
        tables.setdefault(item.table, {})[item.code] = item
    return tables
