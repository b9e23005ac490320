"""Which of the four questions were asked and answered, and which CHIME-D elements were heard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from hoi.guidance.evidence import evidence
from hoi.guidance.fold import Heard
from hoi.model.finding import Finding
from hoi.model.method import Framework
from hoi.model.tagged import ChimeTag, QuestionTag

ANSWER_WORDS = 5  # a visitor's message of so many words after a question is taken as an answer
NOBODY: Mapping[str, int] = {}


class Asking(NamedTuple):
    """How far the four questions are: the last message that asked and that answered each.

    `open` are those asked and not yet answered.
    """

    asked: Mapping[str, int] = NOBODY
    answered: Mapping[str, int] = NOBODY
    open: frozenset[str] = frozenset()
    after_visitor: bool = False

    def hear(self, number: int, item: Heard) -> Asking:
        """What one more message makes of it."""
        raised = raised_by(item, "question")
        if item.message.role == "chatter":
            asks = bool(raised) or (self.after_visitor and "?" in item.message.text)
            return Asking(
                {**self.asked, **dict.fromkeys(raised, number)} if raised else self.asked,
                self.answered,
                frozenset(raised) if asks else self.open,
            )
        answers = self.open if len(item.message.text.split()) >= ANSWER_WORDS else frozenset()
        told = {*raised, *answers}
        return Asking(
            self.asked,
            {**self.answered, **dict.fromkeys(told, number)} if told else self.answered,
            self.open - answers,
            after_visitor=True,
        )


def questions(heard: Sequence[Heard], framework: Framework) -> tuple[QuestionTag, ...]:
    """The four questions in their order, each with the messages that asked and answered it."""
    asked: dict[str, list[int]] = {question.id: [] for question in framework.hoi.questions}
    answered: dict[str, list[int]] = {question.id: [] for question in framework.hoi.questions}
    asking = Asking()
    for number, item in enumerate(heard):
        asking = asking.hear(number, item)
        for places, last in ((asked, asking.asked), (answered, asking.answered)):
            for name, at in last.items():
                if at == number:
                    places[name].append(number)
    return tuple(
        QuestionTag(id=name, asked=tuple(asked[name]), answered=tuple(answered[name]))
        for name in asked
    )


def chime_d(heard: Sequence[Heard], framework: Framework) -> tuple[ChimeTag, ...]:
    """The CHIME-D elements that were heard, in their order."""
    messages = [item.message for item in heard]
    found: dict[tuple[str, str], list[Finding]] = {}
    for item in heard:
        for finding in item.reading.findings:
            what, _, name = finding.rule.raises.partition("/")
            if what == "chime_d":
                found.setdefault((name, item.message.role), []).append(finding)
    tags = []
    for element in framework.chime_d.elements:
        by_role = {
            role: evidence(found.get((element.id, role), ()), messages, with_cues=False)
            for role in ("visitor", "chatter")
        }
        if any(by_role.values()):
            tags.append(
                ChimeTag(id=element.id, visitor=by_role["visitor"], chatter=by_role["chatter"])
            )
    return tuple(tags)


def raised_by(item: Heard, kind: str) -> list[str]:
    """The ids of one kind that a message's findings raise."""
    parts = (finding.rule.raises.partition("/") for finding in item.reading.findings)
    return [name for what, _, name in parts if what == kind]
