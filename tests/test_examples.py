"""The other example chats: what they are about, what is passed on, and what must not be."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

import pytest

import hoi
from hoi.model.tagged import LEVELS, FlagTag

CHATS = Path(__file__).parents[1] / "examples" / "chats.jsonl"


class Due(NamedTuple):
    """A flag that must be passed on, and the message it belongs to."""

    flag: str
    message: int
    level: str | None = None
    kind: str | None = None


class Expected(NamedTuple):
    """What a chat must come out at; `also` are flags that may be passed on besides those due."""

    main: frozenset[str]
    due: tuple[Due, ...] = ()
    also: frozenset[tuple[str, int]] = frozenset()
    ending: str = "normal"


def topics(*names: str) -> frozenset[str]:
    """The topics any of which may be the main one."""
    return frozenset(names)


EXPECTED = {
    "passive-wish": Expected(
        topics("mood_and_suicidality"),
        (Due("suicidality", 8, "passive_wish"),),
        # "soms" to the plain question in the message before; no more than a quiet wish either.
        also=frozenset({("suicidality", 7)}),
    ),
    "taper": Expected(
        topics("medication"),
        (Due("medication_question", 3, kind="tapering_stopping"),),
        # Being asked for: the opening, the weight and dullness, and being told to go on taking it.
        also=frozenset(("medication_question", n) for n in (1, 2, 5, 7, 11)),
    ),
    "brother": Expected(
        topics("problems_in_surroundings"),
        (Due("third_party_risk", 4, "active_thoughts"),),
    ),
    "retired": Expected(topics("life_stage", "problems_in_surroundings")),
    "student": Expected(topics("competence")),
    "familiar-voices": Expected(topics("psychosis_sensitivity")),
    "broke-off": Expected(
        topics("mood_and_suicidality"),
        (
            Due("suicidality", 6, "active_thoughts"),
            Due("suicidality", 7, "intent_or_plan"),
        ),
        # "geen uitweg": enough to pass on, though to ask openly would do. After the plan, any
        # message may still carry it.
        also=frozenset({("suicidality", 4), ("suicidality", 9)}),
        ending="abrupt",
    ),
    "grief": Expected(topics("major_event")),
    # No theme at all: a chat for company is `other`.
    "dead-tired": Expected(topics("other")),
}
HARMLESS = ["dead-tired", "retired", "student", "familiar-voices", "grief"]


def read_chats() -> dict[str, hoi.Conversation]:
    """The example chats by id."""
    lines = CHATS.read_text(encoding="utf-8").splitlines()
    chats = [hoi.Conversation.model_validate(json.loads(line)) for line in lines]
    return {chat.id: chat for chat in chats}


@pytest.fixture(scope="module")
def tagged() -> dict[str, hoi.TaggedConversation]:
    """All example chats as the shipped framework tags them."""
    guide = hoi.load()
    return {name: guide.tag(chat) for name, chat in read_chats().items()}


def escalated(chat: hoi.TaggedConversation) -> list[FlagTag]:
    """The flags to be passed on."""
    return [flag for flag in chat.flags if flag.escalate]


def test_every_chat_has_its_expectation() -> None:
    """No chat without a check, no check without a chat."""
    chats = read_chats()
    assert set(chats) == set(EXPECTED)
    assert sorted(chat.language or "" for chat in chats.values()) == ["en"] * 3 + ["nl"] * 6
    assert all(8 <= len(chat.messages) <= 24 for chat in chats.values())


@pytest.mark.parametrize("name", sorted(set(EXPECTED) - {"dead-tired"}))
def test_main_topic(tagged: dict[str, hoi.TaggedConversation], name: str) -> None:
    """The main topic is what the talk was about."""
    main = [topic.id for topic in tagged[name].topics if topic.main]
    assert len(main) == 1
    assert main[0] in EXPECTED[name].main


def test_company_has_no_theme(tagged: dict[str, hoi.TaggedConversation]) -> None:
    """A chat for company may stay without a topic; if it has one, it is `other`."""
    assert {topic.id for topic in tagged["dead-tired"].topics} <= EXPECTED["dead-tired"].main


def test_retirement_and_loneliness_are_both_heard(
    tagged: dict[str, hoi.TaggedConversation],
) -> None:
    """The phase of life and the empty week belong together here."""
    heard = {topic.id for topic in tagged["retired"].topics}
    assert heard >= {"life_stage", "problems_in_surroundings"}


@pytest.mark.parametrize(
    ("name", "due"),
    [(name, due) for name, expected in EXPECTED.items() for due in expected.due],
    ids=lambda value: value if isinstance(value, str) else f"{value.flag}@{value.message}",
)
def test_what_is_due_is_passed_on(
    tagged: dict[str, hoi.TaggedConversation], name: str, due: Due
) -> None:
    """Each flag comes at its message, with its level or kind."""
    found = [
        (flag.level, flag.kind)
        for flag in escalated(tagged[name])
        if (flag.id, flag.message) == (due.flag, due.message)
    ]
    assert found == [(due.level, due.kind)]


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_nothing_else_is_passed_on(tagged: dict[str, hoi.TaggedConversation], name: str) -> None:
    """What is passed on is due, or among what may be."""
    allowed = {(due.flag, due.message) for due in EXPECTED[name].due} | EXPECTED[name].also
    extra = [flag for flag in escalated(tagged[name]) if (flag.id, flag.message) not in allowed]
    assert [(flag.id, flag.level, flag.message) for flag in extra] == []


@pytest.mark.parametrize("name", HARMLESS)
def test_harmless_chats_stay_quiet(tagged: dict[str, hoi.TaggedConversation], name: str) -> None:
    """No alarm at a figure of speech, at loneliness, at familiar voices or at mourning."""
    assert escalated(tagged[name]) == []


@pytest.mark.parametrize("name", ["dead-tired", "student", "familiar-voices"])
def test_figures_of_speech_are_not_even_asked_about(
    tagged: dict[str, hoi.TaggedConversation], name: str
) -> None:
    """ "Doodmoe" and "uni is killing me" raise no question about death."""
    heard = [f for f in tagged[name].flags if f.id == "suicidality" and not f.negated]
    assert heard == []


def test_soms_takes_its_meaning_from_the_question(
    tagged: dict[str, hoi.TaggedConversation],
) -> None:
    """ "Denk je aan de dood?" - "soms": the answer is heard, at no more than its level."""
    found = [
        flag
        for flag in tagged["passive-wish"].flags
        if flag.id == "suicidality" and not flag.negated
    ]
    assert {flag.message for flag in found} >= {7, 8}
    assert all(flag.experiencer == "self" for flag in found)
    assert {flag.level for flag in found if flag.escalate} == {"passive_wish"}


def test_the_brother_is_not_the_writer(tagged: dict[str, hoi.TaggedConversation]) -> None:
    """His wish is kept as his; she herself is not read as suicidal."""
    found = [flag for flag in tagged["brother"].flags if flag.id == "suicidality"]
    assert [flag.message for flag in found if flag.experiencer == "other"] == [4]
    assert not any(flag.escalate for flag in found)
    assert not any(flag.experiencer == "self" and not flag.negated for flag in found)


def test_the_plan_is_the_highest_level(tagged: dict[str, hoi.TaggedConversation]) -> None:
    """A plan with a time and letters is not outdone, and "laat maar" does not take it back."""
    levels = [f.level for f in escalated(tagged["broke-off"]) if f.id == "suicidality"]
    assert max((level for level in levels if level), key=LEVELS.index) == "intent_or_plan"


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_ending(tagged: dict[str, hoi.TaggedConversation], name: str) -> None:
    """A goodbye or thanks ends a talk; a last question left open breaks it off."""
    assert tagged[name].ending == EXPECTED[name].ending
