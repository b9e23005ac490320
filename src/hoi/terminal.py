"""What the command line shows in colour: one chat with what was heard in it, a rule, problems.

Everything that was typed by people goes through `_clean` and into `Text` objects, never into
markup: a visitor's "[bold]" stays five letters in brackets, and no message can steer a terminal.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import IntEnum
from itertools import groupby
from typing import Any, NamedTuple, Protocol

from rich.console import Console, Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from hoi.errors import Problem
from hoi.model.base import Text as Bilingual
from hoi.model.conversation import Conversation, Intake, Message
from hoi.model.method import Cue, Framework, Line, Rule
from hoi.model.tagged import ChimeTag, Evidence, FlagTag, QuestionTag, TaggedConversation, TopicTag

# Every word of the interface: Dutch, English.
WORDS: dict[str, tuple[str, str]] = {
    "chat": ("Gesprek", "Chat"),
    "visitor": ("bezoeker", "visitor"),
    "chatter": ("chatter", "chatter"),
    "no_intake": ("geen intake ingevuld", "no intake form filled in"),
    "called": ("noemt zich", "goes by"),
    "aged": ("leeftijd", "aged"),
    "gender.woman": ("vrouw", "woman"),
    "gender.man": ("man", "man"),
    "gender.other": ("anders dan man of vrouw", "gender other than woman or man"),
    "need.reassurance": ("zoekt geruststelling", "looks for reassurance"),
    "need.advice": ("zoekt advies", "looks for advice"),
    "need.contact": ("zoekt contact", "looks for contact"),
    "need.other": ("zoekt iets anders", "looks for something else"),
    "about": ("wil praten over", "wants to talk about"),
    "no_messages": ("geen berichten", "no messages"),
    "colours": ("Kleuren", "Colours"),
    "colour.cue": ("verandert de lezing", "changes the reading"),
    "pass_on": ("doorgeven", "pass on"),
    "ask": ("openlijk vragen", "ask openly"),
    "noted": ("om te weten", "to know about"),
    "negated": ("ontkend", "denied"),
    "past": ("vroeger", "past"),
    "hypothetical": ("hypothetisch", "hypothetical"),
    "other": ("over iemand anders", "about someone else"),
    "message": ("bericht", "message"),
    "summary": ("Wat er gehoord is", "What was heard"),
    "topic": ("onderwerp", "topic"),
    "topics": ("Onderwerpen", "Topics"),
    "main": ("hoofdonderwerp", "main"),
    "flags": ("Vlaggen", "Flags"),
    "question": ("een van de vier vragen", "one of the four questions"),
    "questions": ("Vier vragen", "Four questions"),
    "asked": ("gesteld in", "asked in"),
    "not_asked": ("nog niet gesteld", "not yet asked"),
    "answered": ("beantwoord in", "answered in"),
    "not_answered": ("geen antwoord gehoord", "no answer heard"),
    "chime_d": ("CHIME-D", "CHIME-D"),
    "life_stage": ("Levensfase", "Life stage"),
    "view": ("een blik, geen oordeel", "a view, not a verdict"),
    "by.themes": ("op grond van thema's", "by themes"),
    "by.age": ("alleen op grond van leeftijd", "by age only"),
    "by.unclear": ("onduidelijk", "unclear"),
    "alternatives": ("ook mogelijk", "also possible"),
    "ending": ("Einde", "Ending"),
    "ending.normal": ("gewoon afgesloten", "closed normally"),
    "ending.abrupt": ("plots afgebroken", "broke off"),
    "ending.open": ("open: te weinig om iets te zeggen", "open: too little to say"),
    "none": ("niets gehoord", "none heard"),
    "draft": (
        "Alle teksten zijn concepten tot een klinisch supervisor ze heeft goedgekeurd.",
        "All texts are drafts until a clinical supervisor has approved them.",
    ),
    "rule": ("Regel", "Rule"),
    "rule.raises": ("meldt", "raises"),
    "rule.by": ("gezegd door", "said by"),
    "rule.both": ("bezoeker of chatter", "visitor or chatter"),
    "rule.kind": ("soort", "kind"),
    "rule.after": ("alleen na", "only after"),
    "rule.dimension": ("dimensie", "dimension"),
    "rule.grade": ("graad", "grade"),
    "rule.of": ("van", "of"),
    "rule.level": ("niveau", "level"),
    "rule.reads_as": ("leest als", "reads as"),
    "rule.says": ("zegswijzen", "sayings"),
    "rule.unless": ("tenzij", "unless"),
    "rule.match": ("wel", "matches"),
    "rule.no_match": ("niet", "does not match"),
    "rule.source": ("bron", "source"),
    "rule.status": ("status", "status"),
    "status.draft": (
        "concept, nog niet goedgekeurd door een klinisch supervisor",
        "draft, not yet approved by a clinical supervisor",
    ),
    "status.approved": ("goedgekeurd", "approved"),
    "rule.place": ("staat in", "stands in"),
    "no_problems": ("Geen problemen.", "No problems."),
    "no_file": ("(zonder bestand)", "(no file)"),
    "error": ("fout", "error"),
    "errors": ("fouten", "errors"),
    "warning": ("waarschuwing", "warning"),
    "warnings": ("waarschuwingen", "warnings"),
}

WORDS_AT_MOST = 4  # so many quotations show a topic or flag; the rest are counted
# Marks that turn the direction of writing, and so could show a text other than what was typed.
DIRECTION = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


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


class _Words:
    """The interface in one language."""

    def __init__(self, language: str | None) -> None:
        self.language = "nl" if (language or "").lower()[:2] == "nl" else "en"

    def __call__(self, key: str) -> str:
        dutch, english = WORDS[key]
        return dutch if self.language == "nl" else english


class _View(NamedTuple):
    """What the parts of the page need: the interface's words and the names of the method."""

    words: _Words
    names: dict[tuple[str, str], str]

    def name(self, group: str, name: str) -> str:
        """The name of an item of the method; its id if this framework does not have it."""
        return self.names.get((group, name)) or _line(name)


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
    words = _Words(language or _language(conversation, tagged))
    view = _View(words, _names(framework, words.language))
    console.print(_header(conversation, words))
    if console.color_system and not console.no_color:
        console.print(_legend(words))
    console.print()
    console.print(_dialogue(conversation.messages, tagged, view))
    console.print()
    console.print(_summary(tagged, view))
    console.print(Text(words("draft"), style="dim italic"))


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
        (group, item.id): _line(item.name.to(language))
        for group, items in groups.items()
        for item in items
    }
    stages = framework.erikson.stages
    return names | {("stage", stage.id): _line(stage.conflict.to(language)) for stage in stages}


