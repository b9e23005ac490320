"""Finds which sayings occur in a row of tokens.

Sayings are looked up by their rarest element: a message without it costs nothing, so thousands of
sayings stay cheap. Matching itself is a small backtracking walk.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Generic, NamedTuple, TypeVar

from hoi.reading.concepts import ALWAYS, ANY, KnownPhrase, Lexicon
from hoi.reading.sayings import Saying, Step
from hoi.reading.tokens import Kind, Token

FILLERS_AT_MOST = 2
GROUP_GAP = 5
LIGHT = (Kind.FILLER, Kind.SOFT)
NO_SLOTS: frozenset[int] = frozenset()
WORDS_REMEMBERED = 50_000
Owner = TypeVar("Owner")
Positions = tuple[int, ...]
Arc = tuple[frozenset[int], int]


class Row:
    """Tokens in a row, with the phrases of several words found in them as extra arcs."""

    __slots__ = ("arcs", "arcs_back", "kinds", "present", "size", "slots", "tokens")

    def __init__(self, tokens: Sequence[Token], present: set[int], lexicon: Lexicon) -> None:
        self.tokens = tokens
        self.size = len(tokens)
        self.slots = [token.slots for token in tokens]
        self.kinds = [token.kind for token in tokens]
        self.present = present
        present.add(ALWAYS)
        self.arcs: dict[int, list[Arc]] = {}
        self.arcs_back: dict[int, list[Arc]] = {}
        for place, token in enumerate(tokens):
            if token.before or token.after:
                self._find_phrases(place, token, lexicon.phrases)

    def _find_phrases(self, place: int, token: Token, phrases: Sequence[KnownPhrase]) -> None:
        for number in (*self._near(token.before, place, -1), *self._near(token.after, place, 1)):
            words, anchor, slots, indexed = phrases[number]
            start = self._extend(words[:anchor], place, -1) if anchor else place
            if start is None:
                continue
            end = self._extend(words[anchor + 1 :], place, 1)
            if end is not None:
                self.arcs.setdefault(start, []).append((slots, end + 1))
                self.arcs_back.setdefault(end + 1, []).append((slots, start))
                self.present |= indexed

    def _near(self, wanted: Mapping[int, tuple[int, ...]], place: int, way: int) -> Sequence[int]:
        """The phrases whose word next to the one at `place` is there, fillers skipped."""
        if not wanted:
            return ()
        near: list[int] = [*wanted[ANY]] if ANY in wanted else []
        for _ in range(FILLERS_AT_MOST + 1):
            place += way
            if not 0 <= place < self.size:
                break
            if not wanted.keys().isdisjoint(self.slots[place]):
                for slot in wanted.keys() & self.slots[place]:
                    near += wanted[slot]
            if self.kinds[place] not in LIGHT:
                break
        return near

    def _extend(self, words: tuple[int, ...], place: int, way: int) -> int | None:
        """The last place of `words`, found next to `place` going forth (1) or back (-1)."""
        for word in words if way > 0 else words[::-1]:
            skipped = 0
            place += way
            while 0 <= place < self.size and word not in self.slots[place]:
                if word == ANY and self.kinds[place] <= Kind.FILLER:
                    break
                if self.kinds[place] not in LIGHT or skipped == FILLERS_AT_MOST:
                    return None
                skipped += 1
                place += way
            if not 0 <= place < self.size:
                return None
        return place

    def around(self, saying: Saying, start: int, end: int) -> Positions | None:
        """The places of the saying's tokens, if its rarest element is at [start, end)."""
        slots = saying.steps[saying.anchor].slots
        others = slots[1:] if slots[0] == saying.slot else _without(slots, saying.slot)
        return self._group(saying.steps, saying.anchor, others, start, end)

    def occurrences(self, saying: Saying) -> Iterator[Positions]:
        """The places of the tokens that make up the saying, once for each rarest element."""
        slot = saying.slot
        places = [(at, at + 1) for at, slots in enumerate(self.slots) if slot in slots]
        for start, arcs in self.arcs.items():
            places += [(start, end) for slots, end in arcs if slot in slots]
        for start, end in places:
            found = self.around(saying, start, end)
            if found is not None:
                yield found

    def must_be(self, place: int, edge: int) -> frozenset[int] | None:
        """What the token at `place`, beside an element that ends at `edge`, can fill.

        None where that does not settle it: a filler may be skipped, a phrase may stand there.
        """
        if not 0 <= place < self.size:
            return NO_SLOTS
        if self.kinds[place] in LIGHT or edge in self.arcs or edge in self.arcs_back:
            return None
        return self.slots[place]

    def same_sentence(self, one: Positions, other: Positions) -> bool:
        """Is there no full stop between these places?"""
        first, last = min(one[0], other[0]), max(one[-1], other[-1])
        return Kind.STOP not in self.kinds[first:last]

    def _group(
        self, steps: tuple[Step, ...], middle: int, others: tuple[int, ...], start: int, end: int
    ) -> Positions | None:
        """The whole saying around its middle step, of which [start, end) is found already."""
        if not others:
            before = self._back(steps, middle, start)
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
            for slot in step.slots:
                others = _without(step.slots, slot)
                for start, end in self._ahead(slot, place, step.gap):
                    found = self._unordered_ahead(steps, index, others, end)
                    if found is not None:
                        return (*range(start, end), *found)
            return None
        for start, end in self._ahead(step.slots[0], place, step.gap):
            rest = self._forth(steps, index + 1, end)
            if rest is not None:
                return (*range(start, end), *rest)
        return self._forth(steps, index + 1, place) if step.optional else None

    def _unordered_ahead(
        self, steps: tuple[Step, ...], index: int, others: tuple[int, ...], place: int
    ) -> Positions | None:
        if not others:
            return self._forth(steps, index + 1, place)
        for slot in others:
            rest = _without(others, slot)
            for start, end in self._ahead(slot, place, GROUP_GAP):
                found = self._unordered_ahead(steps, index, rest, end)
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
        if step.optional:
            return self._back(steps, index - 1, place, gap)
        return None

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

    def _ahead(self, slot: int, place: int, gap: int) -> Iterator[tuple[int, int]]:
        """Where `slot` is filled at or after `place`, at most `gap` words on."""
        words = fillers = 0
        while place < self.size:
            kind = self.kinds[place]
            if slot in self.slots[place] or (slot == ANY and kind <= Kind.FILLER):
                yield place, place + 1
            if place in self.arcs:
                for slots, end in self.arcs[place]:
                    if slot in slots:
                        yield place, end
            if kind >= Kind.COMMA and (kind == Kind.STOP or not gap):
                return
            if kind == Kind.FILLER and fillers < FILLERS_AT_MOST:
                fillers += 1
            elif kind <= Kind.FILLER:
                if words >= gap:
                    return
                words += 1
            place += 1

    def _behind(self, slot: int, place: int, gap: int) -> Iterator[tuple[int, int]]:
        """Where `slot` is filled before `place`, at most `gap` words back."""
        words = fillers = 0
        while place > 0:
            kind = self.kinds[place - 1]
            if slot in self.slots[place - 1] or (slot == ANY and kind <= Kind.FILLER):
                yield place - 1, place
            if place in self.arcs_back:
                for slots, start in self.arcs_back[place]:
                    if slot in slots:
                        yield start, place
            if kind >= Kind.COMMA and (kind == Kind.STOP or not gap):
                return
            if kind == Kind.FILLER and fillers < FILLERS_AT_MOST:
                fillers += 1
            elif kind <= Kind.FILLER:
                if words >= gap:
                    return
                words += 1
            place -= 1

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
    at = slots.index(slot)
    return slots[:at] + slots[at + 1 :]


