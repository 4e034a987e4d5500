"""Pinyin initials of names. A surname may be read in a way of its own (单 shan, not dan)."""

import functools
import os
import unicodedata

# Surnames whose reading as a surname differs from the common one, or that have two readings:
# the readings by which people look for them, the surname's own first.
SURNAMES = {
    "万俟": ("mq", "wq"),
    "尉迟": ("yc", "wc"),
    "长孙": ("zs", "cs"),
    "单于": ("cy", "dy"),
    "澹台": ("tt", "dt"),
    "单": ("s", "d"),
    "仇": ("q", "c"),
    "区": ("o", "q"),
    "解": ("x", "j"),
    "查": ("z", "c"),
    "曾": ("z", "c"),
    "翟": ("z", "d"),
    "覃": ("q", "t"),
    "种": ("c", "z"),
    "重": ("c", "z"),
    "乐": ("y", "l"),
    "折": ("s", "z"),
    "盛": ("s", "c"),
    "宿": ("s", "x"),
    "褚": ("c", "z"),
    "秘": ("b", "m"),
    "繁": ("p", "f"),
    "郗": ("x", "c"),
    "郇": ("x", "h"),
    "晁": ("c", "z"),
    "谌": ("c", "s"),
    "祭": ("z", "j"),
    "隗": ("w", "k"),
    "召": ("s", "z"),
    "佴": ("n", "e"),
    "句": ("g", "j"),
    "瞿": ("q", "j"),
    "藏": ("z", "c"),
    "尉": ("w", "y"),
    "降": ("j", "x"),
    "乜": ("n", "m"),
    "适": ("k", "s"),
    "车": ("c", "j"),
}


@functools.lru_cache(maxsize=40_000)
def letter(char: str) -> str:
    """Initial of one character in its common reading, a-z; its own lower case when not Chinese."""
    if char.isascii():
        return char.lower() if char.isalnum() else ""
    first = _first_letters()(char)
    return first[0][:1] if first else ""


@functools.cache
def _first_letters():
    """The library, loaded when a name is first read: its table takes longer than all the rest."""
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")  # characters are read one by one here
    from pypinyin import Style, lazy_pinyin

    # The first letter style gives the letter itself; unknown characters come back unchanged.
    return functools.partial(lazy_pinyin, style=Style.FIRST_LETTER, errors=_no_reading)


def initials(name: str) -> tuple[str, str]:
    """Initials of a name in the surname's own reading, and in its other reading ('' when none).

    Characters without a reading are left out, as are dots and spaces.
    """
    if not name:
        return "", ""
    surname = name[:2] if name[:2] in SURNAMES else name[0]
    readings = SURNAMES.get(surname) or (letter(name[0]),)
    rest = name[len(surname) :].translate(_LETTERS)
    other = readings[1] + rest if len(readings) > 1 else ""
    return readings[0] + rest, other


class _Letters(dict):
    """Code point -> initial for str.translate, learnt as characters come."""

    def __missing__(self, code):
        found = letter(chr(code))
        if len(self) < 40_000:
            self[code] = found
        return found


_LETTERS = _Letters()


def _no_reading(chars):
    """Latin letters with accents fall back on their base letter, everything else on nothing."""
    base = unicodedata.normalize("NFKD", chars)[:1]
    return base.lower() if base.isascii() and base.isalnum() else None
