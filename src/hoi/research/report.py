"""An evaluation as JSON, as Markdown and on a terminal: the same tables each time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from hoi.guidance.guide import VERSION
from hoi.research.batch import output_file
from hoi.research.evaluate import BASELINE, HOI, Case, Evaluation
from hoi.research.gold import ELEMENTS, ENDINGS, FLAGS_OF, QUESTIONS, SUICIDALITY
from hoi.research.misses import Examples
from hoi.research.scores import CONFIDENCE, RESAMPLES, SEED, Count, Figure, Sample
from hoi.research.tables import DECISION, FLAGS, SHARE, Cell, Table, decision, sample, tables

METHOD = (
    "In square brackets the 95 % interval: whole rows (a chat is one row) drawn anew "
    f"{RESAMPLES:,} times, seed {SEED}; where it is none or all, the exact binomial limit. In "
    "round brackets the counts behind a share. A terminal shows less than the reports. "
    "What each figure means: docs/evaluate.md."
)


# With more columns than this a terminal has room for a figure only in parts, one below the other,
NARROW = 4
VALUES_ONLY = 8  # and with more than this for no interval.


class Report(NamedTuple):
    """All tables of one evaluation, with what they were made of."""

    rows: dict[str, int]
    frameworks: str
    tables: tuple[Table, ...]


def make_report(evaluation: Evaluation, by: Sequence[str] = ()) -> Report:
    """The report of an evaluation, with a table for each field of `by`."""
    kinds = [case.kind for case in evaluation.cases]
    rows = {
        "messages": kinds.count("message"),
        "ordinary lines": kinds.count("line"),
        "chats": kinds.count("chat"),
        "refused": len(evaluation.refused),
    }
    made = (*tables(evaluation.cases, by), *talk_tables(evaluation.cases))
    return Report(rows, evaluation.frameworks, made)


# --- whole chats: the four questions, CHIME-D, the life stage, the ending, a live session --------


def talk_tables(cases: Sequence[Case]) -> Iterator[Table]:
    """The tables of what is labelled in whole chats beside flags and topics."""
    marks = sample(case for case in cases if case.kind == "chat")
    yield from _questions_at(marks)
    yield from _each_id(
        marks,
        "question",
        QUESTIONS,
        ("chat_questions", "Whole chats: which of the four questions came up"),
        "At whatever message. Baseline: all four, always.",
    )
    yield from _each_id(
        marks,
        "element",
        ELEMENTS,
        ("chat_chime_d", "Whole chats: CHIME-D elements"),
        "At whatever message. Baseline: all six, always.",
    )
    yield from _shares(
        marks,
        "chat_life_stage",
        "Whole chats: life stage",
        "Baseline: the stage that the age band alone makes likeliest.",
        {
            "stage right": "stage",
            "where the age band's likeliest is right": "stage/likeliest",
            "where another than the age band's likeliest is right": "stage/other",
        },
    )
    yield from _shares(
        marks,
        "chat_endings",
        "Whole chats: ending",
        "An ending read as `open` is wrong. Baseline: the most common ending, always.",
        {"ending right": "ended"} | {f"labelled {name}": f"ended/{name}" for name in ENDINGS},
    )
    yield from _live(marks)


def _live(marks: Sample) -> Iterator[Table]:
    yield from _shares(
        marks,
        "chat_live",
        "Whole chats: the protocol in a live session",
        "Of the labelled flags that are to be passed on: is the protocol of the same flag and "
        "person on screen? Once shown it stays. Baseline: a keyword list, with the most common "
        "level.",
        {
            "on screen at the labelled message": "live/at",
            "at it, or at the visitor's next": "live/near",
            "level right, of the writer's suicidality on screen": "live/level",
            "on screen before the first label of the flag": "live/early",
        }
        | {
            f"{FLAGS.get(name, name)}: at it, or at the visitor's next": f"live/near/{name}"
            for name in (SUICIDALITY, *FLAGS_OF)
        },
    )


def _questions_at(marks: Sample) -> Iterator[Table]:
    measures = {"all four, micro": ""} | {name: f"/{name}" for name in QUESTIONS}
    if marks.measures("question at/"):
        yield Table(
            "chat_questions_at",
            "Whole chats: where the four questions were opened or answered",
            "Messages. The same question one message before or after counts as right. Baseline: "
            "every message for every question.",
            DECISION,
            tuple(_places(marks, name, measure) for name, measure in measures.items()),
        )


def _places(marks: Sample, name: str, measure: str) -> tuple[Cell, ...]:
    found, said = f"question at/found{measure}", f"question at/said{measure}"
    figures: list[Cell] = [name]
    for by in (HOI, BASELINE):
        figures += [
            marks.recall(found, by=by),
            marks.precision(said, by=by),
            marks.near_f1(found, said, by=by),
        ]
    return tuple(figures)


def _each_id(
    marks: Sample, start: str, ids: Iterable[str], names: tuple[str, str], note: str
) -> Iterator[Table]:
    """A table of ids that are each a yes or no: all together, and each."""
    measures = {name: (f"{start}/{name}",) for name in ids}
    if marks.measures(f"{start}/"):
        together = tuple(measure for one in measures.values() for measure in one)
        rows = {"all, micro": together} | measures
        made = (decision(marks, name, *those) for name, those in rows.items())
        yield Table(*names, note, DECISION, tuple(made))


def _shares(
    marks: Sample, id: str, title: str, note: str, measures: dict[str, str]
) -> Iterator[Table]:
    """A table of shares, with a row for each measure that there is anything to say of."""
    rows = tuple(
        (name, marks.recall(measure), marks.recall(measure, by=BASELINE))
        for name, measure in measures.items()
        if marks.count(measure) != Count()
    )
    if rows:
        yield Table(id, title, note, SHARE, rows)


# --- the forms of a report ----------------------------------------------------------------------


def as_json(report: Report) -> str:
    """The report as one JSON object; every figure with value, low, high, part and whole."""
    record = {
        "hoi": VERSION,
        "frameworks": report.frameworks,
        "rows": {name.replace(" ", "_"): count for name, count in report.rows.items()},
        "interval": {"confidence": CONFIDENCE, "resamples": RESAMPLES, "seed": SEED},
        "tables": [_record(table) for table in report.tables],
    }
    return json.dumps(record, indent=1, ensure_ascii=False) + "\n"


def _record(table: Table) -> dict[str, Any]:
    names = [column.id for column in table.columns]
    return {
        "id": table.id,
        "title": table.title,
        "note": table.note,
        "rows": [dict(zip(names, map(_value, row), strict=True)) for row in table.rows],
    }


def _value(cell: Cell) -> Any:
    if not isinstance(cell, Figure):
        return cell
    rounded = {
        name: None if value is None else round(value, 4)
        for name, value in zip(("value", "low", "high"), cell[:3], strict=True)
    }
    return rounded | {"part": cell.part, "whole": cell.whole}


def as_markdown(report: Report) -> str:
    """The report as Markdown: a heading and a table for each."""
    parts = ["# Evaluation of hoi", _made_of(report), METHOD]
    for table in report.tables:
        parts += [f"## {table.title}", *([table.note] if table.note else []), _pipes(table)]
    return "\n\n".join(parts) + "\n"


def _made_of(report: Report) -> str:
    rows = ", ".join(f"{name} {count:,}" for name, count in report.rows.items())
    return f"hoi {VERSION}, frameworks {report.frameworks[:12]}. Rows: {rows}."


def _pipes(table: Table) -> str:
    head = [column.heading for column in table.columns]
    ruler = ["---", *["---:"] * (len(head) - 1)]
    body = ([_text(cell) for cell in row] for row in table.rows)
    return "\n".join(_piped(line) for line in (head, ruler, *body))


def _piped(cells: Iterable[str]) -> str:
    # Names of traps and groups come from the data, and may hold anything.
    safe = (_plain(cell).replace("\\", "\\\\").replace("|", "\\|") for cell in cells)
    return f"| {' | '.join(safe)} |"


def save(report: Report, markdown: Path | None, plain: Path | None) -> None:
    """Write the report as Markdown and as JSON, where a path is given.

    Raises:
        OutputError: if a file cannot be written.
    """
    for path, written in ((markdown, as_markdown), (plain, as_json)):
        if path:
            with output_file(path) as lines:
                lines.write(written(report))


def show(console: Console, report: Report) -> None:
    """Print the report."""
    console.print(Text(_made_of(report)))
    for table in report.tables:
        console.print()
        console.print(Text(table.title, style="bold"))
        if table.note:
            console.print(Text(table.note, style="dim"))
        console.print(_grid(table))
    console.print()
    console.print(Text(METHOD, style="dim"))


def _grid(table: Table) -> Grid:
    grid = Grid(box=None, pad_edge=False, header_style="cyan")
    for place, column in enumerate(table.columns):
        heading = Text(_plain(column.heading))
        grid.add_column(heading, justify="right" if place else "left", overflow="fold")
    for row in table.rows:
        grid.add_row(*(_shown(cell, table, place) for place, cell in enumerate(row)))
    return grid


def _shown(cell: Cell, table: Table, place: int) -> Text:
    """A cell as a terminal has room for it; the reports hold the rest."""
    first, *rest = (_plain(part) for part in _parts(cell))
    between, columns = " ", len(table.columns)
    if columns > NARROW:
        between = "\n"
        rest = [] if table.columns[place].id.startswith("baseline") else rest
        rest = [part for part in rest if columns <= VALUES_ONLY or part.startswith("(")]
        rest = [part.strip("[]()") for part in rest]
    return Text.assemble(first, *((between + part, "dim") for part in rest))


def show_misses(console: Console, found: Iterable[Examples]) -> None:
    """Print single mistakes with their text."""
    for title, total, shown in found:
        console.print()
        console.print(Text(f"{title}: {total}, shown {len(shown)}", style="bold"))
        for example in shown:
            line = Text(f"{_plain(example.id)} ", style="cyan")
            line.append(f"message {example.message} ", style="dim")
            line.append(f"({_plain(example.about)}) " if example.about else "", style="yellow")
            console.print(line.append(_plain(example.text), style="default"))
    console.print()


def _text(cell: Cell) -> str:
    return " ".join(_parts(cell))


def _parts(cell: Cell) -> list[str]:
    """A cell as shown: the value, and for a figure its interval and counts."""
    if not isinstance(cell, Figure):
        return [f"{cell:,}" if isinstance(cell, int) else cell]
    if cell.value is None:
        return ["-"]
    parts = [f"{cell.value:.2f}"]
    if cell.low is not None and cell.high is not None:
        parts.append(f"[{cell.low:.2f}–{cell.high:.2f}]")
    if cell.whole is not None:
        parts.append(f"({cell.part}/{cell.whole})")
    return parts


def _plain(text: str) -> str:
    """`text` on one line, without what could steer a terminal or turn the direction of writing."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
