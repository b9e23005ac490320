"""What to do about a flag, as `escalation.yaml` has it: its steps, and the ways for this hour."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from hoi.guidance.watch import Watch
from hoi.model.advice import FlagAdvice, Way
from hoi.model.base import Text
from hoi.model.conversation import Intake
from hoi.model.method import FlagKind, Framework, Level, Open, Route
from hoi.model.tagged import FlagTag

SUICIDALITY, THIRD_PARTY = "suicidality", "third_party_risk"
Protocol = FlagKind | Level
HERE = ZoneInfo("Europe/Amsterdam")
DAY = range(8, 17)  # hours in which a GP's practice answers
AT_ANY_HOUR: frozenset[Open] = frozenset({"always", "other"})
YOUNG = {"child": ("10-20",), "young_adult": ("10-20", "21-30")}
URGENCIES = ("note", "inform", "supervise", "consult", "high", "immediate", "emergency")
AT_ONCE = frozenset({"immediate", "emergency"})
TO_CONFIRM = AT_ONCE | {"high"}  # a flag of this urgency is shown again until it is confirmed
REASON = Text(
    nl="Gehoord in bericht {number}: “{words}”.", en="Heard in message {number}: “{words}”."
)
REASON_RISEN = Text(
    nl="Het klinkt zwaarder dan eerder, in bericht {number}: “{words}”.",
    en="It sounds heavier than before, in message {number}: “{words}”.",
)
REASON_REMINDER = Text(
    nl="Nog niet bevestigd of afgehandeld. Gehoord in bericht {number}: “{words}”.",
    en="Not confirmed or dealt with yet. Heard in message {number}: “{words}”.",
)
REASON_GONE = Text(
    nl="Gehoord in bericht {number}, dat daarna is veranderd of weggehaald.",
    en="Heard in message {number}, which was changed or taken back afterwards.",
)
WORDS_AT_MOST = 60  # code points of what was said


def protocol_of(flag: str, level: str | None, framework: Framework) -> Protocol | None:
    """The level's protocol for the writer's suicidality, else the flag's own."""
    by_level = flag == SUICIDALITY and level is not None
    levels, flags = framework.escalation.levels, framework.escalation.flags
    items: Iterable[Protocol] = levels if by_level else flags
    name = level if by_level else flag
    return next((item for item in items if item.id == name), None)


def routes_of(protocol: Protocol, framework: Framework) -> list[Route]:
    """The routes of a flag or level, in its order."""
    known = {route.id: route for route in framework.escalation.routes}
    return [known[name] for name in protocol.routes if name in known]


class InWords(NamedTuple):
    """What of a protocol is shown, in one language, at one sort of hour, to one age."""

    name: str
    confirm: bool
    steps: tuple[str, ...]
    ways: tuple[Way, ...]
    inform: str


