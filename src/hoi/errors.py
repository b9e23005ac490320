"""The errors of hoi: one small family, each saying what was wrong, where, and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Place(NamedTuple):
    """Where something stands: a file, a line (from 1, 0 if unknown) and the id of the item."""

    file: str = ""
    line: int = 0
    item: str = ""

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return " ".join(part for part in (where, self.item) if part)


class Problem(NamedTuple):
    """One thing that is wrong in a data file: a short code, a sentence, and its place."""

    code: str
    message: str
    place: Place = Place()
    severity: str = "error"

    def __str__(self) -> str:
        return f"{self.place}: {self.severity}: {self.message} [{self.code}]"


class HoiError(Exception):
    """Base of every error that hoi raises on purpose."""


class FrameworkError(HoiError):
    """The framework files hold mistakes; `problems` lists all of them, not only the first."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        shown = "\n".join(str(problem) for problem in self.problems)
        super().__init__(f"{len(self.problems)} problem(s) in the framework files:\n{shown}")


class InputError(HoiError):
    """A row of input that cannot be read; the rest of the input is not affected."""

    def __init__(self, message: str, place: Place | None = None) -> None:
        self.message = message
        self.place = place or Place()
        super().__init__(f"{self.place}: {message}" if place else message)


class OutputError(HoiError):
    """A file that cannot be written; nothing that looks finished is left behind."""


class UnknownIdError(HoiError):
    """An id (of a rule, flag, topic ...) that is not in the frameworks."""
