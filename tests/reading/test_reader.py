"""Messages in their context: the chatter's question, fragments, line breaks, two languages."""

# ruff: noqa: RUF001 - odd signs are what is tested

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import hoi
from hoi.model.tagged import FlagTag, TaggedConversation

WISH = {"raises": "flag/suicidality", "dimension": "wish", "grade": "4", "level": "passive_wish"}
ANSWER = {
    "raises": "flag/suicidality",
    "dimension": "answer",
    "grade": "2",
    "level": "asked",
    "after": "ask/suicidality",
}
EIGHT = "een twee drie vier vijf zes zeven acht"
ASK = {"raises": "ask/suicidality", "by": "chatter"}
RULES: list[dict[str, Any]] = [
    {"id": "nl.test.wish", **WISH, "says": "wil sterven"},
    {"id": "nl.test.yes", **ANSWER, "says": "soms"},
    {"id": "nl.test.no", **ANSWER, "says": "nee", "denies": "yes"},
    {"id": "nl.test.ask_dead", **ASK, "level": "passive_wish", "says": "aan de dood"},
    {"id": "nl.test.ask_plan", **ASK, "level": "intent_or_plan", "says": "een plan"},
    {"id": "nl.test.both", "raises": "closing/goodbye", "by": "both", "says": "doei"},
]
EN_RULES: list[dict[str, Any]] = [
    {"id": "en.test.die", **WISH, "says": "want .. die"},
    {"id": "en.test.suicidal", **WISH, "says": "suicidal"},
]


@pytest.fixture(scope="module")
def tiny(make_framework: Callable[..., Path]) -> hoi.Guide:
    return hoi.load(make_framework(rules=RULES, en_rules=EN_RULES))


def _tag(guide: hoi.Guide, *texts: str, language: str = "nl") -> TaggedConversation:
    """Texts that begin with `> ` are the chatter's."""
    messages = [
        {
            "role": "chatter" if text.startswith("> ") else "visitor",
            "text": text.removeprefix("> "),
        }
        for text in texts
    ]
    return guide.tag({"id": "a", "language": language, "messages": messages})


def _suicidality(guide: hoi.Guide, *texts: str) -> list[FlagTag]:
    return [flag for flag in _tag(guide, *texts).flags if flag.id == "suicidality"]


def _rules(tagged: TaggedConversation) -> set[str]:
    return {item.rule for flag in tagged.flags for item in flag.evidence}


# --- answers --------------------------------------------------------------------------------------


def test_sometimes_raises_what_was_asked(guide: hoi.Guide) -> None:
    (flag,) = _suicidality(guide, "> denk je aan de dood?", "soms")
    assert not flag.negated
    assert flag.message == 1
    assert flag.level is not None


def test_no_is_kept_as_negated(guide: hoi.Guide) -> None:
    (flag,) = _suicidality(guide, "> denk je aan de dood?", "nee")
    assert flag.negated
    assert not flag.escalate


def test_english_answers(guide: hoi.Guide) -> None:
    (yes,) = _suicidality(guide, "> are you thinking about suicide?", "sometimes")
    (no,) = _suicidality(guide, "> are you thinking about suicide?", "no")
    assert (yes.negated, no.negated) == (False, True)


@pytest.mark.parametrize("texts", [("soms",), ("> hoe gaat het met je?", "soms"), ("nee",)])
def test_an_answer_to_nothing_raises_nothing(guide: hoi.Guide, texts: tuple[str, ...]) -> None:
    assert not _suicidality(guide, *texts)


@pytest.mark.parametrize(
    ("question", "level"),
    [("denk je aan de dood?", "passive_wish"), ("heb je een plan?", "intent_or_plan")],
)
def test_the_answer_takes_the_level_of_the_question(
    tiny: hoi.Guide, question: str, level: str
) -> None:
    (flag,) = _suicidality(tiny, f"> {question}", "soms")
    assert (flag.level, flag.tier, flag.dimensions) == (level, "ask", ("answer",))


def test_the_answer_may_come_a_message_later(tiny: hoi.Guide) -> None:
    assert _suicidality(tiny, "> denk je aan de dood?", "pff", "soms")


def test_two_messages_of_the_chatter_are_one_question(tiny: hoi.Guide) -> None:
    assert _suicidality(tiny, "> denk je aan de dood?", "> je mag alles zeggen", "soms")


def test_the_next_question_closes_the_last(tiny: hoi.Guide) -> None:
    assert not _suicidality(tiny, "> denk je aan de dood?", "pff", "> en je werk?", "soms")


def test_rules_of_the_visitor_do_not_read_the_chatter(tiny: hoi.Guide) -> None:
    assert not _tag(tiny, "> je wil sterven, soms, nee, suicidal").flags
    assert not _tag(tiny, "denk ik aan de dood?", "soms").flags


# --- fragments and line breaks --------------------------------------------------------------------


