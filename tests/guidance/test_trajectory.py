"""The 5x-traject: what a meeting leaves for the next, what is proposed, and what is asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import hoi
from hoi.guidance.trajectory import STEPS_SHOWN, THEMES_SHOWN, meeting_of, months_after, plan
from hoi.model.base import LANGUAGES
from hoi.model.trajectory import (
    LONGEST,
    MOST_WORDS,
    Meeting,
    MeetingPlan,
    OpenFlag,
    Said,
    Trajectory,
    Visit,
)

DAY = date(2025, 3, 4)
TODAY = date(2025, 9, 1)
QUESTIONS = ("what_happened", "talents_vulnerabilities", "want_for_self", "sources_of_help")
STORY = "mijn vader is vorig jaar overleden en sindsdien gaat het niet zo goed"
TALK = (
    ("chatter", "Welkom terug. Wat is er gebeurd?"),
    ("visitor", STORY),
    ("chatter", "Wat heftig. Wat wil je nu voor jezelf?"),
    ("visitor", "ik zou graag weer gewoon een keer gaan zwemmen met mijn zus"),
)
SIXTH, OTHER, EARLY = (
    "sixth_raises_question",
    "other_chatter_raises_question",
    "update_after_completion",
)


def met(number: int, *answered: str, **more: Any) -> Meeting:
    """A meeting in week `number`, in which these questions were answered."""
    said = tuple(
        Said(question=name, asked=True, answered=True, words=(f"over {name}",)) for name in answered
    )
    values = {
        "on": DAY + timedelta(weeks=number),
        "chatter": "noor",
        "conversation": f"c-{number}",
        "said": said,
    }
    return Meeting.model_validate({**values, **more})


def course(*meetings: Meeting, **more: Any) -> Trajectory:
    return Trajectory.model_validate(
        {"visitor": "maan", "life_story": "Ik ben opgegroeid aan zee.", "meetings": meetings} | more
    )


def proposed(
    guide: hoi.Guide, trajectory: Trajectory, language: str = "nl", **more: Any
) -> MeetingPlan:
    return plan(trajectory, guide.framework, language, more.pop("today", TODAY), **more)


def asked(made: MeetingPlan) -> list[str]:
    return [question.rule for question in made.questions]


def talk(messages: Sequence[tuple[str, str]], name: str = "c-1") -> hoi.Conversation:
    return hoi.Conversation.model_validate(
        {"id": name, "messages": [{"role": role, "text": text} for role, text in messages]}
    )


def made_of(guide: hoi.Guide, messages: Sequence[tuple[str, str]], **more: Any) -> Meeting:
    conversation = talk(messages)
    values: dict[str, Any] = {"chatter": "noor", "on": DAY, **more}
    return meeting_of(guide.tag(conversation), conversation, **values)


# --- a meeting from a conversation --------------------------------------------------------------


def test_a_meeting_holds_own_words_and_what_was_agreed(guide: hoi.Guide) -> None:
    meeting = made_of(guide, TALK, steps=["zaterdag  zwemmen", " "], rating=4)
    said = {one.question: one for one in meeting.said}
    assert said["what_happened"].words == (STORY,)
    assert said["want_for_self"].answered
    assert "talents_vulnerabilities" not in said
    assert meeting.steps == ("zaterdag zwemmen",)
    assert meeting.rating == 4
    assert meeting.open_flags == ()


def test_own_words_are_few_and_short(guide: hoi.Guide) -> None:
    short = (("chatter", "Wat is er gebeurd?"), ("visitor", "hoi, dat is een lang verhaal"))
    long = [
        pair
        for number in range(8)
        for pair in (("chatter", "Wat is er gebeurd?"), ("visitor", f"{number} " + "en toen " * 90))
    ]
    (said,) = (
        one for one in made_of(guide, [*short, *long]).said if one.question == "what_happened"
    )
    assert len(said.words) == MOST_WORDS
    assert {len(words) for words in said.words} == {LONGEST}
    assert [words[0] for words in said.words] == ["0", "1", "2"]


def test_a_flag_stays_open_until_it_is_handled(guide: hoi.Guide) -> None:
    dark = [*TALK, ("visitor", "ik heb de pillen klaarliggen, vanavond doe ik het")]
    (flag,) = made_of(guide, dark).open_flags
    assert (flag.id, flag.experiencer, flag.tier) == ("suicidality", "self", "flag")
    assert flag.level in ("intent_or_plan", "acute")
    assert made_of(guide, dark, handled={("suicidality", "self")}).open_flags == ()
    assert made_of(guide, dark, handled={("suicidality", "other")}).open_flags == (flag,)


def test_a_flag_to_pass_on_does_not_fall_by_a_denial(guide: hoi.Guide) -> None:
    dark = [
        ("visitor", "ik heb de pillen klaarliggen, vanavond doe ik het"),
        ("chatter", "Denk je aan zelfmoord?"),
        ("visitor", "nee, ik denk niet aan zelfmoord"),
    ]
    assert [flag.id for flag in made_of(guide, dark).open_flags] == ["suicidality"]


def test_the_heaviest_reading_is_kept(guide: hoi.Guide) -> None:
    dark = [
        ("visitor", "ik wou dat ik morgen niet meer wakker werd"),
        ("visitor", "ik heb de pillen klaarliggen, vanavond doe ik het"),
        ("visitor", "ik wou dat ik morgen niet meer wakker werd"),
    ]
    (flag,) = made_of(guide, dark).open_flags
    assert flag.level in ("intent_or_plan", "acute")


@pytest.mark.parametrize("rating", [0, 6, -1])
def test_a_rating_outside_1_to_5_is_refused(guide: hoi.Guide, rating: int) -> None:
    with pytest.raises(hoi.InputError, match="rating"):
        made_of(guide, TALK, rating=rating)


def test_tags_of_another_conversation_are_refused(guide: hoi.Guide) -> None:
    with pytest.raises(hoi.InputError, match="same conversation"):
        meeting_of(guide.tag(talk(TALK, "a")), talk(TALK, "b"), chatter="noor", on=DAY)


def test_a_time_of_day_is_left_out(guide: hoi.Guide) -> None:
    assert made_of(guide, TALK, on=datetime(2025, 3, 4, 20, 15)).on == DAY


# --- the proposal -------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_meeting_starts_from_the_life_story(guide: hoi.Guide, language: str) -> None:
    made = proposed(guide, course(life_story=None), language)
    first = guide.framework.trajectory.meetings[0]
    assert (made.kind, made.number) == ("meeting", 1)
    assert made.focus == first.focus.to(language)
    assert [one.id for one in made.take_up] == ["what_happened"]
    assert any("levensverhaal" in r or "life story" in r for r in made.reasons[1:])
    assert proposed(guide, course(), language).reasons != made.reasons
    assert not made.questions
    assert not made.observations


def test_suggestions_follow_when_nothing_is_left_open(guide: hoi.Guide) -> None:
    meetings: list[Meeting] = []
    for number, suggestion in enumerate(guide.framework.trajectory.meetings, 1):
        made = proposed(guide, course(*meetings))
        assert made.number == number
        assert made.focus == suggestion.focus.nl
        assert suggestion.note.nl in made.notes
        meetings.append(met(number, *suggestion.questions))


def test_what_is_open_comes_first(guide: hoi.Guide) -> None:
    made = proposed(guide, course(met(1, "talents_vulnerabilities"), met(2)))
    assert made.number == 3
    assert made.take_up[0].id == "what_happened"
    assert made.focus == guide.framework.trajectory.meetings[0].focus.nl
    assert "openstaat" in made.reasons[0]


def test_a_question_says_where_it_stands(guide: hoi.Guide) -> None:
    silent = Said(question="what_happened", asked=True, answered=False)
    meetings = (met(1, said=(silent,)), met(2, "want_for_self"))
    reasons = {one.id: one.reason for one in proposed(guide, course(*meetings), "en").take_up}
    assert "asked in meeting 1" in reasons["what_happened"]
    assert "not come up" in reasons["talents_vulnerabilities"]
    told = proposed(guide, course(met(1, "what_happened"), met(2)), "en")
    assert "go on from there" in {one.id: one.reason for one in told.take_up}["what_happened"]


def test_carry_over_holds_what_was_said_agreed_and_came_back(guide: hoi.Guide) -> None:
    carried = proposed(
        guide,
        course(
            met(1, "what_happened", themes=("trauma", "meaning"), steps=("mijn zus bellen",)),
            met(2, "what_happened", themes=("trauma",), steps=("wandelen", "Mijn zus bellen")),
        ),
    )
    (question,) = carried.carry_over.questions
    assert [one.when.number for one in question.said] == [1, 2]
    assert question.said[0].words == ("over what_happened",)
    assert [step.text for step in carried.carry_over.steps] == ["wandelen", "Mijn zus bellen"]
    assert [theme.id for theme in carried.carry_over.themes] == ["trauma", "meaning"]
    text = " ".join(carried.reasons)
    assert "wandelen; Mijn zus bellen" in text
    name = carried.carry_over.themes[0].name
    assert f"“{name}” kwam terug in gesprek 1, 2" in text
    assert "meaning" not in text


def test_an_open_flag_is_what_to_begin_with(guide: hoi.Guide) -> None:
    def flagged(level: str, tier: str = "flag") -> tuple[OpenFlag, ...]:
        values = {"id": "suicidality", "level": level, "experiencer": "self", "tier": tier}
        return (OpenFlag.model_validate(values),)

    made = proposed(
        guide,
        course(
            met(1, open_flags=flagged("intent_or_plan")),
            met(2, open_flags=flagged("passive_wish", "ask")),
        ),
    )
    (flag,) = made.carry_over.flags
    assert (flag.flag.level, flag.when.number) == ("intent_or_plan", 1)
    assert flag.name in made.reasons[1]
    assert "Begin daarmee" in made.reasons[1]
    weak = proposed(guide, course(met(1, open_flags=flagged("passive_wish", "ask"))))
    assert "Vraag er open naar" in weak.reasons[1]


def test_ids_that_the_framework_no_longer_has_do_no_harm(guide: hoi.Guide) -> None:
    gone = OpenFlag(id="gone_flag", level="gone", experiencer="self", tier="flag")
    made = proposed(guide, course(met(1, "gone_question", themes=("gone",), open_flags=(gone,))))
    assert made.carry_over.themes[0].name == "gone"
    assert made.carry_over.flags[0].name == "gone_flag"


def test_rules_and_suggestions_that_were_taken_out_raise_nothing(guide: hoi.Guide) -> None:
    bare = guide.framework.trajectory.model_copy(update={"rules": (), "meetings": ()})
    framework = guide.framework.model_copy(update={"trajectory": bare})
    many = course(*map(met, range(6)), visits=visits(*range(9)))
    made = plan(many, framework, "nl", TODAY)
    assert (made.questions, made.observations, made.take_up, made.focus) == ((), (), (), "")


# --- what becomes a question --------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sixth_meeting_is_a_question(guide: hoi.Guide, language: str) -> None:
    assert SIXTH not in asked(proposed(guide, course(*map(met, range(4)))))
    made = proposed(guide, course(*map(met, range(5))), language)
    rules = {rule.id: rule.text for rule in guide.framework.trajectory.rules}
    assert made.number == 6
    (question,) = made.questions
    assert (question.rule, question.text) == (SIXTH, rules[SIXTH].to(language))
    assert "6" in question.reason
    done = {"completed": DAY + timedelta(weeks=5)}
    assert not proposed(guide, course(*map(met, range(5)), **done)).questions
    assert asked(proposed(guide, course(*map(met, range(6)), **done))) == [SIXTH]


def test_another_chatter_is_a_question(guide: hoi.Guide) -> None:
    made = proposed(guide, course(met(1), met(2, chatter="daan")))
    assert asked(made) == [OTHER]
    assert "daan" in made.questions[0].reason
    assert asked(proposed(guide, course(met(1)), chatter="daan")) == [OTHER]
    assert not proposed(guide, course(met(1)), chatter="noor").questions


def test_an_update_before_completion_is_a_question(guide: hoi.Guide) -> None:
    early = met(20)
    assert asked(proposed(guide, course(met(1), updates=(early,)))) == [EARLY]
    later = {"completed": early.on + timedelta(days=1)}
    assert EARLY in asked(proposed(guide, course(met(1), updates=(early,), **later)))
    same = {"completed": early.on}
    assert EARLY not in asked(proposed(guide, course(met(1), updates=(early,), **same)))


def test_shrinking_intervals_are_a_question(guide: hoi.Guide) -> None:
    def updated(*months: int) -> Trajectory:
        updates = [
            met(n, on=months_after(DAY, month), conversation=f"u-{n}")
            for n, month in enumerate(months)
        ]
        return course(met(-2), completed=DAY, updates=updates)

    today = date(2027, 1, 1)
    assert not proposed(guide, updated(3, 6, 12), today=today).questions
    made = proposed(guide, updated(3, 8, 9), today=today)
    assert asked(made) == ["never_shrinking"]
    assert proposed(guide, updated(6, 9), today=today).questions
    assert proposed(guide, updated(3, 8, 12), today=today).questions


def test_a_new_exploration_soon_after_is_a_question(guide: hoi.Guide) -> None:
    soon = course(met(1), earlier_completed=DAY - timedelta(days=60))
    assert asked(proposed(guide, soon)) == ["new_exploration"]
    assert not proposed(guide, course(met(1), earlier_completed=date(2023, 3, 4))).questions
    after = course(met(1), met(9), completed=DAY + timedelta(weeks=2))
    assert asked(proposed(guide, after)) == ["new_exploration"]
    about_to = course(earlier_completed=TODAY - timedelta(days=60))
    assert asked(proposed(guide, about_to)) == ["new_exploration"]


def test_odd_dates_and_doubles_are_questions(guide: hoi.Guide) -> None:
    made = proposed(guide, course(met(1), met(2), started=DAY + timedelta(weeks=1, days=1)))
    assert asked(made) == ["dates"]
    assert asked(proposed(guide, course(met(1)), today=DAY)) == ["dates"]
    doubled = proposed(guide, course(*map(met, range(5)), met(4)), today=TODAY)
    assert asked(doubled) == [SIXTH, "same_conversation"]
    assert doubled.number == 6


def test_meetings_count_by_their_dates(guide: hoi.Guide) -> None:
    one, two = met(1, steps=("eerst",)), met(2, steps=("dan",))
    assert proposed(guide, course(two, one)) == proposed(guide, course(one, two))


# --- updates ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("months", "today", "due"),
    [
        ((), date(2025, 3, 5), date(2025, 6, 4)),
        ((), date(2025, 10, 1), date(2025, 9, 4)),  # a missed one is not made up for
        ((3,), date(2025, 6, 5), date(2025, 9, 4)),
        ((5,), date(2025, 8, 5), date(2026, 3, 4)),  # after six months it would come sooner
        ((3, 6), date(2025, 9, 5), date(2026, 3, 4)),
        ((3, 6, 12), date(2026, 4, 1), None),
    ],
)
def test_updates_are_due_after_completion(
    guide: hoi.Guide, months: tuple[int, ...], today: date, due: date | None
) -> None:
    updates = [
        met(n, on=months_after(DAY, month), conversation=f"u-{n}") for n, month in enumerate(months)
    ]
    trajectory = course(met(-2, steps=("zwemmen",)), completed=DAY, updates=updates)
    made = proposed(guide, trajectory, "en", today=today)
    assert (made.kind, made.number, made.due) == ("update", len(months) + 1, due)
    assert made.focus == guide.framework.trajectory.updates.text.en
    assert any("zwemmen" in reason for reason in made.reasons)
    assert str(due or made.not_before) in made.reasons[0]


def test_a_shorter_month_is_no_shorter_interval(guide: hoi.Guide) -> None:
    done = date(2025, 6, 1)  # 92 days to 1 September, 91 from there to 1 December
    first = met(0, on=date(2025, 9, 1), conversation="u-1")
    second = met(0, on=date(2025, 12, 1), conversation="u-2")
    one = proposed(guide, course(met(1), completed=done, updates=(first,)), today=first.on)
    assert one.due == second.on
    both = course(met(1), completed=done, updates=(first, second))
    assert not proposed(guide, both, today=second.on).questions


def test_a_plan_stays_short(guide: hoi.Guide) -> None:
    meetings = [
        met(n, steps=tuple(f"{n}{step}" for step in "abcd"), themes=(f"x{n}", f"y{n}"))
        for n in range(5)
    ]
    carried = proposed(guide, course(*meetings)).carry_over
    assert (len(carried.steps), len(carried.themes)) == (STEPS_SHOWN, THEMES_SHOWN)
    assert carried.steps[0].text == "4a"
    assert carried.themes[0].when[0].number == 5


def test_no_update_is_due_before_completion(guide: hoi.Guide) -> None:
    made = proposed(guide, course(*map(met, range(5))))
    assert (made.kind, made.due, made.not_before) == ("meeting", None, None)


def test_an_update_is_called_an_update(guide: hoi.Guide) -> None:
    update = met(20, steps=("wandelen",), conversation="u-1")
    made = proposed(guide, course(met(1), completed=DAY + timedelta(weeks=2), updates=(update,)))
    assert made.carry_over.steps[0].when.kind == "update"
    assert any("update 1" in reason for reason in made.reasons)


# --- signs of dependency ------------------------------------------------------------------------


def visits(*ages: int, **more: Any) -> tuple[Visit, ...]:
    return tuple(
        Visit.model_validate({"on": TODAY - timedelta(days=age), "chatter": "sem", **more})
        for age in ages
    )


@pytest.mark.parametrize(
    ("given_visits", "signs"),
    [
        (visits(*range(7)), []),
        (visits(*range(8)), ["frequent"]),
        (visits(*range(28, 36)), []),
        (visits(*range(7), 28), ["more_often"]),  # the eighth is just too long ago
        (visits(0, 5, 9, 20, 40, 50), ["more_often"]),
        (visits(0, 5, 9, 20, 40, 45, 50), []),
        (visits(3, themes=("chat_dependency",)), ["theme"]),
        (visits(3, 4, asked_for="noor"), ["only_this_chatter"]),
        (visits(3, asked_for="noor"), []),
        ((*visits(3, 4, asked_for="noor"), *visits(5, asked_for="sem")), []),
        (visits(-3, -4, -5), []),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_signs_of_dependency_are_shown_with_their_reason(
    guide: hoi.Guide, given_visits: tuple[Visit, ...], signs: list[str], language: str
) -> None:
    made = proposed(guide, course(met(1), visits=given_visits), language)
    assert [one.sign for one in made.observations] == signs
    rules = {rule.id: rule.text.to(language) for rule in guide.framework.trajectory.rules}
    assert all(one.text == rules["dependency_signs"] and one.reason for one in made.observations)
    assert not made.questions


def test_dependency_as_a_theme_of_a_meeting_is_a_sign(guide: hoi.Guide) -> None:
    made = proposed(guide, course(met(1, themes=("chat_dependency",))))
    assert [one.sign for one in made.observations] == ["theme"]


# --- always -------------------------------------------------------------------------------------

DATES = st.one_of(st.dates(), st.dates(DAY - timedelta(days=400), DAY + timedelta(days=400)))
NAMES = st.sampled_from(("noor", "daan", ""))
IDS = st.one_of(st.sampled_from(("c-1", "c-2", "")), st.text(max_size=3))
SAID = st.builds(
    Said,
    question=st.sampled_from((*QUESTIONS, "gone")),
    asked=st.booleans(),
    answered=st.booleans(),
    words=st.lists(st.text(max_size=9), max_size=MOST_WORDS).map(tuple),
)
FLAGS = st.builds(
    OpenFlag,
    id=st.sampled_from(("suicidality", "self_harm", "gone")),
    level=st.sampled_from((None, "passive_wish", "acute", "gone")),
)
THEMES = st.lists(st.sampled_from(("trauma", "chat_dependency", "gone")), max_size=3).map(tuple)
MEETINGS = st.lists(
    st.builds(
        Meeting,
        on=DATES,
        chatter=NAMES,
        conversation=IDS,
        said=st.lists(SAID, max_size=3).map(tuple),
        themes=THEMES,
        steps=st.lists(st.text(max_size=9), max_size=2).map(tuple),
        open_flags=st.lists(FLAGS, max_size=2).map(tuple),
    ),
    max_size=8,
).map(tuple)
VISITS = st.lists(
    st.builds(Visit, on=DATES, chatter=NAMES, asked_for=st.none() | NAMES, themes=THEMES),
    max_size=12,
).map(tuple)
TRAJECTORIES = st.builds(
    Trajectory,
    visitor=st.text(max_size=5),
    life_story=st.none() | st.text(max_size=9),
    started=st.none() | DATES,
    meetings=MEETINGS,
    updates=MEETINGS,
    completed=st.none() | DATES,
    earlier_completed=st.none() | DATES,
    visits=VISITS,
)


@given(TRAJECTORIES, st.sampled_from(LANGUAGES), DATES, st.none() | NAMES)
def test_a_plan_never_fails_and_is_always_the_same(
    guide: hoi.Guide, trajectory: Trajectory, language: str, today: date, chatter: str | None
) -> None:
    made = proposed(guide, trajectory, language, today=today, chatter=chatter)
    assert made == proposed(guide, trajectory, language, today=today, chatter=chatter)
    assert made.focus
    assert made.reasons
    assert all(question.text and question.reason for question in made.questions)
    assert (made.kind == "update") == (trajectory.completed is not None)
    assert made.due is None or trajectory.completed is not None
    texts = [*made.reasons, *(question.reason for question in made.questions)]
    assert "None" not in " ".join(texts)


@given(MEETINGS, st.integers(5, 9), st.none() | DATES)
def test_a_sixth_meeting_always_raises_the_question(
    guide: hoi.Guide, meetings: tuple[Meeting, ...], count: int, completed: date | None
) -> None:
    more = tuple(met(n, conversation=f"own-{n}") for n in range(count + (completed is not None)))
    assert SIXTH in asked(proposed(guide, course(*meetings, *more, completed=completed)))


@given(st.lists(st.tuples(DATES, st.sampled_from(("noor", "daan"))), max_size=6))
def test_another_chatter_always_raises_the_question(
    guide: hoi.Guide, held: list[tuple[date, str]]
) -> None:
    meetings = [met(n, on=on, chatter=chatter) for n, (on, chatter) in enumerate(held)]
    several = len({chatter for _, chatter in held}) > 1
    assert (OTHER in asked(proposed(guide, course(*meetings)))) == several
