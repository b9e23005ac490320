"""Sayings that nearly stand in a text, and what they lack: for whoever mends a rule.

Every saying is tried again with one thing let go (an element, the distance, a clause border, the
order, the end of a sentence), by the reader's own matching.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import log10
from typing import Literal, NamedTuple

from hoi.reading.concepts import Lexicon
from hoi.reading.matching import Index, Positions, Row
from hoi.reading.sayings import Saying, loosened, without
from hoi.reading.tokens import BREAK, Kind, Token

Lack = Literal["stop", "border", "far", "order", "missing", "question"]
TELLING = 4.0  # what is there must be as telling as a word in ten thousand


class Near(NamedTuple):
    """A saying that nearly stands: what it lacks, the words that are there, how telling they are.

    `slot` is the element that is not there, if that is what it lacks. `worth` compares sayings:
    the rarer the words that are there, and the commoner the one that is not, the more.
    """

    number: int
    lack: Lack
    slot: int | None
    row: Row
    positions: Positions
    worth: float


def near_sayings(
    index: Index,
    lexicon: Lexicon,
    numbers: Iterable[int],
    tokens: Sequence[Token],
    sentences: Sequence[Row],
) -> Iterator[Near]:
    """Those sayings of `numbers` that nearly stand in one of `sentences`, or across them.

    Args:
        index: of the sayings.
        lexicon: their elements.
        numbers: sayings that stand in none of the sentences.
        tokens: all of the text.
        sentences: the rows that it was read in.
    """
    whole = Row([BREAK if token.kind == Kind.STOP else token for token in tokens], 0, 0)
    fillable = {slot for token in tokens for slot in token.fills}
    for number in numbers:
        saying = index.saying(number)
        if sum(slot not in fillable for slot in saying.needed) > 1:
            continue
        found = _across(number, saying, whole, sentences) or next(
            (near for row in sentences if (near := _within(number, saying, row))), None
        )
        if found:
            worth = _worth(found, lexicon)
            if worth is not None:
                yield found._replace(worth=worth)


def _across(number: int, saying: Saying, whole: Row, sentences: Sequence[Row]) -> Near | None:
    """Does it stand where the ends of sentences are no obstacle?"""
    if len(sentences) < 2:
        return None
    return _if_stands(number, saying, whole, "stop")


def _within(number: int, saying: Saying, row: Row) -> Near | None:
    """Does it nearly stand in one sentence?"""
    missing = [slot for slot in saying.needed if not row.where(slot)]
    if len(missing) == 1:
        rest = without(saying, missing[0])
        return rest and _if_stands(number, rest, row, "missing", missing[0])
    if missing:
        return None
    return (
        _if_stands(number, loosened(saying, borders=False), row, "border")
        or _if_stands(number, loosened(saying, row.size, borders=False), row, "far")
        or Near(number, "order", None, row, _first_places(saying, row), 0.0)
    )


def _if_stands(
    number: int, saying: Saying, row: Row, lack: Lack, slot: int | None = None
) -> Near | None:
    positions = next(row.occurrences(saying), None)
    return None if positions is None else Near(number, lack, slot, row, positions, 0.0)


def _first_places(saying: Saying, row: Row) -> Positions:
    """Where each element stands first."""
    stretches = (row.where(slot)[0] for slot in saying.needed)
    return tuple(sorted({place for start, end in stretches for place in range(start, end)}))


def _worth(near: Near, lexicon: Lexicon) -> float | None:
    there = sum(-log10(lexicon.share(near.row.tokens[at].form)) for at in near.positions)
    lost = 0.0 if near.slot is None else max(0.0, -log10(lexicon.weight(near.slot)))
    return there - lost if there >= max(TELLING, lost) else None
