"""What an uploaded photo or scan must be, and what is left of it: type by content, no EXIF.

Limits (附件 files, not workbooks): 10 MB, 40 million pixels, JPEG/PNG/WebP/PDF.
"""

import io
from dataclasses import dataclass
from pathlib import PurePath

from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from workflow.outcomes import StepRefused

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 40_000_000
MAX_SIDE = 2400  # enough to read a signature on A4
FORMATS = ("JPEG", "PNG", "WEBP")
UNREADABLE = (
    UnidentifiedImageError,
    OSError,
    SyntaxError,
    ValueError,
)
NAME_LIMIT = 120
TOO_LARGE = "图片“{}”尺寸过大，请用手机重新拍摄后上传。"


@dataclass(frozen=True)
class CleanFile:
    """A file that may be kept."""

    name: str
    content: bytes
    content_type: str
    suffix: str


def cleaned(upload) -> CleanFile:
    """The upload as it will be stored; StepRefused says what is wrong and what to do."""
    if upload.size == 0:
        raise StepRefused(f"文件“{_name(upload)}”是空的，请重新选择。")
    if upload.size > MAX_BYTES:
        raise StepRefused(f"文件“{_name(upload)}”超过 10 MB，请压缩后再上传。")
    data = upload.read()
    if data[:5] == b"%PDF-":
        return CleanFile(_name(upload), data, "application/pdf", ".pdf")
    return CleanFile(_name(upload), _image(data, _name(upload)), "image/jpeg", ".jpg")


def _image(data: bytes, name: str) -> bytes:
    # The library that prints turns this on for the whole process: half a picture would pass.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
        if image.width * image.height > MAX_PIXELS:
            raise StepRefused(TOO_LARGE.format(name))
        image = ImageOps.exif_transpose(image).convert("RGB")
    except Image.DecompressionBombError as error:
        raise StepRefused(TOO_LARGE.format(name)) from error
    except UNREADABLE as error:
        raise StepRefused(f"“{name}”不是能用的图片或 PDF，请改用 JPG、PNG 或 PDF。") from error
    image.thumbnail((MAX_SIDE, MAX_SIDE))
    kept = io.BytesIO()
    image.save(kept, "JPEG", quality=85, exif=b"")
    return kept.getvalue()


def _name(upload) -> str:
    """The sender's name for showing only: last part, printable, short."""
    last = PurePath(str(upload.name).replace("\\", "/")).name
    return "".join(c for c in last if c.isprintable())[-NAME_LIMIT:] or "附件"
