"""How does hoi do on the frozen lines, which no rule and no scorecard was ever made or fitted on?

    python benchmarks/frozen.py

prints two rates a language (ordinary lines flagged as suicidality, lines of people in a crisis that
were flagged or asked about) and rewrites `corpora/frozen/known_failures.txt`: the lines that come
out wrong today, by id. `tests/test_frozen.py` fails on any other. The texts are in
`corpora/frozen/`, invented for this; nobody should look up those that come out wrong, or they are
no longer unseen.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from hoi.guidance.guide import Guide, load
from hoi.model.tagged import FlagTag

CORPORA = Path(__file__).resolve().parents[1] / "corpora" / "frozen"
KNOWN = CORPORA / "known_failures.txt"
LANGUAGES = ("nl", "en")
FLAGGED, NOT_FOUND = "flagged", "not found"
HEAD = (
    "# Written by benchmarks/frozen.py: the frozen lines that come out wrong. Not to be looked up."
)


class Outcome(NamedTuple):
    """The lines of one file: how many there are, and the ids of those that come out wrong."""

    language: str
    section: str
    lines: int
    wrong: tuple[str, ...]


def main() -> None:
    """Print the rates and rewrite the list."""
    if not CORPORA.is_dir():
        sys.exit(f"there is no folder {CORPORA}: the corpora are in the repository only")
    found = outcomes(load())
    for one in found:
        named = "ordinary lines flagged" if one.section == FLAGGED else "crisis lines found"
        count = len(one.wrong) if one.section == FLAGGED else one.lines - len(one.wrong)
        print(f"{one.language}  {named:23} {count:4} of {one.lines:4}  {count / one.lines:6.1%}")
    KNOWN.write_text(as_text(found), encoding="utf-8")


def outcomes(guide: Guide) -> list[Outcome]:
    """What comes out wrong, per language and section."""
    return [
        Outcome(language, section, len(lines), tuple(wrong))
        for language in LANGUAGES
        for section, file in ((FLAGGED, "benign"), (NOT_FOUND, "crisis"))
        for lines in [_read(CORPORA / f"{language}_{file}.jsonl")]
        for wrong in [[name for name, text in lines.items() if _is_wrong(guide, text, section)]]
    ]


def _read(path: Path) -> dict[str, str]:
    """The texts by id.

    Raises:
        ValueError: if an id stands in the file twice.
    """
    with path.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    texts = {row["id"]: row["text"] for row in rows}
    if len(texts) < len(rows):
        raise ValueError(f"{path}: an id is used more than once")
    return texts


def _is_wrong(guide: Guide, text: str, section: str) -> bool:
    flags = [flag for flag in guide.tag({"id": "", "text": text}).flags if _is_own(flag)]
    if section == FLAGGED:
        return any(flag.tier == "flag" for flag in flags)
    return not flags


def _is_own(flag: FlagTag) -> bool:
    """Does it say that the writer is suicidal now?"""
    whose = (flag.experiencer, flag.time, flag.negated)
    return flag.id == "suicidality" and whose == ("self", "current", False)


def as_text(found: Iterable[Outcome]) -> str:
    """The list of known failures: a section for each kind, an id a line."""
    wrong: dict[str, list[str]] = {FLAGGED: [], NOT_FOUND: []}
    for one in found:
        wrong[one.section] += one.wrong
    lines = [HEAD]
    for section, names in wrong.items():
        lines += ["", f"[{section}]", *sorted(names)]
    return "\n".join(lines) + "\n"


def known(text: str) -> Mapping[str, frozenset[str]]:
    """The ids of each section of a list of known failures."""
    names: dict[str, set[str]] = {FLAGGED: set(), NOT_FOUND: set()}
    section = ""
    for line in map(str.strip, text.splitlines()):
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("#"):
            names[section].add(line)
    return {section: frozenset(ids) for section, ids in names.items()}


if __name__ == "__main__":
    main()
