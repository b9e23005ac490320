"""The look back on a practice talk, in plain words."""

from __future__ import annotations

from collections.abc import Iterator

from rich.padding import Padding
from rich.text import Text

from hoi.guidance.practice import Note, Review, Turn
from hoi.terminal.advice import View, show_flag
from hoi.terminal.words import Words, clean, line_of, quoted


def show_review(view: View, review: Review, *, had_flags: bool) -> None:
    """Print how the method was held, message by message; `had_flags`: was any flag raised?"""
    console, words = view.console, view.words
    console.print()
    console.print(Text(words("practice.review"), style="bold"))
    if not review.turns:
        console.print(Text(words("practice.no_reply")))
    for turn in review.turns:
        _show_turn(view, turn)
    console.print()
    _show_flags(view, review, had_flags)
    if review.turns and review.unopened:
        names = ", ".join(map(line_of, review.unopened))
        console.print(Text(f"{words('practice.unopened')}: {names}"))
    console.print(Text(words("practice.limits"), style="italic"))


def _show_flags(view: View, review: Review, had_flags: bool) -> None:
    words = view.words
    if review.missed:
        view.console.print(Text(f"{words('practice.missed')}:", style="bold red"))
        for flag in review.missed:
            show_flag(view, flag, ways=False)
    else:
        view.console.print(
            Text(words("practice.none_missed" if had_flags else "practice.no_flags"))
        )


def _show_turn(view: View, turn: Turn) -> None:
    view.console.print()
    for said in turn.said:
        view.console.print(_line(view.words("visitor"), said, "bold"))
    view.console.print(_line(view.words("practice.you"), turn.reply, "blue"))
    for note in _notes(turn, view.words):
        view.console.print(Padding.indent(note, 3))


def _line(who: str, said: str, style: str) -> Text:
    return Text(f"{who}  ", style=style).append(clean(said), style="default not bold")


def _notes(turn: Turn, words: Words) -> Iterator[Text]:
    told = False
    for key, names in (
        ("practice.asked", turn.asked),
        ("practice.opened", turn.opened),
        ("practice.good", tuple(note.name for note in turn.good)),
        ("practice.elements", turn.elements),
    ):
        if names:
            told = True
            yield Text(f"+ {words(key)}: {', '.join(map(line_of, names))}", style="green")
    for note in turn.change:
        told = True
        yield _to_change(note, words)
    if not told:
        yield Text(words("practice.plain"), style="dim")
    if turn.offered:
        line = Text(f"· {words('practice.offered')}: {line_of(turn.offered.text)}", style="dim")
        yield line.append(f" {quoted(turn.offered.say)}" if turn.offered.say else "")


def _to_change(note: Note, words: Words) -> Text:
    line = Text(f"~ {words('practice.change')}: {line_of(note.name)}", style="yellow")
    if note.text:
        line.append(f". {line_of(note.text)}", style="default")
    if note.reason:
        line.append(f" ({words('why')}: {line_of(note.reason)})", style="dim")
    return line
