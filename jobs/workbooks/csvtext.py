"""Reading a table from text: encoding in a fixed order, then delimiter, then rows."""

import codecs
import csv
import io

from jobs.workbooks.limits import Limits
from jobs.workbooks.refusals import FileRefused

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DELIMITERS = ",\t;"
SAMPLED_LINES = 20


def decode(content: bytes) -> tuple[str, str]:
    """The text and its encoding: byte order mark, else UTF-8, else GB18030, both strict.

    Guessing libraries take short GBK for Big5, hence the fixed order. Raises FileRefused
    naming the line that cannot be read.
    """
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return _strict(content, encoding), encoding
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _strict(content, "gb18030"), "gb18030"


def find_delimiter(text: str) -> str:
    """Comma, tab or semicolon: whichever splits the first lines into most cells."""
    lines = text[:20_000].splitlines()[:SAMPLED_LINES]
    counts = {delimiter: sum(line.count(delimiter) for line in lines) for delimiter in _DELIMITERS}
    return max(_DELIMITERS, key=lambda delimiter: counts[delimiter])


def rows_of(text: str, limits: Limits):
    """The rows as lists of text. Raises FileRefused for NUL, an unclosed quote, a huge line."""
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise FileRefused(f"第{line}行有空字符，文件已损坏，请重新导出或另存为xlsx再上传")
    _refuse_long_line(text, limits)
    csv.field_size_limit(limits.cell_chars * 20)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=find_delimiter(text), strict=True)
    before = 0
    try:
        for row in reader:
            if len(row) > limits.columns:
                raise FileRefused(
                    f"第{reader.line_num}行有{len(row)}列，最多{limits.columns}列，请检查分隔符"
                )
            # A cell of several lines moves the count on: sheet rows are counted, not lines.
            before = reader.line_num
            yield row
    except csv.Error as error:
        raise FileRefused(_csv_sentence(error, before + 1)) from error


def _csv_sentence(error, line):
    if "unexpected end" in str(error):
        return f"第{line}行起有一个引号没有配对，请用WPS打开后另存为xlsx再上传"
    if "field larger" in str(error):
        return f"第{line}行有一格内容过长，多半是引号没有配对，请检查后另存为xlsx再上传"
    return f"第{line}行的引号用法有误，请用WPS打开后另存为xlsx再上传"


def _strict(content, encoding):
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise FileRefused(
            f"第{line}行的文字无法识别（文件可能混用了几种编码），请用WPS打开后另存为xlsx再上传"
        ) from error


def _refuse_long_line(text, limits):
    longest = limits.columns * limits.cell_chars
    for number, line in enumerate(io.StringIO(text, newline=None), start=1):
        if len(line) > longest:
            raise FileRefused(
                f"第{number}行过长（{len(line):,}字），文件格式不对，请另存为xlsx再上传"
            )
