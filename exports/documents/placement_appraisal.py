"""岗位锻炼鉴定: one placement on one sheet, as the department saw it (M2)."""

from collections.abc import Iterator

from domain.events.training import PlacementEnded, PlacementStarted
from exports.documents.document import Asked, Sheet, of_records
from projections.parts.field import sources
from projections.trainee import Trainee


def _sheets(trainee: Trainee, asked: Asked) -> Iterator[Sheet]:
    for row in trainee.of_batch(PlacementStarted):
        ended = trainee.facts.one(trainee.person, PlacementEnded, row.key)
        content = {
            "source": row.source,
            "sources": sources(end=ended.source if ended else None, appraisal=ended.source if ended else None),
            "department": row.value.department,
            "role": row.value.role,
            "start": row.since.isoformat(),
            "end": ended.since.isoformat() if ended else None,
            "appraisal": ended.value.appraisal if ended else None,
        }
        yield Sheet(content, ended.since if ended else asked.moment.as_of, introduced=True)


DOCUMENT = of_records("placement-appraisal", "后备干部岗位锻炼鉴定表", "Placement appraisal", "M2", _sheets)
