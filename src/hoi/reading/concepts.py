"""The lexicon: which elements of sayings ("slots") a word can fill.

A slot is a set of alternatives: words, beginnings, endings, dictionary forms, and phrases of
several words. Equal sets are one slot, so a concept used in a thousand sayings costs once. All
that a word can fill is worked out when the word is first seen.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from hoi.model.base import LANGUAGES
from hoi.model.method import Spelling
from hoi.reading.normalise import ADVERB_HEADS, ADVERB_TAILS, Normaliser, fold
from hoi.reading.tokens import Kind, Phrase, Reach, Token, token

ANY = -1
COMMON = 0.0025  # share of all words from which a word is very common
RARE = 0.00002  # share of all words, for a word that is never met in an example
REACHES_REMEMBERED = 20_000
SPLIT_FROM = 7  # letters from which a compound is also recognised in two pieces


class Atom(str):
    """One word-like alternative: a sign for how it matches, then the text.

    A text and not a pair, because hundreds of thousands of them are put into sets at every start
    and a text remembers its hash.
    """

    __slots__ = ()

    @property
    def how(self) -> str:
        """One of WORD, START, END, LEMMA, NUMBER, ANYTHING."""
        return self[0]

    @property
    def text(self) -> str:
        """The word, or its beginning, ending or dictionary form."""
        return self[1:]


WORD, START, END, LEMMA, NUMBER, ANYTHING = "=^$~#_"


def atom(how: str, text: str = "") -> Atom:
    """The alternative that matches `text` in the way `how`."""
    return Atom(how + text)


def word(text: str) -> frozenset[Atom]:
    """One word, as a set of alternatives."""
    return frozenset((Atom(WORD + text),))


Term = tuple[frozenset[Atom], ...]
ANY_ATOM = atom(ANYTHING)


class KnownAtom(NamedTuple):
    """One alternative: the slots that hold it, how often it is used, its two-word spellings."""

    slots: set[int]
    weight: float
    share: float
    pieces: tuple[Term, ...]


class Lexicon:
    """Gives every set of alternatives a slot, and every word the slots it can fill."""

    def __init__(
        self, normaliser: Normaliser, spelling: Mapping[str, Spelling], texts: Iterable[str]
    ) -> None:
        """`texts` are the rules' examples: how often a word occurs in them tells how rare it is."""
        self._normaliser = normaliser
        self._slots: dict[tuple[frozenset[Atom], frozenset[Term]], int] = {}
        self._weights: list[float] = []
        self._rarest: list[float] = []
        self._by: dict[str, dict[str, set[int]]] = {
            how: defaultdict(set) for how in (WORD, START, END, LEMMA, NUMBER)
        }
        self._atoms: dict[Atom, KnownAtom] = {}
        self._terms: dict[tuple[int, ...], set[int]] = defaultdict(set)
        self._phrases: dict[int, list[tuple[Phrase, frozenset[int]]]] = defaultdict(list)
        self._reaches: dict[frozenset[int], Reach] = {}
        self._common = _shares(spelling)
        counted = _counted(texts)
        self._shares = {
            word: max(counted.get(word, 0.0), self._common.get(word, 0.0))
            for word in counted.keys() | self._common.keys()
        }
        self._tongues = _tongues(spelling)
        self._fillers = frozenset().union(*(s.fillers for s in spelling.values()))
        self._tokens: dict[str, Token] = {}

    # --- while sayings are compiled -----------------------------------------------------------

    def slot(self, atoms: Iterable[Atom], phrases: Iterable[Term] = ()) -> int:
        """The slot for these alternatives."""
        own = frozenset(atoms)
        key = (own, frozenset(phrases))
        if ANY_ATOM in own:
            return ANY
        number = self._slots.get(key)
        if number is None:
            number = self._slots[key] = len(self._weights)
            longer = set(key[1])
            weight, rarest = 0.0, 1.0
            for one in own:
                known = self._atoms.get(one) or self._new_atom(one)
                known.slots.add(number)
                weight += known.weight
                rarest = min(rarest, known.share)
                longer.update(known.pieces)
            self._weights.append(weight or RARE)
            # By the lists alone: what one rule's examples hold must not decide on another rule.
            self._rarest.append(0.0 if longer or not own else rarest)
            for phrase in longer:
                self._terms[tuple([self.slot(part) for part in phrase])].add(number)
        return number

    def _new_atom(self, one: Atom) -> KnownAtom:
        known = self._atoms[one] = KnownAtom(
            self._by[one.how][one.text],
            self._weight(one),
            self._common.get(one.text, 0.0),
            tuple(self._cut(one)),
        )
        return known

    def weight(self, slot: int) -> float:
        """About how often a word fills this slot; 1 for any word."""
        return 1.0 if slot == ANY else self._weights[slot]

    def known(self, atoms: Iterable[Atom], phrases: Iterable[Term] = ()) -> int | None:
        """The slot for these alternatives, if something needs it."""
        return self._slots.get((frozenset(atoms), frozenset(phrases)))

    def share(self, form: str) -> float:
        """About how often a word is used: its share of all words."""
        return max(self._shares.get(form, RARE), RARE)

    def terms(self, slot: int) -> list[str]:
        """The alternatives of a slot as they are written in sayings, the commonest first."""
        if slot == ANY:
            return [ANYTHING]
        own, phrases = next(key for key, number in self._slots.items() if number == slot)
        single = sorted(own, key=lambda one: (-self._weight(one), one.text))
        longer = sorted(" ".join(_written(next(iter(part))) for part in one) for one in phrases)
        return list(dict.fromkeys([*map(_written, single), *longer]))

    def is_common(self, slots: Iterable[int]) -> bool:
        """Can these be filled by very common words only ("het is zo")?"""
        return all(slot == ANY or self._rarest[slot] > COMMON for slot in slots)

    def close(
        self, needs: Callable[[Iterable[int]], int], named: Mapping[int, str] | None = None
    ) -> None:
        """All sayings are in: `needs` tells which of them need an element of some slots.

        `named` gives the slots of the concepts that scorecards weigh, with their signs.
        """
        self._needs = needs
        self._named = named or {}
        for words, slots in self._terms.items():
            anchor = min(range(len(words)), key=lambda i: self.weight(words[i]))
            self._phrases[words[anchor]].append((Phrase(words, anchor), frozenset(slots)))
        self._normaliser.learn(self._by[WORD], (s for s in self._by[START] if len(s) >= 6))
        self._starts = _by_length(self._by[START])
        self._ends = _by_length(self._by[END])

    def _weight(self, one: Atom) -> float:
        if one.how == WORD:
            return self.share(one.text)
        return 0.0002 if one.how != NUMBER else 0.01

    def _cut(self, one: Atom) -> Iterator[Term]:
        """The two-word spellings of one word: "er uit", "zelf moord"."""
        how, text = one.how, one.text
        if how not in (WORD, START) or len(text) < 4:
            return
        for cut in range(2, len(text) - 1):
            left, right = text[:cut], text[cut:]
            adverb = left in ADVERB_HEADS and right in ADVERB_TAILS
            if adverb or (
                len(text) >= SPLIT_FROM
                and min(len(left), len(right)) > 2
                and self._normaliser.lemmas(left)
                and self._normaliser.lemmas(right)
            ):
                yield (word(left), frozenset((Atom(how + right),)))

    # --- while text is read -------------------------------------------------------------------

    def resolve(self, typed: str) -> tuple[Token, ...]:
        """The tokens that one typed word stands for."""
        return tuple(self._token(word) for word in self._normaliser.mended(typed))

    def _token(self, word: str) -> Token:
        token = self._tokens.get(word)
        if token is None:
            token = self._new_token(word)
            if token.slots:  # only words of the vocabulary are kept: their number is bounded
                if len(self._tokens) > 50_000:
                    self._tokens.clear()
                self._tokens[word] = token
        return token

    def _new_token(self, word: str) -> Token:
        slots = set(self._by[WORD].get(word, ()))
        for size, starts in self._starts:
            slots |= starts.get(word[:size], frozenset())
        for size, ends in self._ends:
            slots |= ends.get(word[-size:], frozenset())
        for lemma in {word, *self._normaliser.lemmas(word)}:
            slots |= self._by[LEMMA].get(lemma, set())
        if word[:1].isdigit():
            slots |= self._by[NUMBER].get("", set())
        return token(
            word,
            Kind.FILLER if word in self._fillers else Kind.WORD,
            self._reach(frozenset(slots)),
            self._tongues.get(word, 0),
        )

    def _reach(self, slots: frozenset[int]) -> Reach:
        reach = self._reaches.get(slots)
        if reach is None:
            fills: dict[int, tuple[Phrase, ...]] = dict.fromkeys(slots, ())
            for own in sorted(slots):
                for phrase, filled in self._phrases.get(own, ()):
                    for slot in filled:
                        fills[slot] = (*fills.get(slot, ()), phrase)
            named = [(self._named[slot], slot) for slot in fills if slot in self._named]
            reach = Reach(
                slots,
                fills,
                self._needs(fills.keys()),
                frozenset(name for name, slot in named if slot in slots),
                {
                    name: tuple(slot for own, slot in named if own == name)
                    for name in sorted({name for name, slot in named if slot not in slots})
                },
            )
            if len(self._reaches) >= REACHES_REMEMBERED:
                self._reaches.clear()
            self._reaches[slots] = reach
        return reach


