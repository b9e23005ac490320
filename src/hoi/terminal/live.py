"""A talk at the keyboard: typed, replayed or practised, with its advice after each message."""

from __future__ import annotations

import io
import re
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from difflib import get_close_matches
from typing import NamedTuple

from rich.cells import cell_len
from rich.console import Console
from rich.control import Control
from rich.segment import ControlType
from rich.text import Text

from hoi.errors import InputError
from hoi.guidance.guide import Guide
from hoi.guidance.practice import review
from hoi.guidance.session import Session
from hoi.model.advice import Advice, FlagAdvice, Suggestion
from hoi.model.base import Language
from hoi.model.conversation import Conversation, Message, Role
from hoi.model.tagged import LEVELS
from hoi.terminal.advice import View, order_name, show_draft, show_flag, show_step, view_of
from hoi.terminal.practice import show_review
from hoi.terminal.reports import session_of, show_reports
from hoi.terminal.words import line_of

SAID = re.compile(r"\s*([vc])\s*:\s*(.*)", re.IGNORECASE | re.DOTALL)
CHOICE = re.compile(r"(x?)\s*([1-3])|(x)\s*(\d+)", re.IGNORECASE)
ON_FLAG = re.compile(r"(ok|done|lower|\?)\s+(\S+)\s*(.*)", re.IGNORECASE | re.DOTALL)
ROLES: dict[str, Role] = {"v": "visitor", "c": "chatter"}
NO_LEVEL = "none"
LEAST = 3  # letters of a flag's name that are enough to mean it
ALIKE = 0.75  # how like a flag's name a word must be to be taken for one that was mistyped

Ask = Callable[[str], str]


class _Ended(Exception):
    """`q` was typed."""


# --- the keyboard -------------------------------------------------------------------------------


@contextmanager
def until_stopped() -> Iterator[None]:
    """A block that `q`, the end of input (Ctrl-D) or Ctrl-C ends quietly."""
    try:
        yield
    except (_Ended, EOFError):
        pass
    except KeyboardInterrupt as stopped:
        if type(stopped) is not KeyboardInterrupt:  # a `kill` of the process is no wish to go on
            raise


def keyboard(view: View) -> Ask:
    """What asks for a line: with a prompt on a terminal, silently when the lines are piped in."""
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")
    if not is_typed():
        return lambda _: _piped()
    with suppress(ImportError):  # not on Windows, where the terminal itself edits lines
        import readline  # noqa: F401 - importing it gives `input` its editing
    return lambda prompt: _typed(view, prompt)


def is_typed() -> bool:
    """Is there a person at the keyboard, who sees the screen?"""
    return sys.stdin.isatty() and sys.stdout.isatty()


def _piped() -> str:
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    return line.rstrip("\r\n")


def _typed(view: View, prompt: str) -> str:
    """A typed line; it is taken off the screen, as the talk shows it again in its place."""
    try:
        line = input(prompt)
    except (EOFError, KeyboardInterrupt):
        view.console.print()
        raise
    rows = 1 + max(0, cell_len(prompt + line) - 1) // view.console.width
    up: list[ControlType | tuple[ControlType, int]] = []
    for _ in range(rows):
        up += [(ControlType.CURSOR_UP, 1), (ControlType.ERASE_IN_LINE, 2)]
    view.console.control(Control(*up))
    return line


# --- a talk that is typed -----------------------------------------------------------------------


class Order(NamedTuple):
    """What a line asks to do with a flag: `rest` is what follows its name."""

    kind: str
    flag: FlagAdvice
    rest: str


