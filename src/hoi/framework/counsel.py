"""Is every piece of advice called for by something, and everything that calls for it answered?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from hoi.errors import Place, Problem
from hoi.model.method import Counsel, Hoi, Piece, Situation, Style

# What the guidance notices without rules: see hoi.guidance.course and hoi.guidance.style.
SEEN_IN_TALK = (
    "first_message",
    "silence",
    "short_answers",
    "time_nearly_up",
    "long_talk",
    "returning_visitor",
    "nothing_asked_yet",
    "leaving_with_open_risk",
)
SEEN_IN_MESSAGE = ("two_questions", "much_longer", "said_before", "hard_words", "open_question")
Targets = Mapping[str, frozenset[str]]


def check_counsel(counsel: Counsel, hoi: Hoi, known: Targets) -> Iterator[Problem]:
    """Ids used twice, advice on nothing, and what is noticed but has no advice.

    `known`: the ids of each kind of target.
    """
    yield from _twice(counsel)
    yield from _dangling(counsel, hoi, known)
    yield from _unseen(counsel)
    advised = {target for piece in counsel.pieces for target in piece.on}
    for name in _noticed(counsel):
        if name not in advised:
            yield Problem("no-advice", f"no piece of advice on {name}", _place(name), "warning")


def _twice(counsel: Counsel) -> Iterator[Problem]:
    groups: Sequence[tuple[str, Sequence[Situation | Style | Piece]]] = (
        ("situation", counsel.situations),
        ("style", counsel.styles),
        ("piece of advice", counsel.pieces),
    )
    for what, items in groups:
        for name, count in Counter(item.id for item in items).items():
            if count > 1:
                yield Problem("duplicate-id", f"this {what} is there {count} times", _place(name))


def _dangling(counsel: Counsel, hoi: Hoi, known: Targets) -> Iterator[Problem]:
    called = [("advice.yaml", piece.id, piece.on) for piece in counsel.pieces]
    called += [("hoi.yaml", q.id, prompt.on) for q in hoi.questions for prompt in q.prompts]
    for file, name, targets in called:
        for target in targets:
            what, _, of = target.partition("/")
            if of not in known.get(what, frozenset()):
                message = f"nothing is called '{target}'"
                yield Problem("unknown-target", message, Place(file, 0, name))


def _unseen(counsel: Counsel) -> Iterator[Problem]:
    """What is said to be noticed without rules, but is not."""
    for situation in counsel.situations:
        if situation.seen_by == "talk" and situation.id not in SEEN_IN_TALK:
            yield _not_seen("talk", situation.id, SEEN_IN_TALK)
    for style in counsel.styles:
        if style.seen_by == "message" and style.id not in SEEN_IN_MESSAGE:
            yield _not_seen("message", style.id, SEEN_IN_MESSAGE)


def _not_seen(where: str, name: str, known: Sequence[str]) -> Problem:
    message = (
        f"is not noticed from the {where} itself: write `seen_by: rules`, and rules for it "
        f"(noticed are {', '.join(known)})"
    )
    return Problem("seen-by", message, _place(name))


def _noticed(counsel: Counsel) -> Iterator[str]:
    yield from (f"situation/{one.id}" for one in counsel.situations)
    yield from (f"style/{one.id}" for one in counsel.styles)


def _place(name: str) -> Place:
    return Place("advice.yaml", 0, name)
