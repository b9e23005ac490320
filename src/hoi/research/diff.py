"""What a changed set of rules does to a corpus: message by message, with the text.

Compared are the findings of rules and scorecards, the flags, and the topics of the whole talk
(which stand with the first message that shows them).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Literal, NamedTuple

from hoi.errors import FrameworkError, UnknownIdError
from hoi.guidance.escalation import flags
from hoi.guidance.fold import fold
from hoi.guidance.guide import Guide, load
from hoi.guidance.topics import topics
from hoi.model.conversation import Conversation
from hoi.model.finding import Finding
from hoi.model.method import Framework
from hoi.model.tagged import FlagTag
from hoi.research.batch import Work, each_row
from hoi.research.formats import Row

What = Literal["flag", "topic", "finding"]
How = Literal["gained", "lost", "changed"]
WHAT: tuple[What, ...] = ("flag", "topic", "finding")  # the weightiest first
HOW: tuple[How, ...] = ("lost", "gained", "changed")


class Change(NamedTuple):
    """One thing that differs.

    `subject` is the flag, topic or other thing it is about, `name` the same, and of a finding its
    rule; `before` and `after` say how it stood (a flag: tier, level ...), empty if it did not.
    """

    what: What
    how: How
    subject: str
    name: str
    before: str
    after: str


class Changed(NamedTuple):
    """A message that is read differently, and every conversation with it that is (`where`)."""

    text: str
    changes: tuple[Change, ...]
    where: tuple[str, ...]


class Diff(NamedTuple):
    """All that differs, the weightiest first.

    `counts` are by what, name (a flag, a topic, a rule) and how; `refused` and `warnings` are
    those of the corpus.
    """

    conversations: int
    messages: int
    changed: tuple[Changed, ...]
    counts: Mapping[tuple[What, str], Mapping[How, int]]
    refused: tuple[str, ...]
    warnings: tuple[str, ...]


class _Line(NamedTuple):
    """The changes of one message of a conversation."""

    message: int
    text: str
    changes: tuple[Change, ...]


class _Key(NamedTuple):
    """What is the same before and after: a topic of a talk, a flag or finding of a message."""

    what: What
    name: str
    message: int = -1
    whose: str = ""


class _Value(NamedTuple):
    """How it stands, and with which message it is told."""

    subject: str
    words: str
    message: int


def diff(
    rows: Iterable[Row], old: str, new: str, only: str | None = None, workers: int = 1
) -> Diff:
    """Read every row by the frameworks in the folders `old` and `new`, and compare.

    Args:
        rows: the corpus.
        old: a folder of frameworks.
        new: another.
        only: a flag, topic or other thing that rules raise; nothing else is compared.
        workers: how many processes.

    Raises:
        FrameworkError: if one of the frameworks holds mistakes.
        UnknownIdError: if neither set of rules raises `only`.
        HoiError: if a worker process died.
    """
    tally = _Tally()
    with closing(each_row(rows, partial(_comparer, old, new, only), workers)) as compared:
        for row, lines in compared:
            tally.add(row, lines)
    return tally.diff()


class _Tally:
    """Adds up what differs, row by row."""

    def __init__(self) -> None:
        self._conversations = self._messages = 0
        self._counts: dict[tuple[What, str], Counter[How]] = defaultdict(Counter)
        self._where: dict[tuple[str, tuple[Change, ...]], list[str]] = defaultdict(list)
        self._refused: list[str] = []
        self._warnings: list[str] = []

    def add(self, row: Row, lines: Iterable[_Line] | None) -> None:
        """Take in a row with what differs in it."""
        self._warnings += row.warnings
        if row.conversation is None or lines is None:
            self._refused.append(str(row.error))
            return
        self._conversations += 1
        self._messages += len(row.conversation.messages)
        for line in lines:
            several = len(row.conversation.messages) > 1
            where = row.conversation.id + (f", message {line.message}" if several else "")
            self._where[line.text, line.changes].append(where)
            for change in line.changes:
                self._counts[change.what, change.name][change.how] += 1

    def diff(self) -> Diff:
        """All of it, the weightiest first; what weighs the same stays in the corpus's order."""
        changed = [Changed(*key, tuple(where)) for key, where in self._where.items()]
        changed.sort(key=lambda one: min(map(_weight, one.changes)))
        ordered = sorted(self._counts, key=lambda key: (WHAT.index(key[0]), key[1]))
        return Diff(
            self._conversations,
            self._messages,
            tuple(changed),
            {key: self._counts[key] for key in ordered},
            tuple(self._refused),
            tuple(self._warnings),
        )


