"""One run of `hoi tag`: rows in, an output file and its rejects out, with progress on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from hoi.research.batch import (
    Format,
    Lines,
    Outcome,
    header,
    output_file,
    rejected,
    rejects_path,
    tag_rows,
)
from hoi.research.formats import Row

WARNINGS_SHOWN = 20


class Summary(NamedTuple):
    """How many conversations were tagged, how many rows refused, how many warnings given."""

    tagged: int
    refused: int
    warnings: int


def tag_to(
    rows: Iterable[Row],
    output: Path | None,
    *,
    form: Format,
    workers: int,
    frameworks: str | None,
    inputs: Sequence[str] = (),
) -> Summary:
    """Tag `rows` into `output` (standard output if None); refused rows go beside it.

    Raises:
        OutputError: if the output cannot be written.
        FrameworkError: if the frameworks hold mistakes.
    """
    with ExitStack() as stack:
        lines = stack.enter_context(output_file(output)) if output else Lines(sys.stdout.buffer)
        outcomes = stack.enter_context(_progress(tag_rows(rows, frameworks, workers, form), inputs))
        lines.write(header(form))
        summary, refusals = _write(outcomes, lines)
        lines.flush()
    if output:
        _write_rejects(rejects_path(output), refusals)
    _report(summary, output)
    return summary


def _write(outcomes: Iterable[Outcome], lines: Lines) -> tuple[Summary, list[Row]]:
    tagged = warnings = 0
    refusals: list[Row] = []
    for row, line in outcomes:
        for warning in row.warnings:
            warnings += 1
            if warnings <= WARNINGS_SHOWN:
                _say(f"{row.place}: {warning}")
        if line is None:
            refusals.append(row)
            if len(refusals) <= WARNINGS_SHOWN:
                _say(f"refused: {row.error}")
        else:
            tagged += 1
            lines.write(line)
    return Summary(tagged, len(refusals), warnings), refusals


def _write_rejects(path: Path, refusals: Sequence[Row]) -> None:
    if not refusals:
        path.unlink(missing_ok=True)  # left by an earlier run over the same output
        return
    with output_file(path) as lines:
        for row in refusals:
            lines.write(rejected(row))


def _report(summary: Summary, output: Path | None) -> None:
    if not (summary.refused or summary.warnings or sys.stderr.isatty()):
        return
    refused = ""
    if summary.refused:
        where = f" (see {rejects_path(output)})" if output else ""
        refused = f", {summary.refused} row(s) refused{where}"
    warned = f", {summary.warnings} warning(s)" if summary.warnings else ""
    _say(f"{summary.tagged} conversation(s) tagged{refused}{warned}")


def _say(message: str) -> None:
    sys.stderr.write(f"hoi: {message}\n")


class _Rate(ProgressColumn):
    """Conversations a second."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text(f"{speed:,.0f}/s" if speed else "")


@contextmanager
def _progress(outcomes: Iterable[Outcome], inputs: Sequence[str]) -> Iterator[Iterable[Outcome]]:
    """`outcomes`, with a bar on standard error if that is a terminal."""
    if not sys.stderr.isatty():
        yield outcomes
        return
    columns = (
        TextColumn("tagging"),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("tagging", total=_expected(inputs))
        yield _counted(outcomes, progress, task)


def _counted(outcomes: Iterable[Outcome], progress: Progress, task: TaskID) -> Iterator[Outcome]:
    for outcome in outcomes:
        progress.advance(task)
        yield outcome


def _expected(inputs: Sequence[str]) -> int | None:
    """How many rows there are, where counting lines tells (JSON-lines files); else None."""
    total = 0
    for name in inputs:
        path = Path(name)
        if path.suffix != ".jsonl" or not path.is_file():
            return None
        with path.open("rb") as file:
            total += sum(1 for _ in file)
    return total or None
