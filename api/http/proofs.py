"""Signed heads of the log and proofs against them, as texts (c2sp.org). Reading one never signs."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response
from pydantic import AwareDatetime, BaseModel

from api.access import Act
from api.http.asking import FURTHEST, Natural, Opened
from api.http.problems import Responses, documented, in_path
from api.http.replies import as_json
from api.registering import written_down
from domain.errors import Unknown
from projections.ledger.checkpoint import hashes_text

router = APIRouter(prefix="/v1", tags=["proofs"])

_TEXT: Responses = {200: {"content": {"text/plain": {"schema": {"type": "string"}}}, "description": "The text"}}
_PDF: Responses = {200: {"content": {"application/pdf": {}}, "description": "The document"}}
PROBLEMS = _TEXT | documented(404, 422, 503)
Size = Annotated[Natural, Path(ge=1, le=FURTHEST, description="How many events a checkpoint covers")]
Position = Annotated[Natural, Path(ge=1, le=FURTHEST, description="The 1-based rank in the log")]
Digest = Annotated[str, Path(pattern="^[0-9a-f]{64}$", description="The SHA-256 of a file that was handed out")]


class SigningKey(BaseModel):
    """A public line, and the first size of the log that its key signs."""

    since: int
    public_key: str


class Checkpoints(BaseModel):
    """The sizes there are signed checkpoints of, ascending; the public line in force, and those of all keys so far."""

    origin: str
    public_key: str
    keys: list[SigningKey]
    sizes: list[int]


class Export(BaseModel):
    """When a file was handed out or signed, and by whom. `position` is how far the log was.

    `signed` are the SHA-256 of what it became by being signed; of a signed file `unsigned` is what it was before.
    """

    number: int
    act: str
    at: AwareDatetime
    who: str
    capacity: str
    what: str
    person_id: str | None
    position: int | None
    signed: list[str]
    unsigned: str | None


@router.get("/checkpoint", response_class=Response, responses=PROBLEMS)
def show_checkpoint(opened: Opened) -> Response:
    """The last signed checkpoint (c2sp.org/tlog-checkpoint)."""
    note = opened.ledger.last()
    if note is None:
        with in_path():
            raise Unknown("还没有签署过检查点。", "No checkpoint has been signed yet.")
    return _text(str(note))


@router.get("/checkpoints", response_model=Checkpoints, responses=documented(503))
def list_checkpoints(opened: Opened) -> Response:
    """All checkpoints by the number of events that each covers."""
    keys = [SigningKey(since=turn.since, public_key=str(turn.key)) for turn in opened.ledger.keys().turns]
    return as_json(
        Checkpoints(
            origin=opened.charter.origin,
            public_key=keys[-1].public_key,
            keys=keys,
            sizes=opened.ledger.held.sizes(),
        )
    )


@router.get("/checkpoints/{size}", response_class=Response, responses=PROBLEMS)
def show_checkpoint_of(size: Size, opened: Opened) -> Response:
    """One checkpoint."""
    with in_path():
        return _text(str(opened.ledger.held.checkpoint(size)))


@router.get("/checkpoints/{size}/attestation", response_class=Response, responses=PROBLEMS)
def show_attestation(size: Size, opened: Opened) -> Response:
    """What the archive looked like at a checkpoint: the hash of every view, the heads of all streams, signed."""
    with in_path():
        return _text(str(opened.ledger.held.attestation(size)))


@router.get("/proof/{position}", response_class=Response, responses=PROBLEMS)
def show_proof(position: Position, opened: Opened) -> Response:
    """That an event is in the log, under the first checkpoint that covers it (c2sp.org/tlog-proof)."""
    with in_path():
        return _text(opened.ledger.proof(position).text())


@router.get("/consistency", response_class=Response, responses=_TEXT | documented(422, 503))
def show_consistency(
    opened: Opened,
    from_: Annotated[Natural, Query(alias="from", ge=0, le=FURTHEST, description="The smaller size")],
    to: Annotated[Natural, Query(ge=0, le=FURTHEST, description="The larger size")],
) -> Response:
    """That the log at one size begins with the log at a smaller one: the hashes of RFC 6962, a line each."""
    return _text(hashes_text(opened.ledger.consistency(from_, to)))


@router.get("/exports/{sha256}", response_model=Export, responses=documented(404, 503))
def show_export(sha256: Digest, opened: Opened) -> Response:
    """Whether this archive handed out a file with these bytes, and when."""
    with in_path():
        found = opened.access.export(sha256)
        if found is None:
            raise Unknown("本库没有导出过这样的文件。", "This archive has handed out no such file.")
    written_down(opened, Act.VIEW, "export", person=found.person_id)
    row = {name: value for name, value in vars(found).items() if name in Export.model_fields}
    return as_json(Export(**row, signed=opened.signed.of(sha256), unsigned=opened.signed.unsigned(sha256)))


@router.get("/exports/{sha256}/signed.pdf", response_class=Response, responses=_PDF | documented(404, 503))
def show_signed(sha256: Digest, opened: Opened) -> Response:
    """A signed document as it is kept. It is handed out again, which is written down first."""
    with in_path():
        content = opened.signed.get(sha256)
    entry = opened.access.export(sha256)
    person, what = (entry.person_id, entry.what) if entry else (None, "document")
    written_down(opened, Act.EXPORT, what, person=person, sha256=sha256)
    return Response(content, media_type="application/pdf", headers={"Cache-Control": "no-store"})


def _text(content: str) -> Response:
    return Response(content, media_type="text/plain")
