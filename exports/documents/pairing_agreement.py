"""结对协议: a trainee, a mentor and the committee agree on one training year (M3)."""

from collections.abc import Iterator

from domain.events.training import MentorPaired, PairingClosed
from exports.documents.document import Asked, Sheet, of_records
from exports.documents.people import named_on
from projections.parts.field import named_in
from projections.trainee import Trainee


def _sheets(trainee: Trainee, asked: Asked) -> Iterator[Sheet]:
    for row in trainee.of_batch(MentorPaired):
        paired = row.value
        if asked.year not in (None, paired.year):
            continue
        closed = trainee.facts.one(trainee.person, PairingClosed, row.key)
        mentor = named_on(trainee.moment, row.since, [paired.mentor])[paired.mentor]
        content = {
            "source": row.source,
            "year": paired.year,
            "mentor": {
                "name": mentor,
                "post": paired.other_post or named_in(trainee.plan.posts, paired.mentor_post),
                "post_en": paired.other_post or named_in(trainee.plan.posts, paired.mentor_post, english=True),
            },
            "goals": paired.goals,
            "from": row.since.isoformat(),
            "to": trainee.plan.year_bounds(paired.year)[1].isoformat(),
            "closed": {"on": closed.since.isoformat(), "text": closed.value.summary, "source": closed.source}
            if closed
            else None,
        }
        yield Sheet(content, row.since)


DOCUMENT = of_records(
    "pairing-agreement", "后备干部结对培养协议书", "Mentoring agreement", "M3", _sheets, asks=("year",)
)
