"""The library's entrance takes what `hoi tag` takes, and says what it cannot read."""

from __future__ import annotations

import json
import warnings
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

import hoi
from hoi.research.formats import read_rows

SAID = {"role": "visitor", "text": "ik wil dood"}
OBJECTS: list[dict[str, Any]] = [
    {"id": "a", "messages": [SAID]},
    {"id": 7, "turns": [SAID | {"nr": 1}], "source": {"app": "x"}},
    {"id": "c", "text": "ik wil dood", "lang": "nl"},
    {"id": "d", "role": "chatter", "text": "denk je aan de dood?", "k": [1]},
    {"id": "e", "messages": [], "intake": {"age_band": 50, "shoe": 38, "language": "en"}},
    {"id": "f", "messages": [SAID], "extra": {"kept": 1}, "other": 2},
    {"id": "g", "text": "half \ud83d"},
    {"id": "h", "text": "hoi", "at": "gisteren", "intake": {"age_band": "25"}},
    {"id": "i", "text": None},
    {"id": "j", "messages": [{"role": "doctor", "text": "hoi"}]},
    {"id": "k", "messages": "hoi"},
    {"id": ["l"], "text": "hoi"},
    {},
]


@pytest.mark.parametrize("value", OBJECTS, ids=range(len(OBJECTS)))
def test_one_object_is_read_as_by_the_batch(
    guide: hoi.Guide, tmp_path: Path, value: dict[str, Any]
) -> None:
    (tmp_path / "x.jsonl").write_text(json.dumps(value) + "\n")
    (row,) = read_rows([tmp_path / "x.jsonl"])
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        if row.conversation is None:
            assert row.error is not None
            with pytest.raises(hoi.InputError) as caught:
                guide.tag(value)
            assert str(caught.value) == row.error.message
            return
        assert guide.tag(value) == guide.tag(row.conversation)
    places = [f"{row.place}: {warning.message}" for warning in warned]
    assert tuple(places) == row.warnings


def test_unknown_keys_come_back(guide: hoi.Guide) -> None:
    tagged = guide.tag({"id": "a", "turns": [SAID | {"nr": 1}], "app": "x", "extra": {"kept": 1}})
    assert tagged.extra == {"kept": 1, "app": "x", "message_extra": {"0": {"nr": 1}}}
    assert [flag.id for flag in tagged.flags] == ["suicidality"]


def test_python_objects_are_taken_too(guide: hoi.Guide) -> None:
    at = datetime(2025, 3, 1, 20, 15, tzinfo=UTC)
    messages = (hoi.Message(text="ik wil dood", at=at), MappingProxyType(SAID | {"at": at}))
    intake = hoi.Intake(age_band="21-30", language="nl")
    tagged = guide.tag({"id": "a", "messages": messages, "intake": intake})
    assert [flag.message for flag in tagged.flags] == [0, 1]
    assert (tagged.language, tagged.extra) == ("nl", {})


def test_a_conversation_written_as_json_stays_the_same(guide: hoi.Guide) -> None:
    message = hoi.Message(text="hoi", at=datetime(2025, 3, 1, 20, 15, tzinfo=UTC))
    conversation = hoi.Conversation(id="a", messages=(message,), extra={"k": 1})
    assert guide.tag(conversation.model_dump(mode="json")) == guide.tag(conversation)


def test_without_an_id(guide: hoi.Guide) -> None:
    assert guide.tag({"text": "hoi"}).id == ""


@pytest.mark.parametrize("value", ["hoi", None, [SAID], 5])
def test_what_is_no_object(guide: hoi.Guide, value: Any) -> None:
    with pytest.raises(hoi.HoiError, match="must be a JSON object, not "):
        guide.tag(value)


def test_a_value_within_itself(guide: hoi.Guide) -> None:
    value: dict[str, Any] = {"text": "hoi"}
    value["self"] = value
    with pytest.raises(hoi.InputError, match="nested more than"):
        guide.tag(value)


def test_odd_values_are_warned_of(guide: hoi.Guide) -> None:
    with pytest.warns(UserWarning, match="message 0: `at` is not a date") as warned:
        guide.tag({"text": "hoi", "at": "gisteren"})
    assert warned[0].filename == __file__
