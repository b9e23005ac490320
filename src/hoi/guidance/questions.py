"""Which of the four questions were asked and answered, and which CHIME-D elements were heard."""

from __future__ import annotations

from collections.abc import Sequence

from hoi.guidance.evidence import evidence
from hoi.guidance.session import Heard
from hoi.model.finding import Finding
from hoi.model.method import Framework
from hoi.model.tagged import ChimeTag, QuestionTag

ANSWER_WORDS = 5  # a visitor's message of so many words after a question is taken as an answer


def questions(heard: Sequence[Heard], framework: Framework) -> tuple[QuestionTag, ...]:
    """The four questions in their order, each with the messages that asked and answered it."""
    asked: dict[str, list[int]] = {question.id: [] for question in framework.hoi.questions}
    answered: dict[str, set[int]] = {question.id: set() for question in framework.hoi.questions}
    open_questions: set[str] = set()
    for number, item in enumerate(heard):
        raised = set(_raised(item, "question"))
        if item.message.role == "chatter":
            spoken = number and heard[number - 1].message.role == "visitor"
            if raised or (spoken and "?" in item.message.text):
                open_questions = raised
            for name in raised:
                asked[name].append(number)
            continue
        for name in raised:
            answered[name].add(number)
        if open_questions and len(item.message.text.split()) >= ANSWER_WORDS:
            for name in open_questions:
                answered[name].add(number)
            open_questions = set()
    return tuple(
        QuestionTag(id=name, asked=tuple(asked[name]), answered=tuple(sorted(answered[name])))
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
            tags.append(ChimeTag(id=element.id, **by_role))
    return tuple(tags)


def _raised(item: Heard, kind: str) -> list[str]:
    parts = (finding.rule.raises.partition("/") for finding in item.reading.findings)
    return [name for what, _, name in parts if what == kind]
