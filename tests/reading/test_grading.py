"""From findings to tiers and levels, with the limits set here and not by the data."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import hoi
from hoi.errors import Place
from hoi.guidance.fold import fold
from hoi.model.conversation import Message
from hoi.model.finding import Finding, Span
from hoi.model.method import Escalation, Rule
from hoi.reading.grading import Graded, Sign, grade, highest, signs_of


@pytest.fixture(scope="module")
def escalation(guide: hoi.Guide) -> Escalation:
    limits = {"flag_at": 4, "flag_together": 5, "ask_at": 2, "tail_messages": 6}
    whole = guide.framework.escalation
    return whole.model_copy(update={"grading": whole.grading.model_copy(update=limits)})


def _finding(
    points: int,
    dimension: str | None = "wish",
    *,
    raises: str = "flag/suicidality",
    level: str | None = None,
    at: int = 0,
    qualifiers: frozenset[str] = frozenset(),
    **more: Any,
) -> Finding:
    rule = Rule(
        id=f"nl.test.{raises}.{dimension}.{points}.{at}.{more}",
        language="nl",
        raises=raises,
        dimension=dimension,
        grade=max(points, 1),
        says=(),
        match=(),
        no_match=(),
        source="own",
        status="draft",
        place=Place(),
        **more,
    )
    return Finding(rule, (Span(0, at, at + 3),), points, level, qualifiers)


def _one(
    escalation: Escalation, *findings: Finding, before: tuple[Sign, ...] = ()
) -> tuple[str, str | None] | None:
    graded = grade(findings, before, escalation)
    assert len(graded) <= 1
    return (graded[0].tier, graded[0].level) if graded else None


def test_nothing_raises_nothing(escalation: Escalation) -> None:
    assert grade((), (), escalation) == ()


def test_grade_four_is_enough_alone(escalation: Escalation) -> None:
    assert _one(escalation, _finding(4, level="method")) == ("flag", "method")


@pytest.mark.parametrize(("points", "tier"), [(0, None), (1, None), (2, "ask"), (3, "ask")])
def test_a_weaker_sign_alone_asks_at_most(
    escalation: Escalation, points: int, tier: str | None
) -> None:
    found = _one(escalation, _finding(points))
    assert (found[0] if found else None) == tier


@pytest.mark.parametrize(
    ("one", "other", "tier"),
    [(3, 2, "flag"), (2, 3, "flag"), (3, 3, "flag"), (2, 2, "ask"), (3, 1, "ask"), (1, 1, None)],
)
def test_two_dimensions_together(
    escalation: Escalation, one: int, other: int, tier: str | None
) -> None:
    found = _one(escalation, _finding(one, "wish"), _finding(other, "means", at=9))
    assert (found[0] if found else None) == tier


def test_two_signs_of_one_dimension_do_not_add_up(escalation: Escalation) -> None:
    found = _one(escalation, _finding(3, "wish"), _finding(3, "wish", at=9))
    assert found is not None
    assert found[0] == "ask"


def test_three_weak_signs_of_different_kinds_ask(escalation: Escalation) -> None:
    findings = [_finding(1, kind, at=9 * n) for n, kind in enumerate(("wish", "means", "burden"))]
    assert _one(escalation, *findings) == ("ask", None)


def test_the_highest_level_holds(escalation: Escalation) -> None:
    findings = (
        _finding(4, "wish", level="passive_wish"),
        _finding(4, "means", level="intent_or_plan", at=5),
        _finding(4, "thoughts", level="active_thoughts", at=9),
    )
    assert _one(escalation, *findings) == ("flag", "intent_or_plan")
    assert _one(escalation, *findings[::-1]) == ("flag", "intent_or_plan")


def test_highest() -> None:
    assert highest([]) is None
    assert highest([None, None]) is None
    assert highest(["acute", None, "method"]) == "acute"


def test_a_sign_shortly_before_keeps_company(escalation: Escalation) -> None:
    earlier = _finding(2, "means", level="method")
    before = signs_of(0, [earlier])
    now = _finding(3, "wish", level="passive_wish", at=4)
    (graded,) = grade([now], before, escalation)
    assert (graded.tier, graded.level) == ("flag", "method")
    assert graded.findings == (now, earlier)


def test_a_message_without_a_sign_of_its_own_raises_nothing(escalation: Escalation) -> None:
    before = signs_of(0, [_finding(4, "means")])
    assert (
        grade([_finding(2, None, raises="flag/self_harm", at=3)], before, escalation)[0].flag
        == "self_harm"
    )
    assert grade([], before, escalation) == ()


@pytest.mark.parametrize(
    "unusable",
    [
        _finding(0),
        _finding(3, "protective"),
        _finding(3, "denial"),
        _finding(3, qualifiers=frozenset({"negated"})),
        _finding(3, qualifiers=frozenset({"other"})),
        _finding(3, qualifiers=frozenset({"past"})),
        _finding(3, denies=True),
        _finding(3, experiencer="other"),
        _finding(3, time="past"),
        _finding(3, None, raises="topic/meaning"),
    ],
    ids=lambda finding: finding.rule.id,
)
def test_what_is_not_remembered_as_a_sign(unusable: Finding) -> None:
    assert signs_of(0, [unusable]) == ()


def test_persons_times_and_polarities_are_kept_apart(escalation: Escalation) -> None:
    findings = (
        _finding(3, "wish"),
        _finding(3, "means", qualifiers=frozenset({"negated"})),
        _finding(3, "burden", qualifiers=frozenset({"other"})),
        _finding(3, "thoughts", qualifiers=frozenset({"past"})),
    )
    graded = grade(findings, (), escalation)
    assert {(g.experiencer, g.time, g.negated) for g in graded} == {
        ("self", "current", False),
        ("self", "current", True),
        ("other", "current", False),
        ("self", "past", False),
    }
    assert {g.tier for g in graded} == {"ask"}


def test_protective_words_neither_raise_nor_lower(escalation: Escalation) -> None:
    assert _one(escalation, _finding(3, "protective")) is None
    assert _one(escalation, _finding(4), _finding(3, "protective", at=9)) == ("flag", None)


def _other(points: int, at: int, **more: Any) -> Finding:
    return _finding(points, None, raises="flag/self_harm", at=at, **more)


@pytest.mark.parametrize(
    ("points", "tier"),
    [
        ((1,), None),
        ((2,), "ask"),
        ((3,), "flag"),
        ((1, 1), "ask"),
        ((1, 2), "flag"),
        ((1, 1, 1), "flag"),
    ],
)
def test_other_flags_add_up(
    escalation: Escalation, points: tuple[int, ...], tier: str | None
) -> None:
    found = _one(escalation, *(_other(p, 9 * n) for n, p in enumerate(points)))
    assert (found[0] if found else None) == tier


def test_the_same_words_count_once(escalation: Escalation) -> None:
    assert _one(escalation, _other(2, 5), _other(2, 5, kind="english")) == ("ask", None)
    assert _one(escalation, _other(2, 5), _other(2, 6, kind="english")) == ("flag", None)


def test_a_sign_of_the_same_flag_before_makes_a_sign_enough(escalation: Escalation) -> None:
    before = signs_of(0, [_other(1, 0)])
    assert _one(escalation, _other(2, 5), before=before) == ("flag", None)
    assert _one(escalation, _other(1, 5), before=before) is None


def test_signs_of_another_flag_before_do_not_count(escalation: Escalation) -> None:
    before = signs_of(0, [_finding(4, None, raises="flag/overdose")])
    assert _one(escalation, _other(2, 5), before=before) == ("ask", None)
    assert _one(escalation, _finding(3), before=before) == ("ask", None)
    suicidal = signs_of(0, [_finding(4)])
    assert _one(escalation, _other(2, 5), before=suicidal) == ("ask", None)


@pytest.mark.parametrize("qualifier", ["negated", "other", "past"])
def test_signs_before_are_the_writers_own_now(escalation: Escalation, qualifier: str) -> None:
    before = signs_of(0, [_finding(3, "means")])
    now = _finding(3, "wish", at=4, qualifiers=frozenset({qualifier}))
    assert _one(escalation, now, before=before) == ("ask", None)


def test_different_flags_do_not_add_up(escalation: Escalation) -> None:
    findings = (_other(2, 0), _finding(2, None, raises="flag/overdose", at=9))
    assert {(g.flag, g.tier) for g in grade(findings, (), escalation)} == {
        ("self_harm", "ask"),
        ("overdose", "ask"),
    }


def test_the_kind_is_that_of_the_strongest(escalation: Escalation) -> None:
    findings = (_other(1, 0, kind="weak"), _other(3, 9, kind="strong"))
    assert grade(findings, (), escalation)[0].kind == "strong"


def test_topics_are_no_flags(escalation: Escalation) -> None:
    assert grade([_finding(4, None, raises="topic/meaning")], (), escalation) == ()


# --- the tail, through the reader ----------------------------------------------------------------


@pytest.fixture(scope="module")
def tiny(make_framework: Callable[..., Path]) -> hoi.Guide:
    wish = {
        "raises": "flag/suicidality",
        "dimension": "wish",
        "grade": "3",
        "level": "passive_wish",
    }
    means = {"raises": "flag/suicidality", "dimension": "means", "grade": "2", "level": "method"}
    rules = [{**wish, "says": "sterven"}, {**means, "says": "touw"}]
    return hoi.load(make_framework(rules=rules))


def _last(guide: hoi.Guide, texts: list[str], role: Any = "visitor") -> tuple[Graded, ...]:
    first, *between, last = texts
    messages = (
        Message(text=first),
        *(Message(role=role, text=text) for text in between),
        Message(text=last),
    )
    assert guide.framework.escalation.grading.tail_messages == 6
    return fold(guide.reader, messages)[-1].reading.graded


@pytest.mark.parametrize("role", ["visitor", "chatter"])
@pytest.mark.parametrize(("between", "tier"), [(0, "flag"), (5, "flag"), (6, "ask"), (9, "ask")])
def test_a_sign_is_remembered_for_six_messages(
    tiny: hoi.Guide, between: int, tier: str, role: str
) -> None:
    texts = ["ik heb touw.", *(["het regent hier vandaag."] * between), "ik wil sterven."]
    (graded,) = _last(tiny, texts, role)
    assert graded.tier == tier
    assert graded.level == ("method" if tier == "flag" else "passive_wish")
