"""The two reports of a talk: what the visitor may take home, and what the chatter has to check."""

from __future__ import annotations

import html
import json
import re
import unicodedata
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import hoi
from hoi.guidance.report import chatter_report, visitor_report
from hoi.guidance.report_text import PLAIN_TOPICS, as_html, as_markdown
from hoi.guidance.session import Session
from hoi.model.base import LANGUAGES, Language
from hoi.model.report import ChatterReport, Ratings, Report, VisitorReport

EXAMPLES = Path(__file__).parents[2] / "examples"
GONE = "ik wou dat ik morgen niet meer wakker werd"
PLAN = "ik heb de pillen klaarliggen, vanavond doe ik het"
STRONG = "wandelen helpt me altijd een beetje"
WISH = "ik wil weer leren genieten van kleine dingen"
TALK = (
    ("chatter", "Hoi, welkom. Wat is er gebeurd?"),
    ("visitor", "ik ben vorig jaar mijn baan kwijtgeraakt en zit sindsdien thuis"),
    ("chatter", "Dat klinkt zwaar. Waar ben je goed in?"),
    ("visitor", STRONG),
    ("chatter", "En wat wil je voor jezelf?"),
    ("visitor", WISH),
)
LEFT = (*TALK, ("visitor", GONE), ("chatter", "Denk je aan zelfmoord?"))
BYE = (("chatter", "Tot ziens, pas goed op jezelf"), ("visitor", "dankjewel, doei"))
# What we may never say to a visitor, in either language.
RISKY = re.compile(
    r"suicid|zelfmoord|zelfdod|dood|crisis|risico|gevaar|sterv"
    r"|\b(?:flag\w*|risk\w*|danger\w*|dead|death|kill\w*|alarm\w*|signaal|signalen)\b"
)
CROWD = """
ik wil niet meer leven dood doodmoe zelfmoord nee ja soms mijn zus maar nu weer snijd mezelf pillen
stoppen met lithium stemmen springen vanavond afscheid wandelen helpt hoop dat beter wordt i want
to die kill myself never alone i hope it gets better crisis risico risk flag mijn schuld doei ciao
"""
SAID = st.one_of(
    st.text(max_size=80), st.lists(st.sampled_from(CROWD.split()), max_size=20).map(" ".join)
)
TALKS = st.lists(st.tuples(st.sampled_from(["visitor", "visitor", "chatter"]), SAID), max_size=7)


def live(guide: hoi.Guide, talk: Sequence[tuple[str, str]], **intake: str) -> Session:
    session = guide.session(hoi.Intake.model_validate(intake))
    for number, (role, text) in enumerate(talk):
        session.observe({"role": role, "text": text, "id": str(number)})
    return session


def quoted(report: VisitorReport) -> str:
    return "\n".join((*report.own_words, *(w for a in report.answers for w in a.words)))


def ours(report: VisitorReport) -> str:
    """Everything in the report, and on its pages, that the visitor did not say."""
    bare = report.model_copy(update={"own_words": (), "answers": (), "frameworks": ""})
    shown = [make(bare, tongue) for make in (as_markdown, as_html) for tongue in LANGUAGES]
    return "\n".join((bare.model_dump_json(), *shown))


