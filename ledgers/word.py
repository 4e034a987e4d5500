"""A printed document as an editable .docx: the same HTML that becomes the PDF, walked tag by tag.

There is no second template, so the two cannot differ. Font names are those of GB/T 9704; the
fonts themselves are the office's own.
"""

import io
import re

from docx import Document
from docx.enum.section import WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from lxml import html as markup

from ledgers import pdf, presenters

BODY, HEADING, SUBHEADING, TITLE = "仿宋_GB2312", "黑体", "楷体_GB2312", "方正小标宋简体"
LATIN = "Times New Roman"
TEXT_WIDTH = 210 - 25 - 22  # mm, as @page of print.css
BLANKS = re.compile(r"[ \t\r\n]+")  # not the full-width blank, which is wanted
WIDTH = re.compile(r"\.(w-[a-z]+) \{ width: (\d+)%")
# class of a paragraph -> (font, points, alignment, points above)
LOOKS = {
    "bk-title": (TITLE, 44, WD_ALIGN_PARAGRAPH.CENTER, 110),
    "bk-subtitle": (BODY, 20, WD_ALIGN_PARAGRAPH.CENTER, 6),
    "bk-number": (BODY, 11, WD_ALIGN_PARAGRAPH.RIGHT, 0),
    "bk-maker": (BODY, 14, WD_ALIGN_PARAGRAPH.CENTER, 100),
}
PLAIN = (BODY, 11, None, 0)
NUMBER_POINTS = 9  # an ID or telephone number keeps its line whatever font the office has
CELL_POINTS = {"bk-grid": 9.5, "bk-plain": 15}
SHARES = {"bk-facts": [20, 30, 20, 30], "bk-long": [25, 75], "bk-plain": [35, 65]}
UNRULED = {"bk-sign", "bk-plain"}


def of_document(html: str) -> bytes:
    """The .docx of a finished document of ours; `.running` becomes the header of its pages."""
    tree = markup.document_fromstring(presenters.UNWRITABLE.sub("", html))
    document = _blank(tree.findtext(".//title") or "")
    body = tree.find("body")
    for element in body:
        if "running" in _classes(element):
            _frame(document.sections[0], _text(element))
        else:
            _write(document, element)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _blank(title: str):
    """An empty A4 document in the fonts of official papers."""
    document = Document()
    document.core_properties.title, document.core_properties.author = title, ""
    document.core_properties.comments = ""
    page = document.sections[0]
    page.start_type = WD_SECTION.NEW_PAGE
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin, page.bottom_margin = Mm(25), Mm(22)
    page.left_margin, page.right_margin = Mm(25), Mm(22)
    style = document.styles["Normal"]
    style.font.size = Pt(11)
    _fonts(style.element.get_or_add_rPr(), BODY)
    style.paragraph_format.space_after = Pt(3)
    for level, font, size in ((1, HEADING, 14), (2, SUBHEADING, 12)):
        heading = document.styles[f"Heading {level}"]
        heading.font.size, heading.font.bold = Pt(size), level == 2
        heading.font.color.rgb = None
        heading.paragraph_format.space_before = Pt(10 if level == 1 else 6)
        heading.paragraph_format.space_after = Pt(4)
        _fonts(heading.element.rPr, font)
    return document


def _fonts(properties, name: str) -> None:
    fonts = properties.get_or_add_rFonts()
    for key in list(fonts.attrib):
        del fonts.attrib[key]
    for key, value in (("ascii", LATIN), ("hAnsi", LATIN), ("cs", LATIN), ("eastAsia", name)):
        fonts.set(qn(f"w:{key}"), value)


def _frame(section, running: str) -> None:
    """Who and which version above, page numbers below; the cover has neither."""
    section.different_first_page_header_footer = True
    above = section.header.paragraphs[0]
    above.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    above.add_run(running).font.size = Pt(9)
    below = section.footer.paragraphs[0]
    below.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for text, field in (("第 ", "PAGE"), (" 页 共 ", "NUMPAGES"), (" 页", "")):
        below.add_run(text)
        if field:
            simple = OxmlElement("w:fldSimple")
            simple.set(qn("w:instr"), field)
            below._p.append(simple)


def _write(place, element) -> None:
    """One block of the document, and the blocks in it."""
    tag = element.tag
    if tag in ("h2", "h3"):
        place.add_heading(_text(element), 1 if tag == "h2" else 2)
    elif tag == "p":
        _paragraph(place, element)
    elif tag in ("ol", "ul"):
        for number, item in enumerate(element, 1):
            _paragraph(place, item, before=f"{number}. " if tag == "ol" else "· ")
    elif tag == "table":
        _table(place, element)
    else:
        for child in element:
            _write(place, child)
        if _classes(element) & {"bk-cover", "bk-notes"}:
            place.add_page_break()


