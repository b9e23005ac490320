"""Finds which sayings occur in a sentence.

First a sieve: of each saying the three rarest elements must be filled by words of the sentence,
which one "and" of large whole numbers tells for all sayings at once. Only what is left is matched,
by a small backtracking walk around the rarest element (docs/decisions/0007-sieve.md).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from operator import or_
from typing import NamedTuple

from hoi.reading.concepts import ANY
from hoi.reading.sayings import Saying, Step
from hoi.reading.tokens import COMMA_COST, FILLER_COST, Kind, Phrase, Token

FILLERS_AT_MOST = 2
GROUP_GAP = 5
LANES = 3
LIGHT = (Kind.FILLER, Kind.SOFT)
Positions = tuple[int, ...]
Stretch = tuple[int, int]


class Row:
    """The tokens of one sentence, and where in it each element of sayings is filled.

    A stretch is a pair of places: from the first token up to, not including, the second. Nothing
    reaches over the end of a sentence, so a row is all there is to look at.
    """

    __slots__ = (
        "_costs",
        "_fills",
        "_stretches",
        "candidates",
        "kinds",
        "offset",
        "size",
        "tokens",
    )

    def __init__(self, tokens: Sequence[Token], offset: int, candidates: int) -> None:
        """`offset`: the place of the first token in its line; `candidates`: see `Index.sift`."""
        self.tokens = tokens
        self.offset = offset
        self.candidates = candidates
        self.size = len(tokens)
        self.kinds = [token.kind for token in tokens]
        self._fills = [token.fills for token in tokens]
        self._costs = [0]
        total = 0
        for token in tokens:
            total += token.cost
            self._costs.append(total)
        self._stretches: dict[int, list[Stretch]] = {}

    def occurrences(self, saying: Saying) -> Iterator[Positions]:
        """The places of the tokens that make up the saying, once for each rarest element."""
        steps, anchor, slot = saying.steps, saying.anchor, saying.slot
        others = _without(steps[anchor].slots, slot)
        for start, end in self.where(slot):
            found = self._group(steps, anchor, others, start, end)
            if found is not None:
                yield found

    def where(self, slot: int) -> list[Stretch]:
        """Every stretch that fills `slot`, first to last."""
        found = self._stretches.get(slot)
        if found is None:
            found = self._stretches[slot] = self._look(slot)
        return found

    def is_phrase_at(self, place: int, slot: int) -> bool:
        """Does a term of several words that fills `slot` stand around the token at `place`?"""
        return any(self._phrases(place, self._fills[place][slot]))

    def _look(self, slot: int) -> list[Stretch]:
        if slot == ANY:
            return [(at, at + 1) for at, kind in enumerate(self.kinds) if kind <= Kind.FILLER]
        found = []
        for at in [at for at, fills in enumerate(self._fills) if slot in fills]:
            token = self.tokens[at]
            if slot in token.slots:
                found.append((at, at + 1))
            phrases = token.fills[slot]
            if phrases:
                found += self._phrases(at, phrases)
        return found if len(found) < 2 else sorted(found)

    def _phrases(self, place: int, phrases: Iterable[Phrase]) -> Iterator[Stretch]:
        """Those of `phrases` that stand around their rarest word, which stands at `place`."""
        for words, anchor in phrases:
            start = self._extend(words[:anchor], place, -1) if anchor else place
            if start is None:
                continue
            end = self._extend(words[anchor + 1 :], place, 1)
            if end is not None:
                yield start, end + 1

    def _extend(self, words: tuple[int, ...], place: int, way: int) -> int | None:
        """The last place of `words`, found next to `place` going forth (1) or back (-1)."""
        for word in words if way > 0 else words[::-1]:
            skipped = 0
            place += way
            while 0 <= place < self.size and word not in self.tokens[place].slots:
                if word == ANY and self.kinds[place] <= Kind.FILLER:
                    break
                if self.kinds[place] not in LIGHT or skipped == FILLERS_AT_MOST:
                    return None
                skipped += 1
                place += way
            if not 0 <= place < self.size:
                return None
        return place

    def _near(self, start: int, end: int, gap: int) -> bool:
        """Do at most `gap` words stand between the places `start` and `end`?

        Two fillers are free, and signs that part no clause; a comma is crossed by a gap only.
        """
        cost = self._costs[end] - self._costs[start]
        if cost <= gap:
            return True
        words, fillers = cost % FILLER_COST, cost % COMMA_COST // FILLER_COST
        crossed = cost >= COMMA_COST
        return words + max(0, fillers - FILLERS_AT_MOST) <= gap and (gap > 0 or not crossed)

    def _ahead(self, slot: int, place: int, gap: int) -> Iterator[Stretch]:
        """Where `slot` is filled at or after `place`, at most `gap` words on; nearest first."""
        for stretch in self.where(slot):
            if stretch[0] >= place and self._near(place, stretch[0], gap):
                yield stretch

    def _behind(self, slot: int, place: int, gap: int) -> Iterator[Stretch]:
        """Where `slot` is filled before `place`, at most `gap` words back; nearest first."""
        for stretch in reversed(self.where(slot)):
            if stretch[1] <= place and self._near(stretch[1], place, gap):
                yield stretch

    def _group(
        self, steps: tuple[Step, ...], middle: int, others: tuple[int, ...], start: int, end: int
    ) -> Positions | None:
        """The whole saying around its middle step, of which [start, end) is found already."""
        if not others:
            before = self._back(steps, middle, start) if middle else ()
            if before is None:
                return None
            after = self._forth(steps, middle + 1, end)
            return None if after is None else (*before, *range(start, end), *after)
        for other in others:
            left = _without(others, other)
            for s, e in (
                *self._ahead(other, end, GROUP_GAP),
                *self._behind(other, start, GROUP_GAP),
            ):
                whole = self._group(steps, middle, left, min(s, start), max(e, end))
                if whole is not None:
                    inner = {*range(start, end), *range(s, e)}
                    outer = (place for place in whole if not min(s, start) <= place < max(e, end))
                    deeper = (place for place in whole if place in inner)
                    return tuple(sorted({*outer, *deeper}))
        return None

    def _forth(self, steps: tuple[Step, ...], index: int, place: int) -> Positions | None:
        """The places of the steps from `index` on, from `place` on."""
        if index == len(steps):
            return ()
        step = steps[index]
        if step.border:
            at = self._border_ahead(place, step.gap)
            return None if at is None else self._forth(steps, index + 1, at)
        if len(step.slots) > 1:
            return self._unordered(steps, index, step.slots, place, step.gap)
        for start, end in self._ahead(step.slots[0], place, step.gap):
            rest = self._forth(steps, index + 1, end)
            if rest is not None:
                return (*range(start, end), *rest)
        return self._forth(steps, index + 1, place) if step.optional else None

    def _unordered(
        self, steps: tuple[Step, ...], index: int, others: tuple[int, ...], place: int, gap: int
    ) -> Positions | None:
        if not others:
            return self._forth(steps, index + 1, place)
        for slot in others:
            rest = _without(others, slot)
            for start, end in self._ahead(slot, place, gap):
                found = self._unordered(steps, index, rest, end, GROUP_GAP)
                if found is not None:
                    return (*range(start, end), *found)
        return None

    def _back(
        self, steps: tuple[Step, ...], index: int, place: int, least_gap: int = 0
    ) -> Positions | None:
        """The places of the steps before `index`, which begins at `place`."""
        if index == 0:
            return ()
        gap, step = max(steps[index].gap, least_gap), steps[index - 1]
        if step.border:
            at = self._border_behind(place, gap)
            return None if at is None else self._back(steps, index - 1, at)
        if len(step.slots) > 1:
            return self._unordered_behind(steps, index - 1, step.slots, place, gap)
        for start, end in self._behind(step.slots[0], place, gap):
            rest = self._back(steps, index - 1, start)
            if rest is not None:
                return (*rest, *range(start, end))
        return self._back(steps, index - 1, place, gap) if step.optional else None

    def _unordered_behind(
        self, steps: tuple[Step, ...], index: int, others: tuple[int, ...], place: int, gap: int
    ) -> Positions | None:
        if not others:
            return self._back(steps, index, place)
        for slot in others:
            rest = _without(others, slot)
            for start, end in self._behind(slot, place, gap):
                found = self._unordered_behind(steps, index, rest, start, GROUP_GAP)
                if found is not None:
                    return (*found, *range(start, end))
        return None

    def _border_ahead(self, place: int, gap: int) -> int | None:
        for at in range(place, min(place + gap, self.size) + 1):
            after = at
            while after < self.size and self.kinds[after] >= Kind.SOFT:
                after += 1
            if after > at or at in (0, self.size):
                return after
        return None

    def _border_behind(self, place: int, gap: int) -> int | None:
        for at in range(place, max(place - gap, 0) - 1, -1):
            before = at
            while before > 0 and self.kinds[before - 1] >= Kind.SOFT:
                before -= 1
            if before < at or at == 0:
                return before
        return None


def _without(slots: tuple[int, ...], slot: int) -> tuple[int, ...]:
    if len(slots) == 1:
        return ()
    at = slots.index(slot)
    return slots[:at] + slots[at + 1 :]


class Match(NamedTuple):
    """A saying, by its number, found at these places of a row."""

    saying: int
    positions: Positions


class Index:
    """All sayings, each with a number, and the sieve that tells which could stand in a sentence.

    A set of sayings is a whole number with one bit a saying. A word carries three such sets side by
    side: the sayings of which it can fill the rarest element, the next rarest, and the third.
    """

    def __init__(self) -> None:
        self._sayings: list[Saying] = []
        self._lanes: list[dict[int, list[int]]] = [defaultdict(list) for _ in range(LANES)]

    def add(self, saying: Saying) -> int:
        """Take in one saying; returns its number."""
        number = len(self._sayings)
        self._sayings.append(saying)
        for lane, wanted in enumerate(self._lanes):
            wanted[saying.needed[min(lane, len(saying.needed) - 1)]].append(number)
        return number

    def saying(self, number: int) -> Saying:
        """The saying with this number."""
        return self._sayings[number]

    def needs(self, slots: Iterable[int]) -> int:
        """The three sets, side by side, of the sayings that need one of `slots`."""
        width = len(self._sayings)
        bits = bytearray(LANES * width // 8 + 1)
        for lane, wanted in enumerate(self._lanes):
            for slot in wanted.keys() & slots:
                for number in wanted[slot]:
                    place = lane * width + number
                    bits[place >> 3] |= 1 << (place & 7)
        return int.from_bytes(bits, "little")

    def sift(self, tokens: Iterable[Token]) -> int:
        """The set of the sayings whose three rarest elements are all among `tokens`."""
        needs = reduce(or_, [token.needs for token in tokens], 0)
        if not needs:
            return 0
        width = len(self._sayings)
        return needs & (needs >> width) & (needs >> 2 * width)

    def search(self, row: Row, among: int) -> list[Match]:
        """The occurrences in `row` of those sayings that are in the set `among`."""
        found = []
        left = row.candidates & among
        while left:
            lowest = left & -left
            left ^= lowest
            number = lowest.bit_length() - 1
            for positions in row.occurrences(self._sayings[number]):
                found.append(Match(number, positions))
        return found
