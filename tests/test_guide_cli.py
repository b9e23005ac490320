"""Talks at the keyboard: `hoi guide` (typed, replayed, practised) and `hoi report`."""

from __future__ import annotations

import json
import os
import re
import select
import subprocess
import sys
import time
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

import hoi
import hoi.guidance.guide
from hoi.cli import app
from hoi.model.advice import Advice
from hoi.model.conversation import Message
from hoi.terminal import live
from hoi.terminal.advice import show_step, view_of
from hoi.terminal.words import WORDS

Command = Callable[..., Result]

DEATH_WISH = "ik wil niet meer leven"
REPORTS = ("Voor de bezoeker", "Voor de chatter")
EN_REPORTS = ("For the visitor", "For the chatter")
CHAT: dict[str, Any] = {
    "id": "one",
    "language": "nl",
    "messages": [
        {"role": "chatter", "text": "Hoi, welkom. Hoe gaat het?"},
        {"role": "visitor", "text": "niet zo goed"},
        {"role": "visitor", "text": DEATH_WISH},
        {"role": "chatter", "text": "Denk je aan zelfmoord?"},
    ],
}
ENGLISH: dict[str, Any] = {
    "id": "two",
    "language": "en",
    "messages": [{"role": "visitor", "text": "hi, i feel so alone lately"}],
}


