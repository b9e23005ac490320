"""The workshop on the command line: try, diff and explain, as a psychologist uses them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from hoi.cli import app
from hoi.framework.load import load_framework

Command = Callable[..., Result]
WISH = {"raises": "flag/suicidality", "dimension": "wish", "grade": "4", "level": "passive_wish"}
RULES: list[dict[str, Any]] = [
    {"id": "nl.test.wish", **WISH, "says": "wil .. sterven", "unless": "in de film"},
    {
        "id": "nl.test.yes",
        **WISH,
        "after": "ask/suicidality",
        "dimension": "answer",
        "says": "soms",
    },
    {"id": "nl.test.ask", "raises": "ask/suicidality", "by": "chatter", "says": "aan de dood"},
]
SIGNS = "\n".join(
    f"      {way}{number} teken{number}{name}"
    for way, name in (("", "voor"), ("-", "tegen"))
    for number in range(1, 31)
)
CARD = f"""
scorecards:
  - id: nl.scorecard.wish
    raises: flag/suicidality
    ask_at: 10
    flag_at: 30
    points: |
{SIGNS}
    source: fitted on what was made up
    status: draft
    examples:
      match: |
        voor
        ervoor
      no_match: |
        tegen
        ertegen
"""


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Command:
    """Runs `hoi` in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "160")

    def command(*arguments: str, given: str | None = None) -> Result:
        result = CliRunner().invoke(app, arguments, input=given)
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result

    return command


@pytest.fixture(scope="module")
def folder(make_framework: Callable[..., Path]) -> str:
    cues = [{"id": "nl.cue.never", "sets": "negated", "says": "nooit"}]
    files = {"language/nl/scorecards/card.yaml": CARD}
    return str(make_framework(rules=RULES, cues=cues, files=files))


def _flat(text: str) -> str:
    return " ".join(text.split())


# --- try ----------------------------------------------------------------------------------------


def test_try_shows_every_step(run: Command, folder: str) -> None:
    result = run("try", "ik wil gwn nooit sterven. teken30voor", "--frameworks", folder)
    assert result.exit_code == 0
    shown = _flat(result.stdout)
    for part in (
        "gwn → gewoon",
        "nl.test.wish flag/suicidality, wish, passive_wish, grade 4",
        "‘wil .. sterven’ ← wil .. sterven (language/nl/rules/tiny.yaml:",
        "read as: denied: ‘nooit’ nl.cue.never",
        "ask from 10 on, flag from 30 on: flag",
        "+30 teken30voor",
        "suicidality flag, passive_wish, denied",
    ):
        assert part in shown, shown


def test_try_shows_what_was_silenced_and_what_nearly_fired(run: Command, folder: str) -> None:
    shown = _flat(run("try", "wil in de film sterven", "--frameworks", folder).stdout)
    assert "nl.test.wish is silenced by its `unless`" in shown
    assert "unless ‘in de film’ ← in de film" in shown
    shown = _flat(run("try", "ik wil niet. sterven", "--frameworks", folder).stdout)
    assert "near misses nl.test.wish" in shown
    assert "the end of a sentence stands between" in shown


def test_try_after_a_question(run: Command, folder: str) -> None:
    asked = run("try", "soms", "--after", "denk je aan de dood?", "--frameworks", folder)
    assert "open question ask/suicidality" in _flat(asked.stdout)
    assert "suicidality flag, passive_wish → pass on" in _flat(asked.stdout)
    other = run("try", "soms", "--after", "hoe oud ben je?", "--frameworks", folder)
    assert "no question about a flag was heard" in other.stdout
    assert "only after ask/suicidality" in other.stdout
    as_example = run("try", "denk je aan de dood? >> soms", "--frameworks", folder)
    assert as_example.stdout == asked.stdout


def test_try_what_the_chatter_types(run: Command, folder: str) -> None:
    shown = run("try", "denk je aan de dood?", "--by", "chatter", "--frameworks", folder).stdout
    assert "nl.test.ask" in shown
    assert run("try", "hoi", "--by", "me").exit_code == 2


def test_try_as_json(run: Command, folder: str) -> None:
    result = run("try", "soms", "--after", "aan de dood?", "--json", "--frameworks", folder)
    trace = json.loads(result.stdout)
    question, answer = trace["messages"]
    assert question["fired"][0]["rule"] == "nl.test.ask"
    assert answer["fired"][0]["said"][0]["words"] == "soms"
    assert [(flag["id"], flag["tier"]) for flag in trace["flags"]] == [("suicidality", "flag")]
    assert trace["frameworks"] == load_framework(Path(folder)).digest


def test_try_in_dutch(run: Command, folder: str) -> None:
    shown = run("try", "ik wil sterven", "--language", "nl", "--frameworks", folder).stdout
    assert "gelezen als" in shown and "read as" not in shown
    assert run("try", "hoi", "--language", "fr").exit_code == 2


def test_try_shows_no_signs_that_steer_the_terminal(run: Command, folder: str) -> None:
    shown = run("try", "[bold]wil \x1b[31msterven\u202e", "--frameworks", folder).stdout
    assert "[bold]" in shown
    assert "\x1b" not in shown and "\u202e" not in shown


