"""Concepts and who names them: circles, in which no term is left, and concepts nobody uses."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from hoi.errors import Problem
from hoi.model.base import LANGUAGES
from hoi.model.method import Concept, Cue, Line, Rule, Scorecard

CONCEPT_NAME = re.compile(r"\{(\w+)\}")


def names_in(lines: Sequence[Line]) -> Iterator[tuple[str, int]]:
    """The concepts that sayings or terms name, each with the line it is named in."""
    for text, number in lines:
        for name in CONCEPT_NAME.findall(text):
            yield name, number


def check_concepts(
    concepts: Sequence[Concept],
    cues: Sequence[Cue],
    rules: Sequence[Rule],
    cards: Sequence[Scorecard],
) -> list[Problem]:
    """Circles of concepts (errors), and concepts that nothing names (warnings)."""
    problems: list[Problem] = []
    for language in LANGUAGES:
        own = {concept.id: concept for concept in concepts if concept.language == language}
        says = [line for cue in cues if cue.language == language for line in cue.says]
        for rule in rules:
            says += (*rule.says, *rule.unless) if rule.language == language else ()
        for card in cards:
            says += card.points if card.language == language else ()
        problems += [*_circles(own), *_unused(own, {name for name, _ in names_in(says)})]
    return problems


def _unused(concepts: Mapping[str, Concept], named: set[str]) -> Iterator[Problem]:
    """Concepts that no cue, rule, scorecard or other concept names."""
    named = named.union(
        *({name for name, _ in names_in(one.terms)} - {one.id} for one in concepts.values())
    )
    for concept in concepts.values():
        if concept.id not in named:
            message = "nothing uses this concept: use it in a saying, or remove it"
            yield Problem("unused-concept", message, concept.place, "warning")


def _circles(concepts: Mapping[str, Concept]) -> Iterator[Problem]:
    """Each circle of concepts once, told where its first member names the next."""
    named: dict[str, dict[str, int]] = defaultdict(dict)
    for concept in concepts.values():
        for name, number in names_in(concept.terms):
            if name in concepts:
                named[concept.id].setdefault(name, number)
    told: set[str] = set()
    for name in concepts:
        circle = [] if name in told else _way_back(name, named)
        if circle:
            told.update(circle)
            place = concepts[name].place._replace(line=named[name][circle[1]])
            message = f"concepts refer to each other in a circle: {' -> '.join(circle)}"
            yield Problem("circle", message, place)


def _way_back(start: str, named: Mapping[str, Mapping[str, int]]) -> list[str]:
    """The shortest way along names from `start` to itself, both ends included; empty if none."""
    ways = [[start]]
    seen: set[str] = set()
    for way in ways:  # it grows while it is gone through
        for name in named.get(way[-1], ()):
            if name == start:
                return [*way, start]
            if name not in seen:
                seen.add(name)
                ways.append([*way, name])
    return []
