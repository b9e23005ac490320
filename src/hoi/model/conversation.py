"""What goes in: messages, the intake form, conversations."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from hoi.model.base import Frozen, Language

Role = Literal["visitor", "chatter"]
AgeBand = Literal["10-20", "21-30", "31-40", "41-50", "50+"]
Gender = Literal["woman", "man", "other"]
Need = Literal["reassurance", "advice", "contact", "other"]


class Message(Frozen):
    """One typed message. `at` may be missing; it is never needed to read the text.

    `id` is the platform's own, if it has one: a message that comes twice is then known again.
    """

    role: Role = "visitor"
    text: str
    at: datetime | None = None
    id: str | None = None


class Intake(Frozen):
    """The form before the chat; every field may be left empty.

    Age bands are those of the form in Van Duijn & Van Os 2025 (Tijdschrift voor Psychiatrie
    67(5), figure 1); 50 falls in two of its labels and counts here as `41-50`.
    """

    username: str | None = None
    age_band: AgeBand | None = None
    language: Language | None = None
    gender: Gender | None = None
    need: Need | None = None
    need_text: str | None = None
    topic: str | None = None


class Conversation(Frozen):
    """One chat. `extra` holds the keys of the input that hoi does not know; they come back out."""

    id: str
    language: str | None = None
    intake: Intake | None = None
    messages: tuple[Message, ...] = ()
    extra: dict[str, Any] = Field(default_factory=dict)
