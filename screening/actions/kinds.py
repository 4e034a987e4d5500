"""Lead kinds are data: an administrator makes a new one from a rule there is, or changes one."""

import re

from django.db import IntegrityError, transaction

from accounts import access
from accounts.permissions import Permission
from audit.events import EventKind
from audit.record import record
from jobs.workbooks.header import title_key
from policy import codes
from policy.definitions import DEFINITIONS
from policy.rules import Kind
from screening import rules
from screening.columns import FIXED_KEYS, ID, NAME, TYPES
from screening.duties.kinds import KINDS
from screening.models import LeadKind
from screening.refusals import LeadRefused

TOLD = ("label", "risk", "rule", "parameter", "basis", "cadence", "clause", "is_active", "columns")
MOST_COLUMNS, MOST_SYNONYMS = 40, 40


@transaction.atomic
def save_kind(*, by, department=None, kind=None, forget=(), **values) -> LeadKind:
    """Add a lead kind to a department, or change one; files that came before stay as judged.

    `values` are the fields in TOLD. `forget` names remembered titles to ask about again. Raises
    LeadRefused.
    """
    if not access.holds(by, Permission.POLICY_MANAGE):
        raise LeadRefused("线索类型由系统管理员维护")
    before = {}
    if kind is None:
        kind = LeadKind(department=department, key=_new_key(department))
    else:
        kind = LeadKind.objects.select_for_update().get(pk=kind.pk)
        if kind.rule == kind.COMPUTED:
            raise LeadRefused("这类线索由系统自己筛查，没有名单可以设置")
        before = {name: getattr(kind, name) for name in TOLD}
    for name, value in values.items():
        setattr(kind, name, value)
    kind.columns = _keyed(kind.columns)
    _check(kind)
    kind.titles = {title: key for title, key in kind.titles.items() if title not in forget}
    try:
        with transaction.atomic():
            kind.save()
    except IntegrityError:
        raise LeadRefused("刚才有人也新增了一种，请再保存一次") from None
    after = {name: getattr(kind, name) for name in TOLD}
    changed = {name: after[name] for name in TOLD if before.get(name) != after[name]}
    record(
        EventKind.LEAD_KIND_SAVED, by=by, obj=kind,
        detail={
            "department": kind.department_id, "key": kind.key, "after": changed,
            "before": {name: before[name] for name in changed if name in before},
            "forgotten": sorted(forget),
        },
    )  # fmt: skip
    return kind


def amount_parameters() -> dict[str, str]:
    """Policy parameters that can be a kind's line: amounts told apart by whose household it is."""
    return {
        d.key: d.label
        for d in DEFINITIONS.values()
        if d.kind is Kind.AMOUNT and d.populations == ("lifted", "general")
    }


def _new_key(department) -> str:
    """Commands and the API name a kind by it; it never changes."""
    taken = set(department.lead_kinds.values_list("key", flat=True))
    return next(key for n in range(1, 1000) if (key := f"list{n}") not in taken)


def _keyed(columns) -> list[dict]:
    """Identity columns have their one key; further new ones get the next free one."""
    taken, keyed = {column.get("key") for column in columns}, []
    for column in columns:
        key = FIXED_KEYS.get(column["type"]) or column.get("key")
        if not key or (key in FIXED_KEYS.values() and column["type"] not in FIXED_KEYS):
            key = next(k for n in range(1, 1000) if (k := f"column{n}") not in taken)
            taken.add(key)
        keyed.append(column | {"key": key})
    return keyed


def _check(kind) -> None:
    same = LeadKind.objects.filter(department=kind.department_id, label=kind.label)
    if same.exclude(pk=kind.pk).exists():
        raise LeadRefused(f"这个部门已经有“{kind.label}”，请换一个名称")
    if kind.risk and kind.risk not in dict(codes.choices("risk")):
        raise LeadRefused("风险请从代码表里选")
    _check_rule(kind)
    _check_columns(kind)


def _check_rule(kind) -> None:
    rule = rules.TYPES.get(kind.rule)
    if rule is None:
        raise LeadRefused("请选择判定规则")
    area_kind = KINDS.get(kind.key)
    if kind.names_areas != bool(area_kind and area_kind.has_area):
        raise LeadRefused(f"“{rules.TYPES[kind.AREAS].label}”只用于疫情、饮水、受灾区域这三种名单")
    types = {column["key"]: column["type"] for column in kind.columns if column["required"]}
    missing = [label for key, (label, kind_of) in rule.needs.items() if types.get(key) != kind_of]
    if missing:
        raise LeadRefused(f"“{rule.label}”要用到{'、'.join(missing)}列，请保留并设为必须有")
    if rule.has_line and "amount" not in types.values():
        raise LeadRefused(f"“{rule.label}”要有一列必填的金额，请加上")
    if rule.has_line and kind.parameter not in amount_parameters():
        raise LeadRefused(f"“{rule.label}”要选一个政策参数作标准")
    if not rule.has_line:
        kind.parameter = kind.basis = ""
    elif kind.basis not in DEFINITIONS[kind.parameter].bases:
        raise LeadRefused("口径与政策参数不符，请重新选择")


def _check_columns(kind) -> None:
    columns = kind.columns
    if not 0 < len(columns) <= MOST_COLUMNS:
        raise LeadRefused(f"列应有 1 到 {MOST_COLUMNS} 个，请增删")
    types = [column["type"] for column in columns]
    if any(kind_of not in TYPES for kind_of in types):
        raise LeadRefused("请选择每一列的内容")
    for kind_of in FIXED_KEYS:
        if types.count(kind_of) > 1:
            raise LeadRefused("姓名、证件号码、乡镇、行政村各只能有一列")
    required = {column["type"] for column in columns if column["required"]}
    if kind.names_areas:
        lost = {"township", "date"} - required
        if lost or {NAME, ID} & set(types):
            raise LeadRefused("这种名单要有必填的乡镇和日期，不写姓名和证件号码")
    elif NAME not in required or not required & {ID, "village"}:
        raise LeadRefused("姓名必须有；证件号码和行政村至少有一样是必须有的，否则找不到人")
    _check_titles(columns)


def _check_titles(columns) -> None:
    """No title may stand for two columns."""
    seen = {}
    for column in columns:
        if not column["label"] or len(column["synonyms"]) > MOST_SYNONYMS:
            raise LeadRefused(f"列名要填写，别名最多 {MOST_SYNONYMS} 个")
        for title in {title_key(title) for title in (column["label"], *column["synonyms"])}:
            if not re.search(r"\w", title):
                raise LeadRefused(f"“{column['label']}”的别名里有空的或只有符号的，请删去")
            if title in seen:
                raise LeadRefused(
                    f"“{column['label']}”和“{seen[title]}”有同样的列名，系统分不清，请删去一处"
                )
            seen[title] = column["label"]