class Talk:
    """A session at the keyboard: `steps` are its messages, each with the advice after it.

    In `practice`, suggestions are not shown: only flags, with their protocol.
    """

    def __init__(self, view: View, guide: Guide, session: Session) -> None:
        self.view = view
        self.guide = guide
        self.session = session
        self.practice = False
        self.steps: list[tuple[Message, Advice]] = []
        self._flags = tuple(flag.id for flag in guide.framework.escalation.flags)
        self._shown: Advice | None = None
        self._offered: tuple[Suggestion, ...] = ()

    @property
    def turn(self) -> Role:
        """Who types a line that does not say so: the one who did not speak last."""
        last = self.steps[-1][0].role if self.steps else "chatter"
        return "visitor" if last == "chatter" else "chatter"

    def hear(self, message: Message) -> None:
        """Take in a message, and show it with its advice."""
        advice = self.session.observe(message)
        self.steps.append((message, advice))
        self._offered = advice.suggestions
        shown = advice
        if self.practice:
            shown = advice.model_copy(update={"suggestions": ()})
        show_step(self.view, message, shown, advice if self.practice else self._shown)
        self._shown = advice

    def take(self, line: str) -> None:
        """Do what a typed line asks: a message, or an order. An empty line does nothing."""
        said = SAID.fullmatch(line)
        if said:
            self._say(ROLES[said[1].lower()], said[2])
        elif line.strip() and not self.order(line.strip()):
            self._say(self.turn, line)

    def order(self, line: str) -> bool:
        """Do what a line asks if it is an order; returns whether it was one."""
        choice = CHOICE.fullmatch(line)
        if line.lower() == "q":
            raise _Ended
        if line == "?":
            self.view.console.print(
                Text(self._words("practice.help" if self.practice else "guide.help"))
            )
        elif choice and not self.practice:
            self._choose(line, bool(choice[1] or choice[3]), int(choice[2] or choice[4]))
        else:
            return self._on_flag(line)
        return True

    def tell(self, text: str) -> None:
        """Say something about what was typed, apart from the talk."""
        self.view.console.print(Text(f"  {line_of(text)}", style="yellow"))

    def _words(self, key: str, **values: object) -> str:
        return self.view.words(key).format(**values)

    def _say(self, role: Role, text: str) -> None:
        if not text.strip():
            self.tell(self._words("guide.no_text"))
            return
        # Typed lines have a time; piped ones come all at once, which says nothing of their pace.
        at = datetime.now().astimezone() if is_typed() else None
        self.hear(Message(role=role, text=text.strip(), at=at))

    def _choose(self, line: str, put_away: bool, number: int) -> None:
        """Accept or dismiss a suggestion, by the number that it was shown with."""
        if not 0 < number <= len(self._offered):
            role = "v" if self.turn == "visitor" else "c"
            self.tell(self._words("guide.no_suggestion", number=number, role=role, line=line))
            return
        suggestion = self._offered[number - 1]
        act = self.session.dismiss if put_away else self.session.accept
        act(suggestion.id)
        self._done(self._words("guide.put_away" if put_away else "guide.used"), suggestion.text)

    def _done(self, what: str, on: str) -> None:
        self.view.console.print(Text(f"  ✓ {what}: {line_of(on)}", style="green"))

    # --- flags ------------------------------------------------------------------------------

    def _on_flag(self, line: str) -> bool:
        """Do what a line asks to do with a flag; `ok dankje` asks nothing and is a message."""
        words = ON_FLAG.fullmatch(line)
        name = words[2].lower() if words else ""
        if not words or not self._means_flag(name):
            return False
        flag = self._flag(name)
        if flag is None:
            there = ", ".join(map(order_name, self.session.advice.flags)) or self._words(
                "guide.nobody"
            )
            self.tell(self._words("guide.no_flag", name=name, there=there))
            return True
        self._do(Order(words[1].lower(), flag, words[3].strip()))
        return True

    def _means_flag(self, name: str) -> bool:
        known = name.partition("/")[0]
        open_now = any(_begins(flag, name) for flag in self.session.advice.flags)
        return open_now or bool(get_close_matches(known, self._flags, 1, ALIKE))

    def _flag(self, name: str) -> FlagAdvice | None:
        """The open flag that has this name, or else the only one whose name begins so."""
        flags = self.session.advice.flags
        own = [flag for flag in flags if order_name(flag) == name]
        found = own or [flag for flag in flags if _begins(flag, name)]
        return found[0] if len(found) == 1 else None

    def _do(self, order: Order) -> None:
        kind, (flag, whose) = order.kind, (order.flag.flag.id, order.flag.flag.experiencer)
        if kind == "?":
            show_flag(self.view, order.flag)
        elif kind == "ok":
            self.session.confirm(flag, whose)
            self._done(self._words("flag.confirmed"), order.flag.name)
        elif kind == "done" and not order.rest:
            self.tell(self._words("guide.no_reason", kind=kind, name=flag))
        elif kind == "done":
            self.session.handle(flag, order.rest, whose)
            self._done(self._words("flag.handled"), order.flag.name)
        else:
            self._lower(order)

    def _lower(self, order: Order) -> None:
        level, _, reason = order.rest.partition(" ")
        flag = order.flag.flag
        lower = [*_below(flag.level), NO_LEVEL]
        if level.lower() not in lower:
            there = ", ".join(lower)
            self.tell(self._words("guide.no_level", name=level, there=there))
            return
        if not reason.strip():
            name = f"{flag.id} {level.lower()}"
            self.tell(self._words("guide.no_reason", kind="lower", name=name))
            return
        to = None if level.lower() == NO_LEVEL else level.lower()
        self.session.lower(flag.id, to, reason.strip(), flag.experiencer)
        self._done(self._words("flag.lowered"), order.flag.name)


