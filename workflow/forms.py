"""Shapes of the pages' input; no rules."""

from datetime import datetime

from django import forms

from households.forms.as_written import MoneyField
from policy import codes
from workflow import findings, minutes
from workflow.models import Case, Meeting, MeetingDecision, MonthlyRound, ReportedList, Visit
from workflow.states import ON_REGISTER, Category, Level, Status

TEXT = {"rows": 3}
DATE = {"type": "date"}
Decision = MeetingDecision.Decision


def code_choices(table: str) -> list[tuple[str, str]]:
    return [("", "请选择"), *codes.choices(table)]


def date_input() -> forms.DateInput:
    """The browser's own date picker; it wants ISO whatever the language."""
    return forms.DateInput(attrs=DATE, format="%Y-%m-%d")


class CaseFilterForm(forms.Form):
    """What the case list can be narrowed by."""

    scope = forms.ChoiceField(
        label="范围",
        required=False,
        choices=[("", "等我办理"), ("all", "全部")],
    )
    status = forms.ChoiceField(
        label="状态", required=False, choices=[("", "全部"), *Status.choices]
    )
    month = forms.CharField(
        label="登记月份",
        required=False,
        max_length=7,
        widget=forms.DateInput(attrs={"type": "month"}),
    )
    village = forms.CharField(required=False, max_length=12, widget=forms.HiddenInput)
    area = forms.ChoiceField(label="乡镇、村", required=False)
    overdue = forms.BooleanField(label="只看逾期", required=False)

    def __init__(self, *args, areas=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = [("", "全部"), *areas]
        if not areas:
            del self.fields["area"]

    def clean_month(self):
        text = self.cleaned_data["month"]
        if not text:
            return None
        try:
            return datetime.strptime(text, "%Y-%m").date()
        except ValueError:
            raise forms.ValidationError("月份请写成 2021-03 的样子。") from None


class StepForm(forms.Form):
    """Comment, reason and facts of one step, as its row of the table asks for them."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, step, case=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.step = step
        if step.reason_table:
            self.fields["reason"] = forms.ChoiceField(
                label="原因", choices=code_choices(step.reason_table)
            )
        if case is not None:
            self._add_facts(case)
        self.fields["comment"] = forms.CharField(
            label="意见",
            required=step.comment_required,
            max_length=500,
            widget=forms.Textarea(attrs=TEXT),
            help_text="写明要补正什么或为什么。" if step.comment_required else "可不填。",
        )
        codes.explain(self, "step")

    def _add_facts(self, case: Case):
        wanted = self.step.facts
        if "category" in wanted:
            self.fields["category"] = forms.ChoiceField(
                label="类别", choices=Category.choices[:2], initial=case.category
            )
        if "risks" in wanted:
            self.fields["risks"] = forms.MultipleChoiceField(
                label="致贫/返贫风险",
                choices=codes.choices("risk"),
                initial=case.risks,
                widget=forms.CheckboxSelectMultiple,
            )
        if "per_capita_income" in wanted:
            known = case.per_capita_income
            self.fields["per_capita_income"] = MoneyField(
                label="人均纯收入（元/年）",
                required=False,
                initial=case.household.per_capita_income if known is None else known,
            )
        if "is_urgent" in wanted:
            self.fields["is_urgent"] = forms.BooleanField(
                label="情况紧急，先行帮扶", required=False, initial=case.is_urgent
            )
        if "remark" in wanted:
            self.fields["remark"] = forms.CharField(
                label="备注", required=False, max_length=200, initial=case.remark
            )
        if "clearing_kind" in wanted:
            self.fields["clearing_kind"] = forms.ChoiceField(
                label="消除方式", choices=code_choices("clearing_kind")
            )

    def facts(self) -> dict:
        """What the step writes besides the status."""
        return {key: self.cleaned_data[key] for key in self.step.facts if key in self.cleaned_data}


class VisitForm(forms.Form):
    """A visit, phone first: five looks, three safeguards, photos are optional."""

    form_key = forms.UUIDField(widget=forms.HiddenInput)
    visited_on = forms.DateField(label="走访日期", widget=date_input())
    kind = forms.ChoiceField(label="方式", choices=Visit.Kind.choices, initial=Visit.Kind.HOME,
                             widget=forms.RadioSelect)  # fmt: skip
    contacted = forms.CharField(
        label="联系到了谁",
        required=False,
        max_length=60,
        help_text="长期外出、电话或视频核实的填写，如“户主本人”“儿子王某”；入户的不填。",
    )
    people = forms.CharField(label="走访人", max_length=200, help_text="几个人一起去的都写上。")
    opinion = forms.CharField(
        label="研判意见", required=False, max_length=500, widget=forms.Textarea(attrs=TEXT)
    )

    def __init__(self, *args, purposes=(), **kwargs):
        super().__init__(*args, **kwargs)
        if len(purposes) > 1:
            self.fields["purpose"] = forms.ChoiceField(label="事由", choices=purposes)
        for key, label, hint in findings.LOOKS:
            self.fields[key] = forms.CharField(
                label=label,
                required=False,
                max_length=findings.LOOK_LIMIT,
                help_text=hint,
                widget=forms.Textarea(attrs={"rows": 2}),
            )
        for key, label in findings.PROBLEMS:
            self.fields[key] = forms.BooleanField(label=label, required=False)
        self.fields["next_on"] = forms.DateField(
            label="下次走访日期", required=False, widget=date_input(),
            help_text="约好了日子的填写；不填按风险等级的间隔。",
        )  # fmt: skip
        codes.explain(self, "visit")

    def clean(self):
        data = super().clean()
        if data.get("kind", Visit.Kind.HOME) != Visit.Kind.HOME and not data.get("contacted"):
            self.add_error("contacted", "电话、视频核实的，请填写联系到了谁。")
        return data

    def findings(self) -> dict:
        keys = [key for key, *_ in findings.LOOKS] + [key for key, _ in findings.PROBLEMS]
        return {key: self.cleaned_data[key] for key in keys}


class MeetingForm(forms.Form):
    """The head of a meeting record."""

    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    held_on = forms.DateField(label="会议日期", widget=date_input())
    place = forms.CharField(label="地点", max_length=80)
    host = forms.CharField(label="主持人", max_length=40)
    recorder = forms.CharField(label="记录人", max_length=40)
    expected_count = forms.IntegerField(label="应到人数", min_value=1, max_value=2000)
    present_count = forms.IntegerField(label="实到人数", min_value=0, max_value=2000)
    attendees = forms.CharField(
        label="参会人员", required=False, max_length=2000, widget=forms.Textarea(attrs=TEXT)
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        codes.explain(self)

    def clean(self):
        data = super().clean()
        if data.get("present_count", 0) > data.get("expected_count", 0) > 0:
            self.add_error("present_count", "实到人数不能超过应到人数，请核对。")
        return data

    def facts(self) -> dict:
        return {key: value for key, value in self.cleaned_data.items() if key != "form_key"}


class DecisionForm(forms.Form):
    """One household's line of a meeting: three numbers; the decision follows from them."""

    votes_for = forms.IntegerField(label="同意", min_value=0, max_value=2000, required=False)
    votes_against = forms.IntegerField(label="不同意", min_value=0, max_value=2000, required=False)
    votes_abstain = forms.IntegerField(label="弃权", min_value=0, max_value=2000, required=False)
    decision = forms.ChoiceField(label="结论", required=False)
    reason = forms.ChoiceField(label="不纳入原因", required=False)
    clearing_kind = forms.ChoiceField(label="消除方式", required=False)
    opinion = forms.CharField(label="意见", required=False, max_length=500)

    def __init__(self, *args, decision, meeting, **kwargs):
        super().__init__(*args, **kwargs)
        self.present_count = meeting.present_count
        self.fields["decision"].choices = _decisions_at(meeting.level)
        self.fields["reason"].choices = code_choices("not_admitted_reason")
        self.fields["clearing_kind"].choices = code_choices("clearing_kind")
        if decision.case.status != Status.CLEARING_RECHECKED:
            del self.fields["clearing_kind"]
        if decision.case.status in ON_REGISTER:
            del self.fields["reason"]  # a clearing that is not passed stays or goes back
        for name, field in self.fields.items():
            kind = "form-select" if isinstance(field, forms.ChoiceField) else "form-control"
            # The column head is not enough for who hears the page: whose votes are these?
            label = f"{decision.case.household.head_name}户：{field.label}"
            field.widget.attrs |= {"class": kind, "aria-label": label, "data-vote": name}

    def row(self) -> dict:
        """The line as `decide_many` takes it; an undecided line is decided by its votes."""
        data = dict(self.cleaned_data)
        for key in ("votes_for", "votes_against", "votes_abstain"):
            data[key] = data[key] or 0
        if not data["decision"] and data["votes_for"] + data["votes_against"]:
            passed = minutes.is_passed(self.present_count, data["votes_for"])
            data["decision"] = Decision.ADMIT if passed else Decision.REFUSE
        return data


def _decisions_at(level: str) -> list[tuple[str, str]]:
    """A village has nobody below to send a household back to."""
    shown = [(value, label) for value, label in Decision.choices if value]
    if level == Level.VILLAGE:
        shown = [pair for pair in shown if pair[0] != Decision.SEND_BACK]
    return [("", "按票数定"), *shown]


class ListFilterForm(forms.Form):
    """What the reported lists and the meetings can be narrowed by."""

    round = forms.ModelChoiceField(MonthlyRound.objects.none(), label="月份", required=False,
                                   empty_label="全部")  # fmt: skip
    kind = forms.ChoiceField(
        label="种类", required=False, choices=[("", "全部"), *ReportedList.Kind.choices]
    )
    area = forms.CharField(required=False, max_length=12, widget=forms.HiddenInput)

    def __init__(self, *args, rounds, has_kind=True, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["round"].queryset = rounds
        if not has_kind:
            del self.fields["kind"]


class NoticeForm(forms.Form):
    """公示: since when it hangs in the village, and whom to call."""

    posted_on = forms.DateField(label="公示开始日期", widget=date_input())
    contact = forms.CharField(
        label="意见电话", max_length=60, help_text="群众有意见时打给谁，会印在公示上。"
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        codes.explain(self)


class ReasonForm(forms.Form):
    reason = forms.CharField(label="原因", max_length=200, widget=forms.Textarea(attrs=TEXT))


class MarkForm(forms.Form):
    on = forms.DateField(label="标注日期", widget=date_input())


class MinutesForm(forms.ModelForm):
    class Meta:
        model = Meeting
        fields = ["minutes"]
        widgets = {"minutes": forms.Textarea(attrs={"rows": 12})}
