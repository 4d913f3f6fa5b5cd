"""What a forger with the whole source makes of a signed paper, each by name: none of it may hold."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from functools import partial
from io import BytesIO
from typing import Any, NamedTuple

import pikepdf
from pyhanko.pdf_utils.generic import StreamObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from exports import statement, verify
from exports.signing.certificate import Credential
from exports.signing.seal import Place
from exports.signing.sign import Seal, sign
from projections.dossier import content_hash
from projections.ledger.checkpoint import Checkpoint
from projections.ledger.keys import Handover
from projections.ledger.note import Note, PrivateKey, Signature, parse_public
from projections.shape import canonical

Forgery = Callable[[bytes], bytes]
Change = Callable[[pikepdf.Pdf], None]


class Genuine(NamedTuple):
    """What the forger has: two papers of the archive, and what a paper of another content looks like in print."""

    paper: bytes
    other: bytes
    reprint: Callable[[dict[str, Any]], bytes]
    credential: Credential


# --- the content edited, its hash made anew -------------------------------------------------------------------------


def _field(model: Any, key: str, value: str) -> None:
    field = next(one for one in model["parts"]["information_form"]["fields"] if one["key"] == key)
    field["value"] = field["text"] = value


def _grade(model: Any) -> None:
    model["parts"]["assessments"]["years"][0] |= {"grade": "excellent", "grade_label": "优秀", "comment": "表现突出。"}


EDITS: dict[str, Callable[[Any], object]] = {
    "political status": lambda model: _field(model, "party_status", "中共党员"),
    "name": lambda model: model.update(name="别人"),
    "birth date": lambda model: _field(model, "birth_date", "1990-01-01"),
    "grade": _grade,
    "votes": lambda model: model["parts"]["assessments"]["selection"]["votes"].update(agree=1, disagree=8),
    "outcome": lambda model: model["parts"]["training_register"].update(outcome=None),
    "exceptions dropped": lambda model: model.update(exceptions=[], corrections=[]),
    "shortened trail": lambda model: model.update(trail=model["trail"][:1]),
    "another day": lambda model: model.update(as_of="2026-01-01"),
    "another archive": lambda model: model.update(origin="tidui/other"),
}


def edited(paper: bytes, edit: Callable[[Any], object]) -> dict[str, Any]:
    model: dict[str, Any] = json.loads(verify.attachments(paper)["dossier.json"])
    edit(model)
    model["hash"] = content_hash(model)
    return model


# --- the pages ------------------------------------------------------------------------------------------------------


def _overlay(document: pikepdf.Pdf) -> None:
    document.pages[1].contents_add(document.make_stream(b"1 1 1 rg 0 0 500 500 re f"))


def _image(document: pikepdf.Pdf) -> None:
    page = document.pages[0]
    image = document.make_stream(b"\xff", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=1, Height=1,
                                 ColorSpace=pikepdf.Name.DeviceGray, BitsPerComponent=8)  # fmt: skip
    page.contents_add(
        document.make_stream(
            b"q 500 0 0 500 0 0 cm %b Do Q" % str(page.add_resource(image, pikepdf.Name.XObject)).encode()
        )
    )


def _annotate(**said: Any) -> Change:
    def change(document: pikepdf.Pdf) -> None:
        page = document.pages[0]
        box = pikepdf.Array([0, 0, 595, 842])
        note = document.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Annot, Rect=box, **said))
        page.obj.Annots = pikepdf.Array([*page.obj.get("/Annots", []), note])

    return change


def _glyphs(document: pikepdf.Pdf) -> None:
    """The first two glyphs of a text change places."""
    page = document.pages[2]
    steps = [*pikepdf.parse_content_stream(page)]
    place = next(n for n, one in enumerate(steps) if str(one.operator) == "TJ" and len(bytes(one.operands[0][0])) > 3)
    first = bytes(steps[place].operands[0][0])
    changed = pikepdf.String(first[2:4] + first[:2] + first[4:])
    steps[place] = pikepdf.ContentStreamInstruction(
        [pikepdf.Array([changed, *steps[place].operands[0][1:]])], pikepdf.Operator("TJ")
    )
    page.Contents = document.make_stream(pikepdf.unparse_content_stream(steps))


def _script(document: pikepdf.Pdf) -> None:
    document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))


def _spec(document: pikepdf.Pdf, name: str, content: bytes) -> pikepdf.AttachedFileSpec:
    return pikepdf.AttachedFileSpec(
        document, content, filename=name, description="", creation_date="", mod_date="", mime_type=""
    )


def _attach(document: pikepdf.Pdf) -> None:
    document.attachments["extra.json"] = _spec(document, "extra.json", b"{}")


def _other_dossier(document: pikepdf.Pdf) -> None:
    """Readers find this one; who looks for objects finds the old one too."""
    document.attachments["dossier.json"] = _spec(document, "dossier.json", b'{"name":"other"}')


def _creator(document: pikepdf.Pdf) -> None:
    document.docinfo["/Creator"] = "Tidui (layout 0123456789abcdef, weasyprint 69)"


_LINK = pikepdf.Dictionary(S=pikepdf.Name.URI, URI=pikepdf.String("https://example.org/"))
PAGES: dict[str, Change] = {
    "overlay": _overlay,
    "image": _image,
    "stamp": _annotate(Subtype=pikepdf.Name.Stamp, Contents=pikepdf.String("同意")),
    "words in a box": _annotate(Subtype=pikepdf.Name.FreeText, Contents=pikepdf.String("优秀"), DA=pikepdf.String("9")),
    "whole-page link": _annotate(Subtype=pikepdf.Name.Link, A=_LINK),
    "exchanged glyphs": _glyphs,
    "a page less": lambda document: document.pages.__delitem__(1),
    "script": _script,
    "extra attachment": _attach,
    "another dossier": _other_dossier,
    "another creator line": _creator,
}  # fmt: skip


def rewritten(paper: bytes, change: Change) -> bytes:
    """The file written anew with a change, the old statement put into its place."""
    written = BytesIO()
    with pikepdf.open(BytesIO(paper)) as document:
        change(document)
        document.save(written)
    return pasted(statement.with_place(written.getvalue()), paper)


def pasted(pdf: bytes, source: bytes) -> bytes:
    """A file with the statement of another one."""
    place, there = verify.PLACE.search(pdf), verify.PLACE.search(source)
    assert place
    assert there
    return pdf[: place.start(1)] + there[1] + pdf[place.end(1) :]


# --- what is written behind it --------------------------------------------------------------------------------------


def appended(paper: bytes) -> bytes:
    """A revision behind the file that writes over its second page, as any PDF program makes it."""
    writer: Any = IncrementalPdfFileWriter(BytesIO(paper))
    written = BytesIO()
    reference, _ = writer.find_page_for_modification(1)
    page, drawing = reference.get_object(), StreamObject(stream_data=b"0 0 500 500 re f")
    page["/Contents"] = writer.add_object(drawing)
    writer.update_container(page)
    writer.write(written)
    return written.getvalue()


def other_file(paper: bytes) -> bytes:
    """Another file behind this one, which readers open and this one is no part of."""
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [] >> >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> >>",
    ]
    whole, places = paper, list[int]()
    for number, part in enumerate(parts, 1):
        places.append(len(whole))
        whole += b"%d 0 obj\n%b\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"xref\n0 4\n0000000000 65535 f \n%btrailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    return whole + end % (table, len(whole))


# --- the statement --------------------------------------------------------------------------------------------------

THIEF = bytes(range(32))


def said_in(paper: bytes) -> dict[str, Any]:
    place = verify.PLACE.search(paper)
    assert place
    found: dict[str, Any] = json.loads(base64.b64decode(place[1].strip()))
    return found


def restated(paper: bytes, said: dict[str, Any], spelled: Callable[[Any], bytes] = canonical) -> bytes:
    place = verify.PLACE.search(paper)
    assert place
    return paper[: place.start(1)] + base64.b64encode(spelled(said)).ljust(verify.ROOM) + paper[place.end(1) :]


def by_thief(paper: bytes, source: bytes, model: dict[str, Any], *, handed: bool = False) -> bytes:
    """A statement by a key of the forger's own; and a handover from the archive's key that this never signed."""
    thief, own = PrivateKey(model["origin"], THIEF), parse_public(said_in(source)["public_key"])
    text = Handover(Checkpoint(model["origin"], 3, bytes(32)), own, thief.public).text()
    false = Signature(own.name, own.key_id, bytes(64))
    note = Note(text, (false, *thief.note(text).signatures))
    signing = statement.Signing(thief.public, (str(note),) if handed else (), thief.note)
    return statement.signed(paper, model, "zh", "0" * 64, signing)


def _moved(paper: bytes) -> bytes:
    place = verify.PLACE.search(paper)
    assert place
    line = paper[place.start() + 1 : place.end(1) + 1]
    return paper[:9] + line + paper[9 : place.start() + 1] + paper[place.end(1) + 1 :]


def _doubled(paper: bytes) -> bytes:
    place = verify.PLACE.search(paper)
    assert place
    line = paper[place.start() : place.end(1)]
    return paper[: place.start()] + line + paper[place.start() :]


def _resaid(what: str, by: str) -> Forgery:
    def forge(paper: bytes) -> bytes:
        said = said_in(paper)
        return restated(paper, said | {"note": re.sub(what, by, said["note"], count=1)})

    return forge


STATEMENTS: dict[str, Forgery] = {
    "no statement": statement.emptied,
    "no mark": lambda paper: paper.replace(b"%tidui-statement/1 ", b"%another-comment/1 "),
    "another version": lambda paper: paper.replace(b"%tidui-statement/1 ", b"%tidui-statement/2 "),
    "two statements": _doubled,
    "a second one behind": lambda paper: paper + paper[paper.rindex(b"\n%tidui-statement") :],
    "its place moved": _moved,
    "its place shortened": lambda paper: paper.replace(b" \nstartxref", b"\nstartxref"),
    "another kind said": _resaid("\nkind [^\n]+", "\nkind annual-evaluation"),
    "another time said": _resaid("\nas-of [^\n]+", "\nas-of 2020-01-01"),
    "another position said": _resaid("\nposition [0-9]+", "\nposition 1"),
    "another origin said": _resaid("/1\n[^\n]+", "/1\ntidui/other"),
    "another length said": _resaid("\nfile [0-9]+", "\nfile 9"),
    "spelled otherwise": lambda paper: restated(paper, said_in(paper), lambda said: json.dumps(said).encode()),
    "more said": lambda paper: restated(paper, said_in(paper) | {"more": 1}),
    "no JSON": lambda paper: restated(paper, {}, lambda _: b"{"),
    "nested": lambda paper: restated(paper, {}, lambda _: b"[" * 3000),
    "a list": lambda paper: restated(paper, {}, lambda _: b"[]"),
    "a handover that is none": lambda paper: restated(paper, said_in(paper) | {"handovers": ["x"]}),
    "truncated": lambda paper: paper[:-7],
    "cut in half": lambda paper: paper[: len(paper) // 2],
    "a byte changed": lambda paper: paper[:5000] + bytes([paper[5000] ^ 1]) + paper[5001:],
    "another version line": lambda paper: paper.replace(b"%PDF-1.7", b"%PDF-1.6", 1),
    "something before": lambda paper: b"%PDF-1.7\n" + paper,
    "a blank behind": lambda paper: paper + b" ",
    "a comment behind": lambda paper: paper + b"% seen and approved\n",
    "no end of line": lambda paper: paper[:-1],
    "a revision behind": appended,
    "another file behind": other_file,
}


def forgeries(genuine: Genuine) -> dict[str, Callable[[], bytes]]:
    """Every forgery by name, made when it is called."""
    paper, other, credential = genuine.paper, genuine.other, genuine.credential
    model = edited(paper, EDITS["political status"])
    ours = "printed by our own press"
    made: dict[str, Callable[[], bytes]] = {name: partial(forge, paper) for name, forge in STATEMENTS.items()}
    made |= {f"{name}, written anew": partial(rewritten, paper, change) for name, change in PAGES.items()}
    made |= {f"{name}, attached": partial(_edited, paper, edit) for name, edit in EDITS.items()}
    return made | {
        f"{ours}, unsigned": lambda: genuine.reprint(model),
        f"{ours}, with the old statement": lambda: pasted(genuine.reprint(model), paper),
        f"{ours}, signed by another key": lambda: by_thief(genuine.reprint(model), paper, model),
        f"{ours}, handed over to another key": lambda: by_thief(genuine.reprint(model), paper, model, handed=True),
        "the statement of another paper": lambda: pasted(paper, other),
        "signed anew by another key": lambda: by_thief(paper, paper, edited(paper, lambda _: None)),
        "a revision behind, and a signature": lambda: sign(appended(paper), credential, ""),
        "another file behind, and a signature": lambda: sign(other_file(paper), credential, ""),
        "a signature that is seen over the page": lambda: sign(
            paper, credential, "", seal=Seal(paper, Place(1, 20, 40))
        ),
    }


def _edited(paper: bytes, edit: Callable[[Any], object]) -> bytes:
    return rewritten(paper, _attaching(edited(paper, edit)))


def _attaching(model: dict[str, Any]) -> Change:
    def change(document: pikepdf.Pdf) -> None:
        document.attachments["dossier.json"] = _spec(document, "dossier.json", canonical(model))

    return change
