"""Scorecards fitted on a few invented messages: what they weigh, their limits, and their files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest
from typer.testing import CliRunner, Result

pytest.importorskip("sklearn", reason="`hoi fit` needs scikit-learn (the extra `research`)")

import hoi
from hoi.cli import app
from hoi.framework.load import load_framework
from hoi.model.method import Framework
from hoi.research.fit import Data, Fitted, Target, fit, read_signs, rows_of, targets

Make = Callable[..., Path]
Row = dict[str, Any]
TELLING = ("fietsbel", "lantaarn", "een oude kast")
AGAINST = ("gieter", "trompet")
FILLING = "tafel stoel raam deur lamp plant boek krant kopje lepel vork jas schoen trap dak tuin"


def messages(count: int = 60, first: int = 0, seed: int = 1) -> list[Row]:
    """Half of them hold a telling word among others, half one that speaks against."""
    chance = Random(seed)
    rows: list[Row] = []
    for number in range(first, first + count):
        right = number % 2 == 0
        rest = chance.sample(FILLING.split(), 6)
        rest.insert(3, chance.choice(TELLING if right else AGAINST))
        label = "active" if right else "none"
        who = "self" if right else "none"
        text = " ".join(rest)
        row = {"id": f"m{number}", "text": text, "suicidality": label, "experiencer": who}
        rows.append(row)
    return rows


def ordinary(count: int = 60, seed: int = 2) -> list[Row]:
    chance = Random(seed)
    lines = (" ".join(chance.sample(FILLING.split(), 7)) for _ in range(count))
    return [{"id": f"o{number}", "text": text} for number, text in enumerate(lines)]


def put(path: Path, rows: Iterable[Row]) -> str:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return str(path)


def small(make: Make) -> Path:
    wish = {
        "raises": "flag/suicidality",
        "dimension": "wish",
        "grade": "2",
        "says": "lantaarn",
        "examples": {"match": "de lantaarn\neen lantaarn", "no_match": "de lamp\neen lamp"},
    }
    names = {
        "raises": "topic/medication",
        "says": "{medication_name} slikken",
        "examples": {"match": "prozac slikken\nde prozac slikken", "no_match": "slikken\nprozac"},
    }
    return make(rules=[wish, names], concepts=[{"id": "old", "terms": "oude kast"}])


@pytest.fixture(scope="module")
def framework(make_framework: Make) -> Framework:
    return load_framework(small(make_framework))


@pytest.fixture(scope="module")
def data(framework: Framework, tmp_path_factory: pytest.TempPathFactory) -> Data:
    path = tmp_path_factory.mktemp("rows")
    files = [put(path / "labelled.jsonl", messages()), put(path / "ordinary.jsonl", ordinary())]
    rows, refused = rows_of([], examples=files)
    assert not refused
    return read_signs(framework, "nl", rows)


def _target(name: str = "suicidality", **other: Any) -> Target:
    return next(t for t in targets(["trauma"]) if t.name == name)._replace(**other)


def _fitted(data: Data, target: Target) -> Fitted:
    card = fit(data, target)
    assert card is not None
    return card


# --- rows -----------------------------------------------------------------------------------------


def test_rows_know_their_labels_and_their_file(tmp_path: Path) -> None:
    labelled = put(tmp_path / "a.jsonl", messages(2))
    limits = put(tmp_path / "b.jsonl", messages(2, first=2))
    lines = put(tmp_path / "c.jsonl", ordinary(1))
    rows, refused = rows_of([labelled, lines], [limits])
    assert refused == []
    got = [(row["id"], row["file"], row["ordinary"], row["tiers"]) for row in rows]
    assert got == [
        ("m0", labelled, False, False),
        ("m1", labelled, False, False),
        ("o0", lines, True, False),
        ("m2", limits, False, True),
        ("m3", limits, False, True),
    ]
    assert rows[0]["suicidality"] == "active"


@pytest.mark.parametrize(
    ("labels", "is_ordinary"),
    [
        ({}, True),
        ({"language": "nl"}, True),
        ({"suicidality": "none"}, False),
        ({"topics": ["trauma"]}, False),
        ({"flags": []}, False),
        ({"harm_to_others": True}, False),
        ({"unsafe_home_or_abuse": True}, False),
        ({"acute_psychosis": False}, False),
    ],
)
def test_a_row_without_labels_is_an_ordinary_line(
    tmp_path: Path, labels: Row, is_ordinary: bool
) -> None:
    (row,), _ = rows_of([put(tmp_path / "a.jsonl", [{"id": "a", "text": "hoi", **labels}])])
    assert row["ordinary"] is is_ordinary


def test_only_what_the_visitor_types_is_read(tmp_path: Path) -> None:
    said = [
        {"role": "visitor", "text": "een"},
        {"role": "chatter", "text": "twee"},
        {"role": "visitor", "text": "drie"},
    ]
    talk: Row = {"id": "a", "messages": said, "suicidality": "none"}
    (row,), _ = rows_of([put(tmp_path / "a.jsonl", [talk])])
    assert row["text"] == "een\ndrie"


def test_refused_rows_are_named_and_lose_no_others(tmp_path: Path) -> None:
    good = messages(2)
    path = tmp_path / "a.jsonl"
    lines = [json.dumps(good[0]), '{"id": "broken', json.dumps(good[0]), json.dumps(good[1])]
    path.write_text("\n".join(lines), encoding="utf-8")
    rows, refused = rows_of([str(path)])
    assert [row["id"] for row in rows] == ["m0", "m1"]
    assert [(error.place.file, error.place.line) for error in refused] == [
        (str(path), 2),
        (str(path), 3),
    ]
    assert "already used" in refused[1].message


# --- cards ----------------------------------------------------------------------------------------


def test_telling_words_are_recovered(data: Data) -> None:
    points = _fitted(data, _target()).points
    assert all(points[sign] > 0 for sign in ("fietsbel", "lantaarn", "kast", "oude kast", "{old}"))
    assert all(points[sign] < 0 for sign in ("gieter", "trompet"))
    heaviest = sorted(points, key=lambda sign: -points[sign])[:3]
    assert set(heaviest) <= {"fietsbel", "lantaarn", "{old}", "[suicidality ask]", "[wish]"}
    filling = [abs(points.get(word, 0)) for word in FILLING.split()]
    assert 3 * max(filling) < points["fietsbel"]


def test_a_card_knows_how_many_messages_hold_it(data: Data) -> None:
    card = _fitted(data, _target())
    assert (card.right, card.messages) == (30, 120)  # ordinary lines do not hold it


def test_no_more_signs_than_wanted_and_the_most_telling(data: Data) -> None:
    whole = _fitted(data, _target())
    few = _fitted(data, _target(signs=5))
    assert len(whole.points) > 20
    assert len(few.points) == 5
    assert {"fietsbel", "{old}"} <= few.points.keys()


def test_points_and_limits_keep_within_their_bounds(data: Data) -> None:
    card = _fitted(data, _target())
    assert all(value and -400 <= value <= 400 for value in card.points.values())
    assert -400 <= card.ask_at <= card.flag_at <= 400


def test_rare_signs_get_no_points(framework: Framework) -> None:
    rows = [{**row, "ordinary": False} for row in messages()]
    rows[0]["text"] += " eenhoorn"
    rows[2]["text"] += " eenhoorn"
    assert "eenhoorn" not in read_signs(framework, "nl", rows).signs
    rows[4]["text"] += " eenhoorn"
    assert "eenhoorn" in read_signs(framework, "nl", rows).signs


def test_typed_braces_are_no_signs(framework: Framework) -> None:
    rows = [{**row, "text": row["text"] + " {old} { }"} for row in messages()]
    signs = read_signs(framework, "nl", rows).signs
    assert {sign for sign in signs if sign.startswith("{")} == {"{old}"}


@pytest.mark.parametrize("share", [0.6, 0.8, 1.0])
def test_the_wanted_share_above_a_limit_is_right(framework: Framework, share: float) -> None:
    rows = [{**row, "ordinary": False} for row in messages(120)]
    for row in rows[::6]:  # a sixth of the labels is wrong
        row.update(suicidality="none", experiencer="none")
    unclear = read_signs(framework, "nl", rows)
    card = _fitted(unclear, _target(flag_right=share, ask_right=share))
    lower = _fitted(unclear, _target(flag_right=share, ask_right=0.5))
    assert card.ask_at == card.flag_at == lower.flag_at
    assert lower.ask_at <= card.ask_at
    if share == 1.0:
        strict = card.flag_at
        assert strict > _fitted(unclear, _target(flag_right=0.6, ask_right=0.5)).flag_at


def test_ordinary_lines_push_the_limits_up(framework: Framework) -> None:
    rows = [*messages(), *({**row, "ordinary": True} for row in ordinary(100))]
    for row in rows[-4:]:
        row["text"] += " fietsbel"
    noisy = read_signs(framework, "nl", rows)
    few = _fitted(noisy, _target(ordinary_flag=0.0, ordinary_ask=1000.0))
    many = _fitted(noisy, _target(ordinary_flag=1000.0, ordinary_ask=1000.0))
    assert few.flag_at > many.flag_at
    assert few.ask_at == many.ask_at


def test_limits_are_set_on_the_rows_given_for_them(framework: Framework) -> None:
    own = [{**row, "ordinary": False} for row in messages()]
    judged = [{**row, "tiers": True, "file": "b"} for row in messages(40, first=60, seed=3)]
    for row in judged:  # among these the telling words tell nothing
        row["suicidality"], row["experiencer"] = "active", "self"
    judged[-1]["suicidality"] = "none"
    free = _fitted(read_signs(framework, "nl", own), _target())
    bound = _fitted(read_signs(framework, "nl", [*own, *judged]), _target())
    assert bound.flag_at < free.flag_at


@pytest.mark.parametrize("right", ["active", "none"])
def test_labels_all_alike_give_no_card(framework: Framework, right: str) -> None:
    who = "none" if right == "none" else "self"
    rows = [{**row, "suicidality": right, "experiencer": who} for row in messages()]
    assert fit(read_signs(framework, "nl", rows), _target()) is None


def test_too_few_messages_give_no_card(framework: Framework) -> None:
    assert fit(read_signs(framework, "nl", messages(48)), _target()) is None  # 24 are right
    assert fit(read_signs(framework, "nl", messages(50)), _target()) is not None


def test_no_messages_give_no_card(framework: Framework) -> None:
    assert fit(read_signs(framework, "nl", []), _target()) is None


def test_messages_that_tell_nothing_give_no_card(framework: Framework) -> None:
    rows = [{**row, "text": "alles is hetzelfde"} for row in messages()]
    assert fit(read_signs(framework, "nl", rows), _target()) is None


def test_what_rows_do_not_label_gives_no_card(data: Data) -> None:
    assert fit(data, _target("topic.trauma")) is None
    assert fit(data, _target("medication.dose")) is None


# --- labels ---------------------------------------------------------------------------------------

Labelled = tuple[str, Row, bool | None]
CASES: list[Labelled] = [
    ("suicidality", {"suicidality": "plan", "experiencer": "self"}, True),
    ("suicidality", {"suicidality": "plan", "experiencer": "other"}, False),
    ("suicidality", {"suicidality": "past", "experiencer": "self"}, False),
    ("suicidality", {"topics": ["trauma"]}, None),
    ("suicidality.other", {"suicidality": "plan", "experiencer": "other"}, True),
    ("suicidality.past", {"suicidality": "past", "experiencer": "self"}, True),
    ("suicidality.active_thoughts", {"suicidality": "plan", "experiencer": "self"}, True),
    ("suicidality.acute", {"suicidality": "plan", "experiencer": "self"}, False),
    ("suicidality.acute", {"suicidality": "none", "experiencer": "none"}, None),
    ("flag.self_harm", {"flags": ["self_harm"]}, True),
    ("flag.self_harm", {"flags": []}, False),
    ("flag.self_harm", {"self_harm": False}, False),
    ("flag.self_harm", {}, None),
    ("flag.unsafe_home", {"flags": ["child_at_risk"]}, True),  # near enough
    ("flag.unsafe_home", {"flags": ["self_harm"]}, False),
    ("flag.unsafe_home", {"unsafe_home_or_abuse": True}, True),
    ("flag.unsafe_home", {"unsafe_home_or_abuse": False}, False),
    ("medication.dose", {"medication_question": True, "medication_kind": "dose"}, True),
    ("medication.dose", {"medication_question": True, "medication_kind": "taper"}, False),
    ("medication.dose", {"medication_question": False}, None),
    ("topic.trauma", {"topics": ["trauma", "other"]}, True),
    ("topic.trauma", {"topics": ["other"]}, False),
    ("topic.trauma", {"topics": []}, None),
]


@pytest.mark.parametrize(("name", "row", "label"), CASES)
def test_what_a_label_says(name: str, row: Row, label: bool | None) -> None:
    assert _target(name).label(row) is label


def test_every_target_exists_in_the_method(guide: hoi.Guide) -> None:
    framework = guide.framework
    topics = [topic.id for topic in framework.topics.topics]
    wanted = targets(topics)
    flags = {flag.id for flag in framework.escalation.flags}
    kinds = {kind.id for kind in framework.medication.kinds}
    levels = {level.id for level in framework.escalation.levels}
    assert {t.raises for t in wanted} <= {f"flag/{x}" for x in flags} | {
        f"topic/{x}" for x in topics
    }
    assert {t.kind for t in wanted if t.kind} <= kinds
    assert {t.level for t in wanted if t.level} <= levels
    assert len({t.name for t in wanted}) == len(wanted)


# --- the command ----------------------------------------------------------------------------------


def _run(*arguments: str) -> Result:
    result = CliRunner().invoke(app, arguments)
    assert isinstance(result.exception, SystemExit | None), result.output
    return result


def _fit_command(folder: Path, rows: Sequence[str], *more: str) -> tuple[str, ...]:
    where = ("--frameworks", str(folder), "--out", str(folder))
    shown = [part for path in rows for part in ("--examples", path)]
    return ("fit", *shown, "--language", "nl", *where, "--only", "suicidality", *more)


def test_cards_are_written_that_check_accepts_and_the_guide_weighs(
    make_framework: Make, tmp_path: Path
) -> None:
    folder = small(make_framework)
    data = [put(tmp_path / "a.jsonl", messages()), put(tmp_path / "b.jsonl", ordinary())]
    assert _run(*_fit_command(folder, data)).exit_code == 0
    checked = _run("check", str(folder))
    assert checked.exit_code == 0, checked.output
    guide = hoi.load(folder)
    ids = {card.id for card in guide.framework.scorecards}
    assert "nl.scorecard.suicidality" in ids
    texts = {row["text"] for row in messages()}
    for card in guide.framework.scorecards:
        told = [line.text for line in (*card.match, *card.no_match)]
        assert len(card.match) >= 2 <= len(card.no_match) and texts >= set(told)
    got = {
        row["id"]: [flag.tier for flag in guide.tag({"id": "", "text": row["text"]}).flags]
        for row in messages(20, first=100, seed=9)
    }
    assert got == {f"m{n}": ["flag"] if n % 2 == 0 else [] for n in range(100, 120)}


def test_what_is_written_does_not_depend_on_the_run(make_framework: Make, tmp_path: Path) -> None:
    data = [put(tmp_path / "a.jsonl", messages()), put(tmp_path / "b.jsonl", ordinary())]
    written = []
    for seed in ("1", "2"):  # the order in which Python goes through a set
        folder = small(make_framework)
        run = "from hoi.cli import app; app()"
        command = (sys.executable, "-c", run, *_fit_command(folder, data))
        subprocess.run(command, env={**os.environ, "PYTHONHASHSEED": seed}, check=True, timeout=120)
        written.append((folder / "language/nl/scorecards/suicidality.yaml").read_text("utf-8"))
    assert written[0] == written[1]


def test_the_command_names_refused_rows(make_framework: Make, tmp_path: Path) -> None:
    folder = small(make_framework)
    data = put(tmp_path / "a.jsonl", [*messages(), messages(1)[0]])
    result = _run(*_fit_command(folder, [data]))
    assert result.exit_code == 1
    assert f"{data}:61" in result.output
    assert "already used" in result.output
    assert (folder / "language/nl/scorecards/suicidality.yaml").exists()


def test_any_source_text_is_readable_yaml(make_framework: Make, tmp_path: Path) -> None:
    source = "`mine`: 'own' \"words\" # [één"
    folder = small(make_framework)
    data = put(tmp_path / "a.jsonl", messages())
    assert _run(*_fit_command(folder, [data], "--source", source)).exit_code == 0
    (card, *_) = load_framework(folder).scorecards
    assert card.source.startswith(source)


def test_only_messages_given_as_examples_are_shown(make_framework: Make, tmp_path: Path) -> None:
    folder = small(make_framework)
    secret = put(tmp_path / "real.jsonl", messages())
    shown = put(tmp_path / "invented.jsonl", messages(20, first=100, seed=7))
    assert _run(*_fit_command(folder, [shown], secret)).exit_code == 0
    invented = {row["text"] for row in messages(20, first=100, seed=7)}
    cards = load_framework(folder).scorecards
    assert {line.text for card in cards for line in (*card.match, *card.no_match)} <= invented


def test_a_card_without_examples_is_not_written_and_named(
    make_framework: Make, tmp_path: Path
) -> None:
    folder = small(make_framework)
    labelled = put(tmp_path / "real.jsonl", messages())
    shown = put(tmp_path / "invented.jsonl", messages(2, first=100))
    result = _run(*_fit_command(folder, [shown], labelled))
    assert result.exit_code == 0
    assert "no card suicidality: too few examples both ways" in result.output
    assert "no card suicidality.other: too few messages that hold it" in result.output
    assert not load_framework(folder).scorecards
