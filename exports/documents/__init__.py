"""Every document that the committee and the office put on the table: one module a kind.

A new one is a module here with its `DOCUMENT`, a template in templates/documents/, and a line in the list below.
"""

from exports.documents import (
    access_register,
    annual_evaluation,
    annual_review_summary,
    committee_materials,
    comprehensive_assessment,
    cycle_appraisal,
    disqualification_approval,
    dossier,
    information_form,
    nomination_summary,
    overview,
    pairing_agreement,
    placement_appraisal,
    result_announcement,
    selection_proceedings,
    supplement_motion,
    training_register,
)
from exports.documents.document import Asked, Document, Paper, Scope, model_of

DOCUMENTS: dict[str, Document] = {
    module.DOCUMENT.kind: module.DOCUMENT
    for module in (
        information_form,
        training_register,
        annual_evaluation,
        nomination_summary,
        comprehensive_assessment,
        committee_materials,
        result_announcement,
        selection_proceedings,
        annual_review_summary,
        pairing_agreement,
        placement_appraisal,
        disqualification_approval,
        supplement_motion,
        cycle_appraisal,
        access_register,
        overview,
        dossier,
    )
}

__all__ = ["DOCUMENTS", "Asked", "Document", "Paper", "Scope", "model_of"]
