"""A document's content made as ugly as its shape allows: what a person types, and what a printer must bear."""

from typing import Any

NAME = "欧阳·阿卜杜热合曼·买买提艾力喆堃珺䶮𠮷㛃"
TEXT = (
    '<script>alert(1)</script></td></tr></table><style>*{display:none}</style>{{ 7 * 7 }} =HYPERLINK("http://x") '
    "&amp; &#x4e2d; 表现突出😀，" + "经研究同意，" * 12
)
WORD = "长" * 200 + "W" * 400
_WRITTEN = {"text", "summary", "comment", "reason", "evidence", "statement", "appraisal", "title"}
_WRITTEN |= {"before", "after"}
_NAMES = {"name", "names", "nominator", "left_by", "filled_by"}
_MANY = {"posts": 20, "honours": 12, "measures": 60, "nominations": 8, "gaps": 12, "accesses": 80}
_MANY |= {"sessions": 60, "corrections": 3, "exceptions": 3}
_SAID = ("content", "parts", "exceptions", "corrections", "trail")


def made_ugly(model: dict[str, Any]) -> dict[str, Any]:
    """The document of one person, and of a few candidates, at their worst."""
    said = {key: ugly(model[key], key) for key in _SAID if key in model}
    return model | said | ({"people": ugly(model["people"][:1])} if "people" in model else {"name": NAME})


def ugly(value: Any, key: str = "") -> Any:
    """Every name the longest, every text hostile, lists as long as three years make them; no photo."""
    if isinstance(value, dict) and value.get("key") == "name":
        return value | {"text": NAME}
    if isinstance(value, dict):
        return {inner: None if inner == "photo" else ugly(one, inner) for inner, one in value.items()}
    if isinstance(value, list):
        found = [ugly(one, key) for one in value]
        most = _MANY.get(key, 0)
        return (found * most)[:most] or found
    if isinstance(value, str) and key in _NAMES:
        return NAME
    if isinstance(value, str) and key in _WRITTEN:
        return WORD if key == "statement" else TEXT
    return value
