"""Advice as data: what is wrong with it is told, with what to do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from hoi.framework.load import read_framework, shipped

Make = Callable[..., Path]
HEAD = """\
method: advice
source: own
status: draft
name:
  nl: Advies
  en: Advice
situations:
  - id: silence
    name:
      nl: Stilte
      en: Silence
    kind: situation
    seen_by: {seen_by}
    source: own
    status: draft
styles:
  - id: two_questions
    name:
      nl: Twee vragen
      en: Two questions
    good: no
    seen_by: message
    source: own
    status: draft
pieces:
"""
PIECE = """\
  - id: {id}
    on:
      - {on}
    text:
      nl: Wacht.
      en: Wait.
    reason:
      nl: Het is stil.
      en: It is quiet.
    source: own
    status: draft
"""


def told(make: Make, text: str) -> dict[str, str]:
    """Codes of what is wrong with an advice.yaml, each with its item."""
    folder = make(files={"advice.yaml": text})
    problems = read_framework(folder)[1]
    return {p.code: p.place.item for p in problems if p.place.file == "advice.yaml"}


def advice(*pieces: tuple[str, str], seen_by: str = "talk") -> str:
    return HEAD.format(seen_by=seen_by) + "".join(
        PIECE.format(id=name, on=on) for name, on in pieces
    )


WHOLE = (("silence.wait", "situation/silence"), ("two.one", "style/two_questions"))


def test_whole_advice_is_not_complained_of(make_framework: Make) -> None:
    assert told(make_framework, advice(*WHOLE)) == {}


@pytest.mark.parametrize(
    ("text", "code", "item"),
    [
        (advice(*WHOLE, ("odd", "situation/none")), "unknown-target", "odd"),
        (advice(*WHOLE, ("odd", "nothing")), "unknown-target", "odd"),
        (advice(*WHOLE, WHOLE[0]), "duplicate-id", "silence.wait"),
        (advice(WHOLE[0]), "no-advice", "style/two_questions"),
        (advice(*WHOLE).replace("id: silence\n", "id: hush\n"), "seen-by", "hush"),
    ],
)
def test_what_is_wrong_is_told(make_framework: Make, text: str, code: str, item: str) -> None:
    assert told(make_framework, text)[code] == item


def test_each_piece_is_short_and_asks_one_thing_in_both_languages() -> None:
    framework, _ = read_framework(shipped())
    assert framework is not None
    assert len(framework.advice.pieces) >= 60
    for piece in framework.advice.pieces:
        for language in ("nl", "en"):
            say = piece.say.to(language) if piece.say else ""
            assert len(piece.text.to(language)) <= 180, piece.id
            assert len(piece.reason.to(language)) <= 160, piece.id
            assert len(say) <= 150, piece.id
            assert say.count("?") <= 1, piece.id
            assert not {"waarom", "why"} & set(say.lower().replace(",", " ").split()), piece.id
