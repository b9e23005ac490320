"""How a talk ended: normal (a goodbye), abrupt (it broke off), or open (too little to say)."""

from __future__ import annotations

from collections.abc import Sequence

from hoi.guidance.fold import Heard
from hoi.model.tagged import Ending

LAST = 4
ENOUGH_TO_END = 4


def ending(heard: Sequence[Heard]) -> Ending:
    """How the talk ended, from its last messages.

    A goodbye or thanks by either is a normal end. A visitor who breaks off, or who leaves the
    chatter's last question without an answer, ended abruptly.
    """
    if len(heard) < ENOUGH_TO_END:
        return "open"
    closings = [
        (item.message.role, finding.rule.raises.partition("/")[2])
        for item in heard[-LAST:]
        for finding in item.reading.findings
        if finding.rule.raises.startswith("closing/")
    ]
    if ("visitor", "goodbye") in closings or ("visitor", "thanks") in closings:
        return "normal"
    if ("visitor", "leaving") in closings:
        return "abrupt"
    last = heard[-1].message
    if last.role == "chatter" and ("chatter", "goodbye") not in closings:
        return "abrupt"
    return "normal" if closings else "open"