def _header(conversation: Conversation, words: _Words) -> Text:
    header = Text(f"{words('chat')} {_line(conversation.id)}", style="bold")
    day = next((m.at.date().isoformat() for m in conversation.messages if m.at), None)
    if day:
        header.append(f"  {day}", style="dim")
    header.append("\n")
    facts = list(_intake(conversation.intake, words)) if conversation.intake else []
    return header.append(", ".join(facts) or words("no_intake"), style="not bold")


def _intake(intake: Intake, words: _Words) -> Iterator[str]:
    """The form before the chat, in plain words; empty fields are left out."""
    if intake.username:
        yield f"{words('called')} {_quoted(intake.username)}"
    if intake.age_band:
        yield f"{words('aged')} {intake.age_band}"
    if intake.gender:
        yield words(f"gender.{intake.gender}")
    if intake.need or intake.need_text:
        need = words(f"need.{intake.need or 'other'}")
        yield f"{need}: {_quoted(intake.need_text)}" if intake.need_text else need
    if intake.topic:
        yield f"{words('about')} {_quoted(intake.topic)}"


def _legend(words: _Words) -> Text:
    """What the colours mean."""
    legend = Text(f"{words('colours')}: ", style="dim")
    for kind in (Kind.PASS_ON, Kind.ASK, Kind.NOTED):
        legend.append(words(FLAG_WORDS[kind][1]), style=f"not dim {STYLES[kind]}").append(", ")
    for kind, key in ((Kind.TOPIC, "topic"), (Kind.QUESTION, "question")):
        legend.append(words(key), style=f"not dim {STYLES[kind]}").append(", ")
    return legend.append(words("colour.cue"), style=CUE_STYLE)


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
    name = view.name("flag", flag.id)
    finer = [view.name("level", flag.level)] if flag.level else []
    finer += [view.name("kind", flag.kind)] if flag.kind else []
    title = f"{name}: {', '.join(finer)}" if finer else name
    tier = words(FLAG_WORDS[_flag_kind(flag)][1])
    return " · ".join([title, tier, *(words(key) for key in _qualifiers(flag))])


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
        painted.append(_clean("".join(sign[0] for sign in run)), style=_style(kind, cue))
    return painted


