"""Imports point one way, and `import hoi` is light."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import hoi

PACKAGE = Path(hoi.__file__).parent
# Each part may import those of a lower rank, and itself. Parts of one rank do not know each other.
RANK = {
    "errors": 0,
    "model": 1,
    "framework": 2,
    "reading": 3,
    "guidance": 4,
    "research": 5,
    "service": 5,
    "terminal": 6,
    "cli": 7,
}
HEAVY = ("pydantic", "simplemma", "rich", "yaml", "rapidfuzz", "typer")


def _sources() -> list[Path]:
    # The package's own __init__ is a facade that imports when asked: see the test of its lightness.
    return [path for path in sorted(PACKAGE.rglob("*.py")) if path != PACKAGE / "__init__.py"]


def _imported(path: Path) -> Iterator[tuple[int, str]]:
    """Line and full name of every import in a file, also those inside functions."""
    parents = ("hoi", *path.relative_to(PACKAGE).parts[:-1])
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            base = parents[: len(parents) - node.level + 1] if node.level else ()
            module = ".".join((*base, *([node.module] if node.module else [])))
            for alias in node.names:
                yield node.lineno, f"{module}.{alias.name}"


def _part(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", _sources(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_one_way(path: Path) -> None:
    part = _part(path)
    assert part in RANK, f"give '{part}' a place in the order of imports"
    wrong = []
    for line, name in _imported(path):
        pieces = name.split(".")
        if pieces[0] != "hoi":
            continue
        # A name of the facade (hoi.load, hoi.Guide) is the guidance's.
        other = pieces[1] if len(pieces) > 1 and pieces[1] in RANK else "guidance"
        if other != part and RANK[other] >= RANK[part]:
            wrong.append(f"{path.name}:{line} imports {name}")
    assert not wrong


@pytest.mark.parametrize("path", _sources(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_spacy_is_not_used(path: Path) -> None:
    assert not [name for _, name in _imported(path) if name.split(".")[0] == "spacy"]


def test_import_hoi_is_light() -> None:
    code = f"import sys, hoi; print(*[m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.split() == []


def test_facade_gives_what_it_names() -> None:
    assert all(getattr(hoi, name) is not None for name in hoi.__all__)
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = hoi.no_such_name
