"""What the words of a message weigh together: scorecards of small whole numbers.

A saying tells what was said; a scorecard adds up what hints at it. It is a linear model that can be
read, corrected and explained line by line (docs/decisions/0008-scorecards.md).

All scorecards of a language are added up at once: the points of a sign for every card stand side by
side in one whole number, one lane a card.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise
from math import sqrt
from typing import NamedTuple

from hoi.errors import Problem
from hoi.model.method import Scorecard
from hoi.reading.matching import Positions, Row
from hoi.reading.normalise import fold
from hoi.reading.tokens import EDGE, Token

USUAL = 100  # signs in a message of usual length, about twenty words
SHORTEST = 60  # about twelve words: one word must not decide on a flag
FINE = 64  # parts in which the correction for length is counted
LANE = 32  # bits of a lane; sums stay far below half of it
HALF = 1 << (LANE - 1)
LANE_MASK = (1 << LANE) - 1
POINTS_AT_MOST = 400
STEM = 5  # letters of a word's beginning that is a sign of its own
SHOWN_AT_MOST = 3  # stretches of text that show what a scorecard weighed
LOOKED_AT = 5
GAP = " .. "
# What most lines are: surely right, and soon seen to be.
PLAIN_LINE = re.compile(r"-?(?:[1-9][0-9]?|[1-3][0-9]{2}) [a-z]+(?:(?: | \.\. )[a-z]+)?")


class Share(NamedTuple):
    """What one sign adds to a card's points."""

    sign: str
    points: int


class Weighed(NamedTuple):
    """A scorecard that reached its `ask_at`, and the points it came to."""

    card: Scorecard
    points: int

    @property
    def is_strong(self) -> bool:
        """Is it enough to flag?"""
        return self.points >= self.card.flag_at


