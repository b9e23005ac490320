"""Scores hoi on labelled messages, whole chats and ordinary lines: each decision is judged here.

What the labels look like stands in docs/evaluate.md, so that an institution can test on its own
data. What comes out are cases with marks (right, missed, false); `scores` makes figures of them,
`report` shows them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

from hoi.errors import InputError, Place
from hoi.model.conversation import Conversation, Message
from hoi.model.tagged import TaggedConversation
from hoi.reading.grading import highest
from hoi.research.answers import Answer, Majority, Said, baseline_answer, hoi_answer
from hoi.research.batch import Outcome
from hoi.research.gold import (
    FLAGS_OF,
    GROUP_OF,
    KINDS_OF,
    LEVELS_OF,
    MEDICATION,
    SUICIDALITY,
    URGENT,
    ChatGold,
    FlagGold,
    Gold,
    MessageGold,
    read_gold,
)
from hoi.research.scores import Mark
from hoi.research.scores import Outcome as Judgement

HOI, BASELINE = "hoi", "baseline"
# The label under which a level of hoi is counted where no label accepts it.
HOME = {level: label for label, levels in LEVELS_OF.items() for level in reversed(levels)} | {
    "method": "active"
}
COMMANDED = "commanding_voices"
Kind = Literal["message", "chat", "line"]
Marked = tuple[Mark, int]  # and the message that it is about


class Case(NamedTuple):
    """One row with every decision about it.

    `fields` are those to group by; `label` and `read_as` the writer's own suicidality, as
    labelled and as read.
    """

    kind: Kind
    id: str
    fields: Mapping[str, Any]
    texts: tuple[str, ...]
    marks: tuple[Marked, ...]
    label: str = ""
    read_as: str = ""


class Evaluation(NamedTuple):
    """All cases, the rows that could not be used, and what seemed odd; digest of the frameworks."""

    cases: tuple[Case, ...]
    refused: tuple[InputError, ...]
    warnings: tuple[str, ...]
    frameworks: str


class _Read(NamedTuple):
    """A row as labelled and as read, before it is judged."""

    gold: Gold
    answer: Answer
    messages: tuple[Message, ...]
    id: str
    fields: Mapping[str, Any]


def evaluate(outcomes: Iterable[Outcome], topics: Collection[str]) -> Evaluation:
    """Judge what was read (`batch.tag_rows`, as JSON lines) against the labels that came with it.

    Args:
        outcomes: the rows with what hoi made of them.
        topics: the ids of the topics there are.

    Returns:
        The cases in order. A row that cannot be read, or whose labels are not as documented, is
        among the refused and nowhere else.

    Raises:
        InputError: if not one row can be used.
    """
    read: list[_Read] = []
    refused: list[InputError] = []
    warnings: list[str] = []
    digest = ""
    for row, line in outcomes:
        warnings += row.warnings
        try:
            if row.conversation is None or line is None:
                raise row.error or InputError("it cannot be read", row.place)
            gold = read_gold(row.conversation, topics, row.place)
            _check_visitor(row.conversation, row.place)
        except InputError as error:
            refused.append(error)
            continue
        tagged = TaggedConversation.model_validate_json(line)
        digest = tagged.frameworks
        fields = _fields(row.conversation, gold, row.place)
        messages = row.conversation.messages
        read.append(_Read(gold, hoi_answer(tagged), messages, row.conversation.id, fields))
    if not read:
        reasons = "".join(f"\n  {error}" for error in refused)
        raise InputError(f"there is nothing to evaluate in the input{reasons}")
    majority = _majority(item.gold for item in read)
    cases = tuple(_case(item, majority) for item in read)
    return Evaluation(cases, tuple(refused), tuple(warnings), digest)


def _check_visitor(conversation: Conversation, place: Place) -> None:
    if not any(message.role == "visitor" for message in conversation.messages):
        raise InputError("it holds no message of a visitor, so there is nothing to judge", place)


def _fields(conversation: Conversation, gold: Gold, place: Place) -> dict[str, Any]:
    """What a row can be grouped by: its own fields, its file and language, and short names."""
    intake = conversation.intake.model_dump(exclude_none=True) if conversation.intake else {}
    fields = intake | conversation.extra | {"file": Path(place.file).name}
    if language := conversation.language or intake.get("language"):
        fields["language"] = language
    if isinstance(gold, MessageGold):
        fields["trap"] = _trap(gold)
        fields |= {"level": gold.suicidality, "kind": gold.kind}
        fields["topic"] = sorted(gold.topics or ())
    elif isinstance(gold, ChatGold):
        fields.pop("gold", None)
        fields |= {"level": _highest_label(gold.flags), "topic": sorted(gold.topics or ())}
    return fields


def _trap(gold: MessageGold) -> str:
    if gold.trap:
        return gold.trap
    if gold.experiencer == "other" and gold.suicidality not in (None, "none"):
        return "(another person)"
    return "(past)" if gold.suicidality == "past" else "(none)"


def _majority(golds: Iterable[Gold]) -> Majority:
    levels: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    topics: dict[type, Counter[str]] = {MessageGold: Counter(), ChatGold: Counter()}
    for gold in golds:
        if gold is None:
            continue
        topics[type(gold)].update(sorted(gold.topics or ()))
        if isinstance(gold, MessageGold):
            levels.update([gold.now] if gold.now else [])
            kinds.update([gold.kind] if gold.kind else [])
    level, kind = _most(levels), _most(kinds)
    return Majority(
        LEVELS_OF[level][0] if level else None,
        next(iter(KINDS_OF[kind]), "other") if kind else None,
        _most(topics[MessageGold]),
        _most(topics[ChatGold]),
    )


def _most(counts: Counter[str]) -> str | None:
    return counts.most_common(1)[0][0] if counts else None


def _case(read: _Read, majority: Majority) -> Case:
    gold, answer, messages, name, fields = read
    texts = tuple(message.text for message in messages)
    topic = majority.chat_topic if isinstance(gold, ChatGold) else majority.message_topic
    answers = {HOI: answer, BASELINE: baseline_answer(messages, majority, topic)}
    kind: Kind = "line"
    label = read_as = ""
    marks: list[Marked] = []
    for by, given in answers.items():
        match gold:
            case MessageGold():
                kind, label = "message", _label(gold)
                marks += ((mark, 0) for mark in _judge_message(gold, given, by))
            case ChatGold():
                kind = "chat"
                marks += _judge_chat(gold, given, messages, by)
            case None:
                marks += _judge_lines(given, messages, by)
    if isinstance(gold, MessageGold):
        read_as = _read_as(answer.said)
    return Case(kind, name, fields, texts, tuple(marks), label, read_as)


def _label(gold: MessageGold) -> str:
    if gold.suicidality is None:
        return ""
    if gold.experiencer == "other" and gold.suicidality != "none":
        return "another person"
    return gold.suicidality


# --- what was said ------------------------------------------------------------------------------


def is_now(said: Said) -> bool:
    """Is this a finding of the writer's own suicidality, now?"""
    return (said.flag, said.experiencer, said.past) == (SUICIDALITY, "self", False)


