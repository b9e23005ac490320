"""Scorecards: the signs in a message, their sums, and what becomes of flags and topics by them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import hoi
from hoi.errors import Place
from hoi.model.conversation import Message
from hoi.model.method import Line, Scorecard
from hoi.model.tagged import FlagTag, TaggedConversation
from hoi.reading.reader import Tail
from hoi.reading.tokens import BREAK, Kind, Reach, Token, token
from hoi.reading.weighing import FINE, POINTS_AT_MOST, Scales, length_of, signs_in

Points = Mapping[str, int]
Make = Callable[..., Path]


def words(text: str) -> list[Token]:
    return [BREAK if form == "/" else token(form, Kind.WORD) for form in text.split()]


def card(points: Points, ask_at: int = 1, *, name: str = "one", flag_at: int = 400) -> Scorecard:
    return Scorecard(
        id=f"nl.scorecard.{name}",
        language="nl",
        raises="flag/suicidality",
        ask_at=ask_at,
        flag_at=flag_at,
        points=tuple(Line(f"{n} {sign}", at) for at, (sign, n) in enumerate(points.items(), 1)),
        source="own",
        status="draft",
        place=Place("cards.yaml", 1, f"nl.scorecard.{name}"),
    )


def padded(signs: set[str], size: int) -> set[str]:
    """The signs, and others that no card knows, `size` together."""
    return signs | {f"other {number}" for number in range(size - len(signs))}


# --- signs ----------------------------------------------------------------------------------------


def test_the_signs_of_a_message() -> None:
    single = {"/", "ik", "wil", "niet", "meer"}
    pairs = {"/ ik", "ik wil", "wil niet", "niet meer", "meer /"}
    apart = {"/ .. wil", "ik .. niet", "wil .. meer", "niet .. /"}
    further = {"/ .. niet", "ik .. meer", "wil .. /"}
    assert signs_in(words("ik wil niet meer")) == single | pairs | apart | further


def test_no_further_apart_than_two_words_between() -> None:
    signs = signs_in(words("een twee drie vier vijf"))
    assert "een .. drie" in signs and "een .. vier" in signs
    assert "een .. vijf" not in signs and "een .. twee" not in signs


def test_longer_words_give_their_beginning() -> None:
    signs = signs_in(words("fiets fietsen"))
    assert {sign for sign in signs if sign.endswith("*")} == {"fiets*"}
    assert not [sign for sign in signs_in(words("fiets")) if sign.endswith("*")]


def test_lines_are_parted_by_an_edge() -> None:
    signs = signs_in(words("een / twee"))
    assert {"een /", "/ twee", "een .. twee"} <= signs
    assert "een twee" not in signs


def test_concepts_and_what_rules_said_are_signs() -> None:
    named = token("touw", Kind.WORD, Reach(names=frozenset({"{means}"})))
    assert {"{means}", "[wish]"} <= signs_in([named], ("[wish]",))
    assert "{means}" not in signs_in(words("touw"))


def test_a_message_without_words_has_only_edges() -> None:
    assert signs_in([]) == {"/", "/ /"}


# --- sums -----------------------------------------------------------------------------------------

SIGNS = [f"s{number}" for number in range(12)]
_points = st.integers(-POINTS_AT_MOST, POINTS_AT_MOST).filter(bool)
_cards = st.lists(
    st.builds(
        card,
        st.dictionaries(st.sampled_from(SIGNS), _points, min_size=1),
        st.integers(-POINTS_AT_MOST, POINTS_AT_MOST),
    ),
    max_size=40,
)
_messages = st.builds(padded, st.sets(st.sampled_from(SIGNS)), st.integers(0, 200))


def _plain(one: Scorecard, signs: set[str]) -> int:
    """The points of a card, added up without any lanes."""
    lines = [line.text.split(" ", 1) for line in one.points]
    together = sum(int(number) for number, sign in lines if sign in signs)
    return together * FINE // round(FINE * length_of(signs))


@given(_cards, _messages)
def test_lanes_give_the_plain_sum(cards: list[Scorecard], signs: set[str]) -> None:
    scales = Scales("nl", cards, ())
    sums = [(one, _plain(one, signs)) for one in cards]
    assert [(item.card, item.points) for item in scales.points(signs)] == sums
    reached = [(one, points) for one, points in sums if points >= one.ask_at]
    assert [(item.card, item.points) for item in scales.weigh(signs)] == reached


def test_heavy_cards_leave_their_neighbours_alone() -> None:
    signs = {f"s{number}" for number in range(2000)}
    heavy = dict.fromkeys(sorted(signs), POINTS_AT_MOST)
    against = {sign: -points for sign, points in heavy.items()}
    cards = [
        card(heavy, name="heavy"),
        card({"s1": 5}, name="light"),
        card(against, name="against"),
        card({"s1": 5}, name="last"),
    ]
    length = round(FINE * length_of(signs))
    total = FINE * 2000 * POINTS_AT_MOST
    got = {item.card.id: item.points for item in Scales("nl", cards, ()).points(signs)}
    assert got == {
        "nl.scorecard.heavy": total // length,
        "nl.scorecard.light": FINE * 5 // length,
        "nl.scorecard.against": -total // length,
        "nl.scorecard.last": FINE * 5 // length,
    }
    reached = [item.card.id for item in Scales("nl", cards, ()).weigh(signs)]
    assert reached == ["nl.scorecard.heavy", "nl.scorecard.light", "nl.scorecard.last"]


def test_a_neighbour_of_a_heavy_card_stays_at_its_limit_exactly() -> None:
    signs = {f"s{number}" for number in range(100)}
    for points in (POINTS_AT_MOST, -POINTS_AT_MOST):
        heavy = card(dict.fromkeys(sorted(signs), points), name="heavy")
        at, below = card({"s1": 5}, 5, name="at"), card({"s1": 5}, 6, name="below")
        reached = [
            item.card.id for item in Scales("nl", [heavy, at, heavy, below], ()).weigh(signs)
        ]
        assert [name for name in reached if name != heavy.id] == [at.id]


def test_a_limit_is_reached_at_its_number_exactly() -> None:
    signs = padded({"a"}, 100)  # a message of usual length
    assert [item.points for item in Scales("nl", [card({"a": 7}, 7)], ()).weigh(signs)] == [7]
    assert Scales("nl", [card({"a": 7}, 8)], ()).weigh(signs) == []


def test_a_card_may_ask_below_zero() -> None:
    scales = Scales("nl", [card({"a": -4}, -4)], ())
    assert [item.points for item in scales.weigh(padded({"a"}, 100))] == [-4]
    assert [item.points for item in scales.weigh(padded(set(), 100))] == [0]


def test_no_cards_weigh_nothing() -> None:
    scales = Scales("nl", [], ())
    assert scales.weigh({"a"}) == scales.points({"a"}) == []
    assert scales.decided == frozenset()


def test_the_same_points_weigh_less_in_a_longer_message() -> None:
    scales = Scales("nl", [card({"a": 100}, -400)], ())
    sizes = (1, 30, 50, 100, 400)
    points = [scales.weigh(padded({"a"}, size))[0].points for size in sizes]
    assert points[0] == points[1]  # very short ones all count alike
    assert points[1] > points[2] > points[3] > points[4]
    assert (points[3], points[4]) == (100, 50)


# --- shares ---------------------------------------------------------------------------------------


def _shares(points: Points, text: str, raised: Sequence[str] = ()) -> list[tuple[Any, ...]]:
    one = card(points)
    tokens = words(text)
    neighbour = card(dict.fromkeys(points, -3), name="neighbour")
    return [
        tuple(s)
        for s in Scales("nl", [neighbour, one], ()).shares(one, tokens, signs_in(tokens, raised))
    ]


@pytest.mark.parametrize(
    ("sign", "text", "places"),
    [
        ("meer", "ik wil niet meer", (3,)),
        ("niet meer", "niet nu niet meer", (2, 3)),
        ("ik .. niet", "ik wil niet meer", (0, 2)),
        ("ik .. meer", "ik wil niet meer", (0, 3)),
        ("spri*", "ik spring", ()),  # four letters are no sign
        ("sprin*", "ik ga springen", (2,)),
        ("/ ik", "ik wil", (0,)),
        ("wil /", "ik wil", (1,)),
        ("/ .. wil", "ik wil", (1,)),
        ("een /", "twee een / drie", (1,)),
        ("wil", "wil wil wil", (0,)),  # where it stands first
        ("[wish]", "ik wil", ()),
    ],
)
def test_where_a_sign_stands(sign: str, text: str, places: tuple[int, ...]) -> None:
    shares = _shares({sign: 9}, text, ["[wish]"])
    assert shares == ([] if sign == "spri*" else [(sign, 9, places)])


def test_the_most_telling_share_comes_first_and_all_add_up() -> None:
    points = {"wil": 3, "niet": -8, "ik": 12, "niet meer": 12, "trein": 50}
    shares = _shares(points, "ik wil niet meer")
    assert [(sign, number) for sign, number, _ in shares] == [
        ("ik", 12),
        ("niet meer", 12),
        ("wil", 3),
        ("niet", -8),
    ]


# --- what a card does to flags --------------------------------------------------------------------

SUICIDALITY = "flag/suicidality"
WISH = {"raises": SUICIDALITY, "dimension": "wish"}
RULES: list[dict[str, Any]] = [
    {"id": "nl.test.strong", **WISH, "grade": "4", "level": "method", "says": "kasteel"},
    {"id": "nl.test.weak", **WISH, "grade": "2", "says": "vijver"},
    {"id": "nl.test.near", **WISH, "grade": "3", "says": "zolder"},
    {
        "id": "nl.test.means",
        "raises": SUICIDALITY,
        "dimension": "means",
        "grade": "3",
        "says": "kelder",
    },
    {
        "id": "nl.test.answer",
        "raises": SUICIDALITY,
        "dimension": "answer",
        "grade": "4",
        "level": "asked",
        "after": "ask/suicidality",
        "says": "klopt",
    },
    {"id": "nl.test.friend", **WISH, "grade": "4", "experiencer": "other", "says": "buurman"},
    {"id": "nl.test.before", **WISH, "grade": "4", "time": "past", "says": "winter"},
    {
        "id": "nl.test.ask",
        "raises": "ask/suicidality",
        "by": "chatter",
        "level": "active_thoughts",
        "says": "een vraag",
    },
    {
        "id": "nl.test.medicine",
        "raises": "flag/medication_question",
        "kind": "dose",
        "grade": "4",
        "says": "beker",
    },
    {"id": "nl.test.topic", "raises": "topic/trauma", "grade": "4", "says": "molen"},
]
# The points are for short messages, which count a little more than half as long as a usual one:
# "lantaarn" asks, "fietsbel" flags, "drempel" is against.
OWN = {
    "id": "nl.scorecard.suicidality",
    "raises": SUICIDALITY,
    "ask_at": "20",
    "flag_at": "60",
    "points": "40 fietsbel\n20 lantaarn\n-40 drempel\n6 schommel\n6 wipwap\n20 {swing}",
}
MORE: list[dict[str, Any]] = [
    {
        **OWN,
        "id": "nl.scorecard.suicidality.other",
        "experiencer": "other",
        "points": "40 tractor\n20 aanhanger",
    },
    {**OWN, "id": "nl.scorecard.suicidality.past", "time": "past", "points": "40 klompen"},
    {**OWN, "id": "nl.scorecard.suicidality.plan", "level": "intent_or_plan", "points": "40 orgel"},
    {
        **OWN,
        "id": "nl.scorecard.suicidality.active",
        "level": "active_thoughts",
        "points": "40 viool",
    },
    {
        **OWN,
        "id": "nl.scorecard.medication",
        "raises": "flag/medication_question",
        "points": "40 servet",
    },
    {
        **OWN,
        "id": "nl.scorecard.medication.supply",
        "raises": "flag/medication_question",
        "kind": "supply",
        "points": "20 lepel",
    },
    {
        **OWN,
        "id": "nl.scorecard.medication.withdrawal",
        "raises": "flag/medication_question",
        "kind": "withdrawal",
        "points": "40 vork",
    },
    {
        **OWN,
        "id": "nl.scorecard.trauma",
        "raises": "topic/trauma",
        "decides": "yes",
        "points": "40 storm",
    },
    {**OWN, "id": "nl.scorecard.loneliness", "raises": "topic/meaning", "points": "12 duin"},
]


def _guide(make: Make, decides: str) -> hoi.Guide:
    folder = make(
        rules=RULES,
        cues=[{"id": "nl.cue.never", "sets": "negated", "says": "nooit"}],
        concepts=[{"id": "swing", "terms": "houten paard\ndraaimolen"}],
        scorecards=[{**OWN, "decides": decides}, *MORE],
        en_scorecards=[{**OWN, "id": "en.scorecard.suicidality", "points": "40 lighthouse"}],
    )
    return hoi.load(folder)


@pytest.fixture(scope="module")
def deciding(make_framework: Make) -> hoi.Guide:
    return _guide(make_framework, "yes")


@pytest.fixture(scope="module")
def joining(make_framework: Make) -> hoi.Guide:
    return _guide(make_framework, "no")


def _tag(guide: hoi.Guide, *said: str) -> TaggedConversation:
    """Tags messages of the visitor; those that begin with `>` are the chatter's."""
    messages = [
        {"role": "chatter" if text.startswith(">") else "visitor", "text": text.lstrip("> ")}
        for text in said
    ]
    return guide.tag({"id": "a", "messages": messages})


