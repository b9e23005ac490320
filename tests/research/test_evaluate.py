"""Evaluation: labels read and refused, decisions judged, and the command from end to end."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

import hoi
from hoi.cli import app
from hoi.errors import InputError, Place
from hoi.model.conversation import Conversation, Intake, Message
from hoi.model.tagged import (
    ChimeTag,
    FlagTag,
    LifeStageTag,
    QuestionTag,
    TaggedConversation,
    TopicTag,
)
from hoi.research.batch import Outcome
from hoi.research.evaluate import Evaluation, evaluate
from hoi.research.formats import Row
from hoi.research.gold import ELEMENTS, QUESTIONS, STAGES
from hoi.research.misses import misses
from hoi.research.report import as_json, as_markdown, make_report, talk_tables
from hoi.research.scores import Count, Figure, near_f1
from hoi.research.tables import sample, tables

TOPICS = ("medication", "mood_and_suicidality", "meaning")


def flag(id: str = "suicidality", message: int = 0, **others: Any) -> FlagTag:
    """A flag as hoi raises it: the writer's, now, passed on."""
    known: dict[str, Any] = {
        "level": "active_thoughts" if id == "suicidality" else None,
        "kind": None,
        "experiencer": "self",
        "time": "current",
        "negated": False,
        "tier": "flag",
        "escalate": others.get("tier", "flag") == "flag",
        "dimensions": (),
        "evidence": (),
    }
    return FlagTag(id=id, message=message, **(known | others))


def ask(id: str = "suicidality", message: int = 0, **others: Any) -> FlagTag:
    return flag(id, message, tier="ask", **others)


def tagged(flags: Sequence[FlagTag], topics: Sequence[str], **others: Any) -> str:
    named = [TopicTag(id=name, main=False, weight=1, evidence=()) for name in topics]
    known: dict[str, Any] = {
        "hoi_questions": (),
        "chime_d": (),
        "life_stage": LifeStageTag(id=None, by="unclear", alternatives=(), evidence=()),
        "ending": "open",
    }
    return TaggedConversation(
        id="",
        language=None,
        topics=tuple(named),
        flags=tuple(flags),
        frameworks="digest",
        hoi="0",
        **(known | others),
    ).model_dump_json()


def outcome(
    labels: dict[str, Any],
    *flags: FlagTag,
    topics: Sequence[str] = (),
    texts: Sequence[str] = ("een tekst",),
    id: str = "r",
    age_band: str | None = None,
    **others: Any,
) -> Outcome:
    """A row with its labels, and what hoi made of it. Texts that begin with > are the chatter's."""
    messages = tuple(
        Message(role="chatter" if text.startswith(">") else "visitor", text=text) for text in texts
    )
    intake = Intake.model_validate({"age_band": age_band}) if age_band else None
    conversation = Conversation(id=id, messages=messages, intake=intake, extra=labels)
    row = Row(conversation, (), None, "", Place("data.jsonl", 1, id))
    return Outcome(row, tagged(flags, topics, **others))


def judged(*outcomes: Outcome, guide: hoi.Guide | None = None) -> Evaluation:
    return evaluate(outcomes, TOPICS, guide)


def counts(
    *outcomes: Outcome, by: str = "hoi", guide: hoi.Guide | None = None
) -> Callable[[str], Count]:
    marks = sample(judged(*outcomes, guide=guide).cases)
    return lambda measure: marks.count(measure, by)


def own(level: str, **others: Any) -> dict[str, Any]:
    return {"suicidality": level, "experiencer": "self", **others}


NONE = {"suicidality": "none", "experiencer": "none"}


# --- one message --------------------------------------------------------------------------------


def test_the_writer_suicidal_now_in_both_tiers() -> None:
    count = counts(
        outcome(own("active"), flag()),
        outcome(own("passive"), ask()),
        outcome(own("acute")),
        outcome(NONE, flag()),
        outcome(NONE, ask()),
        outcome(NONE),
    )
    assert count("now/flag") == (1, 2, 1)
    assert count("now/found") == (2, 1, 2)
    assert count("urgent/found") == (0, 1, 0)


@pytest.mark.parametrize(
    "said",
    [
        flag(experiencer="other", escalate=False),
        flag(time="past", escalate=False),
        flag(negated=True, escalate=False),
        flag("self_harm"),
    ],
)
def test_what_is_not_the_writer_now(said: FlagTag) -> None:
    count = counts(outcome(own("active"), said), outcome(NONE, said))
    assert count("now/found") == (0, 1, 0)


