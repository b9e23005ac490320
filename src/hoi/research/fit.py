"""Fits scorecards on labelled messages: which words weigh for or against a flag or a topic.

A logistic regression on the signs of a message (`reading.weighing.signs_in`), each sign scaled by
how unevenly it occurs (after Wang and Manning 2012, "Baselines and bigrams"), cut down to the signs
that tell most, and rounded to whole numbers. Where the tiers begin is set on messages that the fit
did not see: by source where files are named for it (`limits`), else by shares of all rows.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]  # has no stubs

from hoi.errors import InputError, Place
from hoi.model.conversation import Conversation, Message
from hoi.model.method import Framework, Line, Scorecard
from hoi.reading.reader import Reader
from hoi.reading.tokens import EDGE
from hoi.reading.weighing import length_of
from hoi.research.formats import read_rows

FOLDS = 5
SCALE = 10  # points for one unit of the regression's weights
RARE = 3  # messages in which a sign must occur
STRENGTH = 0.3  # the inverse of the penalty on weights
ORDINARY = 4.0  # how much an ordinary line counts beside a labelled message
JUDGED = 2.0  # and a message of those on which the limits are set
FEWEST_EXAMPLES, EXAMPLES = 2, 3  # each way
CLEAR = 4  # points between an example and the limit
LONGEST_EXAMPLE = 160  # code points
ONE_LINE = re.compile("[^#].*")  # a line that starts with # is a remark
FEWEST = 25  # messages that a target must hold for
FEWEST_JUDGED = 8  # of them in the rows on which limits are set
TRUST = {"[": 3.0, "{": 1.5}  # how much sooner a rule's word or a concept gets weight
LESS = {"*": 0.7, ".": 0.7}  # and a word's beginning or a far pair later
NOW = ("passive", "active", "plan", "acute")
SUICIDALITY, MEDICATION = "flag/suicidality", "flag/medication_question"
LEVEL_OF = {"active": "active_thoughts", "plan": "intent_or_plan", "acute": "acute"}
# A flag, and those that a reader of one message could hardly part from it.
NEAR: dict[str, tuple[str, ...]] = {
    "self_harm": (),
    "harm_to_others": (),
    "unsafe_home": ("sexual_violence", "child_at_risk", "human_trafficking"),
    "acute_psychosis": ("commanding_voices",),
}
# Flags of which there are too few messages to overrule the rules: their cards only add.
ADDED = (
    "commanding_voices",
    "overdose",
    "sexual_violence",
    "child_at_risk",
    "human_trafficking",
    "eating_danger",
    "intoxication",
)
KIND_OF = {"taper": "tapering_stopping", "start_or_choice": "start_choice"}
KIND_OF |= {kind: kind for kind in ("side_effects", "dose", "interaction")}
KINDS: tuple[str, ...] = (*KIND_OF.values(), "withdrawal", "supply")
HEAD = (
    "# Fitted by `hoi fit`; each line of points: a whole number, a blank, a sign. Correct freely."
)
GROUPS = {"unsafe_home": "unsafe_home_or_abuse"}  # what `hoi evaluate` calls them
LABELS = frozenset(["suicidality", "topics", "medication_question", "self_harm", "flags"])
LABELS |= {"harm_to_others", "acute_psychosis", *GROUPS.values()}
Row = Mapping[str, Any]
Label = Callable[[Row], bool | None]
Numbers: TypeAlias = NDArray[np.float64]
Places: TypeAlias = NDArray[np.int64]
Truths: TypeAlias = NDArray[np.bool_]
Matrix: TypeAlias = "csr_matrix[np.float64]"


class Target(NamedTuple):
    """One scorecard to be fitted.

    `label` says whether a row is an example of it (None: it does not tell). The tiers begin where
    so large a share of the messages that reach them are right, and where at most so many of 1,000
    ordinary lines reach them; a level begins where most messages are put right.
    """

    name: str
    raises: str
    label: Label
    level: str | None = None
    kind: str | None = None
    experiencer: str = "self"
    time: str = "current"
    decides: bool = False
    flag_right: float = 0.85
    ask_right: float = 0.66
    signs: int = 1200
    ordinary_flag: float = 3.0
    ordinary_ask: float = 15.0


class Fitted(NamedTuple):
    """A scorecard's points and tiers, with how many messages it was fitted on."""

    target: Target
    points: dict[str, int]
    ask_at: int
    flag_at: int
    match: tuple[str, ...]
    no_match: tuple[str, ...]
    right: int
    messages: int

    @property
    def is_proven(self) -> bool:
        """Does it have examples enough both ways, without which no card may be loaded?"""
        return min(len(self.match), len(self.no_match)) >= FEWEST_EXAMPLES