class Match(NamedTuple, Generic[Owner]):
    """A saying's owner (a rule, a cue) found at these places."""

    owner: Owner
    positions: Positions


class Entry(NamedTuple, Generic[Owner]):
    """A saying with its owner, and the slot that must be filled right beside its rarest element.

    `way` is -1 or 1 for the word before or after it, 0 if nothing need stand right beside it.
    """

    way: int
    beside: int
    saying: Saying
    owner: Owner


class Index(Generic[Owner]):
    """Sayings with their owners, looked up by the words that can fill their rarest element."""

    def __init__(self) -> None:
        self._by_slot: dict[int, dict[int, list[Entry[Owner]]]] = defaultdict(dict)
        self._by_word: dict[str, dict[int, list[Entry[Owner]]]] = {}

    def add(self, saying: Saying, owner: Owner) -> None:
        """Take in one saying."""
        entry = Entry(*_beside(saying), saying, owner)
        self._by_slot[saying.slot].setdefault(saying.second, []).append(entry)

    def search(self, row: Row, fresh: int = 0) -> list[Match[Owner]]:
        """Every saying's occurrences that reach to place `fresh` or beyond, in no order."""
        found: list[Match[Owner]] = []
        for place, token in enumerate(row.tokens):
            if token.slots:
                entries = self._by_word.get(token.form)
                if entries is None:
                    entries = self._entries(token)
                if entries:
                    _try(row, place, place + 1, entries, fresh, found)
        by_slot = self._by_slot
        for start, arcs in row.arcs.items():
            for slots, end in arcs:
                for slot in by_slot.keys() & slots:
                    _try(row, start, end, by_slot[slot], fresh, found)
        return found

    def _entries(self, token: Token) -> dict[int, list[Entry[Owner]]]:
        entries: dict[int, list[Entry[Owner]]] = {}
        for slot in sorted(token.slots):
            for second, sayings in self._by_slot.get(slot, {}).items():
                entries.setdefault(second, []).extend(sayings)
        if len(self._by_word) >= WORDS_REMEMBERED:
            self._by_word.clear()
        self._by_word[token.form] = entries
        return entries


def _try(
    row: Row,
    start: int,
    end: int,
    entries: Mapping[int, Sequence[Entry[Owner]]],
    fresh: int,
    found: list[Match[Owner]],
) -> None:
    """Try the sayings whose rarest element is at [start, end); the cheap tests come first."""
    seconds = entries.keys() & row.present
    if not seconds:
        return
    before, after = row.must_be(start - 1, start), row.must_be(end, end)
    for second in seconds:
        for way, beside, saying, owner in entries[second]:
            if way < 0:
                if before is not None and beside not in before:
                    continue
            elif way and after is not None and beside not in after:
                continue
            positions = row.around(saying, start, end)
            if positions is not None and positions[-1] >= fresh:
                found.append(Match(owner, positions))


def _beside(saying: Saying) -> tuple[int, int]:
    """The direction and slot of a word that must stand right beside the rarest element."""
    steps, at = saying.steps, saying.anchor
    if len(steps[at].slots) > 1:
        return 0, ANY
    if at + 1 < len(steps) and _is_fixed(steps[at + 1]) and not steps[at + 1].gap:
        return 1, steps[at + 1].slots[0]
    if at and _is_fixed(steps[at - 1]) and not steps[at].gap:
        return -1, steps[at - 1].slots[0]
    return 0, ANY


def _is_fixed(step: Step) -> bool:
    return len(step.slots) == 1 and not step.optional and step.slots[0] != ANY
