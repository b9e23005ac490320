"""One chat as a dialogue, with what was heard marked in it, and a summary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import IntEnum
from itertools import groupby
from typing import NamedTuple, Protocol

from rich.console import Console, Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from hoi.guidance.protocol import routes_of
from hoi.model.base import Text as Bilingual
from hoi.model.conversation import Conversation, Intake, Message
from hoi.model.method import Framework
from hoi.model.tagged import ChimeTag, Evidence, FlagTag, QuestionTag, TaggedConversation, TopicTag
from hoi.terminal.protocol import names_protocol, protocols, short_route
from hoi.terminal.words import Words, add_to, clean, labelled, line_of, quoted

ROUTES_SHOWN = 3
STEPS_SHOWN = 2
WORDS_AT_MOST = 4  # so many quotations show a topic or flag; the rest are counted


class Kind(IntEnum):
    """What a stretch of text shows; where stretches overlap, the highest wins."""

    PLAIN = 0
    QUESTION = 1
    TOPIC = 2
    NOTED = 3
    ASK = 4
    PASS_ON = 5


STYLES = {
    Kind.PLAIN: "",
    Kind.QUESTION: "green",
    Kind.TOPIC: "cyan",
    Kind.NOTED: "magenta",
    Kind.ASK: "yellow",
    Kind.PASS_ON: "bold red",
}
# The kinds of flag in words, and a sign that tells them apart without colours.
FLAG_WORDS = {
    Kind.PASS_ON: ("!", "pass_on"),
    Kind.ASK: ("?", "ask"),
    Kind.NOTED: ("-", "noted"),
}
# What has a colour only.
COLOUR_WORDS = {Kind.TOPIC: "topic", Kind.QUESTION: "question"}
CUE_STYLE = "underline"


class _Mark(NamedTuple):
    """A stretch of one message to be coloured."""

    start: int
    end: int
    kind: Kind
    cue: bool = False


class _Named(Protocol):
    """Anything of the method that has an id and a name."""

    @property
    def id(self) -> str: ...

    @property
    def name(self) -> Bilingual: ...


class _View(NamedTuple):
    """What the parts of the page need: the interface's words and the names of the method."""

    words: Words
    names: dict[tuple[str, str], str]

    def name(self, group: str, name: str) -> str:
        """The name of an item of the method; its id if this framework does not have it."""
        return self.names.get((group, name)) or line_of(name)


# --- one chat -----------------------------------------------------------------------------------


def show_conversation(
    console: Console,
    conversation: Conversation,
    tagged: TaggedConversation,
    framework: Framework,
    language: str | None = None,
) -> None:
    """Print one chat as a dialogue, with what was heard marked in it, and a summary.

    Messages are numbered from 0, as in the data.

    Args:
        console: where to print; without a terminal there are no colours, only text.
        conversation: the chat.
        tagged: what was read in that chat.
        framework: where the names of topics, flags and so on are.
        language: of the interface, `nl` or `en`; by default the chat's own, else English.
    """
    words = Words(language or _language(conversation, tagged))
    view = _View(words, _names(framework, words.language))
    console.print(_header(conversation, words))
    console.print()
    console.print(_dialogue(conversation.messages, tagged, view))
    console.print()
    console.print(_summary(tagged, framework, view))
    console.print(Text(words("draft"), style="dim italic"))


def show_legend(console: Console, language: str | None = None) -> None:
    """Print what the marks mean, and the colours if there are any; once, below the chats."""
    words = Words(language)
    marks = [(f"{sign} {words(key)}", STYLES[kind]) for kind, (sign, key) in FLAG_WORDS.items()]
    if console.color_system and not console.no_color:
        marks += [(words(key), STYLES[kind]) for kind, key in COLOUR_WORDS.items()]
        marks.append((words("colour.cue"), CUE_STYLE))
    legend = Text(f"{words('marks')}: ")
    for number, (said, style) in enumerate(marks):
        legend.append(", " if number else "").append(said, style=style)
    console.print(legend)


def _language(conversation: Conversation, tagged: TaggedConversation) -> str | None:
    intake = conversation.intake
    return conversation.language or tagged.language or (intake.language if intake else None)


def _names(framework: Framework, language: str) -> dict[tuple[str, str], str]:
    groups: dict[str, Sequence[_Named]] = {
        "topic": framework.topics.topics,
        "flag": framework.escalation.flags,
        "level": framework.escalation.levels,
        "kind": framework.medication.kinds,
        "question": framework.hoi.questions,
        "chime_d": framework.chime_d.elements,
    }
    names = {
        (group, item.id): line_of(item.name.to(language))
        for group, items in groups.items()
        for item in items
    }
    stages = framework.erikson.stages
    return names | {("stage", stage.id): line_of(stage.conflict.to(language)) for stage in stages}


