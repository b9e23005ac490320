"""Does everything that names something name something that exists?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from hoi.errors import Place, Problem
from hoi.framework.concepts import names_in
from hoi.framework.counsel import check_counsel
from hoi.framework.sense import SUICIDALITY
from hoi.model.base import LANGUAGES
from hoi.model.method import (
    Concept,
    Cue,
    Framework,
    Line,
    Rule,
    Scorecard,
    Situation,
    Style,
)
from hoi.model.tagged import LEVELS

CLOSINGS = ("goodbye", "thanks", "leaving")
CHIME_KINDS = ("growth", "lack")
DIGITS = re.compile(r"\d+")


def check_references(framework: Framework) -> list[Problem]:
    """All dangling references, duplicate ids and subjects without rules in `framework`."""
    return [
        *_methods(framework),
        *_numbers(framework),
        *_rules(framework),
        *_cards(framework),
        *check_counsel(framework.advice, framework.hoi, targets(framework)),
        *_coverage(framework),
    ]


def check_language(
    concepts: Sequence[Concept],
    cues: Sequence[Cue],
    rules: Sequence[Rule],
    cards: Sequence[Scorecard],
) -> list[Problem]:
    """Duplicate ids and missing concepts: what can be told without the methods' files."""
    known: dict[str, set[str]] = {language: {"medication_name"} for language in LANGUAGES}
    for concept in concepts:
        known[concept.language].add(concept.id)
    problems = [*_duplicates(concepts, cues, (*rules, *cards)), *_same_subject(cards)]
    for concept in concepts:
        problems += _unknown_concepts(concept.terms, known[concept.language], concept.place)
    for cue in cues:
        problems += _unknown_concepts(cue.says, known[cue.language], cue.place)
    for rule in rules:
        problems += _unknown_concepts((*rule.says, *rule.unless), known[rule.language], rule.place)
    return problems


def targets(framework: Framework) -> dict[str, frozenset[str]]:
    """What a rule can raise: the ids of each kind of target."""
    flags = frozenset(flag.id for flag in framework.escalation.flags)
    return {
        "flag": flags,
        "ask": flags,
        "safety": flags,
        "topic": frozenset(topic.id for topic in framework.topics.topics),
        "question": frozenset(question.id for question in framework.hoi.questions),
        "chime_d": frozenset(element.id for element in framework.chime_d.elements),
        "life_stage": frozenset(stage.id for stage in framework.erikson.stages),
        "closing": frozenset(CLOSINGS),
        "situation": frozenset(one.id for one in framework.advice.situations),
        "style": frozenset(one.id for one in framework.advice.styles),
    }


def _duplicates(
    concepts: Sequence[Concept], cues: Sequence[Cue], finders: Sequence[Rule | Scorecard]
) -> Iterator[Problem]:
    groups: list[Iterable[tuple[str, Place]]] = [
        ((finder.id, finder.place) for finder in finders),
        ((cue.id, cue.place) for cue in cues),
        ((f"{concept.language}:{concept.id}", concept.place) for concept in concepts),
    ]
    for group in groups:
        seen: Counter[str] = Counter()
        for name, place in group:
            seen[name] += 1
            if seen[name] == 2:
                yield Problem("duplicate-id", "this id is used more than once", place)


def _same_subject(cards: Sequence[Scorecard]) -> Iterator[Problem]:
    """Scorecards that tell the same of the same: only one of them would count."""
    first: dict[tuple[str | None, ...], Scorecard] = {}
    for card in cards:
        subject = (card.raises, card.level, card.kind, card.experiencer, card.time)
        other = first.setdefault((card.language, *subject), card)
        if other.id != card.id:  # the same id twice is told already
            message = f"'{other.id}' ({other.place}) already weighs this: join the two"
            yield Problem("same-subject", message, card.place)


def _numbers(framework: Framework) -> Iterator[Problem]:
    """Routes with other numbers in Dutch than in English: one of the two was forgotten."""
    for route in framework.escalation.routes:
        for key, text in (("contact", route.contact), ("hours", route.hours)):
            dutch, english = sorted(DIGITS.findall(text.nl)), sorted(DIGITS.findall(text.en))
            if dutch != english:
                message = f"'{key}' has other numbers in Dutch than in English"
                yield Problem("numbers", message, Place("escalation.yaml", 0, route.id))


