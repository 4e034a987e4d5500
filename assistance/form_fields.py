"""Fields that every form of assistance shares."""

from django import forms

from households.forms.as_written import MoneyField
from policy import codes

GONE = "不是该户现有成员（可能已去世或迁出），请重新选择。"


def date_field(label, **kwargs):
    """A date in the browser's own picker, which wants ISO whatever the language."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **kwargs)


def money_field(label, *, required=False, **attrs):
    """An amount in 元, as people write it."""
    widget = forms.TextInput(attrs={"inputmode": "decimal"} | attrs)
    return MoneyField(label=label, required=required, widget=widget)


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Photos or scans of one proof, several at once; what they are is looked at when stored."""

    def __init__(self, **kwargs):
        attrs = {"accept": "image/*,.pdf", "class": "form-control"}
        super().__init__(widget=FilesInput(attrs=attrs), required=False, **kwargs)

    def clean(self, data, initial=None):
        files = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(FilesField, self).clean(file, initial) for file in files]


class ExplainedForm(forms.Form):
    """A form whose fields say their sentence from the code table `field_help`."""

    explained_as = ""  # its own meaning of a field name goes before the general one

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        codes.explain(self, self.explained_as)