class Scales:
    """The scorecards of one language, ready to weigh messages."""

    def __init__(
        self, language: str, cards: Sequence[Scorecard], concepts: Collection[str]
    ) -> None:
        """`concepts`: the names that a sign may put in braces."""
        self.language = language
        self._cards = tuple(cards)
        self._lanes = {card.id: lane for lane, card in enumerate(cards)}
        self._points: dict[str, int] = {}
        self.problems: list[Problem] = []
        self._halves = sum(HALF << lane * LANE for lane in range(len(cards)))
        self._wanted = sum(card.ask_at << lane * LANE for lane, card in enumerate(cards))
        self.decided = frozenset(c.raises for c in cards if c.decides and is_main(c))
        for lane, card in enumerate(cards):
            self._take(card, lane, concepts)

    @property
    def signs(self) -> Collection[str]:
        """All signs that have points on a card."""
        return self._points.keys()

    def _take(self, card: Scorecard, lane: int, concepts: Collection[str]) -> None:
        seen: set[str] = set()
        for line in card.points:
            number, _, sign = line.text.partition(" ")
            sign = sign.strip()
            wrong = None if PLAIN_LINE.fullmatch(line.text) else _wrong(number, sign, concepts)
            wrong = "stands twice" if sign in seen else wrong
            if wrong:
                place = card.place._replace(line=line.number)
                self.problems.append(Problem("points", f"'{line.text}': {wrong}", place))
            else:
                seen.add(sign)
                self._points[sign] = self._points.get(sign, 0) + (int(number) << lane * LANE)

    def weigh(self, signs: Collection[str]) -> list[Weighed]:
        """The cards that reach their `ask_at` with these signs (each counted once)."""
        points = self._points
        together = sum([points[sign] for sign in signs if sign in points])
        length = _length(signs)
        reached = (FINE * together - self._wanted * length + self._halves) & self._halves
        if not reached:
            return []
        together += self._halves
        return [
            Weighed(card, _lane(together, lane) * FINE // length)
            for lane, card in enumerate(self._cards)
            if reached >> (lane * LANE + LANE - 1) & 1
        ]

    def points(self, signs: Collection[str]) -> list[Weighed]:
        """What every card comes to with these signs, whether it reaches its `ask_at` or not."""
        together = self._halves + sum(self._points.get(sign, 0) for sign in signs)
        length = _length(signs)
        return [
            Weighed(card, _lane(together, lane) * FINE // length)
            for lane, card in enumerate(self._cards)
        ]

    def telling(
        self, card: Scorecard, tokens: Sequence[Token], signs: Iterable[str]
    ) -> list[Positions]:
        """Where the signs stand that weigh most for a card, the first few."""
        points = sorted((-number, sign) for number, sign in self._of(card, signs) if number > 0)
        row = Row(tokens, 0, 0)
        forms = [token.form for token in tokens]
        found = (_places(sign, row, forms) for _, sign in points[:LOOKED_AT])
        return [places for places in found if places][:SHOWN_AT_MOST]

    def shares(self, card: Scorecard, signs: Iterable[str]) -> list[Share]:
        """What each sign adds to a card, the most telling first."""
        found = [Share(sign, points) for points, sign in self._of(card, signs) if points]
        return sorted(found, key=lambda share: (-share.points, share.sign))

    def _of(self, card: Scorecard, signs: Iterable[str]) -> list[tuple[int, str]]:
        """The points that the signs have on a card, 0 for those of other cards."""
        lane, points, halves = self._lanes[card.id], self._points, self._halves
        return [(_lane(points[sign] + halves, lane), sign) for sign in signs if sign in points]


def is_shown(card: Scorecard) -> bool:
    """Does the card make a finding of its own, with words to show for it?"""
    return card.level is None and card.kind is None


def is_main(card: Scorecard) -> bool:
    """Does the card decide on the writer's own flag of now, or on a topic?"""
    return is_shown(card) and (card.experiencer, card.time) == ("self", "current")


def signs_in(tokens: Sequence[Token], raised: Iterable[str] = ()) -> set[str]:
    """The signs in a row of tokens, and those of the rules.

    Words, beginnings of longer words (`zelfm*`), neighbouring words (`niet meer`), words with one
    or two between them (`niet .. meer`), and concepts (`{means}`).
    """
    forms = [EDGE, *[token.form for token in tokens], EDGE]
    signs = {f"{one} {next_}" for one, next_ in pairwise(forms)}
    signs.update(forms)
    signs.update([f"{form[:STEM]}*" for form in forms if len(form) > STEM])
    signs.update([f"{a} .. {b}" for a, b in zip(forms, forms[2:], strict=False)])
    signs.update([f"{a} .. {b}" for a, b in zip(forms, forms[3:], strict=False)])
    signs.update(*[token.names for token in tokens])
    signs.update(raised)
    row: Row | None = None
    for place, token in enumerate(tokens):
        for name, slots in token.phrased.items():
            if name not in signs:
                row = row or Row(tokens, 0, 0)
                if any(row.is_phrase_at(place, slot) for slot in slots):
                    signs.add(name)
    return signs


def length_of(signs: Collection[str]) -> float:
    """How long a message is beside a usual one; very short ones count as `SHORTEST`."""
    return sqrt(max(len(signs), SHORTEST) / USUAL)


def _length(signs: Collection[str]) -> int:
    return round(FINE * length_of(signs))


def _places(sign: str, row: Row, forms: Sequence[str]) -> Positions:
    """Where a sign stands first; nowhere for what rules said."""
    if sign.startswith("{"):
        return _concept_places(sign, row)
    if sign in forms:
        return (forms.index(sign),)
    if sign.endswith("*"):
        return tuple(at for at, form in enumerate(forms) if form.startswith(sign[:-1]))[:1]
    words = [word for word in sign.replace(GAP, " ").split(" ") if word != EDGE]
    steps = (2, 3) if GAP in sign else (1,)
    for at in [at for at, form in enumerate(forms) if words and form == words[0]]:
        for step in steps:
            places = tuple(range(at, at + step * len(words), step))
            if [forms[place] for place in places if place < len(forms)] == words:
                return places
    return ()


def _concept_places(sign: str, row: Row) -> Positions:
    for place, token in enumerate(row.tokens):
        if sign in token.names:
            return (place,)
        for slot in token.phrased.get(sign, ()):
            if row.where(slot):
                return tuple(range(*row.where(slot)[0]))
    return ()


def _lane(halved: int, lane: int) -> int:
    """The points of one card in a sum to which half of every lane was added."""
    return (halved >> lane * LANE & LANE_MASK) - HALF


def _wrong(number: str, sign: str, concepts: Collection[str]) -> str | None:
    try:
        points = int(number)
    except ValueError:
        return "write a whole number, a blank and a sign"
    if not sign:
        return "a sign must follow the number"
    if not points or abs(points) > POINTS_AT_MOST:
        return f"points are between -{POINTS_AT_MOST} and {POINTS_AT_MOST}, and not 0"
    if sign.startswith("{") and sign[1:-1] not in concepts:
        return f"no concept '{sign}'"
    if sign.startswith(("{", "[")):
        return None
    words = sign.replace(GAP, " ").split(" ")
    if len(words) > 2:
        return "at most two words"
    if sign.endswith("*") and len(sign) != STEM + 1:
        return f"before the star stand the {STEM} letters that a longer word begins with"
    if any(word != fold(word).replace("'", "") for word in words):
        return "write words as they are read: small letters, no accents or apostrophes"
    return None
