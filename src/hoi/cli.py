"""The command line: thin; everything it does, the library does."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import wraps
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from hoi.errors import FrameworkError, HoiError, UnknownIdError

# The engine and rich are imported inside the commands: `hoi --help` answers at once.

app = typer.Typer(
    help="Guidance for recovery-oriented mental-health chat: what was heard, what must not be "
    "carried alone, what was not asked. Suggests and explains; never sends, diagnoses or scores.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Frameworks = Annotated[
    Path | None, typer.Option("--frameworks", help="Your own framework folder.", metavar="FOLDER")
]
Words = Annotated[str | None, typer.Option("--language", help="nl or en, for the words around it.")]
Inputs = Annotated[
    list[str], typer.Argument(help="Files, folders, or - for standard input.", metavar="INPUT...")
]

IDS_SHOWN = 20


class _Terminated(KeyboardInterrupt):
    """An ordinary `kill`: treated as Ctrl-C is, so that only whole lines are left behind."""


def main() -> None:
    """Run the command line; the entry point of `hoi`."""
    signal.signal(signal.SIGTERM, _terminate)
    try:
        try:
            app()
        finally:
            sys.stdout.flush()
    except KeyboardInterrupt as stopped:
        _stop_early(stopped)
    except BrokenPipeError:
        _let_go_of_output()
        sys.exit(1)
    except OSError as error:
        _let_go_of_output()
        _stop(f"standard output cannot be written: {error.strerror or error}")


def _terminate(*_: object) -> NoReturn:
    raise _Terminated


def _let_go_of_output() -> None:
    # Python would complain when it flushes at exit what can no longer be written.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _stop_early(stopped: KeyboardInterrupt) -> NoReturn:
    code = 143 if isinstance(stopped, _Terminated) else 130  # as shells have it: 128 + signal
    # Python's own clearing up of the workers may stumble over a pipe that is closed already.
    sys.unraisablehook = lambda _: None
    _stop("stopped; nothing that looks finished was left behind", code)


def _stop(message: str, code: int = 2) -> NoReturn:
    sys.stderr.write(f"hoi: {message}\n")
    sys.exit(code)


def _told(command: Callable[..., Any]) -> Callable[..., Any]:
    """Errors of hoi become one message and an exit code, never a traceback."""

    @wraps(command)
    def run(*args: Any, **options: Any) -> Any:
        try:
            return command(*args, **options)
        except FrameworkError as error:
            _console(stderr=True).print("[bold red]The framework files hold mistakes.[/]")
            _show_problems(error.problems)
            sys.exit(2)
        except HoiError as error:
            _stop(str(error))
        except KeyboardInterrupt as stopped:
            _stop_early(stopped)

    return run


def _check_language(language: str | None) -> None:
    if language not in (None, "nl", "en"):
        _stop(f"--language is nl or en, not '{language}'")


def _console(*, stderr: bool = False) -> Any:
    from rich.console import Console

    return Console(stderr=stderr, highlight=False)


def _show_problems(problems: Any) -> None:
    from hoi.terminal import show_problems

    show_problems(_console(stderr=True), problems)


@app.command()
@_told
def tag(
    inputs: Inputs,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Where to write; standard output if none.")
    ] = None,
    form: Annotated[
        str, typer.Option("--format", help="jsonl (the contract) or csv (one row a conversation).")
    ] = "jsonl",
    workers: Annotated[int, typer.Option(min=1, help="Processes to use.")] = 1,
    id_column: Annotated[str | None, typer.Option(help="CSV: the conversation's id.")] = None,
    role_column: Annotated[str | None, typer.Option(help="CSV: who typed.")] = None,
    text_column: Annotated[str | None, typer.Option(help="CSV: the text.")] = None,
    at_column: Annotated[str | None, typer.Option(help="CSV: the time.")] = None,
    language_column: Annotated[str | None, typer.Option(help="CSV: the language.")] = None,
    visitor: Annotated[
        list[str] | None,
        typer.Option(metavar="VALUE", help="A role that means the visitor; may be repeated."),
    ] = None,
    chatter: Annotated[
        list[str] | None,
        typer.Option(metavar="VALUE", help="A role that means the chatter; may be repeated."),
    ] = None,
    frameworks: Frameworks = None,
) -> None:
    """Tag conversations: topics, flags, questions, CHIME-D, life stage, with the words behind it.

    Exit code 1 if any row was refused; refused rows go to OUT.rejects.jsonl with the reason.
    """
    from hoi.model.given import roles_named
    from hoi.research.formats import Columns, read_rows
    from hoi.research.run import tag_to

    if form not in ("jsonl", "csv"):
        _stop(f"--format is jsonl or csv, not '{form}'")
    columns = Columns(
        id=id_column, role=role_column, text=text_column, at=at_column, language=language_column
    )
    summary = tag_to(
        read_rows(inputs, columns, roles_named(visitor or (), chatter or ())),
        output,
        form="csv" if form == "csv" else "jsonl",
        workers=workers,
        frameworks=str(frameworks) if frameworks else None,
        inputs=inputs,
    )
    sys.exit(1 if summary.refused else 0)


@app.command()
@_told
def show(
    inputs: Annotated[
        list[str], typer.Argument(help="Files with conversations.", metavar="FILE...")
    ],
    id: Annotated[str | None, typer.Option("--id", help="Only this conversation.")] = None,
    language: Words = None,
    frameworks: Frameworks = None,
) -> None:
    """Print conversations with what was heard in them, marked in the text."""
    from hoi.guidance.guide import load
    from hoi.research.formats import read_rows
    from hoi.terminal import show_conversation, show_legend

    _check_language(language)
    guide, console = load(frameworks), _console()
    refused = shown = 0
    languages: set[str | None] = set()
    for row in read_rows(inputs):
        for warning in row.warnings:
            sys.stderr.write(f"hoi: {warning}\n")
        if row.conversation is None:
            refused += 1
            sys.stderr.write(f"hoi: {row.error}\n")
        elif id in (None, row.conversation.id):
            shown += 1
            tagged = guide.tag(row.conversation)
            languages.add(language or tagged.language)
            show_conversation(console, row.conversation, tagged, guide.framework, language)
            console.print()
    if shown:
        show_legend(console, languages.pop() if len(languages) == 1 else None)
    if id is not None and not shown:
        _stop(f"no conversation with the id '{id}' in the input", 1)
    sys.exit(1 if refused else 0)


@app.command()
@_told
def guide(
    intake: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KEY=VALUE", help="The form before the chat: age_band=21-30, need=advice ..."
        ),
    ] = None,
    replay: Annotated[
        str | None, typer.Option(help="Show an archived chat with its advice.", metavar="FILE")
    ] = None,
    practice: Annotated[
        str | None, typer.Option(help="Reply to the visitor of a chat.", metavar="FILE")
    ] = None,
    id: Annotated[str | None, typer.Option("--id", help="This conversation of FILE.")] = None,
    speed: Annotated[
        float | None,
        typer.Option(min=0.01, help="Messages a second in --replay, instead of Enter."),
    ] = None,
    language: Words = None,
    frameworks: Frameworks = None,
) -> None:
    """Type a talk, or replay one, and see the advice after each message; ends with the reports.

    With --practice, the visitor's messages of a chat come one by one and you type the replies; the
    end looks back on how the method was held, message by message.
    """
    from hoi.guidance.guide import load
    from hoi.terminal import live

    _check_language(language)
    if replay and practice:
        _stop("--replay and --practice: give one of the two")
    if practice == "-":
        _stop("--practice needs a file: your replies come from standard input")
    source = replay or practice
    if source is None and (id is not None or speed is not None):
        _stop("--id and --speed go with --replay FILE or --practice FILE")
    if source and intake:
        _stop("--intake is for a talk that you type; a chat in a file has its own")
    if source is None:
        live.type_along(live.open_talk(_console(), load(frameworks), _form(intake), language))
        return
    chat = _one_of(source, id)
    session = live.open_archived(_console(), load(frameworks), chat, language)
    if practice:
        live.practise(session, chat.messages)
    else:
        live.replay(session, chat.messages, speed)


def _form(pairs: Sequence[str] | None) -> dict[str, str]:
    """The form that `KEY=VALUE`s fill in."""
    from hoi.model.conversation import Intake

    for pair in pairs or ():
        if "=" not in pair or pair.partition("=")[0] not in Intake.model_fields:
            keys = ", ".join(Intake.model_fields)
            _stop(f"--intake '{pair}': write KEY=VALUE, with for KEY one of {keys}")
    return {key: value for key, _, value in (pair.partition("=") for pair in pairs or ())}


def _one_of(source: str, id: str | None) -> Any:
    """The conversation with this id, or the only one in a file."""
    from hoi.terminal.words import line_of

    found = {chat.id: chat for chat in _chats([source], []) if id in (None, chat.id)}
    if not found:
        which = f" with the id '{id}'" if id is not None else ""
        _stop(f"no conversation{which} in the input", 1)
    if len(found) > 1:
        names = ", ".join(map(line_of, list(found)[:IDS_SHOWN])) + (
            " ..." if len(found) > IDS_SHOWN else ""
        )
        _stop(f"{source} holds {len(found)} conversations; choose one with --id: {names}")
    return next(iter(found.values()))


def _chats(inputs: Sequence[str], refused: list[str]) -> Iterator[Any]:
    """The conversations in files; what was odd or `refused` is told on standard error."""
    from hoi.research.formats import read_rows

    for row in read_rows(inputs):
        for warning in row.warnings:
            sys.stderr.write(f"hoi: {warning}\n")
        if row.conversation is not None:
            yield row.conversation
        else:
            refused.append(str(row.error))
            sys.stderr.write(f"hoi: {row.error}\n")


@app.command()
@_told
def report(
    inputs: Annotated[
        list[str], typer.Argument(help="Files with conversations.", metavar="FILE...")
    ],
    id: Annotated[str | None, typer.Option("--id", help="Only this conversation.")] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="The folder to write into.", metavar="FOLDER"),
    ] = None,
    form: Annotated[str, typer.Option("--format", help="md or html.")] = "md",
    language: Words = None,
    frameworks: Frameworks = None,
) -> None:
    """Make the reports of archived chats: for the visitor, and for the chatter to check.

    One chat is printed if no folder is given; of several, ID.visitor.md and ID.chatter.md are
    written for each. Exit code 1 if any row was refused.
    """
    from hoi.guidance.guide import load
    from hoi.terminal.reports import print_reports, write_reports

    _check_language(language)
    if form not in ("md", "html"):
        _stop(f"--format is md or html, not '{form}'")
    if form == "html" and output is None:
        _stop("--format html needs a folder to write into: -o FOLDER")
    refused: list[str] = []
    chats = (chat for chat in _chats(inputs, refused) if id in (None, chat.id))
    if output is None:
        two = list(islice(chats, 2))
        if len(two) > 1:
            _stop("several conversations: choose one with --id, or give a folder with -o FOLDER")
        made = print_reports(_console(), load(frameworks), two, language)
    else:
        made = write_reports(output, load(frameworks), chats, form, language, refused)
        sys.stderr.write(f"hoi: reports of {made} conversation(s) in {output}\n")
    if not made:
        which = f" with the id '{id}'" if id is not None else ""
        _stop(f"no conversation{which} in the input", 1)
    sys.exit(1 if refused else 0)


@app.command()
@_told
def check(
    folder: Annotated[
        Path | None, typer.Argument(help="Your framework folder; the shipped one if none.")
    ] = None,
) -> None:
    """Check framework files: shape, references, and all examples of rules and scorecards."""
    from hoi.model.method import Rule, Scorecard
    from hoi.reading.compiled import compile_folder
    from hoi.reading.proof import prove

    framework, reader, told = compile_folder(folder)
    problems = list(told)
    if framework is not None and reader is not None:
        problems += prove(framework, reader)
    if problems:
        _show_problems(problems)
    errors = sum(problem.severity == "error" for problem in problems)
    if framework is not None:
        sayings = sum(len(rule.says) for rule in framework.rules)
        proven: tuple[Rule | Scorecard, ...] = (*framework.rules, *framework.scorecards)
        examples = sum(len(item.match) + len(item.no_match) for item in proven)
        sys.stdout.write(
            f"{len(framework.rules)} rules, {sayings} sayings, {len(framework.scorecards)} "
            f"scorecards, {examples} examples: "
            f"{errors} error(s), {len(problems) - errors} warning(s)\n"
        )
    sys.exit(1 if errors else 0)


@app.command("try")
@_told
def try_(
    text: Annotated[
        str,
        typer.Argument(
            metavar="TEXT", help="What someone types; messages sent in a row are parted by ' // '."
        ),
    ],
    after: Annotated[str, typer.Option(help="The chatter's question before it.")] = "",
    by: Annotated[str, typer.Option(help="visitor or chatter.")] = "visitor",
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
    language: Words = None,
    frameworks: Frameworks = None,
) -> None:
    """Show step by step what is read in a text and why, and which rules nearly fired.

    The text is read like an example of a rule: `>> ` parts a question from its answer.
    """
    from hoi.framework.load import load_framework
    from hoi.guidance.guide import Guide
    from hoi.model.conversation import Conversation
    from hoi.reading.proof import ANSWER, messages_of
    from hoi.reading.trace import Tracer
    from hoi.terminal import show_trace

    _check_language(language)
    if by not in ("visitor", "chatter"):
        _stop(f"--by is visitor or chatter, not '{by}'")
    framework = load_framework(frameworks)
    tracer = Tracer(framework)
    messages = messages_of(f"{after} {ANSWER}{text}" if after else text, by)
    trace = tracer.trace(messages)
    tagged = Guide(framework, tracer).tag(Conversation(id="try", messages=tuple(messages)))
    if as_json:
        result = tagged.model_dump(mode="json", include={"flags", "topics", "frameworks", "hoi"})
        record = {**trace.model_dump(mode="json"), **result}
        sys.stdout.write(json.dumps(record, indent=1, ensure_ascii=False) + "\n")
        return
    show_trace(_console(), trace, tagged, framework.escalation.grading, language)


@app.command()
@_told
def explain(
    name: Annotated[
        str,
        typer.Argument(
            metavar="ID", help="Such as nl.medication_question.stop_asked or flag/suicidality."
        ),
    ],
    language: Words = None,
    frameworks: Frameworks = None,
) -> None:
    """Show a rule, cue, concept, scorecard, flag, level or topic, with source and status."""
    from hoi.framework.load import load_framework
    from hoi.framework.lookup import lookup, rules_of
    from hoi.terminal import show_item

    _check_language(language)
    framework = load_framework(frameworks)
    try:
        items = lookup(framework, name)
    except UnknownIdError as error:
        _stop(str(error), 1)
    for item in items:
        show_item(_console(), item, framework, rules_of(framework, item), language)


@app.command()
@_told
def schema(
    what: Annotated[str, typer.Argument(help="tagged or conversation.")] = "tagged",
) -> None:
    """Print the JSON Schema of what comes out, or of what goes in."""
    from hoi.model.conversation import Conversation
    from hoi.model.tagged import TaggedConversation

    models: dict[str, Any] = {"tagged": TaggedConversation, "conversation": Conversation}
    if what not in models:
        _stop(f"schema of what? {' or '.join(models)}, not '{what}'")
    mode: Any = "serialization" if what == "tagged" else "validation"
    text = json.dumps(models[what].model_json_schema(mode=mode), indent=2, ensure_ascii=False)
    sys.stdout.write(f"{text}\n")


@app.command()
@_told
def evaluate(
    inputs: Annotated[
        list[str],
        typer.Argument(help="Labelled messages, whole chats, ordinary lines.", metavar="DATA..."),
    ],
    by: Annotated[
        str, typer.Option(help="Also by these fields: trap,level,topic,kind,file ...")
    ] = "",
    misses: Annotated[
        int, typer.Option(min=0, help="Print up to so many misses and false alarms of each sort.")
    ] = 0,
    md: Annotated[Path | None, typer.Option(help="Write the report as Markdown.")] = None,
    as_json: Annotated[Path | None, typer.Option("--json", help="Write it as JSON.")] = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes to use.")] = 1,
    frameworks: Frameworks = None,
) -> None:
    """Score hoi on labelled data: recall, precision, F1 with intervals, beside a baseline.

    Exit code 1 if any row was refused. Only --misses shows text; the reports hold none.
    """
    from rich.progress import track

    from hoi.guidance.guide import load
    from hoi.research.batch import tag_rows
    from hoi.research.evaluate import evaluate as judge
    from hoi.research.formats import read_rows
    from hoi.research.misses import misses as mistakes
    from hoi.research.report import make_report, save, show, show_misses
    from hoi.research.tables import unknown_fields

    folder = str(frameworks) if frameworks else None
    guide = load(frameworks)
    topics = [topic.id for topic in guide.framework.topics.topics]
    outcomes = track(
        tag_rows(read_rows(inputs), folder, workers),
        "reading",
        console=_console(stderr=True),
        disable=not sys.stderr.isatty(),
    )
    evaluation = judge(outcomes, topics, guide)
    _tell(evaluation.warnings, evaluation.refused)
    fields = [name.strip() for name in by.split(",") if name.strip()]
    for field in unknown_fields(evaluation.cases, fields):
        sys.stderr.write(f"hoi: --by {field}: no row has that field\n")
    report = make_report(evaluation, fields)
    save(report, md, as_json)
    show(_console(), report)
    if misses:
        show_misses(_console(), mistakes(evaluation.cases, misses))
    sys.exit(1 if evaluation.refused else 0)


@app.command()
@_told
def fit(
    language: Annotated[str, typer.Option(help="nl or en; messages of the other are left out.")],
    out: Annotated[Path, typer.Option(help="The framework folder to write cards into.")],
    examples: Annotated[
        list[str],
        typer.Option(help="Invented messages: some become the examples of the cards, to be seen."),
    ],
    data: Annotated[
        list[str] | None,
        typer.Argument(help="More labelled messages, and ordinary lines.", metavar="DATA..."),
    ] = None,
    limits: Annotated[
        list[str] | None, typer.Option(help="Labelled messages on which the tiers are set.")
    ] = None,
    only: Annotated[str, typer.Option(help="Only cards whose name begins so.")] = "",
    source: Annotated[str, typer.Option(help="What the cards' `source` says.")] = "`hoi fit`:",
    frameworks: Frameworks = None,
) -> None:
    """Fit scorecards on labelled messages and write them as YAML (needs the extra `research`).

    Messages have the form of `hoi evaluate`. Only words and pairs of words that occur in several
    messages, and the examples, are written. Exit code 1 if any row was refused.
    """
    from rich.progress import track

    from hoi.framework.load import load_framework

    try:
        from hoi.research.fit import fit as fit_card
        from hoi.research.fit import read_signs, rows_of, targets, write_cards
    except ModuleNotFoundError as missing:
        _stop(f"fitting needs {missing.name}: pip install 'hoi-guide[research]'")

    framework = load_framework(frameworks)
    rows, refused = rows_of(data or [], limits or [], examples)
    signs = read_signs(framework, language, [r for r in rows if r["language"] in (None, language)])
    wanted = [t for t in targets(t.id for t in framework.topics.topics) if t.name.startswith(only)]
    cards = []
    for target in track(wanted, "fitting", console=_console(stderr=True)):
        card = fit_card(signs, target)
        if card is not None and card.is_proven:
            cards.append(card)
        else:
            why = "examples both ways" if card else "messages that hold it"
            sys.stderr.write(f"hoi: no card {target.name}: too few {why}\n")
    for path in write_cards(out, language, cards, source):
        sys.stderr.write(f"hoi: wrote {path}\n")
    for error in refused:
        sys.stderr.write(f"hoi: {error}\n")
    sys.exit(1 if refused else 0)


@app.command()
@_told
def diff(
    old: Annotated[str, typer.Argument(help="A folder of frameworks.", metavar="OLD")],
    new: Annotated[str, typer.Argument(help="The same, changed.", metavar="NEW")],
    corpus: Annotated[
        list[str],
        typer.Argument(help="Files, folders, or - for standard input.", metavar="CORPUS..."),
    ],
    only: Annotated[str | None, typer.Option(help="Only this flag or topic.", metavar="ID")] = None,
    at_most: Annotated[int, typer.Option(min=0, help="Show up to so many messages.")] = 50,
    workers: Annotated[int, typer.Option(min=1, help="Processes to use.")] = 1,
) -> None:
    """Show what a changed set of rules does to a corpus: what is gained, lost and changed.

    Exit code 0 whether anything differs or not; 1 if any row was refused.
    """
    from rich.progress import track

    from hoi.research.diff import diff as compare
    from hoi.research.formats import read_rows
    from hoi.terminal import show_diff

    rows = track(
        read_rows(corpus),
        "reading",
        console=_console(stderr=True),
        disable=not sys.stderr.isatty(),
    )
    about = only.rpartition("/")[2] if only else None
    difference = compare(rows, old, new, about, workers)
    _tell(difference.warnings, difference.refused)
    show_diff(_console(), difference, at_most)
    sys.exit(1 if difference.refused else 0)


def _tell(warnings: Sequence[str], refused: Sequence[HoiError | str]) -> None:
    """What was odd (the first few) and what was left out (all of it), on standard error."""
    from hoi.research.run import WARNINGS_SHOWN

    for warning in warnings[:WARNINGS_SHOWN]:
        sys.stderr.write(f"hoi: {warning}\n")
    if len(warnings) > WARNINGS_SHOWN:
        sys.stderr.write(f"hoi: and {len(warnings) - WARNINGS_SHOWN} more warnings\n")
    for error in refused:
        sys.stderr.write(f"hoi: refused: {error}\n")


@app.command()
def version() -> None:
    """Print the version."""
    from hoi.guidance.guide import VERSION

    sys.stdout.write(f"{VERSION}\n")


if __name__ == "__main__":
    main()
