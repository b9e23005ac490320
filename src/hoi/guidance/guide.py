"""The guide: the library's one entrance, from a framework to tagged conversations."""

from __future__ import annotations

import gc
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from hoi.errors import FrameworkError, Place
from hoi.guidance.ending import ending
from hoi.guidance.escalation import flags
from hoi.guidance.fold import fold
from hoi.guidance.life_stage import life_stage
from hoi.guidance.questions import chime_d, questions
from hoi.guidance.session import Engine, Session, restored
from hoi.guidance.supervision import pack
from hoi.guidance.topics import topics
from hoi.guidance.trajectory import plan
from hoi.model.advice import Advice
from hoi.model.base import Language
from hoi.model.conversation import Conversation, Intake, Message
from hoi.model.given import Notes, as_object, to_conversation
from hoi.model.method import Framework
from hoi.model.tagged import TaggedConversation
from hoi.model.trajectory import MeetingPlan, SupervisionPack, Trajectory
from hoi.reading.compiled import compile_folder
from hoi.reading.reader import Reader

try:
    VERSION = version("hoi-guide")
except PackageNotFoundError:  # run from a source tree that was never installed
    VERSION = "0+unknown"


class Guide:
    """A loaded framework with its compiled reader. Holds no talk; safe to share among threads."""

    def __init__(self, framework: Framework, reader: Reader) -> None:
        self.framework = framework
        self.reader = reader
        self._engine = Engine.of(reader, framework, VERSION)

    def tag(self, conversation: Conversation | Mapping[str, Any]) -> TaggedConversation:
        """Read a whole conversation: its topics, flags, questions, CHIME-D, life stage, ending.

        Args:
            conversation: a `Conversation`, or whatever `hoi tag` takes as one JSON object: also
                `turns` for `messages`, or `{"id", "text"}`; unknown keys come back under `extra`.
                Without an id, the id of the result is empty text.

        Raises:
            InputError: if it cannot be read. What can be read in spite of something odd (a time
                that is no time, a value outside the form) is a `UserWarning`.
        """
        if not isinstance(conversation, Conversation):
            conversation = _read(conversation)
        heard = fold(self.reader, conversation.messages)
        intake = conversation.intake
        return TaggedConversation(
            id=conversation.id,
            language=conversation.language or (intake.language if intake else None),
            topics=topics(heard, self.framework),
            flags=flags(heard, self.framework),
            hoi_questions=questions(heard, self.framework),
            chime_d=chime_d(heard, self.framework),
            life_stage=life_stage(heard, intake, self.framework),
            ending=ending(heard),
            frameworks=self.framework.digest,
            hoi=VERSION,
            extra=conversation.extra,
        )

    def session(
        self, intake: Intake | Mapping[str, Any] | None = None, language: Language | None = None
    ) -> Session:
        """A live session for one conversation.

        Args:
            intake: the form before the chat, if there is one; values that are not on the form are
                left out with a `UserWarning`.
            language: the chatter's language, in which advice is given; else that of the intake,
                else Dutch.
        """
        form = intake if isinstance(intake, Intake) or intake is None else _intake(intake)
        return Session(self._engine, form, language or (form.language if form else None) or "nl")

    def replay(
        self, conversation: Conversation | Mapping[str, Any], language: Language | None = None
    ) -> Iterator[tuple[Message, Advice]]:
        """Live through an archived conversation: each message with the advice after it.

        Raises:
            InputError: as `tag` does.
        """
        if not isinstance(conversation, Conversation):
            conversation = _read(conversation)
        session = self.session(conversation.intake, language)
        for message in conversation.messages:
            # An archive's ids tell nothing here: each message stands for itself.
            yield message, session.observe(message.model_copy(update={"id": None}))

    def plan(
        self,
        trajectory: Trajectory,
        today: date,
        language: Language = "nl",
        *,
        chatter: str | None = None,
    ) -> MeetingPlan:
        """A proposal for the next meeting of a 5x-traject: see `hoi.guidance.trajectory.plan`."""
        return plan(trajectory, self.framework, language, today, chatter=chatter)

    def supervision(
        self,
        conversations: Iterable[Conversation],
        today: date,
        seniority_years: float,
        language: Language = "nl",
        **given: Any,
    ) -> SupervisionPack:
        """What to talk about in supervision, from one chatter's conversations.

        The conversations are tagged and gone through once. `given` (ratings, ruptures, handled,
        last coaching and intervision): see `hoi.guidance.supervision.pack`.
        """
        return pack(
            ((conversation, self.tag(conversation)) for conversation in conversations),
            framework=self.framework,
            language=language,
            today=today,
            seniority_years=seniority_years,
            **given,
        )

    def restore(self, saved: str) -> Session:
        """A session that `Session.save` saved, as it was; `notes` of it tell what changed.

        Raises:
            InputError: if `saved` is no saved session.
        """
        return restored(self._engine, saved)


def _intake(value: Mapping[str, Any]) -> Intake:
    notes = Notes()
    given = as_object({"messages": [], "intake": value}, notes)
    conversation = to_conversation("", given.rest, notes)
    for note in notes.at(Place()):
        warnings.warn(note, UserWarning, stacklevel=3)
    return conversation.intake or Intake()


def _read(value: Mapping[str, Any]) -> Conversation:
    notes = Notes()
    name, rest = as_object(value, notes)
    conversation = to_conversation(name, rest, notes)
    for note in notes.at(Place()):
        warnings.warn(note, UserWarning, stacklevel=3)
    return conversation


def load(frameworks: str | Path | None = None) -> Guide:
    """Load the shipped frameworks, or those in the folder `frameworks`, and compile them.

    Raises:
        FrameworkError: if the files hold mistakes, with every mistake and its place.
    """
    with _no_garbage_collection():
        compiled = compile_folder(Path(frameworks) if frameworks is not None else None)
    if compiled.framework is None or compiled.reader is None or compiled.errors:
        raise FrameworkError(compiled.errors)
    return Guide(compiled.framework, compiled.reader)


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    # Compiling makes hundreds of thousands of lasting objects: looking for garbage among them
    # takes a third of the time and finds none.
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            if not gc.get_freeze_count():  # else the host has frozen objects of its own
                # Puts all objects among the old ones, without looking through them.
                gc.freeze()
                gc.unfreeze()
            gc.enable()
