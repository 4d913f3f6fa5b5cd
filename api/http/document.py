"""The OpenAPI document of the service, and the page that shows it, which loads nothing from elsewhere."""

from importlib import resources
from typing import Any

from fastapi import FastAPI, Request
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles
from pydantic import BaseModel

from api.http.commands import CommandBody, CommandsBody
from api.http.described import complete
from api.http.problems import Problem

_ASSETS = "/docs/assets"
_POLICY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline'; "
    "frame-ancestors 'none'"
)


def install(service: FastAPI) -> None:
    """Serve /openapi.json and /docs, and lead to it from where a browser first looks."""
    made: dict[str, Any] = {}

    def openapi() -> dict[str, Any]:
        if not made:
            made.update(_document(service))
        return made

    service.openapi = openapi  # type: ignore[method-assign]  # FastAPI's own way to extend it
    static = resources.files("fastapi_offline") / "static"
    service.mount(_ASSETS, StaticFiles(directory=str(static)), name="docs-assets")

    @service.get("/", include_in_schema=False)
    def home() -> RedirectResponse:
        return RedirectResponse("/docs")

    @service.get("/docs", include_in_schema=False)
    def docs(_: Request) -> HTMLResponse:
        page = get_swagger_ui_html(
            openapi_url="/openapi.json",
            title=service.title,
            swagger_js_url=f"{_ASSETS}/swagger-ui-bundle.js",
            swagger_css_url=f"{_ASSETS}/swagger-ui.css",
            swagger_favicon_url=f"{_ASSETS}/favicon.png",
        )
        page.headers["Content-Security-Policy"] = _POLICY
        return page


def _document(service: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title=service.title, version=service.version, description=service.description, routes=service.routes
    )
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for model in (Problem, CommandBody, CommandsBody):
        _add(schemas, model)
    return complete(document)


def _add(schemas: dict[str, Any], model: type[BaseModel]) -> None:
    """A model that no route's signature names, with the models it is made of."""
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(schema.pop("$defs", {}))
    schemas[model.__name__] = schema
