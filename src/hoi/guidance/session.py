"""A live conversation as a pure fold over readings: one message is one step.

`fold` is used for the live session and for archives alike, so replaying a conversation always
gives what living through it gave.
"""

from __future__ import annotations

from typing import NamedTuple

from hoi.model.conversation import Message
from hoi.reading.reader import Reader, Reading, Tail


class Heard(NamedTuple):
    """One message with its reading."""

    message: Message
    reading: Reading


def fold(reader: Reader, messages: tuple[Message, ...]) -> list[Heard]:
    """Read `messages` in order, each after those before it."""
    tail = Tail()
    heard = []
    for message in messages:
        reading = reader.read(message, tail)
        heard.append(Heard(message, reading))
        tail = reading.tail
    return heard