@pytest.mark.parametrize(
    ("label", "level", "right"),
    [
        ("passive", "passive_wish", True),
        ("passive", "active_thoughts", False),
        ("active", "active_thoughts", True),
        ("active", "method", True),
        ("plan", "method", True),
        ("plan", "intent_or_plan", True),
        ("plan", "acute", False),
        ("acute", "acute", True),
        ("acute", "intent_or_plan", False),
    ],
)
def test_levels_of_those_flagged(label: str, level: str, right: bool) -> None:
    said = outcome(own(label), flag(level=level))
    asked = outcome(own(label), ask(level=level))
    count = counts(said, asked)
    assert count("level") == (int(right), int(not right), 0)
    assert count(f"level/{label}") == (int(right), 2 - int(right), 0)
    case, _ = judged(said, asked).cases
    assert (case.label, case.read_as) == (label, level)


def test_a_level_that_no_label_accepts_is_false_for_its_own() -> None:
    count = counts(outcome(NONE, flag(level="method")), outcome(own("acute"), flag(level="method")))
    assert count("level/active") == (0, 0, 2)


def test_traps_are_negatives_with_a_reason() -> None:
    other = {"suicidality": "plan", "experiencer": "other"}
    count = counts(
        outcome(NONE | {"trap": "idiom"}, flag()),
        outcome(NONE | {"trap": "news"}, ask()),
        outcome(own("past"), flag(time="past", escalate=False)),
        outcome(other, flag(experiencer="other", escalate=False)),
        outcome(NONE),
        outcome(own("active", trap="indirect")),
    )
    assert count("silent/trap/flag") == (3, 1, 0)
    assert count("silent/trap/found") == (2, 2, 0)
    assert count("silent/plain/flag") == (1, 0, 0)
    assert count("past") == (1, 0, 0)
    assert count("other/flag") == (1, 0, 0)


def test_groups_of_flags() -> None:
    count = counts(
        outcome({"unsafe_home_or_abuse": True}, flag("sexual_violence")),
        outcome({"unsafe_home_or_abuse": False}, ask("child_at_risk")),
        outcome({"acute_psychosis": True}, flag("commanding_voices")),
        outcome({"self_harm": False}, flag("self_harm", time="past", escalate=False)),
    )
    assert count("unsafe_home_or_abuse/flag") == (1, 0, 0)
    assert count("unsafe_home_or_abuse/found") == (1, 0, 1)
    assert count("acute_psychosis/flag") == (1, 0, 0)
    assert count("self_harm/found") == (0, 0, 0)


def test_commanding_voices_count_for_harm_to_others_only_where_it_is_labelled() -> None:
    said = flag("commanding_voices")
    assert counts(outcome({"harm_to_others": True}, said))("harm_to_others/flag") == (1, 0, 0)
    assert counts(outcome({"harm_to_others": False}, said))("harm_to_others/flag") == (0, 0, 0)


def test_a_label_left_out_is_not_judged() -> None:
    count = counts(outcome({"self_harm": True}, flag(), flag("medication_question")))
    assert count("now/flag") == count("medication_question/flag") == (0, 0, 0)
    assert count("self_harm/flag") == (0, 1, 0)


@pytest.mark.parametrize(
    ("kind", "said", "found", "right"),
    [
        ("taper", flag("medication_question", kind="withdrawal"), 1, 1),
        ("taper", flag("medication_question", kind="dose"), 1, 0),
        ("dose", ask("medication_question", kind="supply"), 1, 1),
        ("overdose", flag("overdose"), 1, 1),
        ("dose", flag("overdose"), 0, 0),
        ("other", flag("medication_question", kind="pregnancy"), 1, 1),
        ("other", flag("medication_question", kind="dose"), 1, 0),
    ],
)
def test_kinds_of_medication_question(kind: str, said: FlagTag, found: int, right: int) -> None:
    count = counts(outcome({"medication_question": True, "medication_kind": kind}, said))
    assert count(f"asked/{kind}") == (found, 1 - found, 0)
    assert count("medication_question/found").right == found
    assert count(f"kind/{kind}") == (right, found - right, 0)


def test_a_swallowed_overdose_told_is_neither_right_nor_wrong() -> None:
    said = flag("overdose"), flag("medication_question", kind="overdose")
    told = outcome(own("acute", medication_question=False), *said)
    assert counts(told)("medication_question/flag") == (0, 0, 0)
    idiom = outcome(NONE | {"medication_question": False}, *said)
    assert counts(idiom)("medication_question/flag") == (0, 0, 1)


