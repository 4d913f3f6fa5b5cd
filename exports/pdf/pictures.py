"""Pictures made safe: decoded, turned upright, scaled down and written anew; a remark in the place of what is none."""

import warnings
from functools import cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont, ImageOps

from domain.photo import MOST_BYTES, MOST_PIXELS
from exports.pdf.fonts import FACES
from exports.pdf.manuscript import Picture

_PRINTED = (638, 874)  # 27 × 37 mm at 600 dots an inch
# What was taken as a photo before only what every program reads was.
_FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF")
_REMARK = ("照片文件", "无法读取", "", "the photo's", "file cannot", "be read")


def reencode(picture: Picture) -> bytes:
    """A JPEG without profile, comment or place; a remark where the file is no picture, or too large a one."""
    if len(picture.content) > MOST_BYTES:
        return remark()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            upright = _upright(picture)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Warning):
        return remark()
    return _written(upright) if upright else remark()


def _upright(picture: Picture) -> Image.Image | None:
    with Image.open(BytesIO(picture.content), formats=_FORMATS) as image:
        if image.width * image.height > MOST_PIXELS:
            return None
        image.draft("RGB", _PRINTED)
        return ImageOps.exif_transpose(image).convert("RGBA")


def _written(upright: Image.Image) -> bytes:
    upright.thumbnail(_PRINTED)
    paper = Image.new("RGB", upright.size, "white")
    paper.paste(upright, mask=upright)
    written = BytesIO()
    paper.save(written, "JPEG", quality=90, optimize=True)
    return written.getvalue()


@cache
def remark() -> bytes:
    """A picture that says that the photo's file cannot be read."""
    width, height = _PRINTED
    drawn = Image.new("RGBA", _PRINTED, "white")
    face = next(face for face in FACES if face.short == "hei")
    font = ImageFont.truetype(str(face.path), 96, index=face.member or 0)
    pen = ImageDraw.Draw(drawn)
    for line, said in enumerate(_REMARK):
        pen.text((width / 2, height / 2 + (line - 2.5) * 116), said, "black", font, anchor="mm")
    return _written(drawn)
