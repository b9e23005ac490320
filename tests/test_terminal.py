"""What is printed for people: readable, marked in the right places, and safe to show."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

import hoi
from hoi.errors import Place, Problem, UnknownIdError
from hoi.framework.load import load_framework
from hoi.framework.lookup import lookup, rules_of
from hoi.model.base import Text as Bilingual
from hoi.model.conversation import Conversation
from hoi.model.method import Framework, Line, Rule
from hoi.model.tagged import TaggedConversation
from hoi.terminal import show_conversation, show_item, show_legend, show_problems, show_rule
from hoi.terminal.chat import Kind, _Mark, _painted
from hoi.terminal.words import WORDS


def _items(**names: tuple[str, str]) -> list[SimpleNamespace]:
    return [
        SimpleNamespace(id=name, name=Bilingual(nl=nl, en=en), steps=(), routes=())
        for name, (nl, en) in names.items()
    ]


# Only the names, so that these tests do not depend on the texts of the method.
FRAMEWORK = cast(
    Framework,
    SimpleNamespace(
        topics=SimpleNamespace(
            topics=_items(
                mood_and_suicidality=("Stemming", "Mood"), medication=("Medicatie", "Medication")
            )
        ),
        escalation=SimpleNamespace(
            flags=_items(
                suicidality=("Suïcidaliteit", "Suicidality"),
                third_party_risk=("Zorgen om een ander", "Another in danger"),
            ),
            levels=_items(passive_wish=("Doodswens", "Wish to be dead")),
            routes=(),
        ),
        medication=SimpleNamespace(kinds=_items(side_effects=("Bijwerkingen", "Side effects"))),
        hoi=SimpleNamespace(
            questions=_items(
                what_happened=("Wat er gebeurd is", "What happened"),
                want_for_self=("Wat je wilt", "What you want"),
            )
        ),
        chime_d=SimpleNamespace(elements=_items(hope=("Hoop", "Hope"))),
        erikson=SimpleNamespace(
            stages=[
                SimpleNamespace(id="identity", conflict=Bilingual(nl="identiteit", en="identity")),
                SimpleNamespace(id="intimacy", conflict=Bilingual(nl="intimiteit", en="intimacy")),
            ]
        ),
    ),
)

WISH = "ik 😢 wil dood"


def _conversation(*texts: str, **more: Any) -> Conversation:
    messages = [
        {"role": "visitor" if number % 2 else "chatter", "text": text}
        for number, text in enumerate(texts)
    ]
    return Conversation.model_validate({"id": "c-1", "messages": messages, **more})


def _evidence(message: int, start: int, end: int, text: str = "", cue: str | None = None) -> Any:
    return {
        "message": message,
        "start": start,
        "end": end,
        "text": text,
        "rule": "nl.x",
        "cue": cue,
    }


def _flag(**more: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "id": "suicidality",
        "level": "passive_wish",
        "kind": None,
        "experiencer": "self",
        "time": "current",
        "negated": False,
        "tier": "flag",
        "escalate": True,
        "message": 1,
        "dimensions": ["wish"],
        "evidence": [_evidence(1, 5, 13, "wil dood")],
    }
    return plain | more


def _tagged(**more: Any) -> TaggedConversation:
    plain: dict[str, Any] = {
        "id": "c-1",
        "language": None,
        "topics": [],
        "flags": [],
        "hoi_questions": [],
        "chime_d": [],
        "life_stage": {"id": None, "by": "unclear", "alternatives": [], "evidence": []},
        "ending": "open",
        "frameworks": "0",
        "hoi": "0",
    }
    return TaggedConversation.model_validate(plain | more)


def _console(width: int = 120, *, terminal: bool = False) -> Console:
    return Console(
        file=io.StringIO(),
        width=width,
        force_terminal=terminal,
        color_system="standard" if terminal else None,
        record=True,
    )


def _shown(
    conversation: Conversation,
    tagged: TaggedConversation,
    language: str | None = None,
    width: int = 120,
) -> str:
    console = _console(width)
    show_conversation(console, conversation, tagged, FRAMEWORK, language)
    return console.export_text()


def _flat(text: str) -> str:
    """The text without the panel's frame and the line ends that the width made."""
    return " ".join(text.replace("│", " ").split())


def _runs(painted: Text) -> list[tuple[str, str]]:
    return [
        (painted.plain[span.start : span.end], str(span.style))
        for span in painted.spans
        if span.style  # some versions of rich keep spans without a style
    ]


