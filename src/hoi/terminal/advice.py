"""Advice beside the talk: what to pass on first, then the suggestions, then how far the talk is.

A flag is shown whole when it is new, with its ways when it comes back as a reminder, and as one
line in between, so that what was read before does not push the talk off the screen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from hoi.model.advice import Advice, FlagAdvice, Progress, QuestionState, Suggestion, Way
from hoi.model.conversation import Message
from hoi.model.method import Framework
from hoi.terminal.words import Words, clean, line_of, quoted

TWO_COLUMNS = 110  # from this width on, advice stands beside what was said, and below it otherwise
INDENT = 3
MARKS: dict[QuestionState, str] = {"untouched": "·", "asked": "?", "answered": "✓"}
URGENT = "bold red"


class View(NamedTuple):
    """What rendering needs: where to print, the interface's words, and the names of the method."""

    console: Console
    words: Words
    stages: dict[str, str]


def view_of(console: Console, framework: Framework, language: str | None) -> View:
    """A view in `language` (`nl`, else English) on the talks read with `framework`."""
    words = Words(language)
    stages = framework.erikson.stages
    names = {stage.id: line_of(stage.conflict.to(words.language)) for stage in stages}
    return View(console, words, names)


def show_step(
    view: View, message: Message | None, advice: Advice, before: Advice | None = None
) -> None:
    """Print one message with the advice after it.

    Args:
        view: where and in which language.
        message: what was typed; None shows the advice alone.
        advice: the advice after that message.
        before: the advice that was shown last; what has not changed since is not repeated.
    """
    beside = list(_advice(view, advice, before))
    said = [_said(view, message, advice)] if message else []
    if view.console.width >= TWO_COLUMNS and said:
        table = Table.grid(padding=(0, 2), expand=True)
        table.add_column(ratio=1)
        table.add_column(ratio=1)
        table.add_row(said[0], Group(*beside))
        view.console.print(table)
    else:
        view.console.print(Group(*said, *(Padding.indent(item, INDENT) for item in beside)))


def show_flag(view: View, flag: FlagAdvice, *, ways: bool = True) -> None:
    """Print one flag with its whole protocol, with or without the ways to turn."""
    now = {"is_new": False, "is_reminder": False} | ({} if ways else {"ways": ()})
    shown = flag.model_copy(update=now)
    view.console.print(Padding.indent(Group(*_flag(shown, view.words, whole=True)), INDENT))


def show_draft(view: View) -> None:
    """Print that all texts are drafts."""
    view.console.print(Text(view.words("draft"), style="dim italic"))


# --- the parts ----------------------------------------------------------------------------------


def _said(view: View, message: Message, advice: Advice) -> RenderableType:
    """One line of the talk, with its number and who typed it."""
    table = Table.grid(padding=(0, 1))
    table.add_column(justify="right", style="dim", no_wrap=True, min_width=2)
    widest = max(len(view.words(role)) for role in ("visitor", "chatter"))
    table.add_column(no_wrap=True, min_width=widest)
    table.add_column(ratio=1, overflow="fold")
    style = "bold" if message.role == "visitor" else "blue"
    number = "" if advice.message is None else str(advice.message)
    who = Text(view.words(message.role), style=style)
    table.add_row(Text(number), who, Text(clean(message.text), overflow="fold"))
    return table


def _advice(view: View, advice: Advice, before: Advice | None) -> Iterator[RenderableType]:
    for flag in advice.flags:
        yield from _flag(flag, view.words)
    for number, suggestion in enumerate(advice.suggestions, 1):
        yield _hanging(Text(str(number), style="bold green"), _suggestion(suggestion, view.words))
    if before is None or _standing(before) != _standing(advice):
        yield _progress(view, advice, before)


def _hanging(mark: Text, lines: Sequence[Text]) -> Table:
    """Lines beside a mark, so that wrapped words do not run under it."""
    table = Table.grid(padding=(0, 1))
    table.add_column(no_wrap=True)
    table.add_column(ratio=1, overflow="fold")
    table.add_row(mark, Group(*lines))
    return table


# --- flags --------------------------------------------------------------------------------------


