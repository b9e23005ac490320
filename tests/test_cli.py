"""The command line: what it prints, what it writes, and its exit codes."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

import hoi
import hoi.guidance.guide
import hoi.research.batch
from hoi.cli import app

Command = Callable[..., Result]

DEATH_WISH = "ik wil dood"
LINES: list[dict[str, Any]] = [
    {"id": "one", "text": DEATH_WISH},
    {"id": "two", "messages": [{"role": "visitor", "text": "hoi, ik ben doodmoe"}]},
]


@pytest.fixture
def command(guide: hoi.Guide, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Runs `hoi` in an empty folder, with the guide that is loaded already."""

    def load(frameworks: str | Path | None = None) -> hoi.Guide:
        return guide if frameworks is None else hoi.load(frameworks)

    monkeypatch.setattr(hoi.guidance.guide, "load", load)
    monkeypatch.setattr(hoi.research.batch, "load", load)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments: str, given: str | None = None) -> Result:
        result = CliRunner().invoke(app, arguments, input=given)
        assert result.exception is None or isinstance(result.exception, SystemExit)
        assert "Traceback" not in result.output
        return result

    return run


def put(name: str, content: str | bytes | None = None) -> str:
    content = jsonl(LINES) if content is None else content
    path = Path(name)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return name


def jsonl(records: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


def tagged(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def ids(result: Result) -> list[str]:
    return [line["id"] for line in tagged(result)]


# --- tag ----------------------------------------------------------------------------------------


def test_tag_prints_a_line_a_conversation(command: Command) -> None:
    result = command("tag", put("in.jsonl"))
    assert result.exit_code == 0
    assert result.stderr == ""
    first, second = tagged(result)
    assert (first["id"], second["id"]) == ("one", "two")
    assert [flag["id"] for flag in first["flags"] if flag["escalate"]] == ["suicidality"]
    assert not [flag for flag in second["flags"] if flag["escalate"]]


CSV_TEXT = f"id,role,text\none,visitor,{DEATH_WISH}\ntwo,visitor,hoi\ntwo,chatter,dag\n"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("in.jsonl", jsonl(LINES)),
        ("in.jsonl.gz", gzip.compress(jsonl(LINES).encode(), mtime=0)),
        ("in.json", json.dumps(LINES)),
        ("in.csv", CSV_TEXT),
        ("in.csv.gz", gzip.compress(CSV_TEXT.encode(), mtime=0)),
    ],
)
def test_tag_reads_every_kind_of_file(command: Command, name: str, content: str | bytes) -> None:
    result = command("tag", put(name, content))
    assert (result.exit_code, ids(result)) == (0, ["one", "two"])
    assert any(flag["escalate"] for flag in tagged(result)[0]["flags"])


def test_tag_reads_folders_and_several_files(command: Command) -> None:
    put("folder/b.json", '[{"id": "b", "text": "hoi"}]')
    put("folder/a.jsonl", '{"id": "a", "text": "hoi"}\n')
    put("folder/notes.txt", "nothing for us")
    result = command("tag", "folder", put("c.csv", "id,text\nc,hoi\n"))
    assert (result.exit_code, ids(result)) == (0, ["a", "b", "c"])


def test_tag_reads_standard_input(command: Command) -> None:
    result = command("tag", "-", given=jsonl(LINES))
    assert (result.exit_code, ids(result)) == (0, ["one", "two"])


def test_tag_takes_the_names_of_columns(command: Command) -> None:
    source = put("in.csv", f"chat;wie;zin\n7;visitor;{DEATH_WISH}\n7;chatter;vertel\n")
    columns = ["--id-column", "chat", "--role-column", "wie", "--text-column", "zin"]
    result = command("tag", source, *columns)
    assert (result.exit_code, ids(result)) == (0, ["7"])


ROLES_TEXT = f"id,role,text\n1, Client ,{DEATH_WISH}\n1,,{DEATH_WISH}\n1,agent,vertel\n"


def test_tag_takes_other_words_for_the_roles(command: Command) -> None:
    words = ["--visitor", "CLIENT", "--chatter", "agent", "--chatter", ""]
    for source in (
        put("in.csv", ROLES_TEXT),
        put("in.json", json.dumps({"messages": [{"role": "client", "text": DEATH_WISH}]})),
    ):
        result = command("tag", source, *words)
        assert result.exit_code == 0
        (line,) = tagged(result)
        assert {flag["message"] for flag in line["flags"]} == {0}
        assert command("tag", source).exit_code == 1


