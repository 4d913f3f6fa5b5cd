"""Views as files for spreadsheets over HTTP: how each is answered, and how that is described."""

from typing import Annotated, Any

from fastapi import Path, Request
from fastapi.responses import Response

from api import tables
from api.http.problems import Responses, documented
from api.http.replies import is_known, not_modified, tag
from api.main import App
from exports.tables import Table
from projections.moment import Moment
from projections.shape import View

MEDIA = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
_SCHEMAS = {"csv": {"type": "string"}, "xlsx": {"type": "string", "format": "binary"}}
_CONTENT = {MEDIA[form]: {"schema": schema} for form, schema in _SCHEMAS.items()}

Form = Annotated[tables.Form, Path(description="`csv`, with a byte order mark for Excel; or `xlsx`, a workbook")]
_TABLE: Responses = {200: {"content": _CONTENT, "description": "The table"}}
RESPONSES = _TABLE | documented(404, 409, 422, 503)


def tabled(
    request: Request, opened: App, moment: Moment, table: Table, found: View, form: tables.Form, **asked: Any
) -> Response:
    """The view as a file, written down before it is handed out; or 304, written down as well."""
    current = tag(request, found, f"{form}-{opened.settings.lang}")
    if is_known(request, current):
        tables.register(opened, table, found, moment)
        return not_modified(current)
    content = tables.export(opened, moment, table, found, form, asked)
    headers = {"ETag": current, "Content-Disposition": f'attachment; filename="{table.kind}.{form}"'}
    return Response(content, 200, headers, MEDIA[form])
