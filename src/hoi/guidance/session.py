"""A live conversation: each message in, advice out; what the chatter does with it, kept.

A session is a pure fold over its log: the same log gives the same advice, so `replay` equals living
through the talk, and a saved session is restored by going through its log again. One message is one
step of bounded cost, however long the talk.

A session may be used from any thread, and from asyncio by calling it directly (a step takes about a
millisecond and never waits): a lock makes its steps follow one another. Sessions share nothing
but the guide, which holds no talk.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from threading import RLock
from typing import Any, Literal, NamedTuple

from pydantic import ValidationError

from hoi.errors import InputError
from hoi.guidance.advisor import Advisor, Whom
from hoi.guidance.fold import Heard
from hoi.guidance.life_stage import stage_of
from hoi.guidance.protocol import Protocols
from hoi.guidance.report import report
from hoi.guidance.state import State, hear
from hoi.guidance.watch import RUNG, Watch, lowered
from hoi.model.advice import (
    Advice,
    ElementProgress,
    Progress,
    QuestionProgress,
    Suggestion,
    WatchStatus,
)
from hoi.model.base import Frozen, Language
from hoi.model.conversation import Conversation, Intake, Message
from hoi.model.given import Notes, as_object, to_conversation
from hoi.model.method import Framework
from hoi.model.report import Ratings, Report
from hoi.model.tagged import LEVELS, FlagTag
from hoi.reading.reader import Reader

ActionKind = Literal["accept", "dismiss", "confirm", "handle", "lower"]
CLEAR_TONGUE = 3  # words of one language more than of the other


class Action(Frozen):
    """What the chatter did with the advice: `target` is a suggestion's id or a flag's.

    For a flag `whose` tells the visitor's own from another's; `level` and `reason` go with `lower`.
    """

    kind: ActionKind
    target: str
    whose: Literal["self", "other"] = "self"
    level: str | None = None
    reason: str = ""


class Kept(Frozen):
    """A watched flag that a message raised before it was changed or taken back, without words."""

    flag: FlagTag
    raised: int
    shown: int
    status: WatchStatus
    reason: str


class Change(Frozen):
    """A message was changed or taken back (`text` None); what it had raised is kept."""

    message: str
    text: str | None
    kept: tuple[Kept, ...]


Entry = Message | Action | Change
ENTRIES: dict[str, type[Entry]] = {"message": Message, "action": Action, "change": Change}


class Engine(NamedTuple):
    """What a session works with: shared by all, and holding no talk."""

    reader: Reader
    framework: Framework
    protocols: Protocols
    advisor: Advisor
    version: str

    @classmethod
    def of(cls, reader: Reader, framework: Framework, version: str) -> Engine:
        """All that sessions work with."""
        protocols = Protocols(framework)
        return cls(reader, framework, protocols, Advisor(framework, protocols), version)


class Session:
    """One conversation. Made by `Guide.session`."""

    def __init__(self, engine: Engine, intake: Intake | None, language: Language) -> None:
        self.intake = intake
        self.language = language
        self.notes: tuple[str, ...] = ()
        self._engine = engine
        self._lock = RLock()
        self._begin()

    def _begin(self) -> None:
        self._log: list[Entry] = []
        self._messages: list[Message] = []
        self._by_id: dict[str, int] = {}
        self._state = State()
        self._advice = self._advise((), None)

    @property
    def advice(self) -> Advice:
        """What is to be shown now."""
        with self._lock:
            return self._advice

    @property
    def messages(self) -> tuple[Message, ...]:
        """The messages so far."""
        with self._lock:
            return tuple(self._messages)

    @property
    def actions(self) -> tuple[Action, ...]:
        """What the chatter did so far."""
        with self._lock:
            return tuple(entry for entry in self._log if isinstance(entry, Action))

    @property
    def watches(self) -> tuple[Watch, ...]:
        """The flags of this talk that are to be passed on, as they stand."""
        with self._lock:
            return self._state.watches

    @property
    def engine(self) -> Engine:
        """What this session reads and advises with; shared, and holding no talk."""
        return self._engine

    def observe(self, message: Message | Mapping[str, Any]) -> Advice:
        """Hear one more message; returns the advice after it.

        A message with an `id` that was heard before changes nothing: platforms send twice.

        Raises:
            InputError: if it is no message, or its id was used for another text.
        """
        message = _message(message)
        with self._lock:
            if message.id is not None and message.id in self._by_id:
                known = self._messages[self._by_id[message.id]]
                if (known.text, known.role) != (message.text, message.role):
                    raise InputError(
                        f"a message with the id {message.id!r} was heard before with another text; "
                        "use `edit` to change it, or give each message an id of its own"
                    )
                return self._advice
            self._log.append(message)
            self._hear(message)
            return self._advice

    def edit(self, message: str, text: str) -> Advice:
        """The message with this id was changed. The talk is read anew; no flag falls by it.

        Costs as much as going through the talk.

        Raises:
            InputError: if no message with this id was heard.
        """
        return self._change(message, text)

    def remove(self, message: str) -> Advice:
        """The message with this id was taken back: its words are forgotten, its flags are not.

        Raises:
            InputError: if no message with this id was heard.
        """
        return self._change(message, None)

    def accept(self, suggestion: str) -> Advice:
        """The chatter used a suggestion of the advice; it is not shown again."""
        return self.act(Action(kind="accept", target=suggestion))

    def dismiss(self, suggestion: str) -> Advice:
        """The chatter put a suggestion away; it is not shown again in this talk."""
        return self.act(Action(kind="dismiss", target=suggestion))

    def confirm(self, flag: str, whose: Literal["self", "other"] = "self") -> Advice:
        """The chatter has seen a flag and takes it up."""
        return self.act(Action(kind="confirm", target=flag, whose=whose))

    def handle(self, flag: str, reason: str, whose: Literal["self", "other"] = "self") -> Advice:
        """The flag was passed on or dealt with; `reason` says how."""
        return self.act(Action(kind="handle", target=flag, reason=reason, whose=whose))

    def lower(
        self, flag: str, level: str | None, reason: str, whose: Literal["self", "other"] = "self"
    ) -> Advice:
        """The chatter lowers a flag's level (None: it was none), and says why."""
        return self.act(Action(kind="lower", target=flag, level=level, reason=reason, whose=whose))

    def act(self, action: Action) -> Advice:
        """Take in what the chatter did.

        Raises:
            InputError: if there is no such suggestion or flag now, or a reason is missing.
        """
        with self._lock:
            self._check(action)
            self._log.append(action)
            self._do(action)
            return self._advice

    def report(
        self,
        *,
        ratings: Ratings | Mapping[str, Any] | None = None,
        steps: Sequence[str] = (),
        resources: Sequence[str] = (),
        reflection: str = "",
    ) -> Report:
        """The talk's two reports, as drafts: `visitor` to take home, `chatter` to check and keep.

        Args:
            ratings: the visitor's marks from 1 to 5, as `{"meaningful": 4, "helped": 5}`.
            steps: what was agreed or chosen, in words that the visitor may read.
            resources: names of what was offered, and the visitor chose.
            reflection: the chatter's own words on the talk.

        Raises:
            InputError: if a rating is not 1 to 5, or another value is of the wrong kind.
        """
        with self._lock:
            return report(
                self, ratings=ratings, steps=steps, resources=resources, reflection=reflection
            )

    # --- saving ---------------------------------------------------------------------------------

    def save(self) -> str:
        """The whole session as JSON text, to be kept where the platform keeps what people typed.

        It holds what was typed: the library itself stores nothing.
        """
        with self._lock:
            return json.dumps(
                {
                    "hoi": self._engine.version,
                    "frameworks": self._engine.framework.digest,
                    "language": self.language,
                    "intake": self.intake.model_dump() if self.intake else None,
                    "log": [_dumped(entry) for entry in self._log],
                },
                ensure_ascii=False,
            )

    def conversation(self, name: str = "") -> Conversation:
        """The talk so far as a conversation, as `Guide.tag` takes it."""
        with self._lock:
            return Conversation(
                id=name,
                language=self.visitor_language,
                intake=self.intake,
                messages=tuple(self._messages),
            )

    @property
    def visitor_language(self) -> Language:
        """What the visitor types, or else the form says: `nl` or `en`."""
        tongue = self._state.tail.tongue
        if abs(tongue) >= CLEAR_TONGUE:
            return "nl" if tongue > 0 else "en"
        return (self.intake.language if self.intake else None) or self.language

    def _change(self, name: str, text: str | None) -> Advice:
        with self._lock:
            number = self._by_id.get(name)
            if number is None:
                raise InputError(f"no message with the id {name!r} was heard in this talk")
            old = self._messages[number]
            new = old.model_copy(update={"text": text or ""})
            kept = tuple(_kept(w) for w in self._state.watches if w.flag.message == number)
            log = [new if entry is old else entry for entry in self._log]
            self._begin()
            self._go_through([*log, Change(message=name, text=text, kept=kept)])
            return self._advice

    # --- the fold -------------------------------------------------------------------------------

    def _go_through(self, log: Sequence[Entry]) -> None:
        """Hear a whole log, from the start."""
        for entry in log:
            self._log.append(entry)
            if isinstance(entry, Message):
                self._hear(entry)
            elif isinstance(entry, Action):
                self._do(entry)
            else:
                self._keep(entry)

    def _hear(self, message: Message) -> None:
        engine = self._engine
        self._messages.append(message)
        if message.id is not None:
            self._by_id[message.id] = len(self._messages) - 1
        item = Heard(message, engine.reader.read(message, self._state.tail))
        step = hear(self._state, item, self._messages, engine.framework)
        whom = Whom(self.intake, self.language, self.visitor_language)
        suggestions, shown = engine.advisor.suggest(step, self._messages, whom)
        self._state = step.after.remember(shown)
        self._advice = self._advise(suggestions, message.at)

    def _do(self, action: Action) -> None:
        state = self._state
        if action.kind in ("accept", "dismiss"):
            self._state = state._replace(dismissed=state.dismissed | {action.target})
        else:
            watches = tuple(
                _acted(watch, action) if watch.key == (action.target, action.whose) else watch
                for watch in state.watches
            )
            self._state = state._replace(watches=watches)
        self._advise_again()

    def _keep(self, change: Change) -> None:
        """What a changed message had raised before is watched on."""
        by_key = {watch.key: watch for watch in self._state.watches}
        for kept in change.kept:
            watch = Watch(kept.flag, kept.raised, kept.shown, kept.status, kept.reason)
            now = by_key.get(watch.key)
            if now is None or RUNG[now.flag.level] < RUNG[watch.flag.level]:
                by_key[watch.key] = watch
        self._state = self._state._replace(watches=tuple(by_key.values()))
        self._advise_again()

    def _advise_again(self) -> None:
        left = tuple(s for s in self._advice.suggestions if s.id not in self._state.dismissed)
        self._advice = self._advise(left, self._messages[-1].at if self._messages else None)

    def _check(self, action: Action) -> None:
        if action.kind in ("accept", "dismiss"):
            known = {shown.id for shown in self._state.shown}
            what = "suggestion"
            name = action.target
        else:
            known = {f"{watch.flag.id} ({watch.flag.experiencer})" for watch in self._state.watches}
            what = "flag"
            name = f"{action.target} ({action.whose})"
        if name not in known:
            there = ", ".join(sorted(known)) or "none"
            raise InputError(f"no {what} {name!r} was shown in this talk; there is: {there}")
        if action.kind in ("handle", "lower") and not action.reason.strip():
            done = {"handle": "handled", "lower": "lowered"}[action.kind]
            raise InputError(f"give a reason: a flag is never {done} without one")
        if action.kind == "lower":
            self._check_level(action)

    def _check_level(self, action: Action) -> None:
        """Is it lowered to a level, and to a lower one?"""
        watch = next(w for w in self._state.watches if w.key == (action.target, action.whose))
        below = LEVELS[: max(0, RUNG[watch.flag.level] - 1)]
        if action.level is not None and action.level not in below:
            raise InputError(
                f"{action.target} cannot be lowered to {action.level!r}; "
                f"write one of {', '.join(below) or '(none is lower)'}, or none at all"
            )

    def _advise(self, suggestions: tuple[Suggestion, ...], at: datetime | None) -> Advice:
        state, framework = self._state, self._engine.framework
        number = state.number - 1
        shown = tuple(
            self._engine.protocols.advice(watch, number, at, self.intake, self.language)
            for watch in sorted(state.watches, key=_urgency, reverse=True)
            if watch.status in ("open", "confirmed")
        )
        return Advice(
            message=number if number >= 0 else None,
            flags=shown,
            suggestions=suggestions,
            progress=self._progress(),
            life_stage=stage_of(state.themes, self.intake, framework),
        )

    def _progress(self) -> Progress:
        state, framework = self._state, self._engine.framework
        asking = state.asking
        return Progress(
            phase=state.course.phase,
            minutes=round(state.course.minutes, 1) if state.course.timed else None,
            questions=tuple(
                QuestionProgress(
                    id=question.id,
                    name=question.name.to(self.language),
                    state="answered"
                    if question.id in asking.answered
                    else "asked"
                    if question.id in asking.asked
                    else "untouched",
                )
                for question in framework.hoi.questions
            ),
            chime_d=tuple(
                ElementProgress(
                    id=element.id,
                    name=element.name.to(self.language),
                    visitor=state.chime.get(f"{element.id}/visitor", 0),
                    chatter=state.chime.get(f"{element.id}/chatter", 0),
                )
                for element in framework.chime_d.elements
            ),
        )


