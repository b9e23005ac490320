"""Reading holds when people type as they do: 2,000 mistakes made in the rules' own examples.

A mistake is read through if the flag of the rule whose example it was made in is still found, and
stands. `pytest tests/reading/test_garbled.py -s` prints the share by kind of mistake, and with
`HOI_MISSES=20` in the environment that many misses of each kind.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from random import Random
from typing import NamedTuple

import pytest
from tests.garbling import KINDS, Typist, garble

import hoi
from hoi.model.base import LANGUAGES
from hoi.model.method import Rule
from hoi.reading.proof import ANSWER, messages_of, stands
from hoi.reading.reader import Tail

SEED = 20251125
EXAMPLES = 2000
OVERALL = 0.95
PER_KIND = 0.90


class Garbled(NamedTuple):
    """An example with one mistake in it."""

    rule: Rule
    line: str
    typed: str


def _of_kind(kind: str, language: str, rules: Sequence[Rule]) -> Iterator[Garbled]:
    """Every example that this mistake can be made in, in an order of its own.

    Each has its own dice, so that a new rule changes few of the examples taken.
    """
    words = Counter(
        word for rule in rules for line in rule.match for word in re.findall(r"\w+", line.text)
    )
    usual = {word for word, times in words.items() if times > 1}
    thrown = [
        (Random(f"{SEED} {kind} {rule.id} {line.text}"), rule, line.text)
        for rule in rules
        for line in rule.match
    ]
    for dice, rule, line in sorted(thrown, key=lambda one: one[0].random()):
        question, answer, said = line.rpartition(ANSWER)
        typed = garble(kind, said, Typist(language, usual, dice))
        if typed is not None:
            yield Garbled(rule, line, question + answer + typed)


def _is_read(guide: hoi.Guide, garbled: Garbled) -> bool:
    tail = Tail()
    found = False
    for message in messages_of(garbled.typed, "visitor"):
        reading = guide.reader.read(message, tail)
        tail = reading.tail
        found |= any(
            f.rule.raises == garbled.rule.raises and f.rule.says and stands(f)
            for f in reading.findings  # scorecards say nothing: a sum of words is no saying found
        )
    return found


@pytest.fixture(scope="module")
def garbled(guide: hoi.Guide) -> Mapping[str, Sequence[Garbled]]:
    """About as many examples of each kind and language as there are; 2,000 together."""
    rules = {
        language: [
            rule
            for rule in guide.framework.rules
            if rule.language == language
            and rule.raises.startswith("flag/")
            and rule.by != "chatter"
            and rule.after is None
        ]
        for language in LANGUAGES
    }
    rows = {
        (kind, language): _of_kind(kind, language, rules[language])
        for kind in KINDS
        for language in LANGUAGES
    }
    chosen: dict[str, list[Garbled]] = {kind: [] for kind in KINDS}
    wanted = EXAMPLES
    while wanted and rows:
        share = max(1, wanted // len(rows))
        for (kind, language), row in list(rows.items()):
            more = list(islice(row, min(share, wanted)))
            chosen[kind] += more
            wanted -= len(more)
            if len(more) < share:
                rows.pop((kind, language))
    return chosen


@pytest.fixture(scope="module")
def missed(
    guide: hoi.Guide, garbled: Mapping[str, Sequence[Garbled]]
) -> Mapping[str, Sequence[Garbled]]:
    """The garbled examples whose flag is no longer found, by kind of mistake."""
    misses = {
        kind: [one for one in many if not _is_read(guide, one)] for kind, many in garbled.items()
    }
    for kind, many in garbled.items():
        print(f"{kind:12} {1 - len(misses[kind]) / len(many):.3f} of {len(many)}")
        for one in misses[kind][: int(os.environ.get("HOI_MISSES", "0"))]:
            print(f"    {one.rule.id}: {one.line!r} as {one.typed!r}")
    lost, made = (sum(len(many) for many in all_.values()) for all_ in (misses, garbled))
    print(f"{'together':12} {1 - lost / made:.3f} of {made}")
    return misses


def test_the_set_is_fixed_and_full(garbled: Mapping[str, Sequence[Garbled]]) -> None:
    assert sum(len(many) for many in garbled.values()) == EXAMPLES
    assert all(len(many) >= 100 for many in garbled.values())
    assert all(one.typed != one.line for many in garbled.values() for one in many)


@pytest.mark.parametrize("kind", KINDS)
def test_mistakes_of_each_kind_are_read_through(
    kind: str, garbled: Mapping[str, Sequence[Garbled]], missed: Mapping[str, Sequence[Garbled]]
) -> None:
    assert 1 - len(missed[kind]) / len(garbled[kind]) >= PER_KIND, missed[kind][:10]


def test_mistakes_together_are_read_through(missed: Mapping[str, Sequence[Garbled]]) -> None:
    assert sum(len(many) for many in missed.values()) <= EXAMPLES * (1 - OVERALL)
