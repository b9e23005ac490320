"""What a changed set of rules does to a corpus: what `hoi diff` prints."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from hoi.research.diff import HOW, Change, Changed, Diff
from hoi.terminal.words import line_of, quoted

SIGNS = {"gained": "+", "lost": "-", "changed": "~"}
STYLES = {"gained": "green", "lost": "red", "changed": "yellow"}
PLACES_SHOWN = 3  # conversations named where several hold the same message


def show_diff(console: Console, difference: Diff, at_most: int) -> None:
    """Print the counts, and up to `at_most` of the messages that are read differently."""
    shown = difference.changed[:at_most]
    messages = sum(len(one.where) for one in difference.changed)
    console.print(
        Text(
            f"{difference.conversations:,} conversations, {difference.messages:,} messages: "
            f"{messages:,} read differently",
            style="bold",
        )
    )
    if difference.counts:
        console.print(_counts(difference))
    for one in shown:
        console.print()
        console.print(_title(one))
        console.print(_changes(one.changes))
    left = len(difference.changed) - len(shown)
    if left:
        console.print()
        console.print(Text(f"and {left:,} more; --at-most shows more of them", style="dim"))


def _counts(difference: Diff) -> Table:
    table = Table(box=None, pad_edge=False, header_style="cyan")
    table.add_column("")
    table.add_column("")
    for how in HOW:
        table.add_column(how, justify="right")
    for (what, name), counts in difference.counts.items():
        numbers = (Text(f"{counts.get(how, 0):,}") for how in HOW)
        table.add_row(Text(what), Text(line_of(name)), *numbers)
    return table


def _title(one: Changed) -> Text:
    places = ", ".join(map(line_of, dict.fromkeys(one.where[:PLACES_SHOWN])))
    more = len(one.where) - PLACES_SHOWN
    places += f" and {more:,} more" if more > 0 else ""
    return Text(quoted(one.text)).append(f" ({places})", style="dim")


def _changes(changes: Sequence[Change]) -> Table:
    table = Table.grid(padding=(0, 1))
    table.add_column(no_wrap=True)
    table.add_column(ratio=1, overflow="fold")
    for change in changes:
        states = " → ".join(line_of(state) for state in (change.before, change.after) if state)
        line = Text(f"{change.what} {line_of(change.name)}: {states}")
        table.add_row(Text(f"  {SIGNS[change.how]}", style=STYLES[change.how]), line)
    return table
