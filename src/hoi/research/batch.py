"""Tags many conversations: streaming, on all cores, in input order, with an output to be trusted.

A finished output file appears under its name only when all of it is written; until then, and after
any stop, only `NAME.part` with whole lines is there. (When the system ends the process, or the
power fails, in the very midst of a write, the last line of the part may be cut: no program can
help that. Ctrl-C and an ordinary `kill` wait for the end of the line.)
"""

from __future__ import annotations

import csv
import io
import json
import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, contextmanager, suppress
from functools import partial
from itertools import islice
from pathlib import Path
from typing import IO, Any, Literal, NamedTuple, TypeAlias, TypeVar

from hoi.errors import HoiError, OutputError
from hoi.guidance.guide import load
from hoi.model.conversation import Conversation
from hoi.model.tagged import TaggedConversation
from hoi.reading.grading import highest
from hoi.research.formats import Row

CHUNK = 32
WAITING_PER_WORKER = 4
Format = Literal["jsonl", "csv"]
T = TypeVar("T")
Work: TypeAlias = Callable[[Conversation], T]
# In rows, not one a line: it is read as the header that it is.
CSV_COLUMNS = (
    "id", "language", "main_topic", "topics", "escalate", "ask", "suicidality_level",
    "questions_answered", "chime_d", "life_stage", "life_stage_by", "ending",
)  # fmt: skip


class Outcome(NamedTuple):
    """What became of one input row: a line of output, or the refused row."""

    row: Row
    line: str | None


def tag_rows(
    rows: Iterable[Row], frameworks: str | None = None, workers: int = 1, form: Format = "jsonl"
) -> Iterator[Outcome]:
    """Tag `rows` in order, with `workers` processes; the same lines whatever their number.

    Raises:
        FrameworkError: if the frameworks hold mistakes.
        HoiError: if a worker process died.
    """
    with closing(each_row(rows, partial(_tagger, frameworks, form), workers)) as tagged:
        for row, line in tagged:
            yield Outcome(row, line)


def each_row(
    rows: Iterable[Row], make: Callable[[], Work[T]], workers: int = 1
) -> Generator[tuple[Row, T | None], None, None]:
    """Each row, in order, with what the work makes of its conversation; None if it was refused.

    Args:
        rows: what to work on.
        make: gives the work; called in every process, so it must be a function of a module, or a
            `partial` of one.
        workers: how many processes.

    Raises:
        HoiError: if a worker process died; and whatever `make` raises.
    """
    chunks = _chunks(rows)
    work = make()  # mistakes in the frameworks are said here, not by a worker that dies
    if workers <= 1:
        for chunk in chunks:
            yield from _done(chunk, work)
        return
    with ProcessPoolExecutor(workers, initializer=_start, initargs=(make,)) as pool:
        waiting: deque[Future[list[tuple[Row, T | None]]]] = deque()
        try:
            for chunk in chunks:
                with _undisturbed():  # the workers are started here
                    waiting.append(pool.submit(_do, chunk))
                if len(waiting) >= workers * WAITING_PER_WORKER:
                    yield from waiting.popleft().result()
            while waiting:
                yield from waiting.popleft().result()
        except BrokenProcessPool as error:
            raise HoiError("a worker process died (out of memory?): try fewer --workers") from error
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def header(form: Format) -> str:
    """The first line of an output file, if its format has one."""
    return _csv_line(CSV_COLUMNS) if form == "csv" else ""


class Lines:
    """A file of whole lines: they are held back and put out some at a time.

    Raises (when written to):
        OutputError: if the file cannot take them (a full disk).
        BrokenPipeError: if whoever read our output has gone.
    """

    def __init__(self, file: IO[bytes], name: str) -> None:
        self.whole = 0  # bytes put out, up to the end of a line
        self._file = file
        self._name = name
        self._held: list[str] = []

    def write(self, line: str) -> None:
        """Add one line (with its line end); an empty text adds nothing."""
        self._held.append(line)
        if len(self._held) >= CHUNK:
            self.flush()

    def flush(self) -> None:
        """Put out the lines held back."""
        held, self._held = self._held, []
        data = "".join(held).encode("utf-8", errors="replace")
        try:
            self._put(data)
        except BrokenPipeError:
            raise
        except OSError as error:
            raise _unwritable(self._name, error) from error
        self.whole += len(data)

    def _put(self, data: bytes) -> None:
        left = memoryview(data)
        while left:  # a disk that is nearly full takes a part, and says so only the next time
            left = left[self._file.write(left) :]
        self._file.flush()


