"""What the readers of files hand over: one value after the other, or why there is none."""

from __future__ import annotations

from typing import Any, NamedTuple

from hoi.errors import Place

LONGEST_RAW = 10_000


class Found(NamedTuple):
    """What a reader hands over: a value as JSON has it, or the problem that kept it from one."""

    place: Place
    value: Any = None
    problem: str = ""
    notes: tuple[str, ...] = ()
    raw: str = ""
    number: int = 0  # names a conversation without an id: its line, or its position in an array
