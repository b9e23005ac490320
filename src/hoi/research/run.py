"""One run of `hoi tag`: rows in, an output file and its rejects out, progress on a terminal."""

from __future__ import annotations

import os
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

from hoi.errors import OutputError
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
    if output:
        _check_apart(output, inputs)
    with ExitStack() as stack:
        lines = _standard_output()
        rejects: Lines | None = None
        if output:
            lines = stack.enter_context(output_file(output))
            # Later on the stack, so done first: a finished output has its rejects beside it.
            rejects = stack.enter_context(_rejects_file(rejects_path(output)))
        outcomes = stack.enter_context(_progress(tag_rows(rows, frameworks, workers, form), inputs))
        lines.write(header(form))
        summary = _write(outcomes, lines, rejects)
        lines.flush()
    _report(summary, output)
    return summary


def _check_apart(output: Path, inputs: Sequence[str]) -> None:
    """Keep the output from replacing an input, or becoming one in the next run."""
    # Unlike Path.resolve, realpath takes what it cannot follow (a link to itself) as it is.
    written = {Path(os.path.realpath(path)) for path in (output, rejects_path(output))}
    for name in inputs:
        if Path(os.path.realpath(name)) in written | {path.parent for path in written}:
            raise OutputError(f"{output} is in what is read ({name}); write the output elsewhere")


def _standard_output() -> Lines:
    return Lines(sys.stdout.buffer, "standard output")


@contextmanager
def _rejects_file(path: Path) -> Iterator[Lines]:
    """The rejects at `path`; with nothing written to it, no file, also none of an earlier run."""
    with output_file(path) as lines:
        yield lines
        lines.flush()
        is_empty = not lines.whole
    if is_empty:
        path.unlink()


def _write(outcomes: Iterable[Outcome], lines: Lines, rejects: Lines | None) -> Summary:
    tagged = refused = warnings = 0
    for row, line in outcomes:
        for warning in row.warnings:
            warnings += 1
            if warnings <= WARNINGS_SHOWN:
                _say(warning)
        if line is None:
            refused += 1
            if rejects:
                rejects.write(rejected(row))
            if not rejects or refused <= WARNINGS_SHOWN:
                _say(f"refused: {row.error}")
        else:
            tagged += 1
            lines.write(line)
    return Summary(tagged, refused, warnings)


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
        if not name.endswith(".jsonl"):
            return None
        try:
            with Path(name).open("rb") as file:
                total += sum(1 for _ in file)
        except OSError:  # it is told when its turn comes
            return None
    return total or None
