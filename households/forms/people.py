"""Shapes of the pages over members, and of natural changes; no rules."""

from django import forms

from audit import clock
from households import idnumbers
from households.forms.household import HouseholdForm, date_input
from households.models import NaturalChange
from households.models.household import LowIncomeKind
from policy import codes

CODED = (
    ("ethnicity", "民族"),
    ("political_status", "政治面貌"),
    ("education", "文化程度"),
    ("student_state", "在校生状况"),
    ("health", "健康状况"),
    ("skill", "劳动技能"),
    ("medical_insurance", "基本医疗保险"),
    ("pension_insurance", "基本养老保险"),
    ("disability_category", "残疾类别"),
    ("disability_grade", "残疾等级"),
)
# What is asked first, in this order; the rest stays folded.
MAIN = (
    "kind",
    "changed_on",
    "name",
    "relation",
    "id_number",
    "birth_on",
    "sex",
    "health",
    "skill",
    "low_income_kind",
    "phone",
    "note",
)
# Of a member who is known already a visit asks these first.
MAIN_OF_KNOWN = (
    "name",
    "relation",
    "birth_on",
    "sex",
    "student_state",
    "health",
    "skill",
    "work_place",
    "work_months",
    "medical_insurance",
    "low_income_kind",
    "phone",
    "id_number",
)


