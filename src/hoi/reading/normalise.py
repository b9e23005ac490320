"""How a written word becomes the word it means: case, accents, stretching, chat spelling, typos.

The same path is used for the words of sayings and for what people type, so that they meet.
Sources for the choices: docs/reading.md.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from itertools import pairwise

from rapidfuzz.distance import OSA
from simplemma.strategies.dictionaries import DefaultDictionaryFactory

from hoi.model.base import LANGUAGES
from hoi.model.method import Spelling

APOSTROPHES = str.maketrans(dict.fromkeys("\u2019\u2018`\u00b4\u02bc", "'"))
LEET = str.maketrans(
    {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s"}
)
INVISIBLE = ("Mn", "Me", "Cf")  # accents, and signs without width that people paste along
STRETCHED = re.compile(r"(.)\1{2,}")
DIGIT_IN_WORD = re.compile(r"^(?=.*[^\W\d_])(?=.*[0-9@$])[\w@$]{3,}$")
# Pronominal adverbs are one word: "er uit", "daar mee".
ADVERB_HEADS = frozenset(["er", "daar", "waar", "hier"])
ADVERB_TAILS = frozenset(
    [
        "uit",
        "aan",
        "mee",
        "van",
        "op",
        "in",
        "voor",
        "af",
        "door",
        "bij",
        "over",
        "tegen",
        "heen",
        "onder",
        "achter",
        "vanaf",
        "naartoe",
        "toe",
    ]
)
TYPO_FROM = 6  # letters: shorter words have too many real neighbours
KEY_FROM = 5
LONGEST_WORD = 40


def fold(text: str) -> str:
    """Lower case without accents, apostrophes made one kind; the length may change."""
    text = text.translate(APOSTROPHES)
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if unicodedata.category(char) not in INVISIBLE)


def spelling_key(word: str) -> str:
    """What a word sounds like: equal for `gebeurt`/`gebeurd`, `ei`/`ij`, `au`/`ou`, `ch`/`g`."""
    key = word.replace("dt", "t").replace("ij", "ei").replace("y", "ei").replace("ou", "au")
    key = key.replace("ch", "g").replace("ck", "k").replace("ph", "f").replace("th", "t")
    key = key.replace("c", "k").replace("z", "s").replace("v", "f").replace("x", "ks")
    if key.endswith("d"):
        key = key[:-1] + "t"
    return re.sub(r"(.)\1+", r"\1", key)


class Normaliser:
    """Maps one typed word to the word or words it means, given the vocabulary of the rules.

    `vocabulary` holds the words that sayings use; only towards these are typos mended, and a word
    that is in a dictionary of either language is never taken for a typo.
    """

    def __init__(self, spelling: Mapping[str, Spelling]) -> None:
        self._words: dict[str, tuple[str, ...]] = {}
        self._neighbours: frozenset[str] = frozenset()
        for language in spelling.values():
            self._neighbours |= language.neighbours
            for typed, meant in language.words.items():
                words = tuple(fold(meant).replace("'", "").split())
                self._words.setdefault(fold(typed), words)
                self._words.setdefault(fold(typed).replace("'", ""), words)
        factory = DefaultDictionaryFactory()
        self._lemmas = [factory.get_dictionary(language) for language in LANGUAGES]
        self._vocabulary: frozenset[str] = frozenset()
        self._heads: frozenset[str] = frozenset()
        self._deletes: dict[str, list[str]] = {}
        self._keys: dict[str, str] = {}

    def learn(self, vocabulary: Iterable[str], heads: Iterable[str]) -> None:
        """Take in the words, and the beginnings of words, that sayings use."""
        self._vocabulary = frozenset(vocabulary)
        self._heads = frozenset(heads)
        self._keys = {}
        self._deletes = {}
        for word in sorted(self._vocabulary | self._heads):
            if len(word) >= KEY_FROM:
                self._keys.setdefault(spelling_key(word), word)
            if len(word) >= TYPO_FROM:
                for shorter in _deletions(word):
                    self._deletes.setdefault(shorter, []).append(word)

    def plain(self, word: str) -> tuple[str, ...]:
        """The word or words that a typed word stands for, typos apart."""
        folded = fold(word)
        known = self._words.get(folded)
        if known is None:
            folded = folded.replace("'", "")
            known = self._words.get(folded)
        return known or ((folded,) if folded else ())

    def mended(self, word: str) -> tuple[str, ...]:
        """As `plain`, and with stretched letters, letters for digits, typos and glue mended."""
        words = self.plain(STRETCHED.sub(r"\1\1", word) if len(word) > LONGEST_WORD else word)
        if len(words) != 1 or self._is_known(words[0]) or len(words[0]) > LONGEST_WORD:
            return words
        for candidate in _simpler(words[0]):
            plain = self.plain(candidate)
            if len(plain) > 1 or self._is_known(plain[0]):
                return plain
        return self._typo(words[0])

    def lemmas(self, word: str) -> tuple[str, ...]:
        """The dictionary forms of `word` in Dutch and in English (simplemma)."""
        found = (lemmas.get(word) for lemmas in self._lemmas)
        return tuple({str(lemma).lower() for lemma in found if lemma})

    def _is_known(self, word: str) -> bool:
        if word in self._vocabulary or word in self._neighbours or len(word) < 3:
            return True
        return any(word in lemmas for lemmas in self._lemmas)

    def _typo(self, word: str) -> tuple[str, ...]:
        if len(word) >= KEY_FROM and (same := self._keys.get(spelling_key(word))):
            return (same,)
        if len(word) >= TYPO_FROM:
            near = self._near(word)
            if near:
                return (near,)
            if parts := self._glued(word):
                return parts
            for size in range(min(len(word) - 1, 14), TYPO_FROM, -1):
                head = self._near(word[:size])
                if head and head in self._heads:
                    return (head + word[size:],)
        return (word,)

    def _near(self, word: str) -> str | None:
        candidates = {
            near for form in (word, *_deletions(word)) for near in self._deletes.get(form, ())
        }
        if word in self._deletes:
            candidates.update(self._deletes[word])
        candidates.update(form for form in _deletions(word) if form in self._vocabulary)
        close = [c for c in sorted(candidates) if OSA.distance(word, c, score_cutoff=1) <= 1]
        return close[0] if close else None

    def _glued(self, word: str) -> tuple[str, ...]:
        """Two words of the vocabulary typed as one ("nietmeer"); none that begin with `dood`."""
        for cut in range(3, len(word) - 2):
            left, right = word[:cut], word[cut:]
            if left in self._vocabulary and right in self._vocabulary and left != "dood":
                return (left, right)
        return ()


def _deletions(word: str) -> list[str]:
    return [word[:i] + word[i + 1 :] for i in range(len(word))]


def _simpler(word: str) -> Iterable[str]:
    """Less stretched and less leet forms of a word, likeliest first."""
    forms = [word]
    if DIGIT_IN_WORD.match(word):
        forms.append(word.translate(LEET))
    for form in forms:
        if form != word:
            yield form
        if STRETCHED.search(form):
            yield STRETCHED.sub(r"\1\1", form)
            yield STRETCHED.sub(r"\1", form)
    squeezed = "".join(a for a, b in pairwise(word + " ") if a != b)
    if squeezed != word and len(squeezed) >= KEY_FROM:
        yield squeezed
