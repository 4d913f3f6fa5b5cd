"""What is wrong with the form of some data, place by place, in Chinese and English; never what was sent there."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from domain.errors import Malformed

_ZH = {
    "missing": "缺少此项",
    "extra_forbidden": "没有这一项",
    "json_invalid": "不是完好的 JSON",
    "string_type": "须为文字",
    "string_pattern_mismatch": "不合格式 {pattern}",
    "string_too_long": "至多 {max_length} 字",
    "string_too_short": "至少 {min_length} 字",
    "int_type": "须为整数",
    "int_parsing": "须为整数",
    "float_type": "须为数字",
    "bool_parsing": "须为 true 或 false",
    "bool_type": "须为 true 或 false",
    "greater_than_equal": "不得小于 {ge}",
    "greater_than": "须大于 {gt}",
    "less_than_equal": "不得大于 {le}",
    "less_than": "须小于 {lt}",
    "literal_error": "可用：{expected}",
    "enum": "可用：{expected}",
    "date_from_datetime_parsing": "不是日期，请写成 2024-03-14",
    "date_parsing": "不是日期，请写成 2024-03-14",
    "date_type": "不是日期，请写成 2024-03-14",
    "day_form": "日期写作 2024-03-14",
    "day_range": "日期须在 {first} 至 {last} 之间",
    "dict_type": "须为对象",
    "model_type": "须为对象",
    "model_attributes_type": "须为对象",
    "list_type": "须为列表",
    "tuple_type": "须为列表",
    "invisible": "没有看得见的文字",
    "line_feed": "只写一行，不能换行",
    "too_long": "至多 {max_length} 项",
    "too_short": "至少 {min_length} 项",
    "decimal_parsing": "须为数字",
    "float_parsing": "须为数字",
    "datetime_parsing": "不是时刻，请写成 2024-03-14T09:00:00+08:00",
    "datetime_from_date_parsing": "不是时刻，请写成 2024-03-14T09:00:00+08:00",
    "timezone_aware": "时刻须写明时区，例如 +08:00",
    "list_length": "长度不对",
    "set_type": "须为列表",
    "control_character": "含有控制字符 {code}，请删去",
    "replacement_character": "含有代替读不出的文字的字符 {code}，请改为原来的文字",
    "doubled_rule": "规则 {rule} 写了两次，每条规则只写一项例外",
    "direction_character": "含有改变书写方向的字符 {code}，请删去",
}
# What checks of ours say, by the shape of the English.
_SAID = (
    (r"lies before issued_on", "早于印发日期（issued_on）"),
    (r"is narrower than the free band", "比符合的范围（free）窄"),
    (r"unknown post (.+)", "方案没有职务 {0}"),
    (r"unknown tier (.+)", "方案没有梯队 {0}"),
    (r"unknown ground (.+)", "方案没有事由 {0}"),
    (r"the tiers lead round in a circle", "各梯队首尾相接"),
    (r"is missing", "缺少此项"),
    (r"ends before it starts", "结束早于开始"),
    (r"starts before (.+)", "早于前一步骤（{0}）"),
    (r"is more than everybody", "超过全体"),
    (r"do not ascend", "须由小到大"),
    (r"within_days is given .+", "只有列入后应交的材料写明几天内（within_days）"),
)


def malformed(problems: Iterable[Mapping[str, Any]]) -> Malformed:
    """Every place that is wrong, each told once."""
    told = dict.fromkeys((_place(one), _zh(one), _en(one)) for one in problems)
    zh = "；".join(f"{place}：{said}" for place, said, _ in told)
    en = "; ".join(f"{place}: {said}" for place, _, said in told)
    counted = "1 problem" if len(told) == 1 else f"{len(told)} problems"
    return Malformed(f"有 {len(told)} 处不合要求：{zh}", f"{counted}: {en}")


def _place(problem: Mapping[str, Any]) -> str:
    return ".".join(map(str, problem["loc"])) or str(problem.get("ctx", {}).get("name", "body"))


def _zh(problem: Mapping[str, Any]) -> str:
    """No English stands in a Chinese sentence: what no table knows is said in general."""
    if known := _ZH.get(problem.get("type", "")):
        return known.format_map(problem.get("ctx", {})).replace(" or ", "、").replace(", ", "、")
    return "；".join(map(said_in_chinese, _en(problem).split("; ")))


def said_in_chinese(text: str) -> str:
    """What a check of ours says, with the key that it names."""
    key, colon, said = text.rpartition(": ")
    matches = ((zh, re.fullmatch(shape, said)) for shape, zh in _SAID)
    zh = next((zh.format(*match.groups()) for zh, match in matches if match), "不合要求")
    return f"{key}：{zh}" if colon else zh


def _en(problem: Mapping[str, Any]) -> str:
    return str(problem["msg"]).removeprefix("Value error, ")
