"""A rule, cue, concept, scorecard, flag, level or topic in full: what `hoi explain` prints."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from hoi.errors import HoiError
from hoi.framework.lookup import Item
from hoi.guidance.protocol import SUICIDALITY, Protocol, routes_of
from hoi.model.base import Text as Bilingual
from hoi.model.method import (
    Concept,
    Cue,
    Exclusion,
    FlagKind,
    Framework,
    Level,
    Line,
    Rule,
    Scorecard,
    Sourced,
    Topic,
)
from hoi.terminal.protocol import route_words
from hoi.terminal.words import Words, add_to, labelled, line_of

STYLES = {"match": "green", "no_match": "yellow"}
SIGNS_SHOWN = 20  # of a scorecard, each way


def show_item(
    console: Console,
    item: Item,
    framework: Framework,
    rules: Sequence[Rule | Cue],
    language: str | None = None,
) -> None:
    """Print what an id of the method names.

    Args:
        console: where to print.
        item: what `hoi.framework.lookup` found.
        framework: where its routes and levels are.
        rules: the rules and cues that belong to it, to be counted and named.
        language: of the interface, `nl` or `en`; English by default.
    """
    words = Words(language)
    if isinstance(item, Rule):
        show_rule(console, item, language)
        return
    table = labelled()
    if isinstance(item, Cue):
        title = f"{words('cue')} {item.id}"
        _cue(table, item, words)
    elif isinstance(item, Concept):
        title = f"{words('concept')} {item.id} ({item.language})"
        table.add_row(Text(words("concept.terms")), _block(item.terms, ""))
    elif isinstance(item, Scorecard):
        title = f"{words('scorecard')} {item.id}"
        _scorecard(table, item, words)
    else:
        title = f"{words(_label(item))} {item.id}: {item.name.to(words.language)}"
        _described(table, item, framework, words)
    _source(table, item, words)
    if not isinstance(item, Cue | Scorecard):
        _rules(table, rules, words)
    console.print(Text(line_of(title), style="bold"))
    console.print(table)


def show_rule(console: Console, rule: Rule, language: str | None = None) -> None:
    """Print one rule with its sayings, its examples both ways, its source and its place.

    Args:
        console: where to print.
        rule: the rule.
        language: of the interface, `nl` or `en`; English by default.
    """
    words = Words(language)
    table = labelled()
    _facts(table, _rule_facts(rule, words), words)
    _blocks(table, {"says": rule.says, "unless": rule.unless}, words)
    _blocks(table, {"match": rule.match, "no_match": rule.no_match}, words)
    _source(table, rule, words)
    console.print(Text(f"{words('rule')} {line_of(rule.id)}", style="bold"))
    console.print(table)


def _rule_facts(rule: Rule, words: Words) -> Iterator[tuple[str, str | None]]:
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


def _cue(table: Table, cue: Cue, words: Words) -> None:
    facts = (
        ("cue.sets", cue.sets),
        ("cue.clears", cue.clears),
        ("cue.stops", words("yes") if cue.stops else None),
        ("cue.where", words(f"cue.{cue.direction}")),
        ("cue.reach", str(cue.reach)),
    )
    _facts(table, facts, words)
    table.add_row(Text(words("rule.says")), _block(cue.says, ""))


def _scorecard(table: Table, card: Scorecard, words: Words) -> None:
    """What it raises and from how many points on, and its heaviest signs both ways."""
    points = sorted(map(_sign, card.points), key=lambda pair: (-abs(pair[0]), pair[1]))
    facts = (
        ("rule.raises", card.raises),
        ("rule.level", card.level),
        ("card.ask_at", str(card.ask_at)),
        ("card.flag_at", str(card.flag_at)),
        ("card.signs", str(len(points))),
    )
    _facts(table, facts, words)
    for key, style, way in (("card.for", "green", 1), ("card.against", "red", -1)):
        signs = [(number, sign) for number, sign in points if number * way > 0]
        shown = [Text(f"{number:+4} {line_of(sign)}", style=style) for number, sign in signs]
        if len(signs) > SIGNS_SHOWN:
            more = f"({words('card.heaviest')} {SIGNS_SHOWN} {words('rule.of')} {len(signs)})"
            shown = [*shown[:SIGNS_SHOWN], Text(more, style="dim")]
        if shown:
            add_to(table, words(key), shown)
    _blocks(table, {"match": card.match, "no_match": card.no_match}, words)


def _blocks(table: Table, blocks: Mapping[str, Sequence[Line]], words: Words) -> None:
    for name, lines in blocks.items():
        if lines:
            table.add_row(Text(words(f"rule.{name}")), _block(lines, STYLES.get(name, "")))


def _sign(line: Line) -> tuple[int, str]:
    number, _, sign = line.text.partition(" ")
    try:
        return int(number), sign.strip()
    except ValueError:
        what = f"line {line.number}: '{line.text}' is not a whole number and a sign"
        raise HoiError(f"{what}; hoi check tells all such lines") from None


def _label(item: FlagKind | Level | Topic) -> str:
    if isinstance(item, Topic):
        return "item.topic"
    return "level" if isinstance(item, Level) else "flag"


def _described(
    table: Table, item: FlagKind | Level | Topic, framework: Framework, words: Words
) -> None:
    """What it means and what it covers; what to do about it."""
    meaning = item.meaning if isinstance(item, Level) else item.definition
    _texts(table, "definition", [meaning], words)
    if not isinstance(item, Level):
        _texts(table, "include", item.include, words)
        _texts(table, "exclude", item.exclude, words)
    if isinstance(item, Topic):
        facts = [("share", f"{item.share_2025:g}%"), ("neighbours", ", ".join(item.neighbours))]
        _facts(table, facts, words)
        return
    if isinstance(item, FlagKind):
        _facts(table, _flag_facts(item, framework, words), words)
    else:
        _texts(table, "supervision", [item.supervision], words)
    _facts(table, [("urgency", item.urgency)], words)
    _what_to_do(table, item, framework, words)


def _flag_facts(flag: FlagKind, framework: Framework, words: Words) -> Iterator[tuple[str, str]]:
    if flag.id == SUICIDALITY:
        yield "levels", ", ".join(level.id for level in framework.escalation.levels)
    for key, holds in (
        ("escalate", flag.escalate),
        ("whoever", flag.whoever),
        ("also_past", flag.past),
    ):
        yield key, words("yes" if holds else "no")
    yield "flag.topics", ", ".join(flag.topics)


def _what_to_do(table: Table, protocol: Protocol, framework: Framework, words: Words) -> None:
    steps = enumerate((line_of(step.to(words.language)) for step in protocol.steps), 1)
    add_to(table, words("steps"), [Text(f"{number}. {step}") for number, step in steps])
    ways = (
        f"{route_words(route, words)}, {line_of(route.hours.to(words.language))}"
        for route in routes_of(protocol, framework)
    )
    add_to(table, words("routes"), [Text(f"- {way}") for way in ways])


def _facts(table: Table, facts: Iterable[tuple[str, str | None]], words: Words) -> None:
    for key, value in facts:
        if value:
            add_to(table, words(key), [Text(line_of(value))])


def _texts(table: Table, key: str, texts: Sequence[Bilingual], words: Words) -> None:
    lines = []
    for text in texts:
        said = line_of(text.to(words.language))
        see = text.see if isinstance(text, Exclusion) else None
        lines.append(said + (f" ({words('see')} {line_of(see)})" if see else ""))
    sign = "- " if len(lines) > 1 else ""
    if lines:
        add_to(table, words(key), [Text(f"{sign}{line}") for line in lines])


def _source(table: Table, item: Sourced, words: Words) -> None:
    add_to(table, words("rule.source"), [Text(line_of(item.source))])
    status = words(f"status.{item.status}")
    add_to(table, words("rule.status"), [Text(status, style="bold")])
    if isinstance(item, Rule | Cue | Concept):
        place = line_of(str(item.place._replace(item="")))
        add_to(table, words("rule.place"), [Text(place or words("no_file"))])


def _rules(table: Table, rules: Sequence[Rule | Cue], words: Words) -> None:
    """How many rules (and cues) of each language, and which."""
    by_language: dict[str, list[str]] = defaultdict(list)
    for rule in rules:
        by_language[rule.language].append(rule.id)
    counts = ", ".join(f"{language} {len(names)}" for language, names in by_language.items())
    names = [Text(f"- {line_of(name)}") for names in by_language.values() for name in names]
    add_to(table, words("used_by"), [Text(counts or words("no_rules")), *names])


def _block(lines: Iterable[Line], style: str) -> Table:
    """One saying or example a line; what does not fit on it is indented."""
    block = Table.grid(padding=(0, 1))
    block.add_column(style="dim", no_wrap=True)
    block.add_column(ratio=1, overflow="fold", style=style)
    for line in lines:
        block.add_row(Text("-"), Text(line_of(line.text)))
    return block
