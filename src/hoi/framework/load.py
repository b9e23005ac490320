"""Reads a folder of framework files into a `Framework`, or says all that is wrong with it."""

from __future__ import annotations

import hashlib
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from hoi.errors import FrameworkError, Place, Problem
from hoi.framework.concepts import check_concepts
from hoi.framework.references import check_language, check_references
from hoi.framework.sense import check_sense
from hoi.framework.yaml_text import Items, Mapping, Value, read_yaml
from hoi.model.base import LANGUAGES
from hoi.model.method import (
    ChimeD,
    Concept,
    Counsel,
    Cue,
    Erikson,
    Escalation,
    Framework,
    Hoi,
    Line,
    Medication,
    Rule,
    Scorecard,
    Spelling,
    Topics,
    Trajectory,
)

METHODS: dict[str, type[BaseModel]] = {
    "hoi": Hoi,
    "chime_d": ChimeD,
    "erikson": Erikson,
    "topics": Topics,
    "escalation": Escalation,
    "medication": Medication,
    "trajectory": Trajectory,
    "advice": Counsel,
}
BLOCKS = ("says", "unless", "terms", "points")
EXAMPLES = ("match", "no_match")
UNREADABLE = "\ufffd"
YES_NO = {"yes": True, "no": False}
ANSWERS = frozenset(  # the keys whose values are yes or no
    ["confirm", "escalate", "whoever", "past", "stops", "denies", "decides", "good", "heavy"]
)

Model = TypeVar("Model", bound=BaseModel)


def shipped() -> Path:
    """The folder of the frameworks that come with hoi (also in a source checkout)."""
    try:
        return Path(str(resources.files("hoi.frameworks")))
    except ModuleNotFoundError:
        return Path(__file__).resolve().parents[3] / "frameworks"


def load_framework(folder: Path | None = None) -> Framework:
    """Read `folder` (the shipped frameworks if None).

    Raises:
        FrameworkError: with every problem found, each with file, line and id.
    """
    framework, problems = read_framework(folder or shipped())
    errors = [problem for problem in problems if problem.severity == "error"]
    if framework is None or errors:
        raise FrameworkError(errors)
    return framework


def read_framework(folder: Path) -> tuple[Framework | None, list[Problem]]:
    """Read `folder`: the framework (None if it cannot be built) and all problems found."""
    files = _files(folder)
    if not files:
        place = Place(str(folder))
        what = "in this folder" if folder.is_dir() else "here: there is no such folder"
        return None, [Problem("no-files", f"no framework files (*.yaml) {what}", place)]
    reader = _Reader()
    reader.problems += _other_files(folder)
    for name, content in files.items():
        reader.read(name, content)
    return reader.framework(_digest(files)), reader.problems


def _files(folder: Path) -> dict[str, str]:
    files: dict[str, str] = {}
    for path in sorted(folder.rglob("*.yaml")):
        text = path.read_bytes().decode("utf-8-sig", errors="replace").replace("\r\n", "\n")
        files[path.relative_to(folder).as_posix()] = text
    return files


def _other_files(folder: Path) -> list[Problem]:
    """A problem for each YAML file under another ending: its rules would be lost unseen."""
    message = "is not read: framework files end in .yaml"
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.yml"))
    return [Problem("file-name", message, Place(name)) for name in names]


def _not_utf8(text: str, name: str) -> list[Problem]:
    """A problem for each line with bytes that are no UTF-8 (they became U+FFFD)."""
    lines = text.split("\n") if UNREADABLE in text else []
    message = "not UTF-8: save the file as UTF-8"
    return [
        Problem("encoding", message, Place(name, number))
        for number, line in enumerate(lines, 1)
        if UNREADABLE in line
    ]


def _digest(files: dict[str, str]) -> str:
    digest = hashlib.sha256()
    for name, text in sorted(files.items()):
        digest.update(f"{name}\0{text}\0".encode())
    return digest.hexdigest()


