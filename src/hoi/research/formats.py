"""Reads conversations from files: JSON lines, JSON and CSV, each perhaps gzipped.

Nothing here stops a run. What cannot be read comes back as a row with an error that says what is
wrong, where, and what to do; what can be read in spite of something odd carries warnings.
`sources` opens files, `json_rows` and `csv_rows` find the values in them, and here each value
becomes a conversation.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from hoi.errors import InputError, Place
from hoi.model.conversation import Conversation, Role
from hoi.model.given import OWN_ROLES, Notes, as_object, short, to_conversation
from hoi.research.csv_rows import Columns
from hoi.research.found import LONGEST_RAW, Found
from hoi.research.sources import read_source

__all__ = ["Columns", "Row", "read_rows"]


class Row(NamedTuple):
    """One conversation, or the reason why it was refused: exactly one of the two is set.

    `raw` is the text of a refused row, shortened to 10,000 characters; it is empty otherwise.
    """

    conversation: Conversation | None
    warnings: tuple[str, ...]
    error: InputError | None
    raw: str
    place: Place


def read_rows(
    sources: Sequence[str | Path],
    columns: Columns | None = None,
    roles: Mapping[str, Role] = OWN_ROLES,
) -> Generator[Row, None, None]:
    """Read conversations one by one from files, folders and standard input (`-`, JSON lines).

    Of a folder, every .jsonl, .json and .csv file in it is read (also with .gz), by name. An id
    that was already given, in any of the sources, refuses the later row.

    Args:
        sources: what to read.
        columns: the names of the columns of CSV files.
        roles: what each word for a role means, in lower case (see `roles_named`).
    """
    seen = _Seen()
    for source in sources:
        for found in read_source(source, columns or Columns()):
            yield _row(found, seen, roles)


class _Seen:
    """The ids given so far, with their places."""

    def __init__(self) -> None:
        self._places: dict[str, Place] = {}

    def claim(self, name: str, place: Place) -> None:
        """Take `name` for the row at `place`, or refuse it."""
        first = self._places.setdefault(name, place)
        if first is not place:
            raise InputError(
                f"the id {short(name)} was already used at {first.file}:{first.line}; give every "
                "conversation its own id (in CSV, keep the rows of one conversation together)"
            )

    def invent(self, found: Found) -> str:
        """A name for a conversation without one; of two files with one name, the path tells."""
        name = f"{Path(found.place.file).name}:{found.number}"
        first = self._places.get(name)
        if first and first.file != found.place.file:
            return f"{found.place.file}:{found.number}"
        return name


def _row(found: Found, seen: _Seen, roles: Mapping[str, Role]) -> Row:
    place = found.place
    notes = Notes(found.notes)
    try:
        if found.problem:
            raise InputError(found.problem)
        name, rest = as_object(found.value, notes)
        place = place._replace(item=name)
        conversation = to_conversation(name or seen.invent(found), rest, notes, roles)
        seen.claim(conversation.id, place)
    except InputError as refused:
        error = InputError(refused.message, place)
        return Row(None, notes.at(place), error, found.raw[:LONGEST_RAW], place)
    return Row(conversation, notes.at(place), None, "", place)