def test_topics_beside_the_most_common_one() -> None:
    rows = (
        outcome({"topics": ["medication", "meaning"]}, topics=["medication"]),
        outcome({"topics": ["medication"]}, topics=["meaning"]),
    )
    count = counts(*rows)
    assert (count("topic/medication"), count("topic/meaning")) == ((1, 1, 0), (0, 1, 1))
    count = counts(*rows, by="baseline")
    assert (count("topic/medication"), count("topic/meaning")) == ((2, 0, 0), (0, 1, 0))


def test_the_baseline_is_a_keyword_list_in_both_languages() -> None:
    count = counts(
        outcome(own("active"), texts=["Ik wil dood."]),
        outcome(own("active"), texts=["i want to kill myself"]),
        outcome(own("active"), texts=["ik ben doodmoe van alles"]),
        outcome(NONE, texts=["a book about suicide"]),
        by="baseline",
    )
    assert count("now/flag") == (2, 1, 1)
    assert count("level") == (2, 0, 0)


# --- ordinary lines and chats -------------------------------------------------------------------


def rows_of(evaluation: Evaluation, table: str) -> dict[Any, tuple[Any, ...]]:
    found = next(one for one in tables(evaluation.cases) if one.id == table)
    return {row[0]: row[1:] for row in found.rows}


def test_alarms_per_thousand_ordinary_lines() -> None:
    quiet = [outcome({}, id=str(number)) for number in range(996)]
    chat = outcome({"labels": {}}, flag(message=2), texts=["a", "> b", "c"])
    others = outcome({}, ask(), flag("self_harm"), texts=["d"]), outcome({}, ask("overdose"))
    rates = rows_of(judged(*quiet, chat, *others), "ordinary_lines")
    assert [rates[name][0].value for name in list(rates)[:4]] == [1.0, 1.0, 2.0, 1.0]
    assert rates["suicidality: flags"][0][3:] == (1, 1000)
    assert rates["of these self_harm"][0].part == 1
    assert rates["suicidality: flags"][0].low == 0.0
    nothing = rates["suicidality: flags"][1]
    assert nothing.value == 0.0
    assert nothing.high == pytest.approx(3.68, abs=0.01)


CHAT = ["hoi", "> dag", "het gaat niet", "> vertel", "ik wil niet meer", "> en nu?", "echt niet"]


def chat(*flags: dict[str, Any], **others: Any) -> dict[str, Any]:
    return {"gold": {"flags": [{"experiencer": "self", **one} for one in flags], **others}}


@pytest.mark.parametrize(("message", "at", "near"), [(2, 0, 0), (4, 1, 1), (6, 0, 1), (0, 0, 0)])
def test_a_flag_of_a_chat_at_its_message(message: int, at: int, near: int) -> None:
    gold = chat({"flag": "suicidality", "message": 4, "level": "active"})
    count = counts(outcome(gold, flag(message=message), texts=CHAT))
    assert count("chat/found") == (1, 0, 0)
    assert count("chat/at") == (at, 1 - at, 0)
    assert count("chat/near") == (near, 1 - near, 0)
    assert count("chat/level") == (1, 0, 0)
    assert count("chat/false").false == 0


@pytest.mark.parametrize(
    ("gold", "said", "found"),
    [
        ({"flag": "suicidality", "level": "active"}, ask(), True),
        ({"flag": "suicidality", "level": "active"}, flag(time="past", escalate=False), False),
        ({"flag": "suicidality", "level": "past"}, flag(time="past", escalate=False), True),
        ({"flag": "suicidality", "level": "past"}, ask(), False),
        (
            {"flag": "suicidality", "level": "passive", "experiencer": "other"},
            flag("third_party_risk", experiencer="other"),
            True,
        ),
        ({"flag": "suicidality", "level": "passive", "experiencer": "other"}, ask(), False),
        ({"flag": "unsafe_home_or_abuse"}, flag("child_at_risk"), True),
        ({"flag": "acute_psychosis"}, flag("acute_psychosis", experiencer="other"), False),
        ({"flag": "medication_question"}, flag("overdose", experiencer="other"), True),
        ({"flag": "harm_to_others"}, flag("commanding_voices"), True),
    ],
)
def test_which_flags_of_a_chat_are_the_same(
    gold: dict[str, Any], said: FlagTag, found: bool
) -> None:
    count = counts(outcome(chat({"message": 0, **gold}), said, texts=CHAT))
    assert count("chat/found") == (int(found), int(not found), 0)


