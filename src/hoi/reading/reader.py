"""Reads a message in its context: `read(message, tail) -> Reading`, a pure function.

normalise -> tokens -> concepts -> sayings -> matching -> context -> grading
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from hoi.errors import FrameworkError, Problem
from hoi.model.base import LANGUAGES
from hoi.model.conversation import Message
from hoi.model.finding import CueSpan, Finding, Span
from hoi.model.method import Concept, Cue, Framework, Line, Rule
from hoi.reading.concepts import Lexicon, word
from hoi.reading.context import Applied, apply_cues
from hoi.reading.grading import Graded, Sign, grade, signs_of
from hoi.reading.matching import Index, Match, Positions, Row
from hoi.reading.normalise import Normaliser, fold
from hoi.reading.sayings import (
    Element,
    Saying,
    SayingError,
    SayingParser,
    compile_saying,
    merge,
)
from hoi.reading.tokens import BREAK, Kind, Token, Tokenizer, Tokens

LINE_AT_MOST = 1200  # code points read at once; longer lines are read in pieces
OVERLAP = 200  # that overlap, so that no saying is cut in two
SHORT_FRAGMENT = 8
SHORT_ANSWER = 12
SHORT_INTERJECTION = 4  # words of the chatter that do not part what the visitor is typing
FRAGMENTS_AT_MOST = 3
ASKED_AT_MOST = 4
OWN_GROUP = frozenset({"negated", "other", "past"})
MEDICATION = "medication_name"
NOTHING = Applied(frozenset(), ())
QUOTES = tuple("\"'\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb")
LINE = re.compile(r"[^\r\n]+")


class Fragment(NamedTuple):
    """A line that was typed: which message it stands in, where, and its tokens."""

    message: int
    offset: int
    tokens: Tokens


class Asked(NamedTuple):
    """What the chatter's open question asks about."""

    target: str
    level: str | None
    message: int


class Tail(NamedTuple):
    """What is remembered of the talk so far, bounded: all that a reading may depend on."""

    number: int = 0
    fragments: tuple[Fragment, ...] = ()
    asked: tuple[Asked, ...] = ()
    signs: tuple[Sign, ...] = ()


class Reading(NamedTuple):
    """The findings of one message, what they raise, and the tail for the next message."""

    findings: tuple[Finding, ...]
    graded: tuple[Graded, ...]
    tail: Tail


