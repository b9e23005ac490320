"""A live session: what is shown when, what the chatter does with it, and that nothing is lost."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone

import pytest

import hoi
from hoi.guidance.session import Session
from hoi.model.advice import Advice
from hoi.model.base import Language

START = datetime(2025, 3, 5, 20, 0, tzinfo=timezone(timedelta(hours=1)))
GONE = "ik wou dat ik morgen niet meer wakker werd"
PLAN = "ik heb de pillen klaarliggen, vanavond doe ik het"
TALK = (
    ("chatter", "Hoi, welkom. Waar wil je het over hebben?"),
    ("visitor", "hoi, ik weet niet zo goed waar ik moet beginnen met mijn verhaal"),
    ("chatter", "Neem de tijd. Wat is er gebeurd?"),
    ("visitor", "mijn vader is vorig jaar overleden en sindsdien gaat het niet"),
    ("chatter", "Wat heftig."),
    ("visitor", GONE),
    ("chatter", "Denk je aan zelfmoord?"),
    ("visitor", "ja, soms wel"),
)


def live(guide: hoi.Guide, talk: Sequence[tuple[str, str]], **intake: str) -> Session:
    session = guide.session(hoi.Intake.model_validate(intake))
    for number, (role, text) in enumerate(talk):
        at = START + timedelta(minutes=number)
        session.observe({"role": role, "text": text, "at": at.isoformat(), "id": str(number)})
    return session


def said(advice: Advice) -> list[str]:
    return [flag.flag.id for flag in advice.flags]


def test_a_flag_comes_with_its_protocol_and_reason(guide: hoi.Guide) -> None:
    session = live(guide, TALK[:6])
    (flag,) = session.advice.flags
    assert flag.flag.id == "suicidality"
    assert flag.is_new
    assert flag.steps
    assert "wakker" in flag.reason
    assert {"113"} <= {way.id for way in flag.ways}


def test_a_level_rises_and_never_falls_by_itself(guide: hoi.Guide) -> None:
    session = live(guide, TALK)
    before = session.advice.flags[0].flag.level
    session.observe({"role": "visitor", "text": PLAN})
    assert session.advice.flags[0].flag.level in ("intent_or_plan", "acute")
    assert before not in ("intent_or_plan", "acute")
    for text in ("het gaat wel weer", "dankjewel, ik ga slapen", "doei"):
        session.observe({"role": "visitor", "text": text})
    assert session.advice.flags[0].flag.level in ("intent_or_plan", "acute")


def test_beside_an_acute_flag_nothing_is_suggested(guide: hoi.Guide) -> None:
    session = live(guide, [*TALK, ("visitor", PLAN), ("visitor", "ik schaam me zo")])
    assert session.advice.flags
    assert session.advice.suggestions == ()


def test_an_unconfirmed_flag_is_shown_again_until_confirmed(guide: hoi.Guide) -> None:
    talk = [("visitor", PLAN), *(("chatter", f"Ik lees mee {n}.") for n in range(9))]
    session = guide.session()
    reminded = []
    for role, text in talk:
        advice = session.observe({"role": role, "text": text})
        reminded.append(advice.flags[0].is_reminder)
    assert reminded.count(True) == 2
    session.confirm("suicidality")
    for n in range(5):
        advice = session.observe({"role": "chatter", "text": f"Goed dat je er bent {n}."})
        assert not advice.flags[0].is_reminder


def test_what_was_confirmed_but_not_dealt_with_comes_back(guide: hoi.Guide) -> None:
    session = live(guide, [("visitor", PLAN)])
    session.confirm("suicidality")
    again = [
        session.observe({"role": "chatter", "text": f"Ik ben er {n}."}).flags[0].is_reminder
        for n in range(20)
    ]
    assert again.count(True) == 1


def test_a_handled_flag_is_put_away_and_comes_back_when_it_rises(guide: hoi.Guide) -> None:
    session = live(guide, TALK[:6])
    session.handle("suicidality", "met de supervisor besproken")
    assert session.advice.flags == ()
    session.observe({"role": "visitor", "text": PLAN})
    assert said(session.advice) == ["suicidality"]


def test_lowering_takes_a_reason_and_stays_shown(guide: hoi.Guide) -> None:
    session = live(guide, [*TALK, ("visitor", PLAN)])
    with pytest.raises(hoi.InputError, match="reason"):
        session.lower("suicidality", "passive_wish", " ")
    with pytest.raises(hoi.InputError, match="cannot be lowered"):
        session.lower("suicidality", "acute", "x")
    session.lower("suicidality", "passive_wish", "zegt nu dat het een zucht was")
    (flag,) = session.advice.flags
    assert (flag.status, flag.flag.level) == ("lowered", "passive_wish")
    session.lower("suicidality", None, "was een songtekst")
    assert session.advice.flags == ()
    flag = session.observe({"role": "visitor", "text": GONE}).flags[0]
    assert (flag.status, flag.is_new) == ("open", True)
    assert "wakker" in flag.reason
    assert flag.flag.level == "passive_wish"


@pytest.mark.parametrize(
    "said",
    [
        PLAN,
        "ik heb net een hele strip paracetamol ingenomen",
        "ik word gedwongen tot prostitutie",
        "mijn broer gaat zich vanavond ophangen, hij heeft het touw al",
    ],
)
def test_what_is_said_again_after_it_was_handled_is_shown_again(
    guide: hoi.Guide, said: str
) -> None:
    session = guide.session()
    for flag in session.observe({"role": "visitor", "text": said}).flags:
        session.handle(flag.id, "besproken", flag.whose)
    assert session.advice.flags == ()
    again = session.observe({"role": "visitor", "text": said})
    assert again.flags
    assert all(flag.is_new and flag.status == "open" for flag in again.flags)


def test_anothers_acute_danger_is_as_pressing(guide: hoi.Guide) -> None:
    session = guide.session()
    said = "mijn broer staat op het dak en gaat springen"
    session.observe({"role": "visitor", "text": said})
    flag = next(f for f in session.advice.flags if f.id == "third_party_risk")
    assert flag.confirm
    assert session.advice.suggestions == ()
    session.confirm("third_party_risk")  # the only one there is: whose need not be said


def test_the_most_pressing_flag_comes_first(guide: hoi.Guide) -> None:
    session = live(guide, [("visitor", GONE), ("visitor", "ik heb net een strip pillen geslikt")])
    urgency = [flag.id for flag in session.advice.flags]
    assert urgency[0] in ("overdose", "suicidality")
    assert session.advice.flags[0].confirm


def test_who_says_to_be_young_gets_the_ways_of_the_young(guide: hoi.Guide) -> None:
    session = live(guide, [("visitor", "ik ben 14"), ("visitor", GONE)])
    (flag,) = [flag for flag in session.advice.flags if flag.id == "suicidality"]
    assert "kindertelefoon" in {way.id for way in flag.ways}


def test_what_was_not_shown_cannot_be_acted_on(guide: hoi.Guide) -> None:
    session = live(guide, TALK[:4])
    with pytest.raises(hoi.InputError, match="no flag"):
        session.confirm("suicidality")
    with pytest.raises(hoi.InputError, match="no suggestion"):
        session.dismiss("nothing.like.this")


def test_a_dismissed_suggestion_does_not_come_back(guide: hoi.Guide) -> None:
    session = guide.session({"language": "nl"})
    advice = session.observe({"role": "visitor", "text": "hallo"})
    (first,) = advice.suggestions
    assert first.id not in [s.id for s in session.dismiss(first.id).suggestions]


@pytest.mark.parametrize(
    ("at", "there", "away"),
    [(11, "huisarts", "huisartsenpost"), (23, "huisartsenpost", "huisarts")],
)
def test_ways_fit_the_hour(guide: hoi.Guide, at: int, there: str, away: str) -> None:
    session = guide.session()
    when = START.replace(hour=at).isoformat()
    advice = session.observe({"role": "visitor", "text": GONE, "at": when})
    ways = {way.id for way in advice.flags[0].ways}
    assert there in ways
    assert away not in ways
    assert "113" in ways


@pytest.mark.parametrize("at", [None, 11, 23])
def test_ways_that_are_not_bound_to_the_hour_are_always_shown(
    guide: hoi.Guide, at: int | None
) -> None:
    when = at if at is None else START.replace(hour=at).isoformat()
    advice = guide.session().observe({"role": "visitor", "text": GONE, "at": when})
    routes = {route.id: route.open for route in guide.framework.escalation.routes}
    level = next(
        level
        for level in guide.framework.escalation.levels
        if level.id == advice.flags[0].flag.level
    )
    unbound = {name for name in level.routes if routes[name] in ("always", "other")}
    shown = {way.id for way in advice.flags[0].ways}
    assert unbound <= shown
    if at is None:
        assert {"huisarts", "huisartsenpost"} <= shown


@pytest.mark.parametrize("language", ["nl", "en"])
def test_ways_are_in_the_chatters_language(guide: hoi.Guide, language: Language) -> None:
    session = guide.session({"language": "nl"}, language=language)
    flag = session.observe({"role": "visitor", "text": GONE}).flags[0]
    routes = {route.id: route for route in guide.framework.escalation.routes}
    assert flag.ways
    for way in flag.ways:
        assert way.contact == routes[way.id].contact.to(language)
        assert way.hours == routes[way.id].hours.to(language)


def test_ways_fit_the_age(guide: hoi.Guide) -> None:
    young, old = (
        {w.id for w in live(guide, [("visitor", GONE)], age_band=band).advice.flags[0].ways}
        for band in ("10-20", "50+")
    )
    assert "kindertelefoon" in young
    assert "kindertelefoon" not in old


def test_texts_are_in_the_chatters_language_and_words_in_the_visitors(guide: hoi.Guide) -> None:
    session = guide.session({"language": "en"}, language="nl")
    advice = session.observe({"role": "visitor", "text": "hello there"})
    (first,) = advice.suggestions
    assert "bezoeker" in first.text or "bericht" in first.reason
    assert first.say
    assert "you" in first.say.lower()


def test_the_same_id_twice_is_one_message(guide: hoi.Guide) -> None:
    session = live(guide, TALK)
    before, saved = session.advice, session.save()
    assert session.observe({"role": "visitor", "text": "ja, soms wel", "id": "7"}) == before
    assert session.save() == saved
    with pytest.raises(hoi.InputError, match="another text"):
        session.observe({"role": "visitor", "text": "nee", "id": "7"})


def test_an_edit_or_removal_forgets_words_and_keeps_flags(guide: hoi.Guide) -> None:
    session = live(guide, TALK[:6])
    session.edit("5", "mijn geheim is 0612345678")
    session.remove("5")
    assert said(session.advice) == ["suicidality"]
    assert "wakker" not in session.save()
    assert "0612345678" not in session.save()
    edited = live(guide, TALK[:4])
    edited.edit("3", PLAN)
    assert said(edited.advice) == ["suicidality"]
    assert edited.advice.flags[0].is_new
    assert edited.messages[3].text == PLAN


def test_changing_the_question_does_not_clear_the_answer(guide: hoi.Guide) -> None:
    session = live(guide, TALK)
    session.edit("6", "Denk je aan vakantie?")
    assert said(session.advice) == ["suicidality"]


def test_an_edit_into_something_worse_is_not_covered_by_what_was_done(guide: hoi.Guide) -> None:
    session = live(guide, [("visitor", "ik denk vaak aan zelfmoord")])
    session.handle("suicidality", "besproken")
    session.edit("0", PLAN)
    (flag,) = session.advice.flags
    assert (flag.status, flag.is_new) == ("open", True)


def test_a_message_sent_again_after_it_was_changed_is_known(guide: hoi.Guide) -> None:
    session = live(guide, TALK)
    session.edit("7", "ja, vaak")
    before = session.advice
    assert session.observe({"role": "visitor", "text": "ja, soms wel", "id": "7"}) == before


def test_a_failing_step_changes_nothing(guide: hoi.Guide) -> None:
    session = live(guide, TALK)
    before, saved = session.advice, session.save()
    with pytest.raises(hoi.InputError):
        session.edit("7", 123)  # type: ignore[arg-type]  # what a careless caller does
    assert (session.advice, session.save()) == (before, saved)
    session.observe({"role": "visitor", "text": "x", "at": "9999-12-31T23:59:59+00:00"})
    assert guide.restore(session.save()).advice == session.advice


def test_an_empty_id_is_no_id(guide: hoi.Guide) -> None:
    session = guide.session()
    for text in ("ja", "ja", PLAN):
        session.observe({"role": "visitor", "text": text, "id": ""})
    assert len(session.messages) == 3
    assert session.advice.flags


def test_a_session_goes_on_after_it_was_saved(guide: hoi.Guide) -> None:
    session = live(guide, TALK)
    session.confirm("suicidality")
    session.remove("3")
    again = guide.restore(session.save())
    assert again.advice == session.advice
    for one in (session, again):
        one.observe({"role": "visitor", "text": "ik ben zo moe van alles"})
    assert again.advice == session.advice
    assert again.save() == session.save()
    assert again.notes == ()


def test_other_frameworks_are_told_of(guide: hoi.Guide) -> None:
    session = live(guide, TALK)
    saved = json.loads(session.save())
    saved["frameworks"] = "other"
    for entry in saved["log"]:
        entry["message"]["text"] = "iets anders"  # as if these rules found nothing any more
    again = guide.restore(json.dumps(saved))
    assert again.notes
    assert said(again.advice) == said(session.advice)


@pytest.mark.parametrize(
    "saved", ["", "{}", "[]", '{"intake": null, "language": "nl", "log": [{"x": 1}]}']
)
def test_what_is_no_saved_session_is_refused(guide: hoi.Guide, saved: str) -> None:
    with pytest.raises(hoi.InputError, match="no saved session"):
        guide.restore(saved)


def test_sessions_in_threads_do_not_mix(guide: hoi.Guide) -> None:
    alone = live(guide, TALK).advice
    saved: list[Advice] = []
    threads = [
        threading.Thread(target=lambda: saved.append(live(guide, TALK).advice)) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert saved == [alone] * 8


def test_one_session_may_be_used_from_many_threads(guide: hoi.Guide) -> None:
    session = guide.session()

    def write(start: int) -> None:
        for number in range(start, start + 20):
            session.observe({"role": "visitor", "text": f"{GONE} {number}", "id": str(number)})

    threads = [threading.Thread(target=write, args=(20 * n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({message.id for message in session.messages}) == 120
    assert guide.restore(session.save()).advice == session.advice


def test_odd_input_is_refused_and_loses_nothing(guide: hoi.Guide) -> None:
    session = live(guide, TALK)
    before = session.advice
    for wrong in (
        {"role": "robot", "text": "x"},
        {"role": "visitor"},
        {"role": "visitor", "text": None},
    ):
        with pytest.raises(hoi.InputError):
            session.observe(wrong)
    assert session.advice == before


def test_a_clock_that_jumps_does_not_close_the_talk(guide: hoi.Guide) -> None:
    session = live(guide, TALK[:4])
    for days in (-400, 400):
        at = START + timedelta(days=days)
        session.observe({"role": "visitor", "text": "en toen", "at": at.isoformat()})
    assert session.advice.progress.phase == "opening"
