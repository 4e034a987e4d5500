"""Citizen ID numbers: read, judge, mask, encrypt and index them.

A number is never guessed: what a spreadsheet rounded is lost, and we say so.
"""

import base64
import datetime
import functools
import hmac
import os
import re
import unicodedata
from enum import Enum
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from stdnum.iso7064 import mod_11_2

from jobs.workbooks.refusals import Flawed

LENGTH = 18
OLDEST_AGE = 120
_PLAIN = re.compile(r"[0-9]{17}[0-9X]")
_DAMAGED_TEXT = re.compile(r"[+-]?\d(?:\.\d+)?E\+?\d{1,2}|\d{15,}\.0+", re.IGNORECASE)
_DROPPED = re.compile(r"[\s'\"`“”‘’＇＂.·•‧。,，\-‐-―_=]+")
_UNSEEN = ("Cf", "Cc")
# GB/T 2260; counties are not checked, their codes change over the years.
_PROVINCES = frozenset(
    str(code)
    for first, last in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71))
    for code in range(first, last + 1)
)
_RESIDENTS_PERMITS = frozenset({"81", "82", "83"})


class Outcome(Enum):
    """What became of an ID number; the value is the sentence shown to a cadre."""

    EQUAL = "证件号码正确"
    REPAIRED = "证件号码已整理"
    RESIDENCE_PERMIT = "港澳台居民居住证或外国人永久居留证号码"
    DISABILITY_CERT = "残疾证号码，已取其中的身份证号码"
    MISSING = "没有填证件号码，请补填18位身份证号码"
    DAMAGED = "身份证号被Excel改成了数字，末几位已丢失，请将该列设为文本后重填"
    UNREADABLE = "证件号码单元格不能直接读取"
    OTHER_DOCUMENT = "不是18位身份证号码，请填写身份证号码；没有身份证的请在系统里逐户登记"
    BAD_LENGTH = "身份证号码应为18位，请对照户口簿核对"
    BAD_DATE = "身份证号码里的出生日期不存在，请对照户口簿核对"
    FUTURE = "身份证号码里的出生日期还没有到，请对照户口簿核对"
    OVER_AGE = "按身份证号码年龄超过120岁，请对照户口簿核对"
    BAD_CHECK_DIGIT = "身份证号码最后一位与前17位对不上，多半是抄错了一位，请对照户口簿核对"

    @property
    def is_usable(self):
        """True when the number may be stored and matched."""
        return self in _USABLE


_USABLE = frozenset(
    {Outcome.EQUAL, Outcome.REPAIRED, Outcome.RESIDENCE_PERMIT, Outcome.DISABILITY_CERT}
)


class IdNumber(NamedTuple):
    """A read number: `value` (18 characters, '' when unusable), how it was found, and why."""

    value: str
    outcome: Outcome
    repairs: tuple[str, ...] = ()
    reason_zh: str = ""
    warnings_zh: tuple[str, ...] = ()

    @property
    def is_usable(self):
        """True when the number may be stored and matched."""
        return self.outcome in _USABLE


class IdNumberUnreadable(Exception):
    """A stored number cannot be decrypted: another key, or the bytes were changed."""


def normalise(text: str) -> str:
    """Bring a written number to its one form: NFKC, no spaces or quotes, capital X, 15 -> 18.

    Judges nothing and never raises: what is not a number stays recognisably wrong.
    """
    if _PLAIN.fullmatch(text):
        return text
    number, _repairs = _repaired(text)
    return number


def parse(cell, *, on: datetime.date | None = None) -> IdNumber:
    """Read the ID number of a cell as it came from a workbook or a form. Never raises.

    `on` is the day ages and futures are judged by (today by default).
    """
    on = on or datetime.date.today()
    if type(cell) is str:
        if _PLAIN.fullmatch(cell):
            return _judged(cell, (), on)
        return _parse_text(cell, on)
    if cell is None:
        return _refused(Outcome.MISSING)
    if isinstance(cell, Flawed):
        return _refused(Outcome.UNREADABLE, f"证件号码{cell.flaw.value}")
    if isinstance(cell, bool):
        return _refused(Outcome.OTHER_DOCUMENT)
    if isinstance(cell, (int, float)):
        return _refused(Outcome.DAMAGED)
    return _parse_text(str(cell), on)


def check_digit(first_17: str) -> str:
    """The 18th character for the first 17 digits (ISO 7064 MOD 11-2)."""
    return mod_11_2.calc_check_digit(first_17)


def is_checked(value: str) -> bool:
    """True when the last character of an 18-character number fits the others."""
    # The sum is linear, so it is the sum over the parts with zeros for the rest, each summed once.
    return (_summed(value[:14], 4) + _summed(value[14:], 0)) % 11 == 1


