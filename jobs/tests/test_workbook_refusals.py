"""Files that are refused as a whole: every one with its own sentence, none with a crash."""

import subprocess
import sys
import zipfile

import pytest
from django.conf import settings

from jobs.tests import bad_workbooks as bad
from jobs.workbooks.limits import LEAD_FILE
from jobs.workbooks.refusals import FileRefused
from jobs.workbooks.table import open_table

LAUGHS = '<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;&b;">]>'
OUTSIDE = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>'
FOREIGN = '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd">'
XML_2003 = (
    b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
    b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"></Workbook>'
)


def named(name, build, *args, **options):
    """A case whose file has this name."""
    return lambda folder: build(folder / name, *args, **options)


def book(build, *args, **options):
    return named("a.xlsx", build, *args, **options)


def content(name, written):
    return named(name, bad.text_file, written)


def many(path):
    return bad.edited(path, more=[(f"xl/media/{n}.xml", b"<x/>") for n in range(300)])


def crowded(path):
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(10_000):
            archive.writestr(f"{number}", b"")
    return path


def laughing(xml):
    start = xml.index(b"?>") + 2
    return xml[:start] + LAUGHS.encode() + xml[start:]


def wide_text(path):
    return bad.text_file(path, "姓名,证件号码\n".encode() + b"x" * 1_000_000 + b"\n")


MACRO = "文件含宏，不能上传，请用WPS另存为不含宏的xlsx再上传"
LOCKED = "文件已加密，请取消密码后重新保存再上传"
ODD = "文件内部结构异常，请用WPS打开后另存为xlsx再上传"
DTD = "文件里有不允许的内容（外部实体定义），请用WPS打开后另存为新的xlsx再上传"
WEB = "这个文件其实是网页格式，请用WPS打开后另存为xlsx再上传"
BROKEN = "文件不完整或已损坏，请重新导出，或用WPS打开后另存为xlsx再上传"
BOMB = "文件解压后过大，疑似异常压缩文件，请用WPS打开后另存为xlsx再上传"
FRONT = "文件开头夹带了其他内容，请用WPS打开后另存为xlsx再上传"
MANY = "文件里的部件超过200个（可能插入了大量图片），请删去图片、另存为新的xlsx再上传"
ROWS = "部门名单最多50,000行，这个表超过了，请删除表尾多余的行，或拆成几个文件分别上传"
WIDE = "部门名单最多200列，这个表在很靠右的位置还有内容，请删除右侧多余的列后重新上传"
REALLY = "这个文件其实是{}，不是表格，请上传xlsx文件"
NO_HEADER = "前20行里没有找到表头，表头应有“姓名”、“证件号码”等列，请对照模板检查表头后重新上传"

