"""Tagging in bulk: in order, the same whatever the workers, and no file that looks finished."""

from __future__ import annotations

import functools
import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, cast

import pytest

import hoi
from hoi.errors import FrameworkError, OutputError, Place
from hoi.research import batch
from hoi.research.batch import CHUNK, Format, Lines, output_file, rejects_path, tag_rows
from hoi.research.formats import Row, read_rows
from hoi.research.run import Summary, tag_to

ROWS = 3 * CHUNK + 5
LOAD = functools.cache(hoi.load)
RULE = """
rules:
  - id: nl.topic_mood_and_suicidality.done
    raises: topic/mood_and_suicidality
    grade: 3
    source: own
    status: draft
    says: |
      diep zwaarmoedig
    examples:
      match: |
        diep zwaarmoedig
        ik ben diep zwaarmoedig
      no_match: |
        dag
        hoi
"""


@pytest.fixture(scope="session")
def small(make_framework: Callable[..., Path]) -> Path:
    """A framework of one rule, which loads at once."""
    folder = make_framework(files={"language/nl/rules/tiny.yaml": RULE})
    hoi.load(folder)
    return folder


@pytest.fixture(autouse=True)
def _loaded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loading is not what is tested here; processes that are started still load for themselves."""
    monkeypatch.setattr(batch, "load", LOAD)


def write_rows(path: Path, count: int = ROWS) -> Path:
    """Every seventh row is broken, every fifth one has something to be heard."""
    lines = []
    for number in range(count):
        text = f"ik ben diep zwaarmoedig {number} é😀" if number % 5 == 0 else f"dag {number}"
        line = json.dumps({"id": f"c{number}", "text": text}, ensure_ascii=False)
        lines.append("{broken" if number % 7 == 6 else line)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def run(
    source: Path, output: Path, small: Path, form: Format = "jsonl", workers: int = 1
) -> Summary:
    return tag_to(
        read_rows([source]),
        output,
        form=form,
        workers=workers,
        frameworks=str(small),
        inputs=[str(source)],
    )


def part_of(output: Path) -> Path:
    return output.with_name(output.name + ".part")


def whole_lines(path: Path) -> list[dict[str, Any]]:
    content = path.read_bytes()
    assert content == b"" or content.endswith(b"\n")
    return [json.loads(line) for line in content.decode().splitlines()]


@pytest.mark.parametrize("workers", [1, 2])
def test_comes_out_in_the_order_it_went_in(tmp_path: Path, small: Path, workers: int) -> None:
    source, output = write_rows(tmp_path / "in.jsonl"), tmp_path / "out.jsonl"
    summary = run(source, output, small, workers=workers)
    numbers = [n for n in range(ROWS) if n % 7 != 6]
    lines = whole_lines(output)
    assert [line["id"] for line in lines] == [f"c{n}" for n in numbers]
    assert [bool(line["topics"]) for line in lines] == [n % 5 == 0 for n in numbers]
    assert summary.tagged == len(numbers)


def test_every_row_is_a_line_or_a_reject(tmp_path: Path, small: Path) -> None:
    source, output = write_rows(tmp_path / "in.jsonl"), tmp_path / "out.jsonl"
    summary = run(source, output, small)
    rejects = whole_lines(rejects_path(output))
    assert len(whole_lines(output)) + len(rejects) == ROWS
    assert (summary.tagged, summary.refused) == (ROWS - len(rejects), len(rejects))
    assert [reject["line"] for reject in rejects] == [n + 1 for n in range(ROWS) if n % 7 == 6]
    assert all(reject["row"] == "{broken" and reject["reason"] for reject in rejects)
    assert {reject["file"] for reject in rejects} == {str(source)}


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_same_bytes_each_time_and_with_any_number_of_workers(
    tmp_path: Path, small: Path, form: Format
) -> None:
    source = write_rows(tmp_path / "in.jsonl")
    outcomes = set()
    for number, workers in enumerate((1, 1, 2)):
        output = tmp_path / f"out{number}.{form}"
        run(source, output, small, form, workers)
        outcomes.add((output.read_bytes(), rejects_path(output).read_bytes()))
    assert len(outcomes) == 1


def test_nothing_in_still_gives_a_file(tmp_path: Path, small: Path) -> None:
    (tmp_path / "in.jsonl").write_text("")
    run(tmp_path / "in.jsonl", tmp_path / "out.jsonl", small)
    run(tmp_path / "in.jsonl", tmp_path / "out.csv", small, "csv")
    assert (tmp_path / "out.jsonl").read_bytes() == b""
    assert (tmp_path / "out.csv").read_text().startswith("id,language,main_topic")
    assert not list(tmp_path.glob("*.rejects.*"))


def test_rejects_of_an_earlier_run_do_not_stay(tmp_path: Path, small: Path) -> None:
    source, output = write_rows(tmp_path / "in.jsonl"), tmp_path / "out.jsonl"
    run(source, output, small)
    assert rejects_path(output).exists()
    source.write_text('{"id": "a", "text": "dag"}\n')
    run(source, output, small)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl", "out.jsonl"]


@pytest.mark.parametrize("error", [RuntimeError("broken"), KeyboardInterrupt()])
def test_an_error_midway_leaves_only_a_part(
    tmp_path: Path, small: Path, error: BaseException
) -> None:
    source, output = write_rows(tmp_path / "in.jsonl"), tmp_path / "out.jsonl"

    def breaking() -> Iterator[Row]:
        for number, row in enumerate(read_rows([source])):
            if number == 2 * CHUNK + 3:
                raise error
            yield row

    with pytest.raises(type(error)):
        tag_to(breaking(), output, form="jsonl", workers=1, frameworks=str(small))
    assert not output.exists()
    assert not rejects_path(output).exists()
    refused = sum(n % 7 == 6 for n in range(2 * CHUNK))
    assert len(whole_lines(part_of(output))) == 2 * CHUNK - refused
    assert len(whole_lines(part_of(rejects_path(output)))) == refused


def test_an_earlier_output_survives_a_run_that_fails(tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    output.write_text("earlier\n")
    with pytest.raises(RuntimeError), output_file(output) as lines:
        lines.write("new\n")
        raise RuntimeError
    assert output.read_text() == "earlier\n"
    assert part_of(output).read_text() == "new\n"


class NearlyFull(io.RawIOBase):
    """A disk with room for so many bytes: it takes what fits, and fails the next time."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.content = b""

    def write(self, data: Any, /) -> int:
        if not self.room:
            raise OSError(28, "No space left on device")
        taken = bytes(data)[: self.room]
        self.room -= len(taken)
        self.content += taken
        return len(taken)