# --- marks --------------------------------------------------------------------------------------


def test_where_stretches_overlap_the_flag_wins() -> None:
    painted = _painted("abcdef", [_Mark(2, 5, Kind.PASS_ON), _Mark(0, 4, Kind.TOPIC)])
    assert _runs(painted) == [("ab", "cyan"), ("cde", "bold red")]
    assert painted.plain == "abcdef"


def test_what_is_passed_on_wins_from_what_is_asked() -> None:
    painted = _painted("abc", [_Mark(0, 2, Kind.PASS_ON), _Mark(0, 3, Kind.ASK)])
    assert _runs(painted) == [("ab", "bold red"), ("c", "yellow")]


def test_a_cue_is_underlined_and_never_dims_a_flag() -> None:
    marks = [_Mark(0, 4, Kind.PASS_ON, cue=True), _Mark(2, 6, Kind.PASS_ON)]
    assert _runs(_painted("abcdef", marks)) == [
        ("ab", "underline dim"),
        ("cd", "underline bold red"),
        ("ef", "bold red"),
    ]


@pytest.mark.parametrize("emoji", ["😢", "👩‍👧", "👍🏽", "🇳🇱", "e\u0301"])
def test_marks_count_code_points(emoji: str) -> None:
    text = f"ik {emoji} wil dood {emoji}"
    start = text.index("wil")
    assert _runs(_painted(text, [_Mark(start, start + 8, Kind.PASS_ON)])) == [
        ("wil dood", "bold red")
    ]


@pytest.mark.parametrize("before", ["\x1b[2J", "\r\n", "\x00\x07", "\u202e", "\ud83d", "\t"])
def test_what_is_cleaned_away_does_not_shift_the_marks(before: str) -> None:
    start = len(before)
    painted = _painted(before + "dood", [_Mark(start, start + 4, Kind.PASS_ON)])
    assert _runs(painted) == [("dood", "bold red")]


def test_marks_beyond_the_text_do_no_harm() -> None:
    assert _painted("ab", [_Mark(-3, 99, Kind.ASK), _Mark(7, 9, Kind.TOPIC)]).plain == "ab"
    assert _painted("", [_Mark(0, 1, Kind.ASK)]).plain == ""


def test_the_whole_page_is_coloured_in_a_terminal() -> None:
    console = _console(terminal=True)
    tagged = _tagged(
        flags=[_flag()], hoi_questions=[{"id": "what_happened", "asked": [0], "answered": []}]
    )
    show_conversation(console, _conversation("wat is er?", WISH), tagged, FRAMEWORK)
    output = cast(io.StringIO, console.file).getvalue()
    assert "\x1b[32mwat is er?" in output
    assert "\x1b[1;31mwil dood" in output
    show_legend(console)
    legend = cast(io.StringIO, console.file).getvalue()[len(output) :]
    assert "\x1b[1;31m! pass on" in legend and "\x1b[36mtopic" in legend


# --- safety -------------------------------------------------------------------------------------

NASTY = "\x1b[31mrood\x1b]0;titel\x07 \x9b2J [bold]niet vet[/bold] :smile: \u202eom\x08"


@pytest.mark.parametrize("terminal", [False, True])
def test_no_text_can_steer_the_terminal(terminal: bool) -> None:
    console = _console(terminal=terminal)
    conversation = _conversation(
        NASTY, NASTY, id=NASTY, intake={"username": NASTY, "topic": NASTY, "need_text": NASTY}
    )
    flag = _flag(id=NASTY, level=NASTY, evidence=[_evidence(1, 0, 9, NASTY)])
    show_conversation(console, conversation, _tagged(flags=[flag]), FRAMEWORK)
    show_problems(console, [Problem(NASTY, NASTY, Place(NASTY, 1, NASTY))])
    show_rule(console, _rule(says=(Line(NASTY, 1),), source=NASTY))
    output = cast(io.StringIO, console.file).getvalue()
    styles = r"\x1b\[[0-9;]*m" if terminal else r"(?!)"
    rest = re.sub(styles, "", output)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", rest)
    assert "\x1b[31mrood" not in output
    assert "[bold]niet vet[/bold] :smile:" in rest


def test_half_a_character_is_replaced() -> None:
    assert "weg \ufffd hier" in _shown(_conversation("weg \ud83d hier"), _tagged())


