"""Templates filled in: everything escaped, nothing that is missing printed as a word."""

from functools import cache
from pathlib import Path

from jinja2 import ChainableUndefined, Environment, FileSystemLoader

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
    }
    return environment


def fill(template: str, language: str, **values: object) -> str:
    return _environment().get_template(template).render(w=wording.words(language), language=language, **values)