def test_tag_takes_the_roles_turned_round(command: Command) -> None:
    source = put("in.csv", f"id,role,text\n1,chatter,{DEATH_WISH}\n1,visitor,{DEATH_WISH}\n")
    result = command("tag", source, "--visitor", "chatter", "--chatter", "visitor")
    assert [flag["message"] for flag in tagged(result)[0]["flags"]] == [0]


def test_tag_does_not_take_one_word_for_both_roles(command: Command) -> None:
    result = command("tag", put("in.csv", ROLES_TEXT), "--visitor", "a", "--chatter", "A")
    assert result.exit_code == 2
    assert "'a' cannot be both the visitor and the chatter" in result.stderr


def test_tag_writes_a_file(command: Command) -> None:
    source = put("in.jsonl")
    printed = command("tag", source)
    result = command("tag", source, "-o", "out.jsonl")
    assert (result.exit_code, result.stdout) == (0, "")
    assert Path("out.jsonl").read_bytes() == printed.stdout_bytes
    assert sorted(path.name for path in Path().iterdir()) == ["in.jsonl", "out.jsonl"]


def test_tag_writes_a_table(command: Command) -> None:
    result = command("tag", put("in.jsonl"), "--format", "csv")
    one, two = csv.DictReader(io.StringIO(result.stdout))
    assert (one["id"], one["escalate"], one["main_topic"]) == (
        "one",
        "suicidality",
        "mood_and_suicidality",
    )
    assert one["suicidality_level"]
    assert (two["id"], two["escalate"], two["suicidality_level"]) == ("two", "", "")


def test_tag_puts_refused_rows_aside(command: Command) -> None:
    source = put("in.jsonl", jsonl(LINES[:1]) + '{"id": "x"}\nnot json\n' + jsonl(LINES[1:]))
    result = command("tag", source, "--output", "out.jsonl")
    assert result.exit_code == 1
    assert "2 conversation(s) tagged, 2 row(s) refused (see out.rejects.jsonl)" in result.stderr
    rejects = [json.loads(line) for line in Path("out.rejects.jsonl").read_text().splitlines()]
    assert [(row["file"], row["line"], row["row"]) for row in rejects] == [
        ("in.jsonl", 2, '{"id": "x"}'),
        ("in.jsonl", 3, "not json"),
    ]
    assert "no messages" in rejects[0]["reason"]
    assert len(Path("out.jsonl").read_text().splitlines()) == 2


def test_tag_tells_every_refused_row_if_there_is_no_file_for_them(command: Command) -> None:
    result = command("tag", put("in.jsonl", "broken\n" * 50))
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.count("refused: in.jsonl:") == 50


def test_tag_tells_a_warning_with_its_place_once(command: Command) -> None:
    result = command("tag", put("in.jsonl", '{"id": "a", "text": "hoi", "at": "gisteren"}\n'))
    assert result.exit_code == 0
    assert result.stderr.count("in.jsonl:1") == 1
    assert "1 warning(s)" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["none.jsonl"], 1, "none.jsonl: the file cannot be read (No such file or directory)"),
        (["in.jsonl", "-o", "none/out.jsonl"], 2, "none/out.jsonl cannot be written: No such"),
        (["in.jsonl", "-o", "in.jsonl"], 2, "write the output elsewhere"),
        (["in.jsonl", "--format", "xml"], 2, "--format is jsonl or csv, not 'xml'"),
        (["in.jsonl", "--frameworks", "none"], 2, "no framework files"),
        (["in.jsonl", "--workers", "0"], 2, "--workers"),
        ([], 2, "Missing argument"),
    ],
)
def test_tag_says_what_is_wrong(
    command: Command, arguments: list[str], code: int, said: str
) -> None:
    put("in.jsonl")
    result = command("tag", *arguments)
    assert result.exit_code == code
    assert said in re.sub(r"\x1b\[[\d;]*m", "", result.stderr)
    assert result.stdout == ""
    assert [path.name for path in Path().iterdir()] == ["in.jsonl"]


ALL_RIGHTS = not hasattr(os, "geteuid") or os.geteuid() == 0  # no folder is closed to root


@pytest.mark.skipif(ALL_RIGHTS, reason="root may read everything")
def test_tag_of_a_folder_that_may_not_be_read(command: Command) -> None:
    put("closed/in.jsonl")
    folder = Path("closed")
    folder.chmod(0)
    try:
        result = command("tag", "closed", "closed/in.jsonl", put("in.jsonl"))
        written = command("tag", "in.jsonl", "-o", "closed/out.jsonl")
    finally:
        folder.chmod(0o700)
    assert result.exit_code == 1
    assert "closed: the folder cannot be read (Permission denied); check the name" in result.stderr
    assert "closed/in.jsonl: the f" in result.stderr
    assert ids(result) == ["one", "two"]
    assert written.exit_code == 2
    assert "closed/out.jsonl cannot be written: Permission denied" in written.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("full", ["out.jsonl.part", "out.rejects.jsonl.part"])
