"""The trace of a reading: every step is told, and what nearly fired with what it lacks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hoi.framework.load import load_framework
from hoi.model.conversation import Message
from hoi.reading.proof import messages_of
from hoi.reading.reader import Reader, Tail
from hoi.reading.trace import MessageTrace, Tracer

WISH = {"raises": "flag/suicidality", "dimension": "wish", "grade": "4", "level": "passive_wish"}
RULES: list[dict[str, Any]] = [
    {
        "id": "nl.test.wish",
        **WISH,
        "says": "{wanting} .. sterven\nsterven lijkt mij",
        "unless": "in de film",
    },
    {"id": "nl.test.order", **WISH, "says": "brug .. springen water"},
    {"id": "nl.test.start", **WISH, "says": "| touw klaar |"},
    {
        "id": "nl.test.yes",
        "raises": "flag/suicidality",
        "dimension": "answer",
        "level": "asked",
        "after": "ask/suicidality",
        "says": "| soms",
    },
    {
        "id": "nl.test.ask",
        "raises": "ask/suicidality",
        "by": "chatter",
        "level": "intent_or_plan",
        "says": "een plan",
    },
    {"id": "nl.test.concept", **WISH, "says": "vlucht liever {wanting}"},
    {"id": "nl.test.topic", "raises": "topic/meaning", "says": "zeemeeuw vliegt"},
]
CUES = [
    {"id": "nl.cue.never", "sets": "negated", "says": "nooit"},
    {"id": "nl.cue.sister", "sets": "other", "says": "mijn zus"},
]
CARDS = """
scorecards:
  - id: nl.scorecard.wish
    raises: flag/suicidality
    ask_at: 10
    flag_at: 30
    points: |
      12 regenboog
      9 {wanting}
      -40 taart
    source: own
    status: draft
    examples:
      match: |
        regenboog
        een regenboog
      no_match: |
        taart
        wolk
  - id: nl.scorecard.topic
    raises: topic/meaning
    ask_at: 10
    flag_at: 30
    points: |
      2 wolk
    source: own
    status: draft
    examples:
      match: |
        wolk
        een wolk
      no_match: |
        taart
        regenboog
