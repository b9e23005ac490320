"""Figures with their uncertainty: recall, precision, F1, rates, and 95 % bootstrap intervals.

Whole rows are drawn anew (Efron & Tibshirani 1993, An Introduction to the Bootstrap, chapter 13:
the percentile interval), so that what belongs to one row, a whole chat for instance, stays
together. Plain Python, and the same figures at every run: the seed is fixed.
"""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Literal, NamedTuple

SEED = 20250301
RESAMPLES = 1000
CONFIDENCE = 0.95

Outcome = Literal["right", "missed", "false"]


class Mark(NamedTuple):
    """One judged decision: in which measure, how it came out, and whose answer it was."""

    measure: str
    outcome: Outcome
    by: str = "hoi"


class Count(NamedTuple):
    """Right, missed and false decisions."""

    right: int = 0
    missed: int = 0
    false: int = 0

    @property
    def recall(self) -> float | None:
        """Share of the labelled that was found; None if there is none."""
        return _share(self.right, self.right + self.missed)

    @property
    def precision(self) -> float | None:
        """Share of what was said that is labelled; None if nothing was said."""
        return _share(self.right, self.right + self.false)

    @property
    def f1(self) -> float | None:
        """Harmonic mean of the two: 2 right / (2 right + missed + false)."""
        return _share(2 * self.right, 2 * self.right + self.missed + self.false)