def _style(kind: Kind, cue: bool) -> str:
    if not cue:
        return STYLES[kind]
    # A cue never dims the words of a flag or topic that it overlaps.
    return f"{CUE_STYLE} {STYLES[kind] or 'dim'}"


def _clean(text: str) -> str:
    """`text` without what could steer a terminal; line breaks stay."""
    return "".join(map(_visible, text))


def _visible(sign: str) -> str:
    if sign in "\n\r\u2028\u2029":
        return "\n"
    if sign == "\t":
        return " "
    category = unicodedata.category(sign)
    if category == "Cs":  # half a character, which no terminal can be sent
        return "\ufffd"
    return "" if category == "Cc" or sign in DIRECTION else sign


def _line(text: str) -> str:
    """`text` cleaned and on one line."""
    return " ".join(_clean(text).split())


def _quoted(text: str) -> str:
    return f"‘{_line(text)}’"


# --- the summary --------------------------------------------------------------------------------


def _summary(tagged: TaggedConversation, view: _View) -> Panel:
    words = view.words
    none = [Text(words("none"), style="dim")]
    table = _labelled()
    topics = sorted(tagged.topics, key=lambda topic: not topic.main)
    _add(table, words("topics"), [_topic(topic, view) for topic in topics] or none)
    _add(table, words("flags"), [_flag(flag, view) for flag in tagged.flags] or none)
    _add(table, words("questions"), [_question(tag, view) for tag in tagged.hoi_questions] or none)
    _add(table, words("chime_d"), [_chime(tag, view) for tag in tagged.chime_d] or none)
    _add(table, words("life_stage"), [_life_stage(tagged, view)])
    _add(table, words("ending"), [Text(words(f"ending.{tagged.ending}"))])
    return Panel(table, title=Text(words("summary")), title_align="left")


def _labelled() -> Table:
    table = Table.grid(padding=(0, 1))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(ratio=1, overflow="fold")
    return table


def _add(table: Table, label: str, lines: Sequence[Text]) -> None:
    table.add_row(Text(label), Text("\n", overflow="fold").join(lines))


def _topic(topic: TopicTag, view: _View) -> Text:
    line = Text(view.name("topic", topic.id), style=STYLES[Kind.TOPIC])
    if topic.main:
        line.append(f" ({view.words('main')})", style="bold")
    return line.append(_quotations(topic.evidence), style="default")


def _flag(flag: FlagTag, view: _View) -> Text:
    line = _note(flag, view)
    line.append(f" · {view.words('message')} {flag.message}", style="default not bold")
    return line.append(_quotations(flag.evidence), style="default not bold")


def _quotations(evidence: Iterable[Evidence]) -> str:
    """The words that show something, each once, the first few; "" if there are none."""
    said = dict.fromkeys(_line(item.text) for item in evidence if item.cue is None)
    # "wil dood" adds nothing beside "ik wil dood".
    found = [text for text in said if not any(text in other for other in said if other != text)]
    if not found:
        return ""
    more = len(found) - WORDS_AT_MOST
    quoted = ", ".join(map(_quoted, found[:WORDS_AT_MOST]))
    return f": {quoted}" + (f" +{more}" if more > 0 else "")


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


# --- a rule -------------------------------------------------------------------------------------


def show_rule(console: Console, rule: Rule, language: str | None = None) -> None:
    """Print one rule with its sayings, its examples both ways, its source and its place.

    Args:
        console: where to print.
        rule: the rule.
        language: of the interface, `nl` or `en`; English by default.
    """
    words = _Words(language)
    table = _labelled()
    for key, value in _rule_facts(rule, words):
        if value:
            _add(table, words(key), [Text(_line(value))])
    blocks = {"says": rule.says, "unless": rule.unless}
    examples = {"match": rule.match, "no_match": rule.no_match}
    styles = {"match": "green", "no_match": "yellow"}
    for name, lines in (blocks | examples).items():
        if lines:
            table.add_row(Text(words(f"rule.{name}")), _block(lines, styles.get(name, "")))
    _add(table, words("rule.source"), [Text(_line(rule.source))])
    _add(table, words("rule.status"), [Text(words(f"status.{rule.status}"), style="bold")])
    place = _line(str(rule.place._replace(item="")))
    _add(table, words("rule.place"), [Text(place or words("no_file"))])
    console.print(Text(f"{words('rule')} {_line(rule.id)}", style="bold"))
    console.print(table)


