"""The plan's form: one row for every kind of measure, those proposed for the needs on top and ticked."""

from dataclasses import dataclass

from django import forms

from assistance.form_fields import ExplainedForm, money_field
from assistance.models import Attention
from policy import codes

TEXT = {"rows": 3}


@dataclass(frozen=True)
class KindRow:
    """One kind of measure on the form."""

    label: str
    group: str
    cause: str  # of the need that asks for it, in words
    is_development: bool
    tick: object
    content: object
    amount: object


class PlanForm(forms.Form):
    """缺什么、扶什么; `proposed` is kind -> cause, `latest` the version before the writer's eyes."""

    based_on = forms.IntegerField(widget=forms.HiddenInput)
    needs = forms.CharField(
        label="缺什么", widget=forms.Textarea(attrs=TEXT),
        help_text="收入、住房、教育、医疗、饮水、劳动力等方面的短板。",
    )  # fmt: skip
    goal = forms.CharField(
        label="扶什么", required=False, widget=forms.Textarea(attrs=TEXT),
        help_text="针对短板准备采取的办法。",
    )  # fmt: skip
    no_development_reason = forms.CharField(
        label="没有开发式措施的原因", required=False, max_length=200,
        help_text="有劳动力的户至少要有一项开发式措施；确实不能安排的写明原因。",
    )  # fmt: skip

    def __init__(self, *args, proposed, needs_text="", latest=None, **kwargs):
        planned = {item.kind: item for item in latest.items.all()} if latest else {}
        kwargs["initial"] = {
            "based_on": latest.version if latest else 0,
            "needs": latest.needs if latest else needs_text,
            "goal": latest.goal if latest else "",
            "no_development_reason": latest.no_development_reason if latest else "",
        }
        super().__init__(*args, **kwargs)
        self.causes = proposed | {kind: item.cause for kind, item in planned.items() if item.cause}
        self.kinds = dict(codes.choices("measure_kind"))
        self.kinds |= {kind: codes.label("measure_kind", kind) for kind in planned}
        for kind, label in self.kinds.items():
            self._add(kind, label, planned.get(kind), kind in proposed and latest is None)

    def _add(self, kind, label, item, is_proposed):
        self.fields[f"tick-{kind}"] = forms.BooleanField(
            label=label, required=False, initial=bool(item) or is_proposed,
            widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
        )  # fmt: skip
        self.fields[f"content-{kind}"] = forms.CharField(
            required=False, max_length=200, initial=item.content if item else "",
            widget=forms.TextInput(
                attrs={"class": "form-control", "aria-label": f"{label}：具体内容"}
            ),
        )  # fmt: skip
        amount = money_field(
            "计划金额", **{"class": "form-control", "aria-label": f"{label}：计划金额（元）"}
        )
        amount.initial = item.amount if item else None
        self.fields[f"amount-{kind}"] = amount

    def rows(self) -> list[KindRow]:
        """Proposed and planned kinds first, then the rest, in the order of the code table."""
        rows = [self._row(kind) for kind in self.kinds]
        return sorted(rows, key=lambda row: not row.cause and not row.tick.value())

    def first_rows(self) -> list[KindRow]:
        return [row for row in self.rows() if row.cause or row.tick.value()]

    def other_rows(self) -> list[KindRow]:
        return [row for row in self.rows() if not (row.cause or row.tick.value())]

    def _row(self, kind) -> KindRow:
        extra = codes.extra("measure_kind", kind)
        cause = self.causes.get(kind, "")
        return KindRow(
            label=self.kinds[kind],
            group=codes.label("measure_group", extra.get("group", "")),
            cause=codes.label("measure_proposal", cause) if cause else "",
            is_development=bool(extra.get("is_development")),
            tick=self[f"tick-{kind}"],
            content=self[f"content-{kind}"],
            amount=self[f"amount-{kind}"],
        )

    def clean(self):
        cleaned = super().clean()
        for kind, label in self.kinds.items():
            told = cleaned.get(f"content-{kind}") or cleaned.get(f"amount-{kind}") is not None
            if told and not cleaned.get(f"tick-{kind}"):
                self.add_error(None, f"{label}填了内容或金额但没有勾选，请勾选或清空。")
        return cleaned

    def values(self) -> dict:
        """Ready for make_plan."""
        data = self.cleaned_data
        return {
            "based_on": data["based_on"],
            "needs": data["needs"],
            "goal": data["goal"],
            "no_development_reason": data["no_development_reason"],
            "items": [
                {
                    "kind": kind,
                    "cause": self.causes.get(kind, ""),
                    "content": data[f"content-{kind}"],
                    "amount": data[f"amount-{kind}"],
                }
                for kind in self.kinds
                if data[f"tick-{kind}"]
            ],
        }


class ReturnForm(ExplainedForm):
    """Back to its writer."""

    explained_as = "plan_return"
    reason = forms.CharField(
        label="退回原因", max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )


class AttentionForm(ExplainedForm):
    """风险等级 decides how often the household is visited."""

    explained_as = "attention"
    level = forms.ChoiceField(label="风险等级", choices=Attention.Level.choices)
    reason = forms.CharField(label="定级说明", max_length=200, required=False)