def _written(one: Atom) -> str:
    marks = {START: "{}*", END: "*{}", LEMMA: "~{}", NUMBER: "#", ANYTHING: "_"}
    return marks.get(one.how, "{}").format(one.text)


def _by_length(forms: Mapping[str, set[int]]) -> list[tuple[int, dict[str, frozenset[int]]]]:
    lengths: dict[int, dict[str, frozenset[int]]] = defaultdict(dict)
    for form, slots in forms.items():
        lengths[len(form)][form] = frozenset(slots)
    return sorted(lengths.items())


def _shares(spelling: Mapping[str, Spelling]) -> dict[str, float]:
    """Rough shares of the common words, by Zipf's law from their rank in the lists."""
    shares: dict[str, float] = {}
    for language in spelling.values():
        for rank, word in enumerate(language.common):
            shares[word] = max(shares.get(word, 0.0), 0.1 / (rank + 3))
    return shares


def _counted(texts: Iterable[str]) -> dict[str, float]:
    """The shares of words in `texts`."""
    counts = Counter(word for text in texts for word in fold(text).replace("'", "").split())
    total = counts.total() or 1
    return {word: count / total for word, count in counts.items()}


def _tongues(spelling: Mapping[str, Spelling]) -> dict[str, int]:
    """+1 for common words only Dutch has, -1 for those only English has."""
    dutch, english = (frozenset(spelling[language].common) for language in LANGUAGES)
    return {**dict.fromkeys(dutch - english, 1), **dict.fromkeys(english - dutch, -1)}