def restored(engine: Engine, saved: str) -> Session:
    """A session as it was when it was saved.

    With other frameworks than it was saved with, what was said is read anew; `notes` says so.

    Raises:
        InputError: if `saved` is no saved session.
    """
    try:
        data = json.loads(saved)
        intake = Intake.model_validate(data["intake"]) if data["intake"] else None
        session = Session(engine, intake, data["language"])
        log = [_loaded(entry) for entry in data["log"]]
    except (ValueError, KeyError, TypeError, AttributeError, ValidationError) as error:
        what = "give the text that `save` returned, whole and unchanged"
        raise InputError(f"this is no saved session ({type(error).__name__}); {what}") from None
    session._go_through(log)
    if data.get("frameworks") != engine.framework.digest:
        session.notes = (
            "saved with other frameworks: all messages were read anew with those loaded now, so "
            "flags and suggestions may differ from what was shown before",
        )
    return session


def _acted(watch: Watch, action: Action) -> Watch:
    if action.kind == "lower":
        return lowered(watch, action.level, action.reason)
    status: WatchStatus = "confirmed" if action.kind == "confirm" else "handled"
    return watch._replace(status=status, reason=action.reason or watch.reason)


def _kept(watch: Watch) -> Kept:
    flag = watch.flag.model_copy(update={"evidence": ()})
    return Kept(
        flag=flag, raised=watch.raised, shown=watch.shown, status=watch.status, reason=watch.reason
    )


def _urgency(watch: Watch) -> tuple[int, int]:
    return RUNG[watch.flag.level], watch.raised


def _message(value: Message | Mapping[str, Any]) -> Message:
    if isinstance(value, Message):
        return value
    notes = Notes()
    given = as_object({"messages": [value]}, notes)
    (message,) = to_conversation("", given.rest, notes).messages
    return message


def _dumped(entry: Entry) -> dict[str, Any]:
    return {type(entry).__name__.lower(): entry.model_dump(mode="json", exclude_defaults=True)}


def _loaded(entry: Mapping[str, Any]) -> Entry:
    ((name, value),) = entry.items()
    return ENTRIES[name].model_validate(value)
