"""Framework files: text stays text, and every mistake is told at once, with its place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import hoi
from hoi.errors import Problem
from hoi.framework.load import load_framework, read_framework
from hoi.framework.yaml_text import Items, Mapping, read_yaml

Make = Callable[..., Path]
RULES = "language/nl/rules/own.yaml"
# A rule without mistakes; its first line is the second of the file.
GOOD = """\
  - id: nl.test.good
    raises: topic/meaning
    says: |
      fietsbel
    examples:
      match: |
        een
        twee
      no_match: |
        drie
        vier
    source: own
    status: draft
"""


def _problems(folder: Path) -> list[Problem]:
    with pytest.raises(hoi.FrameworkError) as caught:
        hoi.load(folder)
    return list(caught.value.problems)


def _told(make: Make, rules: str, file: str = RULES) -> list[tuple[str, int]]:
    """Codes and lines of what is wrong with one file of rules."""
    problems = _problems(make(files={file: f"rules:\n{rules}"}))
    assert {problem.place.file for problem in problems} == {file}
    return [(problem.code, problem.place.line) for problem in problems]


# --- YAML in which everything is text -------------------------------------------------------------


@pytest.mark.parametrize(
    "scalar",
    [
        "no",
        "yes",
        "on",
        "off",
        "0113",
        "12:30",
        "1_000",
        "1e3",
        "null",
        "~",
        "2025-01-01",
        "0x1F",
        "NaN",
    ],
)
def test_every_scalar_stays_text(scalar: str) -> None:
    value, problems = read_yaml(f"key: {scalar}\nlist: [{scalar}]\n{scalar}: key", "a.yaml")
    assert problems == []
    assert isinstance(value, Mapping)
    assert value["key"] == scalar
    assert value["list"] == [scalar]
    assert value[scalar] == "key"


def test_an_empty_value_is_empty_text() -> None:
    value, _ = read_yaml("key:\nother: ''", "a.yaml")
    assert value == {"key": "", "other": ""}


def test_text_stays_text_in_a_framework(make_framework: Make) -> None:
    concepts = "concepts:\n  - id: no\n    terms: |\n      no\n      0113\n      12:30\n" + (
        "    source: 2025-01-01\n    status: draft\n"
    )
    folder = make_framework(files={"language/nl/concepts.yaml": concepts})
    (concept,) = load_framework(folder).concepts
    assert (concept.id, concept.source) == ("no", "2025-01-01")
    assert [(line.text, line.number) for line in concept.terms] == [
        ("no", 4),
        ("0113", 5),
        ("12:30", 6),
    ]


def test_lines_are_known() -> None:
    value, _ = read_yaml("a: 1\nb:\n  - x\n  - y\nc: |\n  first\n", "a.yaml")
    assert isinstance(value, Mapping)
    assert value.lines == {"a": 1, "b": 3, "c": 6}
    assert isinstance(value["b"], Items)
    assert value["b"].lines == [3, 4]


def test_duplicate_keys_are_refused() -> None:
    _, problems = read_yaml("a: 1\nb: 2\na: 3\n", "a.yaml")
    assert [(p.code, p.place.file, p.place.line) for p in problems] == [
        ("duplicate-key", "a.yaml", 3)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "a: [",
        "a: 'b",
        "a: b: c",
        "\tkey: value",
        "a: &x 1\nb: *x",
        "a: 1\n---\nb: 2",
        "a: \x07",
        "",
        "# only a remark",
    ],
)
def test_what_is_not_yaml_is_a_problem_and_no_crash(text: str) -> None:
    value, problems = read_yaml(text, "a.yaml")
    assert value is None
    assert len(problems) == 1
    assert problems[0].place.file == "a.yaml"


@pytest.mark.parametrize(
    "text", ["a: !!python/object/apply:os.getcwd []", "a: !!int 3", "a: !own x"]
)
def test_tags_are_refused(text: str) -> None:
    _, problems = read_yaml(text, "a.yaml")
    assert problems


@pytest.mark.parametrize("text", ["a: &x 1", "a: &x [1]\nb: 2"])
def test_anchors_are_refused(text: str) -> None:
    _, problems = read_yaml(text, "a.yaml")
    assert problems


# --- mistakes and their places --------------------------------------------------------------------


def test_a_good_file_loads(make_framework: Make) -> None:
    framework = load_framework(make_framework(files={RULES: f"rules:\n{GOOD}"}))
    (rule,) = framework.rules
    assert (rule.id, rule.language, rule.place.file, rule.place.line) == (
        "nl.test.good",
        "nl",
        RULES,
        2,
    )
    assert [line.number for line in (*rule.says, *rule.match, *rule.no_match)] == [5, 8, 9, 11, 12]


def test_windows_line_ends_and_a_byte_order_mark(make_framework: Make) -> None:
    folder = make_framework(files={RULES: f"rules:\n{GOOD}"})
    digest = load_framework(folder).digest
    path = folder / RULES
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert load_framework(folder).digest == digest


def test_not_utf8_is_told(make_framework: Make) -> None:
    folder = make_framework(files={RULES: f"rules:\n{GOOD}"})
    path = folder / RULES
    path.write_bytes(path.read_bytes().replace(b"fietsbel", "één".encode("latin-1")))
    assert [problem.place.file for problem in _problems(folder)] == [RULES]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("    source: own\n", "    source: own\n    colour: red\n", ("value", 14)),
        ("    status: draft\n", "    status: final\n", ("value", 14)),
        ("    source: own\n", "", ("value", 2)),
        ("    source: own\n", "    source: own\n    source: twice\n", ("duplicate-key", 14)),
        ("topic/meaning", "topic/meaning\n    grade: 5", ("value", 4)),
        ("topic/meaning", "topic/meaning\n    grade: no", ("value", 4)),
        ("topic/meaning", "topic/nothing_of_the_kind", ("unknown-target", 2)),
        ("topic/meaning", "weather/rain", ("unknown-target", 2)),
        ("topic/meaning", "meaning", ("unknown-target", 2)),
        ("topic/meaning", "flag/suicidality", ("dimension", 2)),
        ("      fietsbel\n", "      fietsbel\n      {nowhere} bel\n", ("unknown-concept", 6)),
        ("      fietsbel\n", "      fietsbel\n      (bel\n", ("saying", 6)),
        ("id: nl.test.good", "id: en.test.good", ("id", 2)),
        ("        drie\n", "", ("examples", 2)),
        ("        een\n", "", ("examples", 2)),
        (
            "        drie\n        vier\n",
            "        drie\n        vier\n      nomatch: |\n        zes\n",
            ("unknown-key", 13),
        ),
        ("      match: |\n", "      matches: een\n      match: |\n", ("unknown-key", 7)),
        (
            "    raises: topic/meaning\n",
            "    raises: topic/meaning\n    lowers:\n      joke: -1\n",
            ("value", 5),
        ),
        (
            "    raises: topic/meaning\n",
            "    raises: topic/meaning\n    lowers:\n      joke: 5\n",
            ("value", 5),
        ),
        (
            "    raises: topic/meaning\n",
            "    raises: topic/meaning\n    lowers:\n      jokes: 1\n",
            ("value", 5),
        ),
        ("topic/meaning", "topic/meaning\n    grade: 0", ("value", 4)),
        ("topic/meaning", "topic/meaning\n    grade: -2", ("value", 4)),
        (
            "    raises: topic/meaning\n",
            "    raises: topic/meaning\n    dimension: wish\n",
            ("dimension", 2),
        ),
        (
            "    raises: topic/meaning\n",
            "    raises: topic/meaning\n    level: acute\n",
            ("level", 2),
        ),
        ("topic/meaning", "topic/meaning\n    kind: dose", ("kind", 2)),
        ("topic/meaning", "flag/suicidality\n    dimension: wishes", ("dimension", 2)),
        (
            "topic/meaning",
            "flag/suicidality\n    dimension: wish\n    level: high",
            ("level", 2),
        ),
        ("topic/meaning", "flag/suicidality\n    dimension: wish\n    kind: dose", ("kind", 2)),
        ("topic/meaning", "ask/suicidality\n    by: chatter\n    level: high", ("level", 2)),
        ("topic/meaning", "flag/medication_question\n    kind: doses", ("kind", 2)),
        ("topic/meaning", "chime_d/hope\n    kind: dose", ("kind", 2)),
        ("topic/meaning", "chime_d/hope\n    level: acute", ("level", 2)),
    ],
)
def test_one_mistake_is_told_with_its_line(
    make_framework: Make, old: str, new: str, told: tuple[str, int]
) -> None:
    assert old in GOOD
    assert _told(make_framework, GOOD.replace(old, new)) == [told]


def test_a_rule_without_examples(make_framework: Make) -> None:
    start, _, rest = GOOD.partition("    examples:\n")
    told = _told(make_framework, start + rest[rest.index("    source") :])
    assert told == [("examples", 2), ("examples", 2)]


@pytest.mark.parametrize("lost", ["      fietsbel\n", "    says: |\n      fietsbel\n"])
def test_a_rule_without_sayings(make_framework: Make, lost: str) -> None:
    assert _told(make_framework, GOOD.replace(lost, "")) != []


def test_a_rule_without_id(make_framework: Make) -> None:
    assert _told(make_framework, GOOD.replace("id: nl.test.good", "remark: none")) == [("no-id", 2)]


def test_the_same_id_twice(make_framework: Make) -> None:
    assert _told(make_framework, GOOD + GOOD) == [("duplicate-id", 15)]


@pytest.mark.parametrize(
    "text",
    ["rules: none\n", "rules:\n  a: b\n", "rules:\n  - just text\n", "- just text\n", "text\n"],
)
def test_rules_that_are_no_list(make_framework: Make, text: str) -> None:
    (problem,) = _problems(make_framework(files={RULES: text}))
    assert problem.place.file == RULES


def test_an_unknown_key_at_the_top(make_framework: Make) -> None:
    (problem,) = _problems(make_framework(files={RULES: f"rules:\n{GOOD}words: |\n  a\n"}))
    assert (problem.code, problem.place.file) == ("unknown-key", RULES)


@pytest.mark.parametrize(
    ("file", "code"),
    [("weather.yaml", "unknown-file"), ("language/fr/cues.yaml", "unknown-language")],
)
def test_an_unknown_file(make_framework: Make, file: str, code: str) -> None:
    (problem,) = _problems(make_framework(files={file: "a: b\n"}))
    assert (problem.code, problem.place.file) == (code, file)


@pytest.mark.parametrize("file", ["hoi.yaml", "escalation.yaml", "language/en/spelling.yaml"])
def test_a_missing_file(make_framework: Make, file: str) -> None:
    folder = make_framework()
    (folder / file).unlink()
    (problem,) = _problems(folder)
    assert (problem.code, problem.place.file) == ("missing-file", file)


def test_a_file_that_is_not_yaml(make_framework: Make) -> None:
    (problem,) = _problems(make_framework(files={RULES: "rules:\n  - id: [\n"}))
    assert (problem.code, problem.place.file) == ("yaml", RULES)


def test_an_empty_or_missing_folder(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        (problem,) = _problems(folder)
        assert problem.code == "no-files"
        assert str(folder) in str(problem)


def test_an_unknown_key_in_a_method_has_its_line(make_framework: Make) -> None:
    folder = make_framework()
    path = folder / "escalation.yaml"
    text = path.read_text(encoding="utf-8").replace("  flag_at: 4\n", "  flag_at: 4\n  flagat: 4\n")
    path.write_text(text, encoding="utf-8")
    line = text.split("\n").index("  flagat: 4") + 1
    (problem,) = _problems(folder)
    assert (problem.place.file, problem.place.line) == ("escalation.yaml", line)


def test_all_problems_are_told_at_once(make_framework: Make) -> None:
    folder = make_framework(
        files={
            RULES: "rules:\n"
            + GOOD.replace("    source: own\n", "    source: own\n    colour: red\n"),
            "language/nl/rules/target.yaml": "rules:\n"
            + GOOD.replace("topic/meaning", "topic/none").replace(".good", ".target"),
            "language/nl/rules/broken.yaml": "rules: [\n",
            "language/en/rules/concept.yaml": "rules:\n"
            + GOOD.replace("fietsbel", "{none}").replace("nl.", "en."),
            "weather.yaml": "a: b\n",
        }
    )
    codes = {(problem.place.file, problem.code) for problem in _problems(folder)}
    assert codes == {
        (RULES, "value"),
        ("language/nl/rules/target.yaml", "unknown-target"),
        ("language/nl/rules/broken.yaml", "yaml"),
        ("language/en/rules/concept.yaml", "unknown-concept"),
        ("weather.yaml", "unknown-file"),
    }


def test_bad_sayings_are_told_with_the_rest(make_framework: Make) -> None:
    folder = make_framework(
        files={
            RULES: "rules:\n" + GOOD.replace("topic/meaning", "topic/none"),
            "language/nl/rules/saying.yaml": "rules:\n"
            + GOOD.replace("fietsbel", "(fietsbel").replace(".good", ".saying"),
        }
    )
    assert {problem.code for problem in _problems(folder)} == {"unknown-target", "saying"}


def test_a_broken_method_does_not_hide_mistakes_in_rules(make_framework: Make) -> None:
    folder = make_framework(
        files={
            RULES: "rules:\n" + GOOD.replace("fietsbel", "{none}"),
            "hoi.yaml": "method: hoi\n",
        }
    )
    assert {problem.place.file for problem in _problems(folder)} == {RULES, "hoi.yaml"}


def test_all_bad_sayings_are_told_at_once(make_framework: Make) -> None:
    bad = GOOD.replace("      fietsbel\n", "      (fietsbel\n      goed\n      ab*\n")
    assert _told(make_framework, bad) == [("saying", 5), ("saying", 7)]


def test_the_error_says_every_problem_in_words(make_framework: Make) -> None:
    folder = make_framework(files={RULES: "rules:\n" + GOOD.replace("topic/meaning", "topic/none")})
    with pytest.raises(
        hoi.FrameworkError, match=r"own\.yaml:2 nl\.test\.good: error: .*topic/none"
    ):
        hoi.load(folder)


def test_subjects_without_rules_are_warnings_only(make_framework: Make) -> None:
    framework, problems = read_framework(make_framework())
    assert framework is not None
    assert {problem.severity for problem in problems} == {"warning"}
    assert "no-rules" in {problem.code for problem in problems}


# --- cues and concepts ----------------------------------------------------------------------------

CUE = """\
cues:
  - id: nl.cue.own
    sets: negated
    reach: 3
    says: |
      nooit
    source: own
    status: draft
