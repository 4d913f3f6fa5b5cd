"""PDFs that no archive wrote, each with what a verifier says of it."""

import json
from collections.abc import Mapping

from exports.verify import FILES

_DOSSIER = {"origin": "o", "person_id": "p", "name": "n", "as_of": "2024-01-01", "rests_on": 1, "hash": ""}
_EVIDENCE = {
    "format": "tidui-evidence/1",
    "public_key": "k",
    "stream": {"id": "p", "index": 0, "proof": []},
    "events": [],
    "elsewhere": [],
    "citations": [],
}


def pdf_of(files: Mapping[str, bytes]) -> bytes:
    """The least that carries files as attachments."""
    content = b"%PDF-1.7\n"
    for number, (name, file) in enumerate(files.items()):
        content += b"%d 0 obj\n<< /Length %d >>\nstream\n%b\nendstream\nendobj\n" % (2 * number + 1, len(file), file)
        spec = f"<< /Type /Filespec /UF ({name}) /EF << /F {2 * number + 1} 0 R >> >>"
        content += b"%d 0 obj\n%b\nendobj\n" % (2 * number + 2, spec.encode())
    return content


def _with(**changed: object) -> bytes:
    dossier, evidence = json.dumps(_DOSSIER).encode(), json.dumps(_EVIDENCE | changed).encode()
    return pdf_of({"dossier.json": dossier, "evidence.json": evidence, "checkpoint.txt": b"", "attestation.txt": b""})


def _all(content: bytes) -> bytes:
    return pdf_of(dict.fromkeys(FILES, content))


_NAMED = (
    b"%%PDF-1.7\n1 0 obj\n<< /Length 4 >>\nstream\nabcd\nendstream\nendobj\n2 0 obj\n<< /UF %b /EF << /F 1 0 R >> >>\n"
)
_PACKED = b"%%PDF-1.7\n1 0 obj\n<< /Type /ObjStm /First %b /Length %b >>\nstream\n%b\nendstream\nendobj\n"
_EVENT = {"position": 1, "version": 1, "topic": "t", "state": "{}", "proof": []}

FORGED = {
    "empty": (b"", "这不是 PDF 文件"),
    "no PDF": (b"hello", "这不是 PDF 文件"),
    "bare": (b"%PDF-1.7\n%%EOF", "没有附带证明"),
    "encrypted": (_NAMED % b"(x)" + b"endobj\ntrailer << /Encrypt 9 0 R >>", "PDF 已加密"),
    "an odd name": (_NAMED % b"<abc>", "没有附带证明"),
    "an object without end": (_NAMED % b"(dossier.json)", "缺少附件 evidence.json"),
    "offsets that are words": (_PACKED % (b"3", b"6", b"x y zz"), "没有附带证明"),
    "one offset too few": (_PACKED % (b"4", b"6", b"1 2 3 zz"), "没有附带证明"),
    "a length without end": (_PACKED % (b"3", b"9" * 5000, b"x"), "PDF 附件已损坏"),
    "nested": (_all(b"[" * 200_000 + b"]" * 200_000), "dossier.json"),
    "no text": (_all(b"\xff"), "dossier.json 不是 UTF-8 文本"),
    "not a number": (_all(b"nothing"), "dossier.json 不是 JSON"),
    "a list": (_all(b"[]"), "dossier.json 应为一组栏目"),
    "no fields": (_all(b"{}"), "dossier.json 缺少 origin"),
    "another format": (_with(format="tidui-evidence/9"), "证明格式未知"),
    "a number for a list": (_with(events=1), "evidence.json/events 应为列表"),
    "a text for a number": (_with(events=[_EVENT | {"position": "1"}]), "evidence.json/events/0/position 应为整数"),
    "a list for a path": (
        _with(citations=[{"field": "", "position": 1, "path": []}]),
        "evidence.json/citations/0/path 应为文字",
    ),
    "no key": (_with(), "公钥格式不对"),
    "a key of bad base64": (_with(public_key="k+00000000+A"), "base64 编码有误"),
    "a key by another id": (_with(public_key="k+00000000+" + "AQ" + "A" * 42), "公钥的编号与其内容不符"),
}
