"""What the OpenAPI document says beyond what routes declare: a description of every field, a schema a command, the
headers of replies. Words come from the stores that views, events and plans have theirs from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from domain import plan
from domain.commands import COMMANDS
from domain.contents import CONTENTS
from domain.desk import Command
from domain.glossary import GLOSSARY, Term, plan_key
from domain.rules import AgeRule
from projections.view_words import VIEW_WORDS

_PARTS = {one.__name__: one for one in vars(plan).values() if isinstance(one, type) and issubclass(one, plan.Part)}
_PLAN: dict[str, type[Any]] = {**_PARTS, "AgeRule": AgeRule}
_REF = "#/components/schemas/"
# A field that says more of another one.
_SUFFIXES = (
    ("_label_en", "{}（英文名称）", "{}: its English name"),
    ("_label", "{}（名称）", "{}: its name in Chinese"),
    ("_text", "{}（文字）", "{}, in words"),
    ("_source", "{}：依据记录的序号", "{}: position of the event it comes from"),
    ("_since", "{}：自何日起", "{}: since when"),
    ("_name", "{}（姓名或名称）", "{}, by name"),
    ("_en", "{}（英文）", "{}, in English"),
)
_HEADERS = {
    "ETag": "Changes with what the answer says; send it as If-None-Match",
    "Vary": "The Accept header chooses the format",
    "Link": "Leads to the next page, where there is one",
    "Location": "The first event that was recorded",
    "Retry-After": "Seconds to wait before trying again",
    "Content-Disposition": "The name of the file",
    "X-Request-Id": "Names this request in the service's log",
}
_FILE = re.compile(r"\.(csv|xlsx|ics|lrmx|zip|\{form\})$|^/v1/evidence/|(?<!/signed)\.pdf$")


def complete(document: dict[str, Any]) -> dict[str, Any]:
    """The document with all that a client wants to know."""
    schemas = document["components"]["schemas"]
    for name, command in COMMANDS.items():
        _add_command(schemas, name, command)
    document = _renamed(document)
    for name, schema in document["components"]["schemas"].items():
        _describe(name, schema)
    for path, method, operation in _operations(document):
        _add_headers(path, method, operation)
    return document


def body_of(name: str) -> str:
    """The name of a command's own schema."""
    return "".join(part.capitalize() for part in name.split("-")) + "Body"


def _add_command(schemas: dict[str, Any], name: str, command: type[Command]) -> None:
    """CommandBody with the command's own data."""
    data = command.model_json_schema(ref_template=f"{_REF}{{model}}")
    for inner, schema in data.pop("$defs", {}).items():
        schemas.setdefault(inner, schema)
    whole = schemas["CommandBody"]
    own = {"properties": whole["properties"] | {"data": data}, "title": body_of(name)}
    schemas[body_of(name)] = whole | own | {"description": f"{command.LABEL[0]} / {command.LABEL[1]}"}


def _renamed(content: Any) -> Any:
    """Schemas under plain names: of two models of one name, the plan's is called Plan…"""
    if isinstance(content, dict):
        return {_plain(key): _renamed(value) for key, value in content.items()}
    if isinstance(content, list):
        return [_renamed(value) for value in content]
    return (
        _REF + _plain(content.removeprefix(_REF)) if isinstance(content, str) and content.startswith(_REF) else content
    )


def _plain(name: str) -> str:
    module, _, last = name.rpartition("__")
    return f"Plan{last}" if module == "domain__plan" else last if module.startswith("projections__") else name


def _describe(name: str, schema: dict[str, Any]) -> None:
    for field, inner in schema.get("properties", {}).items():
        _describe(name.removesuffix("Body") if field == "data" else name, inner)
        words = _meaning(name, field)
        if words and "description" not in inner:
            inner["description"] = f"{words.zh} / {words.en}"


def _meaning(schema: str, field: str) -> Term | None:
    """The words of a field, or those of the one that it says more of."""
    part = _PLAN.get(schema.removeprefix("Plan")) if schema != "Plan" else plan.Plan
    if part and (words := plan_key(part, field)):
        return words
    if field in VIEW_WORDS:
        return Term(*VIEW_WORDS[field])
    if field in CONTENTS:
        return Term(*CONTENTS[field])
    if found := GLOSSARY.get(f"field.{field}") or GLOSSARY.get(f"part.{field}"):
        return found
    for suffix, zh, en in _SUFFIXES:
        if field.endswith(suffix) and (of := _meaning(schema, field.removesuffix(suffix))):
            return Term(zh.format(of.zh), en.format(of.en))
    return None


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def _add_headers(path: str, method: str, operation: dict[str, Any]) -> None:
    query = {one["name"] for one in operation.get("parameters", ()) if one["in"] == "query"}
    view = "as_of" in query and not path.startswith("/v1/documents.zip") and not path.endswith("/progress")
    for status, reply in operation["responses"].items():
        names = ["X-Request-Id"]
        if status.startswith("2"):
            names += ["ETag"] if view else []
            names += ["Vary"] if "406" in operation["responses"] else []
            names += ["Link"] if {"after", "limit"} <= query else []
            names += ["Location"] if status == "201" and path.startswith("/v1/commands") else []
            names += ["Content-Disposition"] if method == "get" and _FILE.search(path) else []
        names += ["Retry-After"] if status in {"409", "503"} else []
        reply["headers"] = {name: {"description": _HEADERS[name], "schema": {"type": "string"}} for name in names}
