"""Reads conversations from files: JSON lines, JSON and CSV, each perhaps gzipped.

Nothing here stops a run. What cannot be read comes back as a row with an error that says what is
wrong, where, and what to do; what can be read in spite of something odd carries warnings.
"""

from __future__ import annotations

import csv
import gzip
import io
import itertools
import json
import math
import re
import sys
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, get_args

from hoi.errors import InputError, Place
from hoi.model.base import LANGUAGES, Frozen
from hoi.model.conversation import AgeBand, Conversation, Gender, Intake, Message, Need, Role

LONGEST_RAW = 10_000
STANDARD_INPUT = "-"
KINDS = (".jsonl", ".json", ".csv")


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


class Row(NamedTuple):
    """One conversation, or the reason why it was refused: exactly one of the two is set.

    `raw` is the text of a refused row, shortened to 10,000 characters; it is empty otherwise.
    """

    conversation: Conversation | None
    warnings: tuple[str, ...]
    error: InputError | None
    raw: str
    place: Place


def read_rows(sources: Sequence[str | Path], columns: Columns | None = None) -> Iterator[Row]:
    """Read conversations one by one from files, folders and standard input (`-`, JSON lines).

    Of a folder, every .jsonl, .json and .csv file in it is read (also with .gz), by name. An id
    that was already given, in any of the sources, refuses the later row.
    """
    seen = _Seen()
    for source in sources:
        for found in _read_source(source, columns or Columns()):
            yield _row(found, seen)


# --- from what a reader found to a row ----------------------------------------------------------


class _Found(NamedTuple):
    """What a reader hands over: a value as JSON has it, or the problem that kept it from one."""

    place: Place
    value: Any = None
    problem: str = ""
    notes: tuple[str, ...] = ()
    raw: str = ""
    number: int = 0  # names a conversation without an id: its line, or its position in an array


class _Refused(Exception):
    """This row cannot be read; the text says why and what to do."""


class _Notes:
    """Collects warnings; what is said of several messages is said once, with their numbers."""

    def __init__(self, notes: Iterable[str] = ()) -> None:
        self._messages: dict[str, list[int]] = {note: [] for note in notes}

    def add(self, note: str, message: int | None = None) -> None:
        messages = self._messages.setdefault(note, [])
        if message is not None:
            messages.append(message)

    def plain(self) -> tuple[str, ...]:
        """The warnings without their places."""
        return tuple(self._messages)

    def at(self, place: Place) -> tuple[str, ...]:
        return tuple(
            f"{place}: {_of_messages(messages)}{note}" for note, messages in self._messages.items()
        )


def _of_messages(numbers: Sequence[int]) -> str:
    if not numbers:
        return ""
    shown = ", ".join(str(number) for number in numbers[:5])
    more = f" and {len(numbers) - 5} more" if len(numbers) > 5 else ""
    return f"message{'s' if len(numbers) > 1 else ''} {shown}{more}: "


class _Seen:
    """The ids given so far, with their places."""

    def __init__(self) -> None:
        self._places: dict[str, Place] = {}

    def claim(self, name: str, place: Place) -> None:
        """Take `name` for the row at `place`, or refuse it."""
        first = self._places.setdefault(name, place)
        if first is not place:
            raise _Refused(
                f"the id {_short(name)} was already used at {first.file}:{first.line}; give every "
                "conversation its own id (in CSV, keep the rows of one conversation together)"
            )

    def invent(self, found: _Found) -> str:
        """A name for a conversation without one; of two files with one name, the path tells."""
        name = f"{Path(found.place.file).name}:{found.number}"
        first = self._places.get(name)
        if first and first.file != found.place.file:
            return f"{found.place.file}:{found.number}"
        return name