def plain(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


def pages(report: Report) -> tuple[VisitorReport | ChatterReport, ...]:
    return report.visitor, report.chatter


def left(report: ChatterReport) -> list[tuple[str, str]]:
    return [(item.kind, item.flag) for item in report.follow_up]


# --- the visitor's ------------------------------------------------------------------------------


def test_the_visitors_own_words_and_answers(guide: hoi.Guide) -> None:
    report = live(guide, [*TALK, *BYE]).report().visitor
    answers = {answer.question: answer.words for answer in report.answers}
    assert answers["talents_vulnerabilities"] == (STRONG,)
    assert answers["want_for_self"] == (WISH,)
    assert report.topics
    assert {topic.nl for topic in report.topics} <= {name.nl for name in PLAIN_TOPICS.values()}


@pytest.mark.parametrize("name", ["lisa", "lisa_en"])
def test_the_published_case(guide: hoi.Guide, name: str) -> None:
    talk = json.loads((EXAMPLES / f"{name}.jsonl").read_text(encoding="utf-8"))
    session = guide.session(talk["intake"])
    for message in talk["messages"]:
        session.observe(message)
    visitor, chatter = session.report().visitor, session.report().chatter
    assert visitor.language == talk["intake"]["language"]
    assert len(visitor.topics) == len(chatter.topics) == 3
    assert any(word in quoted(visitor) for word in ("hoeft het niet altijd", "always have to rule"))
    # What happened is abuse: it is not quoted back, the three other answers are.
    assert {"talents_vulnerabilities", "want_for_self", "sources_of_help"} <= {
        answer.question for answer in visitor.answers
    }
    assert not re.search("misbruikt|abused|vies|dirty|schaam|ashamed|waard|worth", quoted(visitor))
    assert chatter.ending == "normal"
    assert chatter.follow_up == ()
    assert chatter.minutes


@pytest.mark.parametrize(
    "said",
    [
        GONE,
        PLAN,
        "het is allemaal mijn eigen schuld dat het nooit beter gaat",
        "ik hoop dat ik dood ga",
        "hopelijk wordt het beter als ik dood ben",
        "ik haat mezelf maar wandelen helpt een beetje",
        f"{STRONG}. maar ik wil niet meer leven",
        "ik snijd mezelf soms maar muziek helpt me een beetje",
        "niemand mag het weten, maar ik ben als kind misbruikt",
        "ik voel me vies en fout, maar wandelen helpt me een beetje",  # shame
        "dit heb ik nog nooit aan iemand verteld maar praten helpt me wel",  # told in trust
        "ik ben op, maar wandelen helpt me een beetje",  # a weak sign only
    ],
)
def test_pain_and_danger_are_never_quoted(guide: hoi.Guide, said: str) -> None:
    talk = [*TALK[:2], ("chatter", "Wat wil je voor jezelf?"), ("visitor", said), *BYE]
    report = live(guide, talk).report().visitor
    assert said not in quoted(report)
    assert STRONG not in quoted(report)


def test_calm_after_a_plan_is_no_strength(guide: hoi.Guide) -> None:
    calm = "vandaag gaat het een stuk beter met me"
    later = [("chatter", f"Ik ben er nog {n}.") for n in range(8)]
    at_ease = live(guide, [*TALK, *later, ("visitor", calm)])
    assert calm in quoted(at_ease.report().visitor)
    after = live(guide, [*TALK, ("visitor", PLAN), *later, ("visitor", calm)])
    assert calm not in quoted(after.report().visitor)
    after.lower("suicidality", None, "het was een songtekst")
    assert calm in quoted(after.report().visitor)


def test_after_a_grave_danger_the_story_is_not_retold(guide: hoi.Guide) -> None:
    session = live(guide, [*TALK, ("visitor", PLAN)])
    assert session.report().visitor.answers == ()
    assert WISH in session.report().visitor.own_words
    assert not [words for words in session.report().visitor.own_words if "baan" in words]
    session.lower("suicidality", None, "het was een songtekst")
    assert session.report().visitor.answers


def test_a_message_taken_back_is_not_quoted(guide: hoi.Guide) -> None:
    session = live(guide, TALK)
    session.remove("5")
    assert WISH not in quoted(session.report().visitor)
    session.edit("3", "ik wil dood")
    session.edit("3", STRONG)  # what it raised before is watched on
    assert STRONG not in quoted(session.report().visitor)


@given(talk=TALKS)
@example(talk=[*LEFT, ("visitor", PLAN), *BYE])
@example(talk=[("visitor", "i want to die")] * 3)
def test_any_talk_gives_reports_without_words_of_danger(
    guide: hoi.Guide, talk: list[tuple[str, str]]
) -> None:
    session = live(guide, talk)
    for watch in session.watches[:1]:
        session.confirm(watch.flag.id, watch.flag.experiencer)
    report = session.report()
    assert not RISKY.search(plain(ours(report.visitor)))
    assert not re.search("suicid|zelfmoord|dood|crisis|risico", plain(quoted(report.visitor)))
    flagged = {flag.message for flag in guide.tag(session.conversation()).flags}
    clean = [m.text for n, m in enumerate(session.messages) if n not in flagged]
    told = [" ".join(text.split()) for text in clean]
    assert all(any(words in text for text in told) for words in report.visitor.own_words)
    for language in LANGUAGES:
        assert as_markdown(report.chatter, language)
        assert as_html(report.chatter, language)
    assert Report.model_validate_json(report.model_dump_json()) == report


def test_113_is_named_wherever_it_was_needed(guide: hoi.Guide) -> None:
    session = live(guide, [*TALK, ("visitor", GONE)])
    page = as_markdown(session.report().visitor)
    assert "113" in page
    assert not RISKY.search(plain(page))
    session.lower("suicidality", None, "het was een songtekst")
    assert "113" not in as_markdown(session.report().visitor)
    session.observe({"role": "chatter", "text": "Je kunt altijd 113 bellen."})
    assert "113" in as_markdown(session.report().visitor)


@pytest.mark.parametrize(
    "said",
    [
        "ik wil graag dat mijn spv het niet weten mag want dan moet ik weer opgenomen worden",
        "i would like to go out more, had a few glasses of wine too, do not tell me off",
    ],
)
def test_what_could_shame_is_not_quoted(guide: hoi.Guide, said: str) -> None:
    session = live(guide, [("chatter", "Wat zou je willen?"), ("visitor", said)])
    assert said not in quoted(session.report().visitor)


def test_nothing_is_quoted_where_home_is_unsafe(guide: hoi.Guide) -> None:
    session = live(guide, [*TALK, ("visitor", "mijn man slaat me elke dag")])
    visitor = session.report().visitor
    assert visitor.own_words == ()
    assert visitor.answers == ()


def test_where_to_turn_always_stands_there(guide: hoi.Guide) -> None:
    report = guide.session().report().visitor
    assert [turn.name.en for turn in report.turn_to] == ["Your own GP", "This chat"]
    assert guide.framework.hoi.opening_hours.split("-")[0] in report.turn_to[1].hours.nl
    assert "{" not in as_markdown(report)


def test_every_topic_has_a_plain_name(guide: hoi.Guide) -> None:
    assert set(PLAIN_TOPICS) == {topic.id for topic in guide.framework.topics.topics}
    assert not any(RISKY.search(plain(f"{n.nl} {n.en}")) for n in PLAIN_TOPICS.values())


# --- ratings and what the caller gives ----------------------------------------------------------


@pytest.mark.parametrize("given_ratings", [{"meaningful": 1, "helped": 5}, {"helped": None}, None])
def test_ratings_are_kept(guide: hoi.Guide, given_ratings: dict[str, int] | None) -> None:
    report = live(guide, TALK).report(ratings=given_ratings).visitor
    assert report.ratings == Ratings.model_validate(given_ratings or {})
    assert visitor_report(live(guide, TALK), ratings=report.ratings).ratings == report.ratings


@pytest.mark.parametrize(
    "wrong",
    [
        {"helped": 0},
        {"meaningful": 6},
        {"helped": 4.5},
        {"helped": True},
        {"helped": "4"},
        {"useful": 4},
        [4, 5],
        "4",
    ],
)
def test_what_is_no_rating_is_refused(guide: hoi.Guide, wrong: Any) -> None:
    with pytest.raises(hoi.InputError, match="whole numbers from 1 to 5"):
        live(guide, TALK).report(ratings=wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        {"steps": "bellen"},
        {"steps": [1]},
        {"steps": None},
        {"resources": "boek"},
        {"resources": {"a": 1}},
        {"reflection": None},
    ],
)
def test_what_is_no_text_is_refused(guide: hoi.Guide, wrong: dict[str, Any]) -> None:
    with pytest.raises(hoi.InputError, match="must be"):
        live(guide, TALK).report(**wrong)