def _flags(guide: hoi.Guide, *said: str) -> tuple[FlagTag, ...]:
    return _tag(guide, *said).flags


def _tiers(guide: hoi.Guide, *said: str) -> list[str]:
    """The tiers of the flags of the last message."""
    return [flag.tier for flag in _flags(guide, *said) if flag.message == len(said) - 1]


@pytest.mark.parametrize(
    ("text", "tiers"),
    [
        ("lantaarn", ["ask"]),
        ("fietsbel", ["flag"]),
        ("fietsbel drempel", []),
        ("fietsbel lantaarn drempel", ["ask"]),
        ("schommel", []),
        ("schommel wipwap", ["ask"]),
        ("schommel schommel schommel schommel", []),  # each sign counts once
        ("het houten paard", ["ask"]),  # a concept of two words
        ("het paard is van een houten plank", []),
        ("draaimolen", ["ask"]),
        ("trein", []),
    ],
)
def test_a_card_alone(deciding: hoi.Guide, joining: hoi.Guide, text: str, tiers: list[str]) -> None:
    assert _tiers(deciding, text) == _tiers(joining, text) == tiers


def test_a_card_shows_the_words_that_weighed(deciding: hoi.Guide) -> None:
    (flag,) = _flags(deciding, "de lantaarn en de fietsbel, zonder drempel of houten paard")
    assert (flag.id, flag.experiencer, flag.time) == ("suicidality", "self", "current")
    assert flag.dimensions == ("weighed_words",)
    shown = [(item.text, item.rule) for item in flag.evidence]
    name = "nl.scorecard.suicidality"
    assert shown == [("lantaarn", name), ("fietsbel", name), ("houten paard", name)]