def _level(said: Iterable[Said]) -> str | None:
    return highest(item.level for item in said if is_now(item) and item.passed_on)


def _read_as(said: Sequence[Said]) -> str:
    now = [item for item in said if is_now(item)]
    if any(item.passed_on for item in now):
        return _level(now) or "no level"
    return "ask" if now else "nothing"


# --- one message --------------------------------------------------------------------------------


def _judge_message(gold: MessageGold, answer: Answer, by: str) -> Iterator[Mark]:
    if gold.suicidality is not None:
        yield from _judge_suicidality(gold, answer.said, by)
    for name in gold.flags:
        yield from _judge_flag(name, gold, answer.said, by)
    if gold.topics is not None:
        yield from _judge_topics("topic", gold.topics, answer.topics, by)


def _judge_suicidality(gold: MessageGold, said: Sequence[Said], by: str) -> Iterator[Mark]:
    found = [item for item in said if is_now(item)]
    flagged = [item for item in found if item.passed_on]
    yield from _decided("now/flag", bool(gold.now), bool(flagged), by)
    yield from _decided("now/found", bool(gold.now), bool(found), by)
    if gold.now in URGENT:
        yield _yes("urgent/flag", bool(flagged), by)
        yield _yes("urgent/found", bool(found), by)
    if gold.now is None:
        group = "trap" if _trap(gold) != "(none)" else "plain"
        yield _yes(f"silent/{group}/flag", not flagged, by)
        yield _yes(f"silent/{group}/found", not found, by)
    level = _level(flagged)
    if gold.now and flagged:
        yield _yes("level", level in LEVELS_OF[gold.now], by)
    yield from _judge_level(gold.now, level, by)
    if gold.suicidality == "past" and gold.experiencer == "self":
        noted = any(item.flag == SUICIDALITY and item.past for item in said)
        yield _yes("past", noted, by)
    if not (gold.suicidality == "past" and gold.experiencer == "other"):
        # Past danger of another is neither asked for nor wrong.
        others = [i for i in said if GROUP_OF.get(i.flag, i.flag) == SUICIDALITY and not i.past]
        others = [item for item in others if item.experiencer == "other"]
        theirs = gold.experiencer == "other" and gold.suicidality in LEVELS_OF
        yield from _decided("other/flag", theirs, any(i.tier == "flag" for i in others), by)
        yield from _decided("other/found", theirs, bool(others), by)