def test_a_disk_that_fills_up_is_told() -> None:
    disk = NearlyFull(room=8)
    lines = Lines(cast(IO[bytes], disk), "out.jsonl")
    lines.write("whole\n")
    lines.flush()
    lines.write("too long\n")
    with pytest.raises(OutputError, match=r"out\.jsonl cannot be written: No space left"):
        lines.flush()
    assert lines.whole == len("whole\n")


def test_what_is_written_in_pieces_is_written_whole() -> None:
    class Slow(NearlyFull):
        def write(self, data: Any, /) -> int:
            return super().write(bytes(data)[:3])

    disk = Slow(room=100)
    lines = Lines(cast(IO[bytes], disk), "out.jsonl")
    lines.write("a line of some length\n")
    lines.flush()
    assert disk.content == b"a line of some length\n"


def test_a_full_disk_leaves_whole_lines(
    tmp_path: Path, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, output = write_rows(tmp_path / "in.jsonl"), tmp_path / "out.jsonl"
    put = Lines._put
    puts: list[int] = []

    def filling(self: Lines, data: bytes) -> None:
        puts.append(len(data))
        if len(puts) > 2:
            put(self, data[:100])
            raise OSError(28, "No space left on device")
        put(self, data)

    monkeypatch.setattr(Lines, "_put", filling)
    with pytest.raises(OutputError, match="No space left"):
        run(source, output, small)
    assert not output.exists()
    assert whole_lines(part_of(output))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_device() -> None:
    with Path("/dev/full").open("wb", buffering=0) as full:
        lines = Lines(full, "out.jsonl")
        lines.write("line\n")
        with pytest.raises(OutputError, match="No space left"):
            lines.flush()


def test_where_nothing_can_be_written(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none" / "out.jsonl", tmp_path / ("x" * 300)):
        with pytest.raises(OutputError), output_file(path):
            pass
    assert not list(tmp_path.iterdir())


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "file")
    with output_file(tmp_path / "link") as lines:
        lines.write("line\n")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "file").read_text() == "line\n"


def test_the_output_does_not_replace_an_input(tmp_path: Path, small: Path) -> None:
    source = write_rows(tmp_path / "in.jsonl")
    before = source.read_bytes()
    with pytest.raises(OutputError, match="write the output elsewhere"):
        run(source, source, small)
    with pytest.raises(OutputError, match="write the output elsewhere"):
        run(tmp_path, tmp_path / "out.jsonl", small)
    assert source.read_bytes() == before
    assert list(tmp_path.iterdir()) == [source]