class Reader:
    """The rules of a framework, compiled. Holds no state of any talk; safe to share."""

    def __init__(self, framework: Framework) -> None:
        """Compile every saying.

        Raises:
            FrameworkError: if a saying cannot be read, with all such sayings.
        """
        self._escalation = framework.escalation
        compiler = _Compiler(framework)
        self.lexicon = compiler.lexicon
        self._rules = compiler.rules
        self._cues = compiler.cues
        self._unless = compiler.unless
        self._order = {rule.id: number for number, rule in enumerate(framework.rules)}
        self._first_person = compiler.first_person
        self._third_person = compiler.third_person
        self._lowers = {
            rule.id: {**self._escalation.lowers, **rule.lowers} for rule in framework.rules
        }
        self._tokenizer = Tokenizer(self.lexicon.resolve)

    def read(self, message: Message, tail: Tail) -> Reading:
        """Read one message after what `tail` remembers."""
        fragments = list(tail.fragments) if message.role == "visitor" else []
        findings: list[Finding] = []
        index = self._rules[message.role]
        for offset, line in _lines(message.text):
            fragment = Fragment(tail.number, offset, self._tokenizer.line(line))
            if fragment.tokens.items:
                findings += self._read_line(fragment, fragments, index, tail)
                fragments.append(fragment)
        found = tuple(findings)
        if len(message.text) > LINE_AT_MOST:  # pieces overlap: the same words are found twice
            found = tuple({(f.rule.id, f.spans): f for f in findings}.values())
        if message.role == "chatter":
            return self._after_chatter(message, found, tail)
        return self._after_visitor(found, fragments, tail)

    def _after_visitor(
        self, findings: tuple[Finding, ...], fragments: list[Fragment], tail: Tail
    ) -> Reading:
        number = tail.number
        first = number - self._escalation.grading.tail_messages
        before = tuple(sign for sign in tail.signs if sign.message >= first)
        return Reading(
            findings,
            grade(findings, before, self._escalation) if findings else (),
            Tail(
                number + 1,
                tuple(fragments[-FRAGMENTS_AT_MOST:]),
                tail.asked,
                (*before, *signs_of(number, findings)),
            ),
        )

    def _after_chatter(
        self, message: Message, findings: tuple[Finding, ...], tail: Tail
    ) -> Reading:
        asked = tuple(
            Asked(finding.rule.raises, finding.rule.level, tail.number)
            for finding in findings
            if finding.rule.raises.startswith(("ask/", "safety/"))
        )
        # Two chatter messages in a row are one question, and "neem rustig de tijd" closes none.
        asks_on = not tail.fragments or not (asked or "?" in message.text)
        first = tail.number - self._escalation.grading.tail_messages
        still = tuple(item for item in tail.asked if asks_on and item.message >= first)
        short = len(message.text.split()) <= SHORT_INTERJECTION and "?" not in message.text
        return Reading(
            findings,
            (),
            Tail(
                tail.number + 1,
                tail.fragments if short else (),
                (*still, *asked)[-ASKED_AT_MOST:],
                tail.signs,
            ),
        )

    def _read_line(
        self, fragment: Fragment, before: Sequence[Fragment], index: Index[Rule], tail: Tail
    ) -> list[Finding]:
        parts = _joined(before, fragment)
        present = parts[0].tokens.indexed()
        tokens: list[Token] = parts[0].tokens.items
        for part in parts[1:]:
            tokens = [*tokens, BREAK, *part.tokens.items]
            present |= part.tokens.indexed()
        row = Row(tokens, present, self.lexicon)
        fresh = len(tokens) - len(fragment.tokens.items)
        matches = index.search(row, fresh)
        if not matches:
            return []
        silent: dict[str, tuple[Positions, ...]] = {}
        matches.sort(key=lambda match: (match.positions, self._order[match.owner.id]))
        tongue = sum(token.tongue for token in tokens)
        cues: list[Match[Cue]] | None = None
        findings: dict[tuple[str, frozenset[str]], Finding] = {}
        for match in matches:
            rule = match.owner
            if not self._stands(row, match, tongue, tail, silent):
                continue
            applied = NOTHING
            if rule.raises.startswith("flag/"):
                cues = self._cues.search(row) if cues is None else cues
                applied = self._context(row, match, cues, tongue)
            findings.setdefault(
                (rule.id, applied.qualifiers), self._finding(match, applied, parts, tail)
            )
        return list(findings.values())

    def _context(
        self, row: Row, match: Match[Rule], cues: Sequence[Match[Cue]], tongue: int
    ) -> Applied:
        # Cues of the rule's language and of the line's. People mix languages ("geen suicidal
        # thoughts"), so a plain denial reaches over in any case.
        languages = {match.owner.language, "nl" if tongue > 0 else "en" if tongue < 0 else ""}
        reach = [c for c in cues if c.owner.language in languages or c.owner.sets == "negated"]
        applied = apply_cues(row, match.positions, reach, self._first_person)
        words = {row.tokens[place].form for place in match.positions}
        if words & self._third_person and not words & self._first_person:
            return applied._replace(qualifiers=applied.qualifiers | {"other"})
        return applied

    def _stands(
        self,
        row: Row,
        match: Match[Rule],
        tongue: int,
        tail: Tail,
        silent: dict[str, tuple[Positions, ...]],
    ) -> bool:
        """Does the match hold? `silent` remembers where a rule's `unless` stands in this row."""
        rule = match.owner
        if rule.after is not None:
            if all(asked.target != rule.after for asked in tail.asked):
                return False
            if match.positions[0] > SHORT_ANSWER:
                return False
        if tongue and (tongue > 0) != (rule.language == "nl") and _is_shared(row, match.positions):
            return False
        if rule.id not in silent:
            silent[rule.id] = tuple(
                positions
                for saying in self._unless[rule.id]
                if saying.second in row.present
                for positions in row.occurrences(saying)
            )
        return not any(row.same_sentence(match.positions, at) for at in silent[rule.id])

    def _finding(
        self, match: Match[Rule], applied: Applied, parts: Sequence[Fragment], tail: Tail
    ) -> Finding:
        rule = match.owner
        spans = _spans(match.positions, parts)
        qualifiers = applied.qualifiers
        if rule.raises.startswith("flag/") and _is_quoted(spans, parts):
            qualifiers |= {"quoted"}
        lowers = self._lowers[rule.id]
        lowered = sum(lowers.get(q, 0) for q in qualifiers - OWN_GROUP)
        level = rule.level
        if level == "asked":
            levels = [asked.level for asked in tail.asked if asked.target == rule.after]
            # Of several questions in one message the last is the one that is answered.
            level = next((level for level in reversed(levels) if level), "active_thoughts")
        return Finding(
            rule=rule,
            spans=spans,
            grade=max(0, rule.grade - lowered),
            level=level,
            qualifiers=qualifiers,
            cues=tuple(
                CueSpan(cue.owner.id, span)
                for cue in applied.cues
                for span in _spans(cue.positions, parts)
            ),
        )


