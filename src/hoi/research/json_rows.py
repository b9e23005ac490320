"""Reads JSON: one conversation a line, an array of them, or a single one."""

from __future__ import annotations

import io
import itertools
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from hoi.errors import InputError, Place
from hoi.model.given import DEEPEST, Notes, short
from hoi.research.encoding import FOREIGN, Line, is_foreign, lines_of, mark, unmark
from hoi.research.found import LONGEST_RAW, Found


def _loader(notes: Notes) -> json.JSONDecoder:
    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        counted = Counter(key for key, _ in items) if len(dict(items)) < len(items) else {}
        for key in (key for key, count in counted.items() if count > 1):
            notes.add(f"the key {short(key)} stands twice and the last counts; keep one")
        return dict(items)

    # `strict=False` lets control characters stand in texts as they are.
    return json.JSONDecoder(object_pairs_hook=pairs, strict=False)


def _parse(text: str, start: int = 0) -> tuple[Any, int, tuple[str, ...]]:
    """The JSON value at `start`, where it ends, and warnings; refuses what is not JSON."""
    notes = Notes()
    try:
        value, end = _loader(notes).raw_decode(text, start)
    except json.JSONDecodeError as error:
        raise InputError(
            f"this is not JSON ({error.msg} at character {error.pos - start + 1}); correct it, or "
            "write it with a JSON library"
        ) from None
    except RecursionError:
        raise InputError(f"it is nested more than {DEEPEST} levels deep; make it flatter") from None
    except ValueError as error:
        raise InputError(f"this is not JSON that can be read ({error}); correct it") from None
    return value, end, notes.plain()


_SPACE = re.compile(r"[ \t\r\n\ufeff]*")


def _past_space(text: str, start: int = 0) -> int:
    found = _SPACE.match(text, start)
    return found.end() if found else start


def _one_value(text: str, place: Place, foreign: bool) -> Found:
    """What `text` holds if it is one JSON value and nothing more."""
    found = Found(place, raw=text.strip()[:LONGEST_RAW], number=max(place.line, 1))
    encoding = (FOREIGN,) if foreign else ()
    try:
        value, end, notes = _parse(text, _past_space(text))
    except InputError as refused:
        return found._replace(problem=str(refused), notes=encoding)
    if _past_space(text, end) < len(text):
        return found._replace(
            problem=f"more follows after the JSON object, at character {end + 1}; "
            "put each conversation on a line of its own, in a .jsonl file",
            notes=encoding,
        )
    return found._replace(value=value, notes=(*encoding, *notes))


def read_json_lines(file: str, lines: Iterable[Line]) -> Iterator[Found]:
    """One value a line; empty lines are passed over."""
    for line in lines:
        if _past_space(line.text) < len(line.text):
            yield _one_value(line.text, Place(file, line.number), line.foreign)


def read_json(file: str, data: bytes) -> Iterator[Found]:
    """The values of an array, or the one value there is; also JSON lines under this name."""
    marked = mark(data)
    text = unmark(marked)
    start = _past_space(text)
    if start == len(text):
        return
    if _is_json_lines(text[start:]):
        yield from read_json_lines(file, lines_of(io.BytesIO(data)))
    elif text[start] == "[":
        yield from _read_array(file, text, marked, start + 1)
    else:
        line = text.count("\n", 0, start) + 1
        yield _one_value(text, Place(file, line), is_foreign(marked))


def _is_json_lines(text: str) -> bool:
    """Whether these are JSON lines, whatever the name: the first is complete, and more follow."""
    first, _, rest = text.partition("\n")
    return bool(rest.strip()) and not _one_value(first, Place(), False).problem


def _read_array(file: str, text: str, marked: str, position: int) -> Iterator[Found]:
    line, counted = 1, 0
    position = _past_space(text, position)
    for number in itertools.count(1):
        if number == 1 and text[position : position + 1] == "]":
            break
        line, counted = line + text.count("\n", counted, position), position
        found = Found(Place(file, line), number=number)
        try:
            value, end, notes = _parse(text, position)
        except InputError as refused:
            raw = text[position : position + LONGEST_RAW]
            yield found._replace(problem=f"{refused}; the rest of the array was not read", raw=raw)
            return
        encoding = (FOREIGN,) if is_foreign(marked[position:end]) else ()
        raw = text[position : min(end, position + LONGEST_RAW)]
        yield found._replace(value=value, raw=raw, notes=(*encoding, *notes))
        position = _past_space(text, end)
        if text[position : position + 1] != ",":
            break
        position = _past_space(text, position + 1)
    yield from _after_array(file, text, position)


def _after_array(file: str, text: str, position: int) -> Iterator[Found]:
    if text[position : position + 1] == "]" and _past_space(text, position + 1) == len(text):
        return
    at = position + 1 if text[position : position + 1] == "]" else position
    yield Found(
        Place(file, text.count("\n", 0, at) + 1),
        problem="the array does not end here as it should; the rest was not read: "
        "put a comma between conversations and one ] at the end",
        raw=text[at : at + LONGEST_RAW].strip(),
    )