def _flag(flag: FlagAdvice, words: Words, *, whole: bool = False) -> Iterator[RenderableType]:
    whole = whole or flag.is_new
    if not (whole or flag.is_reminder):
        yield _hanging(Text("!", style="red"), [_flag_title(flag, words, "red")])
        return
    lines = [_flag_title(flag, words, URGENT), Text(line_of(flag.reason))]
    ways = [_way(way, words) for way in flag.ways]
    yield _hanging(Text("!", style=URGENT), lines)
    if whole:
        for number, step in enumerate(flag.steps, 1):
            yield Padding.indent(_hanging(Text(f"{number}."), [Text(line_of(step))]), 2)
    for way in ways:
        yield Padding.indent(_hanging(Text("→"), [way]), 2)
    if whole and flag.inform:
        told = Text(f"{words('supervision')}: {line_of(flag.inform)}", style="italic")
        yield Padding.indent(told, 2)


def _flag_title(flag: FlagAdvice, words: Words, style: str) -> Text:
    """The flag's name, whose it is, and how it stands."""
    title = Text(line_of(flag.name), style=style)
    if flag.flag.experiencer == "other":
        title.append(f" ({words('other')})", style="default not bold")
    title.append(f" · {words(f'flag.{flag.status}')}", style="default not bold")
    if flag.is_new or flag.is_reminder:
        mark = words("flag.new" if flag.is_new else "flag.reminder")
        title.append(f" · {mark}", style="bold default")
    if flag.confirm and flag.status == "open":
        title.append(f" · {words('flag.to_confirm')}", style="default not bold")
    return title.append(f" [{line_of(order_name(flag))}]", style="dim")


def order_name(flag: FlagAdvice) -> str:
    """What a flag is called in an order: `suicidality`, or `suicidality/other` if not one's own."""
    return f"{flag.flag.id}/other" if flag.flag.experiencer == "other" else flag.flag.id


def _way(way: Way, words: Words) -> Text:
    name, contact = line_of(way.name), line_of(way.contact)
    line = Text(name, style="bold")
    if contact != name:
        line.append(f": {contact}", style="not bold")
    return line.append(f" ({line_of(way.hours)})", style="dim not bold")


# --- suggestions and progress -------------------------------------------------------------------


def _suggestion(suggestion: Suggestion, words: Words) -> list[Text]:
    kind = words(f"suggestion.{suggestion.kind}")
    lines = [Text(f"{kind}: ", style="green").append(line_of(suggestion.text), style="default")]
    if suggestion.say:
        lines.append(Text(quoted(suggestion.say), style="bold"))
    return [*lines, Text(f"{words('why')}: {line_of(suggestion.reason)}", style="dim")]


def _standing(advice: Advice) -> tuple[object, ...]:
    """What makes the line of progress worth showing again; minutes and counts alone do not."""
    progress = advice.progress
    heard = [(bool(element.visitor), bool(element.chatter)) for element in progress.chime_d]
    return progress.phase, progress.questions, heard, advice.life_stage.id


def _progress(view: View, advice: Advice, before: Advice | None) -> Text:
    """One quiet line: phase, the four questions in their order, CHIME-D, life stage."""
    progress, words = advice.progress, view.words
    old = before.progress.questions if before else progress.questions
    marks = "".join(MARKS[question.state] for question in progress.questions)
    news = [
        f"{MARKS[question.state]} {line_of(question.name)}"
        for question in progress.questions
        if question not in old
    ]
    heard = [
        f"{line_of(element.name)} {element.visitor}/{element.chatter}"
        for element in progress.chime_d
        if element.visitor or element.chatter
    ]
    stage = advice.life_stage.id
    parts = [
        _phase(progress, words),
        f"{words('questions').lower()} {marks}" + (f" ({', '.join(news)})" if news else ""),
        f"CHIME-D: {', '.join(heard)}" if heard else "",
        f"{words('life_stage').lower()}: {view.stages.get(stage, stage)}" if stage else "",
    ]
    return Text(" | ".join(part for part in parts if part), style="dim")


def _phase(progress: Progress, words: Words) -> str:
    phase = words(f"phase.{progress.phase}")
    return phase if progress.minutes is None else f"{phase}, {progress.minutes:.0f} min"
