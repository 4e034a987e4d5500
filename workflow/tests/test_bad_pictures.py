"""The catalogue's B43: pictures that are taken are re-encoded without metadata, the others told why not."""

import io
import struct
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageFile

from workflow import attachments
from workflow.outcomes import StepRefused

NOT_ONE = "不是能用的图片或 PDF，请改用 JPG、PNG 或 PDF"
TOO_LARGE = "尺寸过大，请用手机重新拍摄后上传"


def picture(kind, mode="RGB", size=(64, 48), **more) -> bytes:
    content = io.BytesIO()
    Image.new(mode, size, 100 if mode == "L" else None).save(content, kind, **more)
    return content.getvalue()


def png_of(width, height) -> bytes:
    """A PNG that says it is this large; nothing of it is there."""

    def chunk(name, data):
        check = struct.pack(">I", zlib.crc32(name + data))
        return struct.pack(">I", len(data)) + name + data + check

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IDAT", zlib.compress(b"\0"))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + body + chunk(b"IEND", b"")


def with_place() -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "华为"
    exif.get_ifd(0x8825)[2] = (35.0, 54.0, 7.0)  # where it was taken
    return picture("JPEG", exif=exif)


def cleaned(content, name="现场.jpg"):
    return attachments.cleaned(SimpleUploadedFile(name, content))


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (picture("JPEG", "CMYK"), "扫描.jpg"),
        (picture("PNG"), "其实是PNG.jpg"),
        (picture("WEBP"), "微信图片.webp"),
        (picture("PNG", "RGBA"), "透明.png"),
        (picture("PNG", "P"), "调色板.png"),
        (with_place(), "带位置.jpg"),
    ],
)
def test_b43_is_taken_re_encoded_and_tells_nothing_more(content, name):
    kept = cleaned(content, name)
    assert (kept.content_type, kept.suffix) == ("image/jpeg", ".jpg")
    again = Image.open(io.BytesIO(kept.content))
    assert (again.format, again.mode, dict(again.getexif())) == ("JPEG", "RGB", {})
    assert b"Exif" not in kept.content


HEIC = b"\0\0\0\x18ftypheic\0\0\0\0heicmif1" + b"\0" * 400
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (png_of(50_000, 50_000), "炸弹.png", TOO_LARGE),
        (png_of(9_000, 9_000), "大图.png", TOO_LARGE),
        (HEIC, "IMG_0001.HEIC", NOT_ONE),
        (picture("GIF", "P", save_all=True, append_images=[Image.new("P", (64, 48))]), "动.gif", NOT_ONE),
        (SVG, "图.svg", NOT_ONE),
        (SVG, "图.png", NOT_ONE),
        (picture("JPEG")[:-200], "传断.jpg", NOT_ONE),
        (picture("PNG")[:60], "传断.png", NOT_ONE),
        (b"MZ\x90\0" + b"\0" * 500, "病毒.jpg", NOT_ONE),
        (b"", "空.jpg", "是空的，请重新选择"),
    ],
)  # fmt: skip
def test_b43_is_refused_in_one_sentence_that_names_the_file(content, name, words, monkeypatch):
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)  # as after printing
    with pytest.raises(StepRefused) as refused:
        cleaned(content, name)
    assert words in str(refused.value)
    assert name in str(refused.value)
    assert str(refused.value).count("。") == 1
