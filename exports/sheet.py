"""Tables for spreadsheets: CSV that Excel opens as it is, and in which no cell is taken for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

_BOM = "\ufeff"
_TAKEN_FOR_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A header and rows; what is not known is an empty cell."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return _BOM + file.getvalue()


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_TAKEN_FOR_FORMULAS) else text