def _rule_facts(rule: Rule, words: _Words) -> Iterator[tuple[str, str | None]]:
    """What the rule raises and how heavily; None or "" where it says nothing of it."""
    qualities = (
        ("negated", rule.denies),
        ("past", rule.time == "past"),
        ("other", rule.experiencer == "other"),
    )
    yield "rule.raises", rule.raises
    yield "rule.by", words("rule.both" if rule.by == "both" else rule.by)
    yield "rule.dimension", rule.dimension
    yield "rule.grade", f"{rule.grade} {words('rule.of')} 4"
    yield "rule.level", rule.level
    yield "rule.kind", rule.kind
    yield "rule.after", rule.after
    yield "rule.reads_as", ", ".join(words(key) for key, holds in qualities if holds)


def _block(lines: Iterable[Line], style: str) -> Table:
    """One saying or example a line; what does not fit on it is indented."""
    block = Table.grid(padding=(0, 1))
    block.add_column(style="dim", no_wrap=True)
    block.add_column(ratio=1, overflow="fold", style=style)
    for line in lines:
        block.add_row(Text("-"), Text(_line(line.text)))
    return block


# --- problems -----------------------------------------------------------------------------------


def show_problems(
    console: Console, problems: Sequence[Problem], language: str | None = None
) -> None:
    """Print problems file by file, errors before warnings, and how many there are.

    Args:
        console: where to print.
        problems: what was found; none is said too.
        language: of the interface, `nl` or `en`; English by default.
    """
    words = _Words(language)
    if not problems:
        console.print(Text(words("no_problems"), style="green"))
        return
    for file, group in _by_file(problems).items():
        console.print(Text(_line(file) or words("no_file"), style="bold"))
        console.print(_problems(group, words))
        console.print()
    console.print(_count(problems, words))


def _by_file(problems: Iterable[Problem]) -> dict[str, list[Problem]]:
    """Problems by file; files with errors come first, and errors come first in each."""
    ordered = sorted(problems, key=lambda p: (_is_warning(p), p.place.file, p.place.line))
    files: dict[str, list[Problem]] = {}
    for problem in ordered:
        files.setdefault(problem.place.file, []).append(problem)
    return files


def _is_warning(problem: Problem) -> bool:
    return problem.severity != "error"


def _problems(problems: Iterable[Problem], words: _Words) -> Table:
    table = Table.grid(padding=(0, 1))
    table.add_column(justify="right", style="dim", no_wrap=True, min_width=5)
    table.add_column(no_wrap=True)
    table.add_column(ratio=1, overflow="fold")
    for problem in problems:
        warning = _is_warning(problem)
        severity = Text(
            words("warning" if warning else "error"), style="yellow" if warning else "bold red"
        )
        said = Text(_line(problem.message), overflow="fold")
        item = _line(problem.place.item)
        said.append(f" ({item})" if item else "", style="cyan")
        said.append(f" [{_line(problem.code)}]", style="dim")
        table.add_row(Text(str(problem.place.line or "")), severity, said)
    return table


def _count(problems: Sequence[Problem], words: _Words) -> Text:
    warnings = sum(map(_is_warning, problems))
    errors = len(problems) - warnings
    counted = [
        f"{number} {words(one if number == 1 else many)}"
        for number, one, many in ((errors, "error", "errors"), (warnings, "warning", "warnings"))
    ]
    return Text(", ".join(counted), style="bold red" if errors else "yellow")


def show_cue(console: Console, cue: Cue) -> None:
    """Print a cue: what it sets or clears, from which side, and its words."""
    effect = f"sets {cue.sets}" if cue.sets else f"clears {cue.clears}" if cue.clears else "stops"
    console.print(Text(cue.id, style="bold"))
    facts = f"{effect}, stands {cue.direction} the finding, reaches {cue.reach} words"
    console.print(Text(f"{facts}; source: {cue.source}; status: {cue.status}; {cue.place}"))
    console.print(_block(cue.says, "cyan"))


def show_scores(console: Console, record: Mapping[str, Any]) -> None:
    """Print what `hoi evaluate` found, as tables."""
    console.print(f"{record['messages']} messages")
    for title in ("decisions", "topics"):
        table = Table(title, "recall", "precision", "F1", "right", "missed", "false", box=None)
        for name, figures in record[title].items():
            table.add_row(
                name, *("-" if value is None else str(value) for value in figures.values())
            )
        console.print(table)
    console.print(
        f"topics: micro F1 {record['topics_micro_f1']}, macro F1 {record['topics_macro_f1']}"
    )
    levels = Table("label", "read as", box=None)
    for label, read in record["levels"].items():
        levels.add_row(label, ", ".join(f"{level} {count}" for level, count in read.items()))
    console.print(levels)