def test_steps_and_resources_are_shown(guide: hoi.Guide) -> None:
    report = live(guide, TALK).report(steps=[" Morgen bellen ", ""], resources=["Forum", "Forum"])
    assert report.visitor.steps == ("Morgen bellen",)
    assert report.visitor.resources == report.chatter.resources == ("Forum",)
    assert "Morgen bellen" in as_markdown(report.visitor)


# --- the chatter's ------------------------------------------------------------------------------


def test_an_abrupt_end_with_an_open_risk_is_to_be_followed_up(guide: hoi.Guide) -> None:
    session = live(guide, LEFT)
    report = session.report().chatter
    assert report.ending == "abrupt"
    assert left(report) == [("broke_off", "suicidality"), ("never_confirmed", "suicidality")]
    assert "brak af" in as_markdown(report, "nl")
    assert "broke off with an open risk" in as_markdown(report, "en")
    session.confirm("suicidality")
    assert left(session.report().chatter) == [("broke_off", "suicidality")]
    session.lower("suicidality", None, "het was een songtekst")
    assert left(session.report().chatter) == []


def test_a_talk_that_just_stops_is_followed_up_too(guide: hoi.Guide) -> None:
    report = live(guide, [("visitor", PLAN)]).report().chatter
    assert report.ending == "open"
    assert left(report)[0] == ("no_goodbye", "suicidality")


