"""What the talk was about: topic findings add up over the conversation to at most three."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from hoi.guidance.evidence import evidence
from hoi.guidance.fold import Heard
from hoi.model.finding import Finding
from hoi.model.method import Framework
from hoi.model.tagged import TopicTag

AT_MOST = 3
ENOUGH = 2.0  # the weight from which a topic is named at all
SHARE_OF_MAIN = 0.3  # a topic beside the main one weighs at least so much of it
SEVERAL_MESSAGES = 6  # from so many visitor messages on, a passing mention counts half
CARD_IN_CHAT = 1.5  # what a strong scorecard adds in a longer talk
STRONG = 4
OPENING = 3  # but what is said in the first few messages is what the visitor came for


class Weighed(NamedTuple):
    """A topic with its weight in the talk and what shows it."""

    topic: str
    weight: float
    findings: tuple[Finding, ...]


def topics(heard: Sequence[Heard], framework: Framework) -> tuple[TopicTag, ...]:
    """The topics of the talk, heaviest first; the first is the main one."""
    messages = [item.message for item in heard]
    return tuple(
        TopicTag(
            id=weighed.topic,
            main=place == 0,
            weight=weighed.weight,
            evidence=evidence(weighed.findings, messages, with_cues=False),
        )
        for place, weighed in enumerate(_chosen(heard, framework))
    )


def _chosen(heard: Sequence[Heard], framework: Framework) -> list[Weighed]:
    number = {topic.id: topic.number for topic in framework.topics.topics}
    weighed = [w for w in _weigh(heard, framework) if w.weight >= ENOUGH]
    real = [w for w in weighed if w.topic != "other"] or weighed
    real.sort(key=lambda w: (-w.weight, number[w.topic]))
    return [w for w in real[:AT_MOST] if w.weight >= SHARE_OF_MAIN * real[0].weight]


def _weigh(heard: Sequence[Heard], framework: Framework) -> Iterable[Weighed]:
    by_flag = {flag.id: flag.topics for flag in framework.escalation.flags}
    alone = sum(item.message.role == "visitor" for item in heard) < SEVERAL_MESSAGES
    points: dict[str, dict[int, float]] = defaultdict(dict)
    shown: dict[str, list[Finding]] = defaultdict(list)
    for place, item in enumerate(heard):
        if item.message.role != "visitor":
            continue
        for topic, finding, weight in _signs(item, by_flag, alone=alone):
            points[topic][place] = points[topic].get(place, 0.0) + weight
            shown[topic].append(finding)
    said = [place for place, item in enumerate(heard) if item.message.role == "visitor"]
    for topic, per_message in points.items():
        # Several sayings in one message count with diminishing weight.
        weight = sum(min(w, 4.0) + 0.25 * max(0.0, w - 4.0) for w in per_message.values())
        in_passing = len(per_message) == 1 and min(per_message) not in said[:OPENING]
        if in_passing and len(said) >= SEVERAL_MESSAGES:
            weight /= 2
        yield Weighed(topic, round(weight, 2), tuple(shown[topic]))


def _signs(
    item: Heard, by_flag: Mapping[str, tuple[str, ...]], *, alone: bool
) -> Iterable[tuple[str, Finding, float]]:
    """Topics of a message with their weights; `alone`: few messages, so scorecards decide.

    In a longer talk most messages hold too little to be weighed by themselves.
    """
    best: dict[str, tuple[Finding, float]] = {}
    weighed = item.reading.weighed if alone else frozenset()
    for finding in item.reading.findings:
        what, _, name = finding.rule.raises.partition("/")
        if what == "topic" and finding.weight:
            if alone or finding.grade == STRONG:
                yield name, finding, 2 * finding.weight if alone else CARD_IN_CHAT
        elif what == "topic" and finding.rule.raises not in weighed:
            yield name, finding, float(finding.rule.grade)
    for graded in item.reading.graded:
        if graded.time == "past" or graded.negated:
            continue  # what is past or denied is coded by the topics' own rules, if at all
        weight = 3.0 if graded.tier == "flag" else 2.0
        for topic in by_flag.get(graded.flag, ()):
            if graded.findings and weight > best.get(topic, (None, 0.0))[1]:
                best[topic] = (graded.findings[0], weight)
    for topic, (finding, weight) in best.items():
        yield topic, finding, weight
