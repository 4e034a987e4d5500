"""Shapes of input on the administrators' pages; the rules are in the apps that own the rows."""

from django import forms
from django.db.models import Q

from accounts import access
from accounts.permissions import Permission
from areas import divisions
from areas.containment import contains
from areas.divisions import DivisionsRefused
from areas.models import Area
from areas.rules import level_of
from audit.events import EventKind
from policy import rules
from policy.definitions import DEFINITIONS
from policy.models import Basis, Population
from portal.code_tables import extra_fields

LARGEST_LIST = 5 * 1024 * 1024


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self):
        super().__init__(format="%Y-%m-%d")


def _inside_own(user, code: str) -> bool:
    codes = access.codes(user, Permission.AREA_MANAGE)
    return any(contains(outer, code) for outer in codes)


class AreaForm(forms.Form):
    code = forms.CharField(
        label="区划代码", max_length=12, help_text="村12位，乡镇9位，县6位，例如 410922101001"
    )
    name = forms.CharField(label="名称", max_length=60, help_text="例如 西街村委会")
    short_name = forms.CharField(
        label="简称",
        max_length=60,
        required=False,
        help_text="台账上的叫法，例如 西街村；不填由系统生成",
    )
    parent = forms.CharField(label="上级代码", max_length=12, required=False)
    is_active = forms.BooleanField(
        label="在用",
        required=False,
        initial=True,
        help_text="停用后不再出现在选择框里，以前的记录保留",
    )

    def __init__(self, *args, user, area=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.user, self.area = user, area
        if area is not None:
            self.fields["code"].disabled = True
            self.fields["parent"].disabled = True

    def clean_code(self):
        code = self.cleaned_data["code"]
        if not _inside_own(self.user, code):
            raise forms.ValidationError("这个代码不在您管理的区划之内，请核对前几位")
        if level_of(code) is None:
            raise forms.ValidationError("区划代码应为数字：村12位，乡镇9位，县6位，请核对")
        if self.area is None and (there := Area.objects.filter(code=code).first()):
            raise forms.ValidationError(
                f"这个代码已经是{there.name}，请换一个代码，或回到列表修改{there.name}"
            )
        return code


class AreaFileForm(forms.Form):
    file = forms.FileField(
        label="区划名单（csv）", help_text="四列：code,name,level,parent。5 MB以内，WPS可另存为csv。",
        widget=forms.ClearableFileInput(attrs={"class": "form-control", "accept": ".csv"}),
        error_messages={"required": "还没有选择文件，请先选择csv文件", "empty": "文件是空的，请检查后重新选择"},
    )  # fmt: skip

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean(self):
        given = self.cleaned_data.get("file")
        if given is None:
            return self.cleaned_data
        if given.size > LARGEST_LIST:
            raise forms.ValidationError("文件超过5 MB，请确认选的是区划名单")
        self.cleaned_data["data"] = data = given.read()
        try:
            outside = [d for d in divisions.read(data) if not _inside_own(self.user, d.code)]
        except DivisionsRefused as refused:
            raise forms.ValidationError(refused.reasons[:20]) from refused
        if outside:
            raise forms.ValidationError(
                f"第 {outside[0].row} 行代码 {outside[0].code[:20]} 等 {len(outside)} 行"
                "不在您管理的区划之内，请删去后再装入"
            )
        return self.cleaned_data


class ParameterForm(forms.Form):
    value = forms.CharField(label="取值", max_length=60)
    valid_from = forms.DateField(
        label="从哪天起执行", widget=DateInput,
        error_messages={"required": "请填从哪天起执行", "invalid": "日期不对，应为2026-01-01这样的格式"},
    )  # fmt: skip
    population = forms.ChoiceField(label="人群", choices=Population.choices, required=False)
    basis = forms.ChoiceField(label="口径", choices=Basis.choices, required=False)
    clause = forms.CharField(
        label="依据", max_length=60, help_text="哪个文件、哪一条，例如 豫扶贫组〔2021〕3号"
    )
    note = forms.CharField(label="说明", max_length=300, required=False)

    def __init__(self, *args, key, **kwargs):
        super().__init__(*args, **kwargs)
        self.definition = DEFINITIONS[key]
        value = self.fields["value"]
        value.label = f"取值（{self.definition.unit}）" if self.definition.unit else "取值"
        value.help_text = self.definition.note
        if self.definition.kind is rules.Kind.FLAG:
            self.fields["value"] = forms.ChoiceField(
                label="取值", choices=[("是", "是"), ("否", "否")]
            )
        for name, offered in (
            ("population", self.definition.populations),
            ("basis", self.definition.bases),
        ):
            field = self.fields[name]
            field.choices = [pair for pair in field.choices if pair[0] in offered]
            if offered == ("",):
                del self.fields[name]

    def clean_value(self):
        try:
            return rules.stored(self.definition, self.cleaned_data["value"])
        except rules.ValueRefused as refused:
            raise forms.ValidationError(str(refused)) from refused


class CodeItemForm(forms.Form):
    code = forms.CharField(label="代码", max_length=40)
    label = forms.CharField(label="名称", max_length=60)
    order = forms.IntegerField(label="顺序", min_value=0, max_value=9999, initial=100)
    is_active = forms.BooleanField(
        label="在用", required=False, initial=True, help_text="停用后不再出现在新填的表里"
    )
    note = forms.CharField(label="说明", max_length=300, required=False)

    def __init__(self, *args, is_new, table, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"].disabled = not is_new
        self.further = extra_fields(table)
        self.fields |= self.further

    def values(self) -> dict:
        """Ready for save_code_item; `extra` only where the table has further facts."""
        plain = {key: v for key, v in self.cleaned_data.items() if key not in self.further}
        if not self.further:
            return plain
        return plain | {"extra": {key: self.cleaned_data[key] for key in self.further}}


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self):
        super().__init__(format="%H:%M")


class ScheduleTimeForm(forms.Form):
    """When an entry of the clock runs: the time of day, of an hourly one the minute."""

    at = forms.TimeField(
        label="执行时间",
        widget=TimeInput,
        help_text="北京时间，例如 07:30；夜里和清早用的人少",
        error_messages={"invalid": "不是一天里的时间，请写成 07:30 这样"},
    )
    minute = forms.IntegerField(
        label="每小时第几分", min_value=0, max_value=59, help_text="0到59的整数，例如 5"
    )

    def __init__(self, *args, is_hourly, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["at" if is_hourly else "minute"]

    def time(self) -> dict:
        """Ready for move_schedule."""
        if "minute" in self.cleaned_data:
            return {"hour": None, "minute": self.cleaned_data["minute"]}
        at = self.cleaned_data["at"]
        return {"hour": at.hour, "minute": at.minute}


class AuditFilterForm(forms.Form):
    person = forms.CharField(label="操作人", max_length=40, required=False)
    kind = forms.ChoiceField(
        label="事项", choices=[("", "全部事项"), *EventKind.choices], required=False
    )
    object_id = forms.CharField(label="对象编号", max_length=64, required=False)
    since = forms.DateField(label="从", widget=DateInput, required=False)
    until = forms.DateField(label="到", widget=DateInput, required=False)

    def said(self) -> dict[str, str]:
        """The filters in use, for the audit row about the looking."""
        if not self.is_bound or not self.is_valid():
            return {}
        return {name: str(value) for name, value in self.cleaned_data.items() if value}

    def narrowed(self, events):
        """The events that fit; an unreadable filter narrows nothing and says so on the page."""
        if not self.is_bound or not self.is_valid():
            return events
        given = self.cleaned_data
        wanted = Q()
        if given["person"]:
            wanted &= Q(actor_name__contains=given["person"])
        if given["kind"]:
            wanted &= Q(kind=given["kind"])
        if given["object_id"]:
            wanted &= Q(object_id=given["object_id"])
        if given["since"]:
            wanted &= Q(at__date__gte=given["since"])
        if given["until"]:
            wanted &= Q(at__date__lte=given["until"])
        return events.filter(wanted)
