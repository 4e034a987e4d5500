"""The booklet as .docx: the same words as the PDF, nothing more and nothing less."""

import io
import unicodedata
from collections import Counter

import docx
import pytest
from docx.oxml.ns import qn
from pypdf import PdfReader

from audit import clock
from ledgers import booklet, pdf, word
from ledgers.press import print_pdf
from ledgers.tests.test_booklet import loaded, rich_case
from workflow.models import Status
from workflow.tests.factories import case_in, moment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_october():
    with clock.at(moment(21, month=10)):
        yield


def html_of(case, **how) -> str:
    found = booklet.content(loaded(case))
    return booklet.document(found, version=3, printed_on=clock.today(), **how)


def words_of(content: bytes) -> str:
    document = docx.Document(io.BytesIO(content))
    return "".join(node.text or "" for node in document.element.body.iter(qn("w:t")))


def characters(text: str) -> Counter:
    return Counter("".join(unicodedata.normalize("NFKC", text).split()))


@pytest.mark.parametrize("make", [rich_case, lambda: case_in(Status.SCREENED, risks=[])])
def test_the_docx_says_character_for_character_what_the_pdf_says(make):
    html = html_of(make(), with_missing=True)
    styles = [pdf.stylesheet(name) for name in booklet.STYLES]
    # The head of a table that goes on to the next page is said once here.
    content, _ = print_pdf(html, [*styles, "thead { display: table-row-group }"])
    pages = PdfReader(io.BytesIO(content)).pages
    # Head and foot of the pages are set apart in both.
    in_pdf = [
        line
        for page in pages
        for line in page.extract_text().splitlines()
        if not (line.startswith("第 ") and "共" in line) and "第 3 版" not in line
    ]

    found = characters(words_of(word.of_document(html)))
    expected = characters("".join(in_pdf).replace("•", "·"))
    assert (found - expected, expected - found) == (Counter(), Counter())


def test_fonts_are_those_of_official_papers_and_heads_repeat():
    document = docx.Document(io.BytesIO(word.of_document(html_of(rich_case()))))

    assert document.styles["Normal"].element.rPr.rFonts.get(qn("w:eastAsia")) == "仿宋_GB2312"
    assert document.styles["Heading 1"].element.rPr.rFonts.get(qn("w:eastAsia")) == "黑体"
    titles = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
    assert titles[1:4] == ["一、家庭基本情况", "二、家庭收支", "三、“三保障”和饮水安全"]
    assert len(list(document.element.body.iter(qn("w:tblHeader")))) >= 6
    section = document.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert "第 3 版" in section.header.paragraphs[0].text


def test_the_names_on_the_cover_stand_on_lines_as_in_the_pdf():
    cover = docx.Document(io.BytesIO(word.of_document(html_of(rich_case())))).tables[0]

    for label, name in (row.cells for row in cover.rows):
        assert label._tc.find(f".//{qn('w:tcBorders')}") is None
        assert name._tc.find(f".//{qn('w:tcBorders')}/{qn('w:bottom')}") is not None
        assert not any(run.bold for run in label.paragraphs[0].runs)


def test_text_that_xml_cannot_carry_does_not_break_the_file():
    html = (
        "<html><head><title>甲</title></head><body><p>乙\x00\x0b<br>丙 &lt;b&gt;</p></body></html>"
    )

    document = docx.Document(io.BytesIO(word.of_document(html)))

    assert document.paragraphs[0].text == "乙\n丙 <b>"
