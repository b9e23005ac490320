"""A talk as messages with their readings, each read after those before it."""

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
