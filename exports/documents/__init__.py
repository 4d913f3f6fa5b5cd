"""Every document that the committee and the office put on the table: one module a kind.

A new one is a module here with its `DOCUMENT`, a template in templates/documents/, and a line in the list below.
"""

from exports.documents import dossier, information_form, overview
from exports.documents.document import Asked, Document, Paper, Scope, model_of

DOCUMENTS: dict[str, Document] = {
    module.DOCUMENT.kind: module.DOCUMENT
    for module in (
        information_form,
        overview,
        dossier,
    )
}

__all__ = ["DOCUMENTS", "Asked", "Document", "Paper", "Scope", "model_of"]
