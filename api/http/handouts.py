"""Files handed out over HTTP: how each is answered, and how that is described."""

from typing import Annotated, Any, cast

from fastapi import Path, Request
from fastapi.responses import Response

from api import handouts
from api.handouts import Handout, TableForm
from api.http.asking import chosen
from api.http.problems import Responses, documented
from api.http.replies import is_known, not_modified, read, tag
from api.main import App
from exports.tables import Table
from projections.moment import Moment
from projections.shape import View

_MEDIA = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ics": "text/calendar",
    "lrmx": "application/xml",
}

Form = Annotated[TableForm, Path(description="`csv`, with a byte order mark for Excel; or `xlsx`, a workbook")]


def described(*forms: str) -> Responses:
    """What a route that hands out these answers with."""
    found: Responses = {
        200: {
            "content": {_MEDIA[form]: {"schema": {"type": "string", "format": "binary"}} for form in forms},
            "description": "The file",
        }
    }
    return found | documented(404, 409, 422, 503)


TABLES = described("csv", "xlsx")
# Of a view that is JSON unless the Accept header asks for a file.
OFFERED = TABLES | documented(406)
_FORMS = {"application/json": "json"} | {_MEDIA[form]: form for form in ("csv", "xlsx")}


def handed(request: Request, opened: App, moment: Moment, found: View, handout: Handout) -> Response:
    """The file, written down before it is handed out; or 304, written down as well."""
    current = tag(request, found, f"{handout.form}-{opened.settings.lang}")
    if is_known(request, current):
        handouts.register(opened, moment, handout)
        return not_modified(current)
    content = handouts.export(opened, moment, handout)
    name = f"{handout.what}.{handout.form}"
    headers = {"ETag": current, "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, 200, headers, _MEDIA[handout.form])


def offered(request: Request, opened: App, moment: Moment, table: Table, found: View, **asked: Any) -> Response:
    """A view as the Accept header has it: JSON, or a file for spreadsheets."""
    form = chosen(request, _FORMS)
    if form == "json":
        reply = read(request, opened, moment, table.kind, found)
    else:
        reply = tabled(request, opened, moment, table, found, cast(TableForm, form), **asked)
    reply.headers["Vary"] = "Accept"
    return reply


def tabled(
    request: Request, opened: App, moment: Moment, table: Table, found: View, form: TableForm, **asked: Any
) -> Response:
    """A view as a file for spreadsheets."""
    return handed(request, opened, moment, found, handouts.of_table(opened, moment, table, found, form, asked))