def _judge_level(label: str | None, level: str | None, by: str) -> Iterator[Mark]:
    """Each level as a decision of its own: right if one of those that the label accepts."""
    if label and level in LEVELS_OF[label]:
        yield Mark(f"level/{label}", "right", by)
        return
    if label:
        yield Mark(f"level/{label}", "missed", by)
    if level:
        yield Mark(f"level/{HOME[level]}", "false", by)


def _judge_flag(name: str, gold: MessageGold, said: Sequence[Said], by: str) -> Iterator[Mark]:
    is_so = gold.flags[name]
    ids = set(FLAGS_OF[name])
    swallowed = any(item.flag == "overdose" for item in said)
    if name == MEDICATION and is_so and gold.kind == "overdose":
        ids.add("overdose")
    if name == "harm_to_others" and is_so:
        # Whom a voice orders to harm is not told apart; a wrong one counts as psychosis only.
        ids.add(COMMANDED)
    raised = [item for item in said if item.flag in ids and (item.passed_on or not item.past)]
    if name == MEDICATION and not is_so and swallowed and gold.suicidality not in (None, "none"):
        return  # what was swallowed is told, nothing asked: neither right nor wrong
    yield from _decided(f"{name}/flag", is_so, any(item.tier == "flag" for item in raised), by)
    yield from _decided(f"{name}/found", is_so, bool(raised), by)
    if name == MEDICATION and is_so and gold.kind:
        yield _yes(f"asked/{gold.kind}", bool(raised), by)
        if raised:
            yield _yes(f"kind/{gold.kind}", _is_kind(gold.kind, raised), by)


def _is_kind(label: str, raised: Iterable[Said]) -> bool:
    if label == "overdose":
        return any(item.flag == "overdose" or item.kind in KINDS_OF[label] for item in raised)
    kinds = {item.kind for item in raised if item.flag == MEDICATION}
    if label == "other":
        return bool(kinds - {kind for named in KINDS_OF.values() for kind in named})
    return bool(kinds & set(KINDS_OF[label]))


def _judge_topics(
    name: str, gold: Collection[str], said: Collection[str], by: str
) -> Iterator[Mark]:
    for topic in sorted({*gold, *said}):
        yield from _decided(f"{name}/{topic}", topic in gold, topic in said, by)


def _decided(measure: str, gold: bool, said: bool, by: str) -> Iterator[Mark]:
    if gold or said:
        yield Mark(measure, _judgement(gold, said), by)


def _judgement(gold: bool, said: bool) -> Judgement:
    if gold and said:
        return "right"
    return "missed" if gold else "false"


def _yes(measure: str, right: bool, by: str) -> Mark:
    """A decision that should always be yes: its recall is the share of yes."""
    return Mark(measure, "right" if right else "missed", by)


# --- ordinary lines -----------------------------------------------------------------------------


