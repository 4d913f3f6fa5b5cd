"""A photo is a picture that can be read, of a size that a paper can hold: JPEG or PNG."""

from __future__ import annotations

import warnings
from io import BytesIO
from typing import NamedTuple

from domain.errors import Malformed

MOST_BYTES = 20 * 2**20
MOST_PIXELS = 40_000_000
_FORMATS = ("JPEG", "PNG")


class Fault(NamedTuple):
    """What is wrong with a photo."""

    zh: str
    en: str


def fault(content: bytes) -> Fault | None:
    """Why a file cannot be a photo, if it cannot."""
    if len(content) > MOST_BYTES:
        return Fault(f"超过 {MOST_BYTES // 2**20} MiB", f"is larger than {MOST_BYTES // 2**20} MiB")
    from PIL import Image  # noqa: PLC0415 - takes a while, and most commands hold no photo

    try:
        with warnings.catch_warnings(), Image.open(BytesIO(content), formats=_FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
                return Fault(f"多于 {MOST_PIXELS:,} 个像素", f"has more than {MOST_PIXELS:,} pixels")
            image.load()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Warning):
        return Fault("不是完好的 JPEG 或 PNG 图片", "is no sound JPEG or PNG picture")
    return None


def check_photo(content: bytes) -> None:
    """Refuse a photo that no paper could show."""
    if found := fault(content):
        raise Malformed(
            f"照片的文件{found.zh}，不能登记为照片。请另存为 JPEG 或 PNG 后重新上传。",
            f"The photo's file {found.en}: it cannot be a photo. Save it as JPEG or PNG, and upload it again.",
        )
