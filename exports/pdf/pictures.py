"""Pictures made safe: decoded, turned upright, scaled down and written anew, or refused by name."""

import warnings
from io import BytesIO

from PIL import Image, ImageOps

from exports.errors import PictureUnreadable
from exports.pdf.manuscript import Picture

_MOST_BYTES = 20 * 2**20
_MOST_PIXELS = 40_000_000
_PRINTED = (638, 874)  # 27 × 37 mm at 600 dots an inch
_FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF")


def reencode(picture: Picture) -> bytes:
    """A JPEG without profile, comment or place. What cannot be read so, is refused."""
    if len(picture.content) > _MOST_BYTES:
        raise PictureUnreadable(picture.field, f"{len(picture.content)} bytes")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _rewrite(picture)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Warning) as error:
        raise PictureUnreadable(picture.field, str(error) or type(error).__name__) from error


def _rewrite(picture: Picture) -> bytes:
    with Image.open(BytesIO(picture.content), formats=_FORMATS) as image:
        if image.width * image.height > _MOST_PIXELS:
            raise PictureUnreadable(picture.field, f"{image.width} × {image.height}")
        image.draft("RGB", _PRINTED)
        upright = ImageOps.exif_transpose(image).convert("RGBA")
    upright.thumbnail(_PRINTED)
    paper = Image.new("RGB", upright.size, "white")
    paper.paste(upright, mask=upright)
    written = BytesIO()
    paper.save(written, "JPEG", quality=90, optimize=True)
    return written.getvalue()
