"""Free text may quote an ID number or a telephone; the log never keeps one in clear.

What comes out also reads back from the database exactly as it went in, or digests would differ."""

import re

ID_NUMBER = re.compile(r"(?<![0-9A-Za-z])\d{17}[\dXx](?![0-9A-Za-z])")
SHORTEST = 11  # what is shorter quotes neither
PHONE = re.compile(r"(?<![0-9A-Za-z])1[3-9]\d{9}(?![0-9A-Za-z])")


def masked(value):
    """The same JSON value with ID numbers and mobile numbers reduced to their last four.

    Fractions become text, and NUL, which PostgreSQL cannot store, goes.
    """
    if isinstance(value, str):
        if len(value) < SHORTEST and "\x00" not in value:
            return value
        return PHONE.sub(_last_four, ID_NUMBER.sub(_last_four, value.replace("\x00", "")))
    if isinstance(value, float):
        return str(value)
    if isinstance(value, dict):
        return {masked(key): masked(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [masked(item) for item in value]
    return value


def _last_four(found: re.Match) -> str:
    return "*" * 4 + found.group()[-4:]