def test_who_left_with_a_plan_is_followed_up_though_it_was_passed_on(guide: hoi.Guide) -> None:
    session = live(guide, [*TALK, ("visitor", PLAN), ("chatter", "Waar ben je nu?")])
    session.handle("suicidality", "supervisor leest mee")
    assert left(session.report().chatter) == [("broke_off", "suicidality")]


def test_a_normal_end_leaves_what_nobody_confirmed(guide: hoi.Guide) -> None:
    session = live(guide, [*LEFT, ("visitor", "nee"), *BYE])
    assert session.report().chatter.ending == "normal"
    assert left(session.report().chatter) == [("never_confirmed", "suicidality")]


def test_what_rose_after_it_was_handled_is_open_again(guide: hoi.Guide) -> None:
    session = live(guide, LEFT)
    session.handle("suicidality", "met de supervisor besproken")
    session.observe({"role": "visitor", "text": PLAN})
    report = session.report().chatter
    assert ("open_again", "suicidality") in left(report)
    (flag,) = (f for f in report.flags if f.id == "suicidality")
    assert [(a.kind, a.reason) for a in flag.actions] == [("handle", "met de supervisor besproken")]


def test_open_flags_come_first(guide: hoi.Guide) -> None:
    talk = [("visitor", PLAN), ("visitor", "mag ik stoppen met mijn lithium?")]
    session = live(guide, talk)
    session.handle("suicidality", "supervisor neemt over")
    report = session.report().chatter
    assert [flag.status for flag in report.flags] == ["open", "handled"]
    page = as_markdown(report, "nl")
    assert page.index("OPEN") < page.index("supervisor neemt over")


def test_the_heaviest_is_followed_up_first(guide: hoi.Guide) -> None:
    talk = [("visitor", "mag ik stoppen met mijn lithium?"), ("visitor", PLAN)]
    session = live(guide, talk)
    session.confirm("suicidality")
    assert left(session.report().chatter)[0] == ("no_goodbye", "suicidality")


def test_what_was_said_by_the_way_is_told_apart(guide: hoi.Guide) -> None:
    session = live(guide, [("visitor", "vroeger wilde ik dood, nu niet meer"), *TALK])
    report = session.report().chatter
    assert "suicidality" not in {flag.id for flag in report.flags}
    assert "suicidality" in {sign.id for sign in report.also_heard}


def test_suggestions_are_counted(guide: hoi.Guide) -> None:
    session = guide.session({"language": "nl"})
    (first,) = session.observe({"role": "visitor", "text": "hallo"}).suggestions
    session.accept(first.id)
    session.accept(first.id)
    report = session.report(reflection="  ging goed ").chatter
    assert (report.accepted, report.dismissed, report.reflection) == (1, 0, "ging goed")


