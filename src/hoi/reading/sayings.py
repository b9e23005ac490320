"""The pattern language of rules (docs/writing-rules.md): from a line of text to steps.

A small hand-written parser: thousands of sayings are read at every start, which a general parser
library does ten times slower (docs/decisions/0003-own-pattern-language.md).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import product
from typing import NamedTuple

from hoi.errors import HoiError
from hoi.reading.concepts import (
    ANY,
    ANYTHING,
    END,
    LEMMA,
    NUMBER,
    START,
    WORD,
    Atom,
    Lexicon,
    Term,
    atom,
    word,
)
from hoi.reading.normalise import ADVERB_HEADS, ADVERB_TAILS, fold

SHORT_GAP = 5
LONG_GAP = 12
PARTS = re.compile(r"\.\.+|[()|<>]|\{\w+\}\??|[^\s()|<>{}]+|\S")
PARTICLES = (
    *("achter", "terug", "samen", "onder", "tegen", "door", "over", "voor", "weg", "aan", "mee"),
    *("neer", "vast", "los", "uit", "toe", "bij", "heen", "om", "op", "af", "in", "na"),
)
SPLITS_AT_MOST = 12


class SayingError(HoiError):
    """A saying that cannot be read, with what to write instead."""


class Element(NamedTuple):
    """Alternatives for one place in a saying: single words, phrases, split verbs."""

    atoms: frozenset[Atom]
    phrases: frozenset[Term] = frozenset()
    splits: tuple[tuple[Atom, Atom], ...] = ()
    optional: bool = False


ADVERB_STARTS = frozenset(word(head) for head in ADVERB_HEADS)
ANY_WORD = Element(frozenset({atom(ANYTHING)}), optional=True)


class Gap(NamedTuple):
    """Up to `words` words that do not matter."""

    words: int


class Border(NamedTuple):
    """A clause border."""


class Unordered(NamedTuple):
    """Elements in any order."""

    elements: tuple[Element, ...]


Part = Element | Gap | Border | Unordered
Concepts = Callable[[str], Element]
Plain = Callable[[str], tuple[str, ...]]


class Step(NamedTuple):
    """One step of matching: an optional `gap` of words, then one of `slots` (all, if several)."""

    slots: tuple[int, ...]
    gap: int
    optional: bool = False
    border: bool = False


class Saying(NamedTuple):
    """A compiled saying: its steps, and the slots it cannot do without, rarest first.

    It is looked for around its rarest element, which stands in step `anchor`.
    """

    steps: tuple[Step, ...]
    anchor: int
    needed: tuple[int, ...]

    @property
    def slot(self) -> int:
        """The rarest element."""
        return self.needed[0]


class SayingParser:
    """Reads the sayings of one language; words met before are not taken apart again."""

    def __init__(self, language: str, plain: Plain, concepts: Concepts) -> None:
        self._language = language
        self._plain = plain
        self._concepts = concepts
        self._words: dict[str, list[Part]] = {}
        self._rest: list[str] = []

    def parse(self, text: str) -> list[Part]:
        """The parts of a saying.

        Raises:
            SayingError: if it is not well formed.
        """
        self._rest = PARTS.findall(text)[::-1]
        parts = self._parts(end=None)
        if not any(isinstance(part, Element | Unordered) for part in parts):
            raise SayingError("holds no word")
        return parts

    def _parts(self, end: str | None) -> list[Part]:
        """Everything up to `end` (None: the end of the saying)."""
        found: list[Part] = []
        while self._rest:
            part = self._rest.pop()
            if part == end:
                return found
            if part == "|":
                found.append(Border())
            elif part.startswith(".."):
                found.append(Gap(SHORT_GAP if part == ".." else LONG_GAP))
            elif part == "<":
                found.append(self._unordered())
            elif part == "(":
                found.append(self._choice())
            elif part in (")", ">"):
                raise SayingError(f"'{part}' closes nothing")
            else:
                found += self._known_word(part)
        if end:
            raise SayingError(f"'{end}' is missing")
        return _joined(found)

    def _unordered(self) -> Unordered:
        elements = [part for part in _joined(self._parts(">")) if not isinstance(part, Gap)]
        if len(elements) < 2 or not all(isinstance(part, Element) for part in elements):
            raise SayingError("< > holds two or more words, concepts or choices, no gaps")
        return Unordered(tuple(part for part in elements if isinstance(part, Element)))

    def _choice(self) -> Element:
        alternatives: list[list[Part]] = [[]]
        while True:
            if not self._rest:
                raise SayingError("')' is missing")
            part = self._rest.pop()
            if part == ")":
                break
            if part == "|":
                alternatives.append([])
            elif part == "(":
                alternatives[-1].append(self._choice())
            elif part.startswith(".."):
                alternatives[-1].append(Gap(SHORT_GAP))
            elif part == "<":
                raise SayingError("a choice holds no < >: write two sayings")
            else:
                alternatives[-1] += self._known_word(part)
        optional = any(not alternative for alternative in alternatives)
        if self._rest and self._rest[-1] == "?":
            self._rest.pop()
            optional = True
        return merge((_joined(a) for a in alternatives if a), optional)

    def _known_word(self, part: str) -> list[Part]:
        if part.startswith("{"):
            return self._word(part)  # concepts may still be in the making
        if part not in self._words:
            self._words[part] = self._word(part)
        return self._words[part]

    def _word(self, part: str) -> list[Part]:
        optional = part.endswith("?")
        part = part.removesuffix("?")
        if not part:
            raise SayingError("'?' stands alone")
        if part.startswith("{"):
            return [self._concepts(part[1:-1])._replace(optional=optional)]
        if part in ("#", "_"):
            how = NUMBER if part == "#" else ANYTHING
            return [Element(frozenset({atom(how)}), optional=optional)]
        if part.startswith("~"):
            return [self._inflected(fold(part[1:]), optional)]
        if part.endswith("*") or part.startswith("*"):
            stem = fold(part.strip("*")).replace("'", "")
            if len(stem) < 3:
                raise SayingError(f"'{part}': three letters or more with a star")
            how = START if part.endswith("*") else END
            return [Element(frozenset({atom(how, stem)}), optional=optional)]
        words = self._plain(part)
        if not words:
            raise SayingError(f"'{part}' is no word")
        return [Element(word(one), optional=optional) for one in words]

    def _inflected(self, verb: str, optional: bool) -> Element:
        atoms = frozenset({atom(LEMMA, verb), atom(WORD, verb)})
        particle = next((p for p in PARTICLES if verb.startswith(p)), "")
        stem = verb[len(particle) :]
        if self._language != "nl" or not particle or len(stem) < 4:
            return Element(atoms, optional=optional)
        base = frozenset({atom(LEMMA, stem), atom(WORD, stem)})
        apart: set[Term] = {
            (word(particle), word("te"), base),
            (word(particle), base),
        }
        joined = frozenset({atom(WORD, f"{particle}te{stem}"), atom(WORD, f"{particle}ge{stem}")})
        split = (atom(LEMMA, stem), atom(WORD, particle))
        return Element(atoms | joined, frozenset(apart), (split,), optional)


def without(saying: Saying, slot: int) -> Saying | None:
    """The saying less the element `slot`, in whose place any word may stand; None if it is all."""
    needed = tuple(other for other in saying.needed if other != slot)
    steps: list[Step] = []
    more = 0
    for step in saying.steps:
        slots = tuple(other for other in step.slots if other != slot)
        if slots or step.border:
            steps.append(step._replace(slots=slots, gap=step.gap + more))
            more = 0
        else:
            more += step.gap + 1
    return _around(tuple(steps), needed) if needed else None


def loosened(saying: Saying, gap: int | None = None, *, borders: bool = True) -> Saying:
    """The saying with `gap` words allowed between all its elements, or less its borders."""
    steps = (step for step in saying.steps if borders or not step.border)
    wide = (step if gap is None else step._replace(gap=gap) for step in steps)
    return _around(tuple(wide), saying.needed)


def compile_saying(parts: Sequence[Part], lexicon: Lexicon) -> list[Saying]:
    """The saying's variants: one, and one for each separable verb that may stand apart."""
    return [_compile(variant, lexicon) for variant in _variants(parts)]