"""


@pytest.fixture(scope="module")
def folder(make_framework: Callable[..., Path]) -> Path:
    return make_framework(
        rules=RULES,
        cues=CUES,
        concepts=[{"id": "wanting", "terms": "wil\nzou willen"}],
        files={"language/nl/scorecards/cards.yaml": CARDS},
    )


@pytest.fixture(scope="module")
def tracer(folder: Path) -> Tracer:
    return Tracer(load_framework(folder))


def _last(tracer: Tracer, example: str, by: str = "visitor") -> MessageTrace:
    return tracer.trace(messages_of(example, by)).messages[-1]


def _near(message: MessageTrace) -> dict[str, str]:
    return {near.rule: near.lack for near in message.near}


def test_tracing_changes_no_reading(tracer: Tracer, folder: Path) -> None:
    reader = Reader(load_framework(folder))
    plain_tail = traced_tail = Tail()
    texts = ["heb je een plan?", "soms", "ik wil\nsterven", "mijn zus wil sterven", "regenboog wil"]
    for number, text in enumerate(texts):
        message = Message(role="visitor" if number else "chatter", text=text)
        plain, traced = reader.read(message, plain_tail), tracer.read(message, traced_tail)
        assert (plain.findings, plain.graded) == (traced.findings, traced.graded)
        assert plain.findings
        plain_tail, traced_tail = plain.tail, traced.tail


def test_words_are_shown_as_typed_and_as_read(tracer: Tracer) -> None:
    message = _last(tracer, "Ik wil gwn sterveeeen!")
    assert [(word.typed, word.meant) for word in message.words] == [
        ("Ik", "ik"),
        ("wil", "wil"),
        ("gwn", "gewoon"),
        ("sterveeeen", "sterven"),
        ("!", "!"),
    ]
    assert all(message.text[word.start : word.end] == word.typed for word in message.words)


def test_concepts_are_named_with_their_words(tracer: Tracer) -> None:
    concepts = {concept.id: concept.words for concept in _last(tracer, "ik zou willen").concepts}
    assert concepts["wanting"] == ("zou willen",)


def test_a_rule_that_fired_shows_its_saying_and_words(tracer: Tracer, folder: Path) -> None:
    (fired,) = _last(tracer, "ik wil nu echt sterven").fired
    assert (fired.rule, fired.grade, fired.left, fired.turned) == ("nl.test.wish", 4, 4, ())
    (said,) = fired.said
    assert (said.saying, said.words) == ("{wanting} .. sterven", "wil .. sterven")
    lines = (folder / said.file).read_text(encoding="utf-8").split("\n")
    assert lines[said.line - 1].strip() == said.saying


def test_what_turned_a_finding_is_told(tracer: Tracer) -> None:
    (fired,) = _last(tracer, "mijn zus wil nooit sterven").fired
    assert {(turn.sets, turn.cue, turn.words) for turn in fired.turned} == {
        ("negated", "nl.cue.never", "nooit"),
        ("other", "nl.cue.sister", "mijn zus"),
    }
    (quoted,) = _last(tracer, 'hij zei "wil sterven"').fired
    assert [(turn.sets, turn.cue) for turn in quoted.turned] == [("quoted", None)]
    assert quoted.left < quoted.grade


def test_what_unless_silenced_is_told(tracer: Tracer) -> None:
    message = _last(tracer, "wil ze in de film sterven")
    assert not message.fired
    (silenced,) = message.silenced
    assert (silenced.rule, silenced.why, silenced.said.words) == (
        "nl.test.wish",
        "unless",
        "wil .. sterven",
    )
    assert silenced.by is not None
    assert (silenced.by.saying, silenced.by.words) == ("in de film", "in de film")
    assert "nl.test.wish" not in _near(message)


def test_the_question_that_was_heard_is_told(tracer: Tracer) -> None:
    question, answer = tracer.trace(messages_of("heb je een plan? >> soms", "visitor")).messages
    assert [fired.rule for fired in question.fired] == ["nl.test.ask"]
    assert [(open_.raises, open_.level) for open_ in answer.open_questions] == [
        ("ask/suicidality", "intent_or_plan")
    ]
    assert [(fired.rule, fired.level) for fired in answer.fired] == [
        ("nl.test.yes", "intent_or_plan")
    ]


def test_an_answer_without_its_question_is_a_near_miss(tracer: Tracer) -> None:
    (near,) = _last(tracer, "soms").near
    assert (near.rule, near.lack, near.after) == ("nl.test.yes", "question", "ask/suicidality")


@pytest.mark.parametrize(
    ("text", "rule", "lack"),
    [
        ("ik wil niet meer. sterven is beter", "nl.test.wish", "stop"),
        ("ik wil een twee drie vier vijf zes zeven sterven", "nl.test.wish", "far"),
        ("het water onder de brug om te springen", "nl.test.order", "order"),
        ("het touw klaar leggen", "nl.test.start", "border"),
        ("van de brug springen ga ik", "nl.test.order", "missing"),
    ],
)
def test_near_misses_say_what_is_missing(tracer: Tracer, text: str, rule: str, lack: str) -> None:
    message = _last(tracer, text)
    assert rule not in {fired.rule for fired in message.fired}
    assert _near(message).get(rule) == lack


def test_a_missing_element_is_named(tracer: Tracer) -> None:
    (near,) = _last(tracer, "sterven lijkt haar").near
    assert (near.words, near.lack, near.terms) == ("sterven lijkt", "missing", ("mij",))
    (near,) = [n for n in _last(tracer, "van de brug springen").near if n.rule == "nl.test.order"]
    assert (near.words, near.terms) == ("brug springen", ("water",))


def test_a_missing_concept_is_named(tracer: Tracer) -> None:
    (near,) = _last(tracer, "vlucht liever").near
    assert (near.concept, near.terms) == ("wanting", ("wil", "zou willen"))


def test_only_flags_have_near_misses(tracer: Tracer) -> None:
    assert "nl.test.topic" not in _near(_last(tracer, "vliegt de zeemeeuw"))


def test_at_most_five_near_misses(make_framework: Callable[..., Path]) -> None:
    rules = [{"id": f"nl.test.r{n}", **WISH, "says": f"brug springen w{n}ter"} for n in range(9)]
    tracer = Tracer(load_framework(make_framework(rules=rules)))
    near = _last(tracer, "brug springen").near
    assert len(near) == 5
    assert len({one.rule for one in near}) == 5


def test_scorecards_show_points_thresholds_and_signs(tracer: Tracer) -> None:
    message = _last(tracer, "regenboog")
    cards = {card.id: card for card in message.cards}
    wish, topic = cards["nl.scorecard.wish"], cards["nl.scorecard.topic"]
    assert (wish.total, wish.ask_at, wish.flag_at) == (12, 10, 30)
    assert wish.points > wish.total  # for so short a message
    assert wish.tier == "ask"
    assert [(sign.sign, sign.points) for sign in wish.for_] == [("regenboog", 12)]
    assert topic.tier is None and topic.points == 0
    against = {card.id: card for card in _last(tracer, "regenboog taart").cards}[
        "nl.scorecard.wish"
    ]
    assert [(sign.sign, sign.points) for sign in against.against] == [("taart", -40)]
    assert against.tier is None


def test_pieces_read_together_are_told(tracer: Tracer) -> None:
    message = _last(tracer, "ik wil // sterven")
    assert message.read_with == ("ik wil",)
    assert [fired.rule for fired in message.fired] == ["nl.test.wish"]


@pytest.mark.parametrize("text", ["", "   ", "?!", "\n\n", "😀", "a" * 5000])
def test_any_text_can_be_traced(tracer: Tracer, text: str) -> None:
    message = _last(tracer, text)
    assert not message.fired