def _suicidal(levels: Collection[str], whose: str) -> Label:
    """Is this person suicidal at one of these levels?"""

    def label(row: Row) -> bool | None:
        if "suicidality" not in row:
            return None
        return row["suicidality"] in levels and row.get("experiencer") == whose

    return label


def _kind(kind: str) -> Label:
    """Which kind of medication question, of those that are one."""

    def label(row: Row) -> bool | None:
        if not row.get("medication_question"):
            return None
        return kind == (row.get("kind") or KIND_OF.get(row.get("medication_kind") or "", "other"))

    return label


def _from_level(level: str) -> Label:
    """Is the level so high, of writers who are suicidal now?"""
    now, above = _suicidal(NOW, "self"), NOW[NOW.index(level) :]
    return lambda row: row["suicidality"] in above if now(row) else None


def _flag(name: str, *near: str) -> Label:
    """Rows that hold a flag or one of those `near` it, which a reader could hardly part from it."""

    def label(row: Row) -> bool | None:
        if "flags" in row:
            return bool({name, *near} & set(row["flags"]))
        field = GROUPS.get(name, name)
        return bool(row[field]) if field in row else None

    return label


def _topic(name: str) -> Label:
    return lambda row: name in row["topics"] if row.get("topics") else None


def targets(topics: Iterable[str]) -> list[Target]:
    """What is fitted: suicidality, medication questions, other flags, topics."""
    return [
        *_suicidality_targets(),
        *_medication_targets(),
        *(
            Target(f"flag.{n}", f"flag/{n}", _flag(n, *near), decides=True, signs=2000)
            for n, near in NEAR.items()
        ),
        *(Target(f"flag.{n}", f"flag/{n}", _flag(n), signs=1000) for n in ADDED),
        *(_topic_target(name) for name in topics),
    ]


def _suicidality_targets() -> Iterator[Target]:
    """The writer's now, which matters most and is fitted most finely; another's; past; levels."""
    yield Target(
        "suicidality",
        SUICIDALITY,
        _suicidal(NOW, "self"),
        decides=True,
        flag_right=0.88,
        ask_right=0.7,
        signs=12_000,
        ordinary_flag=1.0,
        ordinary_ask=6.0,
    )
    others, past = _suicidal(NOW, "other"), _suicidal(("past",), "self")
    yield Target("suicidality.other", SUICIDALITY, others, experiencer="other", signs=2000)
    yield Target("suicidality.past", SUICIDALITY, past, time="past", signs=2000)
    for level, name in LEVEL_OF.items():
        label = _from_level(level)
        yield Target(f"suicidality.{name}", SUICIDALITY, label, level=name, signs=1500)


def _medication_targets() -> Iterator[Target]:
    question = _flag("medication_question")
    yield Target(
        "flag.medication_question",
        MEDICATION,
        question,
        decides=True,
        flag_right=0.9,
        ask_right=0.75,
        signs=4000,
    )
    for kind in KINDS:
        yield Target(f"medication.{kind}", MEDICATION, _kind(kind), kind=kind, signs=600)


def _topic_target(name: str) -> Target:
    """A topic is named where recall and precision are best together, whatever ordinary lines do."""
    label = _topic(name)
    return Target(f"topic.{name}", f"topic/{name}", label, decides=True, flag_right=0.75, signs=800)


class Data(NamedTuple):
    """Messages as a matrix: a row a message, a column a sign, set against the message's length."""

    rows: Sequence[Row]
    signs: list[str]
    there: Matrix
    lengths: Numbers
    ordinary: Truths
    tiers: Places  # the source of a row on which limits may be set, -1 of others