class Figure(NamedTuple):
    """A figure with its interval; None where there is nothing to divide by.

    `part` and `whole` are what a share was made of; both None where it is no plain share.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    part: int | None = None
    whole: int | None = None


Statistic = Callable[[Sequence[Count]], float | None]


class Sample:
    """The marks of a number of rows, and of as many rows drawn from them again and again."""

    def __init__(self, rows: Iterable[Iterable[Mark]]) -> None:
        self.rows = 0
        self._places: dict[Mark, list[int]] = defaultdict(list)
        marked = 0
        for row in rows:
            self.rows += 1
            marks = tuple(row)
            for mark in marks:
                self._places[mark].append(marked)
            marked += bool(marks)
        self._marked = marked  # rows without a mark add nothing to any sum
        self._resampled: dict[Mark, list[int]] | None = None

    def measures(self, start: str) -> list[str]:
        """The measures seen whose name begins with `start`, in order of the alphabet."""
        return sorted({mark.measure for mark in self._places if mark.measure.startswith(start)})

    def count(self, measure: str, by: str = "hoi") -> Count:
        """The decisions of one measure, as they came out."""
        return Count(*(len(self._places.get(mark, ())) for mark in _marks(measure, by)))

    def figure(self, measures: Sequence[str], statistic: Statistic, by: str = "hoi") -> Figure:
        """`statistic` of the counts of `measures` (in their order), with its interval."""
        value = statistic([self.count(measure, by) for measure in measures])
        if value is None:
            return Figure(None)
        columns = [list(map(Count, *self._columns(measure, by))) for measure in measures]
        drawn = (statistic(counts) for counts in zip(*columns, strict=True))
        return Figure(value, *_interval([value for value in drawn if value is not None]))

    def recall(self, *measures: str, by: str = "hoi") -> Figure:
        """Recall of the measures taken together."""
        counts = micro(self.count(measure, by) for measure in measures)
        figure = self.figure(measures, lambda drawn: micro(drawn).recall, by)
        return _share_figure(figure, counts.right, counts.right + counts.missed)

    def precision(self, *measures: str, by: str = "hoi") -> Figure:
        """Precision of the measures taken together."""
        counts = micro(self.count(measure, by) for measure in measures)
        figure = self.figure(measures, lambda drawn: micro(drawn).precision, by)
        return _share_figure(figure, counts.right, counts.right + counts.false)

    def f1(self, *measures: str, by: str = "hoi") -> Figure:
        """F1 of the measures taken together (micro F1)."""
        return self.figure(measures, lambda drawn: micro(drawn).f1, by)

    def near_f1(self, found: str, said: str, by: str = "hoi") -> Figure:
        """F1 of a recall and a precision that are counted apart.

        So where one labelled place may answer for several said ones: `found` counts the labelled
        that were right or missed, `said` the said that were right or false.
        """
        return self.figure((found, said), near_f1, by)

    def macro_f1(self, *measures: str, by: str = "hoi") -> Figure:
        """The mean F1 of those measures in which anything is labelled."""
        return self.figure(measures, macro_f1, by)

    def rate(self, measure: str, per: int, further: str = "", by: str = "hoi") -> Figure:
        """False decisions per so many rows (plus the lines that `further` counts in them)."""

        def statistic(counts: Sequence[Count]) -> float | None:
            return per * counts[0].false / (self.rows + counts[1].right) if self.rows else None

        figure = self.figure((measure, further), statistic, by)
        part, whole = self.count(measure, by).false, self.rows + self.count(further, by).right
        figure = figure._replace(part=part, whole=whole)
        return figure._replace(high=per * _limit(whole)) if whole and not part else figure

    def _columns(self, measure: str, by: str) -> list[list[int]]:
        if self._resampled is None:
            self._resampled = self._draw()
        nothing = [0] * RESAMPLES
        return [self._resampled.get(mark, nothing) for mark in _marks(measure, by)]

    def _draw(self) -> dict[Mark, list[int]]:
        """How often each mark stands in each resample."""
        luck = random.Random(SEED)
        sums: dict[Mark, list[int]] = {mark: [] for mark in self._places}
        marked = range(self._marked)
        for _ in range(RESAMPLES):
            weights = [0] * self._marked
            for row in luck.choices(marked, k=_how_many(luck, self.rows, self._marked)):
                weights[row] += 1
            for mark, places in self._places.items():
                sums[mark].append(sum(map(weights.__getitem__, places)))
        return sums


def micro(counts: Iterable[Count]) -> Count:
    """All counts together."""
    return Count(*map(sum, zip(*counts, strict=True)))


def macro_f1(counts: Iterable[Count]) -> float | None:
    """The mean F1 of those that are labelled at all; None if none is."""
    values = [count.f1 or 0.0 for count in counts if count.right + count.missed]
    return sum(values) / len(values) if values else None


def near_f1(counts: Sequence[Count]) -> float | None:
    """The harmonic mean of the first one's recall and the second one's precision.

    None if nothing is labelled and nothing was said; 0 if only one of the two is so.
    """
    recall, precision = counts[0].recall, counts[1].precision
    if recall is None and precision is None:
        return None
    if not recall or not precision:
        return 0.0
    return 2 * recall * precision / (recall + precision)


def _how_many(luck: random.Random, rows: int, marked: int) -> int:
    """How many of `rows` draws fall on one of the `marked` rows: a binomial number.

    Drawn by the gaps between hits (Devroye 1986, Non-Uniform Random Variate Generation, X.4), so
    that fifty thousand lines with ten alarms cost ten steps and not fifty thousand.
    """
    if marked in (0, rows):
        return marked
    chance = math.log1p(-marked / rows)
    hits, place = 0, 0
    while True:
        place += int(math.log(1.0 - luck.random()) / chance) + 1
        if place > rows:
            return hits
        hits += 1


def _marks(measure: str, by: str) -> tuple[Mark, Mark, Mark]:
    return Mark(measure, "right", by), Mark(measure, "missed", by), Mark(measure, "false", by)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _interval(values: Sequence[float]) -> tuple[float, float]:
    ordered = sorted(values)
    cut = (1 - CONFIDENCE) / 2 * (len(ordered) - 1)
    return ordered[math.floor(cut)], ordered[math.ceil(len(ordered) - 1 - cut)]


def _share_figure(figure: Figure, part: int, whole: int) -> Figure:
    """The share with its parts; where it is none or all, with an exact interval.

    Resampling cannot see beyond none or all. There the binomial limit stands (Clopper & Pearson
    1934, Biometrika 26: 404): none of 676 may still be 5 of 1,000.
    """
    figure = figure._replace(part=part, whole=whole)
    if figure.value is None:
        return figure
    if part == 0:
        return figure._replace(low=0.0, high=_limit(whole))
    if part == whole:
        return figure._replace(low=1 - _limit(whole), high=1.0)
    return figure


def _limit(whole: int) -> float:
    """The largest share of which none in `whole` draws is still likely enough."""
    return float(1 - ((1 - CONFIDENCE) / 2) ** (1 / whole))
