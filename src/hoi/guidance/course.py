"""The course of a talk: its phase, its pace, and what can be noticed from them without any rule."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from hoi.model.conversation import Message
from hoi.model.method import Phase

MINUTES = 40.0  # about what a talk lasts (Van Duijn & Van Os 2025)
OPENING_UNTIL, CLOSING_FROM = 0.2, 0.8  # shares of that time
MESSAGE_MINUTES = 1.0  # where times are missing, a message counts for so long
LONGEST_PAUSE = 20.0  # minutes: a longer gap is a clock that jumped, or a talk taken up again
SILENT = 5.0  # minutes without a word of the visitor
NEARLY_UP, LONG = 32.0, 50.0  # minutes
LENGTHS = 4  # visitor's messages whose length is remembered
SHORT = 3  # words
ONCE_LONG = 10  # words: short answers are news only from someone who wrote more before
GOODBYE_LASTS = 4  # messages: who then still talks had not left
WAITED = 6  # visitor's messages without a question by the chatter


class Course(NamedTuple):
    """What is remembered of how the talk went; bounded."""

    last: datetime | None = None
    minutes: float = 0.0
    timed: bool = False
    visitor: int = 0  # messages of each
    chatter: int = 0
    lengths: tuple[int, ...] = ()  # words of the visitor's last messages
    longest: int = 0
    unasked: int = 0  # visitor's messages since the chatter last asked something
    closes: int = 0  # messages for which a goodbye still counts
    pause: float = 0.0  # minutes before the last message

    @property
    def phase(self) -> Phase:
        """Opening, exploring or closing, by the time or by a goodbye."""
        if self.closes or self.minutes >= CLOSING_FROM * MINUTES:
            return "closing"
        return "opening" if self.minutes < OPENING_UNTIL * MINUTES else "exploring"

    def hear(self, message: Message, *, closes: bool) -> Course:
        """The course after one more message; `closes`: it says goodbye."""
        pause = self._pause(message)
        course = self._replace(
            last=_later(self.last, message.at),
            minutes=self.minutes + pause,
            timed=self.timed or message.at is not None,
            closes=GOODBYE_LASTS if closes else max(0, self.closes - 1),
            pause=pause,
        )
        if message.role == "chatter":
            asks = "?" in message.text
            return course._replace(chatter=self.chatter + 1, unasked=0 if asks else self.unasked)
        words = len(message.text.split())
        return course._replace(
            visitor=self.visitor + 1,
            lengths=(*self.lengths, words)[-LENGTHS:],
            longest=max(self.longest, words),
            unasked=self.unasked + 1,
        )

    def _pause(self, message: Message) -> float:
        """Minutes since the message before; a clock that jumps back or far ahead counts for one."""
        if message.at is None:
            return 0.0 if self.timed else MESSAGE_MINUTES
        if self.last is None:
            return 0.0
        passed = _minutes_between(self.last, message.at)
        return passed if 0 <= passed <= LONGEST_PAUSE else min(1.0, abs(passed))

    def situations(self) -> Iterator[str]:
        """The ids of what can be noticed now (advice.yaml, `seen_by: talk`)."""
        if self.visitor == 1 and not self.chatter:
            yield "first_message"
        if self.timed and self.pause >= SILENT:
            yield "silence"
        shrunk = len(self.lengths) == LENGTHS and max(self.lengths[1:]) <= SHORT
        if shrunk and self.longest >= ONCE_LONG:
            yield "short_answers"
        if self.timed and self.minutes >= LONG:
            yield "long_talk"
        elif self.timed and self.minutes >= NEARLY_UP:
            yield "time_nearly_up"
        if self.unasked >= WAITED and self.chatter:
            yield "nothing_asked_yet"


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    if one is None or other is None:
        return other or one
    return other if abs(_minutes_between(one, other)) > 0 else one


def _minutes_between(one: datetime, other: datetime) -> float:
    # A time with a zone cannot be compared with one without: then the clock's reading decides.
    if (one.tzinfo is None) != (other.tzinfo is None):
        one, other = one.replace(tzinfo=None), other.replace(tzinfo=None)
    return (other - one).total_seconds() / 60