def test_a_link_to_itself_as_input(tmp_path: Path, small: Path) -> None:
    (tmp_path / "deeper").mkdir()
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    summary = run(tmp_path / "loop", tmp_path / "deeper" / "out.jsonl", small)
    assert (summary.tagged, summary.refused) == (0, 1)


@pytest.mark.parametrize("workers", [1, 2])
def test_mistakes_in_the_frameworks_are_told(tmp_path: Path, workers: int) -> None:
    with pytest.raises(FrameworkError):
        list(tag_rows(iter(()), str(tmp_path), workers))


def test_rejected_rows_keep_what_they_were() -> None:
    row = next(iter(read_rows(["no-such-file.jsonl"])))
    record = json.loads(batch.rejected(row))
    assert row.place == Place("no-such-file.jsonl")
    assert list(record) == ["file", "line", "reason", "row"]
    assert "no-such-file.jsonl" not in record["reason"]


# --- stopped and killed ---------------------------------------------------------------------------

PATIENCE = 120  # seconds; on a busy machine everything takes long, and nothing depends on it
ENDLESS = range(10**9)


@contextmanager
def tagging(output: Path, small: Path, workers: int) -> Iterator[subprocess.Popen[bytes]]:
    """`hoi tag`, with lines on disk, in the midst of work: it is fed rows without end."""
    command = [sys.executable, "-m", "hoi.cli", "tag", "-", "-o", str(output)]
    command += ["--frameworks", str(small), "--workers", str(workers)]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0, start_new_session=True
    )
    rows, process.stdin = process.stdin, None  # not to be closed by `communicate`
    assert rows is not None and process.stderr is not None
    feeder = threading.Thread(target=feed, args=(rows,))
    feeder.start()
    try:
        end, part = time.monotonic() + PATIENCE, part_of(output)
        while not (part.exists() and part.stat().st_size):
            assert process.poll() is None and time.monotonic() < end
            time.sleep(0.01)
        yield process
    finally:
        process.kill()
        process.wait()
        feeder.join()
        rows.close()
        process.stderr.close()


def feed(rows: IO[bytes]) -> None:
    with suppress(BrokenPipeError):
        for number in ENDLESS:
            rows.write(b'{"id": "c%d", "text": "dag"}\n' % number)


def finish(process: subprocess.Popen[bytes]) -> tuple[int, str]:
    # Ends only when the workers have gone as well, as they hold the same standard error.
    _, errors = process.communicate(timeout=PATIENCE)
    return process.returncode, errors.decode()


@pytest.mark.parametrize("workers", [1, 2])
def test_killed_midway(tmp_path: Path, small: Path, workers: int) -> None:
    output = tmp_path / "out.jsonl"
    with tagging(output, small, workers) as process:
        # Stopped first, which waits for a write that is under way; SIGKILL alone does not.
        process.send_signal(signal.SIGSTOP)
        os.waitpid(process.pid, os.WUNTRACED)
        process.kill()
        assert finish(process)[0] == -signal.SIGKILL
    assert not output.exists()
    assert whole_lines(part_of(output))


DYING = """
import os, signal
from hoi.cli import main
from hoi.research.batch import Lines

put = Lines._put


def dying(self, data):
    if not self.whole:
        return put(self, data)
    put(self, data[: len(data) // 2 + 5])
    os.kill(os.getpid(), signal.SIGKILL)


Lines._put = dying
main()
"""


def test_killed_in_the_very_midst_of_a_write(tmp_path: Path, small: Path) -> None:
    source, output = write_rows(tmp_path / "in.jsonl"), tmp_path / "out.jsonl"
    output.write_text("earlier\n")
    command = [sys.executable, "-c", DYING, "tag", str(source), "-o", str(output)]
    done = subprocess.run([*command, "--frameworks", str(small)], check=False, timeout=PATIENCE)
    assert done.returncode == -signal.SIGKILL
    assert output.read_text() == "earlier\n"
    assert not rejects_path(output).exists()
    # No program can help that the last line is cut; all before it are whole.
    whole, _, cut = part_of(output).read_bytes().rpartition(b"\n")
    assert cut
    assert len([json.loads(line) for line in whole.splitlines()]) >= CHUNK


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize(("sign", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_stopped_midway(
    tmp_path: Path, small: Path, workers: int, sign: signal.Signals, code: int
) -> None:
    output = tmp_path / "out.jsonl"
    with tagging(output, small, workers) as process:
        if sign == signal.SIGINT:
            os.killpg(process.pid, sign)  # as a terminal does: to the workers too
        else:
            process.send_signal(sign)
        told = finish(process)
    assert told == (code, "hoi: stopped; nothing that looks finished was left behind\n")
    assert not output.exists()
    assert whole_lines(part_of(output))
