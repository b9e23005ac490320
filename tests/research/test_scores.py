"""Figures and their intervals, against what is known of them."""

from __future__ import annotations

import math
import random

import pytest

from hoi.research.scores import Count, Mark, Sample, macro_f1, micro

RIGHT, MISSED, FALSE = Mark("m", "right"), Mark("m", "missed"), Mark("m", "false")


def rows(right: int, missed: int, false: int, silent: int = 0) -> Sample:
    marks = [[RIGHT]] * right + [[MISSED]] * missed + [[FALSE]] * false + [[]] * silent
    return Sample(marks)


def test_counts_and_what_follows_from_them() -> None:
    count = Count(6, 2, 4)
    assert (count.recall, count.precision) == (0.75, 0.6)
    assert count.f1 == pytest.approx(2 / 3)
    nothing = Count()
    assert (nothing.recall, nothing.precision, nothing.f1) == (None, None, None)
    assert micro([count, Count(1, 1, 1)]) == (7, 3, 5)
    assert macro_f1([count, Count(0, 3, 0), Count(0, 0, 9)]) == pytest.approx(1 / 3)
    assert macro_f1([Count(0, 0, 9)]) is None


@pytest.mark.parametrize(("right", "missed", "silent"), [(60, 40, 0), (30, 70, 900), (200, 300, 0)])
def test_the_interval_of_a_share_is_that_of_theory(right: int, missed: int, silent: int) -> None:
    figure = rows(right, missed, 0, silent).recall("m")
    whole = right + missed
    share = right / whole
    half = 1.96 * math.sqrt(share * (1 - share) / whole)
    assert figure.value == share
    assert figure[3:] == (right, whole)
    assert figure.low == pytest.approx(share - half, abs=0.15 * half)
    assert figure.high == pytest.approx(share + half, abs=0.15 * half)


def test_the_interval_of_f1_is_that_of_drawing_row_by_row() -> None:
    figure = rows(30, 20, 10, 40).f1("m")
    luck = random.Random(1)
    drawn = []
    for _ in range(2000):
        row = luck.choices("rmfs", (30, 20, 10, 40), k=100)
        drawn.append(2 * row.count("r") / (2 * row.count("r") + row.count("m") + row.count("f")))
    drawn.sort()
    assert figure.low == pytest.approx(drawn[50], abs=0.025)
    assert figure.high == pytest.approx(drawn[1950], abs=0.025)


def test_rows_are_drawn_whole() -> None:
    alone = Sample([[RIGHT]] * 50 + [[MISSED]] * 50).recall("m")
    together = Sample([[RIGHT] * 10] * 5 + [[MISSED] * 10] * 5).recall("m")
    assert alone.low is not None and together.low is not None
    assert together.low < alone.low - 0.1


def test_rare_alarms_among_many_rows() -> None:
    figure = rows(0, 0, 20, 19_980).rate("m", 1000)
    assert figure.value == 1.0
    assert figure[3:] == (20, 20_000)
    assert figure.low == pytest.approx(1 - 1.96 * math.sqrt(20) / 20, abs=0.08)
    assert figure.high == pytest.approx(1 + 1.96 * math.sqrt(20) / 20, abs=0.08)


def test_none_and_all_have_exact_limits() -> None:
    assert rows(0, 10, 0).recall("m").high == pytest.approx(0.3085, abs=1e-4)
    assert rows(10, 0, 0).recall("m").low == pytest.approx(0.6915, abs=1e-4)
    nothing = rows(0, 0, 0, 676).rate("m", 1000)
    assert (nothing.value, nothing.low) == (0.0, 0.0)
    assert nothing.high == pytest.approx(5.44, abs=0.01)
    assert rows(0, 0, 3).recall("m").value is None
    assert Sample([]).rate("m", 1000).value is None


def test_figures_are_the_same_each_time() -> None:
    assert rows(5, 5, 5, 9).f1("m") == rows(5, 5, 5, 9).f1("m")


def test_measures_together_and_answers_apart() -> None:
    marks = Sample([[RIGHT, Mark("n", "missed")], [Mark("m", "missed", "baseline"), MISSED]])
    assert marks.recall("m", "n").value == pytest.approx(1 / 3)
    assert marks.recall("m", by="baseline").value == 0.0
    assert marks.macro_f1("m", "n").value == pytest.approx(1 / 3)
    assert marks.measures("n") == ["n"]
