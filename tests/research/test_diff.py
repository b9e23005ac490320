"""Two sets of rules over one corpus: what is gained, lost and changed, each told once."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hoi.errors import FrameworkError, UnknownIdError
from hoi.research.diff import Changed, Diff, diff
from hoi.research.formats import read_rows

WISH = {"raises": "flag/suicidality", "dimension": "wish"}
SAME = {"id": "nl.test.same", "raises": "topic/trauma", "grade": "3", "says": "aangereden"}
OLD: list[dict[str, Any]] = [
    {"id": "nl.test.lost", **WISH, "grade": "4", "level": "acute", "says": "nu springen"},
    {"id": "nl.test.changed", **WISH, "grade": "2", "level": "passive_wish", "says": "wil slapen"},
    SAME,
]
NEW: list[dict[str, Any]] = [
    {"id": "nl.test.changed", **WISH, "grade": "4", "level": "method", "says": "wil slapen"},
    {"id": "nl.test.gained", "raises": "topic/meaning", "grade": "3", "says": "zinloos"},
    SAME,
]
TEXTS = {
    "lost": "ik ga nu springen",
    "changed": "ik wil slapen",
    "gained": "alles is zinloos",
    "same": "ik ben aangereden",
    "nothing": "hoi",
}


@pytest.fixture(scope="module")
def folders(make_framework: Callable[..., Path]) -> tuple[str, str]:
    return str(make_framework(rules=OLD)), str(make_framework(rules=NEW))


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return put(tmp_path, [{"id": name, "text": text} for name, text in TEXTS.items()])


def put(folder: Path, records: list[dict[str, Any]]) -> Path:
    path = folder / "corpus.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in records), encoding="utf-8")
    return path


def _told(changed: Changed) -> list[tuple[str, str, str, str, str]]:
    return [(one.how, one.what, one.name, one.before, one.after) for one in changed.changes]


def _by_place(difference: Diff) -> dict[str, Changed]:
    return {where: one for one in difference.changed for where in one.where}


def test_what_differs_is_told_message_by_message(folders: tuple[str, str], corpus: Path) -> None:
    difference = diff(read_rows([corpus]), *folders)
    found = _by_place(difference)
    assert found.keys() == {"lost", "changed", "gained"}
    assert _told(found["lost"]) == [
        ("lost", "flag", "suicidality", "flag, acute, passed on", ""),
        ("lost", "topic", "mood_and_suicidality", "main topic", ""),
        ("lost", "finding", "nl.test.lost", "grade 4, acute", ""),
    ]
    assert _told(found["changed"])[0] == (
        "changed",
        "flag",
        "suicidality",
        "ask, passive_wish",
        "flag, method, passed on",
    )
    assert _told(found["gained"]) == [
        ("gained", "topic", "meaning", "", "main topic"),
        ("gained", "finding", "nl.test.gained", "", "grade 3"),
    ]
    assert found["lost"].text == TEXTS["lost"]
    assert [one.where[0] for one in difference.changed] == ["lost", "changed", "gained"]


def test_counts_are_those_of_the_lines(folders: tuple[str, str], corpus: Path) -> None:
    difference = diff(read_rows([corpus]), *folders)
    assert (difference.conversations, difference.messages) == (5, 5)
    assert difference.counts["flag", "suicidality"] == {"lost": 1, "changed": 1}
    assert difference.counts["topic", "meaning"] == {"gained": 1}
    assert sum(sum(counts.values()) for counts in difference.counts.values()) == sum(
        len(one.changes) for one in difference.changed
    )


def test_nothing_differs_from_itself(folders: tuple[str, str], corpus: Path) -> None:
    difference = diff(read_rows([corpus]), folders[0], folders[0])
    assert difference.changed == () and not difference.counts


def test_only_one_subject(folders: tuple[str, str], corpus: Path) -> None:
    difference = diff(read_rows([corpus]), *folders, only="suicidality")
    assert _by_place(difference).keys() == {"lost", "changed"}
    assert {change.subject for one in difference.changed for change in one.changes} == {
        "suicidality"
    }
    with pytest.raises(UnknownIdError, match="--only nonsense"):
        diff(read_rows([corpus]), *folders, only="nonsense")


def test_the_same_message_is_told_once(folders: tuple[str, str], tmp_path: Path) -> None:
    records = [{"id": str(number), "text": TEXTS["lost"]} for number in range(3)]
    (one,) = diff(read_rows([put(tmp_path, records)]), *folders).changed
    assert one.where == ("0", "1", "2")


def test_a_chat_tells_which_message(folders: tuple[str, str], tmp_path: Path) -> None:
    messages = [{"role": "visitor", "text": text} for text in ("hoi", TEXTS["lost"] + ".", "dag")]
    (one,) = diff(read_rows([put(tmp_path, [{"id": "a", "messages": messages}])]), *folders).changed
    assert one.where == ("a, message 1",)


def test_a_topic_heard_earlier_is_no_other_topic(
    make_framework: Callable[..., Path], tmp_path: Path
) -> None:
    earlier = {"id": "nl.test.earlier", "raises": "topic/trauma", "says": "ongeluk"}
    folders = (str(make_framework(rules=[SAME])), str(make_framework(rules=[SAME, earlier])))
    messages = [{"role": "visitor", "text": text} for text in ("een ongeluk.", "aangereden.")]
    difference = diff(read_rows([put(tmp_path, [{"id": "a", "messages": messages}])]), *folders)
    assert list(difference.counts) == [("finding", "nl.test.earlier")]


def test_as_many_workers_as_you_like(folders: tuple[str, str], tmp_path: Path) -> None:
    texts = list(TEXTS.values()) * 20
    corpus = put(tmp_path, [{"id": str(n), "text": text} for n, text in enumerate(texts)])
    assert diff(read_rows([corpus]), *folders, workers=2) == diff(read_rows([corpus]), *folders)


def test_refused_rows_are_told_and_lose_nothing(folders: tuple[str, str], tmp_path: Path) -> None:
    corpus = put(tmp_path, [{"id": "a", "text": TEXTS["lost"]}, {"id": "a", "text": "twice"}])
    difference = diff(read_rows([corpus]), *folders)
    assert len(difference.changed) == 1
    (refused,) = difference.refused
    assert "corpus.jsonl:2" in refused


def test_mistakes_name_the_folder(folders: tuple[str, str], corpus: Path, tmp_path: Path) -> None:
    missing = str(tmp_path / "none")
    with pytest.raises(FrameworkError) as caught:
        diff(read_rows([corpus]), folders[0], missing)
    assert [problem.place.file for problem in caught.value.problems] == [missing]