def _paragraph(place, element, before: str = "") -> None:
    font, size, alignment, above = next(
        (LOOKS[name] for name in _classes(element) if name in LOOKS), PLAIN
    )
    paragraph = place.add_paragraph()
    paragraph.alignment, paragraph.paragraph_format.space_before = alignment, Pt(above)
    _runs(paragraph, element, size, font, before)


def _runs(paragraph, element, size: float, font: str = BODY, before: str = "") -> None:
    """The words of an element, bold where they are bold."""
    pieces = _pieces(element)
    if before:
        pieces.insert(0, (before, False))
    for text, is_bold in pieces:
        run = paragraph.add_run(text)
        run.font.size, run.bold = Pt(size), is_bold or None
        if font != BODY:
            _fonts(run._r.get_or_add_rPr(), font)


def _pieces(element, is_bold: bool = False) -> list[tuple[str, bool]]:
    """Text with its weight; blanks as a browser shows them, `<br>` a line."""
    found = [(BLANKS.sub(" ", element.text or ""), is_bold)]
    for child in element:
        if child.tag == "br":
            found.append(("\n", is_bold))
        else:
            found += _pieces(child, is_bold or child.tag == "b")
        found.append((BLANKS.sub(" ", child.tail or ""), is_bold))
    found = [piece for piece in found if piece[0]]
    if found:
        found[0] = (found[0][0].lstrip(" "), found[0][1])
        found[-1] = (found[-1][0].rstrip(" "), found[-1][1])
    return found


def _text(element) -> str:
    return "".join(text for text, _ in _pieces(element))


def _classes(element) -> set[str]:
    return set((element.get("class") or "").split())


def _table(place, element) -> None:
    """A table with the widths of the style sheet; its head stands on every page."""
    lines = [list(row) for row in element.iter("tr")]
    count = max(sum(_span(cell) for cell in line) for line in lines)
    table, classes = place.add_table(len(lines), count), _classes(element)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    _pad(table)
    if not classes & UNRULED:
        table.style = "Table Grid"
    size = next((CELL_POINTS[name] for name in classes if name in CELL_POINTS), 11)
    widths = _widths(element, classes, lines, count)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for line, row in zip(lines, table.rows, strict=True):
        _keep_whole(row, is_head=line[0].getparent().getparent().tag == "thead")
        _row(line, list(row.cells), widths, size, classes)
    place.add_paragraph().paragraph_format.space_after = Pt(0)


def _pad(table) -> None:
    """Cells padded as the style sheet pads them: a date keeps its line, words keep off the rule."""
    margins = OxmlElement("w:tblCellMar")
    for side, twips in (("top", 45), ("left", 45), ("bottom", 45), ("right", 45)):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(twips))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    # The order of the schema: the margins stand before the look of the table.
    properties = table._tbl.tblPr
    look = properties.find(qn("w:tblLook"))
    properties.insert(len(properties) if look is None else properties.index(look), margins)


def _row(line, cells, widths, size: float, table: set[str]) -> None:
    is_centred, is_cover = "bk-grid" in table, "bk-plain" in table
    at = 0
    for source in line:
        span = _span(source)
        cell = cells[at].merge(cells[at + span - 1]) if span > 1 else cells[at]
        cell.width = sum(widths[at : at + span])
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.space_after = Pt(0)
        classes = _classes(source)
        if "bk-sum" in classes:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        elif is_centred and "bk-left" not in classes:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _runs(paragraph, source, NUMBER_POINTS if "bk-id" in classes else size)
        if source.tag == "th":
            for run in paragraph.runs:
                run.bold = not is_cover
        if is_cover:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if source.tag == "th" else None
            if source.tag == "td":
                _underline(cell)
        at += span


def _underline(cell) -> None:
    """A line below, as under the names on the cover."""
    borders, below = OxmlElement("w:tcBorders"), OxmlElement("w:bottom")
    for key, value in (("val", "single"), ("sz", "5"), ("space", "0"), ("color", "000000")):
        below.set(qn(f"w:{key}"), value)
    borders.append(below)
    cell._tc.get_or_add_tcPr().append(borders)


def _keep_whole(row, *, is_head: bool) -> None:
    properties = row._tr.get_or_add_trPr()
    for name in ("w:cantSplit", *(["w:tblHeader"] if is_head else [])):
        properties.append(OxmlElement(name))


def _span(cell) -> int:
    return int(cell.get("colspan") or 1)


def _widths(element, classes, lines, count: int) -> list[int]:
    """Column widths: those the style sheet names in per cent, the rest shared alike."""
    named = {name: int(share) for name, share in WIDTH.findall(pdf.stylesheet("booklet.css"))}
    fixed = next((SHARES[name] for name in ("bk-long", *SHARES) if name in classes), None)
    shares = fixed or [
        next((named[name] for name in _classes(cell) if name in named), None) for cell in lines[0]
    ]
    if len(shares) != count:
        shares = [None] * count
    left, free = 100 - sum(filter(None, shares)), shares.count(None)
    return [Mm(TEXT_WIDTH * (left / free if share is None else share) / 100) for share in shares]
