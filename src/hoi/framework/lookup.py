"""Finds what an id names: a rule, cue, concept, scorecard, flag, level or topic."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import TypeAlias

from hoi.errors import UnknownIdError
from hoi.framework.concepts import names_in
from hoi.model.method import (
    Concept,
    Cue,
    FlagKind,
    Framework,
    Level,
    Line,
    Rule,
    Scorecard,
    Topic,
)

Item: TypeAlias = Rule | Cue | Concept | Scorecard | FlagKind | Level | Topic
KINDS: dict[str, type[Item]] = {
    "rule": Rule,
    "cue": Cue,
    "concept": Concept,
    "scorecard": Scorecard,
    "flag": FlagKind,
    "level": Level,
    "topic": Topic,
}
NEAR_SHOWN = 8


def lookup(framework: Framework, name: str) -> list[Item]:
    """All that is called `name`; of one kind only with its name before: `flag/suicidality`.

    Raises:
        UnknownIdError: if nothing is; it says what is called nearly so.
    """
    kind, _, own = name.rpartition("/")
    items = [
        item for item in _items(framework) if not kind or isinstance(item, KINDS.get(kind, ()))
    ]
    found = [item for item in items if item.id == own.strip("{}")]
    if not found:
        near = _near(own, sorted({item.id for item in items}))
        hint = f"; near it: {', '.join(near)}" if near else ""
        what = kind if kind in KINDS else f"{', '.join([*KINDS][:-1])} or {[*KINDS][-1]}"
        raise UnknownIdError(f"no {what} is called '{name}'{hint}")
    return found


def rules_of(framework: Framework, item: Item) -> list[Rule | Cue]:
    """The rules that raise a flag, level or topic; the rules and cues that use a concept."""
    if isinstance(item, Concept):
        return _users(framework, item)
    rules: list[Rule | Cue] = []
    for rule in framework.rules:
        what, _, name = rule.raises.partition("/")
        of_level = isinstance(item, Level) and what == "flag" and rule.level == item.id
        of_flag = isinstance(item, FlagKind) and (what, name) == ("flag", item.id)
        of_topic = isinstance(item, Topic) and (what, name) == ("topic", item.id)
        if of_level or of_flag or of_topic:
            rules.append(rule)
    return rules


def _items(framework: Framework) -> Iterator[Item]:
    yield from framework.rules
    yield from framework.cues
    yield from framework.concepts
    yield from framework.scorecards
    yield from framework.escalation.flags
    yield from framework.escalation.levels
    yield from framework.topics.topics


def _near(name: str, known: list[str]) -> list[str]:
    """The ids that hold `name`, else those that are written nearly so."""
    holding = [one for one in known if name and name in one]
    return holding[:NEAR_SHOWN] or get_close_matches(name, known, NEAR_SHOWN)


def _users(framework: Framework, concept: Concept) -> list[Rule | Cue]:
    own = {concept.id}
    concepts = [one for one in framework.concepts if one.language == concept.language]
    for _ in concepts:  # concepts that name it, and those that name these
        more = {one.id for one in concepts if _names(own, one.terms)}
        if more <= own:
            break
        own |= more
    users: list[Rule | Cue] = [
        rule
        for rule in framework.rules
        if rule.language == concept.language and _names(own, (*rule.says, *rule.unless))
    ]
    users += (
        cue for cue in framework.cues if cue.language == concept.language and _names(own, cue.says)
    )
    return users


def _names(concepts: set[str], lines: Sequence[Line]) -> bool:
    return any(name in concepts for name, _ in names_in(lines))
