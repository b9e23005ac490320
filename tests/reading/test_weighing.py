"""Scorecards: the signs in a message, their sums, and what becomes of flags and topics by them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import hoi
from hoi.errors import Place
from hoi.framework.load import shipped
from hoi.model.conversation import Message
from hoi.model.method import Line, Scorecard
from hoi.model.tagged import FlagTag, TaggedConversation
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
        match=(),
        no_match=(),
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
    sizes = (1, 60, 80, 100, 400)
    points = [scales.weigh(padded({"a"}, size))[0].points for size in sizes]
    assert points[0] == points[1]  # very short ones all count alike
    assert points[1] > points[2] > points[3] > points[4]
    assert (points[3], points[4]) == (100, 50)


# --- shares ---------------------------------------------------------------------------------------


def _one_of_two(points: Points) -> tuple[Scales, Scorecard]:
    """Scales with a card of these points, and the card; another has the same signs."""
    one = card(points)
    neighbour = card(dict.fromkeys(points, -3), name="neighbour")
    return Scales("nl", [neighbour, one], ()), one


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
    scales, one = _one_of_two({sign: 9})
    tokens = words(text)
    signs = signs_in(tokens, ["[wish]"])
    assert [tuple(share) for share in scales.shares(one, signs)] == (
        [] if sign == "spri*" else [(sign, 9)]
    )
    assert scales.telling(one, tokens, signs) == ([places] if places else [])


def test_the_most_telling_share_comes_first_and_all_add_up() -> None:
    points = {"wil": 3, "niet": -8, "ik": 12, "niet meer": 12, "trein": 50}
    scales, one = _one_of_two(points)
    tokens = words("ik wil niet meer")
    shares = scales.shares(one, signs_in(tokens))
    assert scales.telling(one, tokens, signs_in(tokens)) == [(0,), (2, 3), (1,)]
    assert [tuple(share) for share in shares] == [
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
    {"id": "nl.test.pair", **WISH, "grade": "4", "says": "gouden karper"},
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
# The points are for short messages, which count about three quarters as long as a usual one:
# "lantaarn" asks, "fietsbel" flags, "drempel" is against.
OWN = {
    "id": "nl.scorecard.suicidality",
    "raises": SUICIDALITY,
    "ask_at": "20",
    "flag_at": "60",
    "points": "50 fietsbel\n25 lantaarn\n-50 drempel\n8 schommel\n8 wipwap\n25 {swing}",
}
MORE: list[dict[str, Any]] = [
    {
        **OWN,
        "id": "nl.scorecard.suicidality.other",
        "experiencer": "other",
        "points": "50 tractor\n25 aanhanger",
    },
    {**OWN, "id": "nl.scorecard.suicidality.past", "time": "past", "points": "50 klompen"},
    {**OWN, "id": "nl.scorecard.suicidality.plan", "level": "intent_or_plan", "points": "50 orgel"},
    {
        **OWN,
        "id": "nl.scorecard.suicidality.active",
        "level": "active_thoughts",
        "points": "50 viool",
    },
    {
        **OWN,
        "id": "nl.scorecard.medication",
        "raises": "flag/medication_question",
        "points": "50 servet",
    },
    {
        **OWN,
        "id": "nl.scorecard.medication.supply",
        "raises": "flag/medication_question",
        "kind": "supply",
        "points": "25 lepel",
    },
    {
        **OWN,
        "id": "nl.scorecard.medication.withdrawal",
        "raises": "flag/medication_question",
        "kind": "withdrawal",
        "points": "50 vork",
    },
    {
        **OWN,
        "id": "nl.scorecard.trauma",
        "raises": "topic/trauma",
        "decides": "yes",
        "points": "50 storm",
    },
    {**OWN, "id": "nl.scorecard.loneliness", "raises": "topic/meaning", "points": "16 duin"},
]


def _limits(later: int) -> dict[str, str]:
    """The shipped limits, with `later_points` of our own, as a file of a framework."""
    text = (shipped() / "escalation.yaml").read_text(encoding="utf-8")
    text = re.sub(r"card_words: \d+", "card_words: 0", text)
    text, found = re.subn(r"later_points: \d+", f"later_points: {later}", text)
    assert found == 1
    return {"escalation.yaml": text}


def _guide(make: Make, decides: str, later: int = 0) -> hoi.Guide:
    folder = make(
        rules=RULES,
        cues=[{"id": "nl.cue.never", "sets": "negated", "says": "nooit"}],
        concepts=[{"id": "swing", "terms": "houten paard\ndraaimolen"}],
        scorecards=[{**OWN, "decides": decides}, *MORE],
        en_rules=[{"id": "en.test.strong", **WISH, "grade": "4", "says": "harbour"}],
        en_scorecards=[
            {**OWN, "id": "en.scorecard.suicidality", "decides": decides, "points": "50 lighthouse"}
        ],
        files=_limits(later),
    )
    return hoi.load(folder)


@pytest.fixture(scope="module")
def deciding(make_framework: Make) -> hoi.Guide:
    return _guide(make_framework, "yes")


@pytest.fixture(scope="module")
def joining(make_framework: Make) -> hoi.Guide:
    return _guide(make_framework, "no")


@pytest.fixture(scope="module")
def strict(make_framework: Make) -> hoi.Guide:
    """Cards need 20 points more for what is new once a talk is under way."""
    return _guide(make_framework, "yes", later=20)


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


def test_a_card_that_asks_does_not_lower_what_rests_on_earlier_messages(
    deciding: hoi.Guide,
) -> None:
    assert _tiers(deciding, "zolder.", "kelder lantaarn.") == ["flag"]
    assert _tiers(deciding, "kelder lantaarn.") == ["ask"]


def test_words_in_several_messages_stand_without_the_card(deciding: hoi.Guide) -> None:
    (flag,) = _flags(deciding, "de gouden", "karper")
    assert (flag.message, flag.tier) == (1, "flag")
    assert {item.message for item in flag.evidence} == {0, 1}
    assert _tiers(deciding, "de gouden karper") == ["ask"]  # alone the card decides


def test_a_rule_of_the_other_language_stands_without_the_card(deciding: hoi.Guide) -> None:
    english, dutch = "because there is always the", "omdat er altijd nog een"
    assert _tiers(deciding, f"{dutch} harbour") == ["flag"]
    assert _tiers(deciding, f"{english} harbour") == ["ask"]  # its own card decides, and is silent
    assert _tiers(deciding, f"{english} kasteel") == ["flag"]


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


def test_cards_of_levels_leave_denials_and_answers_alone(deciding: hoi.Guide) -> None:
    (denied,) = _flags(deciding, "nooit kasteel orgel")
    assert (denied.negated, denied.level) == (True, "method")
    (answer,) = _flags(deciding, "> een vraag", "klopt orgel")
    assert (answer.negated, answer.level) == (False, "active_thoughts")  # as was asked


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
    signs = deciding.reader.signs(Message(role="visitor", text=text))
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


# --- later in a talk ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "first", "later"),
    [
        ("lantaarn", ["ask"], []),
        ("fietsbel", ["flag"], ["ask"]),
        ("fietsbel lantaarn", ["flag"], ["flag"]),
        ("vijver fietsbel", ["flag"], ["flag"]),  # the rules know of it
        ("servet", ["flag"], ["ask"]),
        ("zolder servet", ["flag"], ["ask"]),  # of another flag
    ],
)
def test_what_is_new_in_a_talk_needs_more_points(
    strict: hoi.Guide, text: str, first: list[str], later: list[str]
) -> None:
    assert (_tiers(strict, text), _tiers(strict, "hallo.", text)) == (first, later)


@pytest.mark.parametrize(("points", "tiers"), [(0, ["ask"]), (12, ["ask"]), (13, [])])
def test_the_later_points_are_counted_exactly(
    make_framework: Make, points: int, tiers: list[str]
) -> None:
    guide = _guide(make_framework, "yes", later=points)
    assert _tiers(guide, "hallo.", "lantaarn") == tiers  # 32 points, and it asks at 20


def test_a_plain_sign_before_makes_it_known(strict: hoi.Guide) -> None:
    assert _tiers(strict, "zolder.", "fietsbel") == ["flag"]  # of grade 3
    assert _tiers(strict, "vijver.", "fietsbel") == ["ask"]  # of grade 2
    assert _tiers(strict, "zolder.", "servet") == ["ask"]  # of another flag


def test_what_is_forgotten_is_no_longer_known(strict: hoi.Guide) -> None:
    since = ["ja."] * strict.framework.escalation.grading.tail_messages
    assert _tiers(strict, "zolder.", *since[1:], "fietsbel") == ["flag"]
    assert _tiers(strict, "zolder.", *since, "fietsbel") == ["ask"]


def test_topics_need_no_more_points_later(strict: hoi.Guide) -> None:
    assert [topic.id for topic in _tag(strict, "hallo.", "het duin").topics] == ["meaning"]


def test_kinds_and_levels_need_no_more_points_later(strict: hoi.Guide) -> None:
    (flag,) = _flags(strict, "hallo.", "servet lepel")
    assert (flag.tier, flag.kind) == ("ask", "supply")


def test_pieces_together_need_more_points_too(strict: hoi.Guide) -> None:
    assert _flags(strict, "de schommel", "en de wipwap") == ()


# --- long lines -----------------------------------------------------------------------------------


def _long(text: str, before: int, after: int = 200) -> str:
    """The text amid other words, six code points each, all in one line."""
    return " ".join([*["molen"] * before, text, *["molen"] * after])


# A line is cut at 1200 code points, and its second piece begins about 200 before that.
@pytest.mark.parametrize("before", range(160, 205, 4))
def test_a_long_line_cut_in_pieces_raises_nothing_new(joining: hoi.Guide, before: int) -> None:
    (flag,) = _flags(joining, _long("nooit kasteel", before))
    assert (flag.negated, flag.tier) == (True, "flag")
    (flag,) = _flags(joining, _long("kasteel", before))
    assert (flag.negated, flag.tier, len(flag.evidence)) == (False, "flag", 1)


def test_words_far_apart_in_a_long_line_are_no_neighbours(make_framework: Make) -> None:
    line = " ".join(f"w{number:04d}" for number in range(400))
    points = "\n".join(f"100 w0199 w{number:04d}" for number in range(150, 199))
    assert line[:1199].endswith(" w0199")  # the last word before the cut, at the blank after it
    guide = hoi.load(make_framework(scorecards=[{**OWN, "points": points}], files=_limits(0)))
    assert _tiers(guide, line) == []


@pytest.mark.xfail(strict=True, reason="a sentence of over 1200 signs is read in pieces")
def test_no_cut_in_a_long_line_hides_what_silences_a_rule(make_framework: Make) -> None:
    rule = {"id": "nl.test.eel", **WISH, "grade": "4", "says": "paling", "unless": "museum"}
    guide = hoi.load(make_framework(rules=[rule]))
    assert _tiers(guide, "paling") == ["flag"]
    raised = [n for n in range(150, 210) if _tiers(guide, _long("museum paling", n))]
    assert raised == []


# --- with the shipped rules and cards -------------------------------------------------------------


@pytest.mark.parametrize(
    "before", ["mijn moeder is ziek", "mijn broer is vorige week opgenomen", "m'n vriend is weg"]
)
def test_a_wish_after_a_message_that_names_another_is_the_writers(
    guide: hoi.Guide, before: str
) -> None:
    flags = [f for f in _flags(guide, before, "ik wil dood") if f.id == "suicidality"]
    own = [f for f in flags if (f.experiencer, f.time, f.negated) == ("self", "current", False)]
    assert [(f.message, f.tier, f.escalate) for f in own] == [(1, "flag", True)]


@pytest.mark.parametrize("text", ["i want to die", "i want to kill myself"])
def test_an_english_wish_in_a_dutch_talk(guide: hoi.Guide, text: str) -> None:
    talk = ("hoi, ik ben de laatste tijd zo moe van alles.", "het gaat gewoon niet goed.", text)
    flags = [f for f in _flags(guide, *talk) if f.id == "suicidality" and f.message == 2]
    assert [(f.experiencer, f.tier, f.escalate) for f in flags] == [("self", "flag", True)]
