"""What a talk leaves behind: a report for the visitor to keep, and one for the chatter to check.

Shapes only. The visitor's report holds no flags and no words of ours about danger: it is made to be
kept and shared. Names stand in both languages, so that either report can be shown in either.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from hoi.model.advice import WatchStatus
from hoi.model.base import Frozen, Language, Text
from hoi.model.tagged import Ending, Evidence, Experiencer, Tier, Time

Rating = Annotated[int, Field(strict=True, ge=1, le=5)]
FollowUpKind = Literal["broke_off", "no_goodbye", "never_confirmed", "open_again"]


class Made(Frozen):
    """What both reports say of themselves: their language, and with which data they were made.

    `status` is always `draft`: a person reads a report before it counts.
    """

    language: Language
    frameworks: str
    hoi: str
    status: Literal["draft"] = "draft"


# --- the visitor's ------------------------------------------------------------------------------


class Ratings(Frozen):
    """The visitor's marks, 1 to 5: was the talk meaningful, did it help? None: not given."""

    meaningful: Rating | None = None
    helped: Rating | None = None


class Answer(Frozen):
    """What the visitor said to one of the four questions, in the visitor's own words."""

    question: str
    name: Text
    words: tuple[str, ...]


class Turn(Frozen):
    """Where one can turn: by its name, how to reach it and when it is there."""

    name: Text
    how: Text
    hours: Text


class VisitorReport(Made):
    """For the visitor.

    `topics` are plain names; `own_words` are sentences of the visitor that show strength, a wish,
    hope or what helps; `steps` and `resources` are what the caller says was agreed and chosen.
    """

    topics: tuple[Text, ...]
    own_words: tuple[str, ...]
    answers: tuple[Answer, ...]
    steps: tuple[str, ...]
    resources: tuple[str, ...]
    turn_to: tuple[Turn, ...]
    ratings: Ratings


# --- the chatter's ------------------------------------------------------------------------------


class ProposedTopic(Frozen):
    """A topic that hoi proposes, with the words that show it: to be confirmed or changed."""

    id: str
    name: Text
    main: bool
    evidence: tuple[Evidence, ...]


class Handling(Frozen):
    """One thing that the chatter did about a flag, and why."""

    kind: Literal["confirm", "handle", "lower"]
    level: str | None
    reason: str


class HandledFlag(Frozen):
    """A flag that was to be passed on, as it stands at the end, with what was done about it.

    `evidence` is empty when the message that raised it was changed or taken back.
    """

    id: str
    name: Text
    level: str | None
    level_name: Text | None
    whose: Experiencer
    status: WatchStatus
    message: int
    evidence: tuple[Evidence, ...]
    actions: tuple[Handling, ...]


class AlsoHeard(Frozen):
    """A sign that was not one to pass on: weak, denied, long past, another's, or only shown."""

    id: str
    name: Text
    whose: Experiencer
    time: Time
    negated: bool
    tier: Tier
    messages: tuple[int, ...]


class QuestionCovered(Frozen):
    """One of the four questions: the messages that asked it, and that answered it."""

    id: str
    name: Text
    asked: tuple[int, ...]
    answered: tuple[int, ...]


class ElementCovered(Frozen):
    """A CHIME-D element: in how many messages each of the two showed it."""

    id: str
    name: Text
    visitor: int
    chatter: int


class FollowUp(Frozen):
    """Something that a person still has to look at.

    `broke_off`: the visitor left with this flag open; `no_goodbye`: the talk just stops with it
    open; `never_confirmed`: nobody confirmed it; `open_again`: it rose after it was dealt with.
    """

    kind: FollowUpKind
    flag: str
    name: Text
    level_name: Text | None
    whose: Experiencer


class ChatterReport(Made):
    """For the chatter, and for supervision. `minutes` is None where messages had no times."""

    topics: tuple[ProposedTopic, ...]
    flags: tuple[HandledFlag, ...]
    also_heard: tuple[AlsoHeard, ...]
    questions: tuple[QuestionCovered, ...]
    chime_d: tuple[ElementCovered, ...]
    resources: tuple[str, ...]
    accepted: int
    dismissed: int
    ending: Ending
    minutes: float | None
    reflection: str
    follow_up: tuple[FollowUp, ...]


class Report(Frozen):
    """Both reports of one talk."""

    visitor: VisitorReport
    chatter: ChatterReport
