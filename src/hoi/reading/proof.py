"""Every rule proves itself: its own examples are read, its sayings compared with the others'."""

from __future__ import annotations

from collections.abc import Iterator

from hoi.errors import Problem
from hoi.model.conversation import Message, Role
from hoi.model.finding import Finding
from hoi.model.method import Framework, Line, Rule, Scorecard
from hoi.reading.reader import Reader, Tail

IN_A_ROW = " // "
ANSWER = ">> "


def prove(framework: Framework, reader: Reader) -> list[Problem]:
    """The examples that do not come out as written, and sayings that say nothing new."""
    proven: tuple[Rule | Scorecard, ...] = (*framework.rules, *framework.scorecards)
    problems = [problem for item in proven for problem in _examples(item, reader)]
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


def _examples(item: Rule | Scorecard, reader: Reader) -> Iterator[Problem]:
    for line in item.match:
        if not _holds(item, line, reader):
            yield _problem("match", f"finds nothing that stands in: {line.text}", item, line)
    for line in item.no_match:
        if _holds(item, line, reader):
            yield _problem("no-match", f"should stay silent at: {line.text}", item, line)


def _holds(item: Rule | Scorecard, line: Line, reader: Reader) -> bool:
    if isinstance(item, Scorecard):
        points = reader.points(Message(role="visitor", text=line.text))
        return item.id in points and points[item.id] >= item.ask_at
    return _finds(item, line, reader)


def _finds(rule: Rule, line: Line, reader: Reader) -> bool:
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


def _problem(
    code: str, message: str, item: Rule | Scorecard, line: Line, severity: str = "error"
) -> Problem:
    return Problem(code, message, item.place._replace(line=line.number), severity)
