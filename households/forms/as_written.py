"""Fields that take what people write (1.2万元, 138 0000-0000): what can be put right is not refused."""

import re
import unicodedata

from django import forms

from jobs.workbooks import cells
from jobs.workbooks.refusals import CellRefused


def plain_words(posted, name: str, most: int = 500) -> str:
    """What a field without a form says, without characters that nobody sees and no database takes."""
    written = posted.get(name, "")
    seen = (c for c in written if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))
    return "".join(seen)[:most]


class MoneyField(forms.DecimalField):
    """An amount in 元, not negative, two decimals."""

    widget = forms.TextInput(attrs={"inputmode": "decimal"})
    default_error_messages = {"min_value": "金额不能为负数，请核对。"}

    def __init__(self, *, min_value=0, max_digits=12, decimal_places=2, **kwargs):
        super().__init__(
            min_value=min_value, max_digits=max_digits, decimal_places=decimal_places, **kwargs
        )

    def to_python(self, value):
        if value in self.empty_values:
            return None
        try:
            amount = cells.amount(value)
        except CellRefused as refused:
            raise forms.ValidationError(f"{refused.reason_zh}。") from None
        if amount is not None and abs(amount) >= 10 ** (self.max_digits - self.decimal_places):
            raise forms.ValidationError("金额太大，请核对单位是不是元。")
        return amount


class PhoneField(forms.CharField):
    """A telephone number; a mobile one has eleven digits, says the form that wants it."""

    widget = forms.TextInput(attrs={"inputmode": "tel"})
    default_error_messages = {"invalid": "电话号码只填一个，如 13800000000。"}
    shape = re.compile(r"\+?\d{5,19}")

    def to_python(self, value):
        plain = unicodedata.normalize("NFKC", super().to_python(value))
        number = re.sub(r"[\s\-—()]", "", plain)
        if number and not self.shape.fullmatch(number):
            raise forms.ValidationError(self.error_messages["invalid"])
        return number


class MobileField(PhoneField):
    """A mobile number."""

    default_error_messages = {"invalid": "手机号码应为11位数字，请核对。"}
    shape = re.compile(r"1\d{10}")
