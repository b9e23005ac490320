"""The 5x-traject as it goes, what is proposed for the next meeting, and a supervisor's pack.

Records only: what is in them comes from `hoi.guidance.trajectory` and `hoi.guidance.supervision`.
A trajectory is kept by the platform, never by the library.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from hoi.model.base import Frozen
from hoi.model.tagged import Evidence, Experiencer, Tier

LONGEST = 300  # code points of one thing that was said
MOST_WORDS = 3  # things that were said to one question, in one meeting

OwnWords = Annotated[str, Field(max_length=LONGEST)]
Rating = Annotated[int, Field(ge=1, le=5)]
PlanKind = Literal["meeting", "update"]
Sign = Literal["frequent", "more_often", "theme", "only_this_chatter"]
PickKind = Literal["open_risk", "rupture", "low_rating", "rare_topic", "good_example"]


# --- what was -----------------------------------------------------------------------------------


class Said(Frozen):
    """What became of one of the four questions in a meeting, with the visitor's own words."""

    question: str
    asked: bool
    answered: bool
    words: tuple[OwnWords, ...] = Field(default=(), max_length=MOST_WORDS)


class OpenFlag(Frozen):
    """A flag that a meeting left open: `tier` flag was to be passed on, ask to be asked about.

    Once it is dealt with, the platform takes it out of the meeting that it keeps.
    """

    id: str
    level: str | None
    experiencer: Experiencer
    tier: Tier


class Meeting(Frozen):
    """One meeting, or one update: no transcript, but what the next one needs.

    `themes` are topic ids, the main one first; `steps` what was agreed, in the words of the two;
    `rating` the visitor's, from 1 to 5, if there is one.
    """

    on: date
    chatter: str
    conversation: str
    said: tuple[Said, ...] = ()
    themes: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    rating: Rating | None = None
    open_flags: tuple[OpenFlag, ...] = ()


class Visit(Frozen):
    """An ordinary chat of the same visitor beside the course; `asked_for` is a chatter's id."""

    on: date
    chatter: str
    asked_for: str | None = None
    themes: tuple[str, ...] = ()


class Trajectory(Frozen):
    """The course of one visitor, by a pseudonym, with one chatter.

    `completed` is the day on which the two agreed that it was done; `earlier_completed` that of an
    earlier course, if this one is a new exploration. `visits` are ordinary chats beside it.
    """

    visitor: str
    life_story: str | None = None
    started: date | None = None
    meetings: tuple[Meeting, ...] = ()
    updates: tuple[Meeting, ...] = ()
    completed: date | None = None
    earlier_completed: date | None = None
    visits: tuple[Visit, ...] = ()


# --- what is proposed ---------------------------------------------------------------------------


class Question(Frozen):
    """Something that is not as the method has it: a question to two people, never an error.

    `rule` is its id in `trajectory.yaml`, or `dates` or `same_conversation`; `reason` says what
    in this course calls for it.
    """

    rule: str
    text: str
    reason: str


class Observation(Frozen):
    """A sign that someone can no longer do without the chat, with what shows it."""

    sign: Sign
    text: str
    reason: str


class TakeUp(Frozen):
    """One of the four questions to take up, and why."""

    id: str
    name: str
    wording: str
    reason: str


class When(Frozen):
    """Which meeting or update, counted from 1 each, and its day."""

    kind: PlanKind
    number: int
    on: date


class Earlier(Frozen):
    """What was said then."""

    when: When
    words: tuple[OwnWords, ...]


class CarriedQuestion(Frozen):
    """What was said so far to one of the four questions, the oldest first."""

    id: str
    name: str
    said: tuple[Earlier, ...]


class CarriedTheme(Frozen):
    """A topic of earlier meetings or updates."""

    id: str
    name: str
    when: tuple[When, ...]


class CarriedStep(Frozen):
    """An agreed step to come back to."""

    text: str
    when: When


class CarriedFlag(Frozen):
    """A flag that an earlier meeting left open, by its name in the chatter's language."""

    flag: OpenFlag
    name: str
    when: When


class CarryOver(Frozen):
    """What to begin with: what is still open first, the last meeting's before older ones."""

    flags: tuple[CarriedFlag, ...]
    questions: tuple[CarriedQuestion, ...]
    steps: tuple[CarriedStep, ...]
    themes: tuple[CarriedTheme, ...]


class MeetingPlan(Frozen):
    """A proposal for the next meeting or update: the two people decide.

    `number` counts meetings, or updates, from 1. `due` is when an update is due, `not_before` the
    day before which it would come sooner than the one before; both are None for a meeting.
    All texts are in the chatter's language.
    """

    kind: PlanKind
    number: int
    focus: str
    reasons: tuple[str, ...]
    take_up: tuple[TakeUp, ...]
    carry_over: CarryOver
    questions: tuple[Question, ...]
    observations: tuple[Observation, ...]
    notes: tuple[str, ...]
    due: date | None = None
    not_before: date | None = None


# --- supervision --------------------------------------------------------------------------------


class Coaching(Frozen):
    """A form of support with when it was last and when it is due; `id` as in `trajectory.yaml`."""

    id: str
    what: str
    every: str
    last: date | None
    due: date
    is_due: bool
    reason: str


class Pick(Frozen):
    """A chat worth discussing: `kind` is the first reason, `also` holds the others."""

    conversation: str
    on: date | None
    kind: PickKind
    also: tuple[PickKind, ...]
    reason: str
    evidence: tuple[Evidence, ...]


class TopicCount(Frozen):
    """In how many chats of a month a topic was named."""

    id: str
    name: str
    chats: int


class ElementCount(Frozen):
    """In how many chats of a month a CHIME-D element was heard from either."""

    id: str
    name: str
    visitor: int
    chatter: int


class TopicMonth(Frozen):
    """The topics of one month (`2025-03`, None if the chats hold no time), most often first."""

    month: str | None
    chats: int
    topics: tuple[TopicCount, ...]


class ChimeMonth(Frozen):
    """CHIME-D in one month, in the method's order: a view on the chats, no score of anyone."""

    month: str | None
    chats: int
    elements: tuple[ElementCount, ...]


class SupervisionPack(Frozen):
    """What a supervisor and a chatter may talk about, from that chatter's own chats."""

    picks: tuple[Pick, ...] = Field(max_length=8)
    topics: tuple[TopicMonth, ...]
    chime_d: tuple[ChimeMonth, ...]
    coaching: tuple[Coaching, ...]
    notes: tuple[str, ...]