def test_false_flags_of_a_chat() -> None:
    gold = chat(
        {"flag": "suicidality", "message": 4, "level": "past"},
        other_flags=[{"flag": "intoxication", "message": 0}],
    )
    said = (
        flag(message=0),
        flag(message=2),
        flag("intoxication", message=2),
        ask("self_harm", message=4),
        flag("self_harm", 6, experiencer="other", escalate=False),
        flag("harm_to_others", 6),
    )
    evaluation = judged(outcome(gold, *said, texts=CHAT))
    rates = rows_of(evaluation, "chats_false_flags")
    assert rates["each kind once a chat"][0].value == 20.0
    assert rates["every message"][0].value == 30.0
    assert rates["of these harm_to_others"][0].value == 10.0


def test_topics_of_whole_chats_are_apart_from_those_of_messages() -> None:
    rows = (
        outcome({"gold": {"topics": ["meaning"]}}, topics=["meaning"], texts=CHAT),
        outcome({"topics": ["medication"]}, topics=[]),
    )
    evaluation = judged(*rows)
    assert rows_of(evaluation, "chat_topics")["all topics, micro"][2].value == 1.0
    assert rows_of(evaluation, "topics")["all topics, micro"][2].value == 0.0


# --- chats: the four questions, CHIME-D, the life stage, the ending, a live session ---------------

TALK = [
    "hoi",
    "> dag, wat is er gebeurd?",
    "mijn baas zei me de wacht aan",
    "> en wie zou er naast je kunnen staan?",
    "mijn zus, die woont om de hoek",
    "> fijn",
    "ik ga haar bellen",
]


def questions(**places: tuple[Sequence[int], Sequence[int]]) -> tuple[QuestionTag, ...]:
    """The four questions as hoi tags them: asked and answered; those not named, nowhere."""
    return tuple(
        QuestionTag(id=name, asked=tuple(asked), answered=tuple(answered))
        for name in QUESTIONS
        for asked, answered in [places.get(name, ((), ()))]
    )


def talk(gold: Mapping[str, Any], **others: Any) -> Outcome:
    return outcome({"gold": gold}, texts=TALK, **others)


def test_the_ids_that_labels_may_hold_are_those_of_the_frameworks(guide: hoi.Guide) -> None:
    framework = guide.framework
    assert tuple(question.id for question in framework.hoi.questions) == QUESTIONS
    assert tuple(element.id for element in framework.chime_d.elements) == ELEMENTS
    assert tuple(stage.id for stage in framework.erikson.stages) == STAGES


def test_places_of_a_question_within_one_message() -> None:
    gold = {"questions_at": {"what_happened": [1, 2], "sources_of_help": [4]}}
    said = questions(what_happened=([2, 5], [3, 6]), want_for_self=([], [4]))
    count = counts(talk(gold, hoi_questions=said))
    found, places = "question at/found", "question at/said"
    assert count(f"{found}/what_happened") == (2, 0, 0)  # 1 by the 2 beside it
    assert count(f"{places}/what_happened") == (2, 0, 2)  # 3 beside a labelled 2; not 5 and 6
    assert count(f"{found}/sources_of_help") == (0, 1, 0)
    assert count(f"{places}/want_for_self") == (0, 0, 1)
    assert (count(found), count(places)) == ((2, 1, 0), (2, 0, 3))


def test_places_guessed_everywhere_are_the_baseline() -> None:
    count = counts(talk({"questions_at": {"what_happened": [1, 2]}}), by="baseline")
    assert count("question at/found") == (2, 0, 0)
    assert count("question at/said/what_happened") == (4, 0, 3)
    assert count("question at/said") == (4, 0, 24)


def test_f1_of_a_recall_and_a_precision_counted_apart() -> None:
    half = near_f1([Count(right=1, missed=1), Count(right=2, false=2)])
    assert half == 0.5
    assert near_f1([Count(), Count()]) is None
    assert near_f1([Count(missed=3), Count()]) == near_f1([Count(), Count(false=3)]) == 0.0


def test_which_questions_came_up() -> None:
    gold = {"hoi_questions": ["what_happened", "sources_of_help"]}
    said = questions(what_happened=([1], []), want_for_self=([], [6]))
    count = counts(talk(gold, hoi_questions=said))
    assert count("question/what_happened") == (1, 0, 0)
    assert count("question/sources_of_help") == (0, 1, 0)
    assert count("question/want_for_self") == (0, 0, 1)
    count = counts(talk(gold), by="baseline")
    assert sum(count(f"question/{name}").right for name in QUESTIONS) == 2
    assert sum(count(f"question/{name}").false for name in QUESTIONS) == 2