"""


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("reach: 3", "reach: -1", ("value", 4)),
        ("reach: 3", "reach: 1000", ("value", 4)),
        ("sets: negated", "sets: denied", ("value", 3)),
        ("    sets: negated\n", "", ("no-effect", 2)),
        ("sets: negated", "stops: no", ("no-effect", 2)),
    ],
)
def test_a_mistake_in_a_cue(
    make_framework: Make, old: str, new: str, told: tuple[str, int]
) -> None:
    file = "language/nl/cues.yaml"
    (problem,) = _problems(make_framework(files={file: CUE.replace(old, new)}))
    assert (problem.code, problem.place) == (told[0], (file, told[1], "nl.cue.own"))


def _concepts(**terms: str) -> str:
    blocks = (
        f"  - id: {name}\n    terms: |\n      fiets\n      {term}\n"
        "    source: own\n    status: draft\n"
        for name, term in terms.items()
    )
    return "concepts:\n" + "".join(blocks)


@pytest.mark.parametrize(
    ("terms", "circle", "line"),
    [
        ({"a": "{a}"}, "a -> a", 5),
        ({"a": "{b}", "b": "bel {a}"}, "a -> b -> a", 5),
        ({"x": "{a}", "a": "{b}", "b": "{c}", "c": "{a}"}, "a -> b -> c -> a", 11),
    ],
)
def test_concepts_in_a_circle(
    make_framework: Make, terms: dict[str, str], circle: str, line: int
) -> None:
    file = "language/nl/concepts.yaml"
    problems = _problems(make_framework(files={file: _concepts(**terms)}))
    (problem,) = [problem for problem in problems if problem.code == "circle"]
    assert (problem.place.file, problem.place.line) == (file, line)
    assert problem.message.endswith(f": {circle}")


def test_a_concept_that_names_no_concept(make_framework: Make) -> None:
    file = "language/nl/concepts.yaml"
    (problem,) = _problems(make_framework(files={file: _concepts(a="{nowhere}")}))
    assert (problem.code, problem.place.line, problem.place.item) == ("unknown-concept", 5, "a")


def test_concepts_that_nobody_uses_are_warned_of(make_framework: Make) -> None:
    rule = GOOD.replace("fietsbel", "{used} bel").replace("        een\n", "        fiets bel\n")
    files = {
        RULES: f"rules:\n{rule}",
        "language/nl/concepts.yaml": _concepts(used="{deeper}", deeper="bel", alone="trein"),
        # In another language it is another concept.
        "language/en/concepts.yaml": _concepts(used="bell"),
    }
    _, problems = read_framework(make_framework(files=files))
    unused = [problem for problem in problems if problem.code == "unused-concept"]
    assert {problem.severity for problem in unused} == {"warning"}
    assert [(p.place.file, p.place.line, p.place.item) for p in unused] == [
        ("language/nl/concepts.yaml", 14, "alone"),
        ("language/en/concepts.yaml", 2, "used"),
    ]


# --- numbers in escalation.yaml -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("  flag_at: 4", "  flag_at: -1"),
        ("  flag_at: 4", "  flag_at: 5"),
        ("  flag_together: 5", "  flag_together: 0"),
        ("  ask_at: 2", "  ask_at: 0"),
        ("  ask_at: 2", "  ask_at: two"),
        ("  tail_messages: 6", "  tail_messages: -6"),
        ("  other_flag_at: 3", "  other_flag_at: 0"),
        ("  other_ask_at: 2", "  other_ask_at: -1"),
        ("  joke: 2", "  joke: -2"),
        ("  joke: 2", "  joke: 9"),
        ("  joke: 2", "  jokes: 2"),
    ],
)
def test_a_number_outside_its_range(make_framework: Make, old: str, new: str) -> None:
    problem, lines = _changed(make_framework, old, new)
    assert lines[problem.place.line - 1] == new.rpartition("\n")[2]


def test_asking_never_needs_more_than_flagging(make_framework: Make) -> None:
    problem, _ = _changed(make_framework, "  flag_at: 4", "  flag_at: 1")
    assert "'ask_at' must not be more than 'flag_at'" in problem.message


def _changed(make: Make, old: str, new: str) -> tuple[Problem, list[str]]:
    """What is wrong with escalation.yaml once a line of it is changed, and its lines then."""
    folder = make()
    path = folder / "escalation.yaml"
    text = path.read_text(encoding="utf-8")
    start = text.index("\ngrading:")
    at = text.index(f"\n{old}\n", start) + 1
    text = text[:at] + new + text[at + len(old) :]
    path.write_text(text, encoding="utf-8")
    (problem,) = _problems(folder)
    assert (problem.code, problem.place.file) == ("value", "escalation.yaml")
    return problem, text.split("\n")


# --- routes in escalation.yaml --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("      en: call 113 or 0800-0113,", "      en: call 113 or 0800-0131,", "numbers"),
        ("      en: every day 11:00-21:00", "      en: every day 11:00-22:00", "numbers"),
        ("    open: out_of_hours", "    open: nights", "value"),
    ],
)
def test_a_route_that_cannot_be_right(make_framework: Make, old: str, new: str, code: str) -> None:
    folder = make_framework()
    path = folder / "escalation.yaml"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    (problem,) = _problems(folder)
    assert (problem.code, problem.place.file) == (code, "escalation.yaml")


# --- scorecards -----------------------------------------------------------------------------------

CARDS = "language/nl/scorecards/own.yaml"
CARD = """\
  - id: nl.scorecard.own
    raises: flag/suicidality
    ask_at: 20
    flag_at: 30
    points: |
      12 fietsbel
      -3 niet meer
    source: own
    status: draft
    examples:
      match: |
        fietsbel
        de fietsbel
      no_match: |
        niet meer
        bel niet meer