def test_tag_to_a_full_disk(command: Command, full: str) -> None:
    source = put("in.jsonl", jsonl(LINES) + "not json\n")
    Path(full).symlink_to("/dev/full")
    result = command("tag", source, "-o", "out.jsonl")
    assert result.exit_code == 2
    name = full.removesuffix(".part")
    assert f"hoi: {name} cannot be written: No space left on device" in result.stderr
    assert not Path("out.jsonl").exists() and not Path("out.rejects.jsonl").exists()


# --- show, check, explain, schema ----------------------------------------------------------------


def test_show_marks_what_was_heard(command: Command) -> None:
    source = put("in.jsonl")
    result = command("show", source)
    assert result.exit_code == 0
    assert DEATH_WISH in result.stdout and "doodmoe" in result.stdout
    result = command("show", source, "--id", "two", "--language", "nl")
    assert DEATH_WISH not in result.stdout and "doodmoe" in result.stdout


def test_show_says_what_to_do_and_ends_with_the_marks(command: Command) -> None:
    result = command("show", put("in.jsonl"))
    assert "hoi explain level/active_thoughts" in result.stdout
    assert result.stdout.endswith("\nMarks: ! pass on, ? ask openly, - to know about\n")
    assert result.stdout.count("Marks: ") == 1
    assert command("show", "in.jsonl", "--language", "nl").stdout.count("Tekens: ") == 1
    assert "Marks" not in command("show", "in.jsonl", "--id", "none").stdout


def test_show_says_what_it_cannot_show(command: Command) -> None:
    result = command("show", put("in.jsonl"), "--id", "three")
    assert result.exit_code == 1
    assert "no conversation with the id 'three'" in result.stderr
    assert command("show", put("broken.jsonl", "broken\n")).exit_code == 1


BROKEN_RULES = """\
rules:
  - id: nl.first.broken
    raises: topic/none_such
    source: own
    status: draft
    says: |
      mijn quetiapine vergeten
    examples:
      match: |
        mijn quetiapine vergeten
        ja mijn quetiapine vergeten
      no_match: |
        dag
        hoi
  - id: nl.second.broken
    raises: topic/medication
    says: |
      (nooit gesloten
    status: draft
"""


def test_check_tells_all_problems_with_their_places(
    command: Command, make_framework: Callable[..., Path]
) -> None:
    files = {"language/nl/rules/broken.yaml": BROKEN_RULES, "language/en/odd.yaml": "odd: 1\n"}
    folder = make_framework(files=files)
    result = command("check", str(folder))
    assert result.exit_code == 1
    said = result.stderr
    assert "language/nl/rules/broken.yaml" in said and "language/en/odd.yaml" in said
    for line, name in ((2, "nl.first.broken"), (15, "nl.second.broken")):
        assert re.search(rf"^\s+{line} error .*{name}", said, re.MULTILINE), said
    assert "none_such" in said
    assert "'odd' is not known here" in said


def test_check_runs_the_examples(command: Command, make_framework: Callable[..., Path]) -> None:
    second = BROKEN_RULES.index("  - id: nl.second")
    sound = BROKEN_RULES[:second].replace("none_such", "medication")
    path = "language/nl/rules/own.yaml"
    result = command("check", str(make_framework(files={path: sound})))
    assert result.exit_code == 0
    assert result.stdout.startswith("1 rules, 1 sayings, 0 scorecards, 4 examples: 0 error(s), ")
    failing = sound.replace("        dag\n", "        maar mijn quetiapine vergeten ook\n")
    result = command("check", str(make_framework(files={path: failing})))
    assert result.exit_code == 1
    assert re.search(r"13 error .*maar mijn quetiapine vergeten ook", result.stderr), result.stderr


def test_check_of_no_frameworks(command: Command) -> None:
    result = command("check", "none")
    assert result.exit_code == 1
    assert "no framework files" in result.stderr


def test_explain_shows_rules_and_cues(command: Command, guide: hoi.Guide) -> None:
    for item in (guide.framework.rules[0], guide.framework.cues[0]):
        result = command("explain", item.id)
        assert result.exit_code == 0
        assert item.id in result.stdout


