"""The flags of a talk over time: raised once, they are watched until a person has dealt with them.

A level never falls by itself: it rises with what is said, and only the chatter lowers it, with a
reason (escalation.yaml, principles). What a person did covers what had been said until then: what
is said afterwards opens the flag again.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from hoi.model.advice import WatchStatus
from hoi.model.tagged import LEVELS, FlagTag

REMIND_AFTER = 4  # messages without anyone confirming what must be confirmed
REMIND_CONFIRMED_AFTER = 16  # and without anything done about what was confirmed
PUT_AWAY: tuple[WatchStatus, ...] = ("handled", "unfounded")
RUNG: dict[str | None, int] = {None: 0} | {level: rung for rung, level in enumerate(LEVELS, 1)}


class Watch(NamedTuple):
    """One flag that is to be passed on, as it stands.

    `flag` is its heaviest reading since it was last put away. `raised` is the message that raised
    it, or its level, last; `reason` the chatter's for what was last done; `rose`: its level is
    higher than it once was.
    """

    flag: FlagTag
    raised: int
    status: WatchStatus = "open"
    reason: str = ""
    rose: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """Which flag, and whose."""
        return self.flag.id, self.flag.experiencer

    @property
    def is_shown(self) -> bool:
        """Does it still stand beside the talk?"""
        return self.status not in PUT_AWAY

    def hear(self, flag: FlagTag, number: int) -> Watch:
        """What the same flag, raised again by message `number`, makes of it."""
        if not self.is_shown:
            return Watch(flag, number)
        is_heavier = RUNG[flag.level] > RUNG[self.flag.level]
        if is_heavier or (self.flag.time == "past" and flag.time == "current"):
            return Watch(flag, number, rose=True)
        if self.status == "lowered" and RUNG[flag.level] >= RUNG[self.flag.level]:
            return Watch(flag, number)
        return self

    def is_reminder(self, number: int) -> bool:
        """Is it time to show it whole again, as nobody has confirmed it, or done anything?"""
        pause = REMIND_AFTER if self.status == "open" else REMIND_CONFIRMED_AFTER
        waited = number - self.raised
        return self.is_shown and waited > 0 and waited % pause == 0

    def acted(self, status: WatchStatus, level: str | None, reason: str) -> Watch:
        """The watch after a person has dealt with it; `level` None: it stays as it is."""
        flag = self.flag.model_copy(update={"level": level}) if level else self.flag
        return self._replace(flag=flag, status=status, reason=reason or self.reason)


def hear_flags(
    watches: tuple[Watch, ...], flags: Iterable[FlagTag], number: int
) -> tuple[Watch, ...]:
    """The watches after message `number` raised `flags`, of which some are to be passed on."""
    by_key = {watch.key: watch for watch in watches}
    for flag in flags:
        if flag.escalate:
            key = (flag.id, flag.experiencer)
            known = by_key.get(key)
            by_key[key] = known.hear(flag, number) if known else Watch(flag, number)
    return tuple(by_key.values())


def kept_over(before: Iterable[Watch], after: Iterable[Watch], number: int) -> tuple[Watch, ...]:
    """The watches once a talk was read anew: none is lost, none falls, what is heavier is open.

    `before` are those of the first reading, `after` those of the second, `number` the last message.
    """
    by_key = {watch.key: watch for watch in after}
    for old in before:
        new = by_key.get(old.key)
        if new is None or RUNG[new.flag.level] < RUNG[old.flag.level]:
            by_key[old.key] = old
        elif RUNG[new.flag.level] > RUNG[old.flag.level]:
            by_key[old.key] = Watch(new.flag, number, rose=True)
        else:
            by_key[old.key] = new._replace(
                status=old.status, reason=old.reason, raised=old.raised, rose=old.rose
            )
    known = {watch.key for watch in before}
    return tuple(
        watch if watch.key in known else Watch(watch.flag, number) for watch in by_key.values()
    )