"""
PLAN = CARD.replace("own\n    raises: flag/suicidality\n", "plan\n    raises: {0}\n    {1}\n", 1)


def test_good_scorecards_load(make_framework: Make) -> None:
    cards = [
        CARD.replace("    ask_at", "    decides: yes\n    ask_at"),
        PLAN.format("flag/suicidality", "level: intent_or_plan"),
        PLAN.format("flag/medication_question", "kind: dose").replace(".plan", ".kind"),
        CARD.replace(".own", ".other").replace("    ask", "    experiencer: other\n    ask"),
        CARD.replace(".own", ".past").replace("    ask", "    time: past\n    ask"),
        CARD.replace(".own", ".topic").replace("flag/suicidality", "topic/trauma"),
    ]
    english = CARD.replace("nl.", "en.")
    files = {
        CARDS: "scorecards:\n" + "".join(cards),
        "language/en/scorecards/own.yaml": f"scorecards:\n{english}",
    }
    framework = hoi.load(make_framework(files=files)).framework
    assert len(framework.scorecards) == 7
    first = framework.scorecards[1]
    assert (first.language, first.place) == ("nl", (CARDS, 2, "nl.scorecard.own"))
    assert [line.number for line in first.points] == [8, 9]


@pytest.mark.parametrize(
    ("old", "new", "code", "line", "said"),
    [
        ("flag/suicidality", "flag/nothing", "unknown-target", 2, "'flag/nothing'"),
        ("flag/suicidality", "topic/nothing", "unknown-target", 2, "'topic/nothing'"),
        ("flag/suicidality", "question/story", "unknown-target", 2, "'question/story'"),
        ("flag/suicidality", "suicidality", "unknown-target", 2, "write flag/"),
        ("id: nl.scorecard.own", "id: en.scorecard.own", "id", 2, "'nl.scorecard.'"),
        ("id: nl.scorecard.own", "id: nl.own", "id", 2, "'nl.scorecard.'"),
        ("    ask_at", "    level: none\n    ask_at", "level", 2, "no level 'none'"),
        ("    ask_at", "    level: asked\n    ask_at", "level", 2, "no level 'asked'"),
        ("    ask_at", "    kind: dose\n    ask_at", "kind", 2, "flag/medication_question only"),
        ("    ask_at", "    whose: self\n    ask_at", "value", 4, "whose"),
        ("    ask_at", "    experiencer: nobody\n    ask_at", "value", 4, "experiencer"),
        ("ask_at: 20", "ask_at: 31", "value", 2, "`ask_at` is above `flag_at`"),
        ("ask_at: 20", "ask_at: 2.5", "value", 4, "ask_at"),
        ("flag_at: 30", "flag_at: 401", "value", 5, "flag_at"),
        ("    flag_at: 30\n", "", "value", 2, "flag_at"),
        ("-3 niet meer", "-3 fietsbel", "points", 8, "stands twice"),
        ("-3 niet meer", "-3 {nowhere}", "points", 8, "no concept '{nowhere}'"),
        ("-3 niet meer", "-3.5 niet", "points", 8, "whole number"),
        ("-3 niet meer", "niet meer", "points", 8, "whole number"),
        ("-3 niet meer", "0 niet", "points", 8, "not 0"),
        ("-3 niet meer", "-401 niet", "points", 8, "between -400 and 400"),
        ("-3 niet meer", "-3", "points", 8, "a sign must follow"),
        ("-3 niet meer", "-3 nu niet meer", "points", 8, "at most two words"),
        ("points: |", "points: >", "block", 6, "write 'points: |'"),
    ],
)
def test_a_mistake_in_a_scorecard(
    make_framework: Make, old: str, new: str, code: str, line: int, said: str
) -> None:
    text = "scorecards:\n" + CARD.replace(old, new)
    problems = _problems(make_framework(files={CARDS: text}))
    (problem,) = [problem for problem in problems if problem.code == code]
    assert problem.place.file == CARDS
    assert problem.place.line == line
    assert problem.place.item.endswith(".own") or code == "block"  # told before there are items
    assert said in problem.message
    assert len(problems) == 1 or code == "block"


@pytest.mark.parametrize(
    ("raises", "key", "code", "said"),
    [
        ("flag/self_harm", "level: acute", "level", "flag/suicidality only"),
        ("topic/trauma", "level: acute", "level", "flag/suicidality only"),
        ("flag/medication_question", "kind: nothing", "kind", "no kind 'nothing'"),
        ("topic/trauma", "kind: dose", "kind", "flag/medication_question only"),
        ("topic/trauma", "time: past", "whose", "for flags only"),
        ("topic/trauma", "experiencer: other", "whose", "for flags only"),
        ("flag/suicidality", "level: acute\n    decides: yes", "decides", "the writer's own flag"),
        ("flag/suicidality", "time: past\n    decides: yes", "decides", "the writer's own flag"),
    ],
)
def test_a_key_that_a_scorecard_cannot_have(
    make_framework: Make, raises: str, key: str, code: str, said: str
) -> None:
    text = "scorecards:\n" + PLAN.format(raises, key)
    (problem,) = _problems(make_framework(files={CARDS: text}))
    assert (problem.code, problem.place) == (code, (CARDS, 2, "nl.scorecard.plan"))
    assert said in problem.message


def test_a_scorecard_id_twice(make_framework: Make) -> None:
    (problem,) = _problems(make_framework(files={CARDS: f"scorecards:\n{CARD}{CARD}"}))
    assert (problem.code, problem.place) == ("duplicate-id", (CARDS, 18, "nl.scorecard.own"))


def test_a_rule_and_a_scorecard_with_one_id(make_framework: Make) -> None:
    rule = GOOD.replace("nl.test.good", "nl.scorecard.own")
    files = {RULES: f"rules:\n{rule}", CARDS: f"scorecards:\n{CARD}"}
    (problem,) = _problems(make_framework(files=files))
    assert (problem.code, problem.place.file) == ("duplicate-id", CARDS)


@pytest.mark.parametrize("key", ["", "time: past", "experiencer: other", "level: acute"])
def test_two_scorecards_for_one_thing(make_framework: Make, key: str) -> None:
    one = PLAN.format("flag/suicidality", key) if key else CARD
    other = one.replace(".own", ".again").replace(".plan", ".again")
    (problem,) = _problems(make_framework(files={CARDS: f"scorecards:\n{one}{other}"}))
    assert problem.code == "same-subject"
    assert (problem.place.file, problem.place.item) == (CARDS, "nl.scorecard.again")
    assert f"{CARDS}:2" in problem.message


def test_all_mistakes_in_a_scorecard_are_told_at_once(make_framework: Make) -> None:
    text = CARD.replace("12 fiets", "x fiets").replace("-3 niet meer", "0 niet")
    text = text.replace("flag/suicidality", "flag/nothing")
    problems = _problems(make_framework(files={CARDS: f"scorecards:\n{text}"}))
    assert {(problem.code, problem.place.line) for problem in problems} == {
        ("unknown-target", 2),
        ("points", 7),
        ("points", 8),
    }


def test_a_concept_that_only_a_scorecard_weighs_is_used(make_framework: Make) -> None:
    files = {
        "language/nl/concepts.yaml": _concepts(weighed="bel"),
        CARDS: "scorecards:\n" + CARD.replace("niet meer", "{weighed}"),
    }
    _, problems = read_framework(make_framework(files=files))
    assert "unused-concept" not in {problem.code for problem in problems}
