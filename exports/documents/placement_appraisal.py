"""岗位锻炼鉴定: one placement on one sheet, as the department saw it (M2)."""

from collections.abc import Iterator

from domain.events.training import PlacementEnded, PlacementStarted
from exports.documents.document import Asked, Content, of_records
from exports.documents.people import about
from projections.trainee import Trainee


def _sheets(trainee: Trainee, asked: Asked) -> Iterator[Content]:
    del asked
    for row in trainee.of_batch(PlacementStarted):
        ended = trainee.facts.one(trainee.person, PlacementEnded, row.key)
        yield {
            "about": about(trainee),
            "department": row.value.department,
            "role": row.value.role,
            "start": row.since.isoformat(),
            "end": ended.since.isoformat() if ended else None,
            "appraisal": ended.value.appraisal if ended else None,
        }


DOCUMENT = of_records("placement-appraisal", "后备干部岗位锻炼鉴定表", "Placement appraisal", "M2", _sheets)
