"""What a session remembers: a fold over readings, of bounded size however long the talk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from hoi.guidance.course import Course
from hoi.guidance.escalation import message_flags
from hoi.guidance.fold import Heard
from hoi.guidance.life_stage import NO_THEMES, Themes, hear_themes
from hoi.guidance.questions import Asking, raised_by
from hoi.guidance.style import Manner
from hoi.guidance.watch import Watch, hear_flags
from hoi.model.conversation import Message
from hoi.model.method import Framework
from hoi.model.tagged import FlagTag
from hoi.reading.reader import Tail

SHOWN_REMEMBERED = 40  # three a message for as long as none may come again
THEMES_SHOWN = 5
HEAVY = frozenset({"topic/trauma", "topic/major_event"})
LONG_AGO = -1000
NONE: Mapping[str, int] = {}


class Shown(NamedTuple):
    """A suggestion that was shown: its id, what it was on, and after which message."""

    id: str
    on: str
    number: int


class State(NamedTuple):
    """The state of a talk after its messages so far.

    `asked_about` and `denied`: the message in which the chatter last asked about a flag, and in
    which the visitor last denied it. `chime` counts messages, by element and role. `heavy`: the
    last message that asks to be acknowledged; `burdened`: has anything hard been told at all?
    `minor`: did the visitor say to be under 18?
    """

    number: int = 0
    tail: Tail = Tail()
    course: Course = Course()
    manner: Manner = Manner()
    asking: Asking = Asking()
    chime: Mapping[str, int] = NONE
    themes: Themes = NO_THEMES
    watches: tuple[Watch, ...] = ()
    asked_about: Mapping[str, int] = NONE
    denied: Mapping[str, int] = NONE
    heavy: int = LONG_AGO
    burdened: bool = False
    minor: bool = False
    shown: tuple[Shown, ...] = ()
    dismissed: frozenset[str] = frozenset()

    def remember(self, shown: Sequence[Shown]) -> State:
        """The state after these suggestions were shown."""
        return self._replace(shown=(*self.shown, *shown)[-SHOWN_REMEMBERED:]) if shown else self


class Step(NamedTuple):
    """One message with its reading, the flags it raised, and the state before and after it."""

    number: int
    item: Heard
    flags: tuple[FlagTag, ...]
    before: State
    after: State


def hear(state: State, item: Heard, messages: Sequence[Message], framework: Framework) -> Step:
    """One more message: `messages` are all of the talk up to and with it."""
    number, role = state.number, item.message.role
    flags = tuple(message_flags(item.reading.graded, number, messages, framework))
    closes = bool(raised_by(item, "closing"))
    asked = raised_by(item, "ask") if role == "chatter" else []
    denied = [flag.id for flag in flags if flag.negated and flag.experiencer == "self"]
    elements = set(raised_by(item, "chime_d"))
    after = state._replace(
        number=number + 1,
        tail=item.reading.tail,
        course=state.course.hear(item.message, closes=closes),
        manner=state.manner.hear(item.message),
        asking=state.asking.hear(number, item),
        chime=_counted(state.chime, (f"{element}/{role}" for element in sorted(elements))),
        themes=hear_themes(state.themes, item, messages, at_most=THEMES_SHOWN),
        watches=hear_flags(state.watches, flags, number),
        heavy=number if _is_heavy(item, framework) else state.heavy,
        burdened=state.burdened or _is_hard(item),
        minor=state.minor or any(_is_minor(flag) for flag in flags),
        asked_about=_at(state.asked_about, asked, number),
        denied=_at(state.denied, denied, number),
    )
    return Step(number, item, flags, state, after)


def _is_heavy(item: Heard, framework: Framework) -> bool:
    """Does it tell of something that asks to be acknowledged before anything else?"""
    raised = {finding.rule.raises for finding in item.reading.findings}
    return bool(raised & HEAVY) or any(
        one.heavy and f"situation/{one.id}" in raised for one in framework.advice.situations
    )


def _is_hard(item: Heard) -> bool:
    """Does the visitor tell of anything that is hard?"""
    return item.message.role == "visitor" and any(
        finding.rule.raises.startswith(("flag/", "situation/"))
        or (finding.rule.raises.startswith("topic/") and not finding.weight and finding.grade > 1)
        or finding.rule.raises == "chime_d/difficulties"
        for finding in item.reading.findings
    )


def _is_minor(flag: FlagTag) -> bool:
    return flag.id == "minor" and flag.experiencer == "self" and not flag.negated


def _at(places: Mapping[str, int], names: Sequence[str], number: int) -> Mapping[str, int]:
    return {**places, **dict.fromkeys(names, number)} if names else places


def _counted(counts: Mapping[str, int], names: Iterable[str]) -> Mapping[str, int]:
    more = {name: counts.get(name, 0) + 1 for name in names}
    return {**counts, **more} if more else counts