def merge(alternatives: Iterable[Sequence[Part]], optional: bool = False) -> Element:
    """One element of which each alternative is a row of words."""
    atoms: set[Atom] = set()
    phrases: set[Term] = set()
    splits: list[tuple[Atom, Atom]] = []
    for alternative in alternatives:
        elements: list[Element] = []
        for part in alternative:
            if isinstance(part, Element):
                elements.append(part)
            elif isinstance(part, Gap):  # within a term a gap is short, or terms would multiply
                elements += [ANY_WORD, ANY_WORD]
            else:
                raise SayingError("holds a border or < > where only words can stand")
        if len(elements) == 1:
            atoms |= elements[0].atoms
            phrases |= elements[0].phrases
            splits += elements[0].splits
        else:
            rows = list(_rows(elements))
            phrases.update(row for row in rows if len(row) > 1)
            atoms.update(one for row in rows if len(row) == 1 for one in row[0])
    return Element(frozenset(atoms), frozenset(phrases), tuple(dict.fromkeys(splits)), optional)


def _rows(elements: Sequence[Element]) -> Iterator[Term]:
    """The phrases that a row of elements stands for (choices of phrases multiplied out)."""
    ways: list[list[Term]] = []
    for element in elements:
        own: list[Term] = [(element.atoms,)] if element.atoms else []
        ways.append([*own, *element.phrases, *([()] if element.optional else [])])
    for combination in product(*ways):
        phrase = tuple(part for phrase in combination for part in phrase)
        if phrase:
            yield phrase


