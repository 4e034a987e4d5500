"""Shape of input for claims and relief; rules live in rules.py and actions."""

from django import forms

from assistance.form_fields import GONE, ExplainedForm, FilesField, date_field, money_field
from assistance.relief.models import InsuranceClaim, InsuranceCover, ReliefRequest
from audit import clock
from households.forms.people import MemberField
from households.models.household import LowIncomeKind
from policy import codes

NOT_HERE = {"invalid_choice": f"当事人{GONE}"}


def _story(label, help_text="", most=300):
    return forms.CharField(
        label=label, max_length=most, help_text=help_text, widget=forms.Textarea(attrs={"rows": 3})
    )


def _proofs(examples: str):
    return FilesField(
        label="印证材料",
        help_text=f"{examples}，照片或 PDF，可以一次选几个；没有可不传，以后补传。",
    )


class ProofForm(forms.Form):
    """Papers that came after their step."""

    proofs = FilesField(label="补传印证材料", help_text="照片或 PDF，可以一次选几个。")


class EnrolForm(ExplainedForm):
    """Whom to insure this year, and from which day."""

    explained_as = "enrol"
    group = forms.ChoiceField(label="参保对象", choices=InsuranceCover.Group.choices)
    starts_on = date_field("保险起期")


class ClaimForm(forms.Form):
    """报案: what happened, to whom, when."""

    happened_on = date_field("出险日期")
    cause = forms.ChoiceField(label="出险原因")
    person = MemberField(
        label="当事人", required=False, help_text="全户受灾的不选。", error_messages=NOT_HERE
    )
    description = _story("出险情况", "什么地方、怎么发生的、损失多大。")
    proofs = _proofs("现场照片、诊断证明、事故认定书等")

    def __init__(self, *args, household, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["cause"].choices = [("", "请选择"), *codes.choices("insurance_cause")]
        self.fields["person"].queryset = household.members.in_family_order()
        codes.explain(self, "claim")


class InspectForm(ExplainedForm):
    """查勘: what the insurer found on the spot."""

    explained_as = "claim"
    inspected_on = date_field("查勘日期", initial=clock.today)
    inspector = forms.CharField(label="查勘人", max_length=60)
    finding = _story("查勘情况")
    amount_claimed = money_field("申请理赔金额（元）", required=True)
    proofs = _proofs("查勘照片、查勘报告等")


class ClaimPayForm(ExplainedForm):
    """赔付: the money that arrived."""

    explained_as = "claim_pay"
    paid_on = date_field("到账日期", initial=clock.today)
    amount_paid = money_field("赔付金额（元）", required=True)
    proofs = _proofs("转账单、赔付通知等")


class RefuseForm(ExplainedForm):
    """Why not, in words that can be told to the household."""

    explained_as = "relief"
    refused_on = date_field("日期", initial=clock.today)
    reason = _story("原因", "用农户听得懂的话写，便于当面说明。", most=200)


class ReliefForm(forms.Form):
    """A request for relief."""

    kind = forms.ChoiceField(label="救助类型", choices=ReliefRequest.Kind.choices)
    risk = forms.ChoiceField(label="困难原因")
    person = MemberField(
        label="当事人", required=False, help_text="全户困难的不选。", error_messages=NOT_HERE
    )
    description = _story("困难情况")
    requested_on = date_field("申请日期", initial=clock.today)
    is_ahead = forms.BooleanField(
        label="情况紧急，先行帮扶、后补程序",
        required=False,
        help_text="只限急难型：先发放，审批手续随后补齐，补齐前一直列在待补清单里。",
    )
    proofs = _proofs("申请书、病历、票据等")

    def __init__(self, *args, household, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["risk"].choices = [("", "请选择"), *codes.choices("risk")]
        self.fields["person"].queryset = household.members.active().in_family_order()
        codes.explain(self, "relief")


class ApproveForm(ExplainedForm):
    """批准, at a level the viewer stands for."""

    explained_as = "approve"
    level = forms.ChoiceField(label="批准层级")
    approved_on = date_field("批准日期", initial=clock.today)
    amount_approved = money_field("批准金额（元）", required=True)
    protection = forms.ChoiceField(
        label="纳入",
        required=False,
        choices=[("", "请选择"), *[c for c in LowIncomeKind.choices if c[0]]],
    )
    proofs = _proofs("审批表、批复等")

    def __init__(self, *args, relief, levels, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["level"].choices = levels
        if relief.amount_paid is not None:
            self.fields["amount_approved"].initial = relief.amount_paid
        if relief.kind == ReliefRequest.Kind.FLOOR:
            self.fields["amount_approved"].label = "每月金额（元）"
        else:
            del self.fields["protection"]


class ReliefPayForm(ExplainedForm):
    """发放: the money paid out."""

    explained_as = "relief_pay"
    paid_on = date_field("发放日期", initial=clock.today)
    amount_paid = money_field("发放金额（元）", required=True)
    proofs = _proofs("发放表、转账单、领取照片等")

    def __init__(self, *args, relief, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["amount_paid"].initial = relief.amount_approved
        if relief.kind == ReliefRequest.Kind.FLOOR:
            self.fields["amount_paid"].label = "首次发放金额（元）"


class ClaimFilterForm(forms.Form):
    state = forms.ChoiceField(
        label="办理情况",
        required=False,
        choices=[
            ("", "未办结"),
            ("all", "全部"),
            *[c for c in InsuranceClaim.State.choices],
        ],
    )


class ReliefFilterForm(forms.Form):
    state = forms.ChoiceField(
        label="办理情况",
        required=False,
        choices=[("", "未办结"), ("all", "全部"), *ReliefRequest.State.choices],
    )


class RiskEndedForm(ExplainedForm):
    """风险消失: which risk, when it was found gone, and how one knows."""

    explained_as = "risk_ended"
    risk = forms.ChoiceField(label="风险")
    found_on = date_field("核实日期", initial=clock.today)
    note = _story("核实情况", "例如：疾病已痊愈，复查正常，不再产生医疗支出。", most=200)

    def __init__(self, *args, case, **kwargs):
        super().__init__(*args, **kwargs)
        known = set(case.ended_risks.values_list("risk", flat=True))
        left = [risk for risk in case.risks if risk not in known]
        self.fields["risk"].choices = [(risk, codes.label("risk", risk)) for risk in left]