def test_the_length_of_the_message_counts(deciding: hoi.Guide) -> None:
    rest = " ".join(f"w{number}" for number in range(60))
    assert _tiers(deciding, "fietsbel") == ["flag"]
    assert _tiers(deciding, f"fietsbel {rest}") == ["ask"]


@pytest.mark.parametrize(
    ("text", "decided", "joined"),
    [
        ("kasteel", ["ask"], ["flag"]),  # rules flag, the card is silent
        ("kasteel lantaarn", ["ask"], ["flag"]),  # rules flag, the card asks
        ("kasteel fietsbel", ["flag"], ["flag"]),
        ("vijver", [], ["ask"]),  # rules ask, the card is silent
        ("vijver lantaarn", ["ask"], ["ask"]),
        ("vijver fietsbel", ["flag"], ["flag"]),
    ],
)
def test_a_card_decides_where_it_says_so(
    deciding: hoi.Guide, joining: hoi.Guide, text: str, decided: list[str], joined: list[str]
) -> None:
    assert (_tiers(deciding, text), _tiers(joining, text)) == (decided, joined)


def test_what_a_card_lowered_is_not_passed_on(deciding: hoi.Guide, joining: hoi.Guide) -> None:
    assert [flag.escalate for flag in _flags(deciding, "kasteel")] == [False]
    assert [flag.escalate for flag in _flags(joining, "kasteel")] == [True]


