from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import positive_data_acceptance

from api.http import events
from api.http.service import create
from api.main import App

BOUNDED = settings(
    max_examples=20,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def described(opened: App, member: str, monkeypatch: pytest.MonkeyPatch) -> schemathesis.BaseSchema:
    assert member
    monkeypatch.setattr(events, "_LOOKS", 1)  # nobody else records anything: nothing to wait for
    monkeypatch.setattr(events, "_PAUSE", 0)
    loaded = schemathesis.openapi.from_asgi("/openapi.json", create(opened), headers={"host": "127.0.0.1"})
    loaded.config.update(base_url="http://127.0.0.1", request_timeout=60)
    return loaded


@pytest.mark.slow
@pytest.mark.parametrize("mode", GenerationMode)
def test_whatever_is_sent_the_answer_is_one_that_the_document_tells(
    mode: GenerationMode, described: schemathesis.BaseSchema, subtests: pytest.Subtests
) -> None:
    for found in described.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()
        with subtests.test(operation.label), suppress(Unsatisfiable):  # nothing wrong can be sent where nothing is

            @BOUNDED
            @given(case=operation.as_strategy(generation_mode=mode))
            def answered(case: schemathesis.Case[Any]) -> None:
                # What is of the form may still name a batch, or a position, that is not there.
                case.call_and_validate(excluded_checks=[positive_data_acceptance])

            answered()
