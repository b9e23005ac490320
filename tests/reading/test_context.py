"""Words around a finding change how it is read; they never delete it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import hoi
from hoi.model.conversation import Message
from hoi.model.finding import Finding
from hoi.reading.reader import Tail

CUES: list[dict[str, Any]] = [
    {"id": "nl.cue.not", "sets": "negated", "reach": "1", "says": "niet\nzonder"},
    {
        "id": "nl.cue.hear",
        "sets": "negated",
        "direction": "after",
        "reach": "2",
        "says": "onzin hoor",
    },
    {"id": "nl.cue.then", "sets": "past", "reach": "6", "says": "vroeger"},
    {"id": "nl.cue.again", "clears": "past", "direction": "both", "reach": "6", "says": "nu weer"},
    {"id": "nl.cue.other", "sets": "other", "reach": "5", "says": "mijn (zus|broer)"},
    {"id": "nl.cue.joke", "sets": "joke", "direction": "both", "reach": "3", "says": "grapje"},
    {"id": "nl.cue.but", "stops": "yes", "direction": "both", "says": "maarja\ndoch"},
]
WISH = {"raises": "flag/suicidality", "dimension": "wish", "level": "passive_wish"}
RULES: list[dict[str, Any]] = [
    {"id": "nl.test.dead", **WISH, "grade": "4", "says": "sterven"},
    {"id": "nl.test.not_live", **WISH, "grade": "4", "says": "niet .. leven"},
    {"id": "nl.test.rope", **WISH, "grade": "4", "says": "touw", "lowers": {"joke": "1"}},
    {"id": "nl.test.denial", **WISH, "grade": "2", "denies": "yes", "says": "gezond"},
    {"id": "nl.test.walk", "raises": "topic/meaning", "says": "wandelen"},
]
CONCEPTS = [{"id": "i", "terms": "ik\nikzelf"}, {"id": "me", "terms": "me\nmij"}]


@pytest.fixture(scope="module")
def tiny(make_framework: Callable[..., Path]) -> hoi.Guide:
    en_cues = [{"id": "en.cue.not", "sets": "negated", "reach": "3", "says": "never"}]
    folder = make_framework(rules=RULES, cues=CUES, concepts=CONCEPTS, en_cues=en_cues)
    return hoi.load(folder)


def _finding(guide: hoi.Guide, text: str) -> Finding:
    (finding,) = guide.reader.read(Message(text=text), Tail()).findings
    return finding


@pytest.mark.parametrize(
    ("text", "qualifiers"),
    [
        ("ik wil sterven", set()),
        # negation and reach
        ("ik wil niet sterven", {"negated"}),
        ("ik wil niet meteen sterven", {"negated"}),
        ("ik wil niet vandaag buiten sterven", set()),
        # direction
        ("sterven niet", set()),
        ("sterven dat is onzin hoor", {"negated"}),
        ("sterven vind ik allemaal onzin hoor", set()),
        ("onzin hoor sterven", set()),
        # another person
        ("mijn zus wil sterven", {"other"}),
        ("mijn zus weet dat ik sterven wil", set()),
        ("mijn zus zegt me sterven", set()),
        ("ik zag mijn zus sterven", {"other"}),
        ("sterven wil mijn zus", set()),
        # the past, and back
        ("vroeger wilde ik sterven", {"past"}),
        ("vroeger wilde ik sterven en nu weer", set()),
        ("ik wil nu weer sterven", set()),
        # stops
        ("vroeger was het fijn maarja sterven wil ik", set()),
        ("maarja vroeger wilde ik sterven", {"past"}),
        ("sterven wil ik doch onzin hoor", set()),
        ("vroeger wilde ik sterven doch niet zo", {"past"}),
        # a sentence ends every reach; a comma does not
        ("mijn zus lacht. sterven", set()),
        ("mijn zus, sterven", {"other"}),
        # several at once
        ("vroeger wilde mijn broer niet sterven", {"past", "other", "negated"}),
        # either side
        ("grapje sterven", {"joke"}),
        ("sterven grapje", {"joke"}),
        # people mix languages: a denial of the other language reaches over
        ("i never sterven", {"negated"}),
    ],
)
def test_qualifiers(tiny: hoi.Guide, text: str, qualifiers: set[str]) -> None:
    finding = _finding(tiny, text)
    assert finding.qualifiers == qualifiers
    assert {cue.cue.split(".")[1] for cue in finding.cues} <= {"cue"}
    assert bool(finding.cues) == bool(qualifiers)


@pytest.mark.parametrize(
    "text", ["ik wil niet leven", "ik wil echt niet langer zo leven", "niet leven"]
)
def test_a_cue_that_overlaps_the_finding_never_applies(tiny: hoi.Guide, text: str) -> None:
    finding = _finding(tiny, text)
    assert finding.rule.id == "nl.test.not_live"
    assert not finding.negated


def test_a_second_negation_does_apply(tiny: hoi.Guide) -> None:
    assert _finding(tiny, "zonder niet leven").negated


def test_qualifiers_lower_the_grade_and_a_rule_may_say_how_much(tiny: hoi.Guide) -> None:
    lowers = tiny.framework.escalation.lowers["joke"]
    assert lowers > 1
    assert _finding(tiny, "sterven grapje").grade == max(0, 4 - lowers)
    assert _finding(tiny, "touw grapje").grade == 3


@pytest.mark.parametrize("text", ["niet sterven", "vroeger sterven", "mijn zus sterven"])
def test_denied_past_and_others_keep_their_grade(tiny: hoi.Guide, text: str) -> None:
    # They become a tag of their own, with the qualifier on it.
    assert _finding(tiny, text).grade == 4


@pytest.mark.parametrize("text", ["ik ben gezond", "ik ben niet gezond"])
def test_a_denial_is_not_undone_by_a_negation_in_it(tiny: hoi.Guide, text: str) -> None:
    assert _finding(tiny, text).negated


def test_cues_are_not_asked_for_topics(tiny: hoi.Guide) -> None:
    assert _finding(tiny, "ik wil niet wandelen").qualifiers == set()


def test_the_words_of_the_cue_are_evidence(tiny: hoi.Guide) -> None:
    text = "🙂 Vroeger wilde ik sterven"
    tagged = tiny.tag({"id": "a", "text": text})
    (flag,) = tagged.flags
    assert [(item.text, item.cue) for item in flag.evidence] == [
        ("sterven", None),
        ("Vroeger", "nl.cue.then"),
    ]


def test_another_in_danger_is_the_chatters_matter_too(tiny: hoi.Guide) -> None:
    tagged = tiny.tag({"id": "a", "text": "mijn zus wil sterven"})
    flags = {flag.id: flag for flag in tagged.flags}
    assert set(flags) == {"suicidality", "third_party_risk"}
    assert not flags["suicidality"].escalate
    assert flags["suicidality"].experiencer == "other"
    assert flags["third_party_risk"].escalate


def test_denied_and_past_are_kept_and_not_passed_on(tiny: hoi.Guide) -> None:
    for text, negated, time in (
        ("ik wil niet sterven", True, "current"),
        ("vroeger wilde ik sterven", False, "past"),
    ):
        (flag,) = tiny.tag({"id": "a", "text": text}).flags
        assert (flag.negated, flag.time, flag.escalate) == (negated, time, False)


def test_one_saying_both_denied_and_not(tiny: hoi.Guide) -> None:
    text = "gisteren wilde ik niet sterven. vandaag wil ik sterven"
    tagged = tiny.tag({"id": "a", "text": text})
    assert {flag.negated for flag in tagged.flags} == {True, False}
    assert any(flag.escalate for flag in tagged.flags)
