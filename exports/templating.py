"""Templates filled in: everything escaped, nothing that is missing printed as a word."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import ChainableUndefined, Environment, FileSystemLoader, pass_context
from jinja2.runtime import Context

from exports import wording


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        undefined=ChainableUndefined,
        finalize=wording.plain,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "tally_sentence": wording.tally_sentence,
        "shared_source": wording.shared_source,
        "recorder": wording.recorder,
        "rows": _rows,
    }
    return environment


@pass_context
def _rows(context: Context, found: Sequence[Mapping[str, Any]] | None, on_blank: int) -> Sequence[Mapping[str, Any]]:
    """The rows that there are; on a blank form as many empty ones."""
    return [{}] * on_blank if context.get("blank") else found or ()


def fill(template: str, language: str, **values: object) -> str:
    return _environment().get_template(template).render(w=wording.words(language), language=language, **values)
