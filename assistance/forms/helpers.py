"""Forms of 帮扶责任人."""

from django import forms
from django.db.models import Q

from areas.containment import ancestor
from assistance.form_fields import ExplainedForm, date_field
from assistance.models import Helper
from audit import clock
from households.forms.as_written import MobileField
from policy import codes


class HelperForm(forms.ModelForm):
    """Who the helper is, how to reach them, and whether they are still in office."""

    phone = MobileField(label="联系电话", required=False, max_length=40)

    class Meta:
        model = Helper
        fields = ["name", "unit", "post_title", "phone", "is_active"]
        help_texts = {"is_active": "已调离、退休的去掉这个勾；名下有结对户的，先移交。"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        codes.explain(self, "helper_record")


class HelperAssignForm(forms.Form):
    """Choose a helper known in the area, or register a new one in the same step."""

    helper = forms.ModelChoiceField(
        Helper.objects.none(), label="帮扶责任人", required=False, empty_label="（登记新的责任人）"
    )
    name = forms.CharField(label="姓名", max_length=40, required=False)
    unit = forms.CharField(label="单位", max_length=80, required=False)
    post_title = forms.CharField(label="职务", max_length=40, required=False)
    phone = MobileField(label="联系电话", required=False, max_length=40)
    starts_on = date_field("结对开始时间")
    reason = forms.CharField(label="交接原因", max_length=200, required=False)

    def __init__(self, *args, case, current=None, **kwargs):
        super().__init__(*args, **kwargs)
        near = Q(area_id=case.village_id) | Q(area_id=ancestor(case.village_id, "township"))
        known = Helper.objects.filter(near, is_active=True)
        self.fields["helper"].queryset = known.exclude(pk=current.helper_id) if current else known
        self.fields["starts_on"].initial = clock.today
        if current is None:
            del self.fields["reason"]
        else:
            self.fields["reason"].required = True
            self.fields[
                "reason"
            ].help_text = f"现任 {current.helper.name}，为什么更换；走访和未完成的措施随之移交。"
        codes.explain(self, "helper")

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("helper"):
            for field, label in (("name", "姓名"), ("unit", "单位")):
                if not cleaned.get(field):
                    self.add_error(field, f"登记新的责任人请填写{label}。")
        return cleaned


class HandOverForm(ExplainedForm):
    """All households of one helper to another."""

    explained_as = "hand_over"
    to = forms.ModelChoiceField(Helper.objects.none(), label="接手人", empty_label="请选择")
    starts_on = date_field("接手日期")
    reason = forms.CharField(label="交接原因", max_length=200)

    def __init__(self, *args, helper, known, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = known.filter(is_active=True).exclude(pk=helper.pk)
        self.fields["starts_on"].initial = clock.today
