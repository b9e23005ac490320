"""How a written word becomes the word it means: case, accents, stretching, chat spelling, typos.

The same path is used for the words of sayings and for what people type, so that they meet.
Sources for the choices: docs/reading.md.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import pairwise, product

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract
from simplemma.strategies.dictionaries import DefaultDictionaryFactory

from hoi.model.base import LANGUAGES
from hoi.model.method import Spelling

APOSTROPHES = str.maketrans(dict.fromkeys("\u2019\u2018`\u00b4\u02bc", "'"))
LEET = str.maketrans(
    {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s"}
)
INVISIBLE = ("Mn", "Me", "Cf")  # accents, and signs without width that people paste along
STRETCHED = re.compile(r"(.)\1{2,}")
RUN = re.compile(r"(.)\1*")
RUNS_AT_MOST = 4
DIGIT_IN_WORD = re.compile(r"^(?=.*[^\W\d_])(?=.*[0-9@$])[\w@$]{3,}$")
MEASURE = re.compile(r"\d+[^\W\d_]{1,2}$")  # "17e", "50mg"
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
KEY_FROM = 4
GLUED_FROM = 5
LONGEST_WORD = 40
# How strange a form is (0: a common word), and what it may come to together with the slip.
SAYABLE = 2  # a word that sayings or spelling lists know
UNKNOWN = 9
EASIEST_SLIP = 1
EASY_SLIP = 3
# Small words that are no part of longer ones: a blank behind or before them was forgotten.
BEFORE, BEHIND = (
    frozenset(words.split())
    for words in (
        "ik je jij ze zij hij we wij de het een dat dit is niet mijn mn me mij als wat wil ben heb "
        "kan i my the a an it you your he she they this that is am was not and if so can im",
        "ik jij ze zij hij we wij de het een dat dit is niet mijn mij als wat wil ben heb kan in "
        "met my the it you your they this that to of and if so can with",
    )
)
INTENSE = "dood"  # never cut off: "doodmoe", "doodnormaal"
KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
BESIDE = frozenset(pair for row in KEYS for a, b in pairwise(row) for pair in (a + b, b + a))


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

    `vocabulary` holds the words that sayings use; only towards these, and what a dictionary has as
    a form of them, are typos mended. A word that is in a dictionary of either language is never
    taken for a typo.
    """

    def __init__(self, spelling: Mapping[str, Spelling]) -> None:
        self._words: dict[str, tuple[str, ...]] = {}
        self._neighbours: frozenset[str] = frozenset()
        self._common = [_ranks(language) for language in spelling.values()]
        for language in spelling.values():
            self._neighbours |= language.neighbours
            for typed, meant in language.words.items():
                words = tuple(fold(meant).replace("'", "").split())
                self._words.setdefault(fold(typed), words)
                self._words.setdefault(fold(typed).replace("'", ""), words)
        factory = DefaultDictionaryFactory()
        self._lemmas = [factory.get_dictionary(language) for language in LANGUAGES]
        self.learn((), ())

    def learn(self, vocabulary: Iterable[str], heads: Iterable[str]) -> None:
        """Take in the words, and the beginnings of words, that sayings use."""
        self._vocabulary = frozenset(vocabulary)
        self._heads = tuple(sorted(heads, key=lambda head: (-len(head), head)))
        for table in ("_by_sound", "_by_ends"):
            self.__dict__.pop(table, None)

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
        if not words[0].isalpha():
            forms = [*_in_letters(words[0])]
            likeliest = min(forms, key=self._strangeness, default="")
            return words if self._strangeness(likeliest) > SAYABLE else self.plain(likeliest)
        return self._mend(words[0], fold(word))

    def lemmas(self, word: str) -> tuple[str, ...]:
        """The dictionary forms of `word` in Dutch and in English (simplemma)."""
        found = (lemmas.get(word) for lemmas in self._lemmas)
        return tuple({str(lemma).lower() for lemma in found if lemma})

    def _is_known(self, word: str) -> bool:
        if word in self._vocabulary or word in self._neighbours or len(word) < 3:
            return True
        return any(lemmas.get(word) is not None for lemmas in self._lemmas)

    def _strangeness(self, word: str) -> int:
        """How unlikely it is that this form was meant: 0 for a common word."""
        if any(word in ranks for ranks in self._common):
            return 0
        if len(word) < 3:
            return UNKNOWN
        if word in self._vocabulary and self.lemmas(word):
            return 1
        if word in self._vocabulary or word in self._words:
            return SAYABLE
        return 3 if self._is_known(word) else UNKNOWN

    # --- what an unknown word may be ----------------------------------------------------------

    def _mend(self, word: str, typed: str) -> tuple[str, ...]:
        """The likeliest reading of an unknown word, or the word itself."""
        if STRETCHED.search(word):
            word = min(_unstretched(word), key=self._strangeness)
            if self._strangeness(word) < UNKNOWN:
                return self.plain(word)
        if typed.endswith("'s") and self._is_known(typed[:-2]):
            return (typed[:-2],)
        if alike := self._sounding_like(word):
            return alike
        near = self._near(word)
        cost = self._cost(word, near) if near else UNKNOWN
        if cost > EASIEST_SLIP and (two := self._two_common_words(typed)):
            return two
        if cost > EASY_SLIP and (two := self._glued(typed)):
            return two
        return (near or self._with_head(word),)

    def _sounding_like(self, word: str) -> tuple[str, ...]:
        alike = [*_unstretched(word), *_spoken(word)] if len(word) >= KEY_FROM else []
        alike += self._by_sound.get(spelling_key(word), "").split()
        likeliest = min(alike, key=self._strangeness, default=word)
        if self._strangeness(likeliest) > (SAYABLE if len(word) > KEY_FROM else 0):
            likeliest = word + "g" if word.endswith("in") else word
        return self.plain(likeliest) if self._is_known(likeliest) else ()

    def _near(self, word: str) -> str | None:
        """The likeliest of the words that are one slip of the fingers away."""
        if len(word) < TYPO_FROM:
            return None
        choices = [
            choice
            for size in (len(word) - 1, len(word), len(word) + 1)
            for end in (word[:2], word[-3:])
            for choice in self._by_ends.get(f"{end}{size}", ())
        ]
        found = extract(word, choices, scorer=OSA.distance, score_cutoff=1, limit=None)
        close = {one[0] for one in found} or {x for x in _slips(word) if self._is_inflected(x)}
        return min(close, key=lambda meant: (self._cost(word, meant), meant), default=None)

    def _cost(self, typed: str, meant: str) -> int:
        return self._strangeness(meant) + _slip(typed, meant)

    def _is_inflected(self, word: str) -> bool:
        """Has a dictionary this word as a form of one that sayings use?"""
        return any(lemmas.get(word) in self._vocabulary for lemmas in self._lemmas)

    def _two_common_words(self, typed: str) -> tuple[str, ...]:
        """Two of the commonest words of one language typed as one ("ikhet")."""
        if len(typed) < GLUED_FROM:
            return ()
        found = [
            (ranks[typed[:cut]] + ranks[typed[cut:]], cut)
            for ranks in self._common
            for cut in range(1 if typed[0] == "i" else 2, len(typed) - 1)
            if typed[:cut] in ranks and typed[cut:] in ranks and typed[:cut] != INTENSE
        ]
        _, cut = min(found, default=(0, 0))
        return (*self.plain(typed[:cut]), *self.plain(typed[cut:])) if cut else ()

    def _glued(self, word: str) -> tuple[str, ...]:
        """Two words of sayings typed as one ("wilniet")."""
        for cut in range(1, len(word)):
            left, right = word[:cut], word[cut:]
            if left != INTENSE and self._may_stand_apart(left, right):
                return (*self.plain(left), *self.plain(right))
        return ()

    def _may_stand_apart(self, left: str, right: str) -> bool:
        """Two words of sayings, or one of them beside a small word that makes no compounds.

        The last part of a compound is its kind, so that one may be short ("avondpil").
        """
        for part, small, most in ((left, BEFORE, 0), (right, BEHIND, 1)):
            too_short = len(part) < 3 or (len(part) < KEY_FROM and self._strangeness(part) > most)
            if too_short and part not in small:
                return False
        strangest = max(self._strangeness(left), self._strangeness(right))
        return strangest <= (SAYABLE if len(left) > 1 else 1)

    def _with_head(self, word: str) -> str:
        """A longer word whose beginning is one slip away from one that sayings use."""
        if word.startswith(self._heads):
            return word
        for head in (head for head in self._heads if head[:2] == word[:2]):
            for size in (len(head), len(head) + 1, len(head) - 1):
                beginning = word[:size]
                if TYPO_FROM < size < len(word) and OSA.distance(beginning, head) == 1:
                    return head + word[size:]
        return word

    # --- tables, made when the first unknown word is met, of texts: these cost the collector least

    @cached_property
    def _by_sound(self) -> Mapping[str, str]:
        """The words that sound alike, in one text."""
        table: dict[str, str] = {}
        for word in sorted(self._vocabulary.union(self._heads)):
            if len(word) >= KEY_FROM:
                key = spelling_key(word)
                table[key] = f"{table[key]} {word}" if key in table else word
        return table

    @cached_property
    def _by_ends(self) -> Mapping[str, Sequence[str]]:
        """Words by their first two and by their last three letters: one slip leaves either."""
        table: dict[str, list[str]] = defaultdict(list)
        for word in self._vocabulary.union(self._heads):
            if len(word) >= TYPO_FROM:
                table[f"{word[:2]}{len(word)}"].append(word)
                table[f"{word[-3:]}{len(word)}"].append(word)
        return dict(table)