@pytest.mark.parametrize(
    "texts",
    [
        ("ik wil", "sterven"),
        ("ik", "wil", "sterven"),
        ("ik wil\nsterven",),
        ("ik wil\r\nsterven",),
        ("ik wil\n\n\nsterven",),
        ("ik wil", "🙂", "sterven"),
        ("ik wil", "", "   ", "sterven"),
    ],
)
def test_fragments_are_read_as_one(tiny: hoi.Guide, texts: tuple[str, ...]) -> None:
    tagged = _tag(tiny, *texts)
    (flag,) = tagged.flags
    assert flag.message == len(texts) - 1
    assert [item.text for item in flag.evidence] == ["wil", "sterven"]
    for item in flag.evidence:
        assert texts[item.message][item.start : item.end] == item.text


@pytest.mark.parametrize(
    "texts",
    [
        ("ik wil.", "sterven"),
        ("ik wil!\nsterven",),
        ("ik wil", "> ja?", "sterven"),
        (f"{EIGHT} wil", f"sterven {EIGHT}"),
        (f"{EIGHT} wil\nsterven {EIGHT}",),
    ],
)
def test_whole_sentences_and_turns_stay_apart(tiny: hoi.Guide, texts: tuple[str, ...]) -> None:
    assert not _tag(tiny, *texts).flags


def test_a_finding_is_told_once(tiny: hoi.Guide) -> None:
    tagged = _tag(tiny, "ik wil", "sterven", "ja", "echt")
    assert [flag.message for flag in tagged.flags] == [1]


def test_fragments_with_the_shipped_rules(guide: hoi.Guide) -> None:
    (flag,) = _suicidality(guide, "ik wil niet", "meer leven")
    assert flag.escalate
    assert not flag.negated


@pytest.mark.parametrize("before", ["bla. ", "bla ", "blablabla"])
def test_long_lines_are_read_to_the_end(tiny: hoi.Guide, before: str) -> None:
    text = before * 2000 + " ik wil sterven"
    (flag,) = _tag(tiny, text).flags
    assert [item.text for item in flag.evidence] == ["wil sterven"]
    assert flag.evidence[0].end == len(text)


@pytest.mark.parametrize("words", range(190, 205))
def test_no_cut_in_a_long_line_hides_a_saying(tiny: hoi.Guide, words: int) -> None:
    # Six code points a word: somewhere near here the line of 1200 is cut.
    assert _tag(tiny, "regen " * words + "ik wil sterven " + "regen " * 100).flags


# --- languages ------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_other_languages_rules_run_too(tiny: hoi.Guide, language: str) -> None:
    assert _rules(_tag(tiny, "i want to die", language=language)) == {"en.test.die"}
    assert _rules(_tag(tiny, "ik wil sterven", language=language)) == {"nl.test.wish"}


def test_an_english_sentence_in_a_dutch_talk(guide: hoi.Guide) -> None:
    assert any(
        flag.escalate for flag in _suicidality(guide, "hoi", "ik weet niet", "i want to die")
    )


def test_an_english_word_in_a_dutch_sentence(tiny: hoi.Guide) -> None:
    assert _rules(_tag(tiny, "ik ben de laatste tijd heel erg suicidal")) == {"en.test.suicidal"}


DUTCH_WANT_DIE = [
    "ik ging niet naar school want die was dicht",
    "ik heb geen jas aan want die is nat",
    "mijn fiets doet het niet meer, want die heeft een lekke band",
    "dat vind ik van mijn zus niet leuk want ze zegt altijd die dingen",
]


@pytest.mark.parametrize("text", DUTCH_WANT_DIE)
def test_shared_words_do_not_fire_the_english_rule(tiny: hoi.Guide, text: str) -> None:
    assert not _tag(tiny, text).flags


@pytest.mark.parametrize("text", DUTCH_WANT_DIE)
def test_shared_words_with_the_shipped_rules(guide: hoi.Guide, text: str) -> None:
    assert not _suicidality(guide, text)


# --- signs that cannot be seen --------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "ik wil ste\u200brven",
        "ik wil ste\u00adrven",
        "ik wil ste\u2060rven",
        "ik wil ste\u0301rven",
        "ik wil\u00a0sterven",
        "ik \u202ewil sterven\u202c",
        "ik wil\x00 sterven",
        "ik wil **sterven**",
        "ＩＫ ＷＩＬ ＳＴＥＲＶＥＮ",
    ],
)
def test_invisible_signs_hide_nothing(tiny: hoi.Guide, text: str) -> None:
    assert _suicidality(tiny, text)


@pytest.mark.parametrize("letters", [3, 20, 38, 60, 500])
def test_a_word_may_be_stretched_far(guide: hoi.Guide, letters: int) -> None:
    assert _suicidality(guide, "ik wil d" + "o" * letters + "d")


def test_composed_and_decomposed_accents_read_the_same(guide: hoi.Guide) -> None:
    text = "ik ben suïcidaal, één ding: ik kán niet méér"
    composed, decomposed = (
        _tag(guide, unicodedata.normalize(form, text)) for form in ("NFC", "NFD")
    )
    assert _rules(composed)
    assert _rules(composed) == _rules(decomposed)
