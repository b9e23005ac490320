"""What the words around a finding make of it: denied, another's, past, quoted, a joke ...

A directional cue method after NegEx and ConText (Chapman et al. 2001; Harkema et al. 2009), with
two changes of our own: a cue never applies to a finding whose own words it overlaps ("niet meer
leven"), and a cue lowers a sign's grade or sets a qualifier but never deletes the finding.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from hoi.model.method import Cue
from hoi.reading.matching import Positions, Row
from hoi.reading.tokens import BREAK, Kind

# "mijn moeder is ziek" and "ik wil dood", sent after each other: the wish is the writer's.
BOUND = frozenset({"other", "past"})


class Found(NamedTuple):
    """A cue, found at these places of a row."""

    cue: Cue
    positions: Positions


class Applied(NamedTuple):
    """The qualifiers that hold for a finding, and the cues that set them."""

    qualifiers: frozenset[str]
    cues: tuple[Found, ...]


def apply_cues(
    row: Row,
    positions: Positions,
    cues: Sequence[Found],
    first_person: frozenset[str],
    subject: frozenset[str],
) -> Applied:
    """Which of `cues` reach the finding at `positions`.

    `first_person` are the words for the writer ("ik", "mij"), `subject` those of them that begin a
    clause ("ik").
    """
    own = set(positions)
    free = [cue for cue in cues if own.isdisjoint(cue.positions)]
    stops = [cue.positions[0] for cue in free if cue.cue.stops]
    reaching = [cue for cue in free if _reaches(row, cue, positions, stops)]
    cleared = {cue.cue.clears for cue in reaching if cue.cue.clears}
    setting = []
    for cue in reaching:
        sets = cue.cue.sets
        if sets is None or sets in cleared:
            continue
        if sets == "other" and _is_writers(row, cue.positions, positions, first_person):
            continue
        if sets == "negated" and _is_of_clause_before(row, cue.positions, positions, subject):
            continue
        setting.append(cue)
    return Applied(frozenset(c.cue.sets for c in setting if c.cue.sets), tuple(setting))


def _reaches(row: Row, cue: Found, positions: Positions, stops: Iterable[int]) -> bool:
    direction = cue.cue.direction
    first, last = cue.positions[0], cue.positions[-1]
    if last < positions[-1] and direction in ("before", "both"):
        start, end = last + 1, next(p for p in positions if p > last)
    elif first > positions[0] and direction in ("after", "both"):
        start, end = max(p for p in positions if p < first) + 1, first
    else:
        return False
    if any(start <= stop < end for stop in stops):
        return False
    if cue.cue.sets in BOUND and any(token is BREAK for token in row.tokens[start:end]):
        return False
    words = 0
    for kind in row.kinds[start:end]:
        if kind == Kind.STOP:
            return False
        words += kind <= Kind.FILLER
    return words <= cue.cue.reach


def _is_of_clause_before(
    row: Row, cue: Positions, finding: Positions, subject: frozenset[str]
) -> bool:
    """Does a clause of the writer's own begin between the negation and the finding?

    "ik slaap niet, ik wil dood" and "ik slaap niet ik wil dood" deny the sleep.
    """
    words = [
        (place, row.tokens[place].form)
        for place in range(cue[-1] + 1, finding[-1] + 1)
        if row.kinds[place] <= Kind.FILLER
    ]
    for number, (place, form) in enumerate(words):
        after_sign = row.kinds[place - 1] > Kind.FILLER
        if form in subject and (after_sign or not number):
            return True
    return False


def _is_writers(row: Row, cue: Positions, finding: Positions, first_person: frozenset[str]) -> bool:
    """Does the writer speak of themselves between the other person and the finding?"""
    between = range(min(cue[-1] + 1, finding[0]), finding[-1] + 1)
    return any(row.tokens[place].form in first_person for place in between)
