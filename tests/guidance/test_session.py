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
    for n in range(9):
        advice = session.observe({"role": "chatter", "text": f"Goed dat je er bent {n}."})
        assert not advice.flags[0].is_reminder


def test_a_handled_flag_is_put_away_and_comes_back_when_it_rises(guide: hoi.Guide) -> None:
    session = live(guide, TALK[:6])
    session.handle("suicidality", "met de supervisor besproken")
    assert session.advice.flags == ()
    session.observe({"role": "visitor", "text": PLAN})
    assert said(session.advice) == ["suicidality"]


def test_lowering_takes_a_reason_and_is_kept(guide: hoi.Guide) -> None:
    session = live(guide, TALK)
    with pytest.raises(hoi.InputError, match="reason"):
        session.lower("suicidality", "passive_wish", " ")
    session.lower("suicidality", "passive_wish", "zegt nu dat het een zucht was")
    assert session.advice.flags == ()
    assert session.actions[-1].reason == "zegt nu dat het een zucht was"


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
    before = session.save()
    session.observe({"role": "visitor", "text": "ja, soms wel", "id": "7"})
    assert session.save() == before
    with pytest.raises(hoi.InputError, match="another text"):
        session.observe({"role": "visitor", "text": "nee", "id": "7"})


def test_an_edit_or_removal_forgets_words_and_keeps_flags(guide: hoi.Guide) -> None:
    session = live(guide, TALK[:6])
    session.remove("5")
    assert said(session.advice) == ["suicidality"]
    assert "wakker" not in session.save()
    edited = live(guide, TALK[:4])
    edited.edit("3", PLAN)
    assert said(edited.advice) == ["suicidality"]
    assert edited.messages[3].text == PLAN


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
    saved = json.loads(live(guide, TALK).save())
    saved["frameworks"] = "other"
    assert guide.restore(json.dumps(saved)).notes


@pytest.mark.parametrize(
    "saved", ["", "{}", "[]", '{"intake": null, "language": "nl", "log": [{"x": 1}]}']
)
def test_what_is_no_saved_session_is_refused(guide: hoi.Guide, saved: str) -> None:
    with pytest.raises(hoi.InputError, match="no saved session"):
        guide.restore(saved)


def test_sessions_in_threads_do_not_mix(guide: hoi.Guide) -> None:
    alone = live(guide, TALK).save()
    saved: list[str] = []
    threads = [
        threading.Thread(target=lambda: saved.append(live(guide, TALK).save())) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert saved == [alone] * 8


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
