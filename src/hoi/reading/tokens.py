"""Text into tokens, fast: each blank-separated chunk is taken apart once and remembered.

Why not spaCy's tokenizer: docs/decisions/0002-own-tokens.md (measured). The memory of chunks is
bounded, so a service that reads for years does not grow.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from enum import IntEnum
from typing import NamedTuple

CHUNKS_REMEMBERED = 60_000
LONGEST_REMEMBERED = 40
NEWLINE = "\n"

PIECES = re.compile(
    r"""(?P<web>(?:https?://|www\.)\S+|[\w.+-]+@[\w-]+\.[\w.]+)
      |(?P<word>(?:[^\W_][\u0300-\u036f\u200b-\u200d\u2060\u00ad\ufeff]*)+(?:['’‘`\u00b4\u02bc](?:[^\W_][\u0300-\u036f\u200b-\u200d\u2060\u00ad\ufeff]*)+)*['’]?)
      |(?P<soft>\.\.+|…|[-–—/()\[\]"“”„«»*~_'’‘`\u00b4<>]+)
      |(?P<stop>[.!?;]+|\n)
      |(?P<comma>[,:]+)
      |(?P<sign>\S)""",
    re.VERBOSE,
)
VARIATION = re.compile("[\ufe0e\ufe0f\u200d\U0001f3fb-\U0001f3ff]")


class Kind(IntEnum):
    """What a token does between the elements of a saying."""

    WORD = 0
    FILLER = 1  # two may stand anywhere
    SOFT = 2  # a dash, dots, an emoji: no obstacle, but a clause border
    COMMA = 3  # gaps may cross it, neighbours not
    STOP = 4  # nothing crosses it


NONE: Mapping[int, tuple[int, ...]] = {}


class Token(NamedTuple):
    """One word or sign, the same object wherever it occurs.

    `slots` are the elements of sayings that it can fill; `indexed` those that are asked for before
    a saying is tried. `before` and `after` hold the terms of several words of which it is the
    rarest, by the slot of the word that must stand next to it. `tongue` is positive for a word that
    only Dutch has, negative for one that only English has.
    """

    form: str
    kind: Kind
    slots: frozenset[int] = frozenset()
    indexed: frozenset[int] = frozenset()
    before: Mapping[int, tuple[int, ...]] = NONE
    after: Mapping[int, tuple[int, ...]] = NONE
    tongue: int = 0


class Chunk(NamedTuple):
    """What stands between two blanks: its tokens, their places in it, and their index."""

    tokens: tuple[Token, ...]
    spans: tuple[tuple[int, int], ...]
    indexed: frozenset[int]


class Tokens:
    """The tokens of one line of text; places in the text are worked out only when asked for."""

    __slots__ = ("_chunks", "_spans", "items", "text")

    def __init__(self, text: str, chunks: Sequence[tuple[str, Chunk]]) -> None:
        self.text = text
        self._chunks = chunks
        self._spans: list[tuple[int, int]] | None = None
        self.items = [token for _, chunk in chunks for token in chunk.tokens]

    def indexed(self) -> set[int]:
        """The indexed slots that occur."""
        found: set[int] = set()
        found.update(*[chunk.indexed for _, chunk in self._chunks])
        return found

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Start and end in the text (code points) of tokens `first` up to and with `last`."""
        if self._spans is None:
            self._spans = []
            at = 0
            for raw, chunk in self._chunks:
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
        remembered = self._chunks
        chunks = []
        for raw in text.split():
            chunk = remembered.get(raw)
            if chunk is None:
                chunk = self._take_apart(raw)
            chunks.append((raw, chunk))
        return Tokens(text, chunks)

    def _take_apart(self, raw: str) -> Chunk:
        tokens: list[Token] = []
        spans: list[tuple[int, int]] = []
        for match in PIECES.finditer(raw):
            for token in self._piece(match.lastgroup or "sign", match.group()):
                tokens.append(token)
                spans.append(match.span())
        indexed = frozenset(slot for token in tokens for slot in token.indexed)
        chunk = Chunk(tuple(tokens), tuple(spans), indexed)
        if len(raw) <= LONGEST_REMEMBERED:
            if len(self._chunks) >= CHUNKS_REMEMBERED:
                self._chunks.clear()
            self._chunks[raw] = chunk
        return chunk

    def _piece(self, kind: str, text: str) -> tuple[Token, ...]:
        if kind == "word":
            return self._resolve(text)
        if kind == "sign":
            plain = VARIATION.sub("", text)
            return tuple(t._replace(kind=Kind.SOFT) for t in self._resolve(plain)) if plain else ()
        return (PUNCTUATION[kind],)


PUNCTUATION = {
    "soft": Token("-", Kind.SOFT),
    "stop": Token(".", Kind.STOP),
    "comma": Token(",", Kind.COMMA),
    "web": Token("@", Kind.WORD),
}
BREAK = Token("/", Kind.SOFT)
