"""What was said of a text: by hoi, and by the baseline it is compared with."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from hoi.model.conversation import Message
from hoi.model.tagged import TaggedConversation

# The words a helpline would start from: what it takes no engine to find. Kept as plain as such
# lists are: a word, or a few in a row, wherever they stand.
# In rows, not one a line: lists to be read.
KEYWORDS: dict[str, tuple[str, ...]] = {
    "suicidality": (
        "zelfmoord*", "suïcid*", "suicid*", "zelfdoding", "wil dood", "dood wil", "wil sterven",
        "niet meer leven", "niet meer wakker worden", "einde aan mijn leven", "einde maken",
        "mezelf ophangen", "van kant maken", "zelf iets aandoen", "uit het leven stappen",
        "kill myself", "killing myself", "end my life", "ending my life", "want to die",
        "wanna die", "end it all", "better off dead", "wish i was dead", "wish i were dead",
        "hang myself", "don't want to live", "not wake up", "kms",
    ),
    "self_harm": (
        "zelfbeschadig*", "mezelf snijden", "snijd mezelf", "snij mezelf", "automutil*",
        "mezelf pijn", "self harm*", "self-harm*", "cut myself", "cutting myself", "hurt myself",
    ),
    "medication_question": (
        "medicatie", "medicijn*", "pillen", "antidepressiv*", "afbouwen", "bijwerking*", "dosering",
        "medication", "meds", "tablets", "antidepressant*", "taper*", "side effect*", "dosage",
    ),
    "overdose": ("overdosis", "te veel pillen", "overdose*", "too many pills"),
    "harm_to_others": (
        "vermoord*", "hem iets aandoen", "haar iets aandoen", "kill him", "kill her", "hurt him",
        "hurt her", "hurt someone",
    ),
    "unsafe_home": (
        "slaat me", "slaat mij", "mishandel*", "misbruik*", "bedreigt me", "bang voor hem",
        "hits me", "beats me", "abuse*", "abusive", "threatens me", "afraid of him",
    ),
    "sexual_violence": ("verkracht*", "aangerand", "raped", "sexually assaulted"),
    "acute_psychosis": (
        "psychose", "psychotisch", "stemmen in mijn hoofd", "achtervolgd", "afgeluisterd",
        "psychosis", "psychotic", "hearing voices", "following me", "watching me",
    ),
}  # fmt: skip


class Said(NamedTuple):
    """One flag that was said, at one message; what is denied is not said.

    `tier` is "flag" or "ask"; `passed_on` is hoi's `escalate`.
    """

    flag: str
    message: int
    tier: str
    passed_on: bool
    experiencer: str = "self"
    past: bool = False
    level: str | None = None
    kind: str | None = None


class Answer(NamedTuple):
    """All that was said of a conversation: flags, and topics."""

    said: tuple[Said, ...]
    topics: frozenset[str]


class Majority(NamedTuple):
    """The most common label of each sort: what the baseline always answers."""

    level: str | None = None
    kind: str | None = None
    message_topic: str | None = None
    chat_topic: str | None = None


def hoi_answer(tagged: TaggedConversation) -> Answer:
    """What hoi said."""
    said = (
        Said(
            tag.id,
            tag.message,
            tag.tier,
            tag.escalate,
            tag.experiencer,
            tag.time == "past",
            tag.level,
            tag.kind,
        )
        for tag in tagged.flags
        if not tag.negated
    )
    return Answer(tuple(said), frozenset(topic.id for topic in tagged.topics))


def baseline_answer(messages: Sequence[Message], majority: Majority, topic: str | None) -> Answer:
    """What a keyword list says, with the most common level, kind and topic."""
    said = _spotted(messages, majority)
    return Answer(tuple(said), frozenset([topic] if topic else []))


def _spotted(messages: Iterable[Message], majority: Majority) -> Iterator[Said]:
    for number, message in enumerate(messages):
        if message.role != "visitor":
            continue
        text = message.text.lower().replace("’", "'")
        for flag, pattern in _PATTERNS.items():
            if pattern.search(text):
                level = majority.level if flag == "suicidality" else None
                kind = majority.kind if flag == "medication_question" else None
                yield Said(flag, number, "flag", True, level=level, kind=kind)


def _pattern(words: Iterable[str]) -> re.Pattern[str]:
    choices = (re.escape(word.removesuffix("*")) + r"\w*" * word.endswith("*") for word in words)
    return re.compile(rf"\b(?:{'|'.join(choices)})\b")


_PATTERNS = {flag: _pattern(words) for flag, words in KEYWORDS.items()}
