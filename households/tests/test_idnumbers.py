"""ID numbers: what is repaired, what is refused and why, and how they are kept."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from households import idnumbers
from households.idnumbers import Outcome, parse
from jobs.workbooks.refusals import Flaw, Flawed

TODAY = datetime.date(2026, 11, 24)
BORN = datetime.date(1980, 2, 3)
NUMBER = idnumbers.synthetic(BORN, "男", 7)
WITH_X = next(
    number
    for number in (idnumbers.synthetic(BORN, "女", n) for n in range(500))
    if number.endswith("X")
)
FULL_WIDTH = str.maketrans("0123456789Xx", "０１２３４５６７８９Ｘｘ")


def numbered(first_17):
    return first_17 + idnumbers.check_digit(first_17)


@pytest.mark.parametrize("year", range(1940, 2021))
def test_every_birth_year_is_accepted_with_our_county(year):
    for sequence, sex in ((0, "男"), (499, "女")):
        number = idnumbers.synthetic(datetime.date(year, 12, 31), sex, sequence)
        read = parse(number, on=TODAY)
        assert (read.value, read.outcome, read.warnings_zh) == (number, Outcome.EQUAL, ())
        assert idnumbers.sex(number) == sex


REPAIRED = [
    ("B23 apostrophe", "'" + NUMBER, NUMBER),
    ("B23 formula wrapper", f'="{NUMBER}"', NUMBER),
    ("B23 no-break space", "\u00a0" + NUMBER, NUMBER),
    ("B23 zero width", "\u200b" + NUMBER + "\ufeff", NUMBER),
    ("B23 direction", "\u202a" + NUMBER + "\u202c", NUMBER),
    ("B23 tab", "\t" + NUMBER + "\r\n", NUMBER),
    ("B24 full width", WITH_X.translate(FULL_WIDTH), WITH_X),
    ("B24 full-width small x", WITH_X.lower().translate(FULL_WIDTH), WITH_X),
    ("B24 small x", WITH_X.lower(), WITH_X),
    ("B24 spaces", f"{NUMBER[:6]} {NUMBER[6:14]} {NUMBER[14:]}", NUMBER),
    ("B24 dots", f"{NUMBER[:6]}.{NUMBER[6:14]}·{NUMBER[14:]}", NUMBER),
    ("times sign for X", WITH_X[:-1] + "×", WITH_X),
    ("B25 old number", NUMBER[:6] + NUMBER[8:17], NUMBER),
]


@pytest.mark.parametrize(("cell", "value"), [pytest.param(*c[1:], id=c[0]) for c in REPAIRED])
def test_what_can_be_repaired_is_and_says_how(cell, value):
    read = parse(cell, on=TODAY)
    assert (read.value, read.outcome) == (value, Outcome.REPAIRED)
    assert read.repairs
    assert idnumbers.normalise(cell) == value


def test_an_old_number_is_accepted_with_a_warning():
    assert "15位" in parse(NUMBER[:6] + NUMBER[8:17], on=TODAY).warnings_zh[0]


WRONG_DIGIT = NUMBER[:-1] + str((int(NUMBER[-1]) + 1) % 10)
REFUSED = [
    ("nothing", None, Outcome.MISSING),
    ("blank", " \u3000", Outcome.MISSING),
    ("B21 number", float(NUMBER), Outcome.DAMAGED),
    ("B21 whole number", int(NUMBER), Outcome.DAMAGED),
    ("B21 old number as a number", 410922800203015.0, Outcome.DAMAGED),
    ("B22 E notation", "4.10922198002030E+17", Outcome.DAMAGED),
    ("B22 short E notation", " 4.1E17 ", Outcome.DAMAGED),
    ("B22 point zero", NUMBER + ".0", Outcome.DAMAGED),
    ("B22 ends in zeros", NUMBER[:15] + "000", Outcome.DAMAGED),
    ("B26 check digit", WRONG_DIGIT, Outcome.BAD_CHECK_DIGIT),
    ("B26 17 digits", NUMBER[:17], Outcome.BAD_LENGTH),
    ("B26 19 digits", NUMBER + "1", Outcome.BAD_LENGTH),
    ("B26 30 February", numbered("41092219800230015"), Outcome.BAD_DATE),
    ("B26 month 13", numbered("41092219801301015"), Outcome.BAD_DATE),
    ("B26 year 0", numbered("41092200000101015"), Outcome.BAD_DATE),
    ("B26 tomorrow", numbered("41092220261125015"), Outcome.FUTURE),
    ("B26 121 years", numbered("41092219051123015"), Outcome.OVER_AGE),
    ("B26 all ones", "1" * 18, Outcome.BAD_CHECK_DIGIT),
    ("B28 passport", "E12345678", Outcome.OTHER_DOCUMENT),
    ("B28 old foreigner's card", "USA110076102602", Outcome.OTHER_DOCUMENT),
    ("words", "办理中", Outcome.OTHER_DOCUMENT),
    ("truth", True, Outcome.OTHER_DOCUMENT),
    ("formula", Flawed(NUMBER, Flaw.FORMULA), Outcome.UNREADABLE),
    ("certificate, kind 8", NUMBER + "81", Outcome.BAD_LENGTH),
    ("certificate, wrong number", WRONG_DIGIT + "43", Outcome.BAD_CHECK_DIGIT),
]


@pytest.mark.parametrize(("cell", "outcome"), [pytest.param(*c[1:], id=c[0]) for c in REFUSED])
def test_what_is_wrong_is_never_guessed(cell, outcome):
    read = parse(cell, on=TODAY)
    assert (read.value, read.outcome, read.is_usable) == ("", outcome, False)
    assert "请" in read.reason_zh


def test_a_number_excel_destroyed_says_so_in_full():
    assert parse(float(NUMBER)).reason_zh == (
        "身份证号被Excel改成了数字，末几位已丢失，请将该列设为文本后重填"
    )


def test_true_zeros_at_the_end_are_accepted_with_a_warning():
    candidates = (numbered(f"410922198002{day:02d}100") for day in range(1, 29))
    number = next(number for number in candidates if number.endswith("000"))
    read = parse(number, on=TODAY)
    assert read.outcome is Outcome.EQUAL
    assert "000" in read.warnings_zh[0]


def test_a_withdrawn_or_unknown_region_is_only_a_warning():
    known, unknown = (
        parse(numbered(f"{code}19800203015"), on=TODAY) for code in ("410900", "990001")
    )
    assert known.warnings_zh == ()
    assert unknown.is_usable or unknown.outcome is Outcome.RESIDENCE_PERMIT
    odd = parse(numbered("16000119800203015"), on=TODAY)
    assert odd.outcome is Outcome.EQUAL
    assert "160001" in odd.warnings_zh[0]


@pytest.mark.parametrize("region", ["810000", "820000", "830000", "911124"])
def test_b28_residence_permits_are_accepted(region):
    read = parse(numbered(f"{region}19800203015"), on=TODAY)
    assert read.outcome is Outcome.RESIDENCE_PERMIT
    assert read.is_usable


@pytest.mark.parametrize("suffix", ["43", "11", "43B1"])
def test_a_disability_certificate_holds_the_number(suffix):
    read = parse(WITH_X + suffix, on=TODAY)
    assert (read.value, read.outcome) == (WITH_X, Outcome.DISABILITY_CERT)


def test_age_counts_completed_years():
    assert idnumbers.birth_date(NUMBER) == BORN
    assert idnumbers.age(NUMBER, datetime.date(2026, 2, 2)) == 45
    assert idnumbers.age(NUMBER, datetime.date(2026, 2, 3)) == 46


def test_a_masked_number_keeps_its_length_and_hides_the_birth_date():
    assert idnumbers.masked(NUMBER) == "410***********" + NUMBER[-4:]
    assert idnumbers.masked("123") == "***"
    assert idnumbers.masked("") == ""


def test_a_stored_number_comes_back_and_never_looks_the_same_twice():
    first, second = idnumbers.encrypt(NUMBER), idnumbers.encrypt(NUMBER)
    assert first != second
    assert idnumbers.decrypt(first) == idnumbers.decrypt(memoryview(second)) == NUMBER
    assert NUMBER.encode() not in first


def test_changed_bytes_and_another_key_are_noticed(settings):
    stored = idnumbers.encrypt(NUMBER)
    for wrong in (stored[:-1] + b"x", b"\x09" + stored[1:], b"", stored[:5]):
        with pytest.raises(idnumbers.IdNumberUnreadable):
            idnumbers.decrypt(wrong)
    settings.QF_ID_KEY = "YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE="
    with pytest.raises(idnumbers.IdNumberUnreadable):
        idnumbers.decrypt(stored)


def test_indexes_are_equal_for_equal_numbers_only(settings):
    index = idnumbers.blind_index(NUMBER)
    assert len(index) == 16
    assert index == idnumbers.blind_index(NUMBER) != idnumbers.blind_index(WITH_X)
    assert idnumbers.tail_index(NUMBER, 4) == idnumbers.tail_index(NUMBER[-4:], 4)
    assert idnumbers.tail_index(NUMBER, 4) != idnumbers.tail_index(NUMBER, 6)
    assert idnumbers.tail_index("1234", 4) != idnumbers.blind_index("1234")
    settings.QF_INDEX_KEY = "another"
    assert idnumbers.blind_index(NUMBER) != index
    with pytest.raises(ValueError, match="four or six"):
        idnumbers.tail_index(NUMBER, 5)


def test_what_many_are_stored_as_is_what_one_is_looked_up_by():
    stored = idnumbers.StoredForms()
    for number in (NUMBER, WITH_X, NUMBER):
        cipher, *indexes = stored.of(number)
        assert idnumbers.decrypt(cipher) == number
        assert indexes == [
            idnumbers.blind_index(number),
            idnumbers.tail_index(number, 4),
            idnumbers.tail_index(number, 6),
        ]


def test_synthetic_numbers_have_room_for_499_a_day():
    with pytest.raises(ValueError, match="sequence"):
        idnumbers.synthetic(BORN, "男", 500)


LIKELY = st.text(alphabet="0123456789Xx０１ｘ '\"=.E+\u200b\u00a0Х×²①", max_size=24)
ANY = st.one_of(
    *(st.text(), LIKELY, st.none(), st.floats(), st.integers(), st.booleans(), st.dates()),
    st.builds(Flawed, st.text(), st.sampled_from(Flaw)),
)


@given(ANY)
def test_reading_never_raises_and_what_was_read_reads_the_same(cell):
    read = parse(cell, on=TODAY)
    if read.is_usable:
        again = parse(read.value, on=TODAY)
        assert (again.value, again.repairs) == (read.value, ())
    else:
        assert read.reason_zh


@given(st.one_of(st.text(), LIKELY))
def test_normalising_is_idempotent(text):
    once = idnumbers.normalise(text)
    assert idnumbers.normalise(once) == once


@given(st.dates(datetime.date(1910, 1, 1), TODAY), st.sampled_from("男女"), st.integers(0, 499))
def test_synthetic_numbers_round_trip(birth, sex, sequence):
    number = idnumbers.synthetic(birth, sex, sequence)
    assert parse(number, on=TODAY).value == number
    assert (idnumbers.birth_date(number), idnumbers.sex(number)) == (birth, sex)
