"""The tables of an evaluation: which figures stand beside each other, and beside which baseline."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from hoi.research.evaluate import BASELINE, HOI, Case, Kind
from hoi.research.gold import FLAGS_OF, KINDS_OF, LEVELS_OF, SUICIDALITY_LABELS
from hoi.research.scores import Figure, Sample

Cell = Figure | int | str
NONE = "(none)"

FLAGS = {
    "self_harm": "self-harm",
    "medication_question": "medication question",
    "harm_to_others": "harm to others",
    "unsafe_home_or_abuse": "unsafe home or abuse",
    "acute_psychosis": "acute psychosis",
}
TOGETHER = [name for name in FLAGS_OF if name != "medication_question"]
TIERS = {"flag": "flag", "found": "flag or ask"}
READ_AS = ("passive_wish", "active_thoughts", "method", "intent_or_plan", "acute", "no level")
READINGS = (*READ_AS, "ask", "nothing")


class Column(NamedTuple):
    """A column: its name in JSON, and its heading."""

    id: str
    heading: str


class Table(NamedTuple):
    """Some figures with a title and what must be known to read them."""

    id: str
    title: str
    note: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


WHAT = Column("what", "")
DECISION = (
    WHAT,
    Column("recall", "recall"),
    Column("precision", "precision"),
    Column("f1", "F1"),
    Column("baseline_recall", "baseline recall"),
    Column("baseline_precision", "baseline precision"),
    Column("baseline_f1", "baseline F1"),
)
SHARE = (WHAT, Column("share", "share"), Column("baseline_share", "baseline"))
RATE = (WHAT, Column("rate", "rate"), Column("baseline_rate", "baseline"))


def tables(cases: Sequence[Case], by: Sequence[str] = ()) -> list[Table]:
    """All tables that the cases have figures for, then one for each field of `by`.

    Args:
        cases: as `evaluate` judged them.
        by: names of fields to group by; see `unknown_fields` for those that no case has.
    """
    made: list[Table] = []
    for kind, make in (("message", _messages), ("line", _lines), ("chat", _chats)):
        some = [case for case in cases if case.kind == kind]
        if some:
            made += make(some)
    for field in by:
        for kind in ("message", "line", "chat"):
            made += _by(field, [case for case in cases if case.kind == kind])
    return made


def unknown_fields(cases: Iterable[Case], by: Iterable[str]) -> list[str]:
    """The fields of `by` that no case has."""
    known = {name for case in cases for name in case.fields}
    return [field for field in by if field not in known]


def sample(cases: Iterable[Case]) -> Sample:
    """The marks of the cases, each case a row to be drawn."""
    return Sample([mark for mark, _ in case.marks] for case in cases)


# --- messages -----------------------------------------------------------------------------------


def _messages(cases: Sequence[Case]) -> Iterator[Table]:
    marks = sample(cases)
    if any(case.label for case in cases):
        yield from _suicidality(cases, marks)
        yield _traps(cases)
    yield from _other_flags(marks)
    yield from _topics(marks, "topic", "Topics of single messages")


def _suicidality(cases: Sequence[Case], marks: Sample) -> Iterator[Table]:
    now = (decision(marks, name, f"now/{tier}") for tier, name in TIERS.items())
    yield Table(
        "suicidal_now",
        "The writer, suicidal now",
        "Labelled: a level, and the writer's own. Baseline: a keyword list.",
        DECISION,
        tuple(now),
    )
    shares = {
        "plan and acute: found (flag or ask)": ("urgent/found",),
        "plan and acute: flagged": ("urgent/flag",),
        "level right, of those flagged": ("level",),
        "traps not flagged": ("silent/trap/flag",),
        "traps neither flagged nor asked": ("silent/trap/found",),
        "plain messages not flagged": ("silent/plain/flag",),
        "past suicidality noted as past": ("past",),
    }
    yield Table(
        "suicidal_now_shares",
        "The writer, suicidal now: shares",
        "A trap is a message that is not suicidal now and names a trap, the past or another "
        "person. Baseline: a keyword list, with the most common level.",
        SHARE,
        tuple(_share(marks, name, *measures) for name, measures in shares.items()),
    )
    yield Table(
        "levels",
        "Levels",
        "Each level as a decision of its own, on the tier flag. Baseline: a keyword list, with the "
        "most common level.",
        DECISION,
        tuple(decision(marks, level, f"level/{level}") for level in LEVELS_OF),
    )
    yield _confusion(cases)


def _confusion(cases: Sequence[Case]) -> Table:
    counted = Counter((case.label, case.read_as) for case in cases if case.label)
    labels = [*SUICIDALITY_LABELS, "another person"]
    return Table(
        "level_confusion",
        "Levels: labelled (rows) and read as (columns)",
        "Messages. `ask`: only ask openly; `nothing`: neither flag nor ask.",
        (Column("label", "label"), *(Column(name, name.replace("_", " ")) for name in READINGS)),
        tuple((label, *(counted[label, name] for name in READINGS)) for label in labels),
    )


def _traps(cases: Sequence[Case]) -> Table:
    columns = (
        Column("trap", "trap"),
        Column("messages", "messages"),
        Column("not_flagged", "not flagged, of those not suicidal now"),
        Column("silent", "neither flagged nor asked"),
        Column("flagged", "flagged, of those suicidal now"),
        Column("found", "flagged or asked"),
        Column("baseline_not_flagged", "baseline not flagged"),
        Column("baseline_flagged", "baseline flagged"),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            name,
            len(some),
            _silent(marks, "flag"),
            _silent(marks, "found"),
            marks.recall("now/flag"),
            marks.recall("now/found"),
            _silent(marks, "flag", BASELINE),
            marks.recall("now/flag", by=BASELINE),
        )
        for name, some, marks in _groups(cases, "trap")
    ]
    note = "Baseline: a keyword list. (past), (another person): so labelled, with no trap named."
    return Table("traps", "By kind of trap", note, columns, tuple(rows))


def _silent(marks: Sample, tier: str, by: str = HOI) -> Figure:
    return marks.recall(f"silent/trap/{tier}", f"silent/plain/{tier}", by=by)


def _other_flags(marks: Sample) -> Iterator[Table]:
    names = [name for name in FLAGS_OF if marks.measures(f"{name}/")]
    rows = [
        decision(marks, f"{FLAGS[name]}: {words}", f"{name}/{tier}")
        for name in names
        for tier, words in TIERS.items()
    ]
    for tier, words in TIERS.items():
        measures = [f"{name}/{tier}" for name in TOGETHER]
        rows.append(decision(marks, f"the four without medication: {words}", *measures))
    for tier, words in TIERS.items():
        rows.append(decision(marks, f"another person suicidal: {words}", f"other/{tier}"))
    if names or marks.measures("other/"):
        yield Table(
            "other_flags",
            "Other flags",
            "The four: self-harm, harm to others, unsafe home or abuse, acute psychosis, their "
            "counts added up. Baseline: a keyword list.",
            DECISION,
            tuple(rows),
        )
    if marks.measures("asked/"):
        yield _kinds(marks)


def _kinds(marks: Sample) -> Table:
    columns = (
        Column("kind", "kind"),
        Column("found", "found (flag or ask)"),
        Column("right", "kind right, of those found"),
        Column("baseline_found", "baseline found"),
        Column("baseline_right", "baseline kind right"),
    )
    rows = [
        (
            name,
            marks.recall(*(f"asked/{kind}" for kind in kinds)),
            marks.recall(*(f"kind/{kind}" for kind in kinds)),
            marks.recall(*(f"asked/{kind}" for kind in kinds), by=BASELINE),
            marks.recall(*(f"kind/{kind}" for kind in kinds), by=BASELINE),
        )
        for name, kinds in {"all": tuple(KINDS_OF), **{kind: (kind,) for kind in KINDS_OF}}.items()
    ]
    note = "Baseline: a keyword list, with the most common kind."
    return Table("medication_kinds", "Kinds of medication question", note, columns, tuple(rows))


def _topics(marks: Sample, start: str, title: str) -> Iterator[Table]:
    measures = marks.measures(f"{start}/")
    if not measures:
        return
    dash = Figure(None)
    macro = marks.macro_f1(*measures), marks.macro_f1(*measures, by=BASELINE)
    yield Table(
        start.replace(" ", "_") + "s",
        title,
        "Micro: all decisions together. Macro: the mean F1 of the topics that are labelled at "
        "all. Baseline: the most common topic, always.",
        DECISION,
        (
            decision(marks, "all topics, micro", *measures),
            ("all topics, macro", dash, dash, macro[0], dash, dash, macro[1]),
            *(decision(marks, name.partition("/")[2], name) for name in measures),
        ),
    )


# --- ordinary lines and chats -------------------------------------------------------------------

LINES = {
    "suicidality: flags": "lines/suicidality/flag",
    "suicidality: asks": "lines/suicidality/ask",
    "any flag": "lines/all/flag",
    "any ask": "lines/all/ask",
}
FALSE_FLAGS = {
    "each kind once a chat": "chat/false",
    "every message": "chat/false message",
}


def _each(marks: Sample, start: str) -> dict[str, str]:
    """The measures that begin so, by the flag they end in."""
    return {f"of these {name.removeprefix(start)}": name for name in marks.measures(start)}


def _lines(cases: Sequence[Case]) -> Iterator[Table]:
    marks = sample(cases)
    yield Table(
        "ordinary_lines",
        "Ordinary lines: alarms per 1,000",
        "Rows without labels: every message of a visitor is a line. A line that is flagged is not "
        "counted as asked too. Baseline: a keyword list.",
        RATE,
        tuple(
            (name, *(marks.rate(measure, 1000, "lines/further", by) for by in (HOI, BASELINE)))
            for name, measure in (LINES | _each(marks, "lines/flag/")).items()
        ),
    )


def _chats(cases: Sequence[Case]) -> Iterator[Table]:
    marks = sample(cases)
    shares = {
        "flags found (flag or ask)": "chat/found",
        "flags found, in the tier flag": "chat/flag",
        "at the right message": "chat/at",
        "at the right message or the visitor's next": "chat/near",
        "highest level right, of the chats flagged": "chat/level",
    }
    rows = [_share(marks, name, measure) for name, measure in shares.items()]
    rows += [
        _share(marks, f"{FLAGS.get(name, name)}: {words}", f"chat/{measure}/{name}")
        for name in ("suicidality", "past", *FLAGS_OF)
        for measure, words in (("found", "found"), ("near", "at the right message or the next"))
        if marks.count(f"chat/found/{name}") != (0, 0, 0)
    ]
    note = (
        "Found: the same flag and person, anywhere in the chat. Baseline: a keyword list, with the "
        "most common level."
    )
    yield Table("chats", "Whole chats", note, SHARE, tuple(rows))
    yield Table(
        "chats_false_flags",
        "Whole chats: false flags per 10 chats",
        "Passed on though no label of the chat says so. Baseline: a keyword list.",
        RATE,
        tuple(
            (name, *(marks.rate(measure, 10, by=by) for by in (HOI, BASELINE)))
            for name, measure in (FALSE_FLAGS | _each(marks, "chat/false/")).items()
        ),
    )
    yield from _topics(marks, "chat topic", "Topics of whole chats")


# --- by a field of one's own --------------------------------------------------------------------


def _by(field: str, cases: Sequence[Case]) -> Iterator[Table]:
    if not any(field in case.fields for case in cases):
        return
    kind = cases[0].kind
    columns = _BY[kind]
    headings = (Column("group", field), Column("rows", "rows"))
    rows: list[tuple[Cell, ...]] = [
        (name, len(some), *(figure(marks) for figure in columns.values()))
        for name, some, marks in _groups(cases, field)
    ]
    yield Table(
        f"{kind}s_by_{field}",
        f"{kind.capitalize()}s by {field}",
        "",
        (*headings, *(Column(name.replace(" ", "_").replace(":", ""), name) for name in columns)),
        tuple(rows),
    )


def _groups(cases: Iterable[Case], field: str) -> Iterator[tuple[str, list[Case], Sample]]:
    groups: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        for value in _values(case.fields, field):
            groups[value].append(case)
    for name in sorted(groups, key=lambda name: (-len(groups[name]), name)):
        yield name, groups[name], sample(groups[name])


def _values(fields: Mapping[str, Any], field: str) -> list[str]:
    """The groups a row is in: each item of a list is one."""
    value = fields.get(field)
    items = value if isinstance(value, list) else [value]
    return list(dict.fromkeys(map(_named, items))) or [NONE]


def _named(value: Any) -> str:
    if value is None or value == "":
        return NONE
    return str(value).lower() if isinstance(value, bool) else str(value)


_Figure = Callable[[Sample], Figure]


def _topic_f1(start: str) -> _Figure:
    return lambda marks: marks.f1(*marks.measures(f"{start}/"))


def _per_thousand(measure: str) -> _Figure:
    return lambda marks: marks.rate(measure, 1000, "lines/further")


_BY: dict[Kind, dict[str, _Figure]] = {
    "message": {
        "flag: recall": lambda marks: marks.recall("now/flag"),
        "flag: precision": lambda marks: marks.precision("now/flag"),
        "flag or ask: recall": lambda marks: marks.recall("now/found"),
        "flag or ask: precision": lambda marks: marks.precision("now/found"),
        "plan, acute found": lambda marks: marks.recall("urgent/found"),
        "level right": lambda marks: marks.recall("level"),
        "traps not flagged": lambda marks: marks.recall("silent/trap/flag"),
        "medication: recall": lambda marks: marks.recall("medication_question/found"),
        "medication: precision": lambda marks: marks.precision("medication_question/found"),
        "topics: micro F1": _topic_f1("topic"),
    },
    "line": {f"{name} per 1,000": _per_thousand(measure) for name, measure in LINES.items()},
    "chat": {
        "flags found": lambda marks: marks.recall("chat/found"),
        "at the right message or the next": lambda marks: marks.recall("chat/near"),
        "level right": lambda marks: marks.recall("chat/level"),
        "false flags per 10": lambda marks: marks.rate("chat/false", 10),
        "topics: micro F1": _topic_f1("chat topic"),
    },
}


# --- rows ---------------------------------------------------------------------------------------


def decision(marks: Sample, name: str, *measures: str) -> tuple[Cell, ...]:
    """A row: recall, precision and F1 of `measures`, by hoi and by the baseline."""
    figures: list[Cell] = [name]
    for by in (HOI, BASELINE):
        figures += [
            marks.recall(*measures, by=by),
            marks.precision(*measures, by=by),
            marks.f1(*measures, by=by),
        ]
    return tuple(figures)


def _share(marks: Sample, name: str, *measures: str) -> tuple[Cell, ...]:
    return name, marks.recall(*measures), marks.recall(*measures, by=BASELINE)
