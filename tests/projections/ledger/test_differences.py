"""What is said of a log that is other than it was signed: each row by what became of it, and no more than is known."""

from __future__ import annotations

import pytest

from domain.archive.sqlite import StoredRow
from projections.ledger import alignment, histories, leaf, tree
from projections.ledger.alignment import Kept
from projections.ledger.attestation import Attestation, StreamHead, root_of
from projections.ledger.checkpoint import Checkpoint
from projections.ledger.differences import Differences
from projections.ledger.report import Problem, Signed

SIZE = 30
Content = tuple[str, int, str, bytes]


def event(number: int, text: str = "", stream: str | None = None) -> Content:
    return stream or f"p-{number:03}", 1, "person-registered/1", f"{number}{text}".encode()


SOUND = [event(number) for number in range(1, SIZE + 1)]


class Rows:
    """A log of contents in order."""

    def __init__(self, contents: list[Content]) -> None:
        self.contents = contents

    def rows(self, after: int, upto: int | None = None, limit: int = 100) -> list[StoredRow]:
        end = min(len(self.contents) if upto is None else upto, after + limit)
        return [(at, *self.contents[at - 1]) for at in range(after + 1, min(end, len(self.contents)) + 1)]

    def heads(self, upto: int) -> list[tuple[str, int]]:
        versions: dict[str, int] = {}
        for stream, version, *_ in self.contents[:upto]:
            versions[stream] = max(version, versions.get(stream, 0))
        return sorted(versions.items())


def hashes(contents: list[Content]) -> list[bytes]:
    return [leaf.hash_of(row) for row in Rows(contents).rows(0)]


def attested(contents: list[Content], size: int) -> Attestation:
    heads = [StreamHead(*head) for head in Rows(contents).heads(size)]
    checkpoint = Checkpoint("tidui/test", size, b"")
    return Attestation(checkpoint, as_of=None, code="", streams=len(heads), heads=root_of(heads), views={})  # type: ignore[arg-type]


def told(now: list[Content], sizes: tuple[int, ...] = (10, 20, 30)) -> list[str]:
    return [problem.en for problem in problems(now, sizes)]


def problems(now: list[Content], sizes: tuple[int, ...] = ()) -> list[Problem]:
    kept, found = hashes(SOUND), hashes(now)
    first = next(at for at, (one, other) in enumerate(zip(kept, found, strict=False), 1) if one != other)
    attestations = [attested(SOUND, size) for size in sizes]
    return Differences(Rows(now), b"".join(kept), attestations, {}).told(first)


def test_a_row_that_was_altered_is_told_from_one_that_another_stream_s_event_replaced() -> None:
    assert told([*SOUND[:14], event(15, "!"), *SOUND[15:]]) == ["@15 was altered."]
    assert told([*SOUND[:14], event(15, stream="p-zzz"), *SOUND[15:]]) == [
        "@15 was replaced by an event of another stream: now it is version 1 of p-zzz."
    ]


def test_where_no_attestation_tells_the_streams_apart_neither_is_claimed() -> None:
    either = "@15 was altered, or replaced by another event."
    now = [*SOUND[:14], event(15, stream="p-zzz"), *SOUND[15:]]
    assert told(now, sizes=()) == told(now, sizes=(10,)) == [either]
    both = [*SOUND[:14], event(15, "!"), event(16, stream="p-zzz"), *SOUND[16:]]
    assert told(both) == [either, either.replace("15", "16")]  # one attestation over two
    assert told(both, sizes=(15, 16)) == ["@15 was altered.", told(both, sizes=(15, 16))[1]]
    assert "replaced by an event of another stream" in told(both, sizes=(15, 16))[1]


def test_a_number_in_its_stream_is_told_from_a_content() -> None:
    stream, _, topic, state = SOUND[14]
    now = Rows([*SOUND[:14], (stream, 2, topic, state), *SOUND[15:]])
    (problem,) = Differences(now, b"".join(hashes(SOUND)), [], {15: 1}).told(15)
    assert problem.en == "@15 was renumbered in its stream from 1 to 2; its content is as it was."


def test_rows_that_were_removed_are_named_by_where_they_stood() -> None:
    assert told([*SOUND[:14], *SOUND[15:]]) == ["What was signed as @15 was removed, and what followed moved up."]
    assert told([*SOUND[:4], *SOUND[8:19], *SOUND[20:]]) == [
        "What was signed as @5–@8 was removed, and what followed moved up.",
        "What was signed as @20 was removed, and what followed moved up.",
    ]


