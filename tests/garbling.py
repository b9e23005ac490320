"""Makes mistakes in a line of text the way people do, one of a kind, always the same ones.

`garble(kind, line, typist)` gives the line with one mistake, or None where that kind of mistake
cannot be made in it. Nothing is chosen for being easy to read: a mistake may well give another
real word. The first letter of a word is kept in slips of the fingers: it is rarely wrong (Pollock
& Zamora 1984).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator
from random import Random
from typing import NamedTuple

WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
LONG = 7
SPLIT_FROM = 7
EMOJI = "😔😭🙏💔🔪💊⚰💀😞🥺🖤😅"
ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
ACCENTS = {
    "a": "\u0300\u0301\u0308",
    "e": "\u0300\u0301\u0302\u0308",
    "i": "\u0301\u0308",
    "o": "\u0301\u0302\u0308",
    "u": "\u0301\u0308",
}
LEET = {"o": "0", "i": "1", "e": "3", "a": "4@", "s": "5$", "t": "7"}
SOUNDS = {  # what is written: what is typed
    "nl": (
        (r"dt$", "t"),
        (r"dt$", "d"),
        (r"(?<=[aeiou])d$", "t"),
        (r"(?<=[^d])t$", "d"),
        (r"(?<=[^td])d$", "dt"),
        (r"ei", "ij"),
        (r"ij", "ei"),
        (r"ou", "au"),
        (r"au", "ou"),
        (r"ch", "g"),
        (r"(?<=.)g(?=t|[aeiou]|$)", "ch"),
    ),
    "en": (
        (r"^you$", "u"),
        (r"^your$", "ur"),
        (r"^you're$", "ur"),
        (r"^are$", "r"),
        (r"^through$", "thru"),
        (r"^though$", "tho"),
        (r"th", "f"),  # only as in "think": see VOICED
        (r"(?<=[aeiouy][a-z])ing$|(?<=[aeiouy][a-z]{2})ing$", "in"),
        (r"ight$", "ite"),
        (r"ph", "f"),
    ),
}

VOICED = re.compile(  # words in which nobody says "f" for "th"
    r"^(?:th(?:e|is|at|ese|ose|ey.*|em.*|eir|en|ere.*|an|ough|us)|with.*|wi?thout"
    r"|.*(?:[oae]ther|ither|athe|othe)(?:s|d|r|ing|ed)?)(?:'.*)?$"
)

Edit = Callable[[str, Random], str | None]


class Typist(NamedTuple):
    """Who makes the mistake: in which language, knowing which words, by which throws of dice."""

    language: str
    words: Collection[str]
    dice: Random


def _words(line: str, at_least: int = 1) -> list[re.Match[str]]:
    return [found for found in WORD.finditer(line) if len(found.group()) >= at_least]


def _in_one_word(line: str, dice: Random, edit: Edit, at_least: int = 1) -> str | None:
    """The line with `edit` done to one of its words, the first in a random order that it fits."""
    words = _words(line, at_least)
    dice.shuffle(words)
    for found in words:
        edited = edit(found.group(), dice)
        if edited is not None and edited != found.group():
            return line[: found.start()] + edited + line[found.end() :]
    return None


def _neighbour_key(char: str, dice: Random) -> str:
    row = next((row for row in ROWS if char in row), char)
    at = row.index(char)
    return dice.choice([key for key in (row[at - 1 : at], row[at + 1 : at + 2]) if key] or [char])


def _slip(word: str, dice: Random) -> str | None:
    at = dice.randrange(1, len(word) - 1)
    left, char, right = word[:at], word[at], word[at + 1 :]
    slips = (
        left + right[0] + char + right[1:],
        left + right,
        left + char + char + right,
        left + _neighbour_key(char.lower(), dice) + right,
    )
    return dice.choice(slips)


def typo(line: str, typist: Typist) -> str | None:
    """Letters swapped, one dropped, doubled or hit beside, within a word of seven or more."""
    return _in_one_word(line, typist.dice, _slip, LONG)


def case(line: str, typist: Typist) -> str | None:
    """All capitals, capitals at each word, or capitals anywhere."""
    mixed = "".join(typist.dice.choice((char.lower(), char.upper())) for char in line)
    return typist.dice.choice((line.upper(), line.title(), mixed))


def _accented(word: str, dice: Random) -> str | None:
    places = [at for at, char in enumerate(word.lower()) if char in ACCENTS]
    if not places:
        return None
    at = dice.choice(places)
    marked = word[: at + 1] + dice.choice(ACCENTS[word[at].lower()]) + word[at + 1 :]
    return unicodedata.normalize(dice.choice(("NFC", "NFD")), marked)


def accents(line: str, typist: Typist) -> str | None:
    """An accent where none belongs, composed or not."""
    return _in_one_word(line, typist.dice, _accented, 3)


def _lengthened(word: str, dice: Random) -> str | None:
    at = dice.choice([at for at, char in enumerate(word) if char.isalpha()])
    return word[:at] + word[at] * dice.choice((2, 3, 4, 6, 9)) + word[at + 1 :]


def stretched(line: str, typist: Typist) -> str | None:
    """One letter of a word of three or more typed twice to nine times."""
    return _in_one_word(line, typist.dice, _lengthened, 3)


def glued(line: str, typist: Typist) -> str | None:
    """The blank between two words left out."""
    blanks = [found.start() + 1 for found in re.finditer(r"[^\W\d_] (?=[^\W\d_])", line)]
    if not blanks:
        return None
    at = typist.dice.choice(blanks)
    return line[:at] + line[at + 1 :]


def _cuts(word: str, words: Collection[str]) -> Iterator[str]:
    for at in range(3, len(word) - 2):
        parts = word[:at], word[at:]
        if all(part.lower() in words for part in parts):
            yield " ".join(parts)


def split(line: str, typist: Typist) -> str | None:
    """A blank within a word, where it leaves two words."""

    def edit(word: str, dice: Random) -> str | None:
        cuts = list(_cuts(word, typist.words))
        return dice.choice(cuts) if cuts else None

    return _in_one_word(line, typist.dice, edit, SPLIT_FROM)


def _with_digits(word: str, dice: Random) -> str | None:
    letters = sorted(set(word.lower()) & set(LEET))
    if not letters:
        return None
    swapped = {
        letter: dice.choice(LEET[letter])
        for letter in dice.sample(letters, dice.randint(1, len(letters)))
    }
    typed = "".join(swapped.get(char.lower(), char) for char in word)
    return typed if re.search(r"[^\W\d_]", typed) else None


def leet(line: str, typist: Typist) -> str | None:
    """Digits, @ and $ for letters in one word of four or more."""
    return _in_one_word(line, typist.dice, _with_digits, 4)


def spaced(line: str, typist: Typist) -> str | None:
    """One word of four or more typed letter by letter."""
    by = typist.dice.choice((" ", " ", ".", "-"))
    return _in_one_word(
        line, typist.dice, lambda word, _: by.join(word) if word.isalpha() else None, 4
    )


def emoji(line: str, typist: Typist) -> str | None:
    """An emoji before, after or glued to a word."""
    sign = typist.dice.choice(EMOJI) * typist.dice.choice((1, 1, 3))
    shape = typist.dice.choice(("{1} {0}", "{0} {1}", "{0}{1}", "{1}{0}"))
    return _in_one_word(line, typist.dice, lambda word, _: shape.format(word, sign))


def phonetic(line: str, typist: Typist) -> str | None:
    """One sound written another way."""

    def edit(word: str, dice: Random) -> str | None:
        ways = [
            word[: found.start()] + typed + word[found.end() :]
            for written, typed in SOUNDS[typist.language]
            for found in re.finditer(written, word.lower())
            if written != "th" or not VOICED.match(word.lower())
        ]
        return dice.choice(ways) if ways else None

    return _in_one_word(line, typist.dice, edit)


def apostrophes(line: str, typist: Typist) -> str | None:
    """All apostrophes left out."""
    plain = re.sub(r"['’]", "", line)
    return plain if plain != line else None


KINDS: dict[str, Callable[[str, Typist], str | None]] = {
    kind.__name__: kind
    for kind in (
        *(typo, case, accents, stretched, glued, split),
        *(leet, spaced, emoji, phonetic, apostrophes),
    )
}


def garble(kind: str, line: str, typist: Typist) -> str | None:
    """`line` with one mistake of `kind`; None if it has no place for it."""
    return KINDS[kind](line, typist)
