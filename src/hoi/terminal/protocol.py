"""How a flag's protocol is put into words for a terminal."""

from __future__ import annotations

from collections.abc import Iterable

from hoi.guidance.protocol import Protocol, protocol_of
from hoi.model.method import Framework, Level, Route
from hoi.model.tagged import LEVELS, FlagTag
from hoi.terminal.words import Words, line_of


def protocols(flags: Iterable[FlagTag], framework: Framework) -> list[tuple[FlagTag, Protocol]]:
    """The flags to be passed on, each once, with what to do; suicidality at its highest level."""
    raised: dict[str, FlagTag] = {}
    for flag in flags:
        if flag.escalate and _rung(flag) >= _rung(raised.get(flag.id)):
            raised[flag.id] = flag
    found = ((flag, protocol_of(flag.id, flag.level, framework)) for flag in raised.values())
    return [(flag, protocol) for flag, protocol in found if protocol is not None]


def _rung(flag: FlagTag | None) -> int:
    levels: tuple[str, ...] = LEVELS
    return levels.index(flag.level) if flag and flag.level in levels else -1


def route_words(route: Route, words: Words) -> str:
    """A route by its name, with how to reach it."""
    name = line_of(route.name.to(words.language))
    contact = line_of(route.contact.to(words.language))
    return name if name == contact else f"{name}: {contact}"


def short_route(route: Route, words: Words) -> str:
    """A route by its name, with how to reach it only if that is a number."""
    has_number = any(sign.isdigit() for sign in route.contact.to(words.language))
    return route_words(route, words) if has_number else line_of(route.name.to(words.language))


def names_protocol(protocol: Protocol) -> str:
    """What `hoi explain` calls it."""
    return f"{'level' if isinstance(protocol, Level) else 'flag'}/{protocol.id}"