def test_rows_that_were_inserted_are_named_by_where_they_stand_and_later_records_are_none_of_them() -> None:
    now = [*SOUND[:14], event(90), event(91), *SOUND[14:], event(31), event(32)]
    assert [(p.code, p.first, p.last) for p in problems(now)] == [("inserted", 15, 16)]
    assert "@15–@16 是插入的" in problems(now)[0].zh


def test_rows_that_changed_places_and_one_that_was_moved_far_are_told() -> None:
    swapped = [*SOUND[:4], SOUND[24], *SOUND[5:24], SOUND[4], *SOUND[25:]]
    assert told(swapped) == ["@5 and @25 changed places."]
    assert told([*SOUND[:4], *SOUND[5:25], SOUND[4], *SOUND[25:]]) == ["What was signed as @5 was moved to @25."]


def test_what_was_removed_around_a_row_that_was_moved_is_named_without_it() -> None:
    assert told([*SOUND[:14], *SOUND[17:25], SOUND[15], *SOUND[25:]]) == [
        "What was signed as @16 was moved to @23.",
        "What was signed as @15, @17 was removed, and what followed moved up.",
    ]


def test_of_several_kinds_at_once_each_is_told() -> None:
    now = [*SOUND[:4], *SOUND[5:9], event(90), *SOUND[9:19], event(20, "!"), *SOUND[20:]]
    assert told(now) == [
        "What was signed as @5 was removed, and what followed moved up.",
        "@9 was inserted: it was not there when the log was signed, and what followed moved down.",
        "@20 was altered, or replaced by another event.",
    ]


def test_more_rows_in_the_place_of_some_are_told_as_such() -> None:
    now = [*SOUND[:14], event(90), event(91), event(92), *SOUND[16:]]
    assert told(now) == ["What was signed as @15–@16 is gone; @15–@17 stands in its place."]


@pytest.mark.parametrize("length", [11, 5, 20])
def test_a_history_that_goes_on_otherwise_is_told_with_the_last_position_common_to_both(length: int) -> None:
    (problem, *_) = problems([*SOUND[:19], *(event(100 + number) for number in range(length))])
    assert (problem.code, problem.first) == ("fork", 20)
    assert "至 @19 与签署的历史相同，@20 起是另一份历史" in problem.zh


def test_a_history_that_had_been_altered_before_is_not_said_to_be_as_signed_up_to_there() -> None:
    now = [*SOUND[:4], event(5, "!"), *SOUND[5:9], *(event(100 + number) for number in range(21))]
    assert told(now) == [
        "@5 was altered, or replaced by another event.",
        "@10–@30 was altered, or replaced by another event.",
    ]


def test_what_differs_too_much_is_told_up_to_where_all_is_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alignment, "_TRIES", 50)
    (problem,) = problems([*SOUND[:9], *reversed(SOUND[9:])])
    assert problem.en.startswith("Up to @9 all is as it was signed; from @10 on too much differs")


def head(contents: list[Content], size: int, where: str) -> Signed:
    root = tree.root(size, tree.nodes_of(hashes(contents)))
    return Signed(Checkpoint("tidui/test", size, root), where)


OTHER = [*SOUND[:14], event(90), *SOUND[15:]]


def test_two_heads_of_one_key_that_contradict_each_other_are_a_fork() -> None:
    early, own, held = head(OTHER, 10, "checkpoints/10"), head(OTHER, 30, "checkpoints/30"), head(SOUND, 20, "a PDF")
    (problem,) = histories.told([early, held, own], [held], [early, own], Kept(b""))
    assert problem.code == "fork"
    assert problem.en == (
        "a PDF over 20 events and checkpoints/30 over 30 are both signed with this archive's key, but are of two "
        "histories, which differ by @20 at the latest. Before that, what was signed matches the log up to @10."
    )
    twice = [head(OTHER, 30, "one"), head(SOUND, 30, "other")]
    assert histories.told(twice, twice, [], Kept(b""))[0].code == "fork"  # whatever the log is


def test_heads_that_all_contradict_the_log_and_not_each_other_are_no_fork() -> None:
    heads = [head(SOUND, 10, "checkpoints/10"), head(SOUND, 20, "checkpoints/20"), head(SOUND, 30, "checkpoints/30")]
    (problem,) = histories.told(heads, heads[1:], heads[:1], Kept(b""))
    assert (problem.code, problem.first, problem.last) == ("root", 11, 20)
    kept = Kept(b"".join(hashes(SOUND)))
    assert histories.told(heads, heads[1:], heads[:1], kept) == []  # told row by row
    foreign = head([event(99)] * 20, 20, "a PDF")
    assert histories.told([*heads, foreign], [*heads[1:], foreign], heads[:1], kept)[0].code == "fork"
