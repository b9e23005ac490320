"""The command line: thin; everything it does, the library does."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from hoi.errors import FrameworkError, HoiError

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
Inputs = Annotated[
    list[str], typer.Argument(help="Files, folders, or - for standard input.", metavar="INPUT...")
]


def main() -> None:
    """Run the command line; the entry point of `hoi`."""
    try:
        app()
    except KeyboardInterrupt:
        _stop("stopped; nothing that looks finished was left behind", 130)
    except BrokenPipeError:
        # The reader of our output went away; Python would complain when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


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
        except KeyboardInterrupt:
            _stop("stopped; nothing that looks finished was left behind", 130)

    return run


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
    frameworks: Frameworks = None,
) -> None:
    """Tag conversations: topics, flags, questions, CHIME-D, life stage, with the words behind it.

    Exit code 1 if any row was refused; refused rows go to OUT.rejects.jsonl with the reason.
    """
    from hoi.research.formats import Columns, read_rows
    from hoi.research.run import tag_to

    if form not in ("jsonl", "csv"):
        _stop(f"--format is jsonl or csv, not '{form}'")
    columns = Columns(
        id=id_column, role=role_column, text=text_column, at=at_column, language=language_column
    )
    summary = tag_to(
        read_rows(inputs, columns),
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
    language: Annotated[str | None, typer.Option(help="nl or en, for the words around it.")] = None,
    frameworks: Frameworks = None,
) -> None:
    """Print conversations with what was heard in them, marked in the text."""
    from hoi.guidance.guide import load
    from hoi.research.formats import read_rows
    from hoi.terminal import show_conversation

    if language not in (None, "nl", "en"):
        _stop(f"--language is nl or en, not '{language}'")
    guide, console = load(frameworks), _console()
    refused = shown = 0
    for row in read_rows(inputs):
        for warning in row.warnings:
            sys.stderr.write(f"hoi: {warning}\n")
        if row.conversation is None:
            refused += 1
            sys.stderr.write(f"hoi: {row.error}\n")
        elif id in (None, row.conversation.id):
            shown += 1
            tagged = guide.tag(row.conversation)
            show_conversation(console, row.conversation, tagged, guide.framework, language)
    if id is not None and not shown:
        _stop(f"no conversation with the id '{id}' in the input", 1)
    sys.exit(1 if refused else 0)


@app.command()
@_told
def check(
    folder: Annotated[
        Path | None, typer.Argument(help="Your framework folder; the shipped one if none.")
    ] = None,
) -> None:
    """Check framework files: shape, references, and every rule's own examples."""
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
        examples = sum(len(rule.match) + len(rule.no_match) for rule in framework.rules)
        sys.stdout.write(
            f"{len(framework.rules)} rules, {sayings} sayings, {examples} examples: "
            f"{errors} error(s), {len(problems) - errors} warning(s)\n"
        )
    sys.exit(1 if errors else 0)


@app.command()
@_told
def explain(
    rule_id: Annotated[
        str, typer.Argument(metavar="RULE_ID", help="Such as nl.medication_question.stop_asked.")
    ],
    frameworks: Frameworks = None,
) -> None:
    """Show a rule: what it says, its examples, its source and status."""
    from difflib import get_close_matches

    from hoi.framework.load import load_framework
    from hoi.terminal import show_cue, show_rule

    framework = load_framework(frameworks)
    rules = {rule.id: rule for rule in framework.rules}
    cues = {cue.id: cue for cue in framework.cues}
    if rule_id in rules:
        show_rule(_console(), rules[rule_id])
    elif rule_id in cues:
        show_cue(_console(), cues[rule_id])
    else:
        near = [name for name in (*rules, *cues) if rule_id in name][:8]
        near = near or get_close_matches(rule_id, [*rules, *cues], 5)
        hint = f"; near it: {', '.join(near)}" if near else ""
        _stop(f"no rule or cue '{rule_id}'{hint}", 1)


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
    files: Annotated[list[Path], typer.Argument(help="Labelled messages (JSON lines).")],
    as_json: Annotated[bool, typer.Option("--json", help="The figures as JSON.")] = False,
    frameworks: Frameworks = None,
) -> None:
    """Score the reader on labelled messages: recall, precision and F1 per flag, level and topic."""
    from hoi.guidance.guide import load
    from hoi.research.evaluate import as_record, read_labelled
    from hoi.research.evaluate import evaluate as score
    from hoi.terminal import show_scores

    for file in files:
        if not file.is_file():
            _stop(f"{file} is no file", 1)
    guide = load(frameworks)
    scores = score(guide, (row for file in files for row in read_labelled(file)))
    if as_json:
        sys.stdout.write(json.dumps(as_record(scores), indent=2) + "\n")
    else:
        show_scores(_console(), as_record(scores))


@app.command()
def version() -> None:
    """Print the version."""
    from hoi.guidance.guide import VERSION

    sys.stdout.write(f"{VERSION}\n")


if __name__ == "__main__":
    main()