def _is_shared(row: Row, positions: Positions) -> bool:
    """Are all these words ones that could be of either language ("want", "die")?"""
    return all(
        row.tokens[place].tongue == 0 and len(row.tokens[place].form) < 6 for place in positions
    )


def _lines(text: str) -> Iterator[tuple[int, str]]:
    if len(text) <= LINE_AT_MOST and "\n" not in text and "\r" not in text:
        yield 0, text
        return
    for match in LINE.finditer(text):
        start, line = match.start(), match.group()
        while len(line) > LINE_AT_MOST:
            cut = _blank_before(line, LINE_AT_MOST)
            yield start, line[:cut]
            again = _blank_before(line, cut - OVERLAP)
            start, line = start + again, line[again:]
        yield start, line


def _blank_before(line: str, place: int) -> int:
    """The last blank before `place`, or `place` where a "word" has no end."""
    blank = line.rfind(" ", place // 2, place)
    return blank if blank > 0 else place


def _joined(before: Sequence[Fragment], fragment: Fragment) -> list[Fragment]:
    """The fragments to be read as one: this line, and short ones just before it."""
    parts = [fragment]
    for earlier in reversed(before[-FRAGMENTS_AT_MOST:]):
        ends_sentence = earlier.tokens.items[-1].kind == Kind.STOP
        short = min(len(earlier.tokens.items), len(parts[0].tokens.items)) <= SHORT_FRAGMENT
        if ends_sentence or not short or len(earlier.tokens.items) > 4 * SHORT_FRAGMENT:
            break
        parts.insert(0, earlier)
    return parts


def _spans(positions: Positions, parts: Sequence[Fragment]) -> tuple[Span, ...]:
    """The stretches of text, one a fragment, from the first to the last of `positions`."""
    spans = []
    start = 0
    for part in parts:
        size = len(part.tokens.items)
        own = [place - start for place in positions if start <= place < start + size]
        if own:
            first, last = part.tokens.span(min(own), max(own))
            spans.append(Span(part.message, part.offset + first, part.offset + last))
        start += size + 1
    return tuple(spans)


def _is_quoted(spans: Sequence[Span], parts: Sequence[Fragment]) -> bool:
    """Do quotation marks stand right around these words?"""
    if len(spans) != 1:
        return False
    _, start, end = spans[0]
    part = next(p for p in reversed(parts) if p.message == spans[0].message and p.offset <= start)
    text, first, last = part.tokens.text, start - part.offset, end - part.offset
    return (
        text[max(0, first - 1) : first] in QUOTES
        and text[last - 1 : last + 1].strip()[-1:] in QUOTES
    )


class _Compiler:
    """Compiles a framework's concepts, cues and rules; collects every saying that is wrong."""

    def __init__(self, framework: Framework) -> None:
        self._normaliser = Normaliser(framework.spelling)
        self.lexicon = Lexicon(self._normaliser, framework.spelling, _examples(framework))
        self._concepts: dict[tuple[str, str], Concept] = {
            (concept.language, concept.id): concept for concept in framework.concepts
        }
        self._elements: dict[tuple[str, str], Element] = {}
        self._medication = _medication_terms(framework)
        self._parsers: dict[str, SayingParser] = {x: self._parser(x) for x in LANGUAGES}
        self.problems: list[Problem] = []
        self.rules: dict[str, Index[Rule]] = {"visitor": Index(), "chatter": Index()}
        self.cues: Index[Cue] = Index()
        self.unless: dict[str, tuple[Saying, ...]] = defaultdict(tuple)
        for concept in framework.concepts:
            self._concept(concept.language, concept.id)
        for cue in framework.cues:
            for saying in self._sayings(cue.says, cue):
                self.cues.add(saying, cue)
        for rule in framework.rules:
            self._rule(rule)
        if self.problems:
            raise FrameworkError(self.problems)
        self.lexicon.close()
        self.first_person = self._words("i") | self._words("me")
        self.third_person = self._words("himself")

    def _rule(self, rule: Rule) -> None:
        roles = ("visitor", "chatter") if rule.by == "both" else (rule.by,)
        for saying in self._sayings(rule.says, rule, strict=rule.after is None):
            for role in roles:
                self.rules[role].add(saying, rule)
        self.unless[rule.id] = tuple(self._sayings(rule.unless, rule))

    def _sayings(
        self, lines: Iterable[Line], owner: Rule | Cue, *, strict: bool = False
    ) -> Iterator[Saying]:
        for line in lines:
            try:
                parts = self._parsers[owner.language].parse(line.text)
                sayings = compile_saying(parts, self.lexicon)
                if strict and any(self._is_common(saying) for saying in sayings):
                    raise SayingError("holds only very common words: any talk would match it")
                yield from sayings
            except SayingError as error:
                self._wrong(owner, line, error)

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