class _Reader:
    """Collects the parts of a framework, and the problems, file by file."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.methods: dict[str, Any] = {}
        self.concepts: list[Concept] = []
        self.cues: list[Cue] = []
        self.rules: list[Rule] = []
        self.scorecards: list[Scorecard] = []
        self.spelling: dict[str, Spelling] = {}

    def read(self, name: str, content: str) -> None:
        value, problems = read_yaml(content, name)
        self.problems += [*_not_utf8(content, name), *problems]
        if value is None:
            return
        if not isinstance(value, Mapping):
            self._wrong("shape", "a file must hold `key: value` lines", Place(name, 1))
        elif name.startswith("language/"):
            self._read_language(name, value)
        elif (stem := Path(name).stem) in METHODS and "/" not in name:
            model = self._build(METHODS[stem], value, Place(name, 1))
            if model is not None:
                self.methods[stem] = model
        else:
            known = ", ".join(METHODS)
            self._wrong("unknown-file", f"not a framework file (known: {known})", Place(name))

    def _read_language(self, name: str, value: Mapping) -> None:
        language = name.split("/")[1]
        if language not in LANGUAGES:
            self._wrong("unknown-language", f"no language '{language}'", Place(name))
        elif name.endswith("/spelling.yaml"):
            self._read_spelling(language, value, Place(name, 1))
        else:
            for key, items in value.items():
                if key not in ("concepts", "cues", "rules", "scorecards"):
                    at = Place(name, value.key_lines[key])
                    self._wrong("unknown-key", f"'{key}' is not known here", at)
                elif isinstance(items, Items):
                    self._read_items(key, items, name, language)
                else:
                    at = Place(name, value.lines[key])
                    self._wrong("shape", f"'{key}' must be a list: lines that start with '- '", at)

    def _read_items(self, key: str, items: Items, name: str, language: str) -> None:
        for item, line in zip(items, items.lines, strict=True):
            place = Place(name, line)
            if not isinstance(item, Mapping):
                self._wrong("shape", f"each of the {key} is a set of `key: value` lines", place)
                continue
            place = Place(name, line, str(item.get("id", "")))
            data: dict[str, Any] = {**_plain(item), "language": language, "place": place}
            for block in BLOCKS:
                if block in item:
                    data[block] = _lines(item[block], item.lines[block])
                    if not data[block]:
                        self._wrong("empty", f"'{block}' holds nothing", place)
            if key == "concepts":
                self._add(self.concepts, Concept, data, item, place)
            elif key == "cues":
                self._add(self.cues, Cue, data, item, place)
            elif key == "scorecards":
                self._examples(data, item, place)
                self._add(self.scorecards, Scorecard, data, item, place)
            else:
                self._examples(data, item, place)
                self._add(self.rules, Rule, data, item, place)

    def _examples(self, data: dict[str, Any], item: Mapping, place: Place) -> None:
        examples = item.get("examples")
        data.pop("examples", None)
        given = examples if isinstance(examples, Mapping) else Mapping(place.line)
        for key, line in given.key_lines.items():
            if key not in EXAMPLES:
                message = f"'{key}' is not known in examples: write {' or '.join(EXAMPLES)}"
                self._wrong("unknown-key", message, place._replace(line=line))
        for key in EXAMPLES:
            lines = _lines(given[key], given.lines[key]) if key in given else ()
            data[key] = lines
            if len(lines) < 2:
                self._wrong("examples", f"needs two or more `{key}` examples", place)

    def _add(
        self, to: list[Model], kind: type[Model], data: dict[str, Any], item: Mapping, place: Place
    ) -> None:
        if not str(data.get("id", "")):
            self._wrong("no-id", "has no `id`", place)
            return
        model = self._build(kind, data, place, item)
        if model is not None:
            to.append(model)

    def _read_spelling(self, language: str, value: Mapping, place: Place) -> None:
        words: dict[str, str] = {}
        start = value.lines.get("words", 1)
        for line in _lines(value.pop("words", ""), start):
            left, equals, right = (part.strip() for part in line.text.partition("="))
            if not equals or not left or not right:
                at = Place(place.file, line.number)
                self._wrong("spelling", f"write `typed = meant`, not '{line.text}'", at)
            for typed in left.split():
                words[typed] = right
        data: dict[str, Any] = {key: str(text).split() for key, text in value.items()}
        model = self._build(Spelling, {**data, "language": language, "words": words}, place, value)
        if model is not None:
            self.spelling[language] = model

    def _build(
        self, kind: type[Model], data: Any, place: Place, lines: Value | None = None
    ) -> Model | None:
        value = data if lines is None else lines
        plain = _plain(data) if isinstance(data, Mapping) else data
        try:
            return kind.model_validate(_booleans(plain))
        except ValidationError as error:
            for detail in error.errors():
                at = Place(place.file, _line_of(value, detail["loc"], place.line), place.item)
                self._wrong("value", _sentence(detail["loc"], detail["msg"]), at)
            return None

    def _wrong(self, code: str, message: str, place: Place) -> None:
        self.problems.append(Problem(code, message, place))

    def framework(self, digest: str) -> Framework | None:
        self.problems += check_language(self.concepts, self.cues, self.rules, self.scorecards)
        self.problems += check_concepts(self.concepts, self.cues, self.rules, self.scorecards)
        self.problems += check_sense(self.cues, self.rules, self.scorecards)
        missing = [name for name in METHODS if name not in self.methods]
        missing += [f"language/{x}/spelling" for x in LANGUAGES if x not in self.spelling]
        if missing:
            if not self.problems:
                for name in missing:
                    self._wrong("missing-file", f"{name}.yaml is missing", Place(f"{name}.yaml"))
            return None
        framework = Framework.model_construct(
            **self.methods,
            concepts=tuple(self.concepts),
            cues=tuple(self.cues),
            rules=tuple(self.rules),
            scorecards=tuple(self.scorecards),
            spelling=self.spelling,
            digest=digest,
        )
        self.problems += check_references(framework)
        return framework


def _plain(value: Value) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(child) for key, child in value.items()}
    if isinstance(value, Items):
        return [_plain(child) for child in value]
    return value


def _booleans(value: Any) -> Any:
    # All scalars are text; only the answers of yes/no keys become booleans, before validation.
    if isinstance(value, dict):
        return {
            key: YES_NO.get(child, child)
            if key in ANSWERS and isinstance(child, str)
            else _booleans(child)
            for key, child in value.items()
        }
    if isinstance(value, list):
        return [_booleans(child) for child in value]
    return value


def _lines(value: Value, start: int) -> tuple[Line, ...]:
    texts = [str(item) for item in value] if isinstance(value, Items) else str(value).split("\n")
    numbered = ((text.strip(), start + offset) for offset, text in enumerate(texts))
    return tuple(Line(text, n) for text, n in numbered if text and not text.startswith("#"))


def _sentence(location: tuple[int | str, ...], message: str) -> str:
    """What pydantic says, with the way to the value: `grading.flag_at: Input should be ...`."""
    where = ".".join(str(part) for part in location if part != "[key]")
    said = message.removeprefix("Value error, ")
    return f"{where}: {said}" if where else said


def _line_of(value: Any, location: tuple[int | str, ...], line: int) -> int:
    """The line of the innermost value on the way to `location`."""
    for part in location:
        if isinstance(value, Mapping):
            line = value.key_lines.get(str(part), value.line)
            value = value.get(str(part))
        elif isinstance(value, Items) and isinstance(part, int) and part < len(value):
            line = value.lines[part]
            value = value[part]
        else:
            break
    return line
