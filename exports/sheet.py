"""Tables for spreadsheets: CSV that Excel opens as it is, and in which no cell is taken for a formula."""

import csv
from collections.abc import Iterable, Iterator, Sequence

_BOM = "\ufeff"
_TAKEN_FOR_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A header and rows; what is not known is an empty cell."""
    return "".join(csv_lines(columns, rows))


def csv_lines(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The same as it comes, line by line."""
    line = csv.writer(_Passed()).writerow
    yield _BOM + line(columns)
    for row in rows:
        yield line([_cell(value) for value in row])


class _Passed:
    """Gives back what is written to it, and so does the writer."""

    def write(self, text: str) -> str:
        return text


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_TAKEN_FOR_FORMULAS) else text
