"""Text into tokens, fast: each blank-separated chunk is taken apart once and remembered.

Why not spaCy's tokenizer: docs/decisions/0002-own-tokens.md (measured). The memory of chunks is
bounded, so a service that reads for years does not grow.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from enum import IntEnum
from types import MappingProxyType
from typing import NamedTuple

CHUNKS_REMEMBERED = 60_000
LONGEST_REMEMBERED = 40
NEWLINE = "\n"

PIECES = re.compile(
    r"""(?P<spelled>(?<!\w)[^\W\d_]([ .*_-])[^\W\d_](?:\2[^\W\d_])+(?!\w))
      |(?P<web>(?:https?://|www\.)\S+|[\w.+-]+@[\w-]+\.[\w.]+)
      |(?P<leet>(?=[^\W_]*[@$])(?=[\d@$]*[^\W\d_])(?:[^\W_]|[@$]){3,})
      |(?P<word>(?:[^\W_][\u0300-\u036f\u200b-\u200d\u2060\u00ad\ufeff]*)+(?:['’‘`\u00b4\u02bc](?:[^\W_][\u0300-\u036f\u200b-\u200d\u2060\u00ad\ufeff]*)+)*['’]?)
      |(?P<soft>\.\.+|…|[-–—/()\[\]"“”„«»*~_'’‘`\u00b4<>]+)
      |(?P<stop>[.!?;]+|\n)
      |(?P<comma>[,:]+)
      |(?P<sign>\S)""",
    re.VERBOSE,
)
SPELLED_OUT = re.compile(r"(?<!\S)[^\W\d_] [^\W\d_] [^\W\d_](?!\w)")  # "d o o d"
CHUNKS = re.compile(r"(?<!\S)[^\W\d_](?: [^\W\d_]){2,}(?!\w)\S*|\S+")
VARIATION = re.compile("[\ufe0e\ufe0f\u200d\U0001f3fb-\U0001f3ff]")


class Kind(IntEnum):
    """What a token does between the elements of a saying."""

    WORD = 0
    FILLER = 1  # two may stand anywhere
    SOFT = 2  # a dash, dots, an emoji: no obstacle, but a clause border
    COMMA = 3  # gaps may cross it, neighbours not
    STOP = 4  # nothing crosses it


FILLER_COST = 1 << 10
COMMA_COST = 1 << 20
COSTS = {Kind.WORD: 1, Kind.FILLER: FILLER_COST, Kind.COMMA: COMMA_COST}


class Phrase(NamedTuple):
    """A term of several words: the slot of each, and which of them is the rarest."""

    words: tuple[int, ...]
    anchor: int


class Reach(NamedTuple):
    """What a word can do in sayings; words that can do the same share it.

    `slots` are the elements that it fills alone; `fills` are these and the ones that it fills as
    the rarest word of a term of several words, each with those terms; `needs` are the sayings that
    it is needed for (`matching.Index`). `names` are the concepts that it belongs to, `phrased`
    those that it belongs to as part of a term of several words (with their slots), as far as
    scorecards weigh them.
    """

    slots: frozenset[int] = frozenset()
    fills: Mapping[int, tuple[Phrase, ...]] = MappingProxyType({})
    needs: int = 0
    names: frozenset[str] = frozenset()
    phrased: Mapping[str, tuple[int, ...]] = MappingProxyType({})


NOTHING = Reach()


class Token(NamedTuple):
    """One word or sign, the same object wherever it occurs.

    `cost` is what it adds to the distance between the elements of a saying. `tongue` is positive
    for a word that only Dutch has, negative for one that only English has. The rest: see `Reach`.
    """

    form: str
    kind: Kind
    cost: int
    slots: frozenset[int]
    fills: Mapping[int, tuple[Phrase, ...]]
    needs: int
    names: frozenset[str]
    phrased: Mapping[str, tuple[int, ...]]
    tongue: int


def token(form: str, kind: Kind, reach: Reach = NOTHING, tongue: int = 0) -> Token:
    """The token of one word or sign."""
    return Token(form, kind, COSTS.get(kind, 0), *reach, tongue)


class Chunk(NamedTuple):
    """What stands between two blanks: its tokens and their places in it."""

    tokens: tuple[Token, ...]
    spans: tuple[tuple[int, int], ...]


class Tokens:
    """The tokens of one line of text; places in the text are worked out only when asked for."""

    __slots__ = ("_chunks", "_raw", "_spans", "items", "text")

    def __init__(self, text: str, raw: Sequence[str], chunks: Sequence[Chunk]) -> None:
        self.text = text
        self._raw = raw
        self._chunks = chunks
        self._spans: list[tuple[int, int]] | None = None
        self.items = [token for chunk in chunks for token in chunk.tokens]

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Start and end in the text (code points) of tokens `first` up to and with `last`."""
        if self._spans is None:
            self._spans = []
            at = 0
            for raw, chunk in zip(self._raw, self._chunks, strict=True):
                at = self.text.index(raw, at)
                self._spans += [(at + start, at + end) for start, end in chunk.spans]
                at += len(raw)
        return self._spans[first][0], self._spans[last][1]


class Tokenizer:
    """Cuts lines into tokens; `resolve` says which tokens a typed word stands for."""

    def __init__(self, resolve: Callable[[str], tuple[Token, ...]]) -> None:
        self._resolve = resolve
        self._chunks: dict[str, Chunk] = {}

    def line(self, text: str) -> Tokens:
        """The tokens of `text`, which holds no line break."""
        known = self._chunks.get
        raw = text.split()
        if SPELLED_OUT.search(text):
            raw = CHUNKS.findall(text)
        return Tokens(text, raw, [known(one) or self._take_apart(one) for one in raw])

    def _take_apart(self, raw: str) -> Chunk:
        tokens: list[Token] = []
        spans: list[tuple[int, int]] = []
        for match in PIECES.finditer(raw):
            if match.lastgroup == "spelled" and not self._is_said(match.group()[::2]):
                places = range(match.start(), match.end(), 2)
                spans += [(at, at + 1) for at in places for _ in self._resolve(raw[at])]
                tokens += [token for at in places for token in self._resolve(raw[at])]
                continue
            for token in self._piece(match.lastgroup or "sign", match.group()):
                tokens.append(token)
                spans.append(match.span())
        chunk = Chunk(tuple(tokens), tuple(spans))
        if len(raw) <= LONGEST_REMEMBERED:
            if len(self._chunks) >= CHUNKS_REMEMBERED:
                self._chunks.clear()
            self._chunks[raw] = chunk
        return chunk

    def _is_said(self, word: str) -> bool:
        return any(token.slots for token in self._resolve(word))

    def _piece(self, kind: str, text: str) -> tuple[Token, ...]:
        if kind in ("word", "leet"):
            return self._resolve(text)
        if kind == "spelled":
            return self._resolve(text[::2])
        if kind == "sign":
            plain = VARIATION.sub("", text)
            if not plain:
                return ()
            return tuple(t._replace(kind=Kind.SOFT, cost=0) for t in self._resolve(plain))
        if kind == "stop" and "?" in text:
            return (QUESTION,)
        return (PUNCTUATION[kind],)


PUNCTUATION = {
    "soft": token("-", Kind.SOFT),
    "stop": token(".", Kind.STOP),
    "comma": token(",", Kind.COMMA),
    "web": token("@", Kind.WORD),
}
QUESTION = token("?", Kind.STOP)
EDGE = "/"  # where a message begins, ends, or goes on on the next line
BREAK = token(EDGE, Kind.SOFT)
