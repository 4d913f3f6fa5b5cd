"""培养档案: the whole dossier of one person, which has no blank form and is not bound with others."""

from domain.errors import Malformed
from exports.documents.document import Asked, Document, Scope
from exports.dossier import LAYOUT
from projections.dossier import Dossier, dossier


def _make(asked: Asked) -> Dossier:
    if asked.person is None:
        raise Malformed("档案每人一册，请写明 person。", "A dossier is one person's: name the person.")
    return dossier(asked.moment, asked.person, asked.batch, origin=asked.origin, practice=asked.practice)


DOCUMENT = Document(
    "dossier", "后备干部培养档案", "Training dossier", "D1", Scope.PERSON, LAYOUT, _make, has_blank=False
)
