"""Which flags a talk raised, and which of them are to be passed on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hoi.guidance.evidence import evidence
from hoi.guidance.fold import Heard
from hoi.model.conversation import Message
from hoi.model.method import Framework
from hoi.model.tagged import FlagTag
from hoi.reading.grading import Graded

SUICIDALITY = "suicidality"
THIRD_PARTY = "third_party_risk"
WHOSE = {THIRD_PARTY: "other"}  # by what the flag means, whoever its rules name


def flags(heard: Sequence[Heard], framework: Framework) -> tuple[FlagTag, ...]:
    """Every flag of the talk, message by message."""
    messages = [item.message for item in heard]
    return tuple(
        tag
        for number, item in enumerate(heard)
        for tag in message_flags(item.reading.graded, number, messages, framework)
    )


def message_flags(
    graded: Iterable[Graded], number: int, messages: Sequence[Message], framework: Framework
) -> list[FlagTag]:
    """The flags that message `number` raised, the heaviest reading of each first."""
    tags = []
    for item in graded:
        tag = _tag(item, number, messages, framework)
        tags.append(tag)
        of_another = item.flag == SUICIDALITY and item.experiencer == "other"
        if of_another and item.time == "current" and not item.negated:
            escalate = item.tier == "flag"
            tags.append(tag.model_copy(update={"id": THIRD_PARTY, "escalate": escalate}))
    return _merged(tags)


def _tag(item: Graded, number: int, messages: Sequence[Message], framework: Framework) -> FlagTag:
    return FlagTag(
        id=item.flag,
        level=item.level,
        kind=item.kind,
        experiencer="other" if "other" in (item.experiencer, WHOSE.get(item.flag)) else "self",
        time="past" if item.time == "past" else "current",
        negated=item.negated,
        tier=item.tier,
        escalate=escalates(item, framework),
        message=number,
        dimensions=tuple(sorted({f.rule.dimension for f in item.findings if f.rule.dimension})),
        evidence=evidence(item.findings, messages),
    )


def escalates(item: Graded, framework: Framework) -> bool:
    """Is this to be passed on? By the flag's defaults in `escalation.yaml`."""
    kind = next(flag for flag in framework.escalation.flags if flag.id == item.flag)
    return (
        item.tier == "flag"
        and kind.escalate
        and not item.negated
        and (item.time == "current" or kind.past)
        and (item.experiencer == "self" or kind.whoever)
    )


def _merged(tags: Sequence[FlagTag]) -> list[FlagTag]:
    """One tag for each flag, person, time and polarity; evidence joined."""
    merged: dict[tuple[str, str, str, bool], FlagTag] = {}
    for tag in tags:
        key = (tag.id, tag.experiencer, tag.time, tag.negated)
        other = merged.get(key)
        if other is None:
            merged[key] = tag
        else:
            best = max(
                other, tag, key=lambda t: (t.escalate, t.tier == "flag", t.level is not None)
            )
            joined = tuple(dict.fromkeys((*other.evidence, *tag.evidence)))
            merged[key] = best.model_copy(update={"evidence": joined})
    return list(merged.values())