def test_rules_and_card_are_shown_together(deciding: hoi.Guide) -> None:
    (flag,) = _flags(deciding, "kasteel fietsbel")
    assert flag.dimensions == ("weighed_words", "wish")
    assert {item.rule for item in flag.evidence} == {"nl.test.strong", "nl.scorecard.suicidality"}


def test_an_answer_stands_without_the_card(deciding: hoi.Guide) -> None:
    assert _tiers(deciding, "> een vraag", "klopt") == ["flag"]
    assert _tiers(deciding, "klopt") == []


def test_what_rests_on_earlier_messages_stands(deciding: hoi.Guide) -> None:
    assert _tiers(deciding, "zolder.", "kelder.") == ["flag"]
    assert _tiers(deciding, "zolder.") == _tiers(deciding, "kelder.") == []


@pytest.mark.parametrize(
    ("text", "whose"),
    [
        ("buurman", ("other", "current", False)),
        ("winter", ("self", "past", False)),
        ("nooit kasteel", ("self", "current", True)),
    ],
)
def test_a_card_decides_on_the_writers_own_flag_of_now_only(
    deciding: hoi.Guide, text: str, whose: tuple[str, str, bool]
) -> None:
    flags = [flag for flag in _flags(deciding, text) if flag.id == "suicidality"]
    assert [(f.experiencer, f.time, f.negated) for f in flags] == [whose]
    assert [flag.tier for flag in flags] == ["flag"]


