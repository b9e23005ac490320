"""What was read in a message and why, step by step: what `hoi try` prints."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from hoi.model.method import Grading
from hoi.model.tagged import FlagTag, TaggedConversation
from hoi.reading.trace import (
    Card,
    CardSign,
    Fired,
    MessageTrace,
    NearMiss,
    Raised,
    ReadWord,
    Said,
    Silenced,
    Trace,
    Turn,
)
from hoi.terminal.words import Words, add_to, labelled, line_of, quoted

POINTS_NEAR = 10  # so little below its threshold a scorecard is shown
TIER_STYLES = {"flag": "bold red", "ask": "yellow", None: "dim"}


def show_trace(
    console: Console,
    trace: Trace,
    tagged: TaggedConversation,
    grading: Grading,
    language: str | None = None,
) -> None:
    """Print each message of a trace, and what came of them.

    Args:
        console: where to print.
        trace: what the reader did.
        tagged: the result of the same messages.
        grading: the limits of the tiers that the rules' grades are set against.
        language: of the interface, `nl` or `en`; English by default.
    """
    words = Words(language)
    for message in trace.messages:
        title = f"{words('message')} {message.number}, {words(message.role)}: "
        console.print(Text(title, style="bold").append(quoted(message.text), style="default"))
        console.print(_steps(message, grading, words))
        console.print()
    console.print(Text(words("try.result"), style="bold"))
    console.print(_result(tagged, words))


def _steps(message: MessageTrace, grading: Grading, words: Words) -> Table:
    table = labelled()
    steps: tuple[tuple[str, Iterable[Text]], ...] = (
        ("try.open", _questions(message, words)),
        ("try.read_with", (Text(quoted(text)) for text in message.read_with)),
        ("try.words", _words(message.words)),
        ("try.concepts", _concepts(message)),
        ("try.fired", (line for fired in message.fired for line in _fired(fired, words))),
        ("try.silenced", _silenced(message.silenced, words)),
        ("try.by_rules", _by_rules(message.by_rules, grading, words)),
        ("try.cards", _cards(message.cards, words)),
        ("try.near", (line for near in message.near for line in _near(near, words))),
    )
    for key, lines in steps:
        shown = list(lines)
        if shown or key == "try.fired":
            add_to(table, words(key), shown or [Text(words("try.nothing"), style="dim")])
    return table


def _questions(message: MessageTrace, words: Words) -> Iterator[Text]:
    for question in message.open_questions:
        level = f" ({words('level').lower()} {line_of(question.level)})" if question.level else ""
        yield Text(f"{line_of(question.raises)}{level}")
    if not message.open_questions and message.role == "visitor" and message.number:
        yield Text(words("try.no_question"), style="dim")


def _words(read: Sequence[ReadWord]) -> Iterator[Text]:
    """The line as it was read, then each word that was changed."""
    if read:
        yield Text(line_of(" ".join(word.meant for word in read)))
    changed = {(w.typed, w.meant): None for w in read if w.meant != w.typed.lower()}
    for typed, meant in changed:
        yield Text(f"{line_of(typed)} → {line_of(meant)}", style="yellow")


def _concepts(message: MessageTrace) -> Iterator[Text]:
    """One line a stretch of words: `‘niet meer’ {not_anymore} {abs_stop}`."""
    by_words: dict[tuple[str, str], list[str]] = {}
    for concept in message.concepts:
        for words in concept.words:
            by_words.setdefault((concept.language, words), []).append(concept.id)
    for (language, words), names in by_words.items():
        line = Text(f"{language} ", style="dim").append(quoted(words), style="green")
        yield line.append("".join(f" {{{line_of(name)}}}" for name in names), style="cyan")


def _fired(fired: Fired, words: Words) -> Iterator[Text]:
    line = Text(line_of(fired.rule), style="cyan")
    facts = [fired.raises, fired.dimension, fired.kind, fired.level]
    line.append(" " + ", ".join(line_of(fact) for fact in facts if fact), style="default")
    left = f" → {fired.left}" if fired.left != fired.grade else ""
    yield line.append(f", {words('rule.grade')} {fired.grade}{left}", style="default")
    for said in fired.said:
        yield _said(said)
    for turn in fired.turned:
        yield _turn(turn, words)


def _said(said: Said) -> Text:
    line = Text("  ").append(quoted(said.words), style="green")
    return line.append(f" ← {line_of(said.saying)}", style="default").append(
        f" ({line_of(said.file)}:{said.line})", style="dim"
    )


def _turn(turn: Turn, words: Words) -> Text:
    qualifier = words(turn.sets)
    if turn.cue is None:
        return Text(f"  {words('try.turned')} {qualifier} ({words('try.itself')})", style="magenta")
    line = Text(f"  {words('try.turned')} {qualifier}: {quoted(turn.words)}", style="magenta")
    return line.append(f" {line_of(turn.cue)}", style="cyan")


def _silenced(silenced: Sequence[Silenced], words: Words) -> Iterator[Text]:
    unasked = [one for one in silenced if one.why == "not_asked"]
    for one in silenced:
        if one.why != "not_asked":
            line = Text(line_of(one.rule), style="cyan")
            yield line.append(f" {words(f'try.why.{one.why}')}", style="default")
            yield _said(one.said)
            if one.by:
                yield Text(f"  {words('rule.unless')} ").append_text(_said(one.by))
    if unasked:
        flags = dict.fromkeys(one.raises.partition("/")[2] for one in unasked)
        yield Text(f"{words('try.why.not_asked')}: {', '.join(map(line_of, flags))}", style="dim")


def _by_rules(raised: Sequence[Raised], grading: Grading, words: Words) -> Iterator[Text]:
    for one in raised:
        grades = ", ".join(f"{line_of(rule)} {grade}" for rule, grade in one.grades)
        line = Text(f"{line_of(one.flag)} ", style="bold")
        line.append(words(f"try.{one.tier}"), style=TIER_STYLES[one.tier])
        about = [one.level or "", *_qualities(one, words)]
        line.append("".join(f", {line_of(item)}" for item in about if item), style="default")
        yield line.append(f" ({grades})", style="dim")
    flags = {one.flag for one in raised}
    if "suicidality" in flags:
        yield Text(
            words("try.limits").format(
                ask=grading.ask_at, together=grading.flag_together, flag=grading.flag_at
            ),
            style="dim",
        )
    if flags - {"suicidality"}:
        yield Text(
            words("try.other_limits").format(ask=grading.other_ask_at, flag=grading.other_flag_at),
            style="dim",
        )


def _qualities(raised: Raised | FlagTag, words: Words) -> list[str]:
    return [
        words(key)
        for key, holds in (
            ("negated", raised.negated),
            ("past", raised.time == "past"),
            ("other", raised.experiencer == "other"),
        )
        if holds
    ]


def _cards(cards: Sequence[Card], words: Words) -> Iterator[Text]:
    """The cards that were reached or nearly so, and always the one for suicidality."""
    silent = 0
    for card in sorted(cards, key=_card_order):
        near = card.points >= card.ask_at - POINTS_NEAR or _is_main(card)
        if not card.tier and not near:
            silent += 1
            continue
        line = Text(line_of(card.id), style="cyan")
        line.append(f" {line_of(card.raises)}", style="default")
        line.append(f" {line_of(card.level)}" if card.level else "", style="default")
        line.append(f": {card.points} ", style="bold")
        line.append(f"({words('try.total')} {card.total}) ", style="dim")
        line.append(words("try.from").format(ask=card.ask_at, flag=card.flag_at) + ": ")
        outcome = "level" if card.level and card.tier else card.tier or "silent"
        yield line.append(words(f"try.{outcome}"), style=TIER_STYLES[card.tier])
        for signs in (card.for_, card.against):
            if signs:
                yield Text("  ").append_text(_signs(signs))
    if silent:
        yield Text(f"{silent} {words('try.other_cards')}", style="dim")


def _card_order(card: Card) -> tuple[bool, bool, int]:
    """Those that were reached first, and a flag before its levels."""
    return card.tier is None, card.level is not None, card.ask_at - card.points


def _is_main(card: Card) -> bool:
    return card.raises == "flag/suicidality" and card.level is None


def _signs(signs: Sequence[CardSign]) -> Text:
    return Text(", ").join(
        Text(f"{sign.points:+} {line_of(sign.sign)}", style="green" if sign.points > 0 else "red")
        for sign in signs
    )


def _near(near: NearMiss, words: Words) -> Iterator[Text]:
    line = Text(line_of(near.rule), style="cyan")
    yield line.append(
        f" {line_of(near.raises)}, {words('rule.grade')} {near.grade}", style="default"
    )
    yield (
        Text("  ")
        .append(quoted(near.words), style="green")
        .append(f" ← {line_of(near.saying)}", style="default")
    )
    lacks = words(f"try.lack.{near.lack}")
    if near.lack == "missing":
        place = f"{{{line_of(near.concept)}}}: " if near.concept else ""
        lacks = f"{lacks} {place}{' | '.join(map(line_of, near.terms))} …"
    elif near.after:
        lacks = f"{lacks} {line_of(near.after)}"
    yield Text(f"  {lacks}", style="yellow")


def _result(tagged: TaggedConversation, words: Words) -> Table:
    table = labelled()
    flags = [_flag(flag, words) for flag in tagged.flags]
    topics = [
        Text(
            f"{line_of(topic.id)} ({topic.weight:g})" + (f", {words('main')}" if topic.main else "")
        )
        for topic in tagged.topics
    ]
    none = [Text(words("none"), style="dim")]
    add_to(table, words("flags"), flags or none)
    add_to(table, words("topics"), topics or none)
    return table


def _flag(flag: FlagTag, words: Words) -> Text:
    line = Text(f"{words('message')} {flag.message}: ", style="dim")
    line.append(f"{line_of(flag.id)} ", style="bold")
    line.append(words(f"try.{flag.tier}"), style=TIER_STYLES[flag.tier])
    about = [flag.level or "", flag.kind or "", *_qualities(flag, words)]
    line.append("".join(f", {line_of(item)}" for item in about if item), style="default")
    return line.append(f" → {words('pass_on')}" if flag.escalate else "", style="bold red")