def _joined(parts: list[Part]) -> list[Part]:
    """Join pronominal adverbs: "er" + "uit" become "eruit", as they are read in text."""
    if not any(isinstance(part, Element) and part.atoms in ADVERB_STARTS for part in parts[:-1]):
        return parts
    result: list[Part] = []
    for part in parts:
        if result and (adverb := _adverb(result[-1], part)):
            result[-1] = Element(word(adverb))
        else:
            result.append(part)
    return result


def _adverb(left: Part, right: Part) -> str | None:
    words = []
    for part in (left, right):
        if not isinstance(part, Element) or len(part.atoms) != 1 or part.phrases or part.optional:
            return None
        (one,) = part.atoms
        if one.how != WORD:
            return None
        words.append(one.text)
    return "".join(words) if words[0] in ADVERB_HEADS and words[1] in ADVERB_TAILS else None


def _variants(parts: Sequence[Part]) -> Iterator[list[Part]]:
    yield list(parts)
    for place, part in enumerate(parts):
        before, after = list(parts[:place]), list(parts[place + 1 :])
        if isinstance(part, Element) and not part.optional:
            for stem, particle in part.splits[:SPLITS_AT_MOST]:
                first, last = Element(frozenset({stem})), Element(frozenset({particle}))
                yield [*before, first, Gap(SHORT_GAP), last, *after]
        elif isinstance(part, Unordered):
            for index, element in enumerate(part.elements):
                for split in element.splits[:SPLITS_AT_MOST]:
                    members = list(part.elements)
                    members[index : index + 1] = [Element(frozenset({one})) for one in split]
                    yield [*before, Unordered(tuple(members)), *after]


def _compile(parts: Sequence[Part], lexicon: Lexicon) -> Saying:
    steps: list[Step] = []
    needed: list[int] = []
    gap = 0
    for part in parts:
        if isinstance(part, Gap):
            gap = part.words
            continue
        if isinstance(part, Border):
            steps.append(Step((), gap, border=True))
        elif isinstance(part, Unordered):
            slots = tuple(lexicon.slot(e.atoms, e.phrases) for e in part.elements)
            needed += slots
            steps.append(Step(slots, gap))
        else:
            slot = lexicon.slot(part.atoms, part.phrases)
            steps.append(Step((slot,), gap, part.optional))
            if part.optional:
                continue  # the gap before it also stands before what follows it
            needed.append(slot)
        gap = 0
    return _anchored(tuple(steps), needed, lexicon)


def _anchored(steps: tuple[Step, ...], needed: Sequence[int], lexicon: Lexicon) -> Saying:
    by_weight = sorted(
        {slot for slot in needed if slot != ANY}, key=lambda s: (lexicon.weight(s), s)
    )
    if not by_weight:
        raise SayingError("holds no word of its own")
    return _around(steps, tuple(by_weight))


def _around(steps: tuple[Step, ...], needed: tuple[int, ...]) -> Saying:
    anchor = next(i for i, s in enumerate(steps) if needed[0] in s.slots and not s.optional)
    return Saying(steps, anchor, needed)