def test_a_denial_and_a_card_stand_beside_each_other(deciding: hoi.Guide) -> None:
    flags = _flags(deciding, "nooit kasteel fietsbel")
    assert sorted((flag.negated, flag.tier) for flag in flags) == [(False, "flag"), (True, "flag")]


def test_a_card_for_another(deciding: hoi.Guide) -> None:
    flags = {flag.id: flag for flag in _flags(deciding, "tractor")}
    assert set(flags) == {"suicidality", "third_party_risk"}
    assert {flag.experiencer for flag in flags.values()} == {"other"}
    assert (flags["third_party_risk"].escalate, flags["suicidality"].escalate) == (True, False)
    asked = {flag.id: flag for flag in _flags(deciding, "aanhanger")}
    assert not asked["third_party_risk"].escalate


def test_a_card_for_the_past(deciding: hoi.Guide) -> None:
    (flag,) = _flags(deciding, "klompen")
    assert (flag.experiencer, flag.time, flag.tier) == ("self", "past", "flag")
    assert not flag.escalate


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("fietsbel", "passive_wish"),  # the least that a flag means
        ("lantaarn", None),
        ("fietsbel viool", "active_thoughts"),
        ("fietsbel viool orgel", "intent_or_plan"),  # the highest holds
        ("lantaarn orgel", "intent_or_plan"),
        ("kasteel fietsbel viool", "method"),  # never below what a rule said
        ("kasteel fietsbel orgel", "intent_or_plan"),
    ],
)
def test_cards_of_levels(deciding: hoi.Guide, text: str, level: str | None) -> None:
    (flag,) = _flags(deciding, text)
    assert flag.level == level


