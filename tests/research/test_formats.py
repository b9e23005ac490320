"""Reading conversations: every test goes through `read_rows`."""

from __future__ import annotations

import gzip
import io
import json
import sys
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from hoi.model.conversation import Conversation
from hoi.research.formats import Columns, Row, read_rows


def put(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def lines(*values: Any) -> str:
    return "".join(json.dumps(value) + "\n" for value in values)


def read(*sources: str | Path, columns: Columns | None = None) -> list[Row]:
    rows = list(read_rows(sources, columns))
    for row in rows:
        assert (row.conversation is None) != (row.error is None)
        assert (row.raw == "") or row.error is not None
        assert len(row.raw) <= 10_000
    return rows


def one(path: Path, value: Any) -> Row:
    [row] = read(put(path / "one.jsonl", lines(value)))
    return row


def good(row: Row) -> Conversation:
    assert row.conversation is not None, row.error
    return row.conversation


def refusal(row: Row) -> str:
    assert row.error is not None
    return str(row.error)


def said(row: Row) -> list[str]:
    return [message.text for message in good(row).messages]


def ids(rows: list[Row]) -> list[str]:
    return [good(row).id for row in rows if row.error is None]


# --- files and formats --------------------------------------------------------------------------

A = {"id": "a", "messages": [{"role": "visitor", "text": "hoi"}]}
B = {"id": "b", "text": "slecht geslapen"}


def test_json_lines(tmp_path: Path) -> None:
    rows = read(put(tmp_path / "x.jsonl", lines(A) + "\r\n" + lines(B).replace("\n", "\r\n")))
    assert ids(rows) == ["a", "b"]
    assert [row.place.line for row in rows] == [1, 3]
    assert all(row.warnings == () for row in rows)
    assert good(rows[1]).messages[0].role == "visitor"


@pytest.mark.parametrize(
    "text",
    [json.dumps([A, B]), json.dumps([A, B], indent=2), lines(A, B), "\n" + json.dumps([A, B])],
)
@pytest.mark.parametrize("name", ["x.json", "x.jsonl", "x"])
def test_json_array_whatever_the_name(tmp_path: Path, name: str, text: str) -> None:
    assert ids(read(put(tmp_path / name, text))) == ["a", "b"]


def test_json_object(tmp_path: Path) -> None:
    assert ids(read(put(tmp_path / "x.json", json.dumps(A, indent=2)))) == ["a"]
    assert read(put(tmp_path / "y.json", "[]")) == []


def test_broken_array_keeps_what_came_before(tmp_path: Path) -> None:
    rows = read(put(tmp_path / "x.json", f'[\n{json.dumps(A)},\n{{"id": }}, {json.dumps(B)}]'))
    assert ids(rows) == ["a"]
    assert "x.json:3" in refusal(rows[1]) and "not read" in refusal(rows[1])
    rows = read(put(tmp_path / "y.json", f"[{json.dumps(A)} {json.dumps(B)}]"))
    assert ids(rows) == ["a"] and "comma" in refusal(rows[1])
    rows = read(put(tmp_path / "z.json", f"[{json.dumps(A)}"))
    assert ids(rows) == ["a"] and "one ]" in refusal(rows[1])


def test_json_line_that_is_an_array_does_not_stop_the_rest(tmp_path: Path) -> None:
    rows = read(put(tmp_path / "x.jsonl", "[1]\n" + lines(A)))
    assert ids(rows) == ["a"] and "not a list" in refusal(rows[0])


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv(tmp_path: Path, delimiter: str) -> None:
    text = (
        "ID,Role,Text,At,language,mood\r\n"
        'c1,visitor,"hoi; daar, ""jij""\nen\tmeer",2025-03-01T20:15:00+01:00,nl,low\r\n'
        "c1,chatter,dag,,nl,\r\n"
        "\r\n"
        "c2,visitor,hello,,en,\r\n"
    )
    text = text.replace('hoi; daar, ""jij""\nen\tmeer', "@").replace(",", delimiter)
    text = text.replace("@", 'hoi; daar, ""jij""\nen\tmeer')
    rows = read(put(tmp_path / "x.csv", text))
    assert ids(rows) == ["c1", "c2"]
    assert said(rows[0]) == ['hoi; daar, "jij"\nen\tmeer', "dag"]
    assert [message.role for message in good(rows[0]).messages] == ["visitor", "chatter"]
    assert good(rows[0]).messages[0].at == datetime.fromisoformat("2025-03-01T20:15:00+01:00")
    assert [good(row).language for row in rows] == ["nl", "en"]
    assert good(rows[0]).extra == {"message_extra": {"0": {"mood": "low"}}}
    assert rows[1].place.line == 6
    assert all(row.warnings == () for row in rows)


def test_csv_columns_by_name(tmp_path: Path) -> None:
    path = put(tmp_path / "x.csv", "chat,who,wat,id\n7,visitor,hoi,m1\n7,chatter,dag,m2\n")
    [row] = read(path, columns=Columns(id="chat", role="who", text="wat"))
    assert good(row).id == "7" and said(row) == ["hoi", "dag"]
    assert good(row).extra["message_extra"]["0"] == {"column id": "m1"}
    [row] = read(path, columns=Columns(text="zin"))
    assert "'zin'" in refusal(row) and "x.csv:1" in refusal(row)


def test_csv_prefers_the_conversation_id(tmp_path: Path) -> None:
    path = put(
        tmp_path / "x.csv", "id,conversation_id,role,text\n1,c,visitor,hoi\n2,c,chatter,dag\n"
    )
    assert ids(read(path)) == ["c"]


def test_csv_without_roles_or_ids(tmp_path: Path) -> None:
    rows = read(put(tmp_path / "x.csv", "id,text\na,hoi\nb,dag\nb,nog een\n"))
    assert ids(rows) == ["a"] and good(rows[0]).messages[0].role == "visitor"
    assert "no role" in refusal(rows[1])
    rows = read(put(tmp_path / "y.csv", "text\nhoi\ndag\n"))
    assert ids(rows) == ["y.csv:2", "y.csv:3"] and rows[0].warnings


@pytest.mark.parametrize(
    ("body", "hint"),
    [
        ("c,visitor,hoi, daar\n", "4 cells"),
        ("c,visitor\n", "no text"),
        ("c,doctor,hoi\n", "'doctor'"),
        ("c,,hoi\n", "no role"),
        ('c,visitor,"a" b\n', "double quotes"),
        ("c,visitor,a\rb\n", "double quotes"),
    ],
)
def test_csv_bad_row_refuses_its_conversation_only(tmp_path: Path, body: str, hint: str) -> None:
    text = f"id,role,text\na,visitor,hoi\nc,visitor,begin\n{body}d,visitor,dag\n"
    rows = read(put(tmp_path / "x.csv", text))
    assert ids(rows) == ["a", "d"]
    assert hint in refusal(rows[1]) and "x.csv:3" in refusal(rows[1])
    assert rows[1].raw.startswith("c,visitor,begin\n")


def test_csv_quote_never_closed(tmp_path: Path) -> None:
    text = 'id,role,text\na,visitor,hoi\nc,visitor,"begin\nd,visitor,dag\n'
    rows = read(put(tmp_path / "x.csv", text))
    assert ids(rows) == ["a"] and "line 3" in refusal(rows[1])


@pytest.mark.parametrize("text", ["id,role\na,visitor\n", "id,text,text\na,b,c\n", '"id\n'])
def test_csv_bad_header(tmp_path: Path, text: str) -> None:
    [row] = read(put(tmp_path / "x.csv", text))
    assert "x.csv:1" in refusal(row)


def test_csv_rows_apart_are_duplicates(tmp_path: Path) -> None:
    text = "id,role,text\na,visitor,1\nb,visitor,2\na,visitor,3\n"
    rows = read(put(tmp_path / "x.csv", text))
    assert ids(rows) == ["a", "b"] and "together" in refusal(rows[2])


@pytest.mark.parametrize("name", ["x.jsonl", "x.jsonl.gz"])
def test_gzip_is_known_by_its_bytes(tmp_path: Path, name: str) -> None:
    packed = gzip.compress(lines(A).encode()) + gzip.compress(lines(B).encode())
    assert ids(read(put(tmp_path / name, packed))) == ["a", "b"]
    assert ids(read(put(tmp_path / name, lines(A)))) == ["a"]
    text = b"id,role,text\na,visitor,hoi\n"
    assert ids(read(put(tmp_path / "y.csv.gz", gzip.compress(text)))) == ["a"]
    assert ids(read(put(tmp_path / "z.json.gz", gzip.compress(b"[" + lines(A).encode())))) == ["a"]


def test_broken_gzip(tmp_path: Path) -> None:
    noise = lines(*({"id": str(n), "text": str(n**9)} for n in range(3000))).encode()
    packed = gzip.compress(noise)
    good_one = put(tmp_path / "good.jsonl", lines(A))
    cut = put(tmp_path / "cut.jsonl.gz", packed[: len(packed) // 2])
    flipped = put(tmp_path / "flip.jsonl.gz", packed[:20] + b"\xff\xff\xff" + packed[23:])
    for path in (cut, flipped, put(tmp_path / "head.jsonl.gz", b"\x1f\x8b\x00")):
        rows = read(path, good_one)
        assert ids(rows)[-1] == "a"
        assert "gzip" in refusal(rows[-2]) and rows[-2].place.file == str(path)


def test_folder(tmp_path: Path) -> None:
    put(tmp_path / "2.json", json.dumps(B))
    put(tmp_path / "1.jsonl.gz", gzip.compress(lines(A).encode()))
    put(tmp_path / "3.CSV", "id,role,text\nc,visitor,hoi\n")
    put(tmp_path / "notes.txt", "nothing")
    (tmp_path / "deeper.json").mkdir()
    assert ids(read(tmp_path)) == ["a", "b", "c"]
    assert "holds no" in refusal(read(tmp_path / "deeper.json")[0])


def test_unreadable_sources_do_not_stop_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "closed"
    folder.mkdir()

    def refuse(self: Path) -> Any:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", refuse)
    path = put(tmp_path / "x.jsonl", lines(A))
    strange = put(tmp_path / "x.bin", b"PK\x03\x04")
    rows = read(tmp_path / "gone.jsonl", folder, "nul\0.jsonl", strange, path)
    assert [row.error is None for row in rows] == [False] * 4 + [True]
    assert rows[0].place.file == str(tmp_path / "gone.jsonl")
    assert "No such file" in refusal(rows[0]) and "Permission denied" in refusal(rows[1])


@pytest.mark.parametrize("kind", ["plain", "gzip", "empty"])
def test_standard_input(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    plain = lines(A).encode()
    content = {"plain": plain, "gzip": gzip.compress(plain), "empty": b""}[kind]
    stdin = io.TextIOWrapper(io.BytesIO(content))
    monkeypatch.setattr(sys, "stdin", stdin)
    assert ids(read("-")) == (["a"] if content else [])
    assert not stdin.closed


@pytest.mark.parametrize("name", ["x.jsonl", "x.json", "x.csv", "x.jsonl.gz", "x"])
@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\r\n\n"])
def test_empty_file(tmp_path: Path, name: str, content: bytes) -> None:
    assert read(put(tmp_path / name, content)) == []
    assert read(put(tmp_path / name, gzip.compress(content))) == []


def test_streams(tmp_path: Path) -> None:
    with closing(read_rows([put(tmp_path / "x.jsonl", lines(A) + "{"), tmp_path / "gone"])) as rows:
        assert good(next(rows)).id == "a"


# --- encoding -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["x.jsonl", "x.json", "x.csv"])
def test_byte_order_mark(tmp_path: Path, name: str) -> None:
    text = "id,role,text\na,visitor,ë\n" if name == "x.csv" else '{"id": "a", "text": "ë"}'
    [row] = read(put(tmp_path / name, b"\xef\xbb\xbf" + text.encode()))
    assert said(row) == ["ë"] and good(row).id == "a" and row.warnings == ()
    [row] = read(put(tmp_path / name, text.encode("utf-16")))
    assert "UTF-16" in refusal(row)


@pytest.mark.parametrize("name", ["x.jsonl", "x.json", "y.json", "x.csv"])
def test_windows_bytes_warn_on_their_row(tmp_path: Path, name: str) -> None:
    objects = ['{"id": "a", "text": "één"}'.encode(), b'{"id": "b", "text": "\x80 caf\xe9 \x81"}']
    content = {
        "x.jsonl": b"\n".join(objects),
        "x.json": b"\n".join(objects),
        "y.json": b"[" + b",".join(objects) + b"]",
        "x.csv": "id,text\na,één\n".encode() + b"b,\x80 caf\xe9 \x81\n",
    }[name]
    first, second = read(put(tmp_path / name, content))
    assert said(first) == ["één"] and first.warnings == ()
    assert said(second) == ["€ café \x81"]
    [warning] = second.warnings
    assert "Windows-1252" in warning and name in warning


def test_lone_surrogates_and_control_characters(tmp_path: Path) -> None:
    line = r'{"id": "a", "text": "x\ud800y\ud83d\ude00\u0000\u0007", "k\udc00": ["\udfff"]}'
    [row] = read(put(tmp_path / "x.jsonl", line + "\n"))
    assert said(row) == ["x\ufffdy😀\x00\x07"]
    assert good(row).extra == {"k\ufffd": ["\ufffd"]}
    [warning] = row.warnings
    assert "U+FFFD" in warning and "x.jsonl:1" in warning
    good(row).model_dump_json()
    [row] = read(put(tmp_path / "y.jsonl", b'{"text": "a\x00\x0b\tb"}'))
    assert said(row) == ["a\x00\x0b\tb"] and row.warnings == ()
    [row] = read(put(tmp_path / "z.csv", b"id,text\na,x\x00y\n"))
    assert said(row) == ["x\x00y"]


@pytest.mark.parametrize("name", ["x.jsonl", "x.csv", "x.json"])
def test_long_message(tmp_path: Path, name: str) -> None:
    text = "moe " * 300_000
    content = f"id,text\na,{text}\n" if name == "x.csv" else lines({"id": "a", "text": text})
    [row] = read(put(tmp_path / name, content))
    assert said(row) == [text]
    [row] = read(put(tmp_path / "bad.jsonl", f'{{"text": "{text}'))
    assert len(row.raw) == 10_000


# --- one object ---------------------------------------------------------------------------------


def test_unknown_keys_are_kept(tmp_path: Path) -> None:
    row = one(
        tmp_path,
        {
            "id": 12,
            "lang": "nl",
            "source": {"app": 1},
            "intake": {"username": "zonnetje", "age_band": 50, "gender": "woman", "shoe": 38},
            "turns": [{"role": "visitor", "text": ""}, {"role": "chatter", "text": "x", "n": 1}],
        },
    )
    found = good(row)
    assert (found.id, found.language) == ("12", "nl")
    assert found.extra == {
        "source": {"app": 1},
        "intake": {"shoe": 38},
        "message_extra": {"1": {"n": 1}},
    }
    assert found.intake is not None
    assert (found.intake.username, found.intake.age_band) == ("zonnetje", "41-50")
    assert row.warnings == () and row.place.item == "12"


def test_text_form_keeps_time_and_role(tmp_path: Path) -> None:
    row = one(tmp_path, {"text": "x", "role": "chatter", "at": "2025-03-01T20:15:00Z", "k": 1})
    [message] = good(row).messages
    assert message.role == "chatter" and message.at is not None
    assert good(row).extra == {"k": 1}


def test_missing_ids(tmp_path: Path) -> None:
    (tmp_path / "deeper").mkdir()
    text = lines({"text": "1"}, {"id": None, "text": "2"}, {"id": " ", "text": "3"})
    one_file = put(tmp_path / "x.jsonl", text)
    same_name = put(tmp_path / "deeper" / "x.jsonl", lines({"text": "1"}))
    assert ids(read(one_file, same_name)) == [
        *("x.jsonl:1", "x.jsonl:2", "x.jsonl:3"),
        f"{same_name}:1",
    ]
    assert "already used" in refusal(read(same_name, same_name)[1])
    array = put(tmp_path / "y.json", '[{"text": "1"}, {"text": "2"}]')
    assert ids(read(array)) == ["y.json:1", "y.json:2"]


def test_duplicate_ids_over_all_sources(tmp_path: Path) -> None:
    first = put(tmp_path / "x.jsonl", lines({"id": 1, "text": "x"}))
    second = put(tmp_path / "y.jsonl", lines({"id": "1", "text": "y"}, {"id": "2", "text": "z"}))
    rows = read(first, second)
    assert ids(rows) == ["1", "2"]
    assert "x.jsonl:1" in refusal(rows[1]) and "y.jsonl:1" in refusal(rows[1])
    assert json.loads(rows[1].raw)["text"] == "y"


def test_empty_list_is_valid(tmp_path: Path) -> None:
    assert good(one(tmp_path, {"id": "a", "messages": []})).messages == ()


SAID = {"role": "visitor", "text": "x"}


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ({"messages": [SAID, {"text": "x"}]}, "message 1 has no role"),
        ({"messages": [SAID, {"role": None, "text": "x"}]}, "message 1 has no role"),
        ({"messages": [{"role": "user", "text": "x"}]}, "message 0 has the role 'user'"),
        ({"messages": [{"role": ["visitor"], "text": "x"}]}, "message 0 has the role"),
        ({"messages": [SAID, SAID, {"role": "visitor"}]}, "message 2 has no text"),
        ({"messages": [{"role": "visitor", "text": None}]}, "message 0 has null as its text"),
        ({"messages": [{"role": "visitor", "text": 5}]}, "message 0 has a number as its text"),
        ({"messages": [SAID, "x"]}, "message 1 is text"),
        ({"messages": {"0": SAID}}, "`messages` is an object"),
        ({"text": None}, "message 0 has null"),
        ({"text": float("nan")}, "message 0 has null"),
        ({}, "no messages"),
        ({"id": ["a"], "text": "x"}, "the id is a list"),
        ({"id": True, "text": "x"}, "the id is true or false"),
        ("text", "not text"),
        (None, "not null"),
        (5, "not a number"),
    ],
)
def test_refused_rows(tmp_path: Path, value: Any, hint: str) -> None:
    content = lines(value) + lines({"id": "after", "text": "x"})
    row, after = read(put(tmp_path / "x.jsonl", content))
    assert hint in refusal(row) and "x.jsonl:1" in refusal(row)
    assert row.raw == json.dumps(value)
    assert good(after).id == "after"


@pytest.mark.parametrize(
    "line",
    [
        '{"text": "x"',
        '{"text": "x"} {"text": "y"}',
        "hello",
        '{"text": "x", "n": ' + "9" * 5000 + "}",
        '{"text": "x", "deep": ' + "[" * 300 + "]" * 300 + "}",
        '{"text": "x", "deep": ' + "[" * 200_000 + "]" * 200_000 + "}",
        "\ufffd\x00",
    ],
    ids=["cut", "two", "word", "long number", "deep", "very deep", "noise"],
)
def test_lines_that_are_not_json(tmp_path: Path, line: str) -> None:
    row, after = read(put(tmp_path / "x.jsonl", line + "\n" + lines(A)))
    assert "x.jsonl:1" in refusal(row) and row.raw
    assert good(after).id == "a"


def test_numbers_and_keys_that_json_should_not_have(tmp_path: Path) -> None:
    line = '{"text": "x", "n": [NaN, -Infinity, 1e999, 1.5], "k": 1, "k": 2}'
    [row] = read(put(tmp_path / "x.jsonl", line))
    assert good(row).extra == {"n": [None, None, None, 1.5], "k": 2}
    assert ["twice" in row.warnings[0], "NaN" in row.warnings[1]] == [True, True]


def test_intake_outside_the_form(tmp_path: Path) -> None:
    intake = {"age_band": "25", "gender": 5, "need": "Advice", "language": "de", "topic": ["x"]}
    row = one(tmp_path, {"text": "x", "intake": intake})
    found = good(row).intake
    assert found is not None and found.model_dump(exclude_none=True) == {"need": "advice"}
    assert len(row.warnings) == 4 and "'25'" in row.warnings[0]
    row = one(tmp_path, {"text": "x", "intake": "none", "language": 5})
    assert good(row).intake is None and good(row).language is None
    assert len(row.warnings) == 2
    assert good(one(tmp_path, {"text": "x", "intake": None})).intake is None


def timed(*times: Any) -> dict[str, Any]:
    return {"id": "a", "messages": [SAID | {"at": at} for at in times]}


def test_times(tmp_path: Path) -> None:
    row = one(tmp_path, timed("2025-03-01T20:15:00+01:00", None, "2025-03-01T19:16:00Z"))
    assert row.warnings == ()
    row = one(tmp_path, timed("yesterday", 1740856500, "2025-02-30", ["x"]))
    assert all(message.at is None for message in good(row).messages)
    [warning] = row.warnings
    assert "messages 0, 1, 2, 3: `at` is not a date" in warning
    row = one(tmp_path, timed("2025-03-01T20:15:00", "2025-03-01 20:16"))
    assert good(row).messages[0].at == datetime(2025, 3, 1, 20, 15)
    assert "no time zone" in row.warnings[0]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("2025-03-01T20:15:00Z", "2025-03-01T20:14:00Z"),
        ("2025-03-01T20:15:00", "2025-03-01T20:14:00Z"),
        ("2025-03-01T20:15:00+01:00", "2025-03-01T20:16:00+02:00"),
        ("9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00"),
    ],
)
def test_times_out_of_order(tmp_path: Path, first: str, second: str) -> None:
    row = one(tmp_path, timed(first, second))
    assert len(good(row).messages) == 2
    assert any("message 1: `at` is earlier" in warning for warning in row.warnings)


def test_own_message_extra_gives_way(tmp_path: Path) -> None:
    row = one(tmp_path, {"messages": [SAID | {"n": 1}], "message_extra": 5, "turns": [], "text": 1})
    assert good(row).extra == {"message_extra": {"0": {"n": 1}}, "turns": [], "text": 1}
    assert "message_extra" in row.warnings[0]