def test_no_escape_codes_and_no_colours_named_without_a_terminal() -> None:
    shown = _shown(_conversation("hoi", WISH), _tagged(flags=[_flag()]))
    assert "\x1b" not in shown
    console = _console()
    show_legend(console, "nl")
    shown = console.export_text()
    assert shown == "Tekens: ! doorgeven, ? openlijk vragen, - om te weten\n"


# --- the page -----------------------------------------------------------------------------------


def test_header_says_the_intake_in_plain_words() -> None:
    intake = {
        "username": "zonnetje",
        "age_band": "21-30",
        "gender": "woman",
        "need": "advice",
        "topic": "slapen",
    }
    shown = _shown(_conversation("hoi", intake=intake), _tagged(), "en")
    assert "Chat c-1" in shown
    assert (
        "goes by ‘zonnetje’, aged 21-30, woman, looks for advice, wants to talk about ‘slapen’"
    ) in shown


@pytest.mark.parametrize("intake", [None, {}])
def test_a_missing_or_empty_intake_is_said(intake: Any) -> None:
    assert "no intake form filled in" in _shown(_conversation(intake=intake), _tagged())


def test_time_stands_beside_messages_only_where_known() -> None:
    timed = [
        {"role": "visitor", "text": "een", "at": "2025-03-01T20:15:00+01:00"},
        {"role": "chatter", "text": "twee"},
    ]
    shown = _shown(Conversation.model_validate({"id": "c", "messages": timed}), _tagged())
    assert re.search(r"0 20:15 visitor +een", shown)
    assert re.search(r"1 {7}chatter +twee", shown)
    assert "2025-03-01" in shown


def test_an_empty_chat_is_shown() -> None:
    assert "no messages" in _shown(_conversation(), _tagged())


@pytest.mark.parametrize(
    ("more", "note"),
    [
        ({}, "! Suïcidaliteit: Doodswens · doorgeven"),
        ({"tier": "ask", "escalate": False}, "? Suïcidaliteit: Doodswens · openlijk vragen"),
        (
            {"escalate": False, "negated": True, "time": "past", "experiencer": "other"},
            "- Suïcidaliteit: Doodswens · om te weten · ontkend · vroeger · over iemand anders",
        ),
        ({"level": None, "time": "hypothetical"}, "! Suïcidaliteit · doorgeven · hypothetisch"),
        ({"level": None, "kind": "side_effects"}, "! Suïcidaliteit: Bijwerkingen · doorgeven"),
        ({"id": "new_flag", "level": "new"}, "! new_flag: new · doorgeven"),
    ],
)
def test_a_note_stands_under_the_message_that_raised_a_flag(more: Any, note: str) -> None:
    shown = _shown(
        _conversation("hoi", WISH, "ik hoor je", language="nl"), _tagged(flags=[_flag(**more)])
    )
    lines = [line.strip() for line in shown.splitlines()]
    place = next(n for n, line in enumerate(lines) if line.endswith(WISH))
    assert lines[place + 1] == note
    assert lines[place + 2].endswith("ik hoor je")


def test_summary() -> None:
    tagged = _tagged(
        topics=[
            {"id": "medication", "main": False, "weight": 2, "evidence": []},
            {
                "id": "mood_and_suicidality",
                "main": True,
                "weight": 3,
                "evidence": [
                    _evidence(1, 5, 13, "wil dood"),
                    _evidence(1, 0, 13, WISH),
                    _evidence(1, 5, 8, "wil", cue="nl.cue"),
                ],
            },
        ],
        flags=[_flag()],
        hoi_questions=[
            {"id": "what_happened", "asked": [0, 2], "answered": [1]},
            {"id": "want_for_self", "asked": [], "answered": []},
        ],
        chime_d=[{"id": "hope", "visitor": [_evidence(1, 0, 2)] * 2, "chatter": []}],
        life_stage={"id": "identity", "by": "age", "alternatives": ["intimacy"], "evidence": []},
        ending="abrupt",
    )
    shown = _flat(_shown(_conversation("hoi", WISH, "en?"), tagged, "en"))
    # The main topic comes first; words within other words are not repeated.
    assert f"Topics Mood (main): ‘{WISH}’ Medication Flags" in shown
    assert "! Suicidality: Wish to be dead · pass on · message 1: ‘wil dood’" in shown
    assert "What happened: asked in 0, 2, answered in 1" in shown
    assert "What you want: not yet asked" in shown
    assert "Hope: visitor 1" in shown
    assert "identity, by age only (a view, not a verdict) also possible: intimacy" in shown
    assert "Ending broke off" in shown
    assert shown.endswith("All texts are drafts until a clinical supervisor has approved them.")