def _ranks(language: Spelling) -> dict[str, int]:
    """The ranks of the common words; short forms ("don't", "zo'n") are common too."""
    short = (fold(typed) for typed in language.words if "'" in typed)
    ranks = dict.fromkeys(short, len(language.common))
    return ranks | {word: rank for rank, word in reversed(list(enumerate(language.common)))}


def _in_letters(word: str) -> Iterator[str]:
    """The word with letters for the digits and signs in it, if these can all be letters."""
    if DIGIT_IN_WORD.match(word) and not MEASURE.match(word):
        forms = (word.replace("1", one).translate(LEET) for one in "il")
        yield from (form for form in dict.fromkeys(forms) if form.isalpha())


def _unstretched(word: str) -> Iterator[str]:
    """The word as it is, and with every choice of one or two letters where it has two or more."""
    runs = [found.group() for found in RUN.finditer(word)]
    if sum(len(run) > 1 for run in runs) > RUNS_AT_MOST:
        yield STRETCHED.sub(r"\1\1", word)
        return
    ways = [(run[:2], run[0]) if len(run) > 1 else (run,) for run in runs]
    yield from ("".join(way) for way in product(*ways))


def _spoken(word: str) -> Iterator[str]:
    """How English words are written that are typed as some say them ("nofing", "worf")."""
    for at, char in enumerate(word):
        if char == "f":
            yield word[:at] + "th" + word[at + 1 :]
    if word.endswith("ite"):
        yield word[:-3] + "ight"


def _slips(word: str) -> Iterator[str]:
    """The likeliest words of which `word` is one slip; the first letter is seldom wrong.

    Two letters swapped, one too many, a vowel or one of a pair too few.
    """
    for at in range(1, len(word)):
        yield word[:at] + word[at + 1 :]
        yield word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :]
        for letter in "aeiou" + word[at]:
            yield word[:at] + letter + word[at:]


def _slip(typed: str, meant: str) -> int:
    """How unlikely the slip is that makes `typed` of `meant`, which is one edit away."""
    at = next((i for i, (a, b) in enumerate(zip(typed, meant, strict=False)) if a != b), -1)
    if len(typed) == len(meant):
        wrong, right = typed[at], meant[at]
        return 1 if wrong + right in BESIDE or sorted(typed) == sorted(meant) else 3
    if len(typed) < len(meant):
        return 1
    return 1 if typed[at] == typed[at - 1] else 2
