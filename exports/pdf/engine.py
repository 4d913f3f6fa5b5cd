"""The programs that make a PDF: which versions they are, since bytes depend on them, and what is missing."""

import ctypes
import zlib
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from exports.errors import EngineMissing
from exports.pdf.fonts import FACES, SYSTEM_PACKAGES

_LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
_PYTHON_PARTS = ("weasyprint", "pydyf", "Pillow", "fonttools")


def missing_packages() -> list[str]:
    """The Debian packages this machine lacks, in the order they are listed."""
    lacking = {package for library, package in _LIBRARIES.items() if not _loads(library)}
    lacking |= {face.package for face in FACES if not face.path.exists()}
    return [package for package in SYSTEM_PACKAGES if package in lacking]


def require() -> None:
    """Without the subset library one PDF takes ten seconds; without a font it is not ours. So: all or none."""
    if lacking := " ".join(missing_packages()):
        raise EngineMissing(
            f"制作 PDF 缺少系统软件包。请运行：apt-get install {lacking}",
            f"System packages for PDF are missing. Run: apt-get install {lacking}",
        )


@cache
def versions() -> str:
    """One line that names everything whose version can change a byte."""
    require()
    parts = [("layout", _layout()), *((name.lower(), version(name)) for name in _PYTHON_PARTS)]
    parts += [
        ("pango", _version_of("libpango-1.0.so.0", "pango_version_string")),
        ("harfbuzz", _version_of("libharfbuzz.so.0", "hb_version_string")),
        ("zlib", zlib.ZLIB_RUNTIME_VERSION),
    ]
    return ", ".join(f"{name} {number}" for name, number in parts)


def _layout() -> str:
    """A digest of everything of ours that prints: another template, another print."""
    folder = Path(__file__).parents[1]
    files = sorted(file for file in folder.rglob("*") if file.is_file() and "__pycache__" not in file.parts)
    return sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()[:16]


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _version_of(library: str, function: str) -> str:
    ask = getattr(ctypes.CDLL(library), function)
    ask.restype = ctypes.c_char_p
    answer: bytes = ask()
    return answer.decode()