def _row(found: _Found, seen: _Seen) -> Row:
    place = found.place
    notes = _Notes(found.notes)
    try:
        if found.problem:
            raise _Refused(found.problem)
        value = _sound(found.value, notes)
        if not isinstance(value, dict):
            raise _Refused(
                f"a conversation must be a JSON object, not {_kind(value)}; "
                'write it as {"id": ..., "messages": [...]}'
            )
        name = _given_id(value.get("id"))
        place = place._replace(item=name)
        conversation = _conversation(value, name or seen.invent(found), notes)
        seen.claim(conversation.id, place)
    except _Refused as refused:
        error = InputError(str(refused), place)
        return Row(None, notes.at(place), error, found.raw[:LONGEST_RAW], place)
    return Row(conversation, notes.at(place), None, "", place)


def _given_id(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise _Refused(f"the id is {_kind(value)}; give it as text or a number, or leave it out")
    name = str(value)
    return name if name.strip() else ""


# --- sound values: no half characters, no numbers that JSON does not have -----------------------

DEEPEST = 100
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_HALF = (
    "half a character (a lone surrogate) was replaced with U+FFFD; "
    "if it matters, export the data again as UTF-8"
)
_NO_NUMBER = "NaN or Infinity was read as null, as JSON has no such number; write null"


def _sound(value: Any, notes: _Notes, depth: int = 0) -> Any:
    """`value` with every lone surrogate replaced, so that it can be written out again."""
    if depth > DEEPEST:
        raise _Refused(f"it is nested more than {DEEPEST} levels deep; make it flatter")
    if isinstance(value, str):
        return _sound_text(value, notes)
    if isinstance(value, dict):
        return {_sound_text(k, notes): _sound(v, notes, depth + 1) for k, v in value.items()}
    if isinstance(value, list):
        return [_sound(item, notes, depth + 1) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        notes.add(_NO_NUMBER)
        return None
    return value


def _sound_text(text: str, notes: _Notes) -> str:
    sound, replaced = _LONE_SURROGATE.subn("\ufffd", text)
    if replaced:
        notes.add(_HALF)
    return sound


# --- from a value to a conversation -------------------------------------------------------------

ROLES: tuple[Role, ...] = get_args(Role)
_CHOICES: dict[str, tuple[str, ...]] = {
    "age_band": get_args(AgeBand),
    "language": LANGUAGES,
    "gender": get_args(Gender),
    "need": get_args(Need),
}


def _conversation(value: dict[str, Any], name: str, notes: _Notes) -> Conversation:
    rest = {key: item for key, item in value.items() if key != "id"}
    entries = _entries(rest)
    language = _language(rest, notes)
    extra: dict[str, Any] = {}
    intake = _intake(rest.pop("intake", None), extra, notes)
    messages = tuple(_message(entry, index, notes) for index, entry in enumerate(entries))
    _check_order(messages, notes)
    extra |= rest
    _keep_message_extra(entries, extra, notes)
    return Conversation(id=name, language=language, intake=intake, messages=messages, extra=extra)


def _entries(rest: dict[str, Any]) -> list[Any]:
    """The messages, taken out of `rest`: under `messages`, `turns`, or one `text`."""
    for key in ("messages", "turns"):
        if rest.get(key) is not None:
            entries = rest.pop(key)
            if not isinstance(entries, list):
                raise _Refused(f"`{key}` is {_kind(entries)}; make it a list of messages")
            return entries
    if "text" not in rest:
        raise _Refused(
            "it has no messages; give `messages` (a list, which may be empty) or one `text`"
        )
    message = {key: rest.pop(key) for key in ("role", "text", "at") if key in rest}
    return [message if message.get("role") is not None else message | {"role": "visitor"}]


def _language(rest: dict[str, Any], notes: _Notes) -> str | None:
    key = "lang" if rest.get("language") is None and "lang" in rest else "language"
    language = rest.pop(key, None)
    if language is None or isinstance(language, str):
        return language or None
    notes.add(f"the language is {_kind(language)} and was read as null; write nl or en")
    return None


def _message(entry: Any, index: int, notes: _Notes) -> Message:
    if not isinstance(entry, dict):
        raise _Refused(
            f"message {index} is {_kind(entry)}; make it an object with `role` and `text`"
        )
    role = _role(entry.get("role"), index)
    text = entry.get("text")
    if not isinstance(text, str):
        what = f"{_kind(text)} as its text" if "text" in entry else "no text"
        raise _Refused(
            f'message {index} has {what}; give text ("" for an empty message) or remove the message'
        )
    return Message(role=role, text=text, at=_time(entry.get("at"), index, notes))


def _role(value: Any, index: int) -> Role:
    if value is None or value == "":
        raise _Refused(f"message {index} has no role; write visitor or chatter")
    given = value.strip().lower() if isinstance(value, str) else value
    for role in ROLES:
        if given == role:
            return role
    raise _Refused(f"message {index} has the role {_short(value)}; write visitor or chatter")


def _time(value: Any, index: int, notes: _Notes) -> datetime | None:
    if value is None or value == "":
        return None
    try:
        at = datetime.fromisoformat(value.strip())
    except (AttributeError, ValueError):
        notes.add(
            "`at` is not a date and time and was left out; write it like 2025-03-01T20:15:00+01:00",
            index,
        )
        return None
    if at.tzinfo is None:
        notes.add("`at` has no time zone and was kept as given; add one, such as +01:00", index)
    return at


def _check_order(messages: Sequence[Message], notes: _Notes) -> None:
    before: datetime | None = None
    for index, message in enumerate(messages):
        if message.at is None:
            continue
        if before is not None and _earlier(message.at, before):
            notes.add(
                "`at` is earlier than in the message before; messages are read in the order given, "
                "so sort them if that order is wrong",
                index,
            )
        before = message.at


def _earlier(one: datetime, other: datetime) -> bool:
    # A time with a zone cannot be compared with one without: then the clock's reading decides.
    if (one.tzinfo is None) != (other.tzinfo is None):
        return one.replace(tzinfo=None) < other.replace(tzinfo=None)
    return one < other


def _keep_message_extra(entries: Sequence[Any], extra: dict[str, Any], notes: _Notes) -> None:
    kept = {}
    for index, entry in enumerate(entries):
        unknown = {k: v for k, v in entry.items() if k not in ("role", "text", "at")}
        if unknown:
            # As text, because that is what a number becomes as a key in JSON.
            kept[str(index)] = unknown
    if not kept:
        return
    if "message_extra" in extra:
        notes.add("the key `message_extra` was replaced by hoi's own of that name; rename it")
    extra["message_extra"] = kept


def _intake(value: Any, extra: dict[str, Any], notes: _Notes) -> Intake | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        notes.add(f"the intake is {_kind(value)} and was left out; make it an object")
        return None
    known = {k: _intake_value(k, v, notes) for k, v in value.items() if k in Intake.model_fields}
    unknown = {k: v for k, v in value.items() if k not in Intake.model_fields}
    if unknown:
        extra["intake"] = unknown
    return Intake.model_validate(known)


def _intake_value(key: str, value: Any, notes: _Notes) -> str | None:
    choices = _CHOICES.get(key)
    if value is None or value == "":
        return None
    if choices is None:
        if isinstance(value, str):
            return value
        notes.add(f"intake `{key}` is {_kind(value)} and was read as null; write it as text")
        return None
    given = str(value).strip().lower().replace("–", "-")
    if key == "age_band" and given == "50":
        return "41-50"
    if given in choices:
        return given
    allowed = ", ".join(choices)
    notes.add(
        f"intake `{key}` is {_short(value)}, which is not on the form, and was read as null; "
        f"write one of {allowed}"
    )
    return None


def _kind(value: Any) -> str:
    """What a JSON value is, for a message."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    names = {str: "text", int: "a number", float: "a number", list: "a list", dict: "an object"}
    return names.get(type(value), "something else")


def _short(value: Any) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else f"{shown[:57]}..."


# --- sources: files, folders, standard input ----------------------------------------------------


def _read_source(source: str | Path, columns: Columns) -> Iterator[_Found]:
    if source == STANDARD_INPUT:
        yield from _read_stream("stdin", ".jsonl", _standard_input, columns)
        return
    path = Path(source)
    try:
        paths = _in_folder(path) if path.is_dir() else [path]
    except (OSError, ValueError) as error:
        yield _Found(Place(str(path)), problem=_cannot_open("folder", error))
        return
    if not paths:
        kinds = ", ".join(KINDS)
        yield _Found(
            Place(str(path)),
            problem=f"the folder holds no {kinds} file (nor one with .gz); name the files instead",
        )
    for one in paths:
        yield from _read_stream(str(one), _named_kind(one), _opener(one), columns)


def _in_folder(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if _named_kind(path) and not path.is_dir())


def _named_kind(path: Path) -> str:
    """`.jsonl`, `.json` or `.csv`, as the name says; empty if it does not say."""
    name = path.name.lower().removesuffix(".gz")
    return next((kind for kind in KINDS if name.endswith(kind)), "")


def _opener(path: Path) -> Callable[[], io.BufferedReader]:
    return lambda: path.open("rb")


def _standard_input() -> io.BufferedReader:
    # A reader of its own, because what stands in for standard input cannot always be peeked at.
    return io.BufferedReader(_Unclosed(sys.stdin.buffer))


class _Unclosed(io.RawIOBase):
    """Reads another stream and leaves it open."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        count: int = self._stream.readinto1(buffer)
        return count


def _read_stream(
    file: str, kind: str, opener: Callable[[], io.BufferedReader], columns: Columns
) -> Iterator[_Found]:
    try:
        with opener() as raw, _unpacked(raw) as stream:
            yield from _read_kind(file, kind, stream, columns)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        problem = (
            f"the gzip file is damaged or cut off ({error}); what came before was read, "
            "so make or fetch the file again"
        )
        yield _Found(Place(file), problem=problem)
    except (OSError, ValueError) as error:
        yield _Found(Place(file), problem=_cannot_open("file", error))


def _cannot_open(what: str, error: Exception) -> str:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return f"the {what} cannot be read ({reason}); check the name and your right to read it"


@contextmanager
def _unpacked(raw: io.BufferedReader) -> Iterator[io.BufferedReader[Any]]:
    """`raw` itself, or its content if it is gzipped, whatever its name says."""
    if not raw.peek(2).startswith(b"\x1f\x8b"):
        yield raw
        return
    with gzip.GzipFile(fileobj=raw) as packed, io.BufferedReader(packed) as stream:
        yield stream


def _read_kind(
    file: str, kind: str, stream: io.BufferedReader[Any], columns: Columns
) -> Iterator[_Found]:
    start = stream.peek(64)
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        yield _Found(Place(file), problem="the file is in UTF-16; save it as UTF-8")
        return
    if start.startswith(b"\xef\xbb\xbf"):
        stream.read(3)
        start = start[3:]
    # What starts with a list is most likely an array, whatever the name says.
    first = start.lstrip()[:1]
    if kind == ".csv":
        yield from _Csv(file, _lines(stream), columns).read()
    elif kind == ".json" or first == b"[":
        yield from _read_json(file, stream.read())
    elif kind == ".jsonl" or first in (b"{", b""):
        yield from _read_json_lines(file, _lines(stream))
    else:
        yield _Found(
            Place(file),
            problem="what kind of file this is cannot be told; name it .jsonl, .json or .csv",
        )


# --- bytes to text ------------------------------------------------------------------------------

_FOREIGN = "some bytes are not UTF-8 and were read as Windows-1252; save the file as UTF-8"


class _Line(NamedTuple):
    number: int
    text: str
    foreign: bool


def _lines(stream: Iterable[bytes]) -> Iterator[_Line]:
    for number, line in enumerate(stream, 1):
        marked = _marked(line)
        yield _Line(number, _unmarked(marked), _is_foreign(marked))


def _marked(data: bytes) -> str:
    """The text of `data`; each byte that is not UTF-8 is marked as a lone surrogate."""
    return data.decode("utf-8", "surrogateescape")


def _is_foreign(marked: str) -> bool:
    return _LONE_SURROGATE.search(marked) is not None


def _unmarked(marked: str) -> str:
    """The text with marked bytes as Windows-1252 has them: character for character as long."""
    return marked.translate(_WESTERN) if _is_foreign(marked) else marked


def _western(byte: int) -> str:
    try:
        return bytes([byte]).decode("cp1252")
    except UnicodeDecodeError:
        return chr(byte)  # the five that Windows-1252 leaves open, as in Latin-1


_WESTERN = {0xDC00 + byte: _western(byte) for byte in range(0x80, 0x100)}


# --- JSON ---------------------------------------------------------------------------------------


def _loader(notes: _Notes) -> json.JSONDecoder:
    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        counted = Counter(key for key, _ in items) if len(dict(items)) < len(items) else {}
        for key in (key for key, count in counted.items() if count > 1):
            notes.add(f"the key {_short(key)} stands twice and the last counts; keep one")
        return dict(items)

    # `strict=False` lets control characters stand in texts as they are.
    return json.JSONDecoder(object_pairs_hook=pairs, strict=False)


def _parse(text: str, start: int = 0) -> tuple[Any, int, tuple[str, ...]]:
    """The JSON value at `start`, where it ends, and warnings; refuses what is not JSON."""
    notes = _Notes()
    try:
        value, end = _loader(notes).raw_decode(text, start)
    except json.JSONDecodeError as error:
        raise _Refused(
            f"this is not JSON ({error.msg} at character {error.pos - start + 1}); correct it, or "
            "write it with a JSON library"
        ) from None
    except RecursionError:
        raise _Refused(f"it is nested more than {DEEPEST} levels deep; make it flatter") from None
    except ValueError as error:
        raise _Refused(f"this is not JSON that can be read ({error}); correct it") from None
    return value, end, notes.plain()


_SPACE = re.compile(r"[ \t\r\n\ufeff]*")


def _past_space(text: str, start: int = 0) -> int:
    found = _SPACE.match(text, start)
    return found.end() if found else start


def _one_value(text: str, place: Place, foreign: bool) -> _Found:
    """What `text` holds if it is one JSON value and nothing more."""
    found = _Found(place, raw=text.strip()[:LONGEST_RAW], number=max(place.line, 1))
    encoding = (_FOREIGN,) if foreign else ()
    try:
        value, end, notes = _parse(text, _past_space(text))
    except _Refused as refused:
        return found._replace(problem=str(refused), notes=encoding)
    if _past_space(text, end) < len(text):
        return found._replace(
            problem=f"more follows after the JSON object, at character {end + 1}; "
            "put each conversation on a line of its own, in a .jsonl file",
            notes=encoding,
        )
    return found._replace(value=value, notes=(*encoding, *notes))


def _read_json_lines(file: str, lines: Iterable[_Line]) -> Iterator[_Found]:
    for line in lines:
        if _past_space(line.text) < len(line.text):
            yield _one_value(line.text, Place(file, line.number), line.foreign)


def _read_json(file: str, data: bytes) -> Iterator[_Found]:
    marked = _marked(data)
    text = _unmarked(marked)
    start = _past_space(text)
    if start == len(text):
        return
    if _is_json_lines(text[start:]):
        yield from _read_json_lines(file, _lines(io.BytesIO(data)))
    elif text[start] == "[":
        yield from _read_array(file, text, marked, start + 1)
    else:
        line = text.count("\n", 0, start) + 1
        yield _one_value(text, Place(file, line), _is_foreign(marked))


def _is_json_lines(text: str) -> bool:
    """Whether these are JSON lines, whatever the name: the first is complete, and more follow."""
    first, _, rest = text.partition("\n")
    return bool(rest.strip()) and not _one_value(first, Place(), False).problem


def _read_array(file: str, text: str, marked: str, position: int) -> Iterator[_Found]:
    line, counted = 1, 0
    position = _past_space(text, position)
    for number in itertools.count(1):
        if number == 1 and text[position : position + 1] == "]":
            break
        line, counted = line + text.count("\n", counted, position), position
        found = _Found(Place(file, line), number=number)
        try:
            value, end, notes = _parse(text, position)
        except _Refused as refused:
            raw = text[position : position + LONGEST_RAW]
            yield found._replace(problem=f"{refused}; the rest of the array was not read", raw=raw)
            return
        encoding = (_FOREIGN,) if _is_foreign(marked[position:end]) else ()
        raw = text[position : min(end, position + LONGEST_RAW)]
        yield found._replace(value=value, raw=raw, notes=(*encoding, *notes))
        position = _past_space(text, end)
        if text[position : position + 1] != ",":
            break
        position = _past_space(text, position + 1)
    yield from _after_array(file, text, position)


def _after_array(file: str, text: str, position: int) -> Iterator[_Found]:
    if text[position : position + 1] == "]" and _past_space(text, position + 1) == len(text):
        return
    at = position + 1 if text[position : position + 1] == "]" else position
    yield _Found(
        Place(file, text.count("\n", 0, at) + 1),
        problem="the array does not end here as it should; the rest was not read: "
        "put a comma between conversations and one ] at the end",
        raw=text[at : at + LONGEST_RAW].strip(),
    )


# --- CSV ----------------------------------------------------------------------------------------

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


class _Csv:
    """Reads a CSV file with one message a row; rows of one conversation stand together."""

    def __init__(self, file: str, lines: Iterator[_Line], columns: Columns) -> None:
        self._file = file
        self._lines = lines
        self._columns = columns
        self._taken: list[_Line] = []
        self._names: list[str] = []
        self._roles: list[str] = []  # per column: what it is for, empty for an unknown one
        self._delimiter = ","

    def read(self) -> Iterator[_Found]:
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
        except (_Refused, csv.Error) as error:
            raw = first.text.strip()
            yield _Found(Place(self._file, first.number), problem=_sentence(error), raw=raw)
            return
        for _, records in itertools.groupby(self._records(rows), lambda record: record.key):
            yield self._found(list(records))

    def _feed(self, lines: Iterable[_Line]) -> Iterator[str]:
        for line in lines:
            self._taken.append(line)
            yield line.text

    def _read_header(self, cells: Sequence[str]) -> None:
        names = [cell.strip().lstrip("\ufeff") for cell in cells]
        twice = sorted(name for name, count in Counter(names).items() if name and count > 1)
        if twice:
            raise _Refused(f"the column {_short(twice[0])} stands twice; rename one of them")
        self._names = [name or f"column {number}" for number, name in enumerate(names, 1)]
        self._roles = [""] * len(names)
        for role in _USUAL:
            column = self._column(role)
            if column is not None:
                self._roles[column] = role
        if "text" not in self._roles:
            raise _Refused(
                f"there is no column `text` among {_short(names)}; "
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
        raise _Refused(
            f"there is no column {_short(given)} (asked for as the {role}) among "
            f"{_short(self._names)}; give a name that is there"
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

    def _found(self, records: Sequence[_Record]) -> _Found:
        first = records[0]
        place = Place(self._file, first.line, first.known.get("id", "").strip())
        raw = "".join(itertools.islice((r.raw for r in records), 200))[:LONGEST_RAW].rstrip()
        notes = self._notes(records)
        found = _Found(place, notes=notes, raw=raw, number=first.line)
        for record in records:
            if record.problem:
                return found._replace(problem=f"in line {record.line}: {record.problem}")
        return found._replace(value=self._value(records))

    def _notes(self, records: Sequence[_Record]) -> tuple[str, ...]:
        notes = _Notes()
        if any(record.foreign for record in records):
            notes.add(_FOREIGN)
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
    if isinstance(error, _Refused):
        return str(error)
    return (
        f"this is not CSV ({error}); put double quotes around texts that hold the separator, a "
        "quote or a line break, and double the quotes inside them"
    )
