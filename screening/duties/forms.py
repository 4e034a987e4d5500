"""Shapes of input for matters and duty reports; no rules."""

import uuid

from django import forms

from areas.models import Area
from audit import clock
from households.forms.as_written import MoneyField
from households.villages import Villages, VillageUnknown
from policy import codes
from screening.duties import kinds
from screening.forms import MonthField
from workflow.forms import date_input

MANY = {"accept": "image/jpeg,image/png,image/webp,application/pdf", "class": "form-control"}
MOST_AREAS = 600


class MatterFilterForm(forms.Form):
    """What the list of matters can be narrowed by."""

    STATES = [
        ("", "等我办理"), ("open", "未办结"), ("closed", "已办结"),
        ("differs", "比对与档案不一致"), ("all", "全部"),
    ]  # fmt: skip

    state = forms.ChoiceField(label="办理情况", required=False, choices=STATES)
    kind = forms.ChoiceField(label="事项", required=False)

    def __init__(self, *args, shown, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", "全部"), *((k.key, k.label) for k in shown)]


class MatterForm(forms.Form):
    """One matter: the fields that its kind declares."""

    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, kind, villages=(), county="", **kwargs):
        initial = {
            "form_key": uuid.uuid4(),
            "happened_on": clock.today(),
            **kwargs.pop("initial", {}),
        }
        super().__init__(*args, initial=initial, **kwargs)
        self.kind, self.county = kind, county
        if len(villages) > 1:
            choices = [(v.pk, v.short_name) for v in villages]
            self.fields["village"] = forms.ChoiceField(label="行政村", choices=choices)
        if kind.has_area:
            self.fields["areas"] = forms.CharField(
                label="乡镇、村", widget=forms.Textarea(attrs={"rows": 4}), max_length=20_000,
                help_text="一行一个，例如“城关镇 西关村”；只写乡镇的，该乡镇各村都排查。可以从表格粘贴。",
            )  # fmt: skip
        if kind.happened:
            self.fields["happened_on"] = forms.DateField(label=kind.happened, widget=date_input())
        for field in kind.fields:
            self.fields[f"fact_{field.key}"] = _field_of(field)
        codes.explain(self, "matter")

    def clean_areas(self) -> list[Area]:
        """The townships and villages that were named; an unknown one stops the form."""
        lines = [line.split() for line in self.cleaned_data["areas"].splitlines() if line.split()]
        if len(lines) > MOST_AREAS:
            raise forms.ValidationError(f"一次最多写 {MOST_AREAS} 行，请分次登记。")
        found, unknown = areas_named(lines, self.county)
        if unknown:
            raise forms.ValidationError(f"{unknown[0]}，请改正后再登记。")
        return found

    def facts(self) -> dict[str, str]:
        """What was typed, by field key, as text."""
        typed = ((f.key, self.cleaned_data.get(f"fact_{f.key}")) for f in self.kind.fields)
        return {key: f"{value}" for key, value in typed if value not in (None, "")}


class StepForm(forms.Form):
    """What the holder of a matter says."""

    outcome = forms.ChoiceField(label="结果", required=False, widget=forms.RadioSelect)
    words = forms.CharField(
        label="办理情况", required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args, kind, asks_outcome, **kwargs):
        super().__init__(*args, **kwargs)
        if asks_outcome:
            self.fields["outcome"].choices = [(o.key, o.label) for o in kind.outcomes]
            self.fields["words"].label = "说明"
        else:
            del self.fields["outcome"]
        codes.explain(self, "matter_answer" if asks_outcome else "matter")


class MatterWorkbookForm(forms.Form):
    """A filled list comes back."""

    file = forms.FileField(
        label="填好的表",
        help_text="用本页导出的清单填；一行一项，编号不要改。",
        error_messages={"required": "请选择填好的表。", "empty": "这个文件是空的，请重新选择。"},
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv,.et"}),
    )


class DutyReportForm(forms.Form):
    """The month in the department's own words; the numbers are there already."""

    work = forms.CharField(
        label="本月履职情况", required=False, max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}), help_text="本月开展了哪些工作，下月打算。",
    )  # fmt: skip
    session_on = forms.DateField(label="研判会议日期", required=False, widget=date_input())
    minutes = forms.CharField(
        label="研判会议记录", required=False, max_length=10000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="参会人员、研判了哪些线索、意见。已有纸质记录的可以只传照片。",
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        codes.explain(self, "duty_report")


class DutyMonthForm(forms.Form):
    """Which month the county looks at."""

    month = MonthField(label="月份", required=False)


def areas_named(lines, county: str) -> tuple[list[Area], list[str]]:
    """Areas of (township,) or (township, village) lines; and what could not be told."""
    villages = Villages([county])
    townships = {
        name: area
        for area in Area.objects.active().townships().under(county)
        for name in (area.name, area.short_name)
    }
    codes, found, unknown = [], {}, []
    for line in lines:
        if len(line) == 1 and line[0] in townships:
            found[townships[line[0]].pk] = townships[line[0]]
            continue
        township, village = (line[0], line[1]) if len(line) > 1 and line[1] else ("", line[0])
        try:
            codes.append(villages.code_of(township, village))
        except VillageUnknown as why:
            unknown.append(f"“{' '.join(line)}”{why}")
    found |= Area.objects.in_bulk(codes)
    return list(found.values()), unknown


def _field_of(field: kinds.Field) -> forms.Field:
    more = {"label": field.label, "required": field.is_required, "help_text": field.hint}
    if field.type == "choice":
        return forms.ChoiceField(choices=[("", "请选择"), *((c, c) for c in field.choices)], **more)
    if field.type == "date":
        return forms.DateField(widget=date_input(), **more)
    if field.type == "amount":
        return MoneyField(max_digits=14, **more)
    if field.type == "count":
        return forms.IntegerField(min_value=0, max_value=1_000_000, **more)
    area = forms.Textarea(attrs={"rows": 3}) if field.type == "long" else forms.TextInput()
    return forms.CharField(max_length=500, widget=area, **more)