def _header(conversation: Conversation, words: Words) -> Text:
    header = Text(f"{words('chat')} {line_of(conversation.id)}", style="bold")
    day = next((m.at.date().isoformat() for m in conversation.messages if m.at), None)
    if day:
        header.append(f"  {day}", style="dim")
    header.append("\n")
    facts = list(_intake(conversation.intake, words)) if conversation.intake else []
    return header.append(", ".join(facts) or words("no_intake"), style="not bold")


def _intake(intake: Intake, words: Words) -> Iterator[str]:
    """The form before the chat, in plain words; empty fields are left out."""
    if intake.username:
        yield f"{words('called')} {quoted(intake.username)}"
    if intake.age_band:
        yield f"{words('aged')} {intake.age_band}"
    if intake.gender:
        yield words(f"gender.{intake.gender}")
    if intake.need or intake.need_text:
        need = words(f"need.{intake.need or 'other'}")
        yield f"{need}: {quoted(intake.need_text)}" if intake.need_text else need
    if intake.topic:
        yield f"{words('about')} {quoted(intake.topic)}"


def _dialogue(messages: Sequence[Message], tagged: TaggedConversation, view: _View) -> Table | Text:
    if not messages:
        return Text(view.words("no_messages"), style="dim")
    timed = any(message.at for message in messages)
    table = Table.grid(padding=(0, 1))
    table.add_column(justify="right", style="dim", no_wrap=True)
    if timed:
        table.add_column(style="dim", no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(ratio=1, overflow="fold")
    marks = _marks(messages, tagged)
    for number, message in enumerate(messages):
        said = [_painted(message.text, marks[number])]
        said += [_note(flag, view) for flag in tagged.flags if flag.message == number]
        time = [Text(message.at.strftime("%H:%M") if message.at else "")] if timed else []
        who = Text(view.words(message.role), style="bold" if message.role == "visitor" else "blue")
        table.add_row(Text(str(number)), *time, who, Group(*said))
    return table


def _note(flag: FlagTag, view: _View) -> Text:
    """The line under a message: which flag, how heavy, and what to do with it."""
    kind = _flag_kind(flag)
    sign, _ = FLAG_WORDS[kind]
    return Text(f"{sign} {_flag_words(flag, view)}", style=STYLES[kind], overflow="fold")


def _flag_words(flag: FlagTag, view: _View) -> str:
    words = view.words
    tier = words(FLAG_WORDS[_flag_kind(flag)][1])
    return " · ".join([_flag_title(flag, view), tier, *(words(key) for key in _qualifiers(flag))])


def _flag_title(flag: FlagTag, view: _View) -> str:
    name = view.name("flag", flag.id)
    finer = [view.name("level", flag.level)] if flag.level else []
    finer += [view.name("kind", flag.kind)] if flag.kind else []
    return f"{name}: {', '.join(finer)}" if finer else name


def _qualifiers(flag: FlagTag) -> Iterator[str]:
    if flag.negated:
        yield "negated"
    if flag.time != "current":
        yield flag.time
    if flag.experiencer == "other":
        yield "other"


def _flag_kind(flag: FlagTag) -> Kind:
    # What is denied, past or another's is kept and shown, but it is not "pass on".
    if flag.escalate:
        return Kind.PASS_ON
    return Kind.ASK if flag.tier == "ask" else Kind.NOTED


# --- evidence in the text -----------------------------------------------------------------------


def _marks(messages: Sequence[Message], tagged: TaggedConversation) -> list[list[_Mark]]:
    """For each message, the stretches to colour."""
    marks: list[list[_Mark]] = [[] for _ in messages]
    for evidence, kind in _shown(tagged):
        if 0 <= evidence.message < len(messages):
            mark = _Mark(evidence.start, evidence.end, kind, evidence.cue is not None)
            marks[evidence.message].append(mark)
    # A question has no words of its own in the data: the whole message that asked it is marked.
    for number in {number for tag in tagged.hoi_questions for number in tag.asked}:
        if 0 <= number < len(messages):
            marks[number].append(_Mark(0, len(messages[number].text), Kind.QUESTION))
    return marks


def _shown(tagged: TaggedConversation) -> Iterator[tuple[Evidence, Kind]]:
    for topic in tagged.topics:
        yield from ((evidence, Kind.TOPIC) for evidence in topic.evidence)
    for flag in tagged.flags:
        yield from ((evidence, _flag_kind(flag)) for evidence in flag.evidence)


def _painted(text: str, marks: Iterable[_Mark]) -> Text:
    """`text`, cleaned for display, with its marks; marks count code points of `text` as it is."""
    kinds = [Kind.PLAIN] * len(text)
    cues = [False] * len(text)
    for mark in marks:
        for place in range(max(0, mark.start), min(mark.end, len(text))):
            if mark.cue:
                cues[place] = True
            else:
                kinds[place] = max(kinds[place], mark.kind)
    painted = Text(overflow="fold")
    same_length = text.replace("\r\n", " \n")
    signs = zip(same_length, kinds, cues, strict=True)
    for (kind, cue), run in groupby(signs, key=lambda sign: sign[1:]):
        painted.append(clean("".join(sign[0] for sign in run)), style=_style(kind, cue))
    return painted


def _style(kind: Kind, cue: bool) -> str:
    if not cue:
        return STYLES[kind]
    # A cue never dims the words of a flag or topic that it overlaps.
    return f"{CUE_STYLE} {STYLES[kind] or 'dim'}"


# --- the summary --------------------------------------------------------------------------------


def _summary(tagged: TaggedConversation, framework: Framework, view: _View) -> Panel:
    words = view.words
    none = [Text(words("none"), style="dim")]
    table = labelled()
    topics = sorted(tagged.topics, key=lambda topic: not topic.main)
    add_to(table, words("topics"), [_topic(topic, view) for topic in topics] or none)
    add_to(table, words("flags"), [_flag(flag, view) for flag in tagged.flags] or none)
    if to_do := _protocols(tagged, framework, view):
        add_to(table, words("do_now"), to_do)
    asked = [_question(tag, view) for tag in tagged.hoi_questions]
    add_to(table, words("questions"), asked or none)
    add_to(table, words("chime_d"), [_chime(tag, view) for tag in tagged.chime_d] or none)
    add_to(table, words("life_stage"), [_life_stage(tagged, view)])
    add_to(table, words("ending"), [Text(words(f"ending.{tagged.ending}"))])
    return Panel(table, title=Text(words("summary")), title_align="left")


def _topic(topic: TopicTag, view: _View) -> Text:
    line = Text(view.name("topic", topic.id), style=STYLES[Kind.TOPIC])
    if topic.main:
        line.append(f" ({view.words('main')})", style="bold")
    return line.append(_quotations(topic.evidence), style="default")


def _flag(flag: FlagTag, view: _View) -> Text:
    line = _note(flag, view)
    line.append(f" · {view.words('message')} {flag.message}", style="default not bold")
    return line.append(_quotations(flag.evidence), style="default not bold")


def _protocols(tagged: TaggedConversation, framework: Framework, view: _View) -> list[Text]:
    """For each flag that is to be passed on: the first ways and steps, and where the rest is."""
    lines = []
    for flag, protocol in protocols(tagged.flags, framework):
        routes = routes_of(protocol, framework)[:ROUTES_SHOWN]
        ways = "; ".join(short_route(route, view.words) for route in routes)
        lines.append(Text(_flag_title(flag, view), style=STYLES[Kind.PASS_ON]))
        lines.append(Text(f"→ {ways}"))
        for number, step in enumerate(protocol.steps[:STEPS_SHOWN], 1):
            lines.append(Text(f"{number}. {line_of(step.to(view.words.language))}"))
        lines.append(
            Text(f"{view.words('more')}: hoi explain {names_protocol(protocol)}", style="dim")
        )
    return lines


def _quotations(evidence: Iterable[Evidence]) -> str:
    """The words that show something, each once, the first few; "" if there are none."""
    said = dict.fromkeys(line_of(item.text) for item in evidence if item.cue is None)
    # "wil dood" adds nothing beside "ik wil dood".
    found = [text for text in said if not any(text in other for other in said if other != text)]
    if not found:
        return ""
    more = len(found) - WORDS_AT_MOST
    shown = ", ".join(map(quoted, found[:WORDS_AT_MOST]))
    return f": {shown}" + (f" +{more}" if more > 0 else "")


def _question(tag: QuestionTag, view: _View) -> Text:
    words = view.words
    line = Text(f"{view.name('question', tag.id)}: ")
    if tag.asked:
        line.append(f"{words('asked')} {_numbers(tag.asked)}", style=STYLES[Kind.QUESTION])
    else:
        line.append(words("not_asked"), style="bold")
    if tag.answered:
        line.append(f", {words('answered')} {_numbers(tag.answered)}")
    elif tag.asked:
        line.append(f", {words('not_answered')}", style="dim")
    return line


def _chime(tag: ChimeTag, view: _View) -> Text:
    heard = [
        f"{view.words(role)} {_numbers(sorted({item.message for item in evidence}))}"
        for role, evidence in (("visitor", tag.visitor), ("chatter", tag.chatter))
        if evidence
    ]
    line = Text(view.name("chime_d", tag.id))
    return line.append(f": {', '.join(heard)}" if heard else "", style="dim")


def _life_stage(tagged: TaggedConversation, view: _View) -> Text:
    stage, words = tagged.life_stage, view.words
    line = Text()
    if stage.id:
        line.append(f"{view.name('stage', stage.id)}, ")
    line.append(words(f"by.{stage.by}")).append(_quotations(stage.evidence))
    line.append(f" ({words('view')})", style="dim")
    if stage.alternatives:
        others = "; ".join(view.name("stage", name) for name in stage.alternatives)
        line.append(f"\n{words('alternatives')}: {others}", style="dim")
    return line


def _numbers(numbers: Iterable[int]) -> str:
    return ", ".join(map(str, numbers))
