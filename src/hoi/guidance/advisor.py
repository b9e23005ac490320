"""Chooses what to suggest after a message: few things, in their moment, each with its reason.

The order of what matters: an acute flag leaves room for nothing but its protocol; weak signs are to
be asked about; then a breaking alliance, how the chatter wrote, the situation, and last the next
question. Saying nothing is right more often than not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple, get_args

from hoi.guidance.evidence import evidence
from hoi.guidance.protocol import Protocols
from hoi.guidance.questions import raised_by
from hoi.guidance.state import Shown, Step
from hoi.guidance.watch import Watch
from hoi.model.advice import Suggestion, SuggestionKind
from hoi.model.conversation import Intake, Message
from hoi.model.method import Framework, Phase, Piece, Prompt, Question
from hoi.model.tagged import Evidence

AT_MOST = 3
SAME_AFTER = 12  # messages before the same advice may come again
ALIKE_AFTER = 6  # and advice on the same thing
ASK_SAME_AFTER = 5  # the same, for asking about what nobody has asked about yet
QUESTION_AFTER = 4  # messages between two next questions
PRAISE_AFTER = 12  # and between two words on what went well
FIRST_PRAISE = 6  # the message from which on what went well is named
ANSWER_TIME = 3  # messages in which an asked question may still be answered
ASKED_FOR = 4  # messages after asking about a flag in which that need not be suggested again
DENIED_FOR = 10  # likewise after the visitor denied it
FEWEST_WORDS = 3  # of a visitor's message that a next question may follow on
FIRST_QUESTION = 2  # visitor's messages before the first next question
FIRST = "what_happened"  # the question that an opening talk is about
LATE = ("want_for_self", "sources_of_help")  # the questions that a closing talk still needs
BESIDE = ("medication_question", "minor", "personal_data")  # flags with which the talk goes on
CALM_AFTER = 6  # messages after a flag was raised, before a next question is suggested
HEARD_AFTER = 4  # and after something heavy was told
OPEN_QUESTION = "style/open_question"
CLOSED = ("style/two_questions", "style/why_question")
NO = ("nee", "neen", "no", "nope", "nah")  # no next question right after it
LEAVING = "leaving_with_open_risk"
PHASES: tuple[Phase, ...] = get_args(Phase)
QUESTION, STYLE, ASK, SITUATION = "question/", "style/", "ask/", "situation/"


class Whom(NamedTuple):
    """Who is advised about whom: the intake, the chatter's language and the visitor's."""

    intake: Intake | None
    language: str
    visitor_language: str


class Candidate(NamedTuple):
    """A piece of advice that could be shown, and what called for it.

    `id` and `say` take the place of the piece's own where a prompt goes with it.
    """

    piece: Piece
    on: str
    evidence: tuple[Evidence, ...]
    id: str
    say: str | None

    @property
    def shown(self) -> tuple[str, str]:
        """What must not come back soon: the advice itself, and advice on the same thing."""
        return self.id, self.on


class Advisor:
    """The advice of a framework, ready to choose from. Holds no talk; safe to share."""

    def __init__(self, framework: Framework, protocols: Protocols) -> None:
        self._framework = framework
        self._protocols = protocols
        self._pieces: dict[str, list[Piece]] = defaultdict(list)
        for piece in framework.advice.pieces:
            for target in piece.on:
                self._pieces[target].append(piece)
        self._ruptures = {s.id for s in framework.advice.situations if s.kind == "rupture"}
        self._good = {style.id for style in framework.advice.styles if style.good}

    def suggest(
        self, step: Step, messages: Sequence[Message], whom: Whom
    ) -> tuple[tuple[Suggestion, ...], tuple[Shown, ...]]:
        """What to show after a message, the most pressing first, and what to remember of it."""
        if any(w.is_shown and self._protocols.is_at_once(w) for w in step.after.watches):
            return (), ()
        chosen: list[Candidate] = []
        for candidates in self._in_order(step, messages, whom, chosen):
            fitting = (one for one in candidates if self._fits(one, step, whom))
            chosen += islice(fitting, 1)
        chosen = chosen[:AT_MOST]
        return (
            tuple(self._suggestion(one, whom) for one in chosen),
            tuple(Shown(*one.shown, step.number) for one in chosen),
        )

    def _in_order(
        self, step: Step, messages: Sequence[Message], whom: Whom, chosen: Sequence[Candidate]
    ) -> Iterator[Iterable[Candidate]]:
        """The candidates of each sort, of which one may be shown; later sorts see the choice."""
        if step.item.message.role == "chatter":
            yield self._on_styles(step, messages, whom)
            return
        yield self._asks(step, messages, whom)
        situations = list(self._situations(step))
        ruptures = [f"{SITUATION}{name}" for name in situations if name in self._ruptures]
        yield self._on(ruptures, step, messages, whom)
        if not chosen and not self._is_pressing(step):
            others = [f"{SITUATION}{name}" for name in situations if name not in self._ruptures]
            if others:
                yield () if self._just_shown(step) else self._on(others, step, messages, whom)
                return
            yield self._on(self._said(step), step, messages, whom)
        if not chosen:
            yield self._questions(step, whom)

    def _is_pressing(self, step: Step) -> bool:
        """Does a flag of this message leave no room for advice on the situation?"""
        return any(
            (flag.escalate or flag.tier == "ask")
            and flag.time == "current"
            and not flag.negated
            and flag.id not in BESIDE
            for flag in step.flags
        )

    def _just_shown(self, step: Step) -> bool:
        """Was advice shown a message ago, so that the chatter had no time for it?"""
        return any(shown.number == step.number - 1 for shown in step.before.shown)

    # --- what could be shown --------------------------------------------------------------------

    def _on(
        self, targets: Iterable[str], step: Step, messages: Sequence[Message], whom: Whom
    ) -> Iterator[Candidate]:
        """The pieces on these targets, with the words that called for them."""
        for target in targets:
            pieces = self._pieces.get(target)
            if not pieces:
                continue
            called = [f for f in step.item.reading.findings if f.rule.raises == target]
            shown = evidence(called, messages, with_cues=False)
            for piece in pieces:
                yield _candidate(piece, target, shown, whom)

    def _asks(self, step: Step, messages: Sequence[Message], whom: Whom) -> Iterator[Candidate]:
        """Asking openly about what there are weak signs of, unless that has just been done."""
        watched = {watch.flag.id for watch in step.after.watches if watch.is_shown}
        for flag in step.flags:
            asked = step.number - step.after.asked_about.get(flag.id, -ASKED_FOR - 1)
            denied = step.number - step.after.denied.get(flag.id, -DENIED_FOR - 1)
            is_now = flag.time == "current" and not flag.negated
            if flag.tier == "ask" and is_now and flag.id not in watched:
                if asked > ASKED_FOR and denied > DENIED_FOR:
                    for piece in self._pieces.get(f"{ASK}{flag.id}", ()):
                        yield _candidate(piece, f"{ASK}{flag.id}", flag.evidence, whom)
            elif flag.escalate and f"flag/{flag.id}" in self._pieces:
                yield from self._on((f"flag/{flag.id}",), step, messages, whom)

    def _situations(self, step: Step) -> Iterator[str]:
        """What goes on: what rules raise, then what the course of the talk shows.

        With an open risk a goodbye or thanks is that first of all.
        """
        if raised_by(step.item, "closing") and any(self._is_risk(w) for w in step.after.watches):
            yield LEAVING
            return
        yield from dict.fromkeys(raised_by(step.item, "situation"))
        before = set(step.before.course.situations())
        yield from (one for one in step.after.course.situations() if one not in before)

    def _is_risk(self, watch: Watch) -> bool:
        return watch.is_shown and (
            watch.flag.level is not None or self._protocols.is_to_confirm(watch)
        )

    def _said(self, step: Step) -> Iterator[str]:
        """Topics and CHIME-D elements that advice may be given on."""
        for finding in step.item.reading.findings:
            if finding.rule.raises.startswith(("topic/", "chime_d/", "life_stage/")):
                yield finding.rule.raises

    def _on_styles(
        self, step: Step, messages: Sequence[Message], whom: Whom
    ) -> Iterator[Candidate]:
        """How the chatter wrote: first what could be better, else what went well, now and then."""
        own = step.before.manner.styles(step.item.message)
        found = list(dict.fromkeys((*raised_by(step.item, "style"), *own)))
        worse = [name for name in found if name not in self._good]
        if not step.before.course.visitor or raised_by(step.item, "closing"):
            return
        if worse:
            yield from self._on((f"{STYLE}{name}" for name in worse), step, messages, whom)
            return
        praised = (s.number for s in step.before.shown if s.on.startswith(STYLE))
        if step.number - max(praised, default=FIRST_PRAISE - PRAISE_AFTER) >= PRAISE_AFTER:
            better = [f"{STYLE}{name}" for name in found if name in self._good]
            if not any(shown.on in CLOSED for shown in step.before.shown):
                better = [one for one in better if one != OPEN_QUESTION]  # news only after others
            yield from self._on(better, step, messages, whom)

    # --- the next of the four questions ---------------------------------------------------------

    def _questions(self, step: Step, whom: Whom) -> Iterator[Candidate]:
        """The question to open next, with a prompt that fits; none when it is not the moment."""
        state = step.after
        earlier = (s.number for s in state.shown if s.on.startswith(QUESTION))
        if step.number - max(earlier, default=-QUESTION_AFTER) < QUESTION_AFTER:
            return
        typed = step.item.message.text.split()
        short = len(typed) < FEWEST_WORDS or typed[0].strip(".,!").lower() in NO
        if short or state.course.visitor < FIRST_QUESTION or raised_by(step.item, "closing"):
            return
        if step.flags or any(step.number - w.raised < CALM_AFTER for w in state.watches):
            return
        if not state.burdened or step.number - state.heavy < HEARD_AFTER:
            return  # first acknowledge
        for question in self._next(step)[:1]:
            prompt = self._prompt(question, step, whom)
            for piece in self._pieces.get(f"{QUESTION}{question.id}", ()):
                if prompt:
                    name, words = prompt
                    say = words.to(whom.visitor_language)
                    yield Candidate(piece, f"{QUESTION}{question.id}", (), name, say)

    def _next(self, step: Step) -> list[Question]:
        """The questions still open, the one to open first in front."""
        asking, now = step.after.asking, step.number
        questions = self._framework.hoi.questions
        if any(now - asking.asked.get(q.id, -ANSWER_TIME) < ANSWER_TIME for q in questions):
            return []  # one was just asked: give it time
        left = [question for question in questions if question.id not in asking.answered]
        phase = step.after.course.phase
        if phase == "closing":
            left.sort(key=lambda question: question.id not in LATE)
        return [question for question in left if question.id == FIRST or phase != "opening"]

    def _prompt(self, question: Question, step: Step, whom: Whom) -> tuple[str, Prompt] | None:
        """The prompt that fits best what was just said, of those not shown lately."""
        phase = step.after.course.phase
        lately = {shown.id for shown in step.after.shown} | step.after.dismissed
        said = {finding.rule.raises for finding in step.item.reading.findings}
        need = whom.intake.need if whom.intake else None
        found = [
            (
                -len(said & set(prompt.on)) - (need in prompt.needs),
                abs(PHASES.index(prompt.phase) - PHASES.index(phase)),
                number,
                prompt,
            )
            for number, prompt in enumerate(question.prompts)
            if f"{QUESTION}{question.id}.{number}" not in lately
        ]
        if not found:
            return None
        _, _, number, prompt = min(found, key=lambda one: (one[1], one[0], one[2]))
        return f"{QUESTION}{question.id}.{number}", prompt

    # --- what is shown --------------------------------------------------------------------------

    def _fits(self, candidate: Candidate, step: Step, whom: Whom) -> bool:
        """Does it fit the phase and the need, and was it not shown or dismissed lately?"""
        piece, state = candidate.piece, step.before
        need = whom.intake.need if whom.intake else None
        if piece.phases and step.after.course.phase not in piece.phases:
            return False
        if (piece.needs and need not in piece.needs) or candidate.id in state.dismissed:
            return False
        # What should be asked about and was not, is said again sooner, in other words.
        same, alike = (
            (ASK_SAME_AFTER, 0) if candidate.on.startswith(ASK) else (SAME_AFTER, ALIKE_AFTER)
        )
        return not any(
            (shown.id == candidate.id and step.number - shown.number <= same)
            or (shown.on == candidate.on and step.number - shown.number <= alike)
            for shown in state.shown
        )

    def _suggestion(self, candidate: Candidate, whom: Whom) -> Suggestion:
        piece = candidate.piece
        return Suggestion(
            id=candidate.id,
            kind=self._kind(candidate.on),
            text=piece.text.to(whom.language),
            say=candidate.say,
            reason=piece.reason.to(whom.language),
            evidence=candidate.evidence,
        )

    def _kind(self, on: str) -> SuggestionKind:
        if on.startswith((ASK, "flag/")):
            return "ask"
        if on.startswith(QUESTION):
            return "question"
        if on.startswith(STYLE):
            return "approach"
        return "rupture" if on.removeprefix(SITUATION) in self._ruptures else "situation"


def _candidate(piece: Piece, on: str, shown: tuple[Evidence, ...], whom: Whom) -> Candidate:
    say = piece.say.to(whom.visitor_language) if piece.say else None
    return Candidate(piece, on, shown, piece.id, say)
