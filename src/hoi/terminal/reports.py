"""The reports of a talk: in the terminal, or as files in a folder."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal, NamedTuple

from rich.console import Console
from rich.markdown import Markdown
from rich.rule import Rule
from rich.text import Text

from hoi.errors import InputError, OutputError
from hoi.guidance.guide import Guide
from hoi.guidance.session import Session
from hoi.model.base import Language
from hoi.model.conversation import Conversation
from hoi.research.batch import output_file
from hoi.terminal.advice import View, view_of
from hoi.terminal.words import clean, line_of

Form = Literal["md", "html"]
LONGEST_NAME = 80
RESERVED = frozenset({"con", "prn", "aux", "nul"})  # names that Windows keeps for itself


class Page(NamedTuple):
    """One of the two reports as text: `whose` is `visitor` or `chatter`."""

    whose: str
    text: str


def pages(session: Session, form: Form, language: Language | None = None) -> Iterator[Page]:
    """Both reports of a talk.

    Args:
        session: the talk.
        form: `md` or `html`.
        language: of both; by default the visitor's and the chatter's own.
    """
    from hoi.guidance.report_text import as_html, as_markdown

    put = as_html if form == "html" else as_markdown
    report = session.report()
    yield Page("visitor", put(report.visitor, language or session.visitor_language))
    yield Page("chatter", put(report.chatter, language or session.language))


def show_reports(view: View, session: Session, language: Language | None = None) -> None:
    """Print both reports: laid out on a terminal, and elsewhere as Markdown."""
    console, words = view.console, view.words
    if not session.messages:
        console.print(Text(words("guide.nothing_said"), style="dim"))
        return
    for page in pages(session, "md", language):
        console.print()
        console.print(Rule(Text(words(f"guide.report_{page.whose}")), style="dim"))
        text = clean(page.text)
        # What was typed may hold a link: it is shown as text, never as something to click on.
        console.print(Markdown(text, hyperlinks=False) if console.is_terminal else Text(text))


def session_of(guide: Guide, chat: Conversation, language: str | None) -> Session:
    """A session for an archived chat, with nothing heard yet.

    Its language is that which is asked for, or else the chat's own.
    """
    return guide.session(chat.intake, _known(language) or _known(chat.language))


def print_reports(
    console: Console, guide: Guide, chats: Iterable[Conversation], language: str | None
) -> int:
    """Print the reports of archived chats; returns of how many."""
    made = 0
    for chat in chats:
        session = _lived(guide, chat, language)
        view = view_of(console, guide.framework, session.language)
        show_reports(view, session, _known(language))
        made += 1
    return made


def write_reports(
    folder: Path,
    guide: Guide,
    chats: Iterable[Conversation],
    form: str,
    language: str | None,
    refused: list[str],
) -> int:
    """Write the reports of archived chats into a folder: `ID.visitor.md`, `ID.chatter.md`.

    Returns of how many; what is odd in a chat keeps the others from nothing: it is `refused`.

    Raises:
        OutputError: if they cannot be written.
    """
    _make(folder)
    made, taken = 0, set[str]()
    for chat in chats:
        try:
            session = _lived(guide, chat, language)
        except InputError as error:
            refused.append(str(error))
            sys.stderr.write(f"hoi: {line_of(chat.id)}: {error}\n")
            continue
        stem = _free(chat.id, taken)
        for page in pages(session, "html" if form == "html" else "md", _known(language)):
            with output_file(folder / f"{stem}.{page.whose}.{form}") as lines:
                lines.write(page.text)
        made += 1
    return made


def _known(language: str | None) -> Language | None:
    return "nl" if language == "nl" else "en" if language == "en" else None


def _lived(guide: Guide, chat: Conversation, language: str | None) -> Session:
    """The session of an archived chat, with all of it heard."""
    session = session_of(guide, chat, language)
    for message in chat.messages:
        session.observe(message)
    return session


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder} cannot be made: {error.strerror or error}") from error


def _free(name: str, taken: set[str]) -> str:
    """A file name for a chat that no other chat of this run has, whatever its id holds."""
    plain = "".join(sign if sign.isalnum() or sign in "-_." else "_" for sign in name)
    stem = plain.strip(".")[:LONGEST_NAME] or "_"
    if stem.partition(".")[0].lower() in RESERVED:
        stem = f"_{stem}"
    found, number = stem, 1
    while found.lower() in taken:
        number += 1
        found = f"{stem}_{number}"
    taken.add(found.lower())
    return found