class PersonForm(forms.Form):
    """Facts of a member. The ID number is only typed when it is new or wrong."""

    explained_as: tuple[str, ...] = ("person",)
    main: tuple[str, ...] = MAIN_OF_KNOWN
    name = forms.CharField(label="姓名", min_length=2, max_length=40)
    relation = forms.ChoiceField(label="与户主关系")
    id_number = forms.CharField(
        label="证件号码",
        max_length=60,
        required=False,
        help_text="18位身份证号码，例如 11010519491231002X；空格、小写x都可以。",
    )
    low_income_kind = forms.ChoiceField(label="低保", required=False, choices=LowIncomeKind.choices)
    work_place = forms.CharField(label="务工地点", max_length=60, required=False)
    work_months = forms.IntegerField(
        label="务工时长（月）", min_value=0, max_value=12, required=False
    )
    phone = HouseholdForm.base_fields["phone"]
    version = forms.IntegerField(
        min_value=1, max_value=2**31 - 1, required=False, widget=forms.HiddenInput
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        relations = codes.choices_with("relation", self.initial.get("relation", ""))
        self.fields["relation"].choices = [("", "请选择"), *relations]
        for name, label in CODED:
            # What the register says by a word retired since, or typed freely by an import, stays.
            words = codes.choices_with(name, self.initial.get(name, ""))
            self.fields[name] = forms.ChoiceField(
                label=label, required=False, choices=[("", "未填写"), *words]
            )
        codes.explain(self, *self.explained_as)

    @property
    def main_fields(self):
        """Fields that are always shown."""
        return [self[name] for name in self.main if name in self.fields]

    @property
    def more_fields(self):
        """Fields that may stay empty, folded."""
        return [field for field in self.visible_fields() if field.name not in self.main]

    def clean_id_number(self):
        written = self.cleaned_data["id_number"]
        if not written:
            return ""
        found = idnumbers.parse(written, on=clock.today())
        if not found.is_usable:
            raise forms.ValidationError(found.reason_zh)
        return found.value

    def facts(self):
        """What the actions take."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class NewPersonForm(PersonForm):
    """A member who may not have an ID number yet (a new-born child)."""

    main = MAIN
    birth_on = forms.DateField(label="出生日期", required=False, widget=date_input())
    sex = forms.ChoiceField(
        label="性别", required=False, choices=[("", "请选择"), ("男", "男"), ("女", "女")]
    )

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not cleaned["id_number"]:
            if not cleaned.get("birth_on") or not cleaned.get("sex"):
                self.add_error("id_number", "没有证件号码的，请填写出生日期和性别。")
            elif cleaned["birth_on"] > clock.today():
                self.add_error("birth_on", "出生日期不能晚于今天。")
        return cleaned


class UnnumberedPersonForm(NewPersonForm):
    """A known member without an ID number: day of birth and sex are typed, and may be wrong."""

    main = MAIN_OF_KNOWN


class ArrivalForm(NewPersonForm):
    """Who came into the household."""

    explained_as = ("arrival", "change", "person")
    kind = forms.ChoiceField(
        label="增加原因", choices=[(k.value, k.label) for k in NaturalChange.ARRIVALS]
    )
    changed_on = forms.DateField(label="发生日期", widget=date_input())
    note = forms.CharField(label="说明", max_length=200, required=False)


class MemberField(forms.ModelChoiceField):
    """One of the household's members, told apart by relation."""

    def __init__(self, **kwargs):
        super().__init__(queryset=None, empty_label="请选择", **kwargs)

    def label_from_instance(self, obj):
        return f"{obj.name}（{obj.relation}）"


class DepartureForm(forms.Form):
    """Who left the household; the head's place is filled at once."""

    person = MemberField(label="减少的成员")
    kind = forms.ChoiceField(
        label="减少原因", choices=[(k.value, k.label) for k in NaturalChange.DEPARTURES]
    )
    changed_on = forms.DateField(label="发生日期", widget=date_input())
    new_head = MemberField(
        label="新户主",
        required=False,
        help_text="户主减少时必填；整户只剩他一人时不填。",
    )
    note = forms.CharField(label="说明", max_length=200, required=False)

    def __init__(self, *args, members, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = members
        self.fields["new_head"].queryset = members
        codes.explain(self, "departure", "change")


class NewHeadForm(forms.Form):
    """Who leads the household now, and what the others are to that person."""

    new_head = MemberField(label="新户主")
    changed_on = forms.DateField(label="发生日期", widget=date_input())
    note = forms.CharField(label="说明", max_length=200, required=False)

    def __init__(self, *args, members, **kwargs):
        super().__init__(*args, **kwargs)
        self.members = list(members)
        self.fields["new_head"].queryset = members
        codes.explain(self, "head", "change")
        add_relations(self, "与新户主的关系", is_required=False)


class SplitForm(forms.Form):
    """Who founds a household of their own, and who is what to whom afterwards."""

    leaving = forms.ModelMultipleChoiceField(
        label="分出去的成员", queryset=None, widget=forms.CheckboxSelectMultiple
    )
    new_head = MemberField(label="新户的户主")
    stay_head = MemberField(
        label="原户的新户主", required=False, help_text="原户主分出去时必填，其他情况不填。"
    )
    changed_on = forms.DateField(label="发生日期", widget=date_input())
    number = forms.CharField(
        label="新户的户编号",
        max_length=40,
        required=False,
        help_text="国家平台还没有编号的可以不填，先用原户编号加“-1”，以后在“修改农户资料”里改。",
    )
    case_moves = forms.BooleanField(
        label="监测个案、线索和帮扶跟新户走",
        required=False,
        help_text="不勾选就留在原户；两户都要监测的，办完后再为另一户登记。",
    )
    note = forms.CharField(label="分户原因", max_length=200)

    def __init__(self, *args, members, **kwargs):
        super().__init__(*args, **kwargs)
        self.members = list(members)
        self.fields["leaving"].queryset = members
        self.fields["leaving"].label_from_instance = lambda one: f"{one.name}（{one.relation}）"
        for name in ("new_head", "stay_head"):
            self.fields[name].queryset = members
        codes.explain(self, "split", "regroup")
        add_relations(self, "与所在户户主的关系", is_required=False)


class MergeForm(forms.Form):
    """Which household all members join, and what they are to its head."""

    # A village has some 350 of them: typed and picked from what fits, not scrolled for.
    into = forms.CharField(
        label="并入哪一户",
        max_length=160,
        widget=forms.TextInput(attrs={"list": "other-households", "autocomplete": "off"}),
    )
    changed_on = forms.DateField(label="发生日期", widget=date_input())
    note = forms.CharField(label="并户原因", max_length=200)

    def __init__(self, *args, members, others, **kwargs):
        super().__init__(*args, **kwargs)
        self.members = list(members)
        self.others = {
            "".join(f"{one.head_name}户，{one.member_count}人（{one.number}）".split()): one
            for one in others
        }
        codes.explain(self, "merge", "regroup")
        add_relations(self, "与并入户户主的关系", is_required=True)

    def clean_into(self):
        """The household picked from the list, or told by its number or its head's name."""
        written = "".join(self.cleaned_data["into"].split())
        if picked := self.others.get(written):
            return picked
        name = written.removesuffix("户")
        found = [o for o in self.others.values() if name in (o.head_name, o.number)]
        if len(found) == 1:
            return found[0]
        if found:
            raise forms.ValidationError(
                f"本村有 {len(found)} 户户主叫{name}，请从列出来的里面选一户。"
            )
        raise forms.ValidationError("本村没有找到这一户，请输户主姓名，再从列出来的里面选。")


def add_relations(form, label, *, is_required):
    """One choice a member: what that person is to the head afterwards."""
    first = ("", "请选择" if is_required else "不变")
    relations = [first, *[choice for choice in codes.choices("relation") if choice[0] != "户主"]]
    for person in form.members:
        form.fields[f"relation_{person.pk}"] = forms.ChoiceField(
            label=f"{person.name}（现为{person.relation}）{label}",
            choices=relations,
            required=is_required,
        )


def relations_of(form):
    """New relation by pk of the members for whom one was chosen."""
    chosen = {p.pk: form.cleaned_data[f"relation_{p.pk}"] for p in form.members}
    return {pk: relation for pk, relation in chosen.items() if relation}
