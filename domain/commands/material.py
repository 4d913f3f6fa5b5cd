"""材料 and 考察谈话: what is filed in the dossier of a trainee (D1)."""

from __future__ import annotations

from collections.abc import Iterator

from domain.capacities import GROUP, OFFICE, SELF, UNIT
from domain.commands.training import WithTrainee, begun
from domain.desk import Desk, Happening, unless_so
from domain.errors import Refusal
from domain.events.base import PersonId, RecordId
from domain.events.training import DocumentAccepted, DocumentFiled, DocumentReturned, InspectionTalkHeld
from domain.language import Code, Line, Text
from domain.plan import pick


class FileDocument(WithTrainee):
    """Files material of one of the dossier's forms. The file is the request's evidence; paper has a document number."""

    CLAUSE = "D1"
    EVENT = DocumentFiled
    LABEL = ("材料归档", "File a document")
    CAPACITIES = UNIT | SELF
    EXAMPLE = {"person": "p-0000000000000000", "batch": "2024-second", "form": "reflection", "title": "读书体会"}

    form: Code
    title: Line
    year: int | None = None

    def decide(self, desk: Desk) -> Iterator[Happening]:
        plan = desk.plan(self.batch)
        pick(plan.forms, self.form, "材料", "form")
        member = desk.member(self.person, self.batch)
        current = plan.year_of(desk.day)
        year = current if self.year is None else self.year
        if not plan.year_of(member.since) <= year <= current:
            raise Refusal(
                "D1",
                f"{year} 年度不在此人 {plan.year_of(member.since)}—{current} 的培养年度之内。",
                f"{year} is none of this person's training years {plan.year_of(member.since)} to {current}.",
                value=year,
                limit=current,
            )
        if not (desk.evidence or desk.request.document):
            raise Refusal(
                "D1",
                "归档须附文件（evidence）；纸质材料写明文号（document）。",
                "Attach the file as evidence, or give the document number of a paper.",
            )
        filed = DocumentFiled(record=desk.new_id("x"), batch=self.batch, form=self.form, title=self.title, year=year)
        if not self._on_file(desk, filed):
            yield Happening(self.person, filed)

    def _on_file(self, desk: Desk, filed: DocumentFiled) -> bool:
        """Whether the same file is there already, and was not returned."""
        for row in desk.latest.all(self.person, DocumentFiled):
            original = desk.known.standing(row.origin)
            assert original is not None, "a fact has a standing event"
            same = (original.body.evidence, original.body.document) == (desk.evidence, desk.request.document)
            returned = desk.latest.one(self.person, DocumentReturned, row.key)
            if same and not returned and row.value.model_copy(update={"record": filed.record}) == filed:
                return True
        return False


class AcceptDocument(WithTrainee):
    """Accepts filed material, also such as was returned before."""

    CLAUSE = "D1"
    EVENT = DocumentAccepted
    LABEL = ("材料验收", "Accept a document")
    CAPACITIES = OFFICE
    EXAMPLE = {"person": "p-0000000000000000", "batch": "2024-second", "record": "x-0000000000000000"}

    record: RecordId

    def decide(self, desk: Desk) -> Iterator[Happening]:
        begun(desk, self.person, self.batch, DocumentFiled, self.record)
        if desk.facts.one(self.person, DocumentAccepted, self.record) is None:
            yield Happening(self.person, DocumentAccepted(batch=self.batch, record=self.record))


class ReturnDocument(WithTrainee):
    """Returns filed material to be mended, and says why."""

    CLAUSE = "D1"
    EVENT = DocumentReturned
    LABEL = ("材料退回", "Return a document")
    CAPACITIES = OFFICE
    EXAMPLE = {
        "person": "p-0000000000000000",
        "batch": "2024-second",
        "record": "x-0000000000000000",
        "text": "请补充数据来源。",
    }

    record: RecordId
    text: Text

    def decide(self, desk: Desk) -> Iterator[Happening]:
        begun(desk, self.person, self.batch, DocumentFiled, self.record)
        returned = DocumentReturned(**self.model_dump(exclude={"person"}))
        yield from unless_so(desk, Happening(self.person, returned), self.record)


class HoldInspectionTalk(WithTrainee):
    """Records a talk with a trainee."""

    CLAUSE = "D1"
    EVENT = InspectionTalkHeld
    LABEL = ("考察谈话", "Hold an inspection talk")
    CAPACITIES = GROUP
    EXAMPLE = {
        "person": "p-0000000000000000",
        "batch": "2024-second",
        "talker": "p-1111111111111111",
        "text": "思想稳定，工作积极。",
    }

    talker: PersonId
    text: Text

    def decide(self, desk: Desk) -> Iterator[Happening]:
        if desk.person(self.talker) == self.person:
            raise Refusal("D1", "不能与本人谈话。", "Nobody talks with themselves.")
        yield from self._unless_same_day(desk, InspectionTalkHeld(**self.model_dump(exclude={"person"})))