def test_an_asked_question_without_an_answer_is_said() -> None:
    tagged = _tagged(hoi_questions=[{"id": "what_happened", "asked": [0], "answered": []}])
    assert "asked in 0, no answer heard" in _shown(_conversation("hoi"), tagged)


def test_many_quotations_are_counted() -> None:
    many = [_evidence(1, 0, 1, text) for text in ("aa", "bb", "cc", "dd", "ee", "ff")]
    shown = _flat(_shown(_conversation("hoi", "x"), _tagged(flags=[_flag(evidence=many)])))
    assert "‘aa’, ‘bb’, ‘cc’, ‘dd’ +2" in shown


@pytest.mark.parametrize(
    ("conversation", "tagged", "asked", "title"),
    [
        ({"language": "nl"}, {}, None, "Gesprek"),
        ({"language": "nl-BE"}, {}, None, "Gesprek"),
        ({}, {"language": "nl"}, None, "Gesprek"),
        ({"intake": {"language": "nl"}}, {}, None, "Gesprek"),
        ({"language": "nl"}, {}, "en", "Chat"),
        ({"language": "de"}, {}, None, "Chat"),
        ({}, {}, None, "Chat"),
    ],
)
def test_language(conversation: Any, tagged: Any, asked: str | None, title: str) -> None:
    shown = _shown(_conversation("hoi", **conversation), _tagged(**tagged), asked)
    assert shown.startswith(f"{title} c-1")


def test_every_word_of_the_interface_is_in_both_languages() -> None:
    assert all(dutch.strip() and english.strip() for dutch, english in WORDS.values())


@pytest.mark.parametrize("width", [60, 120])
def test_nothing_is_wider_than_the_page_and_nothing_is_lost(width: int) -> None:
    long = "😢" * 90 + " " + "aaah" * 60 + " " + "gewoon een zin " * 12
    tagged = _tagged(flags=[_flag(evidence=[_evidence(1, 0, len(long), long)])])
    shown = _shown(_conversation("hoi", long), tagged, width=width)
    assert max(map(cell_len, shown.splitlines())) <= width
    dialogue = shown.split("╭")[0]
    assert dialogue.count("😢") == 90
    assert dialogue.replace("\n", "").replace(" ", "").count("aaah") == 60
    assert "…" not in shown


# --- rules and problems -------------------------------------------------------------------------


def _rule(**more: Any) -> Rule:
    plain: dict[str, Any] = {
        "id": "nl.suicidality.wish",
        "language": "nl",
        "raises": "flag/suicidality",
        "dimension": "wish",
        "grade": 4,
        "level": "passive_wish",
        "says": (Line("(wil|wou) .. [dood] {death}", 5),),
        "unless": (Line("film", 6),),
        "match": (Line("ik wil dood", 8), Line("ik wou dat ik dood was", 9)),
        "no_match": (Line("doodmoe", 11), Line("dood spoor", 12)),
        "source": "own",
        "status": "draft",
        "place": Place("language/nl/rules/suicidality.yaml", 3, "nl.suicidality.wish"),
    }
    return Rule.model_validate(plain | more)


def _rule_shown(rule: Rule, language: str | None = None, width: int = 60) -> str:
    console = _console(width)
    show_rule(console, rule, language)
    return console.export_text()


def test_rule() -> None:
    shown = _flat(_rule_shown(_rule()))
    for part in (
        "Rule nl.suicidality.wish raises flag/suicidality said by visitor dimension wish",
        "grade 4 of 4 level passive_wish sayings - (wil|wou) .. [dood] {death} unless - film",
        "matches - ik wil dood - ik wou dat ik dood was does not match - doodmoe - dood spoor",
        "source own status draft, not yet approved by a clinical supervisor",
        "stands in language/nl/rules/suicidality.yaml:3",
    ):
        assert part in shown


def test_rule_leaves_out_what_it_does_not_say() -> None:
    shown = _rule_shown(_rule(dimension=None, level=None, unless=()))
    assert not re.search(r"^(dimension|level|unless|kind|only after|reads as)", shown, re.MULTILINE)


def test_rule_says_how_it_reads() -> None:
    rule = _rule(denies=True, time="past", experiencer="other", by="both", after="ask/suicidality")
    shown = _flat(_rule_shown(rule, "nl"))
    assert "leest als ontkend, vroeger, over iemand anders" in shown
    assert "gezegd door bezoeker of chatter" in shown
    assert "alleen na ask/suicidality" in shown


