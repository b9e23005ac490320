"""What a live session shows the chatter after each message."""

from __future__ import annotations

from typing import Literal

from hoi.model.base import Frozen
from hoi.model.method import Phase
from hoi.model.tagged import Evidence, Experiencer, FlagTag, LifeStageTag

SuggestionKind = Literal["ask", "question", "resource", "approach", "situation", "rupture"]
WatchStatus = Literal["open", "confirmed", "lowered", "handled", "unfounded"]
QuestionState = Literal["untouched", "asked", "answered"]


class Suggestion(Frozen):
    """One thing that the chatter might do now, with the reason for it.

    `text` and `reason` are for the chatter, in the chatter's language; `say` are words for the
    visitor, in the visitor's, where there are any. `id` is what to dismiss or accept it by.
    """

    id: str
    kind: SuggestionKind
    text: str
    say: str | None = None
    reason: str
    evidence: tuple[Evidence, ...] = ()


class Way(Frozen):
    """Where to turn: a route by its name, with how to reach it and when it is there."""

    id: str
    name: str
    contact: str
    hours: str


class FlagAdvice(Frozen):
    """A flag that is to be passed on, with its protocol for this level and hour.

    `id` and `whose` are what to confirm, handle or lower it by; `flag` is the heaviest reading of
    it. `is_new`: this message raised it, or raised its level; `is_reminder`: nobody has confirmed
    it for some messages, so it is shown whole again. `status` is never `handled` or `unfounded`:
    those are put away until the flag is raised anew.
    """

    id: str
    whose: Experiencer
    flag: FlagTag
    name: str
    status: WatchStatus
    is_new: bool
    is_reminder: bool
    confirm: bool
    steps: tuple[str, ...]
    ways: tuple[Way, ...]
    inform: str
    reason: str


class QuestionProgress(Frozen):
    """One of the four questions: is it untouched, asked, or answered?"""

    id: str
    name: str
    state: QuestionState


class ElementProgress(Frozen):
    """A CHIME-D element: in how many messages the visitor spoke of it, the chatter did for it."""

    id: str
    name: str
    visitor: int
    chatter: int


class Progress(Frozen):
    """How far the talk has come: a view for the chatter, no checklist and no score."""

    phase: Phase
    minutes: float | None
    questions: tuple[QuestionProgress, ...]
    chime_d: tuple[ElementProgress, ...]


class Advice(Frozen):
    """What to show after a message: flags to pass on first, then at most three suggestions.

    `message` is the number of the message in the talk, from 0; None before the first.
    """

    message: int | None
    flags: tuple[FlagAdvice, ...]
    suggestions: tuple[Suggestion, ...]
    progress: Progress
    life_stage: LifeStageTag