def test_elements_of_chime_d() -> None:
    said = (ChimeTag(id=name, visitor=(), chatter=()) for name in ("hope", "meaning"))
    row = talk({"chime_d": ["hope", "identity"]}, chime_d=tuple(said))
    count = counts(row)
    assert count("element/hope") == (1, 0, 0)
    assert (count("element/identity"), count("element/meaning")) == ((0, 1, 0), (0, 0, 1))
    made = {table.id: table for table in talk_tables(judged(row).cases)}
    together = made["chat_chime_d"].rows[0]
    assert together[0] == "all, micro"
    assert [part.value for part in together[1:] if isinstance(part, Figure)] == [
        0.5,
        0.5,
        0.5,
        1.0,
        pytest.approx(1 / 3),
        0.5,
    ]


def stage(id: str) -> LifeStageTag:
    return LifeStageTag(id=id, by="themes", alternatives=(), evidence=())


def test_life_stage_beside_what_the_age_band_says(guide: hoi.Guide) -> None:
    rows = (
        talk({"life_stage": "identity"}, age_band="10-20", life_stage=stage("identity")),
        talk({"life_stage": "identity"}, age_band="41-50", life_stage=stage("identity")),
        talk({"life_stage": "intimacy"}, age_band="10-20", life_stage=stage("identity")),
        talk({"life_stage": "intimacy"}, life_stage=stage("intimacy")),
    )
    count = counts(*rows, guide=guide)
    assert count("stage") == (3, 1, 0)
    assert (count("stage/likeliest"), count("stage/other")) == ((1, 0, 0), (1, 1, 0))
    count = counts(*rows, by="baseline", guide=guide)
    assert (count("stage"), count("stage/other")) == ((1, 3, 0), (0, 2, 0))


def test_without_a_guide_only_what_the_guide_tells_is_left_out() -> None:
    gold = chat({"flag": "self_harm", "message": 4}, life_stage="identity")
    row = outcome(gold, texts=CHAT, age_band="10-20", life_stage=stage("identity"))
    count = counts(row)
    assert (count("stage"), count("stage/likeliest")) == ((1, 0, 0), (0, 0, 0))
    assert count("live/near") == counts(row, by="baseline")("stage") == (0, 0, 0)


def test_endings_beside_the_most_common_one() -> None:
    rows = (
        talk({"ended": "normal"}, ending="normal"),
        talk({"ended": "normal"}, ending="open"),
        talk({"ended": "abrupt"}, ending="abrupt"),
    )
    count = counts(*rows)
    assert (count("ended"), count("ended/normal")) == ((2, 1, 0), (1, 1, 0))
    count = counts(*rows, by="baseline")
    assert (count("ended"), count("ended/abrupt")) == ((2, 1, 0), (0, 1, 0))


@pytest.fixture(scope="module")
def small(frameworks: str) -> hoi.Guide:
    return hoi.load(frameworks)


DEATH_WISH = [*TALK[:4], "eigenlijk ik wil sterven", "> dank je dat je dat zegt", "ja"]
WISH = {"flag": "suicidality", "level": "passive"}


@pytest.mark.parametrize(
    ("message", "at", "near", "early"), [(2, 0, 1, 0), (4, 1, 1, 0), (6, 1, 1, 1), (0, 0, 0, 0)]
)
def test_the_protocol_in_a_live_session(
    small: hoi.Guide, message: int, at: int, near: int, early: int
) -> None:
    row = outcome(chat({**WISH, "message": message}), texts=DEATH_WISH)
    count = counts(row, guide=small)
    assert count("live/at") == (at, 1 - at, 0)
    assert count("live/near/suicidality") == (near, 1 - near, 0)
    assert count("live/level") == (near, 0, 0)
    assert count("live/early") == (early, 1 - early, 0)
    assert counts(row, by="baseline", guide=small)("live/at") == (at, 1 - at, 0)


