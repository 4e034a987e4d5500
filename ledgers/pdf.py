"""HTML of our own templates to PDF (WeasyPrint, Noto CJK). Nothing is fetched from anywhere."""

import functools
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

from django.template.loader import render_to_string

from ledgers import presenters
from ledgers.press import print_pdf
from ledgers.sheets import Block, Filters, Ledger

FONT = "Noto Serif CJK SC"
FONT_MISSING = (
    f"没有安装中文字体 {FONT}，不能生成 PDF。请系统管理员安装（Debian：apt-get install fonts-noto-cjk）"
    "后重试。"
)
STYLES = Path(__file__).parent / "static" / "ledgers"


class FontMissing(Exception):
    """Without a Chinese font a PDF would show boxes; the message is for the user."""


@functools.lru_cache(maxsize=1)
def has_font() -> bool:
    """Is the Chinese font installed? Asked once a process, of fontconfig."""
    if shutil.which("fc-list") is None:
        return True  # cannot be asked; the printed page will tell
    found = subprocess.run(
        ["fc-list", FONT, "family"], capture_output=True, text=True, timeout=30, check=False
    )
    return bool(found.stdout.strip())


def need_font() -> None:
    """Raises FontMissing."""
    if not has_font():
        raise FontMissing(FONT_MISSING)


@functools.lru_cache(maxsize=8)
def stylesheet(name: str) -> str:
    """The text of one of our own style sheets."""
    return (STYLES / name).read_text(encoding="utf-8")


def of_html(html: str, *styles: str) -> bytes:
    """The PDF of a finished document with our style sheets. Raises FontMissing."""
    need_font()
    return print_pdf(html, [stylesheet(name) for name in styles])[0]


def of_ledger(
    ledger: Ledger, filters: Filters, blocks: Iterable[Block], *, unit: str, filled_on
) -> bytes:
    """A ledger as a signed form in PDF, ID numbers in full. Raises FontMissing."""
    table = body_rows(ledger, blocks, is_masked=False)
    html = render_to_string(
        "ledgers/print/ledger.html",
        {
            "ledger": ledger,
            "title": ledger.title(filters),
            "columns": list(zip(ledger.signed_columns, _shares(ledger), strict=True)),
            "blocks": table,
            "unit": unit,
            "filled_on": filled_on,
        },
    )
    return of_html(html, "print.css", "ledger_print.css")


def body_rows(ledger: Ledger, blocks: Iterable[Block], *, is_masked: bool) -> list:
    """Blocks as lines of (text, rowspan, kind) for a table; merged cells stand once."""
    places = [(i, c) for i, c in enumerate(ledger.columns) if not c.is_flat_only]
    return [
        [
            [
                (
                    presenters.shown(column.kind, line[index], is_masked=is_masked),
                    len(block) if column.is_household else 1,
                    column,
                )
                for index, column in places
                if number == 0 or not column.is_household
            ]
            for number, line in enumerate(block)
        ]
        for block in blocks
    ]


def _shares(ledger: Ledger) -> list[str]:
    """Each column's share of the page width, in per cent."""
    whole = sum(c.width for c in ledger.signed_columns)
    return [f"{100 * c.width / whole:.2f}" for c in ledger.signed_columns]
