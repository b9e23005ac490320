"""How a chatter's own message is written, as far as it can be told from the message itself.

What takes sayings to notice ("waarom", a promise of secrecy) is in rules that raise `style/...`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple
from zlib import crc32

from hoi.model.conversation import Message

SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")
WORD = re.compile(r"[^\W\d_]+")
LONG_TEXT = 45  # words
TIMES_LONGER = 4
SAID_FROM = 6  # words: shorter sentences ("hoi, welkom") come back in any talk
SAID_REMEMBERED = 12
HARD_FROM = 14  # letters
HARD_WORDS = 2
SIMPLE = 5.0  # mean letters of a word by someone who writes simply
OPENERS = frozenset(
    [
        "hoe",
        "wat",
        "waar",
        "wie",
        "welke",
        "wanneer",
        "waarmee",
        "waarvan",
        "how",
        "what",
        "where",
        "who",
        "which",
    ]
)


class Manner(NamedTuple):
    """What is remembered of how both write; bounded."""

    said: tuple[int, ...] = ()  # the chatter's last longer sentences, as numbers
    visitor_words: int = 0
    visitor_letters: int = 0
    last_words: int = 0  # of the visitor's last message

    def hear(self, message: Message) -> Manner:
        """The manner after one more message."""
        words = WORD.findall(message.text)
        if message.role == "chatter":
            return self._replace(said=(*self.said, *_sentences(message.text))[-SAID_REMEMBERED:])
        return self._replace(
            visitor_words=self.visitor_words + len(words),
            visitor_letters=self.visitor_letters + sum(map(len, words)),
            last_words=len(words),
        )

    def styles(self, message: Message) -> Iterator[str]:
        """The ids of the styles of a chatter's message (advice.yaml, `seen_by: message`).

        To be asked before the message itself is heard.
        """
        words = WORD.findall(message.text)
        asked = [s for s in SENTENCE.findall(message.text) if s.rstrip().endswith("?")]
        if len(asked) > 1:
            yield "two_questions"
        elif asked and _is_open(asked[0]):
            yield "open_question"
        if len(words) >= LONG_TEXT and 0 < self.last_words * TIMES_LONGER <= len(words):
            yield "much_longer"
        if set(_sentences(message.text)) & set(self.said):
            yield "said_before"
        simple = self.visitor_words and self.visitor_letters / self.visitor_words < SIMPLE
        if simple and sum(len(word) >= HARD_FROM for word in words) >= HARD_WORDS:
            yield "hard_words"


def _sentences(text: str) -> Sequence[int]:
    """The longer sentences of a text, each as a number that is the same in every process."""
    plain = (" ".join(WORD.findall(one.lower())) for one in SENTENCE.findall(text))
    longer = (one for one in plain if one.count(" ") >= SAID_FROM - 1)
    return [crc32(one.encode("utf-8", "surrogatepass")) for one in longer]


def _is_open(question: str, openers: Collection[str] = OPENERS) -> bool:
    words = [word.lower() for word in WORD.findall(question)]
    return any(word in openers for word in words[:4])
