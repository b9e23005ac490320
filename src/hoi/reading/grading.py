"""From the findings of a message and the signs shortly before it to tiers and levels.

For suicidality signs are sorted by dimension: one strong sign is enough, weaker ones need another
kind of sign beside them, in the message or the few before it. For every other flag different
rules add up. Two tiers come out: `flag` (pass it on) and `ask` (ask openly).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from typing import NamedTuple

from hoi.model.finding import Finding, Span
from hoi.model.method import Escalation
from hoi.model.tagged import LEVELS, Tier

FLAG = "flag/"
WITHOUT_WEIGHT = frozenset({"protective", "denial"})
# Flags that are often told of as past; the rules know the time, a scorecard only the words.
KIN = dict.fromkeys(
    ("unsafe_home", "sexual_violence", "child_at_risk"),
    frozenset({"unsafe_home", "sexual_violence", "child_at_risk"}),
)
WRITER_NOW = ("self", "current", False)
RUNG = {level: rung for rung, level in enumerate(LEVELS)}


class Sign(NamedTuple):
    """A sign of a flag, of the writer now, remembered for the next few messages."""

    message: int
    flag: str
    dimension: str
    grade: int
    level: str | None
    finding: Finding


class Graded(NamedTuple):
    """A flag raised by a message, for one person, time and polarity."""

    flag: str
    tier: Tier
    level: str | None
    kind: str | None
    experiencer: str
    time: str
    negated: bool
    findings: tuple[Finding, ...]
    earlier: bool = False  # the tier rests on earlier messages too


def signs_of(message: int, findings: Iterable[Finding]) -> tuple[Sign, ...]:
    """The signs in a message that count for the messages after it: the strongest of each kind."""
    best: dict[tuple[str, str, str | None], Sign] = {}
    for sign in _signs(message, findings):
        key = (sign.flag, sign.dimension, sign.level)
        if key not in best or best[key].grade < sign.grade:
            best[key] = sign
    return tuple(best.values())


def _signs(message: int, findings: Iterable[Finding]) -> Iterator[Sign]:
    return (
        Sign(
            message,
            finding.rule.raises.removeprefix(FLAG),
            finding.rule.dimension or "",
            finding.grade,
            finding.level,
            finding,
        )
        for finding in findings
        if finding.rule.raises.startswith(FLAG)
        and finding.grade > 0
        and finding.rule.dimension not in WITHOUT_WEIGHT
        and (finding.experiencer, finding.time, finding.negated) == ("self", "current", False)
    )


def grade(
    findings: Sequence[Finding], before: Sequence[Sign], escalation: Escalation
) -> tuple[Graded, ...]:
    """The flags that `findings` raise, given the signs in the messages before."""
    groups: dict[tuple[str, str, str, bool], list[Finding]] = defaultdict(list)
    for finding in findings:
        what, _, flag = finding.rule.raises.partition("/")
        if what == "flag" and finding.grade > 0:
            time = "past" if finding.time == "past" else "current"
            groups[flag, finding.experiencer, time, finding.negated].append(finding)
    graded = []
    for (flag, experiencer, time, negated), group in groups.items():
        is_writer_now = (experiencer, time, negated) == ("self", "current", False)
        company = [sign for sign in before if sign.flag == flag] if is_writer_now else []
        weigh = _suicidality if flag == "suicidality" else _other_flag
        tier, level, shown = weigh(group, company, escalation)
        if tier is not None:
            kind = next((f.rule.kind for f in _strongest_first(group) if f.rule.kind), None)
            whose = (experiencer, time, negated)
            earlier = bool(company) and weigh(group, (), escalation)[0] != tier
            graded.append(Graded(flag, tier, level, kind, *whose, shown, earlier))
    return tuple(graded)


def _suicidality(
    group: Sequence[Finding], before: Sequence[Sign], escalation: Escalation
) -> tuple[Tier | None, str | None, tuple[Finding, ...]]:
    limits = escalation.grading
    here = [finding for finding in group if finding.rule.dimension not in WITHOUT_WEIGHT]
    if not here:
        return None, None, ()
    best: dict[str, int] = {}
    for dimension, points in (
        *((sign.dimension, sign.grade) for sign in before),
        *((finding.rule.dimension or "", finding.grade) for finding in here),
    ):
        best[dimension] = max(best.get(dimension, 0), points)
    strongest = max(finding.grade for finding in here)
    together = sum(best.values())
    shown = _strongest_first(here)
    if strongest >= limits.flag_at:
        return "flag", highest(f.level for f in here), shown
    if strongest >= limits.ask_at and len(best) > 1 and together >= limits.flag_together:
        levels = [*(f.level for f in here), *(sign.level for sign in before)]
        known = {(finding.rule.id, finding.spans) for finding in shown}
        company = [s.finding for s in before if (s.finding.rule.id, s.finding.spans) not in known]
        return "flag", highest(levels), (*shown, *company)
    if strongest >= limits.ask_at or together > limits.ask_at:
        return "ask", highest(f.level for f in here), shown
    return None, None, ()


def _other_flag(
    group: Sequence[Finding], before: Sequence[Sign], escalation: Escalation
) -> tuple[Tier | None, str | None, tuple[Finding, ...]]:
    limits = escalation.grading
    # The same words count once, though rules of both languages may know them.
    best: dict[tuple[Span, ...], int] = {}
    for finding in group:
        best[finding.spans] = max(best.get(finding.spans, 0), finding.grade)
    # A drug named a little earlier makes "can I just stop with it" a question about it.
    points = sum(best.values()) + (max(best.values()) >= limits.other_ask_at and bool(before))
    if points < limits.other_ask_at:
        return None, None, ()
    tier: Tier = "flag" if points >= limits.other_flag_at else "ask"
    return tier, None, _strongest_first(group)


def settle(
    graded: Sequence[Graded], weighed: Sequence[Finding], decided: Container[str], language: str
) -> tuple[Graded, ...]:
    """Tiers after the scorecards have weighed the whole message, for the flags `decided` by them.

    A scorecard counts what the rules said among its signs, so it decides on the writer's own flags
    of now. Three things it cannot see: the chatter's question before an answer, the messages
    before, and words of the other language than its own; what rests on these stands.
    """
    flags = [f for f in weighed if f.rule.raises.startswith(FLAG)]
    details = [f for f in flags if f.rule.level or f.rule.kind]
    cards = {_whose(f): f for f in flags if f not in details}
    settled = []
    for item in graded:
        whose = (item.flag, item.experiencer, item.time, item.negated)
        card = cards.pop(whose, None)
        mine = whose[1:] == WRITER_NOW and FLAG + item.flag in decided
        if mine and not _beyond(item, language):
            settled += _decided(item, card)
        else:
            settled.append(_joined(item, card) if card else item)
    past = {item.flag for item in graded if item.time == "past" and not item.negated}
    for (flag, experiencer, time, negated), card in cards.items():
        tier = _tier(card)
        if time == "current" and past & KIN.get(flag, frozenset()):
            tier = "ask"  # the rules read it as long past: whether it still goes on is a question
        settled.append(Graded(flag, tier, None, None, experiencer, time, negated, (card,)))
    return tuple(_detailed(item, details) for item in settled)


def _whose(finding: Finding) -> tuple[str, str, str, bool]:
    time = "past" if finding.time == "past" else "current"
    flag = finding.rule.raises.removeprefix(FLAG)
    return flag, finding.experiencer, time, finding.negated


def _tier(card: Finding) -> Tier:
    return "flag" if card.grade == 4 else "ask"


def _beyond(item: Graded, language: str) -> bool:
    """Does it rest on what a scorecard of this language cannot see?"""
    messages = {span.message for finding in item.findings for span in finding.spans}
    answers = any(finding.rule.after for finding in item.findings)
    foreign = item.findings[0].rule.language != language  # the strongest comes first
    return item.earlier or len(messages) > 1 or answers or foreign


def _decided(item: Graded, card: Finding | None) -> list[Graded]:
    if card is None:
        return [item._replace(tier="ask")] if item.tier == "flag" else []
    return [item._replace(tier=_tier(card), findings=(*item.findings, card))]


def _joined(item: Graded, card: Finding) -> Graded:
    both = (item.tier, _tier(card))
    shown = (*item.findings, card)
    return item._replace(tier="flag" if "flag" in both else "ask", findings=shown)


def _detailed(item: Graded, details: Sequence[Finding]) -> Graded:
    """With the level and the kind that scorecards put it in."""
    if item.negated or any(finding.rule.after for finding in item.findings):
        return item  # an answer takes its level from the question
    own = [f for f in details if f.rule.raises == FLAG + item.flag]
    if item.flag == "suicidality":
        least = "passive_wish" if item.tier == "flag" or item.level else None
        return item._replace(level=highest((item.level, *(f.level for f in own), least)))
    kinds = [f for f in own if f.rule.kind]
    if not kinds:
        return item
    return item._replace(kind=max(kinds, key=lambda f: f.weight).rule.kind)


def raised_signs(findings: Iterable[Finding], graded: Iterable[Graded]) -> tuple[str, ...]:
    """What the rules said about a message, as signs of scorecards: `[suicidality ask]`."""
    signs: dict[str, None] = {}
    for item in graded:
        if item.experiencer == "other":
            signs[f"[{item.flag} other]"] = None
        elif item.time == "past" or item.negated:
            signs[f"[{item.flag} {'denied' if item.negated else 'past'}]"] = None
        else:
            signs[f"[{item.flag} {item.tier}]"] = None
    for finding in findings:
        own = (finding.experiencer, finding.time, finding.negated) == ("self", "current", False)
        if finding.rule.raises.startswith("topic/"):
            signs[f"[{finding.rule.raises}]"] = None
        elif finding.rule.dimension and finding.grade > 0 and own:
            signs[f"[{finding.rule.dimension}]"] = None
    return tuple(signs)


def highest(levels: Iterable[str | None]) -> str | None:
    """The highest of the levels; None if there are none."""
    known = [level for level in levels if level in RUNG]
    return max(known, key=RUNG.__getitem__, default=None)


def _strongest_first(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda finding: -finding.grade))
