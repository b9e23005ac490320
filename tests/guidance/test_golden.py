"""The advice on the example chats is as it was reviewed."""

from __future__ import annotations

import pytest
from tests.guidance.golden import GOLDEN, chats, golden

import hoi

CHATS = chats()


@pytest.mark.parametrize("name", sorted(CHATS))
def test_the_advice_is_as_it_was_reviewed(guide: hoi.Guide, name: str) -> None:
    kept = (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")
    assert golden(guide, CHATS[name]) == kept, (
        "the advice changed: run `python tests/guidance/golden.py`, read `git diff`, "
        "and keep it if it is as good"
    )


def test_eight_chats_or_more_are_kept() -> None:
    assert len(CHATS) >= 8
    assert {path.stem for path in GOLDEN.glob("*.txt")} == set(CHATS)