@pytest.mark.parametrize("text", ["orgel", "viool orgel", "vork lepel"])
def test_a_card_of_a_level_or_kind_raises_nothing(
    deciding: hoi.Guide, joining: hoi.Guide, text: str
) -> None:
    assert _flags(deciding, text) == _flags(joining, text) == ()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("beker", "dose"),
        ("servet", None),
        ("servet lepel", "supply"),
        ("servet vork lepel", "withdrawal"),  # the one that reaches furthest
        ("beker lepel", "supply"),
    ],
)
def test_cards_of_kinds(deciding: hoi.Guide, text: str, kind: str | None) -> None:
    (flag,) = _flags(deciding, text)
    assert (flag.id, flag.kind, flag.level) == ("medication_question", kind, None)


# --- what rules said ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("kasteel", {"[suicidality flag]", "[wish]"}),
        ("vijver", {"[suicidality ask]", "[wish]"}),
        ("zolder kelder", {"[suicidality flag]", "[wish]", "[means]"}),
        ("buurman", {"[suicidality other]"}),
        ("winter", {"[suicidality past]"}),
        ("nooit kasteel", {"[suicidality denied]"}),
        ("beker", {"[medication_question flag]"}),
        ("molen", {"[topic/trauma]"}),
        ("fietsbel", set()),  # what cards say is no sign of theirs
    ],
)
def test_what_rules_said_is_a_sign(deciding: hoi.Guide, text: str, said: set[str]) -> None:
    signs = deciding.reader.signs(Message(role="visitor", text=text), Tail())
    assert {sign for sign in signs if sign.startswith("[")} == said


def test_a_card_weighs_what_rules_said(make_framework: Make) -> None:
    points = "-40 vijver\n60 [suicidality ask]"
    folder = make_framework(rules=RULES, scorecards=[{**OWN, "decides": "yes", "points": points}])
    (flag,) = _flags(hoi.load(folder), "vijver")
    assert flag.tier == "ask"
    assert {item.text for item in flag.evidence} == {"vijver"}


# --- topics, languages, pieces --------------------------------------------------------------------


def test_a_card_decides_on_its_topic(deciding: hoi.Guide) -> None:
    assert [topic.id for topic in _tag(deciding, "de storm").topics] == ["trauma"]
    assert _tag(deciding, "de molen").topics == ()  # a rule's word, and the card is silent


def test_a_card_that_does_not_decide_adds_to_the_rules(deciding: hoi.Guide) -> None:
    (topic,) = _tag(deciding, "het duin").topics
    assert topic.id == "meaning"
    assert [(item.text, item.rule) for item in topic.evidence] == [
        ("duin", "nl.scorecard.loneliness")
    ]


def test_each_language_has_its_cards(deciding: hoi.Guide) -> None:
    english, dutch = "because there is always the", "omdat er altijd nog een"
    assert _tiers(deciding, f"{english} lighthouse") == ["flag"]
    assert _tiers(deciding, f"{dutch} lighthouse") == []
    assert _tiers(deciding, f"{english} fietsbel") == []
    assert _tiers(deciding, f"{dutch} fietsbel") == ["flag"]


def test_the_chatter_is_never_weighed(deciding: hoi.Guide) -> None:
    assert _flags(deciding, "> fietsbel") == ()


def test_pieces_typed_in_a_row_are_weighed_together(deciding: hoi.Guide) -> None:
    (flag,) = _flags(deciding, "de schommel", "en de wipwap")
    assert (flag.message, flag.tier) == (1, "ask")
    assert [(item.message, item.text) for item in flag.evidence] == [(0, "schommel"), (1, "wipwap")]


def test_pieces_that_ask_alone_may_flag_together(deciding: hoi.Guide) -> None:
    flags = _flags(deciding, "de lantaarn", "het houten paard")
    assert [(flag.message, flag.tier) for flag in flags] == [(0, "ask"), (1, "flag")]


def test_what_earlier_pieces_reached_is_not_told_again(deciding: hoi.Guide) -> None:
    assert [flag.message for flag in _flags(deciding, "de lantaarn", "ja hoor")] == [0]


def test_a_question_between_parts_the_pieces(deciding: hoi.Guide) -> None:
    assert (
        _flags(deciding, "de schommel", "> wat bedoel je precies met die schommel?", "de wipwap")
        == ()
    )