def _below(level: str | None) -> tuple[str, ...]:
    """The levels that are lower than this one."""
    levels: tuple[str, ...] = LEVELS
    return levels[: levels.index(level)] if level in levels else ()


def _begins(flag: FlagAdvice, name: str) -> bool:
    """Is this the beginning of the flag's id, or of a longer word of its name on the screen?"""
    own = [word for word in flag.name.lower().replace(":", " ").split() if len(word) > LEAST]
    return len(name) >= LEAST and any(word.startswith(name) for word in (order_name(flag), *own))


# --- the three ways -----------------------------------------------------------------------------


def open_talk(
    console: Console, guide: Guide, form: Mapping[str, str], language: str | None
) -> Talk:
    """A talk to be typed.

    Args:
        console: where it is shown.
        guide: what hears it.
        form: the intake, by its keys.
        language: the chatter's, `nl` or `en`; by default that of the form.

    Raises:
        InputError: if a value is not on the form.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        try:
            session = guide.session(form or None, _known(language))
        except UserWarning as odd:
            raise InputError(str(odd)) from None
    return Talk(view_of(console, guide.framework, session.language), guide, session)


def open_archived(console: Console, guide: Guide, chat: Conversation, language: str | None) -> Talk:
    """An archived talk, to be replayed or practised with."""
    session = session_of(guide, chat, language)
    return Talk(view_of(console, guide.framework, session.language), guide, session)


def type_along(talk: Talk) -> None:
    """Type both sides of a talk, until `q` or the end of input; then its reports."""
    view, ask = talk.view, keyboard(talk.view)
    view.console.print(Text(view.words("guide.start"), style="dim"))
    show_draft(view)
    with until_stopped():
        _take_lines(talk, ask)
    show_reports(view, talk.session)


def _take_lines(talk: Talk, ask: Ask) -> None:
    while True:
        talk.take(ask(f"{talk.view.words(talk.turn)}> "))


def replay(talk: Talk, messages: Sequence[Message], speed: float | None) -> None:
    """Show an archived talk message by message; then its reports.

    Args:
        talk: what hears it.
        messages: what was said in it.
        speed: messages a second; None waits for Enter on a terminal, and goes on at once elsewhere.
    """
    ask, words = keyboard(talk.view), talk.view.words
    show_draft(talk.view)
    with until_stopped():
        for number, message in enumerate(messages):
            if number and speed is not None:
                time.sleep(1 / speed)
            elif number and is_typed() and ask(words("replay.next")).strip().lower() == "q":
                break
            talk.hear(message)
    show_reports(talk.view, talk.session)


def practise(talk: Talk, messages: Sequence[Message]) -> None:
    """Show the visitor's messages one by one and take a reply to each; then look back on it.

    Raises:
        InputError: if the visitor says nothing.
    """
    said = [message for message in messages if message.role == "visitor"]
    if not said:
        raise InputError("there is no message of a visitor in it to practise with")
    talk.practice = True
    view, ask = talk.view, keyboard(talk.view)
    view.console.print(Text(view.words("practice.start"), style="dim"))
    show_draft(view)
    with until_stopped():
        for message in said:
            talk.hear(Message(role="visitor", text=message.text))
            _reply(talk, ask)
    framework, reader, session = talk.guide.framework, talk.guide.reader, talk.session
    looked = review(framework, reader, talk.steps, session.advice, session.language)
    show_review(view, looked, had_flags=any(advice.flags for _, advice in talk.steps))


def _known(language: str | None) -> Language | None:
    return "nl" if language == "nl" else "en" if language == "en" else None


def _reply(talk: Talk, ask: Ask) -> None:
    """Take a reply; an empty line is none."""
    before = len(talk.steps)
    while len(talk.steps) == before:
        line = ask(f"{talk.view.words('practice.you')}> ")
        said = SAID.fullmatch(line)
        if not line.strip():
            return
        if said and said[1].lower() == "v":
            talk.tell(talk.view.words("practice.not_visitor"))
        elif said or not talk.order(line.strip()):
            talk.take(line if said else f"c: {line}")
