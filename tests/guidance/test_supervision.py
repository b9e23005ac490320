"""The pack for supervision: which chats, why, what by month, and which coaching is due."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from typing import Any
from weakref import ref

import pytest
from hypothesis import given
from hypothesis import strategies as st

import hoi
from hoi.guidance.supervision import PICKS, Pair, pack
from hoi.model.base import LANGUAGES
from hoi.model.tagged import Evidence, FlagTag
from hoi.model.trajectory import SupervisionPack

TODAY = date(2025, 6, 30)
START = datetime(2025, 3, 4, 20, 0, tzinfo=UTC)
QUESTIONS = ("what_happened", "talents_vulnerabilities", "want_for_self", "sources_of_help")
SHOWN = {"message": 0, "start": 0, "end": 2, "text": "ik", "rule": "nl.some.rule"}
PLAN = "ik heb de pillen klaarliggen, vanavond doe ik het"


def flagged(level: str | None = "active_thoughts", **more: Any) -> FlagTag:
    values = {
        "id": "suicidality",
        "level": level,
        "kind": None,
        "experiencer": "self",
        "time": "current",
        "negated": False,
        "tier": "flag",
        "escalate": True,
        "message": 0,
        "dimensions": (),
        "evidence": [SHOWN],
    }
    return FlagTag.model_validate(values | more)


def chat(
    guide: hoi.Guide,
    name: str,
    *,
    at: datetime | None = START,
    topics: Iterable[str] = (),
    flags: Iterable[FlagTag] = (),
    answered: int = 0,
    worked_on: Iterable[str] = (),
    ending: str = "normal",
    messages: Iterable[str] = ("visitor", "chatter"),
    frameworks: str | None = None,
) -> Pair:
    """A conversation with tags as invented here."""
    conversation = hoi.Conversation.model_validate(
        {"id": name, "messages": [{"role": role, "text": "ik", "at": at} for role in messages]}
    )
    tagged = hoi.TaggedConversation.model_validate(
        {
            "id": name,
            "language": "nl",
            "topics": [
                {"id": topic, "main": place == 0, "weight": 3.0, "evidence": [SHOWN]}
                for place, topic in enumerate(topics)
            ],
            "flags": list(flags),
            "hoi_questions": [
                {"id": question, "asked": [0], "answered": [1] if place < answered else []}
                for place, question in enumerate(QUESTIONS)
            ],
            "chime_d": [
                {"id": element, "visitor": [], "chatter": [SHOWN]} for element in worked_on
            ],
            "life_stage": {"id": None, "by": "unclear", "alternatives": [], "evidence": []},
            "ending": ending,
            "frameworks": guide.framework.digest if frameworks is None else frameworks,
            "hoi": "0",
        }
    )
    return conversation, tagged


def good(guide: hoi.Guide, name: str, **more: Any) -> Pair:
    return chat(guide, name, answered=3, worked_on=("hope", "empowerment"), **more)


def packed(
    guide: hoi.Guide, chats: Iterable[Pair], language: str = "nl", **more: Any
) -> SupervisionPack:
    values: dict[str, Any] = {"today": TODAY, "seniority_years": 0.5, **more}
    return pack(chats, framework=guide.framework, language=language, **values)


def kinds(made: SupervisionPack) -> dict[str, str]:
    return {pick.conversation: pick.kind for pick in made.picks}


# --- picks --------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_kind_is_picked_with_its_reason(guide: hoi.Guide, language: str) -> None:
    chats = [
        chat(guide, "plain", topics=["self_image"]),
        good(guide, "good"),
        chat(guide, "rare", topics=["chat_dependency", "trauma"]),
        chat(guide, "low"),
        chat(guide, "left", ending="abrupt"),
        chat(guide, "risk", flags=[flagged()], ending="abrupt"),
    ]
    made = packed(guide, chats, language, ratings={"low": 2, "good": 5, "plain": 3})
    assert list(kinds(made).items()) == [
        ("risk", "open_risk"),
        ("left", "rupture"),
        ("low", "low_rating"),
        ("rare", "rare_topic"),
        ("good", "good_example"),
    ]
    assert made.picks[0].also == ("rupture",)
    assert made.picks[0].evidence == (Evidence.model_validate(SHOWN),)
    level = next(one for one in guide.framework.escalation.levels if one.id == "active_thoughts")
    assert level.name.to(language).lower() in made.picks[0].reason
    assert all("{" not in pick.reason and pick.reason for pick in made.picks)


def test_what_was_really_tagged_can_be_packed(guide: hoi.Guide) -> None:
    conversation = hoi.Conversation.model_validate(
        {
            "id": "a",
            "messages": [
                {"role": "visitor", "text": "hoi, ik vind het lastig om te beginnen"},
                {"role": "chatter", "text": "Neem de tijd. Wat is er gebeurd?"},
                {"role": "visitor", "text": PLAN},
                {"role": "chatter", "text": "Ben je nu alleen?"},
            ],
        }
    )
    made = packed(guide, [(conversation, guide.tag(conversation))])
    (pick,) = made.picks
    assert (pick.kind, pick.on) == ("open_risk", None)
    assert any("pillen" in shown.text for shown in pick.evidence)
    assert made.topics[0].month is None


def test_a_risk_is_open_when_the_chatter_wrote_nothing_after_it(guide: hoi.Guide) -> None:
    last = chat(guide, "a", flags=[flagged(message=1)], messages=("chatter", "visitor"))
    answered = chat(guide, "b", flags=[flagged(message=0)])
    assert kinds(packed(guide, [last, answered])) == {"a": "open_risk"}


def test_a_risk_that_cannot_wait_is_open_until_it_is_handled(guide: hoi.Guide) -> None:
    chats = [chat(guide, "a", flags=[flagged("acute")]), chat(guide, "b", flags=[flagged()])]
    assert kinds(packed(guide, chats)) == {"a": "open_risk"}
    closed = {"a": {("suicidality", "self")}}
    assert kinds(packed(guide, chats, handled=closed)) == {"b": "open_risk"}
    assert len(packed(guide, chats, handled={}).picks) == 2


def test_what_is_not_passed_on_is_no_risk(guide: hoi.Guide) -> None:
    flags = [flagged(escalate=False, negated=True), flagged(escalate=False, tier="ask")]
    assert not packed(guide, [chat(guide, "a", flags=flags)], handled={}).picks


def test_the_most_urgent_comes_first(guide: hoi.Guide) -> None:
    levels = ("passive_wish", "acute", "active_thoughts", "intent_or_plan")
    chats = [chat(guide, level, flags=[flagged(level)], ending="abrupt") for level in levels]
    made = packed(guide, chats)
    assert list(kinds(made)) == ["acute", "intent_or_plan", "active_thoughts", "passive_wish"]
    both = chat(guide, "x", flags=[flagged("passive_wish"), flagged("acute")], ending="abrupt")
    assert packed(guide, [both]).picks[0].reason == made.picks[0].reason


def test_signs_of_a_rupture_come_before_leaving_without_a_word(guide: hoi.Guide) -> None:
    shown = Evidence.model_validate(SHOWN)
    chats = [chat(guide, "a", ending="abrupt"), good(guide, "b")]
    made = packed(guide, chats, ruptures={"b": [shown]})
    assert list(kinds(made).items()) == [("b", "rupture"), ("a", "rupture")]
    assert made.picks[0].evidence == (shown,)


def test_a_good_example_is_not_one_that_the_visitor_rated_lower(guide: hoi.Guide) -> None:
    chats = [good(guide, name) for name in ("none", "high", "middle", "low")]
    made = packed(guide, chats, ratings={"high": 4, "middle": 3, "low": 1})
    assert kinds(made) == {"low": "low_rating", "none": "good_example", "high": "good_example"}


def test_many_risks_leave_room_and_are_told_of(guide: hoi.Guide) -> None:
    risks = [
        chat(guide, f"r-{n}", flags=[flagged("acute")], ending="abrupt") for n in range(PICKS + 4)
    ]
    made = packed(guide, [*risks, good(guide, "good")], "en")
    assert list(kinds(made).values()) == ["open_risk"] * (PICKS - 1) + ["good_example"]
    assert any("open risk" in note and "5" in note for note in made.notes)
    few = packed(guide, risks[:3], "en")
    assert not any("open risk" in note for note in few.notes)


def test_a_conversation_that_comes_twice_is_picked_once(guide: hoi.Guide) -> None:
    risk = chat(guide, "a", flags=[flagged()], ending="abrupt")
    assert len(packed(guide, [risk, risk]).picks) == 1
    worse = chat(guide, "a", flags=[flagged("acute")], ending="abrupt")
    assert packed(guide, [risk, worse]).picks == packed(guide, [worse, risk]).picks
    assert kinds(packed(guide, [good(guide, "a"), risk])) == {"a": "open_risk"}


# --- by month -----------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_topics_and_chime_d_by_month(guide: hoi.Guide, language: str) -> None:
    april = START.replace(month=4)
    chats = [
        chat(guide, "a", topics=["trauma", "meaning"], worked_on=["hope"]),
        chat(guide, "b", topics=["trauma"]),
        chat(guide, "c", topics=["meaning"], at=april),
        chat(guide, "d", at=None),
    ]
    made = packed(guide, chats, language)
    assert [(m.month, m.chats) for m in made.topics] == [("2025-03", 2), ("2025-04", 1), (None, 1)]
    assert [(t.id, t.chats) for t in made.topics[0].topics] == [("trauma", 2), ("meaning", 1)]
    names = {t.id: t.name.to(language) for t in guide.framework.topics.topics}
    assert made.topics[0].topics[0].name == names["trauma"]
    elements = {e.id: (e.visitor, e.chatter) for e in made.chime_d[0].elements}
    assert elements["hope"] == (0, 1)
    assert list(elements) == [e.id for e in guide.framework.chime_d.elements]
    assert set(elements.values()) == {(0, 1), (0, 0)}


def test_a_month_is_that_of_the_netherlands(guide: hoi.Guide) -> None:
    late = datetime(2025, 3, 31, 22, 30, tzinfo=UTC)
    assert packed(guide, [chat(guide, "a", at=late)]).topics[0].month == "2025-04"
    first = datetime.max.replace(tzinfo=UTC)
    assert packed(guide, [chat(guide, "a", at=first)]).topics[0].chats == 1


# --- coaching -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("years", "form", "last", "due"),
    [
        (0, "year_1", date(2025, 6, 23), date(2025, 6, 30)),
        (0.99, "year_1", date(2025, 6, 24), date(2025, 7, 1)),
        (1, "year_2", date(2025, 6, 16), date(2025, 6, 30)),
        (1.5, "year_2", date(2025, 6, 17), date(2025, 7, 1)),
        (2, "year_3_and_later", date(2024, 6, 30), date(2025, 6, 30)),
        (9, "year_3_and_later", date(2024, 7, 1), date(2025, 7, 1)),
        (9, "year_3_and_later", date.max, date.max),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_coaching_is_due_by_seniority(
    guide: hoi.Guide, years: float, form: str, last: date, due: date, language: str
) -> None:
    made = packed(guide, [], language, seniority_years=years, last_coaching=last)
    coaching, intervision = made.coaching
    assert (coaching.id, coaching.due, coaching.is_due) == (form, due, due <= TODAY)
    assert str(due) in coaching.reason
    every = {s.id: s.every.to(language) for s in guide.framework.trajectory.supervision}
    assert coaching.every == every[form]
    assert (intervision.id, intervision.last, intervision.is_due) == ("intervision", None, True)


def test_intervision_is_due_each_quarter(guide: hoi.Guide) -> None:
    dues = [
        packed(guide, [], last_intervision=last).coaching[1].due
        for last in (date(2025, 3, 31), date(2025, 11, 30))
    ]
    assert dues == [date(2025, 6, 30), date(2026, 2, 28)]


@pytest.mark.parametrize("years", [-1, float("nan"), float("inf")])
def test_years_that_are_none_are_refused(guide: hoi.Guide, years: float) -> None:
    with pytest.raises(hoi.InputError, match="seniority"):
        packed(guide, [], seniority_years=years)


# --- notes --------------------------------------------------------------------------------------


def test_what_is_odd_about_the_input_is_told(guide: hoi.Guide) -> None:
    apart = (chat(guide, "a")[0], chat(guide, "b")[1])
    cases: list[tuple[list[Pair], dict[str, Any], str]] = [
        ([apart], {}, "not of the same"),
        ([chat(guide, "a", at=None)], {}, "without a date"),
        ([chat(guide, "a", at=START.replace(year=2026))], {}, "after today"),
        ([chat(guide, "a", frameworks="other")], {}, "other rules"),
        ([chat(guide, "a")], {"ratings": {"a": 7}}, "1 to 5"),
    ]
    for chats, more, words in cases:
        (note,) = packed(guide, chats, "en", **more).notes
        assert words in note
        assert "1" in note
        (dutch,) = packed(guide, chats, "nl", **more).notes
        assert dutch != note
    assert packed(guide, [chat(guide, "a")]).notes == ()
    assert packed(guide, [apart]).topics == ()


# --- always -------------------------------------------------------------------------------------

LEVELS = st.sampled_from(("passive_wish", "active_thoughts", "acute"))
TOPICS = ("trauma", "chat_dependency", "gone")
CHATS = st.lists(
    st.fixed_dictionaries(
        {
            "name": st.integers(0, 30).map(str),
            "at": st.none() | st.datetimes() | st.datetimes(timezones=st.just(UTC)),
            "topics": st.lists(st.sampled_from(TOPICS), unique=True),
            "flags": st.lists(st.builds(flagged, LEVELS, escalate=st.booleans()), max_size=2),
            "answered": st.integers(0, 4),
            "worked_on": st.lists(st.sampled_from(("hope", "identity", "gone")), unique=True),
            "ending": st.sampled_from(("normal", "abrupt", "open")),
            "messages": st.lists(st.sampled_from(("visitor", "chatter")), max_size=3),
        }
    ),
    max_size=24,
)
RATINGS = st.dictionaries(st.integers(0, 30).map(str), st.integers(0, 6))


@given(CHATS, RATINGS, st.sampled_from(LANGUAGES))
def test_picks_are_at_most_eight_and_unique(
    guide: hoi.Guide, chats: list[dict[str, Any]], ratings: dict[str, int], language: str
) -> None:
    made = packed(guide, (chat(guide, **values) for values in chats), language, ratings=ratings)
    names = [pick.conversation for pick in made.picks]
    assert len(names) <= PICKS
    assert len(set(names)) == len(names)
    assert set(names) <= {values["name"] for values in chats}
    assert sum(month.chats for month in made.topics) == len(chats)


@given(CHATS, st.randoms(use_true_random=False))
def test_the_order_of_the_chats_makes_no_difference(
    guide: hoi.Guide, chats: list[dict[str, Any]], random: Any
) -> None:
    once = {values["name"]: values for values in chats}
    pairs = [chat(guide, **values) for values in once.values()]
    mixed = list(pairs)
    random.shuffle(mixed)
    assert packed(guide, mixed) == packed(guide, pairs)


def test_one_pass_holds_no_conversation(guide: hoi.Guide) -> None:
    seen: list[ref[hoi.Conversation]] = []
    most = 0

    def stream() -> Iterator[Pair]:
        nonlocal most
        for number in range(60):
            pair = chat(guide, str(number), flags=[flagged()], ending="abrupt")
            seen.append(ref(pair[0]))
            yield pair
            del pair
            most = max(most, sum(one() is not None for one in seen))

    made = packed(guide, stream())
    assert len(made.picks) == PICKS
    assert most <= 1
