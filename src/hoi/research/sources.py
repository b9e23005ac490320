"""Opens what is to be read: files, folders and standard input, each perhaps gzipped."""

from __future__ import annotations

import gzip
import io
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hoi.errors import Place
from hoi.research.csv_rows import Columns, Csv
from hoi.research.encoding import lines_of
from hoi.research.found import Found
from hoi.research.json_rows import read_json, read_json_lines

STANDARD_INPUT = "-"
KINDS = (".jsonl", ".json", ".csv")


def read_source(source: str | Path, columns: Columns) -> Iterator[Found]:
    """What a file, the files of a folder, or standard input (`-`) hold."""
    if source == STANDARD_INPUT:
        yield from _read_stream("stdin", ".jsonl", _standard_input, columns)
        return
    path = Path(source)
    try:
        paths = _in_folder(path) if path.is_dir() else [path]
    except (OSError, ValueError) as error:
        yield Found(Place(str(path)), problem=_cannot_open("folder", error))
        return
    if not paths:
        kinds = ", ".join(KINDS)
        yield Found(
            Place(str(path)),
            problem=f"the folder holds no {kinds} file (nor one with .gz); name the files instead",
        )
    for one in paths:
        yield from _read_stream(str(one), _named_kind(one), _opener(one), columns)


def _in_folder(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if _named_kind(path) and not path.is_dir())


def _named_kind(path: Path) -> str:
    """`.jsonl`, `.json` or `.csv`, as the name says; empty if it does not say."""
    name = path.name.lower().removesuffix(".gz")
    return next((kind for kind in KINDS if name.endswith(kind)), "")


def _opener(path: Path) -> Callable[[], io.BufferedReader]:
    return lambda: path.open("rb")


def _standard_input() -> io.BufferedReader:
    # A reader of its own, because what stands in for standard input cannot always be peeked at.
    return io.BufferedReader(_Unclosed(sys.stdin.buffer))


class _Unclosed(io.RawIOBase):
    """Reads another stream and leaves it open."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        count: int = self._stream.readinto1(buffer)
        return count


def _read_stream(
    file: str, kind: str, opener: Callable[[], io.BufferedReader], columns: Columns
) -> Iterator[Found]:
    try:
        with opener() as raw, _unpacked(raw) as stream:
            yield from _read_kind(file, kind, stream, columns)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        problem = (
            f"the gzip file is damaged or cut off ({error}); what came before was read, "
            "so make or fetch the file again"
        )
        yield Found(Place(file), problem=problem)
    except (OSError, ValueError) as error:
        yield Found(Place(file), problem=_cannot_open("file", error))


def _cannot_open(what: str, error: Exception) -> str:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return f"the {what} cannot be read ({reason}); check the name and your right to read it"


@contextmanager
def _unpacked(raw: io.BufferedReader) -> Iterator[io.BufferedReader[Any]]:
    """`raw` itself, or its content if it is gzipped, whatever its name says."""
    if not raw.peek(2).startswith(b"\x1f\x8b"):
        yield raw
        return
    with gzip.GzipFile(fileobj=raw) as packed, io.BufferedReader(packed) as stream:
        yield stream


def _read_kind(
    file: str, kind: str, stream: io.BufferedReader[Any], columns: Columns
) -> Iterator[Found]:
    start = stream.peek(64)
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        yield Found(Place(file), problem="the file is in UTF-16; save it as UTF-8")
        return
    if start.startswith(b"\xef\xbb\xbf"):
        stream.read(3)
        start = start[3:]
    # What starts with a list is most likely an array, whatever the name says.
    first = start.lstrip()[:1]
    if kind == ".csv":
        yield from Csv(file, lines_of(stream), columns).read()
    elif kind == ".json" or first == b"[":
        yield from read_json(file, stream.read())
    elif kind == ".jsonl" or first in (b"{", b""):
        yield from read_json_lines(file, lines_of(stream))
    else:
        yield Found(
            Place(file),
            problem="what kind of file this is cannot be told; name it .jsonl, .json or .csv",
        )
