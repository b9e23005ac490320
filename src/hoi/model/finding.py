"""What the reader finds in one message. Plain tuples: they are made thousands of times a second."""

from __future__ import annotations

from typing import NamedTuple

from hoi.model.method import Rule


class Span(NamedTuple):
    """A stretch of a message: its number in the talk, and code points in its text."""

    message: int
    start: int
    end: int


class CueSpan(NamedTuple):
    """The words of a cue that changed a reading."""

    cue: str
    span: Span


class Finding(NamedTuple):
    """A rule that holds for some words, with what their context makes of it.

    `grade` is what is left of the rule's grade after its qualifiers; a finding is kept even when
    nothing is left. `weight` is how far a scorecard reached: 1 at its `ask_at`, 2 at its `flag_at`;
    0 for a rule.
    """

    rule: Rule
    spans: tuple[Span, ...]
    grade: int
    level: str | None = None
    qualifiers: frozenset[str] = frozenset()
    cues: tuple[CueSpan, ...] = ()
    weight: float = 0.0

    @property
    def experiencer(self) -> str:
        """Whose danger it is: `self` or `other`."""
        return "other" if "other" in self.qualifiers else self.rule.experiencer

    @property
    def time(self) -> str:
        """`current`, `past` or `hypothetical`."""
        if "past" in self.qualifiers or self.rule.time == "past":
            return "past"
        return "hypothetical" if "hypothetical" in self.qualifiers else "current"

    @property
    def negated(self) -> bool:
        """Is it denied? A denial ("nee, dat niet") is not undone by a second "niet" in it."""
        return self.rule.denies or "negated" in self.qualifiers
