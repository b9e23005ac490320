"""From one JSON object, as people and programs write them, to a `Conversation`.

Lenient: what can be read in spite of something odd is read, with a warning; what cannot is an
`InputError` that says what is wrong and what to do. `hoi tag` and `Guide.tag` both read this way.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, get_args

from pydantic import BaseModel

from hoi.errors import InputError, Place
from hoi.model.base import LANGUAGES
from hoi.model.conversation import AgeBand, Conversation, Gender, Intake, Message, Need, Role

DEEPEST = 100
ROLES: tuple[Role, ...] = get_args(Role)
OWN_ROLES: Mapping[str, Role] = {role: role for role in ROLES}
LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_CHOICES: dict[str, tuple[str, ...]] = {
    "age_band": get_args(AgeBand),
    "language": LANGUAGES,
    "gender": get_args(Gender),
    "need": get_args(Need),
}
_HALF = (
    "half a character (a lone surrogate) was replaced with U+FFFD; "
    "if it matters, export the data again as UTF-8"
)
_NO_NUMBER = "NaN or Infinity was read as null, as JSON has no such number; write null"


class Notes:
    """Collects warnings; what is said of several messages is said once, with their numbers."""

    def __init__(self, notes: Iterable[str] = ()) -> None:
        self._messages: dict[str, list[int]] = {note: [] for note in notes}

    def add(self, note: str, message: int | None = None) -> None:
        """Add a warning, of the message with this number or of the whole."""
        messages = self._messages.setdefault(note, [])
        if message is not None:
            messages.append(message)

    def plain(self) -> tuple[str, ...]:
        """The warnings without their places."""
        return tuple(self._messages)

    def at(self, place: Place) -> tuple[str, ...]:
        """The warnings with the place, and the numbers of the messages."""
        before = f"{place}: " if any(place) else ""
        return tuple(
            f"{before}{_of_messages(messages)}{note}" for note, messages in self._messages.items()
        )


class Given(NamedTuple):
    """One object that was given: its id ("" if it has none), and its other keys, made sound."""

    id: str
    rest: dict[str, Any]


def as_object(value: Any, notes: Notes) -> Given:
    """`value` as an object with sound texts and numbers; what was odd is added to `notes`.

    Raises:
        InputError: if it is no object, or its id is not text or a number.
    """
    sound = _sound(value, notes)
    if not isinstance(sound, dict):
        raise InputError(
            f"a conversation must be a JSON object, not {kind_of(sound)}; "
            'write it as {"id": ..., "messages": [...]}'
        )
    return Given(_given_id(sound.pop("id", None)), sound)


def to_conversation(
    name: str, rest: Mapping[str, Any], notes: Notes, roles: Mapping[str, Role] = OWN_ROLES
) -> Conversation:
    """The conversation that an object describes.

    Args:
        name: its id.
        rest: the other keys of the object, as `as_object` gives them.
        notes: where warnings are added.
        roles: what each word for a role means, in lower case.

    Raises:
        InputError: if it cannot be read.
    """
    rest = dict(rest)
    entries = _entries(rest)
    language = _language(rest, notes)
    # `extra` is where a `Conversation` written as JSON has its unknown keys.
    extra: dict[str, Any] = rest.pop("extra") if isinstance(rest.get("extra"), dict) else {}
    intake = _intake(rest.pop("intake", None), extra, notes)
    messages = tuple(_message(entry, index, roles, notes) for index, entry in enumerate(entries))
    _check_order(messages, notes)
    extra |= rest
    _keep_message_extra(entries, extra, notes)
    return Conversation(id=name, language=language, intake=intake, messages=messages, extra=extra)


def roles_named(visitor: Iterable[str] = (), chatter: Iterable[str] = ()) -> dict[str, Role]:
    """What each word for a role means, with other words for the two; case does not matter.

    Raises:
        InputError: if one word is given for both.
    """
    visitors = {word.strip().lower() for word in visitor}
    chatters = {word.strip().lower() for word in chatter}
    for word in sorted(visitors & chatters):
        raise InputError(f"the role {short(word)} cannot be both the visitor and the chatter")
    named: dict[str, Role] = dict.fromkeys(visitors, "visitor")
    return {**OWN_ROLES, **named, **dict.fromkeys(chatters, "chatter")}


def _of_messages(numbers: Sequence[int]) -> str:
    if not numbers:
        return ""
    shown = ", ".join(str(number) for number in numbers[:5])
    more = f" and {len(numbers) - 5} more" if len(numbers) > 5 else ""
    return f"message{'s' if len(numbers) > 1 else ''} {shown}{more}: "


def _given_id(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise InputError(
            f"the id is {kind_of(value)}; give it as text or a number, or leave it out"
        )
    name = str(value)
    return name if name.strip() else ""


def _sound(value: Any, notes: Notes, depth: int = 0) -> Any:
    """`value` with every lone surrogate replaced, so that it can be written out again."""
    if depth > DEEPEST:
        raise InputError(f"it is nested more than {DEEPEST} levels deep; make it flatter")
    if isinstance(value, str):
        return _sound_text(value, notes)
    if isinstance(value, BaseModel):
        value = value.model_dump(exclude_none=True)
    if isinstance(value, Mapping):
        return {_sound_text(str(k), notes): _sound(v, notes, depth + 1) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_sound(item, notes, depth + 1) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        notes.add(_NO_NUMBER)
        return None
    return value


def _sound_text(text: str, notes: Notes) -> str:
    sound, replaced = LONE_SURROGATE.subn("\ufffd", text)
    if replaced:
        notes.add(_HALF)
    return sound


def _entries(rest: dict[str, Any]) -> list[Any]:
    """The messages, taken out of `rest`: under `messages`, `turns`, or one `text`."""
    for key in ("messages", "turns"):
        if rest.get(key) is not None:
            entries = rest.pop(key)
            if not isinstance(entries, list):
                raise InputError(f"`{key}` is {kind_of(entries)}; make it a list of messages")
            return entries
    if "text" not in rest:
        raise InputError(
            "it has no messages; give `messages` (a list, which may be empty) or one `text`"
        )
    message = {key: rest.pop(key) for key in ("role", "text", "at") if key in rest}
    return [message if message.get("role") is not None else message | {"role": "visitor"}]


def _language(rest: dict[str, Any], notes: Notes) -> str | None:
    key = "lang" if rest.get("language") is None and "lang" in rest else "language"
    language = rest.pop(key, None)
    if language is None or isinstance(language, str):
        return language or None
    notes.add(f"the language is {kind_of(language)} and was read as null; write nl or en")
    return None


def _message(entry: Any, index: int, roles: Mapping[str, Role], notes: Notes) -> Message:
    if not isinstance(entry, dict):
        raise InputError(
            f"message {index} is {kind_of(entry)}; make it an object with `role` and `text`"
        )
    role = _role(entry.get("role"), index, roles)
    text = entry.get("text")
    if not isinstance(text, str):
        what = f"{kind_of(text)} as its text" if "text" in entry else "no text"
        raise InputError(
            f'message {index} has {what}; give text ("" for an empty message) or remove the message'
        )
    given = entry.get("id")  # also kept with what is unknown, so that it comes back out
    name = "" if given is None or isinstance(given, bool | list | dict) else str(given)
    at = _time(entry.get("at"), index, notes)
    return Message(role=role, text=text, at=at, id=(name.strip() and name) or None)


def _role(value: Any, index: int, roles: Mapping[str, Role]) -> Role:
    word = str(value).strip().lower() if isinstance(value, str | int) else None
    if word is not None and word in roles:
        return roles[word]
    if value is None or value == "":
        raise InputError(f"message {index} has no role; write visitor or chatter")
    raise InputError(f"message {index} has the role {short(value)}; write visitor or chatter")


def _time(value: Any, index: int, notes: Notes) -> datetime | None:
    if value is None or value == "":
        return None
    try:
        at = value if isinstance(value, datetime) else datetime.fromisoformat(value.strip())
    except (AttributeError, ValueError):
        notes.add(
            "`at` is not a date and time and was left out; write it like 2025-03-01T20:15:00+01:00",
            index,
        )
        return None
    if at.tzinfo is None:
        notes.add("`at` has no time zone and was kept as given; add one, such as +01:00", index)
    return at


def _check_order(messages: Sequence[Message], notes: Notes) -> None:
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


def _keep_message_extra(entries: Sequence[Any], extra: dict[str, Any], notes: Notes) -> None:
    kept = {}
    for index, entry in enumerate(entries):
        unknown = {k: v for k, v in entry.items() if k not in ("role", "text", "at")}
        if unknown.get("id", "") is None:
            del unknown["id"]  # as a `Message` without one is written
        if unknown:
            # As text, because that is what a number becomes as a key in JSON.
            kept[str(index)] = unknown
    if not kept:
        return
    if "message_extra" in extra:
        notes.add("the key `message_extra` was replaced by hoi's own of that name; rename it")
    extra["message_extra"] = kept


def _intake(value: Any, extra: dict[str, Any], notes: Notes) -> Intake | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        notes.add(f"the intake is {kind_of(value)} and was left out; make it an object")
        return None
    known = {k: _intake_value(k, v, notes) for k, v in value.items() if k in Intake.model_fields}
    unknown = {k: v for k, v in value.items() if k not in Intake.model_fields}
    if unknown:
        extra["intake"] = unknown
    return Intake.model_validate(known)


def _intake_value(key: str, value: Any, notes: Notes) -> str | None:
    choices = _CHOICES.get(key)
    if value is None or value == "":
        return None
    if choices is None:
        if isinstance(value, str):
            return value
        notes.add(f"intake `{key}` is {kind_of(value)} and was read as null; write it as text")
        return None
    given = str(value).strip().lower().replace("–", "-")
    if key == "age_band" and given == "50":
        return "41-50"
    if given in choices:
        return given
    allowed = ", ".join(choices)
    notes.add(
        f"intake `{key}` is {short(value)}, which is not on the form, and was read as null; "
        f"write one of {allowed}"
    )
    return None


def kind_of(value: Any) -> str:
    """What a JSON value is, for a message."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    names = {str: "text", int: "a number", float: "a number", list: "a list", dict: "an object"}
    return names.get(type(value), "something else")


def short(value: Any) -> str:
    """`value` as it was written, for a message, at most 60 characters."""
    shown = repr(value)
    return shown if len(shown) <= 60 else f"{shown[:57]}..."