def test_which_labels_call_for_a_protocol(small: hoi.Guide) -> None:
    gold = chat(
        {**WISH, "message": 0, "level": "past"},
        {**WISH, "message": 4},
        {**WISH, "message": 6, "level": "acute"},
        {"flag": "self_harm", "message": 6, "experiencer": "other"},
        {**WISH, "message": 6, "experiencer": "other"},
    )
    row = outcome(gold, texts=DEATH_WISH)
    count = counts(row, guide=small)
    assert count("live/near/suicidality") == (2, 1, 0)
    assert count("live/near") == (2, 1, 0)  # another's self-harm is not passed on
    assert count("live/level") == (1, 1, 0)
    assert count("live/early") == (0, 2, 0)  # not the second label of the same flag


def test_the_highest_level_labelled_so_far_is_to_be_on_screen(small: hoi.Guide) -> None:
    gold = chat({**WISH, "message": 2, "level": "acute"}, {**WISH, "message": 4})
    assert counts(outcome(gold, texts=DEATH_WISH), guide=small)("live/level") == (0, 2, 0)


def test_a_chat_is_not_judged_on_what_is_not_labelled(guide: hoi.Guide) -> None:
    said = questions(what_happened=([1], [2]))
    row = talk({"topics": ["meaning"]}, hoi_questions=said, ending="normal", age_band="10-20")
    assert list(talk_tables(judged(row, outcome(own("active")), guide=guide).cases)) == []


def test_the_report_of_a_chat_in_all_its_tables(small: hoi.Guide) -> None:
    gold = chat(
        {**WISH, "message": 4},
        questions_at={"what_happened": [1, 2]},
        hoi_questions=["what_happened"],
        chime_d=["hope"],
        life_stage="identity",
        ended="normal",
    )
    said = questions(what_happened=([1], [2]))
    row = outcome(gold, texts=DEATH_WISH, hoi_questions=said, age_band="10-20")
    report = make_report(judged(row, guide=small))
    made = {table["id"]: table["rows"] for table in json.loads(as_json(report))["tables"]}
    assert made["chat_questions_at"][0]["precision"]["whole"] == 2
    assert made["chat_questions_at"][0]["f1"]["value"] == 1.0
    assert made["chat_questions"][0]["baseline_precision"]["part"] == 1
    assert made["chat_chime_d"][0]["recall"]["part"] == 0
    assert made["chat_life_stage"][0]["baseline_share"]["part"] == 1
    assert [row["what"] for row in made["chat_endings"]] == ["ending right", "labelled normal"]
    assert made["chat_live"][0]["share"]["part"] == 1
    text = as_markdown(report)
    assert "## Whole chats: the protocol in a live session\n" in text
    assert "| all four, micro | 1.00 [0.16–1.00] (2/2) | 1.00 [0.16–1.00] (2/2) |" in text
    assert "sterven" not in text


# --- labels that are not as documented ----------------------------------------------------------


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ({"topics": None}, "`topics` is null; write a list"),
        ({"topics": ["medicatoin"]}, "no topic 'medicatoin'; did you mean 'medication'?"),
        ({"topics": [["meaning"]]}, "no topic ['meaning']"),
        ({"suicidality": "high", "experiencer": "self"}, "`suicidality` is 'high', not one of"),
        ({"suicidality": None}, "`suicidality` is null, not one of"),
        ({"suicidality": "plan"}, "`experiencer` does not say whose"),
        (own("plan") | {"experiencer": "me"}, "`experiencer` is 'me', not one of"),
        ({"self_harm": "yes"}, "`self_harm` is 'yes'; write true or false"),
        ({"self_harm": True, "medication_kind": "pills"}, "`medication_kind` is 'pills'"),
        ({"self_harm": True, "trap": 3}, "`trap` is 3; write text"),
        ({"gold": None}, "null stands where an object is needed"),
        ({"gold": {"flags": {}}}, "in `gold`: `flags` is {}; write a list"),
        ({"gold": {"flags": [7]}}, "in `flags`: 7 stands where an object is needed"),
        (chat({"flag": "panic", "message": 0}), "in `flags`: `flag` is 'panic'"),
        (chat({"message": 0}), "`flag` is missing"),
        (
            chat({"flag": "self_harm", "message": 1}),
            "`message` is 1; write the number of a message, from 0 to 0",
        ),
        (chat({"flag": "self_harm", "message": True}), "`message` is True"),
        (chat({"flag": "suicidality", "message": 0}), "needs its `level`"),
        ({"gold": {"topics": "meaning"}}, "in `gold`: `topics` is 'meaning'"),
        ({"gold": {"hoi_questions": "all"}}, "`hoi_questions` is 'all'; write a list of question"),
        ({"gold": {"hoi_questions": ["what_hapened"]}}, "did you mean 'what_happened'?"),
        ({"gold": {"questions_at": [1]}}, "in `questions_at`: [1] stands where an object"),
        ({"gold": {"questions_at": {"why": [0]}}}, "in `questions_at`: there is no question 'why'"),
        (
            {"gold": {"questions_at": {"what_happened": 0}}},
            "`what_happened` is 0; write a list of message numbers",
        ),
        (
            {"gold": {"questions_at": {"what_happened": [0, 1]}}},
            "`what_happened` is 1; write the number of a message, from 0 to 0",
        ),
        ({"gold": {"chime_d": ["hoop", "hope"]}}, "no element 'hoop'; did you mean 'hope'?"),
        ({"gold": {"life_stage": "young"}}, "in `gold`: `life_stage` is 'young', not one of"),
        ({"gold": {"ended": "open"}}, "`ended` is 'open', not one of normal, abrupt"),
    ],
)
def test_a_wrong_label_refuses_its_row_only(labels: dict[str, Any], message: str) -> None:
    evaluation = judged(outcome(labels, id="bad"), outcome(own("active"), flag(), id="good"))
    (error,) = evaluation.refused
    assert message in error.message
    assert str(error).startswith("data.jsonl:1 bad: ")
    assert [case.id for case in evaluation.cases] == ["good"]