def _weight(change: Change) -> tuple[int, int]:
    """Flags before topics before findings; what is lost first, for it is what is missed."""
    return WHAT.index(change.what), HOW.index(change.how)


def _comparer(old: str, new: str, only: str | None) -> Work[list[_Line]]:
    guides = (_loaded(old), _loaded(new))
    _check(only, [guide.framework for guide in guides])
    return lambda conversation: list(_compared(conversation, *guides, only))


def _loaded(folder: str) -> Guide:
    """The guide of a folder; mistakes are told with the folder, for there are two."""
    try:
        return load(folder)
    except FrameworkError as error:
        problems = []
        for problem in error.problems:
            inside = problem.place.file != str(Path(folder))
            file = str(Path(folder, problem.place.file)) if inside else folder
            problems.append(problem._replace(place=problem.place._replace(file=file)))
        raise FrameworkError(problems) from None


def _check(only: str | None, frameworks: Sequence[Framework]) -> None:
    known: set[str] = set()
    for framework in frameworks:
        known |= {flag.id for flag in framework.escalation.flags}
        known |= {topic.id for topic in framework.topics.topics}
        known |= {rule.raises.partition("/")[2] for rule in framework.rules}
    if only is not None and only not in known:
        raise UnknownIdError(f"--only {only}: no flag or topic is called so, and no rule raises it")


def _compared(
    conversation: Conversation, old: Guide, new: Guide, only: str | None
) -> Iterator[_Line]:
    before, after = (_found(conversation, guide) for guide in (old, new))
    lines: dict[int, list[Change]] = defaultdict(list)
    for key in sorted(before.keys() | after.keys()):
        was, becomes = before.get(key), after.get(key)
        states = [state for state in (was, becomes) if state]
        how = _how(was, becomes)
        if how and (only is None or any(state.subject == only for state in states)):
            words = (was.words if was else "", becomes.words if becomes else "")
            change = Change(key.what, how, states[0].subject, key.name, *words)
            lines[states[0].message].append(change)
    for message, changes in sorted(lines.items()):
        ordered = tuple(sorted(changes, key=_weight))
        yield _Line(message, conversation.messages[message].text, ordered)


def _how(was: _Value | None, becomes: _Value | None) -> How | None:
    if was is None or becomes is None:
        return "gained" if becomes else "lost"
    return "changed" if was.words != becomes.words else None


def _found(conversation: Conversation, guide: Guide) -> dict[_Key, _Value]:
    """All that is read in a conversation, and how it stands."""
    heard = fold(guide.reader, conversation.messages)
    found: dict[_Key, _Value] = {}
    for flag in flags(heard, guide.framework):
        whose = f"{flag.experiencer} {flag.time} {flag.negated}"
        key = _Key("flag", flag.id, flag.message, whose)
        found[key] = _Value(flag.id, _flag_words(flag), flag.message)
    for topic in topics(heard, guide.framework):
        first = min((item.message for item in topic.evidence), default=0)
        words = "main topic" if topic.main else "topic"
        found[_Key("topic", topic.id)] = _Value(topic.id, words, first)
    for number, item in enumerate(heard):
        for rule, findings in _by_rule(item.reading.findings).items():
            words = "; ".join(sorted({_finding_words(finding) for finding in findings}))
            subject = findings[0].rule.raises.partition("/")[2]
            found[_Key("finding", rule, number)] = _Value(subject, words, number)
    return found


def _by_rule(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    by_rule: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        by_rule[finding.rule.id].append(finding)
    return by_rule


def _flag_words(flag: FlagTag) -> str:
    qualities = (
        ("denied", flag.negated),
        ("past", flag.time == "past"),
        ("about someone else", flag.experiencer == "other"),
        ("passed on", flag.escalate),
    )
    facts = [flag.tier, flag.level, flag.kind, *(name for name, holds in qualities if holds)]
    return ", ".join(fact for fact in facts if fact)


def _finding_words(finding: Finding) -> str:
    facts = [f"grade {finding.grade}", finding.level, *sorted(finding.qualifiers)]
    return ", ".join(fact for fact in facts if fact)