def _problems_shown(problems: list[Problem], width: int = 60) -> str:
    console = _console(width)
    show_problems(console, problems)
    return console.export_text()


def test_problems_by_file_errors_first() -> None:
    shown = _problems_shown(
        [
            Problem("w", "only a warning", Place("a.yaml", 1), "warning"),
            Problem("w", "early warning", Place("b.yaml", 2), "warning"),
            Problem("e2", "late error", Place("b.yaml", 30, "nl.x")),
            Problem("e1", "early error", Place("b.yaml", 4)),
        ]
    )
    order = [
        "b.yaml",
        "early error [e1]",
        "late error (nl.x) [e2]",
        "early warning",
        "a.yaml",
        "only a warning",
        "2 errors, 2 warnings",
    ]
    places = [shown.index(part) for part in order]
    assert places == sorted(places)
    assert shown.count("b.yaml") == 1


def test_one_problem_without_a_file() -> None:
    shown = _problems_shown([Problem("e", "wrong")])
    assert "(no file)" in shown
    assert "1 error, 0 warnings" in shown


def test_no_problems() -> None:
    assert _problems_shown([]) == "No problems.\n"


@pytest.mark.parametrize("width", [60, 120])
def test_rules_and_problems_fit(width: int) -> None:
    long = "(" + "|".join(["zeikdood"] * 40) + ")"
    shown = _rule_shown(_rule(says=(Line(long, 1),)), width=width)
    shown += _problems_shown([Problem("e", long, Place(long, 12345, long))], width)
    assert max(map(cell_len, shown.splitlines())) <= width
    assert "…" not in shown


# --- what to do ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def method(guide: hoi.Guide) -> Framework:
    return guide.framework


def _to_do(method: Framework, *flags: dict[str, Any], language: str = "en") -> str:
    console = _console(400)
    show_conversation(console, _conversation("hoi", WISH), _tagged(flags=flags), method, language)
    shown = _flat(console.export_text())
    label = "Wat nu" if language == "nl" else "What to do"
    questions = "Vier vragen" if language == "nl" else "Four questions"
    return shown.partition(label)[2].partition(questions)[0].strip()


def test_what_to_do_is_the_first_ways_and_steps_of_the_level(method: Framework) -> None:
    level = next(level for level in method.escalation.levels if level.id == "active_thoughts")
    shown = _to_do(method, _flag(level="active_thoughts"))
    routes = {route.id: route for route in method.escalation.routes}
    ways = [routes[name].name.en for name in level.routes[:3]]
    places = [shown.index(part) for part in (*ways, *(f". {s.en}" for s in level.steps[:2]))]
    assert places == sorted(places)
    assert "0800-0113" in shown
    assert level.steps[2].en not in shown
    assert shown.startswith("Suicidality: Thoughts of suicide →")
    assert shown.endswith("more: hoi explain level/active_thoughts")
    assert level.steps[0].nl in _to_do(method, _flag(level="active_thoughts"), language="nl")


def test_what_to_do_is_said_once_at_the_highest_level(method: Framework) -> None:
    levels = ("passive_wish", "intent_or_plan", "active_thoughts")
    shown = _to_do(method, *(_flag(level=level) for level in levels))
    assert re.findall(r"hoi explain (\S+)", shown) == ["level/intent_or_plan"]


def test_what_to_do_about_a_flag_without_a_level(method: Framework) -> None:
    # Another's danger has a level, but the steps for the writer are not those for the other.
    flags = [_flag(id="self_harm", level=None), _flag(id="third_party_risk", experiencer="other")]
    shown = _to_do(method, *flags)
    assert re.findall(r"hoi explain (\S+)", shown) == ["flag/self_harm", "flag/third_party_risk"]
    kinds = {kind.id: kind for kind in method.escalation.flags}
    assert kinds["self_harm"].steps[0].en in shown


@pytest.mark.parametrize("more", [{"escalate": False}, {"tier": "ask", "escalate": False}])
def test_nothing_to_do_without_a_flag_to_pass_on(method: Framework, more: dict[str, Any]) -> None:
    assert _to_do(method, _flag(**more)) == ""


# --- the method ---------------------------------------------------------------------------------


def _explained(method: Framework, name: str, language: str | None = None) -> str:
    console = _console(400)
    for item in lookup(method, name):
        show_item(console, item, method, rules_of(method, item), language)
    return console.export_text()