def test_labels_of_one_message_beside_a_chat() -> None:
    evaluation = judged(outcome(own("active"), texts=CHAT), outcome({}))
    assert "put those of a chat in `gold`" in evaluation.refused[0].message


def test_rows_without_a_visitor_and_input_without_rows() -> None:
    silent = outcome({}, texts=["> dag"])
    assert "no message of a visitor" in judged(silent, outcome({})).refused[0].message
    with pytest.raises(InputError, match=r"nothing to evaluate.*\n.*no message of a visitor"):
        judged(silent)
    with pytest.raises(InputError, match="nothing to evaluate"):
        judged()


# --- tables by a field, and single mistakes -----------------------------------------------------


def test_tables_by_a_field() -> None:
    cases = judged(
        outcome(own("active", topics=["meaning", "medication"]), flag()),
        outcome(own("plan", topics=["meaning"], tier="B")),
        outcome({}),
    ).cases
    made = {table.id: table for table in tables(cases, ["topic", "tier", "none"])}
    assert [row[:2] for row in made["messages_by_topic"].rows] == [
        ("meaning", 2),
        ("medication", 1),
    ]
    share = made["messages_by_topic"].rows[0][2]
    assert isinstance(share, Figure) and share.value == 0.5
    assert [row[0] for row in made["messages_by_tier"].rows] == ["(none)", "B"]
    assert not [name for name in made if "lines_by" in name or name.endswith("_none")]


def test_misses_are_shown_acute_first_and_no_more_than_asked() -> None:
    cases = judged(
        outcome(own("passive"), id="p", texts=["one"]),
        outcome(own("acute", trap="indirect"), ask(), id="found"),
        outcome(own("acute", trap="indirect"), id="a", texts=["two"]),
        outcome(NONE, flag(), id="false"),
        outcome(chat({"flag": "self_harm", "message": 4}), id="chat", texts=CHAT),
    ).cases
    missed, false, chats = misses(cases, 1)
    assert (missed.total, [example.id for example in missed.shown]) == (2, ["a"])
    assert missed.shown[0].about == "acute, read as nothing; indirect"
    assert [example.id for example in false.shown] == ["false"]
    (example,) = chats.shown
    assert (example.about, example.message, example.text) == ("self_harm", 4, "ik wil niet meer")


# --- the command --------------------------------------------------------------------------------

RULE = {"raises": "flag/suicidality", "dimension": "wish", "grade": "4", "level": "passive_wish"}
ROWS: list[dict[str, Any]] = [
    {"id": "m1", "text": "ik wil sterven", **own("passive", topics=["meaning"], trap="a|b")},
    {"id": "m2", "text": "ik heb geen zin meer", **own("acute", topics=["meaning"])},
    {"id": "l1", "text": "lekker weer"},
    {
        "id": "c1",
        "messages": [{"role": "visitor", "text": "wil sterven"}],
        **chat({"flag": "suicidality", "message": 0, "level": "passive"}),
    },
]


@pytest.fixture(scope="module")
def frameworks(make_framework: Callable[..., Path]) -> str:
    return str(make_framework(rules=[{**RULE, "says": "wil sterven"}]))