@functools.lru_cache(maxsize=131_072)
def _summed(part: str, zeros: int) -> int:
    return mod_11_2.checksum(part + "0" * zeros)


def birth_date(value: str) -> datetime.date:
    """Date of birth in a normalised number. Raises ValueError when it does not exist."""
    return _date_of(value[6:14])


@functools.lru_cache(maxsize=65_536)
def _date_of(digits: str) -> datetime.date:
    return datetime.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))


def sex(value: str) -> str:
    """男 or 女, from the 17th digit of a normalised number."""
    return "男" if int(value[16]) % 2 else "女"


def age(value: str, on: datetime.date) -> int:
    """Completed years on a day. Raises ValueError when the birth date does not exist."""
    return _completed_years(birth_date(value), on)


def _completed_years(born, on):
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def masked(value: str) -> str:
    """A number fit for a page: first three and last four characters, the length kept."""
    if len(value) < 8:
        return "*" * len(value)
    return value[:3] + "*" * (len(value) - 7) + value[-4:]


def synthetic(birth: datetime.date, sex: str, sequence: int, prefix: str = "410922") -> str:
    """A valid but invented number for tests and the demo county; `sequence` is 0..499.

    Raises ValueError for a sequence outside that range.
    """
    if not 0 <= sequence <= 499:
        raise ValueError("sequence must be 0..499")
    first_17 = f"{prefix}{birth:%Y%m%d}{2 * sequence + (sex == '男'):03d}"
    return first_17 + check_digit(first_17)


def encrypt(value: str) -> bytes:
    """Encrypt a normalised number for storage: version byte, nonce, AES-GCM ciphertext."""
    return _encrypt(_cipher(settings.QF_ID_KEY), value.encode())


def decrypt(stored: bytes) -> str:
    """The number behind stored bytes. Raises IdNumberUnreadable."""
    stored = bytes(stored)
    if stored[:1] != _AES_GCM_1:
        raise IdNumberUnreadable("unknown version of the ID cipher")
    try:
        plain = _cipher(settings.QF_ID_KEY).decrypt(stored[1:13], stored[13:], _AES_GCM_1)
    except (InvalidTag, ValueError) as error:
        raise IdNumberUnreadable("the ID key does not fit or the bytes were changed") from error
    return plain.decode()


def blind_index(value: str) -> bytes:
    """16 bytes that are equal for equal numbers and tell nothing without the key."""
    return _whole(_keyed(settings.QF_INDEX_KEY), value.encode())


def tail_index(value: str, length: int) -> bytes:
    """As `blind_index`, for the last four or six characters. Raises ValueError for others."""
    if length not in (4, 6):
        raise ValueError("only the last four or six characters are indexed")
    return _tail(_keyed(settings.QF_INDEX_KEY), value.encode(), length)


class StoredForms:
    """Everything stored of a number, for whoever stores many: the keys are looked up once."""

    def __init__(self):
        self._cipher = _cipher(settings.QF_ID_KEY)
        self._keyed = _keyed(settings.QF_INDEX_KEY)
        self._tails4 = {}  # there are 11,000 endings of four only

    def of(self, value: str) -> tuple[bytes, bytes, bytes, bytes]:
        """Cipher, whole index, indexes of the last four and six of a normalised number."""
        plain = value.encode()
        tail4 = self._tails4.get(plain[-4:])
        if tail4 is None:
            tail4 = self._tails4[plain[-4:]] = _tail(self._keyed, plain, 4)
        return (
            _encrypt(self._cipher, plain),
            _whole(self._keyed, plain),
            tail4,
            _tail(self._keyed, plain, 6),
        )


# First byte of a stored number: which cipher and which key wrote it.
_AES_GCM_1 = b"\x01"


@functools.lru_cache(maxsize=4)
def _cipher(key: str) -> AESGCM:
    return AESGCM(base64.b64decode(key))


@functools.lru_cache(maxsize=4)
def _keyed(key: str) -> hmac.HMAC:
    """An HMAC that has only eaten its key: copying it is cheaper than starting anew."""
    return hmac.new(key.encode(), digestmod="sha256")


def _encrypt(cipher: AESGCM, plain: bytes) -> bytes:
    nonce = os.urandom(12)
    return _AES_GCM_1 + nonce + cipher.encrypt(nonce, plain, _AES_GCM_1)


def _whole(keyed: hmac.HMAC, plain: bytes) -> bytes:
    return _index(keyed, b"id:" + plain)


def _tail(keyed: hmac.HMAC, plain: bytes, length: int) -> bytes:
    return _index(keyed, b"tail%d:" % length + plain[-length:])


def _index(keyed: hmac.HMAC, message: bytes) -> bytes:
    digest = keyed.copy()
    digest.update(message)
    return digest.digest()[:16]


