"""Lines on which no rule and no scorecard was ever made or fitted: nothing may get worse on them.

Which lines come out wrong today is in `corpora/frozen/known_failures.txt`; `benchmarks/frozen.py`
writes it. Failures are told by id only: who reads the texts can no longer judge by them.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

import hoi

PROJECT = Path(__file__).parents[1]
CORPORA = PROJECT / "corpora" / "frozen"
SECTIONS = ("flagged", "not found")

pytestmark = pytest.mark.skipif(
    not CORPORA.is_dir(), reason="the corpora are in the repository only"
)


@pytest.fixture(scope="module")
def frozen() -> ModuleType:
    """The script that judges the frozen lines."""
    spec = spec_from_file_location("frozen", PROJECT / "benchmarks" / "frozen.py")
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def known(frozen: ModuleType) -> Mapping[str, frozenset[str]]:
    text = (CORPORA / "known_failures.txt").read_text(encoding="utf-8")
    listed: Mapping[str, frozenset[str]] = frozen.known(text)
    return listed


@pytest.fixture(scope="module")
def wrong(frozen: ModuleType, guide: hoi.Guide) -> Mapping[str, frozenset[str]]:
    """The ids of the lines that come out wrong, by section."""
    found = frozen.outcomes(guide)
    assert all(one.lines >= 500 for one in found)
    return {
        section: frozenset(name for one in found if one.section == section for name in one.wrong)
        for section in SECTIONS
    }


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.filterwarnings("default:.*come out right now")
def test_no_frozen_line_comes_out_worse(
    section: str, known: Mapping[str, frozenset[str]], wrong: Mapping[str, frozenset[str]]
) -> None:
    better = sorted(known[section] - wrong[section])
    if better:
        message = f"{section}: {len(better)} come out right now: {', '.join(better)}"
        warnings.warn(f"{message} (python benchmarks/frozen.py takes them off)", stacklevel=1)
    assert not sorted(wrong[section] - known[section])


def test_the_list_is_read_as_it_is_written(frozen: ModuleType) -> None:
    found = [
        frozen.Outcome("nl", "flagged", 3, ("b", "a")),
        frozen.Outcome("nl", "not found", 3, ()),
        frozen.Outcome("en", "flagged", 3, ("c",)),
    ]
    text = frozen.as_text(found)
    assert text.startswith("# ")
    assert text.splitlines()[1:] == ["", "[flagged]", "a", "b", "c", "", "[not found]"]
    assert frozen.known(text) == {"flagged": {"a", "b", "c"}, "not found": set()}


@pytest.mark.parametrize(
    ("text", "flagged", "missed"),
    [
        ("ik wil dood", True, False),
        ("de bus had vandaag weer vertraging", False, True),
    ],
)
def test_what_counts_as_wrong(
    frozen: ModuleType,
    guide: hoi.Guide,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    text: str,
    flagged: bool,
    missed: bool,
) -> None:
    for name in ("nl_benign", "nl_crisis", "en_benign", "en_crisis"):
        (tmp_path / f"{name}.jsonl").write_text(f'{{"id": "{name}", "text": "{text}"}}\n')
    monkeypatch.setattr(frozen, "CORPORA", tmp_path)
    found = {(one.language, one.section): bool(one.wrong) for one in frozen.outcomes(guide)}
    assert found["nl", "flagged"] is found["en", "flagged"] is flagged
    assert found["nl", "not found"] is found["en", "not found"] is missed
