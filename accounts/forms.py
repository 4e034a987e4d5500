"""The shape of what people type on the sign-in and administration pages."""

import re

from django import forms
from django.contrib.auth import password_validation
from django.core.validators import RegexValidator

from accounts import access, roles
from accounts.models import Department
from accounts.permissions import Permission
from areas.models import Area, Level

CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class SignInForm(forms.Form):
    username = forms.CharField(
        label="登录名",
        max_length=150,
        error_messages={"required": "请填写登录名"},
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autofocus": True, "autocapitalize": "none"}
        ),
    )
    password = forms.CharField(
        label="密码",
        max_length=128,
        strip=False,
        error_messages={"required": "请填写密码"},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class PasswordForm(forms.Form):
    old_password = forms.CharField(
        label="现在的密码",
        max_length=128,
        strip=False,
        error_messages={"required": "请填写现在的密码"},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )
    password = forms.CharField(
        label="新密码",
        max_length=128,
        strip=False,
        error_messages={"required": "请填写新密码"},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label="再输一次新密码",
        max_length=128,
        strip=False,
        error_messages={"required": "请再输一次新密码"},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_old_password(self):
        if not self.user.check_password(self.cleaned_data["old_password"]):
            raise forms.ValidationError("现在的密码不对，请重新输入")
        return self.cleaned_data["old_password"]

    def clean_password(self):
        password_validation.validate_password(self.cleaned_data["password"], self.user)
        return self.cleaned_data["password"]

    def clean(self):
        typed = self.cleaned_data
        if "password" in typed and "again" in typed and typed["password"] != typed["again"]:
            self.add_error("again", "两次输入的新密码不一样，请重新输入")
        return typed


class CodeForm(forms.Form):
    code = forms.CharField(
        label="6 位动态口令",
        max_length=20,
        error_messages={"required": "请填写手机上显示的 6 位数字"},
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": True}
        ),
    )

    def clean_code(self):
        code = re.sub(r"\s", "", self.cleaned_data["code"])
        if not re.fullmatch(r"[0-9]{6}", code):
            raise forms.ValidationError("动态口令是 6 位数字，请照手机上的显示填写")
        return code


class UserFilterForm(forms.Form):
    q = forms.CharField(label="姓名、登录名或单位", max_length=40, required=False)
    role = forms.ChoiceField(
        label="岗位", choices=[("", "全部"), ("none", "没有岗位"), *roles.CHOICES], required=False
    )
    state = forms.ChoiceField(
        label="状态",
        choices=[("", "全部"), ("active", "启用"), ("disabled", "停用")],
        required=False,
    )


class UserForm(forms.Form):
    """A new person (with sign-in name) or a change of one."""

    username = forms.CharField(
        label="登录名",
        max_length=60,
        help_text="字母、数字或 . _ - ，建好后不能改",
        validators=[
            RegexValidator(r"\A[A-Za-z0-9._-]{3,60}\Z", "登录名为 3 到 60 个字母、数字或 . _ -")
        ],
        error_messages={"required": "请填写登录名"},
    )
    full_name = forms.CharField(
        label="姓名", max_length=40, error_messages={"required": "请填写姓名"}
    )
    unit = forms.CharField(
        label="单位", max_length=80, required=False, help_text="如 仙庄镇人民政府、县医保局"
    )
    phone = forms.CharField(
        label="联系电话",
        max_length=20,
        required=False,
        validators=[
            RegexValidator(r"\A[0-9+ -]{5,20}\Z", "联系电话只能有数字、空格和 -，如 13800000000")
        ],
    )
    area = forms.ModelChoiceField(
        label="所属地区",
        queryset=Area.objects.none(),
        help_text="由哪里的管理员管理这个账号；能办什么由岗位决定",
        error_messages={"required": "请选择所属地区", "invalid_choice": "该地区不在您管理的范围"},
    )

    def __init__(self, *args, by, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if user is not None:
            del self.fields["username"]
        managed = Area.objects.filter(
            access.scope(by, Permission.USER_MANAGE, field="code"),
            level__in=[Level.PROVINCE, Level.CITY, Level.COUNTY],
        )
        self.fields["area"].queryset = managed
        if user is None and len(tops := access.codes(by, Permission.USER_MANAGE)) == 1:
            self.initial.setdefault("area", tops[0])

    def clean_full_name(self):
        return _plain(self.cleaned_data["full_name"])

    def clean_unit(self):
        return _plain(self.cleaned_data["unit"])


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="原因", max_length=200, error_messages={"required": "请填写原因"}
    )

    def clean_reason(self):
        return _plain(self.cleaned_data["reason"])


class PostForm(forms.Form):
    """Role, where and how long; areas are typed by name or code and offered while typing."""

    role = forms.ChoiceField(
        label="岗位",
        choices=[("", "请选择"), *roles.CHOICES],
        error_messages={"required": "请选择岗位"},
    )
    area = forms.CharField(
        label="地区",
        max_length=80,
        required=False,
        help_text="输入名称或区划代码，从提示中选；部门经办人不填",
        widget=forms.TextInput(attrs={"list": "areas", "autocomplete": "off"}),
    )
    department = forms.ModelChoiceField(
        label="部门",
        queryset=Department.objects.all(),
        required=False,
        empty_label="（只有部门经办人选）",
    )
    starts_on = forms.DateField(
        label="开始日期",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="不填为今天",
    )
    ends_on = forms.DateField(
        label="结束日期",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="不填为长期；最后一天仍有效",
    )

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, **kwargs)
        self.areas = Area.objects.active().filter(
            access.scope(by, Permission.POST_MANAGE, field="code")
        )

    def clean_area(self):
        """The area of what was typed: 410922103201, 410922103201 西街村, or the name alone."""
        typed = _plain(self.cleaned_data["area"])
        if not typed:
            return None
        first = typed.split()[0]
        if first.isdecimal():
            found = list(self.areas.filter(pk=first)[:2])
        else:
            found = list(self.areas.filter(name=typed)[:2]) or list(
                self.areas.filter(short_name=typed)[:2]
            )
        if not found:
            raise forms.ValidationError("您管理的范围内没有这个地区，请从提示中选择")
        if len(found) > 1:
            raise forms.ValidationError(f"有几个地方都叫“{typed}”，请从提示中选择带区划代码的一个")
        return found[0]


class DepartmentForm(forms.Form):
    name = forms.CharField(
        label="部门名称", max_length=40, error_messages={"required": "请填写部门名称"}
    )

    def clean_name(self):
        return _plain(self.cleaned_data["name"])


def _plain(text: str) -> str:
    if CONTROL.search(text):
        raise forms.ValidationError("含有看不见的控制字符，请重新输入")
    return text.strip()