@contextmanager
def output_file(path: Path) -> Iterator[Lines]:
    """Write to `path`, which appears only when the block ends well.

    Raises:
        OutputError: if it cannot be written (no such folder, no right, a full disk).
    """
    try:
        if path.exists() and not path.is_file():
            raise OutputError(f"{path} is no ordinary file; name one, or write to standard output")
        target = Path(os.path.realpath(path))
        part = target.with_name(target.name + ".part")
        file = part.open("wb", buffering=0)
    except OSError as error:
        raise _unwritable(path, error) from error
    with file:
        lines = Lines(file, str(path))
        try:
            yield lines
            lines.flush()
        except BaseException:  # Ctrl-C too: what is there must end in a whole line
            _end_whole(file, lines)
            raise
        try:
            os.fsync(file.fileno())
        except OSError as error:
            raise _unwritable(path, error) from error
    try:
        part.replace(target)
    except OSError as error:
        raise _unwritable(path, error) from error


def _end_whole(file: IO[bytes], lines: Lines) -> None:
    """Keep what was done before a stop, but no half line."""
    with suppress(OutputError, OSError):
        lines.flush()
    with suppress(OSError):
        file.truncate(lines.whole)


def _unwritable(name: str | Path, error: OSError) -> OutputError:
    return OutputError(f"{name} cannot be written: {error.strerror or error}")


def rejects_path(output: Path) -> Path:
    """Where the refused rows of `output` go: `OUT.rejects.jsonl`."""
    return output.with_name(
        output.name.removesuffix(".jsonl").removesuffix(".csv") + ".rejects.jsonl"
    )


def rejected(row: Row) -> str:
    """A refused row as a line of the rejects file."""
    error = row.error
    record = {
        "file": row.place.file,
        "line": row.place.line,
        "reason": error.message if error else "",
        "row": row.raw,
    }
    return _json_line(record)


def _tagger(frameworks: str | None, form: Format) -> Work[str]:
    guide = load(frameworks)
    line: Callable[[TaggedConversation], str] = _csv_row if form == "csv" else _json_row
    return lambda conversation: line(guide.tag(conversation))


def _done(rows: Sequence[Row], work: Work[T]) -> list[tuple[Row, T | None]]:
    return [(row, None if row.conversation is None else work(row.conversation)) for row in rows]


_work: list[Work[Any]] = []  # one in each worker process


@contextmanager
def _undisturbed() -> Iterator[None]:
    # A worker takes over what its parent blocks: Ctrl-C waits until the worker ignores it.
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _start(make: Callable[[], Work[Any]]) -> None:
    # Ctrl-C reaches every process of the terminal; the main one stops the others itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _work[:] = [make()]


def _end_with_parent() -> None:
    # A main process that is killed cannot stop its workers: they would wait for ever.
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _do(rows: Sequence[Row]) -> list[tuple[Row, Any]]:
    return _done(rows, _work[0])


def _chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    iterator = iter(rows)
    while chunk := list(islice(iterator, CHUNK)):
        yield chunk


def _json_row(tagged: TaggedConversation) -> str:
    return _json_line(tagged.model_dump(mode="json"))


def _json_line(record: object) -> str:
    return json.dumps(record, ensure_ascii=False, separators=(", ", ": ")) + "\n"


def _csv_row(tagged: TaggedConversation) -> str:
    """One conversation as one row: only what a table can hold, for a first look."""
    escalating = [flag for flag in tagged.flags if flag.escalate]
    levels = [flag.level for flag in escalating if flag.id == "suicidality" and flag.level]
    main = next((topic.id for topic in tagged.topics if topic.main), "")
    return _csv_line(
        (
            tagged.id,
            tagged.language or "",
            main,
            _listed(topic.id for topic in tagged.topics),
            _listed(flag.id for flag in escalating),
            _listed(flag.id for flag in tagged.flags if flag.tier == "ask" and not flag.negated),
            highest(levels) or "",
            _listed(question.id for question in tagged.hoi_questions if question.answered),
            _listed(element.id for element in tagged.chime_d),
            tagged.life_stage.id or "",
            tagged.life_stage.by,
            tagged.ending,
        )
    )


def _listed(names: Iterable[str]) -> str:
    return ";".join(dict.fromkeys(names))


def _csv_line(values: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(values)
    return line.getvalue()
