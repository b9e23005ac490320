"""How the method was held in a practice talk, message by message: in words, never as a score."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from hoi.guidance.fold import Heard, fold
from hoi.guidance.questions import raised_by
from hoi.guidance.style import Manner
from hoi.model.advice import Advice, FlagAdvice, Suggestion
from hoi.model.base import Text
from hoi.model.conversation import Message
from hoi.model.method import Framework, Piece, Style
from hoi.reading.reader import Reader

ASK, STYLE = "ask/", "style/"


class Note(NamedTuple):
    """Something noticed in how a message was written, with a word of advice if there is one."""

    name: str
    text: str = ""
    reason: str = ""


class Turn(NamedTuple):
    """One of the chatter's messages, with what the visitor had said before it.

    `good` and `change` are on how it was written; `opened` names those of the four questions that
    it asked, `asked` the flags that it asked about openly, `elements` the CHIME-D elements it
    worked for. `offered` is what would have been suggested first.
    """

    number: int
    said: tuple[str, ...]
    reply: str
    good: tuple[Note, ...]
    change: tuple[Note, ...]
    opened: tuple[str, ...]
    asked: tuple[str, ...]
    elements: tuple[str, ...]
    offered: Suggestion | None


class Review(NamedTuple):
    """A practice talk looked back on.

    `missed` are the flags that nobody confirmed and that the chatter did not ask about after they
    were raised; `unopened` names those of the four questions that were not asked.
    """

    turns: tuple[Turn, ...]
    missed: tuple[FlagAdvice, ...]
    unopened: tuple[str, ...]


def review(
    framework: Framework,
    reader: Reader,
    steps: Sequence[tuple[Message, Advice]],
    last: Advice,
    language: str,
) -> Review:
    """Look back on a talk.

    Args:
        framework: the method.
        reader: what reads it.
        steps: each message with the advice after it.
        last: the advice at the end, after what the chatter did with it.
        language: of the names and notes, `nl` or `en`.
    """
    heard = fold(reader, tuple(message for message, _ in steps))
    names = _names(framework, language)
    turns = tuple(_turns(framework, heard, [advice for _, advice in steps], names, language))
    opened = {name for turn in turns for name in turn.opened}
    questions = [question.name.to(language) for question in framework.hoi.questions]
    return Review(
        turns,
        tuple(flag for flag in last.flags if _is_missed(flag, heard)),
        tuple(name for name in questions if name not in opened),
    )


def _is_missed(flag: FlagAdvice, heard: Sequence[Heard]) -> bool:
    """Is it open, and was it not asked about since it was raised?"""
    later = (item for item in heard[flag.flag.message + 1 :] if item.message.role == "chatter")
    return flag.status == "open" and not any(
        flag.flag.id in raised_by(item, "ask") for item in later
    )


def _turns(
    framework: Framework,
    heard: Sequence[Heard],
    advices: Sequence[Advice],
    names: Mapping[str, str],
    language: str,
) -> Iterator[Turn]:
    manner, said, offered = Manner(), list[str](), None
    for number, item in enumerate(heard):
        if item.message.role == "visitor":
            said.append(item.message.text)
            offered = next(iter(advices[number].suggestions), None)
        else:
            notes = list(_notes(framework, item, manner, language))
            yield Turn(
                number=number,
                said=tuple(said),
                reply=item.message.text,
                good=tuple(note for note, is_good in notes if is_good),
                change=tuple(note for note, is_good in notes if not is_good),
                opened=_named(item, "question", names),
                asked=_named(item, "ask", names),
                elements=_named(item, "chime_d", names),
                offered=offered,
            )
            said, offered = [], None
        manner = manner.hear(item.message)


def _named(item: Heard, kind: str, names: Mapping[str, str]) -> tuple[str, ...]:
    """The names of one kind that a message raises, each once."""
    raised = dict.fromkeys(raised_by(item, kind))
    return tuple(names.get(f"{kind}/{name}", name) for name in raised)


def _notes(
    framework: Framework, item: Heard, manner: Manner, language: str
) -> Iterator[tuple[Note, bool]]:
    """Every style of a chatter's message, and whether it is a good one."""
    found = {*raised_by(item, "style"), *manner.styles(item.message)}
    for style in framework.advice.styles:
        if style.id in found:
            yield _note(style, framework.advice.pieces, language), style.good


def _note(style: Style, pieces: Sequence[Piece], language: str) -> Note:
    name = style.name.to(language)
    piece = next((piece for piece in pieces if f"{STYLE}{style.id}" in piece.on), None)
    return Note(name, piece.text.to(language), piece.reason.to(language)) if piece else Note(name)


def _names(framework: Framework, language: str) -> dict[str, str]:
    named: list[tuple[str, Text]] = []
    named += [(f"question/{item.id}", item.name) for item in framework.hoi.questions]
    named += [(f"{ASK}{item.id}", item.name) for item in framework.escalation.flags]
    named += [(f"chime_d/{item.id}", item.name) for item in framework.chime_d.elements]
    return {key: name.to(language) for key, name in named}