REFUSED = [
    ("B1 corner cells", book(bad.corner_cells), WIDE),
    ("B3 zip bomb", book(bad.zip_bomb), BOMB),
    ("B3 lying size", book(bad.lying_size), BROKEN),
    ("B4 rows", book(bad.too_many_rows), ROWS),
    ("B4 columns", book(bad.too_many_columns), WIDE),
    ("B5 nested zip", book(bad.edited, more=[("xl/a.zip", bad.nested_zip())]),
     "文件里还套着压缩包，请用WPS打开后另存为xlsx再上传"),
    ("B5 300 members", book(many), MANY),
    ("B5 10,000 members", book(crowded), MANY),
    ("B5 dots", book(bad.edited, more=[("../evil.xml", b"<x/>")]), ODD),
    ("B5 absolute", book(bad.edited, more=[("/etc/evil.xml", b"<x/>")]), ODD),
    ("B5 symlink", book(bad.symlink), ODD),
    ("B5 duplicate", book(bad.duplicate_member), ODD),
    ("B6 laughs", book(bad.entity, LAUGHS), DTD),
    ("B6 file entity", book(bad.entity, OUTSIDE), DTD),
    ("B6 external DTD", book(bad.entity, FOREIGN), DTD),
    ("B6 in shared strings", book(bad.edited, {"xl/sharedStrings.xml": laughing}), DTD),
    ("B6 in workbook", book(bad.edited, {"xl/workbook.xml": laughing}), DTD),
    ("B6 UTF-16", book(bad.edited, {bad.SHEET: lambda x: x.decode().encode("utf-16")}),
     "文件内部编码不常见，系统读不了，请用WPS打开后另存为xlsx再上传"),
    ("B8 macro", book(bad.edited, more=[("xl/vbaProject.bin", b"x")]), MACRO),
    ("B8 xls macro", named("a.xls", bad.xls, _VBA_PROJECT_CUR=b"x"), MACRO),
    ("B9 xlsx locked", book(bad.ole, {"EncryptedPackage": b"x", "EncryptionInfo": b"x"}), LOCKED),
    ("B9 xls locked", named("a.xls", bad.xls, before=b"\x2f\x00\x06\x00" + b"\x00" * 6), LOCKED),
    ("B9 ods locked", named("a.ods", bad.ods, manifest="<a><encryption-data/></a>"), LOCKED),
    ("B10 et", named("a.et", bad.xls), "这是WPS自己的et格式，请用WPS打开后另存为xlsx再上传"),
    ("B10 xlsb", book(bad.zipped, {"xl/workbook.bin": b"x"}),
     "这是xlsb格式，系统读不了，请用WPS另存为xlsx再上传"),
    ("B12 Word renamed", book(bad.zipped, {"word/document.xml": b"x"}),
     "这是Word文档，不是Excel表格，请上传xlsx文件"),
    ("B12 archive of tables", book(bad.zipped, {"a.xlsx": b"x"}),
     "这是压缩包（请先解压），不是Excel表格，请上传xlsx文件"),
    ("B11 web page", content("a.xls", b"<html><table><tr><td>1</td></tr></table></html>"), WEB),
    ("B11 web page, GBK", content("a.xls", "\n<TABLE><tr><td>姓名</td></tr>".encode("gbk")), WEB),
    ("B11 web page, BOM", content("a.xls", b"\xef\xbb\xbf<!DOCTYPE html><html>"), WEB),
    ("B11 web page, UTF-16", content("a.xls", "<html><td>姓名</td>".encode("utf-16")), WEB),
    ("B11 XML table", content("a.xls", XML_2003), WEB),
    ("B11 single-file page", content("a.xls", b"MIME-Version: 1.0\r\nContent-Type: a"), WEB),
    ("B12 PDF", content("a.xlsx", b"%PDF-1.7 ..."), REALLY.format("PDF文件")),
    ("B12 JPEG", content("a.xlsx", b"\xff\xd8\xff\xe0"), REALLY.format("图片")),
    ("B12 EXE", content("a.xlsx", b"MZ\x90\x00"), REALLY.format("程序文件")),
    ("B12 RAR", content("a.xlsx", b"Rar!\x1a\x07"), REALLY.format("压缩包")),
    ("B12 zeros", content("a.xlsx", bytes(5000)), "这个文件不是表格，或已损坏，请上传xlsx文件"),
    ("B12 empty", content("a.xlsx", b""), "文件是空的（0字节），请重新导出后上传"),
    ("B12 truncated", book(bad.truncated), BROKEN),
    ("B12 damaged", book(bad.damaged_crc), BROKEN),
    ("B12 undecodable name", book(bad.undecodable_name), BROKEN),
    ("B12 OLE of nothing", named("a.xls", bad.ole, {"Other": b"x"}),
     "这个文件不是Excel表格，请上传xlsx文件"),
    ("B12 damaged xls", content("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 3000),
     "这个xls文件不完整或已损坏，请用WPS打开后另存为xlsx再上传"),
    ("B12 garbage in xls", named("a.xls", bad.ole, {"Workbook": b"\xff" * 5000}), None),
    ("B12 Word", named("a.xls", bad.ole, {"WordDocument": b"x"}),
     "这是Word文档，不是Excel表格，请上传xlsx文件"),
    ("B12 broken XML", book(bad.sheet_xml, "<sheetData><row r='1'><c></row>"),
     "文件内容已损坏，请用WPS打开确认无误后另存为xlsx再上传"),
    ("B13 polyglot", book(bad.polyglot), FRONT),
    ("B17 required column", book(bad.workbook, rows=[["姓名", "村"], ["张三", "西街村"]]),
     "表头缺少“证件号码”列（找到的列：姓名、村），请补上这一列或改用模板的列名后重新上传"),
    ("B17 no header", book(bad.workbook, rows=[["a", "b"], ["c", "d"]]), NO_HEADER),
    ("B17 empty sheet", book(bad.workbook, rows=[]), NO_HEADER),
    ("B33 mixed encodings", content("a.csv", "姓名,证件号码\n张三,1\n".encode() + b"\xff\xfe,2\n"),
     "第3行的文字无法识别（文件可能混用了几种编码），请用WPS打开后另存为xlsx再上传"),
    ("B34 unclosed quote", content("a.csv", '姓名,证件号码\n张三,"1\n李四,2\n'.encode()),
     "第2行起有一个引号没有配对，请用WPS打开后另存为xlsx再上传"),
    ("B34 huge line", named("a.csv", wide_text),
     "第2行过长（1,000,001字），文件格式不对，请另存为xlsx再上传"),
    ("B34 NUL", content("a.csv", "姓名,证件号码\n张\0三,1\n".encode()),
     "第2行有空字符，文件已损坏，请重新导出或另存为xlsx再上传"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("build", "sentence"), [pytest.param(*case[1:], id=case[0]) for case in REFUSED]
)
def test_a_bad_file_is_refused_with_its_own_sentence(tmp_path, build, sentence):
    path = build(tmp_path)
    with pytest.raises(FileRefused) as refused, open_table(path, bad.COLUMNS) as table:
        list(table.rows())
    if sentence:
        assert refused.value.reason_zh == sentence
    assert "请" in refused.value.reason_zh


def test_a_refusal_never_quotes_what_an_entity_points_at(tmp_path):
    with pytest.raises(FileRefused) as refused:
        open_table(bad.entity(tmp_path / "a.xlsx", OUTSIDE), bad.COLUMNS)
    assert "root" not in refused.value.reason_zh


def test_the_named_sheet_must_be_there(tmp_path):
    with pytest.raises(FileRefused, match="没有找到工作表“模板”"):
        open_table(bad.workbook(tmp_path / "a.xlsx"), bad.COLUMNS, sheet_name="模板")


def test_a_crafted_file_kills_the_child_and_not_us(tmp_path, monkeypatch):
    # The guard is switched off: what it misses must still end in a refusal.
    from jobs.workbooks import guard, reader

    monkeypatch.setattr(reader, "inspect", lambda *a, **k: guard.FileKind("xlsx", scans={}))
    with pytest.raises(FileRefused, match="内存"):
        reader.read_rows(bad.corner_cells(tmp_path / "a.xlsx"))


def test_a_reader_that_waits_for_ever_is_stopped(tmp_path, monkeypatch):
    import dataclasses

    from jobs.workbooks import reader

    monkeypatch.setattr(reader._Child, "_read", lambda self: self.process.wait() and None)
    monkeypatch.setattr(reader, "_COMMAND", ("-c", "import time; time.sleep(600)"))
    hasty = dataclasses.replace(LEAD_FILE, cpu_seconds=0.1)
    child = reader._Child(hasty)
    child.frame()
    assert child.timed_out
    child.close()


OPEN_ALL = """
import re, resource, sys
from pathlib import Path
from jobs.tests import bad_workbooks as bad
from jobs.workbooks.refusals import FileRefused
from jobs.workbooks.table import open_table
for path in sys.argv[1:]:
    try:
        open_table(path, bad.COLUMNS)
    except FileRefused:
        continue
    raise SystemExit(f"{path} was not refused")
# ru_maxrss of this process would begin with the size of the one that started it
own = int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
print(max(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
"""


def test_refused_files_take_little_memory(tmp_path):
    builders = (bad.corner_cells, bad.zip_bomb, bad.lying_size, bad.too_many_rows)
    paths = [str(build(tmp_path / f"{build.__name__}.xlsx")) for build in builders]
    # A process of its own: the peak of this one's children belongs to other tests too.
    done = subprocess.run(
        [sys.executable, "-c", OPEN_ALL, *paths],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert int(done.stdout) < 512 * 1024
