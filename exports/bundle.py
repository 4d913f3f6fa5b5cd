"""An evidence bundle: everything an archive holds and what proves it, as a BagIt 1.0 package (RFC 8493).

A file is written as it comes and forgotten; the manifests follow at the end, and a signature over them. The same
archive gives the same bytes. The verifiers inside check it with plain Python.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from hashlib import sha256
from pathlib import Path

from domain.language import SHANGHAI
from exports.four_tests import Looked, as_json, as_text
from exports.verify_bag import DECLARATION, PAYLOAD, SIGNATURE, TAGS
from exports.verify_bundle import EVIDENCE, KEY, practice
from projections.history import HistoryEntry

Put = Callable[[str, Iterable[bytes]], None]

_VERIFIERS = ("verify.py", "verify_bag.py", "verify_bundle.py", "verify_log.py")
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # the earliest that a ZIP can say
_OWNER = 0o600 << 16  # who unpacks it may read it, nobody else


ATTACHED = ("SHA-256", "字节 / bytes", "类型 / type", "文件名 / name", "记录 / event")
TOLD = (
    *("记录 / event", "日期 / day", "记录时间 / recorded at", "记录人 / by", "条款 / clause", "事项", "what"),
    *("事由 / reason", "文号 / document", "更正 / corrected by", "撤销 / withdrawn by"),
)


def told(one: HistoryEntry) -> tuple[object, ...]:
    """An event as a row under TOLD."""
    when = one.recorded_at.astimezone(SHANGHAI).isoformat(timespec="seconds")
    said = (one.position, one.occurred_on, when, one.recorded_by_label, one.clause, one.sentence, one.sentence_en)
    return (*said, one.reason, one.document, one.corrected_by, one.withdrawn_by)


class Bundle:
    """Files put one after another. `put` writes them; `looked` sees what goes by."""

    def __init__(self, put: Put, looked: Looked) -> None:
        self._put, self.looked = put, looked
        self._payload: dict[str, str] = {}
        self._tags: dict[str, str] = {}
        self._size = 0

    def add(self, name: str, *parts: bytes) -> None:
        """Put a file that is at hand."""
        self.stream(name, parts)

    def stream(self, name: str, parts: Iterable[bytes]) -> None:
        """Put a file that comes part by part."""
        digest, data = sha256(), name.startswith("data/")

        def passing() -> Iterator[bytes]:
            for part in parts:
                digest.update(part)
                self._size += len(part) * data
                self.looked.file(name, part)
                yield part

        self._put(name, passing())
        self.looked.files += 1
        (self._payload if data else self._tags)[name] = digest.hexdigest()

    def close(self, key: str, day: date, sign: Callable[[str], bytes]) -> str:
        """Put what tells of the rest: report, readme, verifiers, manifests, signature. The last manifest's SHA-256."""
        head, here = self.looked.head, Path(__file__).parent
        self.add(KEY, f"{key}\n".encode())
        reports = as_json(self.looked), as_text(self.looked)
        self.add("data/report.json", reports[0])
        self.add("data/report.md", reports[1])
        self.add("bagit.txt", DECLARATION)
        about = f"External-Identifier: {head.origin}@{head.size}\nExternal-Description: up to {day}\n"
        self.add("bag-info.txt", f"{about}Payload-Oxum: {self._size}.{len(self._payload)}\n".encode())
        said = "".join(f"\n{line}" for line in practice(head.origin))
        readme = (here / "templates" / "bundle.md").read_text(encoding="utf-8")
        filled = readme.format(origin=head.origin, practice=said, key=key, events=head.size, day=day)
        self.add("README.md", filled.encode())
        for name in _VERIFIERS:
            self.add(name, (here / name).read_bytes())
        self.add(PAYLOAD, _manifest(self._payload))
        self.add(TAGS, tags := _manifest(self._tags))
        digest = sha256(tags).hexdigest()
        self.add(SIGNATURE, sign(f"tidui-bundle/1\n{head.origin}\n{head.size}\n{digest}\n"))
        return digest


def into_folder(folder: Path) -> Put:
    """Puts files below a folder."""

    def put(name: str, parts: Iterable[bytes]) -> None:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            file.writelines(parts)

    return put


def into_zip(packed: zipfile.ZipFile, base: str) -> Put:
    """Puts files into a ZIP below one folder, the same bytes whenever it is done."""

    def put(name: str, parts: Iterable[bytes]) -> None:
        entry = zipfile.ZipInfo(f"{base}/{name}", _FIRST_DAY)
        # Attachments are mostly packed already; what others were would make the whole look like a bomb.
        entry.compress_type = zipfile.ZIP_STORED if name.startswith(EVIDENCE) else zipfile.ZIP_DEFLATED
        entry.external_attr = _OWNER
        with packed.open(entry, "w") as file:
            file.writelines(parts)

    return put


def _manifest(digests: dict[str, str]) -> bytes:
    return "".join(f"{digests[name]}  {name}\n" for name in sorted(digests)).encode()
