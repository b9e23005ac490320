"""A framework folder read and compiled in one go, with all that is wrong in either step."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from hoi.errors import FrameworkError, Problem
from hoi.framework.load import read_framework, shipped
from hoi.model.method import Framework
from hoi.reading.reader import Reader


class Compiled(NamedTuple):
    """A framework with its reader; both None if the folder holds errors."""

    framework: Framework | None
    reader: Reader | None
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that are more than warnings."""
        return tuple(problem for problem in self.problems if problem.severity == "error")


def compile_folder(folder: Path | None = None) -> Compiled:
    """Read and compile the frameworks in `folder` (the shipped ones if None)."""
    framework, problems = read_framework(folder or shipped())
    if framework is None:
        return Compiled(None, None, tuple(problems))
    reader = None
    try:
        reader = Reader(framework)
    except FrameworkError as error:
        told = {(problem.place.file, problem.place.line) for problem in problems}
        problems += [p for p in error.problems if (p.place.file, p.place.line) not in told]
    return Compiled(framework, reader, tuple(problems))