def test_what_was_covered_is_what_the_tagger_says(guide: hoi.Guide) -> None:
    session = live(guide, [*TALK, *BYE])
    report, tagged = session.report().chatter, guide.tag(session.conversation())
    assert [(q.asked, q.answered) for q in report.questions] == [
        (q.asked, q.answered) for q in tagged.hoi_questions
    ]
    assert [(t.id, t.main, t.evidence) for t in report.topics] == [
        (t.id, t.main, t.evidence) for t in tagged.topics
    ]
    assert (report.ending, report.frameworks, report.hoi) == (
        tagged.ending,
        tagged.frameworks,
        tagged.hoi,
    )
    progress = session.advice.progress.chime_d
    assert [(e.id, e.visitor, e.chatter) for e in report.chime_d] == [
        (e.id, e.visitor, e.chatter) for e in progress
    ]


def test_a_report_changes_nothing(guide: hoi.Guide) -> None:
    session = live(guide, LEFT)
    before, advice = session.save(), session.advice
    both = session.report()
    assert (session.save(), session.advice) == (before, advice)
    assert both == guide.restore(before).report()
    assert both.visitor == visitor_report(session)
    assert both.chatter == chatter_report(session)
    assert (both.visitor.status, both.chatter.status) == ("draft", "draft")


# --- the pages ----------------------------------------------------------------------------------


class Tags(HTMLParser):
    """Collects the tags of a page, and checks that each is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        assert not any(name.startswith("on") or name in ("src", "href") for name, _ in attrs)
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def read(page: str) -> Tags:
    tags = Tags()
    tags.feed(page)
    tags.close()
    assert tags.open == []
    return tags


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_speak_the_language_asked_for(guide: hoi.Guide, language: Language) -> None:
    report = live(guide, LEFT).report(ratings={"meaningful": 4})
    words = {"nl": ("Waar je terechtkunt", "De vier vragen"), "en": ("can turn", "four questions")}
    for one, word in zip(pages(report), words[language], strict=True):
        assert word in as_markdown(one, language)
        assert word in as_html(one, language)
        assert f'<html lang="{language}">' in as_html(one, language)
        assert as_html(one) == as_html(one, one.language)


def test_html_escapes_what_people_type(guide: hoi.Guide) -> None:
    evil = '<script>alert("x")</script>'
    talk = [*TALK[:2], ("chatter", "Wat wil je voor jezelf?"), ("visitor", f"{WISH} {evil}"), *BYE]
    report = live(guide, talk).report(steps=[evil], resources=[evil], reflection=evil)
    assert evil in quoted(report.visitor)
    for one in pages(report):
        tags = read(as_html(one))
        assert "script" not in tags.seen
        assert evil in tags.text
        assert html.escape(evil) in as_html(one)
        assert "<script" not in as_markdown(one)


def test_markdown_stays_as_it_was_typed(guide: hoi.Guide) -> None:
    steps = ["# groot", "1. bellen", "*niet* [hier](http://x) `klikken`", "- en | zo"]
    page = as_markdown(guide.session().report(steps=steps).visitor)
    for line in (
        "- \\# groot",
        "- 1\\. bellen",
        "\\*niet\\* \\[hier\\](http://x)",
        "- \\- en \\| zo",
    ):
        assert line in page


def test_signs_that_cannot_be_seen_are_taken_out(guide: hoi.Guide) -> None:
    report = guide.session().report(steps=["bel\u202e morgen\x00\x1b[31m", "lach 👨‍👩‍👧 weer"])
    for page in (as_html(report.visitor), as_markdown(report.visitor)):
        assert not {"\u202e", "\x00", "\x1b"} & set(page)
        assert "👨‍👩‍👧" in page


def test_the_page_stands_by_itself(guide: hoi.Guide) -> None:
    for one in pages(live(guide, LEFT).report()):
        page = as_html(one)
        assert "prefers-color-scheme:dark" in page
        assert "size:A4" in page
        assert not re.search(r"url\(|@import|https?://", page)
        read(page)
