"""Files that support events: sent once, named by their SHA-256, each reading written down."""

import re
from email.message import Message
from typing import Annotated
from urllib.parse import quote, unquote_to_bytes

from fastapi import APIRouter, Header, Path
from fastapi.responses import Response

from api.access import Act
from api.http.asking import FileBody, Opened
from api.http.lanes import UPLOADING
from api.http.problems import WrongMediaType, documented, in_path
from api.registering import written_down
from domain.errors import Malformed
from domain.events.base import Evidence

router = APIRouter(prefix="/v1/evidence", tags=["evidence"])

Digest = Annotated[str, Path(pattern="^[0-9a-f]{64}$", description="The SHA-256")]
# The charset and the octets of a name in extended notation (RFC 8187).
_EXTENDED = re.compile(r"filename\*\s*=\s*\"?([^'\";]*)'[^']*'([^\";]*)", re.IGNORECASE)
_LONGEST_NAME = 200
_CHARSET = re.compile(r"[a-z0-9][a-z0-9._:+-]{0,40}")
_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,60}/[a-z0-9!#$&^_.+-]{1,60}")


@router.post(
    "",
    status_code=201,
    responses=documented(408, 413, 415, 422, 503),
    dependencies=[UPLOADING],
    openapi_extra={
        "requestBody": {"required": True, "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}}
    },
)
def keep_evidence(
    body: FileBody,
    opened: Opened,
    content_type: Annotated[str, Header(description="The file's own media type")] = "application/octet-stream",
    content_disposition: Annotated[
        str | None, Header(description="attachment; filename*=UTF-8''… — the file's name")
    ] = None,
) -> Evidence:
    """Keep a file. The same bytes are kept once, with the description they first came with."""
    if not body:
        raise Malformed("文件是空的。", "The file is empty.")
    return opened.evidence.put(body, name=_file_name(content_disposition), media_type=_media_type(content_type, body))


@router.get(
    "/{sha256}",
    response_class=Response,
    responses=documented(404, 503) | {200: {"content": {"*/*": {}}, "description": "The file"}},
)
def read_evidence(sha256: Digest, opened: Opened) -> Response:
    """The file as it was sent."""
    with in_path():
        known = opened.evidence.describe(sha256)
        content = opened.evidence.get(sha256)
    written_down(opened, Act.EXPORT, "evidence", sha256=sha256)
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(known.name, safe='')}",
        "Content-Type": known.media_type,  # told here, as nothing is added to it
    }
    return Response(content, 200, headers)


def _media_type(content_type: str, body: bytes) -> str:
    """The media type with the charset that was sent; no other parameter says anything of a file."""
    header = Message()
    header["Content-Type"] = content_type
    media_type = content_type.partition(";")[0].strip().lower()
    if not _TYPE.fullmatch(media_type):
        raise Malformed("Content-Type 不是媒体类型。", "Content-Type is no media type.")
    if "charset" not in dict(header.get_params(failobj=[], unquote=True)):
        return media_type
    charset = str(header.get_param("charset")).strip().lower()
    if not (_CHARSET.fullmatch(charset) and _reads(body, charset)):
        raise WrongMediaType(
            "Content-Type 写的 charset 与文件内容不符，或不是文字编码；请写对，或去掉 charset。",
            "The charset in Content-Type is not the file's, or none that is known: mend it, or leave it out.",
        )
    return f"{media_type}; charset={charset}"


def _reads(body: bytes, charset: str) -> bool:
    """Whether the bytes are text in that charset."""
    try:
        body.decode(charset)
    except (LookupError, ValueError):
        return False
    return True


def _file_name(content_disposition: str | None) -> str:
    """The last part of the name that was sent, in the encoding that RFC 6266 gives it."""
    header = Message()
    header["Content-Disposition"] = content_disposition or "attachment"
    _check_encoding(content_disposition or "")
    name = (header.get_filename() or "evidence").replace("\\", "/").rpartition("/")[2].strip()
    if not (1 <= len(name) <= _LONGEST_NAME and name.isprintable() and "\ufffd" not in name):
        raise Malformed(
            "Content-Disposition 中的文件名不合要求。", "The file name in Content-Disposition is malformed."
        )
    return name


def _check_encoding(content_disposition: str) -> None:
    """A name in `filename*` is of the encoding that it says, and that is UTF-8."""
    for charset, written in _EXTENDED.findall(content_disposition):
        if not (charset.lower() == "utf-8" and _reads(unquote_to_bytes(written), charset)):
            raise Malformed(
                "Content-Disposition 中的 filename* 须用 UTF-8 编码（filename*=UTF-8''…）。",
                "`filename*` in Content-Disposition is in UTF-8: filename*=UTF-8''….",
            )
