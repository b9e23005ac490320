"""From bytes to lines of text: UTF-8, and what is not UTF-8 as Windows-1252, with a mark."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from hoi.model.given import LONE_SURROGATE

FOREIGN = "some bytes are not UTF-8 and were read as Windows-1252; save the file as UTF-8"


class Line(NamedTuple):
    """A line with its number, from 1; `foreign` if it was not UTF-8."""

    number: int
    text: str
    foreign: bool


def lines_of(stream: Iterable[bytes]) -> Iterator[Line]:
    """The lines of `stream`, with their line ends."""
    for number, line in enumerate(stream, 1):
        marked = mark(line)
        yield Line(number, unmark(marked), is_foreign(marked))


def mark(data: bytes) -> str:
    """The text of `data`; each byte that is not UTF-8 is marked as a lone surrogate."""
    return data.decode("utf-8", "surrogateescape")


def is_foreign(marked: str) -> bool:
    """Was any byte of this no UTF-8?"""
    return LONE_SURROGATE.search(marked) is not None


def unmark(marked: str) -> str:
    """The text with marked bytes as Windows-1252 has them: character for character as long."""
    return marked.translate(_WESTERN) if is_foreign(marked) else marked


def _western(byte: int) -> str:
    try:
        return bytes([byte]).decode("cp1252")
    except UnicodeDecodeError:
        return chr(byte)  # the five that Windows-1252 leaves open, as in Latin-1


_WESTERN = {0xDC00 + byte: _western(byte) for byte in range(0x80, 0x100)}
