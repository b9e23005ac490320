"""Safe YAML in which every scalar is text and every mistake has a line.

`no`, `0113` and `12:30` stay what they are; duplicate keys, tags, anchors and aliases are refused.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import yaml

from hoi.errors import Place, Problem

# These hold one saying, term, example or sign a line, so their lines must not be joined.
LINE_BY_LINE = frozenset({"says", "unless", "terms", "points", "match", "no_match", "words"})
Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Mapping(dict[str, "Value"]):
    """A mapping that knows its line, and the line of each of its values and keys."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}
        self.key_lines: dict[str, int] = {}


class Items(list["Value"]):
    """A list that knows its line and the line of each item."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: list[int] = []


Value: TypeAlias = "str | Mapping | Items"


def read_yaml(text: str, file: str) -> tuple[Value | None, list[Problem]]:
    """Parse one document: its value (None if it cannot be parsed at all) and what is wrong."""
    problems: list[Problem] = []
    try:
        for event in yaml.parse(text, Loader=Loader):
            if word := _forbidden(event):
                line = event.start_mark.line + 1 if event.start_mark else 0
                return None, [Problem("tag", f"{word} are not used here", Place(file, line))]
        node = yaml.compose(text, Loader=Loader)
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 0
        reason = getattr(error, "problem", None) or str(error)
        return None, [Problem("yaml", f"not valid YAML: {reason}", Place(file, line))]
    if node is None:
        return None, [Problem("empty", "the file holds nothing", Place(file, 1))]
    return _value(node, file, problems), problems


def _forbidden(event: Any) -> str:
    """What an event has that plain data has not, or nothing."""
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        return "anchors (&) and aliases (*)"
    return "tags (!)" if getattr(event, "tag", None) else ""


def _value(node: Any, file: str, problems: list[Problem]) -> Value:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, line, file, problems)
    if isinstance(node, yaml.SequenceNode):
        items = Items(line)
        for child in node.value:
            items.append(_value(child, file, problems))
            items.lines.append(child.start_mark.line + 1)
        return items
    return str(node.value)


def _runs_on(node: Any) -> bool:
    """Is this text written over several lines that YAML would join to one?"""
    is_text = isinstance(node, yaml.ScalarNode) and node.style != "|"
    return is_text and bool(node.end_mark.line > node.start_mark.line + (node.style is None))


def _mapping(node: Any, line: int, file: str, problems: list[Problem]) -> Mapping:
    mapping = Mapping(line)
    for key_node, value_node in node.value:
        key = str(key_node.value)
        at = key_node.start_mark.line + 1
        if key in mapping:
            problems.append(Problem("duplicate-key", f"'{key}' stands here twice", Place(file, at)))
            continue
        mapping[key] = _value(value_node, file, problems)
        mapping.key_lines[key] = at
        is_block = getattr(value_node, "style", None) in ("|", ">")
        if key in LINE_BY_LINE and _runs_on(value_node):
            message = f"'{key}' holds one a line: write '{key}: |' above them"
            problems.append(Problem("block", message, Place(file, at)))
        mapping.lines[key] = value_node.start_mark.line + (2 if is_block else 1)
    return mapping