def _judge_lines(answer: Answer, messages: Sequence[Message], by: str) -> Iterator[Marked]:
    """Every visitor's message is a line on which nothing is expected."""
    lines = [number for number, message in enumerate(messages) if message.role == "visitor"]
    for number in lines[1:]:
        yield Mark("lines/further", "right", by), number
    for number in lines:
        here = [item for item in answer.said if item.message == number]
        for flag in sorted({item.flag for item in here if item.passed_on}):
            yield Mark(f"lines/flag/{flag}", "false", by), number
        for name, said in (("suicidality", [s for s in here if is_now(s)]), ("all", here)):
            if any(item.passed_on for item in said):
                yield Mark(f"lines/{name}/flag", "false", by), number
            elif any(item.tier == "ask" and not item.past for item in said):
                yield Mark(f"lines/{name}/ask", "false", by), number


# --- a whole chat -------------------------------------------------------------------------------


def _judge_chat(
    gold: ChatGold, answer: Answer, messages: Sequence[Message], by: str
) -> Iterator[Marked]:
    for flag in gold.flags:
        fitting = [item for item in answer.said if _fits(item, flag)]
        after = _next_visitor(messages, flag.message)
        places = {item.message for item in fitting}
        group = "past" if flag.level == "past" else flag.flag
        for measure, right in (
            ("flag", any(item.tier == "flag" for item in fitting)),
            ("found", bool(fitting)),
            ("at", flag.message in places),
            ("near", bool(places & {flag.message, after})),
        ):
            yield _yes(f"chat/{measure}", right, by), flag.message
            yield _yes(f"chat/{measure}/{group}", right, by), flag.message
    yield from _false_flags(gold, answer.said, by)
    level = _level(answer.said)
    label = _highest_label(gold.flags)
    if label in LEVELS_OF and level:
        yield _yes("chat/level", level in LEVELS_OF[label], by), 0
    if gold.topics is not None:
        for mark in _judge_topics("chat topic", gold.topics, answer.topics, by):
            yield mark, 0


def _false_flags(gold: ChatGold, said: Sequence[Said], by: str) -> Iterator[Marked]:
    """What is passed on without a label for it: each kind once a chat, and each message."""
    seen: set[tuple[str, str]] = set()
    for item in said:
        if not item.passed_on or _is_welcome(item, gold):
            continue
        yield Mark("chat/false message", "false", by), item.message
        kind = (GROUP_OF.get(item.flag, item.flag), item.experiencer)
        if kind not in seen:
            seen.add(kind)
            yield Mark("chat/false", "false", by), item.message
            yield Mark(f"chat/false/{item.flag}", "false", by), item.message


def _fits(said: Said, flag: FlagGold) -> bool:
    """The same group of flags, and the same person; past or present for suicidality."""
    group = GROUP_OF.get(said.flag, said.flag)
    if flag.flag == MEDICATION:
        return said.flag in (MEDICATION, "overdose")  # whoever takes the drug
    if flag.flag == "harm_to_others" and said.flag == COMMANDED:
        group = flag.flag
    if group != flag.flag or said.experiencer != flag.experiencer:
        return False
    if flag.flag == SUICIDALITY:
        return said.past == (flag.level == "past")
    return said.passed_on or not said.past


def _is_welcome(said: Said, gold: ChatGold) -> bool:
    """Does the chat hold this flag, at whatever message?"""
    if any(_fits(said, flag) for flag in gold.flags):
        return True
    if said.flag == "overdose" and any(flag.level == "acute" for flag in gold.flags):
        return True
    return any(said.flag == flag.flag for flag in gold.also)


def _next_visitor(messages: Sequence[Message], number: int) -> int:
    later = range(number + 1, len(messages))
    return next((n for n in later if messages[n].role == "visitor"), number)


def _highest_label(flags: Iterable[FlagGold]) -> str | None:
    """The highest level of the writer that a chat's labels hold; past only if nothing else."""
    own = [f.level for f in flags if f.flag == SUICIDALITY and f.experiencer == "self" and f.level]
    return max(own, key=("past", *LEVELS_OF).index, default=None)