def test_explain_shows_the_method(command: Command) -> None:
    for name in ("flag/self_harm", "topic/trauma", "level/acute", "concept/want"):
        result = command("explain", name, "--language", "nl")
        assert (result.exit_code, result.stderr) == (0, "")
        assert name.partition("/")[2] in result.stdout
    assert command("explain", "trauma", "--language", "fr").exit_code == 2


def test_explain_helps_with_a_slip(command: Command, guide: hoi.Guide) -> None:
    name = guide.framework.rules[0].id
    for slip in (name[:-1], name[:-2] + name[-1]):
        result = command("explain", slip)
        assert result.exit_code == 1
        assert f"is called '{slip}'; near it: " in result.stderr
        assert name in result.stderr


def test_what_the_help_names_exists(command: Command, guide: hoi.Guide) -> None:
    named = re.findall(r"\bnl(?:\.\w+)+", command("explain", "--help").stdout)
    assert named and set(named) <= {rule.id for rule in guide.framework.rules}


def test_schema_describes_what_comes_out(command: Command) -> None:
    schema = json.loads(command("schema").stdout)
    for line in tagged(command("tag", put("in.jsonl"))):
        conforms(line, schema, schema["$defs"])


def conforms(value: Any, schema: dict[str, Any], definitions: dict[str, Any]) -> None:
    """No more of JSON Schema than the keys of objects: those required, and no others."""
    if "$ref" in schema:
        schema = definitions[schema["$ref"].removeprefix("#/$defs/")]
    if isinstance(value, dict) and "properties" in schema:
        assert set(schema["required"]) <= set(value) <= set(schema["properties"])
        for key, child in value.items():
            conforms(child, schema["properties"][key], definitions)
    elif isinstance(value, list):
        for child in value:
            conforms(child, schema.get("items", {}), definitions)


def test_schema_describes_what_goes_in(command: Command) -> None:
    assert "messages" in json.loads(command("schema", "conversation").stdout)["properties"]
    result = command("schema", "rule")
    assert result.exit_code == 2
    assert "tagged or conversation, not 'rule'" in result.stderr


def test_help_and_version(command: Command) -> None:
    helped = command("--help")
    assert helped.exit_code == 0
    for name in ("tag", "show", "check", "explain", "try", "diff", "schema", "evaluate", "version"):
        assert re.search(rf"\b{name}\b", helped.stdout)
        assert command(name, "--help").exit_code == 0
    assert command("version").stdout == f"{hoi.guidance.guide.VERSION}\n"


# --- as a process of its own ---------------------------------------------------------------------


@pytest.fixture
def empty(make_framework: Callable[..., Path]) -> str:
    """A framework without rules, which loads at once."""
    return str(make_framework())


def start(*arguments: str, output: Any = subprocess.PIPE) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "hoi.cli", *arguments]
    return subprocess.Popen(command, stdout=output, stderr=subprocess.PIPE, text=True)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_standard_output_on_a_full_disk(tmp_path: Path, empty: str) -> None:
    (tmp_path / "in.jsonl").write_text(jsonl(LINES))
    with Path("/dev/full").open("w") as full:
        process = start("tag", str(tmp_path / "in.jsonl"), "--frameworks", empty, output=full)
        _, errors = process.communicate(timeout=120)
    assert process.returncode == 2
    assert errors == "hoi: standard output cannot be written: No space left on device\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("arguments", [["schema"], ["version"], ["--help"]])
def test_other_commands_on_a_full_disk(arguments: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        process = start(*arguments, output=full)
        _, errors = process.communicate(timeout=120)
    assert process.returncode == 2
    assert errors == "hoi: standard output cannot be written: No space left on device\n"


def test_a_reader_that_has_enough(tmp_path: Path, empty: str) -> None:
    (tmp_path / "in.jsonl").write_text('{"text": "hoi"}\n' * 3000)
    process = start("tag", str(tmp_path / "in.jsonl"), "--frameworks", empty)
    assert process.stdout and process.stderr
    process.stdout.readline()
    process.stdout.close()
    errors = process.stderr.read()
    process.stderr.close()
    assert process.wait(timeout=120) == 1
    assert errors == ""


def test_output_is_utf8_whatever_the_locale(tmp_path: Path, empty: str) -> None:
    (tmp_path / "in.jsonl").write_text('{"id": "é😀", "text": "hoi"}\n', encoding="utf-8")
    command = [sys.executable, "-m", "hoi.cli", "tag", str(tmp_path / "in.jsonl")]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "LC_ALL": "C"}
    done = subprocess.run(
        [*command, "--frameworks", empty], capture_output=True, env=environment, check=True
    )
    assert json.loads(done.stdout.decode("utf-8"))["id"] == "é😀"
