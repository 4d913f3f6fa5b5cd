"""What is wrong with the form of data is told place by place, in both languages."""

from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field

from domain.desk import validate
from domain.errors import Malformed


class Form(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    name: Annotated[str, Field(max_length=2)]
    how_many: Annotated[int, Field(le=5)] = 1
    kind: Literal["one", "other"] = "one"


@pytest.mark.parametrize(
    ("data", "zh", "en"),
    [
        ({}, "name：缺少此项", "name: Field required"),
        ({"name": "单晓珺"}, "name：至多 2 字", "name: String should have at most 2 characters"),
        ({"name": "甲", "how_many": 9}, "how_many：不得大于 5", "how_many: Input should be less than or equal to 5"),
        ({"name": "甲", "kind": "x"}, "kind：可用：'one'、'other'", "kind: Input should be 'one' or 'other'"),
        ({"name": "甲", "age": 1}, "age：没有这一项", "age: Extra inputs are not permitted"),
        ([], "body：须为对象", "body: Input should be an object"),
    ],
)
def test_each_place_is_told_in_its_language(data: object, zh: str, en: str) -> None:
    with pytest.raises(Malformed) as refused:
        validate(Form, data)
    assert (refused.value.zh, refused.value.en) == (f"有 1 处不合要求：{zh}", f"1 problem: {en}")


def test_several_places_are_counted() -> None:
    with pytest.raises(Malformed, match=r"有 2 处不合要求：.*；.* / 2 problems: .*; ") as refused:
        validate(Form, {"how_many": "x"})
    assert "how_many：须为整数" in refused.value.zh
