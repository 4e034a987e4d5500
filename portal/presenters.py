"""The audit log in the words of those who read it."""

from django.apps import apps

# Keys of an event's detail; one that is missing here is shown as it is.
DETAIL_WORDS = {
    "after": "改后", "amount": "金额", "area": "区划", "attachment": "附件", "basis": "口径",
    "before": "改前", "cases": "户", "checksum": "校验码", "code": "代码", "comment": "意见",
    "count": "数量", "created": "新增", "day": "日期", "department": "部门", "due_on": "期限",
    "enabled": "启用", "ends_on": "结束日期", "fields": "字段", "file": "文件", "filters": "条件",
    "form": "形式", "found": "查到", "household": "农户", "households": "户数", "is_active": "在用",
    "is_export": "导出", "is_late": "逾期", "is_urgent": "先行帮扶", "key": "参数", "kind": "种类",
    "label": "名称", "leads": "线索", "ledger": "台账", "level": "级别", "meeting": "会议",
    "month": "月份", "name": "名称", "note": "说明", "number": "编号", "on": "日期",
    "path": "地址", "people": "人数", "period": "时期", "person": "人员", "place": "范围",
    "population": "人群", "reason": "原因", "rejected": "未导入", "role": "岗位", "rows": "行数",
    "source": "原状态", "stage": "阶段", "starts_on": "开始日期", "state": "状态", "status": "状态",
    "step": "步骤", "table": "代码表", "target": "新状态", "title": "名称", "unchanged": "没有变化",
    "updated": "修改", "user": "用户", "user_id": "用户编号", "username": "登录名",
    "valid_from": "生效日期", "value": "取值", "version": "版本", "visited_on": "走访日期",
}  # fmt: skip


def object_label(object_type: str) -> str:
    """农户 for households.Household; a model that is gone keeps its label."""
    try:
        return str(apps.get_model(object_type)._meta.verbose_name)
    except (LookupError, ValueError):
        return object_type


def detail_lines(detail: dict) -> list[str]:
    """`改前：…`, one a key; empty values say nothing and are left out."""
    return [
        f"{DETAIL_WORDS.get(key, key)}：{_said(value)}"
        for key, value in detail.items()
        if value not in (None, "", [], {})
    ]


def _said(value) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dict):
        return "（" + "，".join(detail_lines(value)) + "）"
    if isinstance(value, list):
        return "、".join(_said(part) for part in value)
    return str(value)
