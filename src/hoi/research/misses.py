"""What was missed and what was said in vain, one by one: private text, so only when asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from hoi.research.evaluate import Case
from hoi.research.gold import FLAGS_OF, SUICIDALITY_LABELS
from hoi.research.scores import Mark
from hoi.research.tables import FLAGS


class Example(NamedTuple):
    """One message that went wrong: where it stands, its label and what was read, its text."""

    id: str
    message: int
    about: str
    text: str


class Examples(NamedTuple):
    """The first few of one sort, out of `total`."""

    title: str
    total: int
    shown: tuple[Example, ...]


# Mistakes in the order of their weight; a measure that ends in / stands for all that begin so.
_SORTS: dict[str, Mark] = {
    "Suicidal now, neither flagged nor asked": Mark("now/found", "missed"),
    "Flagged as suicidal now, and labelled otherwise": Mark("now/flag", "false"),
    **{
        title: mark
        for name in FLAGS_OF
        for title, mark in (
            (f"{FLAGS[name].capitalize()}, missed", Mark(f"{name}/found", "missed")),
            (f"{FLAGS[name].capitalize()}, false alarm", Mark(f"{name}/flag", "false")),
        )
    },
    "Ordinary line, flagged": Mark("lines/flag/", "false"),
    "Ordinary line, asked about suicidality": Mark("lines/suicidality/ask", "false"),
    "Chat: flag not found": Mark("chat/found/", "missed"),
    "Chat: false flag": Mark("chat/false/", "false"),
}
_PRESENT = frozenset(SUICIDALITY_LABELS) - {"past"}


def misses(cases: Sequence[Case], at_most: int) -> Iterator[Examples]:
    """Up to `at_most` of each sort of mistake; acute and plan first, then in the input's order."""
    ordered = sorted(cases, key=_weight)
    for title, sort in _SORTS.items():
        found = [
            (case, number, mark.measure)
            for case in ordered
            for mark, number in case.marks
            if _is_of(mark, sort)
        ]
        if found:
            shown = (_example(*one) for one in found[:at_most])
            yield Examples(title, len(found), tuple(shown))


def _is_of(mark: Mark, sort: Mark) -> bool:
    begins = sort.measure.endswith("/") and mark.measure.startswith(sort.measure)
    return (begins or mark.measure == sort.measure) and mark[1:] == sort[1:]


def _weight(case: Case) -> int:
    # Where nothing is labelled, the order of the input stays.
    return -SUICIDALITY_LABELS.index(case.label) if case.label in _PRESENT else 0


def _example(case: Case, number: int, measure: str) -> Example:
    if case.kind != "message":
        return Example(case.id, number, measure.rpartition("/")[2], case.texts[number])
    trap = str(case.fields.get("trap"))
    about = [f"{case.label}, read as {case.read_as}"] if case.label else []
    about += [trap] if not trap.startswith("(") else []
    return Example(case.id, number, "; ".join(about), case.texts[number])
