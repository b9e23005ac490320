"""The flags of a talk over time: raised once, they are watched until a person has dealt with them.

A level never falls by itself: it rises with what is said, and only the chatter lowers it, with a
reason (escalation.yaml, principles).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from hoi.model.advice import WatchStatus
from hoi.model.tagged import LEVELS, FlagTag

REMIND_AFTER = 4  # messages without anyone confirming what must be confirmed
RUNG: dict[str | None, int] = {None: 0} | {level: rung for rung, level in enumerate(LEVELS, 1)}


class Watch(NamedTuple):
    """One flag that is to be passed on, as it stands.

    `flag` is its heaviest reading. `raised` is the message that raised it or its level last,
    `shown` the message at which it was last shown as new or as a reminder; `reason` is the
    chatter's, for a level that was lowered; `rose`: its level is higher than it once was.
    """

    flag: FlagTag
    raised: int
    shown: int
    status: WatchStatus = "open"
    reason: str = ""
    rose: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """Which flag, and whose."""
        return self.flag.id, self.flag.experiencer

    def hear(self, flag: FlagTag, number: int) -> Watch:
        """What the same flag, raised again by message `number`, makes of it."""
        if RUNG[flag.level] > RUNG[self.flag.level]:
            return Watch(flag, number, number, rose=True)
        if self.status == "lowered":  # said again after it was lowered: a person looks again
            return Watch(self.flag, number, number)
        return self

    def is_reminder(self, number: int) -> bool:
        """Is it time to show it again, as nobody has confirmed it?"""
        waited = number - self.shown
        return self.status == "open" and waited > 0 and waited % REMIND_AFTER == 0


def hear_flags(
    watches: tuple[Watch, ...], flags: Iterable[FlagTag], number: int
) -> tuple[Watch, ...]:
    """The watches after message `number` raised `flags`, of which some are to be passed on."""
    by_key = {watch.key: watch for watch in watches}
    for flag in flags:
        if flag.escalate:
            key = (flag.id, flag.experiencer)
            known = by_key.get(key)
            by_key[key] = known.hear(flag, number) if known else Watch(flag, number, number)
    return tuple(by_key.values())


def lowered(watch: Watch, level: str | None, reason: str) -> Watch:
    """The watch after a person has lowered its level, or said that it was none (None)."""
    flag = watch.flag.model_copy(update={"level": level}) if level else watch.flag
    return watch._replace(flag=flag, status="lowered", reason=reason)
