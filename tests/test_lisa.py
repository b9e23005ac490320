"""The one published case of the method, in an invented chat: hoi must come out at the same place.

The case is the vignette of Van Duijn & Van Os 2025 (Tijdschrift voor Psychiatrie 67(5)); the chats
in `examples/` are our own wording of it.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import hoi

EXAMPLES = Path(__file__).parents[1] / "examples"
# The message in which the chatter asks each question (the same in both languages).
ASKED = {
    "what_happened": 6,
    "talents_vulnerabilities": 16,
    "want_for_self": 20,
    "sources_of_help": 23,
}
# The visitor's answers to each.
ANSWERS = {
    "what_happened": {7, 8, 9},
    "talents_vulnerabilities": {18, 19},
    "want_for_self": {21, 22},
    "sources_of_help": {24, 25},
}


@pytest.fixture(scope="module")
def guide() -> hoi.Guide:
    """The shipped framework."""
    return hoi.load()


@pytest.fixture(scope="module", params=["lisa.jsonl", "lisa_en.jsonl"])
def lisa(request: pytest.FixtureRequest) -> hoi.Conversation:
    """The case in Dutch and in English."""
    line = (EXAMPLES / str(request.param)).read_text(encoding="utf-8")
    return hoi.Conversation.model_validate(json.loads(line))


@pytest.fixture(scope="module")
def tagged(guide: hoi.Guide, lisa: hoi.Conversation) -> hoi.TaggedConversation:
    """The case as hoi tags it."""
    return guide.tag(lisa)


def test_topics_are_those_of_the_case(tagged: hoi.TaggedConversation) -> None:
    """Trauma, the voice and her self-image, and nothing beside them."""
    assert {t.id for t in tagged.topics} == {"trauma", "psychosis_sensitivity", "self_image"}
    assert sum(t.main for t in tagged.topics) == 1


@pytest.mark.parametrize("question", sorted(ASKED))
def test_question_is_asked_and_answered(tagged: hoi.TaggedConversation, question: str) -> None:
    """Each of the four questions is heard where it was asked, and its answer after it."""
    found = {q.id: q for q in tagged.hoi_questions}[question]
    assert ASKED[question] in found.asked
    assert ANSWERS[question] & set(found.answered)


@pytest.mark.parametrize("element", ["meaning", "empowerment", "connectedness"])
def test_chime_d_names_what_the_case_names(tagged: hoi.TaggedConversation, element: str) -> None:
    """The article names these three; either speaker may show them."""
    found = {c.id: c for c in tagged.chime_d}
    assert element in found
    assert found[element].visitor or found[element].chatter


def test_her_themes_outweigh_her_age(
    guide: hoi.Guide, lisa: hoi.Conversation, tagged: hoi.TaggedConversation
) -> None:
    """By age intimacy comes first; her talk is about identity."""
    assert lisa.intake is not None
    band = lisa.intake.age_band
    prior = next(b.prior for b in guide.framework.erikson.age_bands if b.band == band)
    assert max(prior, key=lambda stage: prior[stage]) == "intimacy"
    assert (tagged.life_stage.id, tagged.life_stage.by) == ("identity", "themes")


def test_nothing_escalates(tagged: hoi.TaggedConversation) -> None:
    """Abuse long past and a voice that orders nothing are talked about, not passed on."""
    assert [(f.id, f.message) for f in tagged.flags if f.escalate] == []


def test_the_visitor_is_not_read_as_suicidal(tagged: hoi.TaggedConversation) -> None:
    """Shame and feeling broken are no death wish."""
    assert [f for f in tagged.flags if f.id == "suicidality" and f.tier == "flag"] == []


def test_the_talk_ends_well(tagged: hoi.TaggedConversation) -> None:
    """Both say goodbye."""
    assert tagged.ending == "normal"


def test_evidence_points_at_the_words(
    lisa: hoi.Conversation, tagged: hoi.TaggedConversation
) -> None:
    """Every piece of evidence can be laid on the text as it came in."""
    shown = [e for topic in tagged.topics for e in topic.evidence]
    shown += [e for flag in tagged.flags for e in flag.evidence]
    shown += [e for c in tagged.chime_d for e in (*c.visitor, *c.chatter)]
    shown += tagged.life_stage.evidence
    assert shown
    for e in shown:
        assert e.text == lisa.messages[e.message].text[e.start : e.end]