def _methods(framework: Framework) -> Iterator[Problem]:
    known = targets(framework)
    escalation = framework.escalation
    routes = {route.id for route in escalation.routes}
    place = Place("escalation.yaml")
    if tuple(level.id for level in escalation.levels) != LEVELS:
        yield Problem("levels", f"the levels must be {', '.join(LEVELS)}, in this order", place)
    named = [(level.id, level.routes) for level in escalation.levels]
    named += [(flag.id, flag.routes) for flag in escalation.flags]
    for name, used in named:
        for route in sorted(set(used) - routes):
            yield Problem("unknown-route", f"no route '{route}'", place._replace(item=name))
    for flag in escalation.flags:
        for topic in set(flag.topics) - known["topic"]:
            yield Problem("unknown-topic", f"no topic '{topic}'", place._replace(item=flag.id))
    for topic_data in framework.topics.topics:
        for topic in set(topic_data.neighbours) - known["topic"]:
            yield Problem(
                "unknown-topic", f"no topic '{topic}'", Place("topics.yaml", 0, topic_data.id)
            )
    for band in framework.erikson.age_bands:
        for stage in set(band.prior) - known["life_stage"] - {"other"}:
            yield Problem(
                "unknown-stage", f"no stage '{stage}'", Place("erikson.yaml", 0, band.band)
            )


def _rules(framework: Framework) -> Iterator[Problem]:
    known = targets(framework)
    kinds = {kind.id for kind in framework.medication.kinds}
    dimensions = {dimension.id for dimension in framework.escalation.dimensions}
    for rule in framework.rules:
        yield from _raised(rule, known)
        yield from _suicidality(rule, dimensions)
        yield from _kind(rule, kinds)
        if not rule.id.startswith(f"{rule.language}."):
            yield Problem("id", f"the id must start with '{rule.language}.'", rule.place)


def _cards(framework: Framework) -> Iterator[Problem]:
    known = targets(framework)
    kinds = {kind.id for kind in framework.medication.kinds}
    for card in framework.scorecards:
        what, _, name = card.raises.partition("/")
        if what not in ("flag", "topic") or name not in known[what]:
            message = f"no flag or topic '{card.raises}': write flag/... or topic/..."
            yield Problem("unknown-target", message, card.place)
        if card.level not in (*LEVELS, None):
            message = f"no level '{card.level}': it is one of {', '.join(LEVELS)}"
            yield Problem("level", message, card.place)
        if card.kind is not None and card.kind not in kinds:
            message = f"no kind '{card.kind}': it is one of {', '.join(sorted(kinds))}"
            yield Problem("kind", message, card.place)
        if not card.id.startswith(f"{card.language}.scorecard."):
            message = f"the id must start with '{card.language}.scorecard.'"
            yield Problem("id", message, card.place)


def _raised(rule: Rule, known: dict[str, frozenset[str]]) -> Iterator[Problem]:
    if rule.after is not None and not rule.after.startswith(("ask/", "safety/")):
        yield Problem("after", "'after' names a question: ask/... or safety/...", rule.place)
    if rule.by == "chatter" and rule.raises.startswith("flag/"):
        yield Problem("by", "a chatter's words never raise a flag", rule.place)
    for target in (rule.raises, rule.after):
        if target is None:
            continue
        what, _, name = target.partition("/")
        if name not in known.get(what, frozenset()):
            yield Problem("unknown-target", f"nothing is called '{target}'", rule.place)


def _suicidality(rule: Rule, dimensions: set[str]) -> Iterator[Problem]:
    if rule.raises == "flag/suicidality" and rule.dimension not in dimensions:
        yield Problem("dimension", f"no dimension '{rule.dimension}'", rule.place)
    if rule.raises in SUICIDALITY and rule.level not in (*LEVELS, "asked", None):
        yield Problem("level", f"no level '{rule.level}'", rule.place)


def _kind(rule: Rule, kinds: set[str]) -> Iterator[Problem]:
    if rule.raises == "flag/medication_question" and rule.kind not in kinds:
        yield Problem("kind", f"no kind of medication question '{rule.kind}'", rule.place)
    if rule.raises.startswith("chime_d/") and rule.kind not in (*CHIME_KINDS, None):
        message = f"no kind '{rule.kind}' of {rule.raises}: it is {' or '.join(CHIME_KINDS)}"
        yield Problem("kind", message, rule.place)


def _unknown_concepts(lines: Sequence[Line], known: set[str], place: Place) -> Iterator[Problem]:
    for name, number in names_in(lines):
        if name not in known:
            at = place._replace(line=number)
            yield Problem("unknown-concept", f"no concept '{{{name}}}' in this language", at)


def _coverage(framework: Framework) -> Iterator[Problem]:
    raised = {(rule.language, rule.raises) for rule in framework.rules}
    known = targets(framework)
    known["situation"] = _by_rules(framework.advice.situations)
    known["style"] = _by_rules(framework.advice.styles)
    for what in ("flag", "topic", "question", "chime_d", "situation", "style"):
        for name in sorted(known[what]):
            for language in LANGUAGES:
                if (language, f"{what}/{name}") not in raised:
                    yield Problem(
                        "no-rules",
                        f"no {language} rule raises {what}/{name}",
                        Place(f"language/{language}/rules"),
                        "warning",
                    )


def _by_rules(items: Iterable[Situation | Style]) -> frozenset[str]:
    return frozenset(item.id for item in items if item.seen_by == "rules")
