"""Reads CSV: one message a row; the rows of one conversation stand together."""

from __future__ import annotations

import csv
import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from hoi.errors import InputError, Place
from hoi.model.base import Frozen
from hoi.model.given import Notes, short
from hoi.research.encoding import FOREIGN, Line
from hoi.research.found import LONGEST_RAW, Found


class Columns(Frozen):
    """The names of the columns of a CSV file; a name that is not given is looked for.

    `id` is the column of the conversation's id: rows in a row with the same id are one
    conversation.
    """

    id: str | None = None
    role: str | None = None
    text: str | None = None
    at: str | None = None
    language: str | None = None


_DELIMITERS = (",", ";", "\t")
# Where a file has several, the first of these counts: next to a conversation's id, `id` is
# likely to be the message's.
_USUAL: dict[str, tuple[str, ...]] = {
    "id": ("conversation_id", "conversation", "id"),
    "role": ("role",),
    "text": ("text",),
    "at": ("at",),
    "language": ("language", "lang"),
}
_LONGEST_CELL = 2**31 - 1


class _Record(NamedTuple):
    """One row of a CSV file: its cells by what they are for, or the problem with it."""

    line: int
    raw: str
    foreign: bool
    key: str = ""
    known: dict[str, str] = {}  # noqa: RUF012 - never changed
    other: dict[str, str] = {}  # noqa: RUF012 - never changed
    problem: str = ""


