"""Scores the reader on labelled messages: recall, precision and F1 per flag, level and topic.

The labels' form is documented in docs/evaluate.md, so that an institution can test on its own data.
"""

from __future__ import annotations

import gzip
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, NamedTuple

from hoi.errors import InputError, Place
from hoi.guidance.guide import Guide
from hoi.model.conversation import Conversation, Message
from hoi.model.tagged import FlagTag, TaggedConversation
from hoi.reading.grading import highest

# A label's level, and the levels of hoi that count as right for it.
LEVELS_OF = {
    "passive": ("passive_wish",),
    "active": ("active_thoughts", "method"),
    "plan": ("method", "intent_or_plan"),
    "acute": ("acute",),
}
SUICIDALITY_LABELS = ("none", *LEVELS_OF, "past")
FLAGS_OF = {
    "self_harm": ("self_harm",),
    "medication_question": ("medication_question",),
    "harm_to_others": ("harm_to_others", "commanding_voices"),
    "unsafe_home_or_abuse": (
        "unsafe_home",
        "sexual_violence",
        "child_at_risk",
        "human_trafficking",
    ),
    "acute_psychosis": ("acute_psychosis", "commanding_voices"),
}


class Count(NamedTuple):
    """Right, missed and false decisions."""

    right: int = 0
    missed: int = 0
    false: int = 0

    def plus(self, gold: bool, said: bool) -> Count:
        """This count and one more decision."""
        return Count(
            self.right + (gold and said),
            self.missed + (gold and not said),
            self.false + (said and not gold),
        )

    @property
    def recall(self) -> float | None:
        """Share of the labelled that was found; None if there is none."""
        return _share(self.right, self.right + self.missed)

    @property
    def precision(self) -> float | None:
        """Share of what was said that is labelled; None if nothing was said."""
        return _share(self.right, self.right + self.false)

    @property
    def f1(self) -> float | None:
        """Harmonic mean of the two."""
        return _share(2 * self.right, 2 * self.right + self.missed + self.false)


class Labelled(NamedTuple):
    """A message with its labels."""

    text: str
    labels: Mapping[str, Any]


class Scores(NamedTuple):
    """All counts of one evaluation."""

    messages: int
    decisions: dict[str, Count]
    levels: dict[str, Counter[str]]
    topics: dict[str, Count]


def read_labelled(path: Path) -> Iterator[Labelled]:
    """The labelled messages of a JSON-lines file.

    Raises:
        InputError: if a row has no text or no labels.
    """
    with _opened(path) as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield _labelled(line, Place(str(path), number))


def _opened(path: Path) -> IO[str]:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8")
    return path.open(encoding="utf-8")


def _labelled(line: str, place: Place) -> Labelled:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise InputError(f"not JSON: {error}", place) from error
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        raise InputError("needs a `text` (this command scores single messages)", place)
    if "suicidality" not in row:
        raise InputError("needs labels (`suicidality`, `topics` ...), see docs/evaluate.md", place)
    if row["suicidality"] not in SUICIDALITY_LABELS:
        known = ", ".join(SUICIDALITY_LABELS)
        raise InputError(f"suicidality is '{row['suicidality']}', not one of {known}", place)
    return Labelled(row["text"], row)


def evaluate(guide: Guide, rows: Iterable[Labelled]) -> Scores:
    """Read every message by itself and compare with its labels.

    Raises:
        InputError: if there is nothing to score, or a label names an unknown topic.
    """
    decisions: dict[str, Count] = defaultdict(Count)
    topics: dict[str, Count] = defaultdict(Count)
    levels: dict[str, Counter[str]] = defaultdict(Counter)
    known_topics = {topic.id for topic in guide.framework.topics.topics}
    messages = 0
    for text, labels in rows:
        messages += 1
        message = Message(role="visitor", text=text)
        tagged = guide.tag(Conversation(id=str(labels.get("id", "")), messages=(message,)))
        for name, gold, said in _decisions(tagged, labels):
            decisions[name] = decisions[name].plus(gold, said)
        label = str(labels["suicidality"])
        if label in LEVELS_OF and labels.get("experiencer") == "self":
            levels[label][_level(tagged.flags)] += 1
        gold_topics = set(labels.get("topics", ()))
        if unknown := gold_topics - known_topics:
            raise InputError(f"row '{labels.get('id', messages)}': no topic {sorted(unknown)}")
        said_topics = {topic.id for topic in tagged.topics}
        for topic in gold_topics | said_topics:
            topics[topic] = topics[topic].plus(topic in gold_topics, topic in said_topics)
    if not messages:
        raise InputError("no labelled messages in the input")
    return Scores(messages, dict(decisions), dict(levels), dict(topics))


def _decisions(
    tagged: TaggedConversation, labels: Mapping[str, Any]
) -> Iterator[tuple[str, bool, bool]]:
    writer = [flag for flag in tagged.flags if _is_writer_now(flag)]
    is_self = labels.get("experiencer") == "self"
    label = labels["suicidality"]
    gold = is_self and label in LEVELS_OF
    yield "suicidality, writer now: flag", gold, any(flag.escalate for flag in writer)
    yield "suicidality, writer now: flag or ask", gold, bool(writer)
    if is_self and label in ("plan", "acute"):
        yield "plan or acute: flag or ask", True, bool(writer)
    for name, ids in FLAGS_OF.items():
        raised = [flag for flag in tagged.flags if flag.id in ids and not flag.negated]
        swallowed = name == "medication_question" and any(f.id == "overdose" for f in tagged.flags)
        gold = bool(labels.get(name))
        if swallowed and not gold and raised:
            continue  # told, not asked: neither right nor wrong
        yield f"{name}: flag", gold, any(flag.tier == "flag" for flag in raised)
        yield f"{name}: flag or ask", gold, bool(raised)


def _is_writer_now(flag: FlagTag) -> bool:
    return (
        flag.id == "suicidality"
        and flag.experiencer == "self"
        and flag.time != "past"
        and not flag.negated
    )


def _level(flags: Sequence[FlagTag]) -> str:
    flagged = [flag.level for flag in flags if _is_writer_now(flag) and flag.escalate]
    if flagged:
        return highest(flagged) or "no level"
    return "ask" if any(_is_writer_now(flag) for flag in flags) else "missed"


def as_record(scores: Scores) -> dict[str, Any]:
    """All figures as plain data: decisions, levels by label, topics, and topics' F1."""
    topics = scores.topics.values()
    return {
        "messages": scores.messages,
        "decisions": {name: _figures(count) for name, count in sorted(scores.decisions.items())},
        "levels": {
            label: dict(scores.levels[label].most_common())
            for label in LEVELS_OF
            if label in scores.levels
        },
        "topics": {name: _figures(count) for name, count in sorted(scores.topics.items())},
        "topics_micro_f1": _rounded(micro(topics).f1) if scores.topics else None,
        "topics_macro_f1": _rounded(macro_f1(topics)),
    }


def _figures(count: Count) -> dict[str, float | None]:
    return {
        "recall": _rounded(count.recall),
        "precision": _rounded(count.precision),
        "f1": _rounded(count.f1),
        "right": count.right,
        "missed": count.missed,
        "false": count.false,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def micro(counts: Iterable[Count]) -> Count:
    """All counts together."""
    return Count(*(sum(values) for values in zip(*counts, strict=True)))


def macro_f1(counts: Iterable[Count]) -> float | None:
    """The mean F1 of those that are labelled at all."""
    values = [count.f1 or 0.0 for count in counts if count.right + count.missed]
    return sum(values) / len(values) if values else None


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