def read_signs(framework: Framework, language: str, rows: Sequence[Row]) -> Data:
    """The signs of each row's `text`; ordinary lines are rows with `ordinary: true`."""
    reader = _reader(framework, language)
    found = [reader.signs(Message(role="visitor", text=row["text"])) for row in rows]
    labelled = (s for s, row in zip(found, rows, strict=True) if not row.get("ordinary"))
    counts = Counter(sign for signs in labelled for sign in signs)
    known = sorted(s for s, count in counts.items() if count >= RARE and _is_weighable(s))
    column = {sign: number for number, sign in enumerate(known)}
    places = [
        (i, column[sign]) for i, signs in enumerate(found) for sign in signs if sign in column
    ]
    at = np.array(places, dtype=np.int64).reshape(-1, 2)
    shape = (len(rows), len(known))
    there: Matrix = csr_matrix((np.ones(len(at)), (at[:, 0], at[:, 1])), shape=shape)
    lengths = np.array([length_of(signs) for signs in found])
    sources = sorted({str(row["file"]) for row in rows if row.get("tiers")})
    tiers = [sources.index(str(row["file"])) if row.get("tiers") else -1 for row in rows]
    ordinary = np.array([bool(row.get("ordinary")) for row in rows])
    return Data(rows, known, there, lengths, ordinary, np.array(tiers))


def _is_weighable(sign: str) -> bool:
    """Not the edge, which all messages have, nor a brace that was typed: see `Scales`."""
    return sign != EDGE and (sign[0] != "{" or (sign[-1] == "}" and sign[1:-1].isidentifier()))


def _reader(framework: Framework, language: str) -> Reader:
    """A reader that names every concept of the language among the signs."""
    names = sorted({concept.id for concept in framework.concepts} | {"medication_name"})
    known = {c.id for c in framework.concepts if c.language == language} | {"medication_name"}
    card = Scorecard(
        id=f"{language}.scorecard.all",
        language=language,
        raises="flag/none",
        ask_at=400,
        flag_at=400,
        points=tuple(Line(f"1 {{{name}}}", 1) for name in names if name in known),
        match=(),
        no_match=(),
        source="own",
        status="draft",
        place=Place("fit"),
    )
    return Reader(framework.model_copy(update={"scorecards": (card,)}))


def fit(data: Data, target: Target) -> Fitted | None:
    """The scorecard of one target; None if too few rows hold it, all do, or no sign tells.

    An ordinary line holds no flag and no topic; of which level or kind it is, it does not tell.
    """
    ordinary = None if target.level or target.kind else False
    labels = [ordinary if row.get("ordinary") else target.label(row) for row in data.rows]
    told = np.array([label is not None for label in labels])
    right = np.array([bool(label) for label in labels])
    if right.sum() < FEWEST or right[told].all():
        return None
    points = _points(data, target, told, right)
    if not points.any():
        return None
    ask_at, flag_at = _limits(data, target, told, right)
    chosen = {data.signs[i]: int(points[i]) for i in np.flatnonzero(points)}
    above = np.asarray(data.there @ points) / data.lengths - ask_at
    match = _examples(data, told & right, above)
    no_match = _examples(data, told & ~right, -above)
    counts = int(right.sum()), int(told.sum())
    return Fitted(target, chosen, ask_at, flag_at, match, no_match, *counts)


def _examples(data: Data, able: Truths, beyond: Numbers) -> tuple[str, ...]:
    """The few messages that stand nearest beyond the limit, if they can so that it is clear.

    Of one line each, and only such as may be shown.
    """
    shown = np.array([bool(row.get("shown")) for row in data.rows])
    able_rows = np.flatnonzero(able & shown & ~data.ordinary & (beyond > 0))
    nearest = sorted(able_rows.tolist(), key=lambda row: (beyond[row] < CLEAR, beyond[row], row))
    texts = (str(data.rows[row]["text"]).strip() for row in nearest)
    short = (text for text in texts if len(text) <= LONGEST_EXAMPLE and ONE_LINE.fullmatch(text))
    return tuple(islice(dict.fromkeys(short), EXAMPLES))


