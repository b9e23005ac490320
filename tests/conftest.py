"""What all tests share: the shipped guide, and a maker of tiny frameworks."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, settings

import hoi
from hoi.framework.load import shipped

settings.register_profile(
    "steady",
    derandomize=True,
    max_examples=60,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("steady")

# A shell that runs the tests in the background ignores Ctrl-C for them, and so for what they start.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

Item = Mapping[str, Any]


@pytest.fixture(scope="session")
def guide() -> hoi.Guide:
    """The shipped frameworks, loaded once."""
    return hoi.load()


@pytest.fixture(scope="session")
def make_framework(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Makes a framework folder: the shipped methods and spelling, with a language of our own.

    `rules`, `cues`, `concepts` and `scorecards` are Dutch, `en_rules` ... English; whatever an item
    leaves out (id, source, status, examples) is filled in. `files` are texts by path, written last.
    """

    def make(
        *,
        rules: Sequence[Item] = (),
        cues: Sequence[Item] = (),
        concepts: Sequence[Item] = (),
        scorecards: Sequence[Item] = (),
        en_rules: Sequence[Item] = (),
        en_cues: Sequence[Item] = (),
        en_concepts: Sequence[Item] = (),
        en_scorecards: Sequence[Item] = (),
        files: Mapping[str, str] | None = None,
    ) -> Path:
        folder = tmp_path_factory.mktemp("framework") / "frameworks"
        ignored = shutil.ignore_patterns(
            "rules", "scorecards", "concepts.yaml", "cues.yaml", "__pycache__", "*.py"
        )
        shutil.copytree(shipped(), folder, ignore=ignored)
        own: dict[str, dict[str, Sequence[Item]]] = {
            "nl": {"rules": rules, "cues": cues, "concepts": concepts, "scorecards": scorecards},
            "en": {
                "rules": en_rules,
                "cues": en_cues,
                "concepts": en_concepts,
                "scorecards": en_scorecards,
            },
        }
        for language, kinds in own.items():
            for kind, items in kinds.items():
                if items:
                    _write(folder / "language" / language, kind, items, language)
        for name, text in (files or {}).items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return folder

    return make


class _Block(str):
    """Text that is written below a `|`, one saying or example a line."""


class _Dumper(yaml.SafeDumper):
    """YAML as the rules are written."""


_Dumper.add_representer(
    _Block, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|")
)


def _blocks(item: Item) -> dict[str, Any]:
    """The item with its sayings, terms and examples as blocks."""
    blocks = ("says", "unless", "terms", "points", "match", "no_match")
    return {
        key: _blocks(value) if key == "examples" else _Block(value) if key in blocks else value
        for key, value in item.items()
    }


def _write(folder: Path, kind: str, items: Sequence[Item], language: str) -> None:
    in_folder = kind in ("rules", "scorecards")
    path = folder / kind / "tiny.yaml" if in_folder else folder / f"{kind}.yaml"
    path.parent.mkdir(exist_ok=True)
    filled = []
    for number, item in enumerate(items):
        rest: dict[str, Any] = {"source": "own", "status": "draft"}
        if kind != "concepts":
            rest["id"] = f"{language}.{kind.removesuffix('s')}.number_{number}"
        if in_folder:
            rest["examples"] = {"match": "first\nsecond", "no_match": "third\nfourth"}
        filled.append(_blocks({**rest, **item}))
    text = yaml.dump({kind: filled}, Dumper=_Dumper, allow_unicode=True, width=1000)
    path.write_text(text, encoding="utf-8")