def _parse_text(text, on):
    bare = unicodedata.normalize("NFKC", text).strip(" \t\r\n'\"=’‘")
    if _DAMAGED_TEXT.fullmatch(bare.replace(" ", "")):
        return _refused(Outcome.DAMAGED)
    number, repairs = _repaired(text)
    if not number:
        return _refused(Outcome.MISSING)
    if len(number) in (20, 22):
        return _disability_cert(number, repairs, on)
    if not _PLAIN.fullmatch(number):
        return _not_an_id(number)
    return _judged(number, repairs, on)


def _repaired(text):
    repairs = []
    number, before = text, None
    while number != before:
        # Dropping a space may leave what NFKC composes anew, so until nothing changes.
        before = number
        narrow = unicodedata.normalize("NFKC", number)
        visible = "".join(char for char in narrow if unicodedata.category(char) not in _UNSEEN)
        visible = _DROPPED.sub("", visible)
        number = visible.upper()
        repairs += _named_changes(before, narrow, visible, number)
    repairs = list(dict.fromkeys(repairs))
    # A multiplication sign or Cyrillic letter typed for the check character X.
    if len(number) == LENGTH and number[-1] in "×✕ХΧ":
        number = number[:-1] + "X"
        repairs.append("末位改为字母X")
    if len(number) == 15 and number.isascii() and number.isdigit():
        first_17 = number[:6] + "19" + number[6:]
        number = first_17 + check_digit(first_17)
        repairs.append("15位旧号码升为18位")
    return number, tuple(repairs)


def _named_changes(text, narrow, visible, upper):
    if narrow != text:
        yield "全角字符改为半角"
    if visible != narrow:
        yield "去掉了空格、引号等多余字符"
    if upper != visible:
        yield "小写x改为大写X"


def _judged(number, repairs, on):
    refused, is_permit, doubts, share = _said_by_first_14(number[:14], on)
    if refused is not Outcome.BAD_DATE and (share + _summed(number[14:], 0)) % 11 != 1:
        refused = Outcome.DAMAGED if number.endswith("000") else Outcome.BAD_CHECK_DIGIT
    if refused:
        return _refused(refused)
    if repairs or number.endswith("000"):
        doubts += _doubts(number, repairs)
    outcome = Outcome.REPAIRED if repairs else Outcome.EQUAL
    if is_permit:
        outcome = Outcome.RESIDENCE_PERMIT
    return IdNumber(number, outcome, repairs, "", doubts)


@functools.lru_cache(maxsize=131_072)
def _said_by_first_14(digits, on):
    """Of region and birth date, which a register repeats: what refuses the number, whether it is
    a residence permit's, what is doubtful, and the share of the check sum."""
    # Residents of Hong Kong, Macau and Taiwan; foreigners' cards since 2023 begin with 9.
    is_permit = digits[:2] in _RESIDENTS_PERMITS or digits[0] == "9"
    doubts = ()
    if not is_permit and digits[:2] not in _PROVINCES:
        doubts = (f"地区码{digits[:6]}不在现行区划里，请核对",)
    return _refused_by_birth(digits[6:], on), is_permit, doubts, _summed(digits, 4)


def _refused_by_birth(digits, on):
    try:
        born = _date_of(digits)
    except ValueError:
        return Outcome.BAD_DATE
    if born > on:
        return Outcome.FUTURE
    return Outcome.OVER_AGE if _completed_years(born, on) > OLDEST_AGE else None


def _doubts(number, repairs):
    doubts = []
    if number.endswith("000"):
        doubts.append("号码以000结尾，可能被Excel改过，请核对")
    if "15位旧号码升为18位" in repairs:
        doubts.append("填的是15位旧号码，已升为18位，请核对")
    return tuple(doubts)


def _disability_cert(number, repairs, on):
    inner, kind, level = number[:LENGTH], number[18], number[19]
    if not _PLAIN.fullmatch(inner):
        return _refused(Outcome.BAD_LENGTH, f"号码有{len(number)}位，不是身份证号码，请核对")
    if kind not in "1234567" or level not in "1234":
        return _refused(
            Outcome.BAD_LENGTH, f"号码有{len(number)}位，残疾证第19位应为1-7、第20位应为1-4，请核对"
        )
    judged = _judged(inner, repairs, on)
    if not judged.is_usable:
        return judged
    return IdNumber(inner, Outcome.DISABILITY_CERT, repairs, warnings_zh=judged.warnings_zh)


def _not_an_id(number):
    if number.isascii() and number[:-1].isdigit() and (number[-1].isdigit() or number[-1] == "X"):
        return _refused(
            Outcome.BAD_LENGTH, f"身份证号码应为18位，现有{len(number)}位，请对照户口簿核对"
        )
    return _refused(Outcome.OTHER_DOCUMENT)


def _refused(outcome, reason_zh=""):
    return IdNumber("", outcome, reason_zh=reason_zh or outcome.value)