@pytest.fixture
def command(guide: hoi.Guide, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Runs `hoi` in an empty folder, with the guide that is loaded already."""
    monkeypatch.setattr(hoi.guidance.guide, "load", lambda _: guide)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "300")

    def run(*arguments: str, given: str | bytes | None = None) -> Result:
        result = CliRunner().invoke(app, arguments, input=given)
        assert result.exception is None or isinstance(result.exception, SystemExit)
        assert "Traceback" not in result.output
        return result

    return run


def put(name: str, *chats: dict[str, Any]) -> str:
    Path(name).write_text("".join(json.dumps(chat) + "\n" for chat in chats), encoding="utf-8")
    return name


def typed(*lines: str) -> str:
    return "".join(f"{line}\n" for line in lines)


def talk_of(result: Result) -> str:
    """What was shown before the reports."""
    return re.split("─{3,}", result.stdout)[0]


# --- typing a talk ------------------------------------------------------------------------------


def test_a_typed_talk_shows_flags_with_their_protocol_and_ends_with_the_reports(
    command: Command,
) -> None:
    result = command("guide", given=typed("c: Hoi, welkom", DEATH_WISH, "q", "v: never read"))
    assert result.exit_code == 0
    shown = talk_of(result)
    assert re.search(r"0 +chatter +Hoi, welkom", shown)
    assert re.search(rf"1 +bezoeker +{DEATH_WISH}", shown)
    assert re.search(r"! Suïcidaliteit: .* · open · NIEUW .*\[suicidality\]", shown)
    assert "Gehoord in bericht 1" in shown and re.search(r"8\. Niet doen", shown)
    assert "113 Zelfmoordpreventie: bel 113" in shown
    assert WORDS["draft"][0] in shown
    assert all(title in result.stdout for title in REPORTS)
    assert "never read" not in result.stdout


def test_the_same_in_english(command: Command) -> None:
    result = command("guide", "--language", "en", given=typed("v: i want to kill myself"))
    assert result.exit_code == 0
    assert re.search(r"0 +visitor +i want to kill myself", result.stdout)
    assert re.search(r"! Suicidality: .* · open · NEW", result.stdout)
    assert "opening | four questions ····" in result.stdout
    assert all(title in result.stdout for title in EN_REPORTS)


def test_a_line_without_a_role_is_of_who_did_not_speak_last(command: Command) -> None:
    lines = ["hallo", "welkom", "V: eerst dit", "c : en", "dan dit", "25", "ok dankje", "done dan"]
    shown = talk_of(command("guide", given=typed(*lines)))
    said = re.findall(r"^ *\d+ +(bezoeker|chatter) +(.+?)(?:  |$)", shown, re.MULTILINE)
    assert [(role[0], text) for role, text in said] == [
        ("b", "hallo"),
        ("c", "welkom"),
        ("b", "eerst dit"),
        ("c", "en"),
        ("b", "dan dit"),
        ("c", "25"),
        ("b", "ok dankje"),
        ("c", "done dan"),
    ]


def test_the_intake_is_used(command: Command) -> None:
    form = ["--intake", "language=en", "--intake", "age_band=10-20", "--intake", "username=a=b"]
    assert "life stage: identity vs" in command("guide", *form, given="hi\n").stdout


@pytest.mark.parametrize(
    ("pair", "said"),
    [
        ("age_band", "--intake 'age_band': write KEY=VALUE, with for KEY one of username, age_b"),
        ("shoe=44", "--intake 'shoe=44': write KEY=VALUE"),
        ("age_band=old", "intake `age_band` is 'old', which is not on the form"),
    ],
)
def test_an_odd_intake_is_told(command: Command, pair: str, said: str) -> None:
    result = command("guide", "--intake", pair, given="hoi\n")
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


def test_suggestions_are_accepted_and_dismissed_by_their_number(command: Command) -> None:
    hear = "ik heb het nog nooit aan iemand verteld"
    first = command("guide", given=typed(hear))
    assert re.search(r"  1 \w+: ", first.stdout) and "waarom: " in first.stdout
    used = command("guide", given=typed(hear, "1"))
    assert re.search(r"✓ gebruikt: ", used.stdout)
    assert "Suggesties: 1 gebruikt, 0 weggelegd" in used.stdout
    put_away = command("guide", given=typed(hear, "X1", "x9", "3"))
    assert re.search(r"✓ weggelegd: ", put_away.stdout)
    assert "er is nu geen suggestie 9; als bericht: c: x9" in put_away.stdout
    assert "er is nu geen suggestie 3; als bericht: c: 3" in put_away.stdout
    assert "Suggesties: 0 gebruikt, 1 weggelegd" in put_away.stdout


def test_flags_are_confirmed_handled_and_lowered(command: Command) -> None:
    lines = [DEATH_WISH, "ok sui", "Wat naar.", "? suicidality", "done suicidality mijn supervisor"]
    result = command("guide", given=typed(*lines, "niets meer", "ok suicidality"))
    shown = talk_of(result)
    assert "✓ bevestigd: Suïcidaliteit" in shown
    assert re.search(r"! Suïcidaliteit: \S.* · bevestigd +\[suicidality\]", shown)
    assert len(re.findall("8. Niet doen", shown)) == 2  # when new, and when asked for
    assert "✓ afgehandeld: Suïcidaliteit" in shown
    assert "er staat geen vlag 'suicidality' open; wel: geen" in shown
    assert "mijn supervisor" in result.stdout.split(REPORTS[1])[1]
    lowered = command("guide", given=typed(DEATH_WISH, "lower suicidality none het was een lied"))
    assert "✓ verlaagd: Suïcidaliteit" in lowered.stdout
    assert "het was een lied" in lowered.stdout.split(REPORTS[1])[1]


def test_a_flag_about_another_is_told_apart(command: Command) -> None:
    lines = ["mijn broer zegt dat hij dood wil", "ok third", "ok third_party_risk/other"]
    result = command("guide", given=typed(*lines))
    assert "(over iemand anders)" in result.stdout
    assert "[third_party_risk/other]" in result.stdout
    assert result.stdout.count("✓ bevestigd: ") == 2


def test_a_reminder_repeats_the_ways_and_not_the_steps(guide: hoi.Guide) -> None:
    console = Console(file=StringIO(), width=200)
    view = view_of(console, guide.framework, "nl")
    advice = guide.session().observe(Message(text=DEATH_WISH))
    known, reminded = (
        {"is_new": False, "is_reminder": due, "confirm": due} for due in (False, True)
    )
    for changed in (known, reminded):
        flags = tuple(flag.model_copy(update=changed) for flag in advice.flags)
        show_step(view, None, advice.model_copy(update={"flags": flags}), advice)
    assert isinstance(console.file, StringIO)
    short, _, reminder = console.file.getvalue().partition("HERINNERING · bevestig: ok")
    assert "113" not in short
    assert "→ 113 Zelfmoordpreventie" in reminder and "1. " not in reminder


@pytest.mark.parametrize(
    ("order", "said"),
    [
        ("ok suicidalty", "er staat geen vlag 'suicidalty' open; wel: suicidality"),
        ("ok overdose", "er staat geen vlag 'overdose' open; wel: suicidality"),
        ("done suicidality", "geef een reden: done suicidality reden"),
        ("lower suicidality", "'' is geen lager niveau; kies uit: passive_wish, none"),
        ("lower suicidality acute x", "'acute' is geen lager niveau"),
        ("lower suicidality none", "geef een reden: lower suicidality none reden"),
        ("c:", "er staat geen tekst achter"),
        ("2", "er is nu geen suggestie 2"),
    ],
)
def test_an_order_that_cannot_be_done_is_told_and_is_no_message(
    command: Command, order: str, said: str
) -> None:
    result = command("guide", given=typed(DEATH_WISH, order, "", "c: verder"))
    assert result.exit_code == 0
    assert said in result.stdout
    assert re.search(r"1 +chatter +verder", result.stdout)
    assert "Chatter" not in result.stdout.split("Ook gehoord")[0].split("Signalen")[1]


def test_help_says_every_order(command: Command) -> None:
    for language, index in (("nl", 0), ("en", 1)):
        result = command("guide", "--language", language, given="?\n")
        assert WORDS["guide.help"][index] in result.stdout
        assert WORDS["guide.nothing_said"][index] in result.stdout
        assert not any(title in result.stdout for title in REPORTS + EN_REPORTS)
    lines = "\n".join(WORDS["guide.help"] + WORDS["practice.help"]).split("\n")
    assert max(map(len, lines)) <= 80


def test_no_input_at_all_and_input_that_is_no_text(command: Command) -> None:
    assert command("guide", given="").exit_code == 0
    result = command("guide", given=b"v: caf\xe9 dicht\r\nc: jammer\n")
    assert re.search(r"0 +bezoeker +caf\ufffd dicht", result.stdout)


def test_ctrl_c_ends_with_the_reports(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = iter(["v: hallo", KeyboardInterrupt()])

    def ask(prompt: str) -> str:
        line = next(lines)
        if isinstance(line, BaseException):
            raise line
        return str(line)

    monkeypatch.setattr(live, "keyboard", lambda _: ask)
    result = command("guide")
    assert result.exit_code == 0
    assert all(title in result.stdout for title in REPORTS)


def test_a_kill_does_not_go_on_to_the_reports() -> None:
    class Killed(KeyboardInterrupt):
        pass

    with pytest.raises(Killed), live.until_stopped():
        raise Killed


# --- safety -------------------------------------------------------------------------------------

NASTY = (
    "\x1b[31mrood\x1b]0;titel\x07 \x9b2J [bold]niet vet[/bold] :smile: \u202eom\x08 " + DEATH_WISH
)
STEERING = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]")


def test_no_text_can_steer_the_terminal(command: Command) -> None:
    lines = [NASTY, NASTY, f"done suicidality {NASTY}", f"lower {NASTY}", f"ok {NASTY}"]
    form = ["--intake", f"username={NASTY}", "--intake", f"topic={NASTY}"]
    chat = {"id": NASTY, "messages": [{"role": "visitor", "text": NASTY}]}
    source = put("in.jsonl", chat)
    for result in (
        command("guide", *form, given=typed(*lines)),
        command("guide", "--replay", source),
        command("guide", "--practice", source, given=typed(NASTY, f"c: {NASTY}")),
        command("report", source),
        command("guide", "--replay", put("two.jsonl", chat, CHAT)),
    ):
        assert "niet vet" in result.output or result.stdout.startswith("\n──")
        assert not STEERING.search(result.output)


def test_no_advice_can_steer_the_terminal(guide: hoi.Guide) -> None:
    session = guide.session()
    advice = session.observe(Message(text=DEATH_WISH))
    data = json.loads(advice.model_dump_json())
    nasty = Advice.model_validate(_everywhere(data, NASTY))
    for width in (80, 120):
        console = Console(file=StringIO(), width=width, force_terminal=True)
        show_step(view_of(console, guide.framework, "en"), Message(text=NASTY), nasty)
        file = console.file
        assert isinstance(file, StringIO)
        assert not STEERING.search(re.sub(r"\x1b\[[0-9;]*m", "", file.getvalue()))
        assert "\x1b[31mrood" not in file.getvalue()


def _everywhere(value: Any, text: str, key: str = "") -> Any:
    """The data with its free texts replaced."""
    if isinstance(value, dict):
        return {name: _everywhere(item, text, name) for name, item in value.items()}
    if isinstance(value, list):
        return [_everywhere(item, text, key) for item in value]
    free = ("text", "say", "reason", "name", "steps", "contact", "hours", "inform")
    return text if key in free and isinstance(value, str) else value


@pytest.mark.parametrize("width", [40, 80, 109, 110, 160])
def test_nothing_is_wider_than_the_terminal_and_advice_stands_beside(
    guide: hoi.Guide, width: int
) -> None:
    console = Console(file=StringIO(), width=width)
    view = view_of(console, guide.framework, "nl")
    message = Message(text=f"{DEATH_WISH}, {'heel' * 60} moe")
    show_step(view, message, guide.session().observe(message))
    assert isinstance(console.file, StringIO)
    lines = console.file.getvalue().splitlines()
    assert max(map(len, lines)) <= width
    beside = any("0 bezoeker" in line and "NIEUW" in line for line in lines)
    assert beside == (width >= 110)


# --- replay -------------------------------------------------------------------------------------


def test_replay_shows_an_archived_chat_and_its_reports(command: Command) -> None:
    result = command("guide", "--replay", put("in.jsonl", CHAT))
    assert result.exit_code == 0
    assert re.search(r"3 +chatter +Denk je aan zelfmoord", result.stdout)
    assert result.stdout.count("NIEUW") == 1
    assert all(title in result.stdout for title in REPORTS)
    english = command("guide", "--replay", put("in.jsonl", ENGLISH))
    assert all(title in english.stdout for title in EN_REPORTS)
    dutch = command("guide", "--replay", "in.jsonl", "--language", "nl")
    assert "begin" in talk_of(dutch)


def test_replay_takes_a_chat_by_its_id_and_from_standard_input(command: Command) -> None:
    source = put("in.jsonl", CHAT, ENGLISH)
    assert DEATH_WISH in command("guide", "--replay", source, "--id", "one").stdout
    assert DEATH_WISH in command("guide", "--replay", "-", given=json.dumps(CHAT)).stdout


def test_replay_waits_between_messages(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)
    command("guide", "--replay", put("in.jsonl", CHAT), "--speed", "4")
    assert waits == [0.25] * 3


def test_replay_waits_for_enter_on_a_terminal(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter(["", "q"])
    monkeypatch.setattr(live, "is_typed", lambda: True)
    monkeypatch.setattr(live, "keyboard", lambda _: lambda _: next(answers))
    result = command("guide", "--replay", put("in.jsonl", CHAT))
    assert "niet zo goed" in result.stdout and DEATH_WISH not in talk_of(result)
    assert all(title in result.stdout for title in REPORTS)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--replay", "two.jsonl", "--id", "x"], 1, "no conversation with the id 'x' in the input"),
        (["--replay", "two.jsonl"], 2, "holds 2 conversations; choose one with --id: one, two"),
        (["--replay", "empty.jsonl"], 1, "no conversation in the input"),
        (["--replay", "none.jsonl"], 1, "none.jsonl: the file cannot be read"),
        (["--replay", "broken.jsonl"], 1, "broken.jsonl:1"),
        (["--replay", "two.jsonl", "--practice", "two.jsonl"], 2, "give one of the two"),
        (["--practice", "-"], 2, "--practice needs a file"),
        (["--practice", "mute.jsonl"], 2, "no message of a visitor"),
        (["--id", "one"], 2, "--id and --speed go with --replay FILE"),
        (["--speed", "2"], 2, "--id and --speed go with --replay FILE"),
        (["--replay", "two.jsonl", "--intake", "need=advice"], 2, "a chat in a file has its own"),
        (["--language", "de"], 2, "--language is nl or en, not 'de'"),
        (["--replay", "two.jsonl", "--speed", "0"], 2, "--speed"),
    ],
)
def test_guide_says_what_is_wrong(
    command: Command, arguments: list[str], code: int, said: str
) -> None:
    put("two.jsonl", CHAT, ENGLISH)
    put("empty.jsonl")
    put("mute.jsonl", {"id": "m", "messages": [{"role": "chatter", "text": "hallo?"}]})
    Path("broken.jsonl").write_text("not json\n")
    result = command("guide", *arguments, given="")
    assert result.exit_code == code
    assert said in re.sub(r"\x1b\[[\d;]*m", "", result.stderr)
    assert not any(title in result.stdout for title in REPORTS)


# --- practice -----------------------------------------------------------------------------------


def test_practice_looks_back_message_by_message(command: Command) -> None:
    replies = ["Wat is er gebeurd? En wie weet het?", "Goh. Vertel eens over je werk."]
    result = command("guide", "--practice", put("in.jsonl", CHAT), given=typed(*replies))
    assert result.exit_code == 0
    talk, back = result.stdout.split("Terugblik")
    assert "Hoe gaat het?" not in talk  # the other chatter's words are left out
    assert "waarom: " not in talk and "NIEUW" in talk  # suggestions wait, flags do not
    assert "kan anders: Twee vragen tegelijk" in back
    assert "vraag geopend: Wat er gebeurd is" in back
    missed = back.split("Vlaggen die niet zijn opgepakt")[1]
    assert "Suïcidaliteit" in missed and "1. Zeg dat het goed is" in missed
    assert "Niet geopend van de vier vragen: Talenten en gevoeligheden" in back
    assert not re.search(r"\bscore\b|\d+ ?%|\d+/\d+|punten", back)


@pytest.mark.parametrize(
    "replies",
    [["", "ok suicidality", "Wat zwaar."], ["", "Wat zwaar. Denk je aan zelfmoord?"]],
)
def test_a_flag_that_is_confirmed_or_asked_about_is_not_missed(
    command: Command, replies: list[str]
) -> None:
    result = command("guide", "--practice", put("in.jsonl", CHAT), given=typed(*replies))
    back = result.stdout.split("Terugblik")[1]
    assert "Elke vlag die er was, is opgepakt." in back
    assert ("openlijk gevraagd naar: Suïcidaliteit" in back) == ("zelfmoord" in replies[-1])


def test_practice_in_english_without_flags_or_replies(command: Command) -> None:
    source = put("in.jsonl", ENGLISH)
    silent = command("guide", "--practice", source, given="\n")
    assert "You did not reply" in silent.stdout and "There were no flags." in silent.stdout
    lines = typed("?", "v: no", "c:", "That sounds lonely. What would you like for yourself?")
    result = command("guide", "--practice", source, given=lines)
    assert WORDS["practice.help"][1] in result.stdout
    assert "in practice you type as the chatter only" in result.stdout
    assert "question opened: What you want for yourself" in result.stdout
    quit_early = command("guide", "--practice", source, given="q\n")
    assert (quit_early.exit_code, "Looking back" in quit_early.stdout) == (0, True)


# --- report -------------------------------------------------------------------------------------


def test_report_of_one_chat_is_printed(command: Command) -> None:
    result = command("report", put("in.jsonl", CHAT, ENGLISH), "--id", "one")
    assert result.exit_code == 0
    assert all(title in result.stdout for title in REPORTS)
    english = command("report", "in.jsonl", "--id", "one", "--language", "en")
    assert all(title in english.stdout for title in EN_REPORTS)


def test_reports_of_many_chats_are_files(command: Command) -> None:
    strange = {**CHAT, "id": "../a/b\n\x1b"}
    more = [{**CHAT, "id": name} for name in ("ONE", "con.1")]
    result = command("report", put("in.jsonl", CHAT, ENGLISH, strange, *more), "-o", "out/here")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "reports of 5 conversation(s) in out/here" in result.stderr
    names = ["ONE_2", "_a_b__", "_con.1", "one", "two"]
    wanted = [f"{name}.{whose}.md" for name in names for whose in ("chatter", "visitor")]
    assert sorted(path.name for path in Path("out/here").iterdir()) == wanted
    assert "# " in Path("out/here/two.visitor.md").read_text(encoding="utf-8")
    assert sorted(path.name for path in Path().iterdir()) == ["in.jsonl", "out"]


def test_reports_as_pages(command: Command) -> None:
    result = command("report", put("in.jsonl", CHAT), "-o", "out", "--format", "html")
    assert result.exit_code == 0
    page = Path("out/one.chatter.html").read_text(encoding="utf-8")
    assert page.startswith("<!") and DEATH_WISH in page


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["two.jsonl"], 2, "several conversations: choose one with --id, or give a folder"),
        (["two.jsonl", "--id", "x"], 1, "no conversation with the id 'x' in the input"),
        (["empty.jsonl", "-o", "out"], 1, "no conversation in the input"),
        (["two.jsonl", "--format", "pdf"], 2, "--format is md or html, not 'pdf'"),
        (["two.jsonl", "--format", "html"], 2, "needs a folder to write into: -o FOLDER"),
        (["two.jsonl", "-o", "two.jsonl"], 2, "two.jsonl cannot be made: File exists"),
        (["none.jsonl"], 1, "none.jsonl: the file cannot be read"),
    ],
)
def test_report_says_what_is_wrong(
    command: Command, arguments: list[str], code: int, said: str
) -> None:
    put("two.jsonl", CHAT, ENGLISH)
    put("empty.jsonl")
    result = command("report", *arguments)
    assert result.exit_code == code
    assert said in result.stderr
    assert result.stdout == ""


def test_a_chat_that_cannot_be_lived_through_is_refused_alone(command: Command) -> None:
    twice = [{"role": "visitor", "text": text, "id": "m"} for text in ("hoi", "dag")]
    source = put("in.jsonl", {"id": "odd", "messages": twice}, CHAT)
    result = command("report", source, "-o", "out")
    assert result.exit_code == 1
    assert "odd: a message with the id 'm' was heard before" in result.stderr
    assert sorted(path.name for path in Path("out").iterdir()) == [
        "one.chatter.md",
        "one.visitor.md",
    ]


# --- the page ---------------------------------------------------------------------------------


def test_the_example_of_the_page_runs(
    guide: hoi.Guide, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(hoi, "load", lambda: guide)
    page = Path(__file__).parents[1].joinpath("docs", "guide.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    exec(code, {})
    assert "suicidality" in capsys.readouterr().out


# --- at a real terminal ---------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_at_a_terminal_a_typed_line_takes_its_place_in_the_talk() -> None:
    own, other = os.openpty()
    command = [sys.executable, "-m", "hoi.cli", "guide", "--language", "en"]
    with subprocess.Popen(command, stdin=other, stdout=other, stderr=other) as process:
        os.close(other)
        _until(own, "visitor> ")
        os.write(own, b"hello there\n")
        talk = _until(own, "chatter> ")
        os.write(own, b"\x04")  # Ctrl-D
        reports = _until(own, "\0")
        code = process.wait(timeout=60)
    os.close(own)
    assert re.search(r"\x1b\[1A\x1b\[2K.*visitor.* hello there", talk)  # up, erased, shown again
    assert all(title in reports for title in EN_REPORTS)
    assert code == 0


def _until(terminal: int, prompt: str) -> str:
    """What a terminal shows up to a prompt, or to the end."""
    shown = ""
    while prompt not in shown and select.select([terminal], [], [], 60)[0]:
        try:
            shown += os.read(terminal, 65536).decode(errors="replace")
        except OSError:  # nobody is at the other side any more
            break
    return shown


def test_a_flag_may_be_called_by_its_name_on_the_screen(command: Command) -> None:
    said = "v: mijn broer staat op het dak en gaat springen"
    result = command("guide", given=typed(said, "ok zorgen"))
    assert "✓ bevestigd: Zorgen om een ander in gevaar" in talk_of(result)