def _limits(data: Data, target: Target, told: Truths, right: Truths) -> tuple[int, int]:
    """Where asking and flagging begin, set on rows that the points were not fitted on."""
    by_source = (data.tiers >= 0) & told
    if (by_source & right).sum() >= FEWEST_JUDGED:
        judged = by_source & ~data.ordinary
        folds = np.where(data.ordinary, _by_id(data) % (data.tiers.max() + 1), data.tiers)
    else:
        judged = told & ~data.ordinary
        folds = _by_id(data)
    scores = _unseen(data, target, told, right, folds)
    if target.level or target.kind:
        even = _even(scores[judged], right[judged])
        return even, even
    lines = np.sort(scores[data.ordinary & (folds >= 0)])[::-1]
    if target.raises.startswith("topic/"):
        ask_at = _best(scores[judged], right[judged])
        strong = _where(scores[judged], right[judged], target.flag_right, lines[:0], 0)
        return ask_at, max(ask_at, strong)
    flag_at = _where(scores[judged], right[judged], target.flag_right, lines, target.ordinary_flag)
    ask_at = _where(scores[judged], right[judged], target.ask_right, lines, target.ordinary_ask)
    return min(ask_at, flag_at), flag_at


def _by_id(data: Data) -> Places:
    return np.array([crc32(str(row.get("id")).encode()) % FOLDS for row in data.rows])


def _points(data: Data, target: Target, told: Truths, right: Truths) -> Numbers:
    scale = _trust(data.signs) * _unevenness(data.there, told & right, told & ~right)
    there: Matrix = csr_matrix(data.there[told].multiply(1 / data.lengths[told][:, None]))
    scaled: Matrix = csr_matrix(there.multiply(scale[None, :]))
    counts = np.where(data.ordinary, ORDINARY, np.where(data.tiers >= 0, JUDGED, 1.0))[told]
    weights = _regression(scaled, right[told], counts) * scale
    telling = np.abs(weights) * np.sqrt(_counts(data.there[told]))
    kept = np.argsort(-telling, kind="stable")[: target.signs]
    again = np.zeros(len(scale))
    again[kept] = _regression(scaled[:, kept], right[told], counts) * scale[kept]
    return np.clip(np.round(again * SCALE), -400, 400)


def _trust(signs: Sequence[str]) -> Numbers:
    trust = [LESS["."] if " .. " in s else TRUST.get(s[0], LESS.get(s[-1], 1.0)) for s in signs]
    return np.array(trust)


def _unevenness(there: Matrix, right: Truths, wrong: Truths) -> Numbers:
    """How much likelier each sign is on one side than on the other (the log, without its sign)."""
    one, other = (_counts(there[rows]) + 1 for rows in (right, wrong))
    apart: Numbers = np.log((one / one.sum()) / (other / other.sum()))
    return np.abs(apart)


def _counts(there: Matrix) -> Numbers:
    """In how many messages each sign occurs."""
    return np.asarray(there.sum(0), dtype=np.float64).ravel()


def _regression(there: Matrix, right: Truths, counts: Numbers) -> Numbers:
    model = LogisticRegression(C=STRENGTH, max_iter=1000, solver="liblinear", random_state=0)
    return np.asarray(model.fit(there, right, sample_weight=counts).coef_[0])


def _unseen(data: Data, target: Target, told: Truths, right: Truths, folds: Places) -> Numbers:
    """The points each message gets from a card fitted without its fold (fold -1: none)."""
    scores = np.full(len(right), -400.0)
    for fold in range(int(folds.max()) + 1):
        here = folds == fold
        rest = right[told & ~here]
        if here.any() and rest.any() and not rest.all():
            points = _points(data, target, told & ~here, right)
            scores[here] = (data.there[here] @ points) / data.lengths[here]
    return scores


def _where(
    scores: Numbers, right: Truths, share: float, lines: Numbers, per_thousand: float
) -> int:
    """The lowest score from which on `share` of the messages are right and ordinary lines few."""
    order = np.argsort(-scores, kind="stable")
    precision = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero(precision >= share)
    by_share = scores[order][good[-1]] if len(good) else scores.max()
    allowed = int(len(lines) * per_thousand / 1000)
    by_lines = lines[allowed] + 1 if allowed < len(lines) else -400
    return int(np.clip(np.ceil(max(by_share, by_lines)), -400, 400))


def _best(scores: Numbers, right: Truths) -> int:
    """The score from which on recall and precision are best together (F1)."""
    order = np.argsort(-scores, kind="stable")
    found = np.cumsum(right[order])
    f1 = 2 * found / (np.arange(1, len(order) + 1) + right.sum())
    return int(np.clip(np.ceil(scores[order][int(np.argmax(f1))]), -400, 400))


