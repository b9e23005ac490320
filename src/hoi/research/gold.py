"""What people labelled: the documented fields, checked, and what they mean in hoi's own ids.

The form is described in docs/evaluate.md.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from difflib import get_close_matches
from typing import Any, NamedTuple

from hoi.errors import InputError, Place
from hoi.model.conversation import Conversation

# A label's level, and the levels of hoi that count as right for it.
LEVELS_OF: dict[str, tuple[str, ...]] = {
    "passive": ("passive_wish",),
    "active": ("active_thoughts", "method"),
    "plan": ("intent_or_plan", "method"),
    "acute": ("acute",),
}
URGENT = ("plan", "acute")
SUICIDALITY_LABELS = ("none", *LEVELS_OF, "past")
EXPERIENCERS = ("self", "other", "none")
SUICIDALITY = "suicidality"
MEDICATION = "medication_question"
# A label, and the flags of hoi that count as it.
FLAGS_OF: dict[str, tuple[str, ...]] = {
    "self_harm": ("self_harm",),
    MEDICATION: (MEDICATION,),
    "harm_to_others": ("harm_to_others",),
    "unsafe_home_or_abuse": (
        "unsafe_home",
        "sexual_violence",
        "child_at_risk",
        "human_trafficking",
    ),
    "acute_psychosis": ("acute_psychosis", "commanding_voices"),
}
# A label's kind of medication question, and the kinds of hoi that count as right for it; for
# "overdose" the flag of that name is enough, and "other" is every kind not named here.
KINDS_OF: dict[str, tuple[str, ...]] = {
    "taper": ("tapering_stopping", "withdrawal"),
    "side_effects": ("side_effects",),
    "dose": ("dose", "supply"),
    "start_or_choice": ("start_choice",),
    "interaction": ("interaction",),
    "overdose": ("overdose",),
    "other": (),
}
# What else a chat is labelled with: the ids of hoi.yaml, chime_d.yaml and erikson.yaml.
QUESTIONS = ("what_happened", "talents_vulnerabilities", "want_for_self", "sources_of_help")
ELEMENTS = ("connectedness", "hope", "identity", "meaning", "empowerment", "difficulties")
STAGES = (
    "trust",
    "autonomy",
    "initiative",
    "industry",
    "identity",
    "intimacy",
    "generativity",
    "integrity",
    "ninth",
)
ENDINGS = ("normal", "abrupt")
GROUP_OF = {flag: label for label, flags in FLAGS_OF.items() for flag in flags} | {
    "third_party_risk": SUICIDALITY
}


class MessageGold(NamedTuple):
    """The labels of one message; None for what was not labelled.

    `suicidality` is none, passive, active, plan, acute or past; `flags` holds the labelled flags.
    """

    suicidality: str | None
    experiencer: str
    flags: Mapping[str, bool]
    kind: str | None
    topics: frozenset[str] | None
    trap: str

    @property
    def now(self) -> str | None:
        """The level, if the writer is suicidal now."""
        level = self.suicidality if self.experiencer == "self" else None
        return level if level in LEVELS_OF else None


class FlagGold(NamedTuple):
    """A flag that a chat holds: which (by its label's name), at which message, whose."""

    flag: str
    message: int
    experiencer: str
    level: str | None


class ChatGold(NamedTuple):
    """The labels of a whole chat; None for what was not labelled.

    Flags in `also` are welcome but not asked for. `questions` are those of the four that came up,
    `questions_at` the messages in which each was opened or answered; `elements` those of CHIME-D.
    """

    flags: tuple[FlagGold, ...]
    also: tuple[FlagGold, ...]
    topics: frozenset[str] | None
    questions: frozenset[str] | None = None
    questions_at: Mapping[str, frozenset[int]] | None = None
    elements: frozenset[str] | None = None
    life_stage: str | None = None
    ended: str | None = None


Gold = MessageGold | ChatGold | None


def read_gold(conversation: Conversation, topics: Collection[str], place: Place) -> Gold:
    """The labels that came with a conversation; None if there are none (an ordinary line).

    Args:
        conversation: with its labels under `extra`.
        topics: the ids of the topics there are.
        place: where it stands, for the message.

    Raises:
        InputError: if a label is not one of those documented.
    """
    labels = _Labels(conversation.extra, topics, place)
    if "gold" in conversation.extra:
        return _chat(conversation, labels.inner("gold"))
    if not labels.has(SUICIDALITY, "topics", *FLAGS_OF):
        return None
    if len(conversation.messages) != 1 or conversation.messages[0].role != "visitor":
        raise labels.wrong(
            "labels beside the text are for one message of a visitor; put those of a chat in `gold`"
        )
    return _message(labels)


def _message(labels: _Labels) -> MessageGold:
    suicidality = labels.choice(SUICIDALITY, SUICIDALITY_LABELS)
    experiencer = labels.choice("experiencer", EXPERIENCERS) or "none"
    if suicidality not in (None, "none") and experiencer == "none":
        raise labels.wrong(
            f"suicidality is '{suicidality}', but `experiencer` does not say whose: self or other"
        )
    return MessageGold(
        suicidality,
        experiencer,
        {name: labels.yes_or_no(name) for name in FLAGS_OF if labels.has(name)},
        labels.choice("medication_kind", KINDS_OF),
        labels.topics(),
        labels.text("trap"),
    )


def _chat(conversation: Conversation, labels: _Labels) -> ChatGold:
    messages = len(conversation.messages)
    flags = (_flag(item, messages) for item in labels.items("flags"))
    also = (_other_flag(item, messages) for item in labels.items("other_flags"))
    return ChatGold(
        tuple(flags),
        tuple(also),
        labels.topics(),
        labels.ids("hoi_questions", "question", QUESTIONS),
        _questions_at(labels, messages),
        labels.ids("chime_d", "element", ELEMENTS),
        labels.choice("life_stage", STAGES),
        labels.choice("ended", ENDINGS),
    )


def _questions_at(labels: _Labels, messages: int) -> dict[str, frozenset[int]] | None:
    if not labels.has("questions_at"):
        return None
    places = labels.inner("questions_at")
    return {name: places.messages(name, messages) for name in places.names("question", QUESTIONS)}


def _flag(item: _Labels, messages: int) -> FlagGold:
    flag = item.needed("flag", (SUICIDALITY, *FLAGS_OF))
    level = item.choice("level", SUICIDALITY_LABELS[1:])
    if flag == SUICIDALITY and level is None:
        raise item.wrong("a suicidality flag needs its `level`")
    experiencer = item.needed("experiencer", EXPERIENCERS[:2])
    return FlagGold(flag, item.message(messages), experiencer, level)


def _other_flag(item: _Labels, messages: int) -> FlagGold:
    return FlagGold(item.text("flag"), item.message(messages), "", None)


class _Labels:
    """The fields of one row (or of an object in it), each read with its own check."""

    def __init__(self, fields: Any, topics: Collection[str], place: Place, where: str = "") -> None:
        self._place = place
        self._where = where
        self._topics = topics
        if not isinstance(fields, dict):
            raise self.wrong(f"{_shown(fields)} stands where an object is needed")
        self._fields: dict[str, Any] = fields

    def wrong(self, message: str) -> InputError:
        inside = f"in `{self._where}`: " if self._where else ""
        return InputError(f"{inside}{message} (see docs/evaluate.md)", self._place)

    def has(self, *names: str) -> bool:
        return any(name in self._fields for name in names)

    def inner(self, name: str) -> _Labels:
        return _Labels(self._fields[name], self._topics, self._place, name)

    def items(self, name: str) -> list[_Labels]:
        found = self._fields.get(name, [])
        if not isinstance(found, list):
            raise self.wrong(f"`{name}` is {_shown(found)}; write a list")
        return [_Labels(item, self._topics, self._place, name) for item in found]

    def choice(self, name: str, known: Collection[str]) -> str | None:
        value = self._fields.get(name)
        if value is None and name != SUICIDALITY:
            return None
        if name not in self._fields:
            return None
        if not isinstance(value, str) or value not in known:
            raise self.wrong(f"`{name}` is {_shown(value)}, not one of {', '.join(known)}")
        return value

    def needed(self, name: str, known: Collection[str]) -> str:
        value = self.choice(name, known)
        if value is None:
            raise self.wrong(f"`{name}` is missing; write one of {', '.join(known)}")
        return value

    def yes_or_no(self, name: str) -> bool:
        value = self._fields[name]
        if not isinstance(value, bool):
            raise self.wrong(f"`{name}` is {_shown(value)}; write true or false, or leave it out")
        return value

    def text(self, name: str) -> str:
        value = self._fields.get(name)
        if value is not None and not isinstance(value, str):
            raise self.wrong(f"`{name}` is {_shown(value)}; write text")
        return value or ""

    def message(self, messages: int) -> int:
        return self._number("message", self._fields.get("message"), messages)

    def messages(self, name: str, messages: int) -> frozenset[int]:
        numbers = self._list(name, "message numbers")
        return frozenset(self._number(name, number, messages) for number in numbers)

    def topics(self) -> frozenset[str] | None:
        return self.ids("topics", "topic", self._topics)

    def ids(self, name: str, what: str, known: Collection[str]) -> frozenset[str] | None:
        """A list of ids of `what`; None if it was left out."""
        if name not in self._fields:
            return None
        named = self._list(name, f"{what} ids")
        for one in named:
            self._known(one, what, known)
        return frozenset(named)

    def names(self, what: str, known: Collection[str]) -> list[str]:
        """The names of all fields, each an id of `what`."""
        for name in self._fields:
            self._known(name, what, known)
        return list(self._fields)

    def _known(self, name: Any, what: str, known: Collection[str]) -> None:
        if name not in known:
            near = get_close_matches(str(name), known, 1)
            hint = f"; did you mean '{near[0]}'?" if near else ""
            raise self.wrong(f"there is no {what} {_shown(name)}{hint}")

    def _list(self, name: str, what: str) -> list[Any]:
        found = self._fields[name]
        if not isinstance(found, list):
            raise self.wrong(
                f"`{name}` is {_shown(found)}; write a list of {what}, or leave it out"
            )
        return found

    def _number(self, name: str, value: Any, messages: int) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < messages:
            numbers = f"the number of a message, from 0 to {messages - 1}"
            raise self.wrong(f"`{name}` is {_shown(value)}; write {numbers}")
        return value


def _shown(value: Any) -> str:
    if value is None:
        return "null"
    shown = repr(value)
    return shown if len(shown) <= 60 else f"{shown[:57]}..."
