"""What people write in a form's fields is taken where it can be put right, else told in Chinese."""

from decimal import Decimal

import pytest
from django import forms

from households.forms.as_written import MobileField, MoneyField, PhoneField


@pytest.mark.parametrize(
    ("field", "written", "taken"),
    [
        (MoneyField(), "12,000.5", Decimal("12000.5")),
        (MoneyField(), "１２，０００元", Decimal(12000)),
        (MoneyField(), "1.2万元", Decimal(12000)),
        (MoneyField(), "￥300", Decimal(300)),
        (MoneyField(required=False), "", None),
        (MoneyField(required=False), "-", None),
        (PhoneField(), " １３８ 0000-0000 ", "13800000000"),
        (PhoneField(), "0393-7210000", "03937210000"),
        (PhoneField(required=False), "", ""),
        (MobileField(), "138 0000 0000", "13800000000"),
    ],
)
def test_taken(field, written, taken):
    assert field.clean(written) == taken


@pytest.mark.parametrize(
    ("field", "written", "told"),
    [
        (MoneyField(), "-5", "金额不能为负数"),
        (MoneyField(), "一万多", "看不懂"),
        (MoneyField(), "6320 1200", "像是两个数"),
        (MoneyField(), "1e309", ""),
        (MoneyField(), "NaN", "看不懂"),
        (MoneyField(), "甲\x00", "控制字符"),
        (MoneyField(max_digits=12), "99999999999", "太大"),
        (PhoneField(), "没有电话", "只填一个"),
        (PhoneField(), "13800000000、13900000000", "只填一个"),
        (MobileField(), "1380000", "11位"),
    ],
)
def test_refused(field, written, told):
    with pytest.raises(forms.ValidationError) as refused:
        field.clean(written)
    assert told in "".join(refused.value.messages)
