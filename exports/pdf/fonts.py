"""The faces documents are set in: which files they are, and that they are those files."""

import struct
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from exports.errors import FontAltered, FontMissing

SYSTEM_PACKAGES = (
    "libpango-1.0-0",
    "libpangoft2-1.0-0",
    "libharfbuzz-subset0",
    "fonts-noto-cjk",
    "fonts-lxgw-wenkai",
)
"""What PDF needs from Debian, by name."""

_NOTO = Path("/usr/share/fonts/opentype/noto")
_WENKAI = Path("/usr/share/fonts/truetype/lxgw-wenkai")
_SIMPLIFIED = 2  # the place of the mainland's forms in the Noto CJK collections


@dataclass(frozen=True)
class Face:
    """One face of one file. `member` is its place when the file is a collection of faces."""

    family: str
    weight: int
    path: Path
    sha256: str
    package: str
    member: int | None = None

    @property
    def short(self) -> str:
        """The last word of its family, as class names have it: song, hei, kai."""
        return self.family.rpartition(" ")[2].lower()

    @property
    def address(self) -> str:
        """What style sheets call it; only our own fetcher knows these addresses."""
        return f"tidui:font/{self.path.stem}"

    @property
    def rule(self) -> str:
        return f'@font-face {{ font-family: "{self.family}"; font-weight: {self.weight}; src: url({self.address}) }}'


FACES = (
    Face(
        "Tidui Song",
        400,
        _NOTO / "NotoSerifCJK-Regular.ttc",
        "a04178ec485dffdff7cc0c0c20e1fce9202d7e2160d805e8e44a4c8841c58481",
        "fonts-noto-cjk",
        _SIMPLIFIED,
    ),
    Face(
        "Tidui Song",
        700,
        _NOTO / "NotoSerifCJK-Bold.ttc",
        "a5d4b046c127da3d7c72f98b46c41489cd29bf52abfdf18aba920903e920d4ac",
        "fonts-noto-cjk",
        _SIMPLIFIED,
    ),
    Face(
        "Tidui Hei",
        400,
        _NOTO / "NotoSansCJK-Regular.ttc",
        "b76b0433203017ca80401b2ee0dd69350349871c4b19d504c34dbdd80541690a",
        "fonts-noto-cjk",
        _SIMPLIFIED,
    ),
    Face(
        "Tidui Kai",
        400,
        _WENKAI / "LXGWWenKai-Regular.ttf",
        "bbf534b0ca093928f94d1782855e65a19a32cde82b075d495d072025521953c8",
        "fonts-lxgw-wenkai",
    ),
)
"""宋 for text, its bold for titles, 黑 for headings and header cells, 楷 for second headings."""

FAMILIES = frozenset(face.family for face in FACES)
FONT_FACE_RULES = "\n".join(face.rule for face in FACES)


def load(face: Face) -> bytes:
    """The face as a font of its own, after its file has been compared with the pinned hash."""
    try:
        content = face.path.read_bytes()
    except OSError as error:
        raise FontMissing(
            f"缺少字体文件 {face.path}。请运行：apt-get install {face.package}",
            f"The font file {face.path} is missing. Run: apt-get install {face.package}",
        ) from error
    if sha256(content).hexdigest() != face.sha256:
        raise FontAltered(
            f"字体文件 {face.path} 与登记的版本不同。请运行：apt-get install --reinstall {face.package}",
            f"{face.path} is not the pinned font. Run: apt-get install --reinstall {face.package}",
        )
    return content if face.member is None else member_of_collection(content, face.member)


def load_all() -> dict[str, bytes]:
    """Every face by its address, checked; together a hundred megabytes, to be let go of."""
    return {face.address: load(face) for face in FACES}


def member_of_collection(collection: bytes, member: int) -> bytes:
    """One face of a TrueType collection, as a file of its own: same tables, new directory.

    A style sheet cannot name a member of a collection, so that left whole, the Japanese forms could be
    the ones that print.
    """
    (start,) = struct.unpack_from(">L", collection, 12 + 4 * member)
    version, count = struct.unpack_from(">4sH", collection, start)
    directory, body = [struct.pack(">4s4H", version, count, *_search_fields(count))], []
    place = 12 + 16 * count
    for index in range(count):
        tag, checksum, offset, length = struct.unpack_from(">4s3L", collection, start + 12 + 16 * index)
        table = collection[offset : offset + length] + bytes(-length % 4)
        directory.append(struct.pack(">4s3L", tag, checksum, place, length))
        body.append(table)
        place += len(table)
    return b"".join(directory + body)


def _search_fields(count: int) -> tuple[int, int, int]:
    """The three numbers with which an sfnt directory of so many tables is searched."""
    selector = count.bit_length() - 1
    return 16 << selector, selector, 16 * count - (16 << selector)
