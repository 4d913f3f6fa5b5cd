"""Files that support events: sent once, named by their SHA-256, each reading written down."""

import re
from email.message import Message
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Header, Path
from fastapi.responses import Response

from api.access import Act
from api.http.asking import FileBody, Opened
from api.http.problems import documented, in_path
from api.registering import written_down
from domain.errors import Malformed
from domain.events.base import Evidence

router = APIRouter(prefix="/v1/evidence", tags=["evidence"])

Digest = Annotated[str, Path(pattern="^[0-9a-f]{64}$", description="The SHA-256")]
_LONGEST_NAME = 200
_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,60}/[a-z0-9!#$&^_.+-]{1,60}")


@router.post(
    "",
    status_code=201,
    responses=documented(413, 422, 503),
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
    return opened.evidence.put(body, name=_file_name(content_disposition), media_type=_media_type(content_type))


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
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(known.name, safe='')}"}
    if not _is_utf8(content):
        headers["Content-Type"] = known.media_type  # a text would else be called UTF-8
    return Response(content, 200, headers, known.media_type)


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _media_type(content_type: str) -> str:
    media_type = content_type.partition(";")[0].strip().lower()
    if not _TYPE.fullmatch(media_type):
        raise Malformed("Content-Type 不是媒体类型。", "Content-Type is no media type.")
    return media_type


def _file_name(content_disposition: str | None) -> str:
    """The last part of the name that was sent, in the encoding that RFC 6266 gives it."""
    header = Message()
    header["Content-Disposition"] = content_disposition or "attachment"
    name = (header.get_filename() or "evidence").replace("\\", "/").rpartition("/")[2].strip()
    if not (1 <= len(name) <= _LONGEST_NAME and name.isprintable() and "\ufffd" not in name):
        raise Malformed(
            "Content-Disposition 中的文件名不合要求。", "The file name in Content-Disposition is malformed."
        )
    return name
