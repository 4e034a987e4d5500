"""The code tables as administrators know them; the entries are rows of `policy`."""

from django import forms

from policy import codes

TABLE_LABELS = {
    "risk": "致贫返贫风险",
    "relation": "与户主关系",
    "ethnicity": "民族",
    "education": "文化程度",
    "student_state": "在校生状况",
    "health": "健康状况",
    "skill": "劳动技能",
    "low_income_kind": "低保、特困",
    "medical_insurance": "基本医疗保险",
    "pension_insurance": "基本养老保险",
    "political_status": "政治面貌",
    "disability_category": "残疾类别",
    "disability_grade": "残疾等级",
    "serious_illness": "大病病种",
    "disaster": "灾害种类",
    "not_admitted_reason": "不予纳入原因",
    "lead_answer_reason": "线索不属实原因",
    "closed_reason": "自然减少原因",
    "undo_reason": "消除回退原因",
    "clearing_kind": "风险消除方式",
    "insurance_cause": "防贫保出险原因",
    "measure_group": "帮扶措施类别",
    "measure_kind": "帮扶措施",
    "measure_proposal": "风险与措施对照（缺什么、扶什么）",
    "field_help": "填写说明（每个栏目下面的一句话，写在“说明”里）",
}


# What an entry of these tables knows besides its name; the keys are those of CodeItem.extra.
def extra_fields(table: str) -> dict[str, forms.Field]:
    """The further fields of an entry on the administrator's form."""
    if table == "measure_proposal":  # 缺什么、扶什么
        kinds = forms.MultipleChoiceField(
            label="建议的措施", required=False, choices=codes.choices("measure_kind"),
            widget=forms.CheckboxSelectMultiple, help_text="制定帮扶计划时先替填表人勾上这些措施",
        )  # fmt: skip
        return {"kinds": kinds}
    if table == "measure_kind":
        return {
            "group": forms.ChoiceField(label="措施类别", choices=codes.choices("measure_group")),
            "is_development": forms.BooleanField(
                label="开发式帮扶", required=False,
                help_text="提供劳动机会、提高技能、扩大生产的才算；入股分红、直接发钱发物不算",
            ),
        }  # fmt: skip
    return {}
