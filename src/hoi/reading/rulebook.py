"""A framework's concepts, cues and rules compiled: all that the reader looks things up in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hoi.errors import FrameworkError, Problem
from hoi.model.base import LANGUAGES
from hoi.model.method import Concept, Cue, Framework, Line, Rule, Scorecard
from hoi.reading.concepts import Lexicon, word
from hoi.reading.matching import Index
from hoi.reading.normalise import Normaliser, fold
from hoi.reading.sayings import (
    Element,
    Saying,
    SayingError,
    SayingParser,
    compile_saying,
    merge,
)
from hoi.reading.weighing import Scales

WEIGHED = "weighed_words"  # the dimension of what a scorecard finds
MEDICATION = "medication_name"
ROLES = ("visitor", "chatter")


class Rulebook:
    """All sayings of a framework, in one index.

    Sets of sayings are whole numbers with one bit a saying, as in `matching.Index`: `says` those
    of the rules for what a role types, `answers` those of the rules that read an answer,
    `all_cues`, and `unless` those that silence a rule.
    """

    def __init__(self, framework: Framework) -> None:
        """Compile every saying.

        Raises:
            FrameworkError: if a saying cannot be read, with all such sayings.
        """
        self._normaliser = Normaliser(framework.spelling)
        self.lexicon = Lexicon(self._normaliser, framework.spelling, _examples(framework))
        self._concepts: dict[tuple[str, str], Concept] = {
            (concept.language, concept.id): concept for concept in framework.concepts
        }
        self._elements: dict[tuple[str, str], Element] = {}
        self._medication = _medication_terms(framework)
        self._parsers: dict[str, SayingParser] = {x: self._parser(x) for x in LANGUAGES}
        self.problems: list[Problem] = []
        self.index = Index()
        self.rule_of: dict[int, Rule] = {}
        self.cue_of: dict[int, Cue] = {}
        self.line_of: dict[int, Line] = {}
        self.says: dict[str, int] = dict.fromkeys(ROLES, 0)
        self.answers: dict[str, int] = dict.fromkeys(ROLES, 0)
        self.unless: dict[str, int] = {}
        for concept in framework.concepts:
            self._concept(concept.language, concept.id)
        for cue in framework.cues:
            self.cue_of |= dict.fromkeys(self._add(cue.says, cue), cue)
        self.all_cues = (1 << len(self.cue_of)) - 1
        for rule in framework.rules:
            self._rule(rule)
        self.scales = {language: self._scales(framework, language) for language in LANGUAGES}
        self.card_rules = {card.id: _rule_of(card) for card in framework.scorecards}
        if self.problems:
            raise FrameworkError(self.problems)
        self.lexicon.close(self.index.needs, self._named())
        # Those that sayings or scorecards name; words that nothing names are no vocabulary.
        self.concept_slots = {
            key: slot
            for key, element in self._elements.items()
            if (slot := self.lexicon.known(element.atoms, element.phrases)) is not None
        }
        self.subject = self._words("i")
        self.first_person = self.subject | self._words("me")
        self.third_person = self._words("himself")

    def _scales(self, framework: Framework, language: str) -> Scales:
        cards = [card for card in framework.scorecards if card.language == language]
        names = {name for of, name in self._elements if of == language}
        scales = Scales(language, cards, names)
        self.problems += scales.problems
        return scales

    def _named(self) -> dict[int, str]:
        """The slots of the concepts that scorecards weigh, with their signs."""
        weighed = {sign for scales in self.scales.values() for sign in scales.signs}
        return {
            self.lexicon.slot(element.atoms, element.phrases): f"{{{name}}}"
            for (_, name), element in self._elements.items()
            if f"{{{name}}}" in weighed
        }

    def _rule(self, rule: Rule) -> None:
        numbers = self._add(rule.says, rule, strict=not rule.after)
        self.rule_of |= dict.fromkeys(numbers, rule)
        kind = self.answers if rule.after else self.says
        for role in ROLES if rule.by == "both" else (rule.by,):
            kind[role] |= _set_of(numbers)
        silent = _set_of(self._add(rule.unless, rule))
        if silent:
            self.unless[rule.id] = silent

    def _add(self, lines: Iterable[Line], owner: Rule | Cue, *, strict: bool = False) -> list[int]:
        """Take in the sayings of a rule or cue; returns their numbers."""
        lines_of = {
            self.index.add(saying): line
            for line in lines
            for saying in self._sayings(line, owner, strict=strict)
        }
        self.line_of |= lines_of
        return list(lines_of)

    def _sayings(self, line: Line, owner: Rule | Cue, *, strict: bool) -> list[Saying]:
        try:
            parts = self._parsers[owner.language].parse(line.text)
            sayings = compile_saying(parts, self.lexicon)
            if strict and any(self._is_common(saying) for saying in sayings):
                raise SayingError("holds only very common words: any talk would match it")
            return sayings
        except SayingError as error:
            self._wrong(owner, line, error)
            return []

    def _is_common(self, saying: Saying) -> bool:
        whole = any(step.border for step in saying.steps)  # a short message of its own
        slots = [slot for step in saying.steps for slot in step.slots]
        return not whole and self.lexicon.is_common(slots)

    def _parser(self, language: str) -> SayingParser:
        return SayingParser(
            language, self._normaliser.plain, lambda name: self._concept(language, name)
        )

    def _concept(self, language: str, name: str) -> Element:
        key = (language, name)
        if key not in self._elements:
            self._elements[key] = Element(frozenset())
            if name == MEDICATION:
                self._elements[key] = self._medication_element(language)
            elif key in self._concepts:
                self._elements[key] = self._concept_element(self._concepts[key])
            else:
                raise SayingError(f"no concept '{{{name}}}'")
        return self._elements[key]

    def _concept_element(self, concept: Concept) -> Element:
        alternatives = []
        for line in concept.terms:
            try:
                # A parser of its own: a concept may be asked for in the midst of a saying.
                parts = self._parser(concept.language).parse(line.text)
                alternatives.append([merge([parts])])
            except SayingError as error:
                self._wrong(concept, line, error)
        return merge(alternatives)

    def _medication_element(self, language: str) -> Element:
        rows = [
            [Element(word(w)) for w in fold(t).replace("'", "").split()]
            for t in self._medication[language]
        ]
        return merge([row for row in rows if row])

    def _wrong(self, owner: Rule | Cue | Concept, line: Line, error: SayingError) -> None:
        place = owner.place._replace(line=line.number)
        self.problems.append(Problem("saying", f"'{line.text}': {error}", place))

    def _words(self, name: str) -> frozenset[str]:
        return frozenset(
            one.text
            for (_, concept), element in self._elements.items()
            if concept == name
            for one in element.atoms
        )


def _rule_of(card: Scorecard) -> Rule:
    """A scorecard in the place of the rule of a finding."""
    return Rule.model_construct(
        id=card.id,
        language=card.language,
        raises=card.raises,
        dimension=WEIGHED if card.raises == "flag/suicidality" else None,
        level=card.level,
        kind=card.kind,
        experiencer=card.experiencer,
        time=card.time,
        says=(),
        match=(),
        no_match=(),
        source=card.source,
        status=card.status,
        place=card.place,
    )


def _set_of(numbers: Iterable[int]) -> int:
    return sum(1 << number for number in numbers)


def _examples(framework: Framework) -> Iterator[str]:
    for rule in framework.rules:
        yield from (line.text for line in (*rule.match, *rule.no_match))


def _medication_terms(framework: Framework) -> dict[str, list[str]]:
    medication = framework.medication
    ambiguous = {fold(item.term) for item in medication.ambiguous}
    names = [
        name
        for group in medication.classes
        for drug in group.drugs
        for name in (
            drug.generic,
            *([drug.english] if drug.english else []),
            *drug.brands,
            *drug.slang,
            *drug.misspellings,
        )
        if fold(name) not in ambiguous
    ]
    return {
        "nl": [*names, *(term for c in medication.collective for term in c.terms.nl)],
        "en": [*names, *(term for c in medication.collective for term in c.terms.en)],
    }