# --- diff ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def plain(make_framework: Callable[..., Path]) -> str:
    return str(make_framework(rules=RULES))


@pytest.fixture(scope="module")
def changed(make_framework: Callable[..., Path]) -> str:
    weaker = {**RULES[0], "grade": "2"}
    topic = {"id": "nl.test.topic", "raises": "topic/meaning", "grade": "4", "says": "sterven"}
    return str(make_framework(rules=[weaker, topic, *RULES[1:]]))


def _corpus(*texts: str) -> str:
    lines = (json.dumps({"id": f"n{number}", "text": text}) for number, text in enumerate(texts))
    return "".join(f"{line}\n" for line in lines)


def test_diff_shows_counts_and_lines_once(run: Command, plain: str, changed: str) -> None:
    corpus = _corpus("ik wil sterven", "hoi", "ik wil sterven")
    result = run("diff", plain, changed, "-", given=corpus)
    assert result.exit_code == 0
    shown = _flat(result.stdout)
    assert shown.startswith("3 conversations, 3 messages: 2 read differently")
    assert re.search(r"flag suicidality 0 0 2\b", shown)
    assert shown.count("‘ik wil sterven’") == 1
    assert "(n0, n2)" in shown
    assert "~ flag suicidality: flag, passive_wish, passed on → ask, passive_wish" in shown


def test_diff_shows_at_most_so_many(run: Command, plain: str, changed: str) -> None:
    corpus = _corpus("ik wil sterven", "wil zo sterven", "wil nu sterven")
    shown = run("diff", plain, changed, "-", "--at-most", "1", given=corpus).stdout
    assert shown.count("‘") == 1
    assert "and 2 more" in shown


def test_diff_of_one_subject(run: Command, plain: str, changed: str) -> None:
    corpus = _corpus("ik wil sterven")
    for name in ("suicidality", "flag/suicidality"):
        shown = run("diff", plain, changed, "-", "--only", name, given=corpus).stdout
        assert "~ flag suicidality" in shown and "topic" not in shown
    everything = run("diff", plain, changed, "-", given=corpus).stdout
    assert "topic" in everything
    unknown = run("diff", plain, changed, "-", "--only", "zzz", given=corpus)
    assert unknown.exit_code == 2 and "zzz" in unknown.stderr


def test_diff_of_the_same_is_empty(run: Command, plain: str) -> None:
    result = run("diff", plain, plain, "-", given=_corpus("ik wil sterven"))
    assert result.exit_code == 0
    assert result.stdout == "1 conversations, 1 messages: 0 read differently\n"


def test_diff_tells_what_it_cannot_read(run: Command, plain: str, changed: str) -> None:
    refused = run("diff", plain, changed, "-", given=_corpus("ik wil sterven") + "{\n")
    assert refused.exit_code == 1
    assert refused.stderr.count("stdin:2") == 1
    assert "1 read differently" in refused.stdout
    missing = run("diff", plain, "none", "-", given="")
    assert missing.exit_code == 2 and "none" in missing.stderr


# --- explain ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["nl.scorecard.wish", "scorecard/nl.scorecard.wish"])
def test_explain_a_scorecard(run: Command, folder: str, name: str) -> None:
    result = run("explain", name, "--frameworks", folder)
    assert result.exit_code == 0
    shown = _flat(result.stdout)
    for part in (
        "Scorecard nl.scorecard.wish raises flag/suicidality ask from 10 flag from 30 signs 60",
        "source fitted on what was made up",
        "speaks for it +30 teken30voor",
        "speaks against it -30 teken30tegen",
    ):
        assert part in shown
    for way in ("voor", "tegen"):
        assert len(re.findall(rf"teken\d+{way}", shown)) == 20
        assert f"teken11{way}" in shown and f"teken10{way}" not in shown


def test_explain_a_broken_scorecard(run: Command, make_framework: Callable[..., Path]) -> None:
    files = {"language/nl/scorecards/card.yaml": CARD.replace(" 30 teken", " veel teken")}
    result = run("explain", "nl.scorecard.wish", "--frameworks", str(make_framework(files=files)))
    assert result.exit_code == 2
    assert "'veel teken30voor' is not a whole number and a sign" in result.stderr


# --- the page -----------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_commands_of_the_page_run(tmp_path: Path) -> None:
    """Reads the shipped rules a dozen times over."""
    root = Path(__file__).parents[1]
    page = (root / "docs" / "workshop.md").read_text(encoding="utf-8")
    for name in ("frameworks", "examples"):
        shutil.copytree(root / name, tmp_path / name)
    script = "set -e\n" + "\n".join(re.findall(r"```sh\n(.*?)```", page, re.DOTALL))
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=tmp_path,
        env={**os.environ, "PATH": path, "COLUMNS": "160"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "should stay silent at: ik kijk naar het plafond dat ik moet witten" in done.stderr
    assert "nl.topic_mood_and_suicidality.ceiling is silenced by its `unless`" in done.stdout
    assert "+ finding nl.topic_mood_and_suicidality.ceiling: grade 2" in done.stdout
    assert "the end of a sentence stands between" in done.stdout
