"""One worker process that reads sheets: takes a file from its pipe, gives its sheets back. Started by reader.py."""

from collections.abc import Collection

from api.sheets.package import is_workbook
from api.sheets.text import read_text
from api.sheets.workbook import Sheet, sheets_of
from domain.errors import Malformed
from exports.worker_process import Answer, serve

File = tuple[str, bytes, Collection[str]]  # its name, its bytes, the headers of the list that it should hold


def read(file: File) -> list[Sheet]:
    """Every sheet of a workbook; of a CSV file its one."""
    name, content, titles = file
    try:
        if is_workbook(content):
            return sheets_of(name, content)
        return [Sheet(name, hidden=False, table=read_text(name, content, titles))]
    except (MemoryError, RecursionError) as error:
        raise unreadable(name, type(error).__name__) from None


def unreadable(name: str, why: str) -> Malformed:
    """No list that people keep takes so much."""
    return Malformed(
        f"{name} 超出读取表格的限度（{why}），没有读入。请在 Excel 或 WPS 中另存为新的 .xlsx 工作簿。",
        f"{name} takes more than reading a list may ({why}): not read. Save it from Excel or WPS as a new .xlsx.",
    )


def _prepared() -> Answer:
    return read


if __name__ == "__main__":
    serve(_prepared)