def test_a_flag_is_explained(method: Framework) -> None:
    flag = next(flag for flag in method.escalation.flags if flag.id == "self_harm")
    rules = [rule for rule in method.rules if rule.raises == "flag/self_harm"]
    shown = _flat(_explained(method, "flag/self_harm"))
    for text in (flag.definition, *flag.include, *flag.exclude, *flag.steps):
        assert _flat(text.en) in shown
    assert f"source {flag.source} status draft" in shown
    assert shown.startswith(f"Flag self_harm: {flag.name.en} ")
    routes = {route.id: route for route in method.escalation.routes}
    for name in flag.routes:
        route = routes[name]
        assert _flat(f"- {route.name.en}") in shown
        assert _flat(route.contact.en) in shown
        assert _flat(route.hours.en) in shown
    for language in ("nl", "en"):
        assert f"{language} {sum(rule.language == language for rule in rules)}" in shown
    assert {name for name in re.findall(r"- (\w+(?:\.\w+)+)", shown) if "www" not in name} == {
        rule.id for rule in rules
    }
    assert flag.definition.nl in _flat(_explained(method, "self_harm", "nl"))


def test_suicidality_names_its_levels_and_each_is_explained(method: Framework) -> None:
    shown = _flat(_explained(method, "flag/suicidality"))
    assert "levels passive_wish, active_thoughts, method, intent_or_plan, acute" in shown
    for level in method.escalation.levels:
        shown = _flat(_explained(method, f"level/{level.id}"))
        for text in (level.meaning, level.supervision, *level.steps):
            assert _flat(text.en) in shown


def test_a_topic_is_explained(method: Framework) -> None:
    topic = next(topic for topic in method.topics.topics if topic.id == "trauma")
    shown = _flat(_explained(method, "topic/trauma"))
    for text in (topic.definition, *topic.include, *topic.exclude):
        assert _flat(text.en) in shown
    assert f"{topic.share_2025:g}%" in shown
    assert all(f"- {rule.id}" in shown for rule in method.rules if rule.raises == "topic/trauma")


def test_a_cue_is_explained(method: Framework) -> None:
    cue = next(cue for cue in method.cues if cue.sets == "negated" and cue.direction == "before")
    shown = _flat(_explained(method, cue.id))
    assert shown.startswith(f"Cue {cue.id} sets negated stands before the finding")
    assert f"reach in words {cue.reach} sayings - {cue.says[0].text}" in shown
    assert f"stands in {cue.place.file}:{cue.place.line}" in shown


def test_a_concept_is_explained_with_who_uses_it(make_framework: Callable[..., Path]) -> None:
    folder = make_framework(
        concepts=[{"id": "inner", "terms": "fiets"}, {"id": "outer", "terms": "{inner} bel"}],
        en_concepts=[{"id": "inner", "terms": "bike"}],
        rules=[
            {"id": "nl.one", "raises": "topic/meaning", "says": "{inner} kapot"},
            {"id": "nl.two", "raises": "topic/meaning", "says": "weg", "unless": "{outer}"},
            {"id": "nl.three", "raises": "topic/meaning", "says": "iets anders"},
        ],
        cues=[{"id": "nl.cue", "sets": "negated", "says": "geen {inner}"}],
    )
    shown = _flat(_explained(load_framework(folder), "inner"))
    english, dutch = shown.split("Concept inner ")[1:]
    assert dutch.startswith("(nl) terms - fiets") and english.startswith("(en) terms - bike")
    assert dutch.strip().endswith("rules nl 3 - nl.one - nl.two - nl.cue")
    assert english.strip().endswith("rules none")
    assert _explained(load_framework(folder), "{inner}") == _explained(
        load_framework(folder), "concept/inner"
    )


@pytest.mark.parametrize(
    ("slip", "said"),
    [
        (
            "self_ham",
            "no rule, cue, concept, scorecard, flag, level or topic is called 'self_ham'; near",
        ),
        ("flag/trauma", "no flag is called 'flag/trauma'"),
        ("topic/traumas", "no topic is called 'topic/traumas'; near it: trauma"),
        ("zzzzzz", "is called 'zzzzzz'"),
        ("", "is called ''"),
    ],
)
def test_an_unknown_id_is_told(method: Framework, slip: str, said: str) -> None:
    with pytest.raises(UnknownIdError, match=re.escape(said)):
        lookup(method, slip)
    with pytest.raises(UnknownIdError, match="self_harm"):
        lookup(method, "self_ham")
