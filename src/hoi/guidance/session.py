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
import warnings
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from threading import RLock
from typing import Any, Literal, NamedTuple
from zlib import crc32

from pydantic import ValidationError

from hoi.errors import InputError
from hoi.guidance.advisor import Advisor, Whom
from hoi.guidance.fold import Heard
from hoi.guidance.life_stage import stage_of
from hoi.guidance.protocol import Protocols
from hoi.guidance.report import report
from hoi.guidance.state import State, hear
from hoi.guidance.watch import RUNG, Watch, kept_over
from hoi.model.advice import (
    Advice,
    ElementProgress,
    Progress,
    QuestionProgress,
    Suggestion,
    WatchStatus,
)
from hoi.model.base import LANGUAGES, Frozen, Language
from hoi.model.conversation import Conversation, Intake, Message
from hoi.model.given import LONE_SURROGATE, Notes, as_object, to_conversation
from hoi.model.method import Framework
from hoi.model.report import Ratings, Report
from hoi.model.tagged import LEVELS, Experiencer, FlagTag
from hoi.reading.reader import Reader

ActionKind = Literal["accept", "dismiss", "confirm", "handle", "lower"]
NO_LEVEL = "none"
CLEAR_TONGUE = 3  # words of one language more than of the other


class Action(Frozen):
    """What the chatter did with the advice: `target` is a suggestion's id or a flag's.

    For a flag `whose` tells the visitor's own from another's; `level` and `reason` go with `lower`.
    """

    kind: ActionKind
    target: str
    whose: Experiencer = "self"
    level: str | None = None
    reason: str = ""


class Kept(Frozen):
    """A watched flag as it stood at a change; evidence without the words that were taken back."""

    flag: FlagTag
    raised: int
    status: WatchStatus
    reason: str
    rose: bool

    @classmethod
    def of(cls, watch: Watch) -> Kept:
        """The watch, to be saved."""
        return cls(**watch._asdict())

    def watch(self) -> Watch:
        """The watch again."""
        return Watch(self.flag, self.raised, self.status, self.reason, self.rose)

    def without(self, number: int) -> Kept:
        """Without the words of message `number`."""
        left = tuple(item for item in self.flag.evidence if item.message != number)
        return self.model_copy(update={"flag": self.flag.model_copy(update={"evidence": left})})


