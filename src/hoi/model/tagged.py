"""What comes out: a tagged conversation (the stable contract; see `hoi schema`)."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from hoi.model.base import Frozen

SuicidalityLevel = Literal["passive_wish", "active_thoughts", "method", "intent_or_plan", "acute"]
LEVELS: tuple[SuicidalityLevel, ...] = (
    "passive_wish",
    "active_thoughts",
    "method",
    "intent_or_plan",
    "acute",
)
Experiencer = Literal["self", "other"]
Time = Literal["current", "past", "hypothetical"]
Tier = Literal["flag", "ask"]
Ending = Literal["normal", "abrupt", "open"]


class Evidence(Frozen):
    """Words that show a finding.

    `message` counts from 0; `start` and `end` count Unicode code points in that message's text as
    it came in, so `text == messages[message].text[start:end]`. `rule` is the rule that found it,
    `cue` the id of a cue that changed how it was read (null for the finding's own words).
    """

    message: int
    start: int
    end: int
    text: str
    rule: str
    cue: str | None = None


class TopicTag(Frozen):
    """One of the 22 topics that the talk was about; `main` for at most one of them."""

    id: str
    main: bool
    weight: float
    evidence: tuple[Evidence, ...]


class FlagTag(Frozen):
    """Something that the chatter must not carry alone, or should ask about.

    `tier` is `flag` (pass it on) or `ask` (ask openly about it). `escalate` says "pass this on".
    A denied, past or other person's finding is kept with its qualifiers.
    """

    id: str
    level: str | None
    kind: str | None
    experiencer: Experiencer
    time: Time
    negated: bool
    tier: Tier
    escalate: bool
    message: int
    dimensions: tuple[str, ...]
    evidence: tuple[Evidence, ...]


class QuestionTag(Frozen):
    """One of the four questions: messages in which it was asked, and answered."""

    id: str
    asked: tuple[int, ...]
    answered: tuple[int, ...]


class ChimeTag(Frozen):
    """A CHIME-D element: what the visitor said of it and what the chatter did for it."""

    id: str
    visitor: tuple[Evidence, ...]
    chatter: tuple[Evidence, ...]


class LifeStageTag(Frozen):
    """The life stage as a view on the talk, never a verdict.

    `by` is `themes` (words in the talk), `age` (only the age band of the intake) or `unclear`
    (then `id` is null).
    """

    id: str | None
    by: Literal["themes", "age", "unclear"]
    alternatives: tuple[str, ...]
    evidence: tuple[Evidence, ...]


class TaggedConversation(Frozen):
    """A conversation with what hoi read in it."""

    id: str
    language: str | None
    topics: tuple[TopicTag, ...]
    flags: tuple[FlagTag, ...]
    hoi_questions: tuple[QuestionTag, ...]
    chime_d: tuple[ChimeTag, ...]
    life_stage: LifeStageTag
    ending: Ending
    frameworks: str
    hoi: str
    extra: dict[str, Any] = Field(default_factory=dict)