def _even(scores: Numbers, right: Truths) -> int:
    """The score from which on calling a message right puts most messages right."""
    order = np.argsort(-scores, kind="stable")
    gained = np.cumsum(np.where(right[order], 1, -1))
    return int(np.clip(np.ceil(scores[order][int(np.argmax(gained))]), -400, 400))


def rows_of(
    paths: Sequence[str], limits: Sequence[str] = (), examples: Sequence[str] = ()
) -> tuple[list[Row], list[InputError]]:
    """Labelled messages and ordinary lines from files, all to be fitted on.

    On those of `limits` the tiers are set; those of `examples` may be shown, so they must be
    invented. A row without any label is an ordinary line; whole chats with `gold` are refused.
    Refused rows come back as errors.
    """
    rows: list[Row] = []
    refused: list[InputError] = []
    for sources, use in ((paths, ""), (limits, "tiers"), (examples, "shown")):
        for found in read_rows(sources):
            talk = found.conversation
            if talk is None:
                refused.append(found.error or InputError("not read"))
            elif "gold" in talk.extra:
                what = f"{talk.id}: a chat with `gold`: cards are fitted on messages"
                refused.append(InputError(what, found.place))
            else:
                rows.append(_row(talk, found.place.file, use))
    return rows, refused


def _row(talk: Conversation, file: str, use: str) -> Row:
    return {
        **talk.extra,
        "id": talk.id,
        "language": talk.language,
        "text": "\n".join(m.text for m in talk.messages if m.role == "visitor"),
        "file": file,
        "ordinary": not talk.extra.keys() & LABELS,
        "tiers": use == "tiers" and bool(talk.extra.keys() & LABELS),
        "shown": use == "shown",
    }


def write_cards(folder: Path, language: str, fitted: Iterable[Fitted], source: str) -> list[Path]:
    """Write cards into a framework folder, a file each for suicidality, flags and topics.

    A card takes the place of the one of its id; the other cards of the file stay as they are.
    """
    new: dict[str, dict[str, list[str]]] = {}
    for item in fitted:
        what, _, name = item.target.raises.partition("/")
        file = "topics" if what == "topic" else name if name == "suicidality" else "flags"
        lines = list(as_yaml(item, language, source))
        new.setdefault(file, {})[lines[0]] = lines
    paths = []
    for file, cards in new.items():
        path = folder / "language" / language / "scorecards" / f"{file}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        blocks = {**_cards_in(path), **cards}
        text = [HEAD, "scorecards:", *(line for lines in blocks.values() for line in lines)]
        path.write_text("\n".join(text) + "\n", encoding="utf-8")
        paths.append(path)
    return paths


def _cards_in(path: Path) -> dict[str, list[str]]:
    """The cards that a file holds, each as its lines, by the line of its id."""
    cards: dict[str, list[str]] = {}
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    first = ""
    for line in lines:
        if line.startswith("  - id:"):
            first = line
            cards[first] = []
        if first:
            cards[first].append(line)
    return cards


def as_yaml(fitted: Fitted, language: str, source: str) -> Iterator[str]:
    """The lines of a scorecard in a framework file, the most telling signs first."""
    target = fitted.target
    yield f"  - id: {language}.scorecard.{target.name}"
    yield f"    raises: {target.raises}"
    for key, value, usual in (
        ("level", target.level, None),
        ("kind", target.kind, None),
        ("experiencer", target.experiencer, "self"),
        ("time", target.time, "current"),
        ("decides", "yes" if target.decides else "no", "no"),
    ):
        if value != usual:
            yield f"    {key}: {value}"
    yield f"    ask_at: {fitted.ask_at}"
    yield f"    flag_at: {fitted.flag_at}"
    yield "    points: |"
    for sign, points in sorted(fitted.points.items(), key=lambda item: (-item[1], item[0])):
        yield f"      {points} {sign}"
    yield "    examples:"
    for key, texts in (("match", fitted.match), ("no_match", fitted.no_match)):
        yield f"      {key}: |"
        yield from (f"        {text}" for text in texts)
    told = f"{source}, {fitted.right} of {fitted.messages} messages hold it"
    yield f"    source: {json.dumps(told, ensure_ascii=False)}"  # quoted: any text may be given
    yield "    status: draft"
