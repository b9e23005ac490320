"""What must hold of a live session, whatever is typed."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

import hoi
from hoi.guidance.session import Session
from hoi.model.advice import Advice
from hoi.model.conversation import Message

LINES = (
    "ik hoor stemmen die zeggen dat ik niks waard ben",
    "ik schaam me kapot",
    "mijn vader is overleden en ik mis hem",
    "ik wil niet meer leven",
    "ik heb de pillen klaarliggen, vanavond doe ik het",
    "kan ik stoppen met mijn sertraline?",
    "jij snapt er niks van",
    "ik heb dit nog nooit aan iemand verteld",
    "hij slaat me elke dag",
    "ja",
    "nee, dat niet",
    "oke",
    "",
    "dankjewel, ik ga slapen",
    "doei",
    "i feel so ashamed of myself and i can't sleep",
    "my mother died last year",
    "i want to be dead",
    "what should i do?",
    "you don't understand me at all",
    "haha doodmoe van het werk",
)
REPLIES = (
    "Wat is er gebeurd?",
    "Denk je aan zelfmoord?",
    "Waarom doe je dat?",
    "Komt vast goed. Kop op!",
    "Hoe is het voor jou? En wat doet je moeder?",
    "Dat klinkt zwaar. Wat zou je het liefst willen?",
    "That sounds heavy. What would you like for yourself?",
    "Ik lees mee.",
    "",
)
TALKS = st.lists(
    st.one_of(
        st.sampled_from(LINES).map(lambda text: Message(role="visitor", text=text)),
        st.sampled_from(REPLIES).map(lambda text: Message(role="chatter", text=text)),
        st.text(max_size=30).map(lambda text: Message(role="visitor", text=text)),
    ),
    max_size=24,
)
INTAKES = st.builds(
    hoi.Intake,
    age_band=st.sampled_from([None, "10-20", "21-30", "50+"]),
    need=st.sampled_from([None, "advice", "contact"]),
    language=st.sampled_from([None, "nl", "en"]),
)


def lived(session: Session, talk: list[Message]) -> list[Advice]:
    return [session.observe(message) for message in talk]


@given(INTAKES, TALKS)
def test_replay_is_living_through(
    guide: hoi.Guide, intake: hoi.Intake, talk: list[Message]
) -> None:
    conversation = hoi.Conversation(id="x", intake=intake, messages=tuple(talk))
    replayed = [advice for _, advice in guide.replay(conversation)]
    assert replayed == lived(guide.session(intake), talk)


@given(TALKS, st.data())
def test_saving_anywhere_changes_nothing(
    guide: hoi.Guide, talk: list[Message], data: st.DataObject
) -> None:
    cut = data.draw(st.integers(0, len(talk)))
    whole = guide.session()
    advice = lived(whole, talk)
    half = guide.session()
    lived(half, talk[:cut])
    again = guide.restore(half.save())
    assert lived(again, talk[cut:]) == advice[cut:]
    assert again.save() == whole.save()


@given(st.lists(TALKS, min_size=2, max_size=5))
def test_interleaved_sessions_do_not_mix(guide: hoi.Guide, talks: list[list[Message]]) -> None:
    alone = [lived(guide.session(), talk) for talk in talks]
    sessions = [guide.session() for _ in talks]
    together: list[list[Advice]] = [[] for _ in talks]
    for number in range(max(map(len, talks))):
        for place, talk in enumerate(talks):
            if number < len(talk):
                together[place].append(sessions[place].observe(talk[number]))
    assert together == alone


@given(TALKS, st.sampled_from(["nl", "en"]))
def test_advice_is_little_new_and_explained(
    guide: hoi.Guide, talk: list[Message], language: hoi.Language
) -> None:
    texts = {
        text.to(language)
        for piece in guide.framework.advice.pieces
        for text in (piece.text, piece.reason)
    }
    shown: list[set[str]] = []
    for advice in lived(guide.session(language=language), talk):
        ids = {suggestion.id for suggestion in advice.suggestions}
        assert len(advice.suggestions) == len(ids) <= 3
        assert not ids & set().union(*shown[-5:])
        shown.append(ids)
        for suggestion in advice.suggestions:
            assert {suggestion.text, suggestion.reason} <= texts


@given(TALKS)
def test_a_level_never_falls(guide: hoi.Guide, talk: list[Message]) -> None:
    rungs = [None, "passive_wish", "active_thoughts", "method", "intent_or_plan", "acute"]
    highest: dict[tuple[str, str], int] = {}
    for advice in lived(guide.session(), talk):
        now: dict[tuple[str, str], int] = {
            (one.flag.id, one.flag.experiencer): rungs.index(one.flag.level) for one in advice.flags
        }
        for flag, rung in highest.items():
            assert now[flag] >= rung
        highest = now


@pytest.mark.slow
def test_a_thousand_sessions_at_once(guide: hoi.Guide) -> None:
    talk = [Message(role="visitor", text=line) for line in LINES]
    alone = lived(guide.session(), talk)
    sessions = [guide.session() for _ in range(1000)]
    for number, message in enumerate(talk):
        assert all(session.observe(message) == alone[number] for session in sessions)


@pytest.mark.slow
def test_a_step_costs_the_same_however_long_the_talk(guide: hoi.Guide) -> None:
    session = guide.session()
    at = datetime(2025, 3, 1, 12)
    for number in range(10_000):
        text = f"{LINES[number % len(LINES)]} {number}"
        session.observe(Message(role="visitor", text=text, at=at + timedelta(seconds=number)))
    state = session._state
    assert len(state.shown) <= 24
    assert len(state.watches) <= 50
    assert sum(len(theme.shown) for theme in state.themes.values()) <= 50