class Protocols:
    """The protocols of a framework, each put into words once. Holds no talk; safe to share."""

    def __init__(self, framework: Framework) -> None:
        self._framework = framework
        self._kinds = {kind.id: kind for kind in framework.escalation.flags}
        self._levels = {level.id: level for level in framework.escalation.levels}
        self._put: dict[tuple[str | bool | None, ...], InWords] = {}

    def knows(self, flag: str) -> bool:
        """Is there a protocol for this flag?"""
        return flag in self._kinds

    def urgency(self, watch: Watch) -> int:
        """How pressing a flag is at its level; the higher the more."""
        level = self._level(watch.flag)
        return URGENCIES.index(level.urgency if level else self._kinds[watch.flag.id].urgency)

    def is_at_once(self, watch: Watch) -> bool:
        """Does this flag at this level leave no room for anything but its protocol?"""
        return URGENCIES[self.urgency(watch)] in AT_ONCE

    def is_to_confirm(self, watch: Watch) -> bool:
        """Is it shown again until somebody confirms it?"""
        return URGENCIES[self.urgency(watch)] in TO_CONFIRM

    def advice(
        self,
        watch: Watch,
        number: int,
        at: datetime | None,
        intake: Intake | None,
        language: str,
        *,
        minor: bool = False,
    ) -> FlagAdvice:
        """A watched flag as it is shown after message `number`, which was typed `at`.

        `minor`: the visitor said to be under 18.
        """
        flag, band = watch.flag, intake.age_band if intake else None
        band = "10-20" if minor else band
        key = (flag.id, flag.level, language, band, _hour(at))
        shown = self._put.get(key)
        if shown is None:
            shown = self._put[key] = self._in_words(flag, language, band, _hour(at))
        again = shown.confirm and watch.is_reminder(number)
        return FlagAdvice.model_construct(
            id=flag.id,
            whose=flag.experiencer,
            flag=flag,
            name=shown.name,
            status=watch.status,
            is_new=watch.raised == number,
            is_reminder=again,
            confirm=shown.confirm,
            steps=shown.steps,
            ways=shown.ways,
            inform=shown.inform,
            reason=_reason(watch, is_reminder=again).to(language),
        )

    def _level(self, flag: FlagTag) -> Level | None:
        """The level that says how pressing it is; also where another person is in danger."""
        by_level = flag.id in (SUICIDALITY, THIRD_PARTY)
        return self._levels.get(flag.level or "") if by_level else None

    def _in_words(
        self, flag: FlagTag, language: str, band: str | None, hour: Open | None
    ) -> InWords:
        kind, level = self._kinds[flag.id], self._level(flag)
        protocol = protocol_of(flag.id, flag.level, self._framework) or kind
        name = kind.name.to(language)
        return InWords(
            f"{name}: {level.name.to(language).lower()}" if level else name,
            level.confirm if level else kind.urgency in TO_CONFIRM,
            tuple(step.to(language) for step in protocol.steps),
            tuple(
                _way(route, language)
                for route in self._routes(protocol, kind)
                if (route.audience == "all" or band in YOUNG[route.audience])
                and (hour is None or route.open == hour or route.open in AT_ANY_HOUR)
            ),
            level.supervision.to(language) if level else "",
        )

    def _routes(self, protocol: Protocol, kind: FlagKind) -> Iterator[Route]:
        """The protocol's routes, and those that the flag has for the young."""
        own = routes_of(protocol, self._framework)
        yield from own
        for route in routes_of(kind, self._framework):
            if route.audience != "all" and route not in own:
                yield route


def _way(route: Route, language: str) -> Way:
    """A route in one language."""
    return Way(
        id=route.id,
        name=route.name.to(language),
        contact=route.contact.to(language),
        hours=route.hours.to(language),
    )


def _hour(at: datetime | None) -> Open | None:
    """The sort of hour, as routes name it; None if the time is not known: then all are shown."""
    if at is None:
        return None
    try:
        here = at.astimezone(HERE) if at.tzinfo else at
    except OverflowError:  # a clock at the end of time tells nothing
        return None
    return "office_hours" if here.weekday() < 5 and here.hour in DAY else "out_of_hours"


def _reason(watch: Watch, *, is_reminder: bool) -> Text:
    """Why it is shown: what was said, where, and whether it is new."""
    words = _words(watch.flag)
    kind = REASON_REMINDER if is_reminder else REASON_RISEN if watch.rose else REASON
    kind = kind if words else REASON_GONE
    values = {"number": watch.flag.message, "words": words}
    return Text(nl=kind.nl.format(**values), en=kind.en.format(**values))


def _words(flag: FlagTag) -> str:
    """What was said, in short: the longest stretches, not those that lie within another."""
    said = [item for item in flag.evidence if item.cue is None]
    whole = [
        item
        for item in said
        if not any(
            other is not item
            and other.message == item.message
            and other.start <= item.start
            and item.end <= other.end
            and (other.start, other.end) != (item.start, item.end)
            for other in said
        )
    ]
    words = " ... ".join(dict.fromkeys(" ".join(item.text.split()) for item in whole))
    return words if len(words) <= WORDS_AT_MOST else f"{words[: WORDS_AT_MOST - 1]}…"