@pytest.fixture
def command(
    frameworks: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Result]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments: str) -> Result:
        result = CliRunner().invoke(app, ["evaluate", *arguments, "--frameworks", frameworks])
        assert result.exception is None or isinstance(result.exception, SystemExit)
        assert "Traceback" not in result.output
        return result

    return run


def jsonl(*rows: dict[str, Any]) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def test_the_command_reports_the_same_in_three_forms(command: Callable[..., Result]) -> None:
    Path("data.jsonl").write_bytes(jsonl(*ROWS))
    result = command("data.jsonl", "--md", "r.md", "--json", "r.json", "--by", "trap, nothing")
    assert result.exit_code == 0
    assert result.stderr == "hoi: --by nothing: no row has that field\n"
    report = json.loads(Path("r.json").read_text(encoding="utf-8"))
    assert report["rows"] == {"messages": 2, "ordinary_lines": 1, "chats": 1, "refused": 0}
    made = {table["id"]: table["rows"] for table in report["tables"]}
    recall = made["suicidal_now"][0]["recall"]
    assert recall == {"value": 0.5, "low": 0.0, "high": 1.0, "part": 1, "whole": 2}
    assert made["chats"][0]["share"]["part"] == 1
    assert [row["group"] for row in made["messages_by_trap"]] == ["(none)", "a|b"]
    text = Path("r.md").read_text(encoding="utf-8")
    assert "| flag | 0.50 [0.00–1.00] (1/2) | 1.00 [0.03–1.00] (1/1) |" in text
    assert "| a\\|b | 1 |" in text
    for table in report["tables"]:
        assert f"## {table['title']}\n" in text
        assert table["title"] in result.stdout
    shown = result.stdout + text + json.dumps(report)
    assert "geen zin" not in shown


def test_the_command_shows_text_only_if_asked(command: Callable[..., Result]) -> None:
    row = ROWS[1] | {"text": "geen zin \x1b[31m\u202emeer [bold]"}
    Path("data.jsonl").write_bytes(jsonl(ROWS[0], row))
    result = command("data.jsonl", "--misses", "5", "--md", "r.md")
    assert "m2 message 0 (acute, read as nothing) geen zin [31m meer [bold]" in result.stdout
    assert "geen zin" not in Path("r.md").read_text(encoding="utf-8")


def test_the_command_is_the_same_with_workers(command: Callable[..., Result]) -> None:
    Path("data.jsonl").write_bytes(jsonl(*ROWS))
    one, two = command("data.jsonl"), command("data.jsonl", "--workers", "2")
    assert (one.exit_code, one.stdout) == (two.exit_code, two.stdout) == (0, one.stdout)


def test_the_command_names_every_bad_row_and_judges_the_rest(
    command: Callable[..., Result],
) -> None:
    Path("good.jsonl").write_bytes(jsonl(*ROWS))
    Path("cut.jsonl.gz").write_bytes(gzip.compress(jsonl(ROWS[0] | {"id": "g"}), mtime=0)[:-6])
    Path("bad.jsonl").write_bytes(
        b'broken\n{"id": "t", "text": "hoi", "topics": null}\n{"id": "k", "text": 3}\n'
        b'{"id": "f", "text": "caf\xe9", "suicidality": "none"}\n'
    )
    result = command("bad.jsonl", "cut.jsonl.gz", "none.jsonl", "good.jsonl")
    assert result.exit_code == 1
    for said in (
        "refused: bad.jsonl:1: this is not JSON",
        "refused: bad.jsonl:2 t: `topics` is null",
        "refused: bad.jsonl:3 k: message 0 has a number as its text",
        "bad.jsonl:4 f: some bytes are not UTF-8",
        "refused: cut.jsonl.gz: the gzip file is damaged",
        "refused: none.jsonl: the file cannot be read",
    ):
        assert said in result.stderr
    assert "chats 1, refused 5" in result.stdout


def test_the_command_with_nothing_to_judge(command: Callable[..., Result]) -> None:
    Path("bad.jsonl").write_bytes(b'{"text": 3}\n')
    result = command("bad.jsonl")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "nothing to evaluate" in result.stderr and "bad.jsonl:1" in result.stderr


def test_a_report_that_cannot_be_written(command: Callable[..., Result]) -> None:
    Path("data.jsonl").write_bytes(jsonl(*ROWS))
    result = command("data.jsonl", "--md", "no/such/r.md")
    assert result.exit_code == 2
    assert "cannot be written" in result.stderr
