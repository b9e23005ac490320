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
from hoi.guidance.guide import Guide
from hoi.guidance.life_stage import NO_THEMES, stage_of
from hoi.model.advice import FlagAdvice
from hoi.model.conversation import Conversation, Message
from hoi.model.method import Framework
from hoi.model.tagged import TaggedConversation
from hoi.reading.grading import highest
from hoi.research.answers import Answer, Majority, Said, baseline_answer, hoi_answer
from hoi.research.batch import Outcome
from hoi.research.gold import (
    ELEMENTS,
    FLAGS_OF,
    GROUP_OF,
    KINDS_OF,
    LEVELS_OF,
    MEDICATION,
    QUESTIONS,
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
THIRD_PARTY = "third_party_risk"
NEAR = 1  # messages between a labelled place of a question and one that counts as the same
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


Screens = tuple[tuple[Said, ...], ...]  # the flags that stand on screen after each message


class _Talk(NamedTuple):
    """What was said of a whole chat, beside its flags and topics.

    `places`: the messages in which each of the four questions was opened or answered.
    """

    places: Mapping[str, frozenset[int]]
    elements: frozenset[str]
    stage: str | None
    ending: str | None
    screens: Screens


class _Live(NamedTuple):
    """What only a guide can tell of a labelled chat.

    `expected` are the labelled flags that call for a protocol, `screens` what a live session
    showed (empty if no protocol is called for), `by_age` the life stage that the age band alone
    makes likeliest, if there is one.
    """

    expected: tuple[FlagGold, ...]
    screens: Screens
    by_age: str | None


class _Read(NamedTuple):
    """A row as labelled and as read, before it is judged."""

    gold: Gold
    tagged: TaggedConversation
    live: _Live | None
    messages: tuple[Message, ...]
    id: str
    fields: Mapping[str, Any]


class _Most(NamedTuple):
    """What the baseline always answers."""

    labels: Majority
    ending: str | None


def evaluate(
    outcomes: Iterable[Outcome], topics: Collection[str], guide: Guide | None = None
) -> Evaluation:
    """Judge what was read (`batch.tag_rows`, as JSON lines) against the labels that came with it.

    Args:
        outcomes: the rows with what hoi made of them.
        topics: the ids of the topics there are.
        guide: of the same frameworks. Without it no live session is judged, and no life stage
            compared with what the age band alone would say.

    Returns:
        The cases in order. A row that cannot be read, or whose labels are not as documented, is
        among the refused and nowhere else.

    Raises:
        InputError: if not one row can be used.
    """
    read: list[_Read] = []
    refused: list[InputError] = []
    warnings: list[str] = []
    for outcome in outcomes:
        warnings += outcome.row.warnings
        try:
            read.append(_read(outcome, topics, guide))
        except InputError as error:
            refused.append(error)
    if not read:
        reasons = "".join(f"\n  {error}" for error in refused)
        raise InputError(f"there is nothing to evaluate in the input{reasons}")
    most = _Most(_majority(item.gold for item in read), _most_ending(item.gold for item in read))
    cases = tuple(_case(item, most) for item in read)
    return Evaluation(cases, tuple(refused), tuple(warnings), read[-1].tagged.frameworks)


def _read(outcome: Outcome, topics: Collection[str], guide: Guide | None) -> _Read:
    """A row with its labels and what hoi made of it.

    Raises:
        InputError: if it could not be read, or its labels are not as documented.
    """
    row, line = outcome
    if row.conversation is None or line is None:
        raise row.error or InputError("it cannot be read", row.place)
    conversation = row.conversation
    gold = read_gold(conversation, topics, row.place)
    _check_visitor(conversation, row.place)
    return _Read(
        gold,
        TaggedConversation.model_validate_json(line),
        _lived(conversation, gold, guide) if guide and isinstance(gold, ChatGold) else None,
        conversation.messages,
        conversation.id,
        _fields(conversation, gold, row.place),
    )


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


def _most_ending(golds: Iterable[Gold]) -> str | None:
    ended = [gold.ended for gold in golds if isinstance(gold, ChatGold) and gold.ended]
    return _most(Counter(ended))


def _most(counts: Counter[str]) -> str | None:
    return counts.most_common(1)[0][0] if counts else None


def _case(read: _Read, most: _Most) -> Case:
    gold, tagged, _, messages, name, fields = read
    texts = tuple(message.text for message in messages)
    majority = most.labels
    topic = majority.chat_topic if isinstance(gold, ChatGold) else majority.message_topic
    answer = hoi_answer(tagged)
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
                talk = _hoi_talk(read) if by == HOI else _baseline_talk(given, read, most)
                marks += _judge_talk(gold, talk, read, by)
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


# --- a whole chat: the four questions, CHIME-D, the life stage, the ending, a live session --------


def _lived(conversation: Conversation, gold: ChatGold, guide: Guide) -> _Live:
    expected = tuple(flag for flag in gold.flags if _is_passed_on(flag, guide.framework))
    replayed = guide.replay(conversation) if expected else ()
    screens = tuple(tuple(map(_on_screen, advice.flags)) for _, advice in replayed)
    return _Live(expected, screens, stage_of(NO_THEMES, conversation.intake, guide.framework).id)


def _is_passed_on(flag: FlagGold, framework: Framework) -> bool:
    """Does the framework pass a flag like the labelled one on?"""
    ids = FLAGS_OF.get(flag.flag, (SUICIDALITY, THIRD_PARTY))
    is_own = flag.experiencer == "self"
    kinds = (kind for kind in framework.escalation.flags if kind.id in ids)
    return flag.level != "past" and any(k.escalate and (is_own or k.whoever) for k in kinds)


def _on_screen(shown: FlagAdvice) -> Said:
    flag = shown.flag
    is_past = flag.time == "past"
    return Said(
        flag.id, flag.message, flag.tier, True, flag.experiencer, is_past, flag.level, flag.kind
    )


def _hoi_talk(read: _Read) -> _Talk:
    tagged = read.tagged
    return _Talk(
        {one.id: frozenset((*one.asked, *one.answered)) for one in tagged.hoi_questions},
        frozenset(element.id for element in tagged.chime_d),
        tagged.life_stage.id,
        tagged.ending,
        read.live.screens if read.live else (),
    )


def _baseline_talk(answer: Answer, read: _Read, most: _Most) -> _Talk:
    """What needs no engine: everything everywhere, the most common ending, the age band's stage."""
    numbers = range(len(read.messages))
    return _Talk(
        dict.fromkeys(QUESTIONS, frozenset(numbers)),
        frozenset(ELEMENTS),
        read.live.by_age if read.live else None,
        most.ending,
        tuple(tuple(said for said in answer.said if said.message <= n) for n in numbers),
    )


def _judge_talk(gold: ChatGold, talk: _Talk, read: _Read, by: str) -> Iterator[Marked]:
    if gold.questions_at is not None:
        for name in QUESTIONS:
            labelled = gold.questions_at.get(name, frozenset())
            yield from _judge_places(name, labelled, talk.places.get(name, frozenset()), by)
    for mark in _judge_whole(gold, talk, read.live, by):
        yield mark, 0
    for flag in read.live.expected if read.live else ():
        for mark in _judge_screen(flag, gold, talk.screens, read.messages, by):
            yield mark, flag.message


def _judge_places(
    name: str, gold: Collection[int], said: Collection[int], by: str
) -> Iterator[Marked]:
    """A labelled message is found, and a said one right, if one of the other lies near enough."""
    for number in sorted(gold):
        for measure in ("question at/found", f"question at/found/{name}"):
            yield _yes(measure, _is_near(number, said), by), number
    for number in sorted(said):
        right: Judgement = "right" if _is_near(number, gold) else "false"
        for measure in ("question at/said", f"question at/said/{name}"):
            yield Mark(measure, right, by), number


def _is_near(number: int, others: Iterable[int]) -> bool:
    return any(abs(number - other) <= NEAR for other in others)


def _judge_whole(gold: ChatGold, talk: _Talk, live: _Live | None, by: str) -> Iterator[Mark]:
    """What is so of the chat as a whole, at no message of its own."""
    if gold.questions is not None:
        came_up = [name for name, places in talk.places.items() if places]
        yield from _judge_topics("question", gold.questions, came_up, by)
    if gold.elements is not None:
        yield from _judge_topics("element", gold.elements, talk.elements, by)
    if gold.ended is not None:
        # Labels know two endings only: one that hoi leaves `open` is wrong.
        for measure in ("ended", f"ended/{gold.ended}"):
            yield _yes(measure, talk.ending == gold.ended, by)
    if gold.life_stage is not None and (live or by == HOI):
        is_right = talk.stage == gold.life_stage
        yield _yes("stage", is_right, by)
        if live and live.by_age:
            group = "likeliest" if live.by_age == gold.life_stage else "other"
            yield _yes(f"stage/{group}", is_right, by)


def _judge_screen(
    flag: FlagGold, gold: ChatGold, screens: Screens, messages: Sequence[Message], by: str
) -> Iterator[Mark]:
    """Does the flag's protocol stand on screen when it is labelled, and not earlier?"""
    after = _next_visitor(messages, flag.message)
    at, later = (
        [said for said in screens[number] if _fits(said, flag)] for number in (flag.message, after)
    )
    yield _yes("live/at", bool(at), by)
    for measure in ("live/near", f"live/near/{flag.flag}"):
        yield _yes(measure, bool(at or later), by)
    levels = {said.level for said in (*at, *later)}
    if levels and flag.flag == SUICIDALITY and flag.experiencer == "self":
        # On screen a level never falls by itself, so the highest one labelled so far counts.
        label = _highest_label(one for one in gold.flags if one.message <= flag.message)
        yield _yes("live/level", bool(levels & {*LEVELS_OF.get(label or "", ())}), by)
    if _is_first(flag, gold):
        before = screens[flag.message - 1] if flag.message else ()
        yield _yes("live/early", any(_fits(said, flag) for said in before), by)


def _is_first(flag: FlagGold, gold: ChatGold) -> bool:
    """Is this the chat's first label of a present flag and person?"""
    return flag.message == min(
        one.message
        for one in gold.flags
        if (one.flag, one.experiencer) == (flag.flag, flag.experiencer) and one.level != "past"
    )
