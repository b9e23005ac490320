"""What is wrong with framework files, file by file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from hoi.errors import Problem
from hoi.terminal.words import Words, line_of


def show_problems(
    console: Console, problems: Sequence[Problem], language: str | None = None
) -> None:
    """Print problems file by file, errors before warnings, and how many there are.

    Args:
        console: where to print.
        problems: what was found; none is said too.
        language: of the interface, `nl` or `en`; English by default.
    """
    words = Words(language)
    if not problems:
        console.print(Text(words("no_problems"), style="green"))
        return
    for file, group in _by_file(problems).items():
        console.print(Text(line_of(file) or words("no_file"), style="bold"))
        console.print(_problems(group, words))
        console.print()
    console.print(_count(problems, words))


def _by_file(problems: Iterable[Problem]) -> dict[str, list[Problem]]:
    """Problems by file; files with errors come first, and errors come first in each."""
    ordered = sorted(problems, key=lambda p: (_is_warning(p), p.place.file, p.place.line))
    files: dict[str, list[Problem]] = {}
    for problem in ordered:
        files.setdefault(problem.place.file, []).append(problem)
    return files


def _is_warning(problem: Problem) -> bool:
    return problem.severity != "error"


def _problems(problems: Iterable[Problem], words: Words) -> Table:
    table = Table.grid(padding=(0, 1))
    table.add_column(justify="right", style="dim", no_wrap=True, min_width=5)
    table.add_column(no_wrap=True)
    table.add_column(ratio=1, overflow="fold")
    for problem in problems:
        warning = _is_warning(problem)
        severity = Text(
            words("warning" if warning else "error"), style="yellow" if warning else "bold red"
        )
        said = Text(line_of(problem.message), overflow="fold")
        item = line_of(problem.place.item)
        said.append(f" ({item})" if item else "", style="cyan")
        said.append(f" [{line_of(problem.code)}]", style="dim")
        table.add_row(Text(str(problem.place.line or "")), severity, said)
    return table


def _count(problems: Sequence[Problem], words: Words) -> Text:
    warnings = sum(map(_is_warning, problems))
    errors = len(problems) - warnings
    counted = [
        f"{number} {words(one if number == 1 else many)}"
        for number, one, many in ((errors, "error", "errors"), (warnings, "warning", "warnings"))
    ]
    return Text(", ".join(counted), style="bold red" if errors else "yellow")