class Csv:
    """Reads a CSV file with one message a row; rows of one conversation stand together."""

    def __init__(self, file: str, lines: Iterator[Line], columns: Columns) -> None:
        self._file = file
        self._lines = lines
        self._columns = columns
        self._taken: list[Line] = []
        self._names: list[str] = []
        self._roles: list[str] = []  # per column: what it is for, empty for an unknown one
        self._delimiter = ","

    def read(self) -> Iterator[Found]:
        """The conversations of the file."""
        # The limit of the csv module is one for the whole process, and too low for long messages.
        csv.field_size_limit(_LONGEST_CELL)
        first = next((line for line in self._lines if line.text.strip("\ufeff \r\n")), None)
        if first is None:
            return
        self._delimiter = _delimiter(first.text)
        rows = csv.reader(
            self._feed(itertools.chain([first], self._lines)),
            delimiter=self._delimiter,
            strict=True,
        )
        try:
            self._read_header(next(rows))
        except (InputError, csv.Error) as error:
            raw = first.text.strip()
            yield Found(Place(self._file, first.number), problem=_sentence(error), raw=raw)
            return
        for _, records in itertools.groupby(self._records(rows), lambda record: record.key):
            yield self._found(list(records))

    def _feed(self, lines: Iterable[Line]) -> Iterator[str]:
        for line in lines:
            self._taken.append(line)
            yield line.text

    def _read_header(self, cells: Sequence[str]) -> None:
        names = [cell.strip().lstrip("\ufeff") for cell in cells]
        twice = sorted(name for name, count in Counter(names).items() if name and count > 1)
        if twice:
            raise InputError(f"the column {short(twice[0])} stands twice; rename one of them")
        self._names = [name or f"column {number}" for number, name in enumerate(names, 1)]
        self._roles = [""] * len(names)
        for role in _USUAL:
            column = self._column(role)
            if column is not None:
                self._roles[column] = role
        if "text" not in self._roles:
            raise InputError(
                f"there is no column `text` among {short(names)}; "
                "put the column names in the first line, or say which column holds the text"
            )

    def _column(self, role: str) -> int | None:
        lowered = [name.lower() for name in self._names]
        given: str | None = getattr(self._columns, role)
        if given is None:
            usual = (name for name in _USUAL[role] if name in lowered)
            name = next(usual, None)
            return None if name is None else lowered.index(name)
        if given in self._names:
            return self._names.index(given)
        if given.lower() in lowered:
            return lowered.index(given.lower())
        raise InputError(
            f"there is no column {short(given)} (asked for as the {role}) among "
            f"{short(self._names)}; give a name that is there"
        )

    def _records(self, rows: Iterator[list[str]]) -> Iterator[_Record]:
        key = ""
        while True:
            self._taken.clear()
            cells: list[str] | None
            try:
                cells, problem = next(rows), ""
            except StopIteration:
                return
            except csv.Error as error:
                cells, problem = self._first_cells(), _sentence(error)
            if not cells and not problem:
                continue
            record = self._record(cells or [], problem)
            # A row that cannot be read may belong to the conversation it stands in.
            key = record.key if cells else key
            yield record._replace(key=key)

    def _first_cells(self) -> list[str]:
        """The cells of a broken row as far as they can be told, to know whose row it is."""
        try:
            return next(csv.reader([self._taken[0].text], delimiter=self._delimiter), [])
        except csv.Error:
            return []

    def _record(self, cells: Sequence[str], problem: str) -> _Record:
        extra = len(cells) - len(self._names)
        if extra > 0 and any(cells[-extra:]) and not problem:
            problem = (
                f"the row has {len(cells)} cells and the first line {len(self._names)}; "
                "put double quotes around texts that hold the separator"
            )
        placed = list(zip(self._roles, self._names, cells, strict=False))
        known = {role: cell for role, _, cell in placed if role}
        line = self._taken[0].number
        return _Record(
            line=line,
            raw="".join(line.text for line in self._taken)[:LONGEST_RAW],
            foreign=any(line.foreign for line in self._taken),
            # Rows without an id are each their own; no id holds a line break before its number.
            key=known.get("id", "").strip() or f"\n{line}",
            known=known,
            other={name: cell for role, name, cell in placed if not role and cell},
            problem=problem,
        )

    def _found(self, records: Sequence[_Record]) -> Found:
        first = records[0]
        place = Place(self._file, first.line, first.known.get("id", "").strip())
        raw = "".join(itertools.islice((r.raw for r in records), 200))[:LONGEST_RAW].rstrip()
        notes = self._notes(records)
        found = Found(place, notes=notes, raw=raw, number=first.line)
        for record in records:
            if record.problem:
                return found._replace(problem=f"in line {record.line}: {record.problem}")
        return found._replace(value=self._value(records))

    def _notes(self, records: Sequence[_Record]) -> tuple[str, ...]:
        notes = Notes()
        if any(record.foreign for record in records):
            notes.add(FOREIGN)
        languages = {r.known["language"] for r in records if r.known.get("language")}
        if len(languages) > 1:
            notes.add("the rows give more than one language and the first counts; give one")
        if "id" not in self._roles:
            notes.add(
                "there is no column for the conversation's id, so this row was read as a "
                "conversation of its own; add one, or say which it is"
            )
        return notes.plain()

    def _value(self, records: Sequence[_Record]) -> dict[str, Any]:
        first = records[0].known.get("id", "").strip()
        language = next((r.known["language"] for r in records if r.known.get("language")), None)
        top = {"id": first, "language": language}
        if "role" not in self._roles and len(records) == 1:
            # As with {"id": ..., "text": ...}: one message, and a visitor's.
            return _renamed(records[0].other) | _spoken(records[0]) | top
        return top | {"messages": [_renamed(r.other) | _spoken(r) for r in records]}


def _spoken(record: _Record) -> dict[str, Any]:
    return {key: record.known[key] for key in ("role", "text", "at") if key in record.known}


def _renamed(other: dict[str, str]) -> dict[str, Any]:
    """Unknown columns, none of them under a name that means something to hoi."""
    own = {"id", "role", "text", "at", "language", "lang", "intake", "messages", "turns"}
    return {f"column {key}" if key in own else key: value for key, value in other.items()}


def _delimiter(header: str) -> str:
    """The separator under which the first line has the most columns."""

    def columns(delimiter: str) -> int:
        try:
            return len(next(csv.reader([header], delimiter=delimiter), []))
        except csv.Error:
            return 0

    return max(_DELIMITERS, key=columns)


def _sentence(error: Exception) -> str:
    if isinstance(error, InputError):
        return str(error)
    return (
        f"this is not CSV ({error}); put double quotes around texts that hold the separator, a "
        "quote or a line break, and double the quotes inside them"
    )
