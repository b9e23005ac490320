"""Findings' stretches of text as evidence, with the words quoted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hoi.model.conversation import Message
from hoi.model.finding import Finding
from hoi.model.tagged import Evidence


def evidence(
    findings: Iterable[Finding], messages: Sequence[Message], *, with_cues: bool = True
) -> tuple[Evidence, ...]:
    """The words that show `findings`, and the cues that changed how they were read."""
    found: dict[Evidence, None] = {}
    for finding in findings:
        spans = [(span, None) for span in finding.spans]
        cues = [(cue.span, cue.cue) for cue in finding.cues] if with_cues else []
        for span, cue in (*spans, *cues):
            quoted = messages[span.message].text[span.start : span.end]
            item = Evidence(
                message=span.message,
                start=span.start,
                end=span.end,
                text=quoted,
                rule=finding.rule.id,
                cue=cue,
            )
            found.setdefault(item)
    return tuple(found)
