"""What must hold for any text at all."""

# ruff: noqa: RUF001 - odd signs are what is tested

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import hoi
from hoi.guidance.fold import fold
from hoi.model.conversation import Message, Role
from hoi.model.tagged import Evidence, TaggedConversation
from hoi.reading.reader import Reading, Tail

# Words that make rules fire, so that arbitrary text holds findings too.
TYPED = """
ik wil niet meer leven dood doodmoe zelfmoord nee ja soms vroeger mijn zus broer maar nu weer
snijd mezelf pillen stoppen met lithium stemmen zeggen dat moet springen trein vanavond afscheid
kheb heb'k gwn dooood z3lfmoord i want to die kill myself never my sister used pills hear voices
haha grapje thuis geslagen zwanger 14 jaar oud verdrietig eenzaam werk school dokter doei bedankt
"""
WORDS = TYPED.split()
SIGNS = [
    "\n",
    "\r\n",
    ". ",
    ", ",
    "...",
    "🙂",
    "💀",
    "\t",
    "\x00",
    "\u200b",
    "\u202e",
    "e\u0301",
    "?",
    "!",
]
TEXTS = st.one_of(
    st.text(max_size=60),
    st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join),
    st.lists(
        st.one_of(st.sampled_from(WORDS), st.sampled_from(SIGNS), st.text(max_size=4)), max_size=30
    ).map(" ".join),
    st.lists(st.one_of(st.sampled_from(WORDS), st.sampled_from(SIGNS)), max_size=15).map("".join),
)
CHATTER = st.one_of(
    TEXTS, st.sampled_from(["denk je aan de dood?", "heb je een plan?", "are you suicidal?"])
)
ROLES: st.SearchStrategy[Role] = st.sampled_from(("visitor", "visitor", "chatter"))


@st.composite
def messages(draw: st.DrawFn) -> tuple[Message, ...]:
    """A short talk; the visitor says the most."""
    roles = draw(st.lists(ROLES, max_size=6))
    return tuple(
        Message(role=role, text=draw(CHATTER if role == "chatter" else TEXTS)) for role in roles
    )


def _tag(guide: hoi.Guide, said: tuple[Message, ...], name: str = "a") -> TaggedConversation:
    return guide.tag(hoi.Conversation(id=name, messages=said))


def _evidence(tagged: TaggedConversation) -> list[Evidence]:
    return [
        *(item for topic in tagged.topics for item in topic.evidence),
        *(item for flag in tagged.flags for item in flag.evidence),
        *(item for tag in tagged.chime_d for item in (*tag.visitor, *tag.chatter)),
        *tagged.life_stage.evidence,
    ]


def _outcome(readings: list[Reading]) -> list[object]:
    return [(reading.findings, reading.graded) for reading in readings]


@pytest.fixture(scope="module")
def fresh(guide: hoi.Guide) -> hoi.Guide:
    """The same rules in a reader of its own, which remembers nothing of the other's texts."""
    return hoi.load()


@given(said=messages())
def test_evidence_quotes_the_text(guide: hoi.Guide, said: tuple[Message, ...]) -> None:
    for item in _evidence(_tag(guide, said)):
        text = said[item.message].text
        assert 0 <= item.start < item.end <= len(text)
        assert text[item.start : item.end] == item.text
        assert item.text == item.text.strip()


@given(text=st.text(max_size=300))
@example(text="")
@example(text="\x00\x01\x1f\x7f\x85\u2028\u2029")
@example(text="'’`´'")
@example(text="\u0301\u0301\u0301")
@example(text="dood" * 5000)
@example(text="d" + "o" * 20000 + "d")
@example(text="ik wil dood " * 500)
@example(text="🏳️‍🌈👨‍👩‍👧‍👦" * 500)
@example(text="((((<<<<||||{{{{....~~~~****####____")
@example(text="\u202eik wil dood\u202c שלום")
@example(text="İıſßǅﬁ½Ⅷ①")
@example(text="٣٤ १२ ²³")
@example(text="http://www." + "a." * 2000)
@example(text="a@" * 3000)
@example(text="x" * 1199 + "\n" + "y" * 1201 + " dood")
def test_no_text_crashes_the_guide(guide: hoi.Guide, text: str) -> None:
    said = (Message(text=text), Message(role="chatter", text=text), Message(text=text))
    tagged = _tag(guide, said)
    assert TaggedConversation.model_validate_json(tagged.model_dump_json()) == tagged


@given(texts=st.lists(CHATTER, max_size=6))
@example(texts=["ik wil dood", "ik maak er vanavond een eind aan", "i want to kill myself"])
@example(texts=["denk je aan de dood?", "soms", "ja"])
def test_the_chatter_alone_never_raises_a_flag(guide: hoi.Guide, texts: list[str]) -> None:
    said = tuple(Message(role="chatter", text=text) for text in texts)
    assert _tag(guide, said).flags == ()


@given(said=messages())
def test_replay_is_folding_message_by_message(guide: hoi.Guide, said: tuple[Message, ...]) -> None:
    whole = [item.reading for item in fold(guide.reader, said)]
    tail, step_by_step = Tail(), []
    for message in said:
        reading = guide.reader.read(message, tail)
        step_by_step.append(reading)
        tail = reading.tail
    assert _outcome(step_by_step) == _outcome(whole)


@given(said=messages())
def test_what_comes_later_does_not_change_what_was_read(
    guide: hoi.Guide, said: tuple[Message, ...]
) -> None:
    whole = _tag(guide, said).flags
    for end in range(len(said)):
        assert _tag(guide, said[:end]).flags == tuple(f for f in whole if f.message < end)


@given(one=messages(), other=messages())
def test_talks_do_not_touch_each_other(
    guide: hoi.Guide, fresh: hoi.Guide, one: tuple[Message, ...], other: tuple[Message, ...]
) -> None:
    first = (_tag(guide, one, "one"), _tag(guide, other, "other"))
    second = (_tag(fresh, other, "other"), _tag(fresh, one, "one"))
    assert first == second[::-1]


@given(said=messages())
def test_the_tail_stays_small(guide: hoi.Guide, said: tuple[Message, ...]) -> None:
    tail = Tail()
    for message in (*said, *said, *said):
        tail = guide.reader.read(message, tail).tail
        assert len(tail.fragments) <= 3
        limit = guide.framework.escalation.grading.tail_messages
        assert all(sign.message >= tail.number - limit - 1 for sign in tail.signs) or (
            message.role == "chatter"
        )