class Change(Frozen):
    """A message was changed or taken back, or the talk restored by other rules (`message` "").

    `was` is a number made of the earlier text, so that it is known when it is sent again;
    `watches` are those that stand from then on.
    """

    message: str
    was: int
    watches: tuple[Kept, ...]


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
        self._log: list[Entry] = []
        self._messages: list[Message] = []
        self._by_id: dict[str, int] = {}
        self._state = State()
        self._advice = self._advised(self._state, (), None)

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

    @property
    def changed(self) -> frozenset[int]:
        """The numbers of the messages that were changed or taken back."""
        with self._lock:
            names = {entry.message for entry in self._log if isinstance(entry, Change)}
            return frozenset(self._by_id[name] for name in names if name in self._by_id)

    def observe(self, message: Message | Mapping[str, Any]) -> Advice:
        """Hear one more message; returns the advice after it.

        A message with an `id` that was heard before changes nothing: platforms send twice.

        Raises:
            InputError: if it is no message, or its id was used for another text.
        """
        message = _message(message)
        with self._lock:
            if self._is_known(message):
                return self._advice
            self._hear(message)
            self._log.append(message)
            return self._advice

    def _is_known(self, message: Message) -> bool:
        """Was this message heard before, as it is or as it was before a change?"""
        if message.id is None or message.id not in self._by_id:
            return False
        known = self._messages[self._by_id[message.id]]
        earlier = {e.was for e in self._log if isinstance(e, Change) and e.message == message.id}
        if known.role == message.role and (
            known.text == message.text or _print_of(message.text) in earlier
        ):
            return True
        raise InputError(
            f"a message with the id {message.id!r} was heard before with another text or role; "
            "use `edit` to change it, or give each message an id of its own"
        )

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
        return self._change(message, "")

    def accept(self, suggestion: str) -> Advice:
        """The chatter used a suggestion of the advice; it is not shown again."""
        return self._act(kind="accept", target=suggestion)

    def dismiss(self, suggestion: str) -> Advice:
        """The chatter put a suggestion away; it is not shown again in this talk."""
        return self._act(kind="dismiss", target=suggestion)

    def confirm(self, flag: str, whose: Experiencer | None = None) -> Advice:
        """The chatter has seen a flag and takes it up; `flag` is its id.

        `whose` (`self`, `other`) may be left out where only one of them is shown.
        """
        return self._act(kind="confirm", target=flag, whose=self._whose(flag, whose))

    def handle(self, flag: str, reason: str, whose: Experiencer | None = None) -> Advice:
        """The flag was passed on or dealt with; `reason` says how. It is put away.

        If it is raised again afterwards, it is shown again.
        """
        return self._act(kind="handle", target=flag, reason=reason, whose=self._whose(flag, whose))

    def lower(
        self, flag: str, level: str | None, reason: str, whose: Experiencer | None = None
    ) -> Advice:
        """The chatter lowers a flag's level, and says why; it stays shown at that level.

        With `level` None (or the word "none") there was nothing: it is put away.
        """
        to = None if level in (None, NO_LEVEL) else level
        return self._act(
            kind="lower", target=flag, level=to, reason=reason, whose=self._whose(flag, whose)
        )

    def _act(self, **fields: Any) -> Advice:
        try:
            action = Action.model_validate(fields)
        except ValidationError as error:
            where = ".".join(str(part) for part in error.errors()[0]["loc"])
            raise InputError(f"{where}: {error.errors()[0]['msg']}") from None
        return self.act(action)

    def _whose(self, flag: str, whose: Experiencer | None) -> Experiencer:
        """Whose flag is meant: as given, or the only one that there is."""
        there = [w.flag.experiencer for w in self._state.watches if w.flag.id == flag]
        return whose or ("other" if there == ["other"] else "self")

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
                    "watches": [Kept.of(w).model_dump(mode="json") for w in self._state.watches],
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

    def _change(self, name: str, text: str) -> Advice:
        if not isinstance(text, str):
            raise InputError(f"a message's text must be text, not {type(text).__name__}")
        with self._lock:
            number = self._by_id.get(str(name))
            if number is None:
                raise InputError(f"no message with the id {name!r} was heard in this talk")
            old = self._messages[number]
            new = _sound(old.model_copy(update={"text": text}))
            again = Session(self._engine, self.intake, self.language)
            again._go_through([new if e is old else _forgetting(e, number) for e in self._log])
            before = [Kept.of(w).without(number).watch() for w in self._state.watches]
            watches = kept_over(before, again._state.watches, len(self._messages) - 1)
            kept = tuple(Kept.of(watch) for watch in watches)
            again._go_through([Change(message=str(name), was=_print_of(old.text), watches=kept)])
            self._take_over(again)
            return self._advice

    def _read_by_other_rules(self, watches: Sequence[Watch]) -> None:
        """The talk was saved by other rules: what these watched is watched on, and noted."""
        known = [w for w in watches if self._engine.protocols.knows(w.flag.id)]
        now = kept_over(known, self._state.watches, len(self._messages) - 1)
        kept = tuple(Kept.of(watch) for watch in now)
        self._go_through([Change(message="", was=0, watches=kept)])
        gone = sorted({w.flag.id for w in watches} - {w.flag.id for w in known})
        self.notes = (
            "saved with other rules: all messages were read anew with those loaded now; flags that "
            "were watched are watched on, suggestions may differ from what was shown before",
            *(f"the flag {name} is not known to these rules: look at it yourself" for name in gone),
        )

    def _take_over(self, other: Session) -> None:
        """Go on as `other`: all at once, so that a mistake on the way changes nothing."""
        self._log, self._messages, self._by_id = other._log, other._messages, other._by_id
        self._state, self._advice = other._state, other._advice

    # --- the fold -------------------------------------------------------------------------------

    def _go_through(self, log: Sequence[Entry]) -> None:
        """Hear a whole log, from the start."""
        for entry in log:
            if isinstance(entry, Message):
                self._hear(entry)
            elif isinstance(entry, Action):
                self._do(entry)
            else:
                watches = tuple(kept.watch() for kept in entry.watches)
                self._state = self._state._replace(watches=watches)
                self._advise_again()
            self._log.append(entry)

    def _hear(self, message: Message) -> None:
        engine = self._engine
        reading = engine.reader.read(message, self._state.tail)
        self._messages.append(message)
        try:
            step = hear(self._state, Heard(message, reading), self._messages, engine.framework)
            whom = Whom(self.intake, self.language, self.visitor_language)
            suggestions, shown = engine.advisor.suggest(step, self._messages, whom)
            state = step.after.remember(shown)
            advice = self._advised(state, suggestions, message.at)
        except BaseException:  # whatever stops it, Ctrl-C too: a half-heard message is none
            self._messages.pop()
            raise
        self._state, self._advice = state, advice
        if message.id is not None:
            self._by_id[message.id] = len(self._messages) - 1

    def _do(self, action: Action) -> None:
        state = self._state
        if action.kind == "dismiss":
            self._state = state._replace(dismissed=state.dismissed | {action.target})
        elif action.kind != "accept":
            watches = tuple(
                _acted(watch, action) if watch.key == (action.target, action.whose) else watch
                for watch in state.watches
            )
            self._state = state._replace(watches=watches)
        done = {action.target} if action.kind in ("accept", "dismiss") else set()
        self._advise_again(done)

    def _advise_again(self, done: Collection[str] = ()) -> None:
        left = tuple(s for s in self._advice.suggestions if s.id not in done)
        at = self._messages[-1].at if self._messages else None
        self._advice = self._advised(self._state, left, at)

    def _check(self, action: Action) -> None:
        if action.kind in ("accept", "dismiss"):
            known = {shown.id for shown in self._state.shown} | self._state.dismissed
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
            there = f"write one of {', '.join(below)}, or" if below else "it has no lower level;"
            raise InputError(
                f"{action.target} cannot be lowered to {action.level!r}: {there} give None if "
                "there was nothing"
            )

    def _advised(
        self, state: State, suggestions: tuple[Suggestion, ...], at: datetime | None
    ) -> Advice:
        protocols, number = self._engine.protocols, state.number - 1
        shown = sorted(
            (watch for watch in state.watches if watch.is_shown),
            key=lambda w: (-protocols.urgency(w), w.status != "open", -w.raised, w.key),
        )
        return Advice(
            message=number if number >= 0 else None,
            flags=tuple(
                protocols.advice(w, number, at, self.intake, self.language, minor=state.minor)
                for w in shown
            ),
            suggestions=suggestions,
            progress=self._progress(state),
            life_stage=stage_of(state.themes, self.intake, self._engine.framework),
        )

    def _progress(self, state: State) -> Progress:
        framework = self._engine.framework
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

    With other frameworks, or another hoi, than it was saved with, what was said is read anew; no
    flag that was watched is lost or falls by it. `notes` says so.

    Raises:
        InputError: if `saved` is no saved session.
    """
    try:
        data = json.loads(saved)
        intake = Intake.model_validate(data["intake"]) if data["intake"] else None
        if data["language"] not in LANGUAGES:
            raise ValueError("language")
        session = Session(engine, intake, data["language"])
        session._go_through([_loaded(entry) for entry in data["log"]])
        watches = [Kept.model_validate(kept).watch() for kept in data["watches"]]
    except (ValueError, KeyError, TypeError, AttributeError, ValidationError) as error:
        what = "give the text that `save` returned, whole and unchanged"
        raise InputError(f"this is no saved session ({type(error).__name__}); {what}") from None
    same = data.get("frameworks"), data.get("hoi")
    if same != (engine.framework.digest, engine.version):
        session._read_by_other_rules(watches)
    return session


def _acted(watch: Watch, action: Action) -> Watch:
    if action.kind == "lower":
        status: WatchStatus = "lowered" if action.level else "unfounded"
    else:
        status = "confirmed" if action.kind == "confirm" else "handled"
    return watch.acted(status, action.level, action.reason)


def _forgetting(entry: Entry, number: int) -> Entry:
    """An entry without the words of message `number`."""
    if not isinstance(entry, Change):
        return entry
    kept = tuple(one.without(number) for one in entry.watches)
    return entry.model_copy(update={"watches": kept})


def _print_of(text: str) -> int:
    """A number that tells whether a text is the same, without holding it."""
    return crc32(text.encode("utf-8", "surrogatepass"))


def _message(value: Message | Mapping[str, Any]) -> Message:
    if isinstance(value, Message):
        return _sound(value)
    notes = Notes()
    given = as_object({"messages": [value]}, notes)
    (message,) = to_conversation("", given.rest, notes).messages
    for note in notes.plain():
        warnings.warn(note, UserWarning, stacklevel=4)
    return message


def _sound(message: Message) -> Message:
    """The message with half characters replaced, so that it can be written out."""
    if not LONE_SURROGATE.search(message.text):
        return message
    return message.model_copy(update={"text": LONE_SURROGATE.sub("\ufffd", message.text)})


def _dumped(entry: Entry) -> dict[str, Any]:
    return {type(entry).__name__.lower(): entry.model_dump(mode="json", exclude_defaults=True)}


def _loaded(entry: Mapping[str, Any]) -> Entry:
    ((name, value),) = entry.items()
    return ENTRIES[name].model_validate(value)
