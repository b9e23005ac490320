"""Every rule proves itself: its own examples are read, its sayings compared with the others'."""

from __future__ import annotations

from collections.abc import Iterator

from hoi.errors import Problem
from hoi.model.conversation import Message, Role
from hoi.model.finding import Finding
from hoi.model.method import Framework, Line, Rule
from hoi.reading.reader import Reader, Tail

IN_A_ROW = " // "
ANSWER = ">> "


def prove(framework: Framework, reader: Reader) -> list[Problem]:
    """The examples that do not come out as written, and sayings that say nothing new."""
    problems = [problem for rule in framework.rules for problem in _examples(rule, reader)]
    return [*problems, *_repeated(framework)]


def messages_of(example: str, by: str) -> list[Message]:
    """The messages of one example line: a question before `>>`, messages parted by `//`."""
    question, answer, rest = example.partition(ANSWER)
    said = (rest if answer else example).split(IN_A_ROW)
    role: Role = "chatter" if by == "chatter" else "visitor"
    asked = [Message(role="chatter", text=question.strip())] if answer else []
    return [*asked, *(Message(role=role, text=text.strip()) for text in said)]


def stands(finding: Finding) -> bool:
    """Does the finding mean what its rule says, unturned by its context?"""
    rule = finding.rule
    turned = finding.qualifiers & {"negated", "other", "past"}
    if rule.experiencer == "other":
        turned -= {"other"}
    if rule.time == "past":
        turned -= {"past"}
    return finding.grade > 0 and not turned


def _examples(rule: Rule, reader: Reader) -> Iterator[Problem]:
    for line in rule.match:
        if not _holds(rule, line, reader):
            yield _problem("match", f"finds nothing that stands in: {line.text}", rule, line)
    for line in rule.no_match:
        if _holds(rule, line, reader):
            yield _problem("no-match", f"should stay silent at: {line.text}", rule, line)


def _holds(rule: Rule, line: Line, reader: Reader) -> bool:
    tail = Tail()
    found = False
    for message in messages_of(line.text, rule.by):
        reading = reader.read(message, tail)
        tail = reading.tail
        found |= any(f.rule.id == rule.id and stands(f) for f in reading.findings)
    return found


def _repeated(framework: Framework) -> Iterator[Problem]:
    """Sayings that stand twice for the same thing: the second is never needed."""
    first: dict[tuple[str, ...], Rule] = {}
    for rule in framework.rules:
        for line in rule.says:
            key = (
                rule.language,
                rule.by,
                rule.raises,
                str(rule.after),
                " ".join(line.text.split()),
            )
            other = first.setdefault(key, rule)
            if other is not rule:
                if other.grade >= rule.grade:
                    message = f"'{line.text}' also stands in {other.id}, with no lower a grade"
                    yield _problem("shadowed", message, rule, line, "warning")
            elif [x.text for x in rule.says].count(line.text) > 1:
                yield _problem("duplicate", f"'{line.text}' stands twice", rule, line, "warning")


def _problem(code: str, message: str, rule: Rule, line: Line, severity: str = "error") -> Problem:
    return Problem(code, message, rule.place._replace(line=line.number), severity)
