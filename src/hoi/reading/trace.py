"""What the reader did with a message, step by step: what `hoi try` shows.

The tracer is the reader itself, taking notes; nothing is read a second way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

from hoi.model.base import Frozen
from hoi.model.conversation import Message, Role
from hoi.model.finding import Finding
from hoi.model.method import Framework, Rule
from hoi.model.tagged import Tier
from hoi.reading.concepts import ANY
from hoi.reading.context import Applied
from hoi.reading.grading import Graded
from hoi.reading.matching import Positions, Row
from hoi.reading.near import Lack, Near, near_sayings
from hoi.reading.reader import (
    SHORT_ANSWER,
    Asked,
    Fragment,
    Heap,
    Objection,
    Reader,
    Reading,
    Tail,
    Talk,
    joined,
    sentences,
    tokens_of,
)
from hoi.reading.tokens import Kind
from hoi.reading.weighing import Scales, Weighed

NEAR_AT_MOST = 5
SIGNS_AT_MOST = 6  # of each kind, on a scorecard
TERMS_AT_MOST = 4
GAP = " .. "
# What is let go first in the list of near misses.
LACKS: tuple[Lack, ...] = ("stop", "border", "far", "order", "missing", "question")


class ReadWord(Frozen):
    """A word or sign as it was typed and as it was read; `start` and `end` in the message."""

    typed: str
    meant: str
    start: int
    end: int


class FoundConcept(Frozen):
    """A concept of one language, and the words that belong to it."""

    id: str
    language: str
    words: tuple[str, ...]


class Said(Frozen):
    """A saying, where it is written, and the words that it matched."""

    saying: str
    file: str
    line: int
    words: str


class Turn(Frozen):
    """What turned a finding: a cue with its words, or (without a cue) what the reader saw itself.

    `sets` is the qualifier.
    """

    sets: str
    cue: str | None = None
    words: str = ""


class Fired(Frozen):
    """A rule that found something: `grade` of the rule, and what is `left` of it in its context."""

    rule: str
    raises: str
    dimension: str | None
    level: str | None
    kind: str | None
    grade: int
    left: int
    qualifiers: tuple[str, ...]
    said: tuple[Said, ...]
    turned: tuple[Turn, ...]


class Silenced(Frozen):
    """A rule whose saying stands, and why it stays silent all the same.

    `why`: `unless` (then `by` is that saying), `not_asked`, `late` or `denied` (an answer: the
    chatter did not ask about it, or it begins too far on, or with a no), `language` (words of both
    languages).
    """

    rule: str
    raises: str
    said: Said
    why: Objection
    by: Said | None = None


class CardSign(Frozen):
    """A sign of a scorecard with its points."""

    sign: str
    points: int


class Card(Frozen):
    """A scorecard: its most telling signs both ways, and the points it came to.

    `total` is the sum of all signs, `points` that sum set against the length of the message, which
    is compared with `ask_at` and `flag_at`.
    """

    id: str
    raises: str
    level: str | None
    tier: Tier | None
    points: int
    total: int
    ask_at: int
    flag_at: int
    for_: tuple[CardSign, ...]
    against: tuple[CardSign, ...]


class Raised(Frozen):
    """A flag with its tier, and the grades of the findings it rests on, by rule."""

    flag: str
    tier: Tier
    level: str | None
    experiencer: str
    time: str
    negated: bool
    grades: tuple[tuple[str, int], ...]


class NearMiss(Frozen):
    """A rule that nearly found something: what its saying lacks, and the words that are there.

    `lack`: `stop` (the end of a sentence stands between), `border` (it must begin or end a
    clause), `far` (too many words or a comma between), `order`, `missing` (`terms` are some of the
    words that would fill the place) or `question` (it reads an answer to `after`).
    """

    rule: str
    raises: str
    grade: int
    saying: str
    lack: Lack
    words: str
    terms: tuple[str, ...] = ()
    concept: str | None = None
    after: str | None = None


class Question(Frozen):
    """A question of the chatter that is open, and the level it asks about."""

    raises: str
    level: str | None


class MessageTrace(Frozen):
    """One message, step by step."""

    number: int
    role: Role
    text: str
    open_questions: tuple[Question, ...]
    read_with: tuple[str, ...]
    words: tuple[ReadWord, ...]
    concepts: tuple[FoundConcept, ...]
    fired: tuple[Fired, ...]
    silenced: tuple[Silenced, ...]
    cards: tuple[Card, ...]
    by_rules: tuple[Raised, ...]
    raised: tuple[Raised, ...]
    near: tuple[NearMiss, ...]


class Trace(Frozen):
    """A few messages, each in the light of those before it."""

    messages: tuple[MessageTrace, ...]


class _Line(NamedTuple):
    """A line that was read, with the pieces before it and the sentences it ends up in."""

    fragment: Fragment
    parts: Sequence[Fragment]
    rows: tuple[Row, ...]


class _Tried(NamedTuple):
    """A rule of which a saying stands."""

    rule: Rule
    row: Row
    positions: Positions
    objection: Objection | None
    finding: Finding | None = None


class _Notes:
    """What happened while one message was read."""

    def __init__(self) -> None:
        self.lines: list[_Line] = []
        self.tried: list[_Tried] = []
        self.by_rules: tuple[Graded, ...] = ()
        self.cards: list[Card] = []
        self.reached: dict[str, tuple[Weighed, Heap]] = {}  # scorecards, with all they weighed


class Tracer(Reader):
    """A reader that can tell what it did. It keeps notes, so it is not to be shared by threads."""

    def __init__(self, framework: Framework) -> None:
        """Compile every saying.

        Raises:
            FrameworkError: if a saying cannot be read, with all such sayings.
        """
        super().__init__(framework)
        self._sets = {cue.id: str(cue.sets) for cue in framework.cues}
        self._sayings_of: dict[str, list[int]] = defaultdict(list)
        for number, rule in self._book.rule_of.items():
            self._sayings_of[rule.id].append(number)
        self._notes = _Notes()

    def trace(self, messages: Sequence[Message]) -> Trace:
        """Read the messages one after the other, and tell of each what was read and why."""
        tail = Tail()
        traced = []
        for message in messages:
            reading = self.read(message, tail)
            traced.append(self._told(message, tail, reading))
            tail = reading.tail
        return Trace(messages=tuple(traced))

    # --- notes, taken where the reader decides -------------------------------------------------

    def read(self, message: Message, tail: Tail) -> Reading:
        """As `Reader.read`."""
        self._notes = _Notes()
        return super().read(message, tail)

    def _read_line(
        self, fragment: Fragment, before: Sequence[Fragment], role: Role, tail: Tail
    ) -> list[Finding]:
        parts = joined(before, fragment)
        tokens = tokens_of(parts)
        fresh = len(tokens) - len(fragment.tokens.items)
        rows = tuple(
            Row(tokens[start:end], start, self._book.index.sift(tokens[start:end]))
            for start, end in sentences(tokens, fresh)
        )
        self._notes.lines.append(_Line(fragment, parts, rows))
        return super()._read_line(fragment, before, role, tail)

    def _objection(
        self, row: Row, rule: Rule, positions: Positions, talk: Talk
    ) -> Objection | None:
        objection = super()._objection(row, rule, positions, talk)
        self._notes.tried.append(_Tried(rule, row, positions, objection))
        return objection

    def _finding(
        self, rule: Rule, row: Row, positions: Positions, applied: Applied, talk: Talk
    ) -> Finding:
        finding = super()._finding(rule, row, positions, applied, talk)
        self._notes.tried[-1] = self._notes.tried[-1]._replace(finding=finding)
        return finding

    def _weigh(
        self,
        scales: Scales,
        fragments: Sequence[Fragment],
        findings: Sequence[Finding],
        graded: Sequence[Graded],
        tail: Tail,
    ) -> list[Finding]:
        self._notes.by_rules = tuple(graded)
        found = super()._weigh(scales, fragments, findings, graded, tail)
        own = [fragment for fragment in fragments if fragment.message == tail.number]
        alone = self._heap(own, findings, tail)
        for item in scales.points(alone.signs):
            reached, heap = self._notes.reached.get(item.card.id, (item, alone))
            self._notes.cards.append(_card(reached, heap, scales))
        return found

    def _weighed_finding(self, item: Weighed, scales: Scales, heap: Heap) -> Finding:
        self._notes.reached[item.card.id] = (item, heap)
        return super()._weighed_finding(item, scales, heap)

    # --- what the notes say ---------------------------------------------------------------------

    def _told(self, message: Message, tail: Tail, reading: Reading) -> MessageTrace:
        notes = self._notes
        earlier = {part.message for line in notes.lines for part in line.parts} - {tail.number}
        return MessageTrace(
            number=tail.number,
            role=message.role,
            text=message.text,
            open_questions=tuple(
                dict.fromkeys(Question(raises=a.target, level=a.level) for a in tail.asked)
            ),
            read_with=tuple(
                part.tokens.text
                for part in tail.fragments
                if message.role == "visitor" and part.message in earlier
            ),
            words=tuple(word for line in notes.lines for word in _words_of(line.fragment)),
            concepts=tuple(self._concepts(notes.lines)),
            fired=tuple(self._fired(notes.tried, reading)),
            silenced=tuple(self._silenced(notes.tried)),
            cards=tuple(notes.cards),
            by_rules=tuple(map(_raised, notes.by_rules)),
            raised=tuple(map(_raised, reading.graded)),
            near=tuple(self._near(message.role, tail.asked)),
        )

    def _concepts(self, lines: Iterable[_Line]) -> Iterator[FoundConcept]:
        rows = [row for line in lines for row in line.rows]
        for (language, name), slot in sorted(self._book.concept_slots.items()):
            words = [
                _words(row, tuple(range(*stretch)))
                for row in rows
                if slot != ANY
                for stretch in row.where(slot)
            ]
            if words:
                yield FoundConcept(id=name, language=language, words=tuple(dict.fromkeys(words)))

    def _fired(self, tried: Iterable[_Tried], reading: Reading) -> Iterator[Fired]:
        """The rules' findings; the reader tells the same one once, whatever sayings found it."""
        groups: dict[tuple[str, frozenset[str]], list[_Tried]] = defaultdict(list)
        for one in tried:
            if one.finding:
                groups[one.rule.id, one.finding.qualifiers].append(one)
        for finding in reading.findings:
            group = groups.pop((finding.rule.id, finding.qualifiers), [])
            rule = finding.rule
            if group:
                yield Fired(
                    rule=rule.id,
                    raises=rule.raises,
                    dimension=rule.dimension,
                    level=finding.level,
                    kind=rule.kind,
                    grade=rule.grade,
                    left=finding.grade,
                    qualifiers=tuple(sorted(finding.qualifiers)),
                    said=tuple(dict.fromkeys(map(self._said, group))),
                    turned=tuple(self._turned(finding, group[0])),
                )

    def _turned(self, finding: Finding, tried: _Tried) -> Iterator[Turn]:
        explained = set()
        for cue, words in self._cue_words(finding, tried.row):
            explained.add(self._sets[cue])
            yield Turn(sets=self._sets[cue], cue=cue, words=words)
        for qualifier in sorted(finding.qualifiers - explained):
            yield Turn(sets=qualifier)

    def _cue_words(self, finding: Finding, row: Row) -> Iterator[tuple[str, str]]:
        """The cues that turned a finding, with their words."""
        known = dict.fromkeys(span.cue for span in finding.cues)
        for match in self._book.index.search(row, self._book.all_cues):
            cue = self._book.cue_of[match.saying].id
            if cue in known:
                known.pop(cue)
                yield cue, _words(row, match.positions)

    def _silenced(self, tried: Iterable[_Tried]) -> Iterator[Silenced]:
        told: dict[tuple[str, str], Silenced] = {}
        for one in tried:
            if one.objection:
                told.setdefault(
                    (one.rule.id, one.objection),
                    Silenced(
                        rule=one.rule.id,
                        raises=one.rule.raises,
                        said=self._said(one),
                        why=one.objection,
                        by=self._unless(one) if one.objection == "unless" else None,
                    ),
                )
        yield from told.values()

    def _said(self, tried: _Tried) -> Said:
        """The saying of a rule that was found at these places."""
        says = sum(1 << number for number in self._sayings_of[tried.rule.id])
        matches = self._book.index.search(tried.row, says)
        number = next(m.saying for m in matches if m.positions == tried.positions)
        return self._written(tried.rule, number, tried.row, tried.positions)

    def _unless(self, tried: _Tried) -> Said:
        match = self._book.index.search(tried.row, self._book.unless[tried.rule.id])[0]
        return self._written(tried.rule, match.saying, tried.row, match.positions)

    def _written(self, rule: Rule, number: int, row: Row, positions: Positions) -> Said:
        line = self._book.line_of[number]
        words = _words(row, positions)
        return Said(saying=line.text, file=rule.place.file, line=line.number, words=words)

    def _near(self, role: Role, asked: Collection[Asked]) -> Iterator[NearMiss]:
        """The nearest misses of flags (of the chatter: of questions about them), one a rule."""
        tried = {one.rule.id for one in self._notes.tried}
        numbers = [
            number
            for number in _numbers(self._book.says[role])
            if self._book.rule_of[number].raises.startswith(("flag/", "ask/"))
            and self._book.rule_of[number].id not in tried
        ]
        lines = self._notes.lines
        parts = list(dict.fromkeys(part for line in lines for part in line.parts))
        rows = [row for line in lines for row in line.rows]
        tokens = tokens_of(parts) if parts else []
        found = list(near_sayings(self._book.index, self._book.lexicon, numbers, tokens, rows))
        if not asked:  # else they were tried, and are told as silenced
            found += self._unasked(rows, role)
        found.sort(key=self._nearest_first)
        nearest: dict[str, Near] = {}
        for near in found:
            nearest.setdefault(self._book.rule_of[near.number].id, near)
        for near in list(nearest.values())[:NEAR_AT_MOST]:
            yield self._near_miss(near)

    def _nearest_first(self, near: Near) -> tuple[int, float, bool, int, int]:
        rule = self._book.rule_of[near.number]
        grave = rule.raises == "flag/suicidality"
        return LACKS.index(near.lack), -near.worth, not grave, -rule.grade, near.number

    def _unasked(self, rows: Iterable[Row], role: Role) -> Iterator[Near]:
        """Answers to a question that the chatter did not ask; of each kind the first."""
        told = set()
        for row in rows:
            for number, positions in self._book.index.search(row, self._book.answers[role]):
                rule = self._book.rule_of[number]
                kind = (rule.after, rule.denies)
                if kind not in told and row.offset + positions[0] <= SHORT_ANSWER:
                    told.add(kind)
                    yield Near(number, "question", None, row, positions, 0.0)

    def _near_miss(self, near: Near) -> NearMiss:
        rule = self._book.rule_of[near.number]
        names = [
            name
            for (language, name), slot in self._book.concept_slots.items()
            if slot == near.slot and language == rule.language
        ]
        terms = [] if near.slot is None else self._book.lexicon.terms(near.slot)
        return NearMiss(
            rule=rule.id,
            raises=rule.raises,
            grade=rule.grade,
            saying=self._book.line_of[near.number].text,
            lack=near.lack,
            words=_words(near.row, near.positions),
            terms=tuple(terms[:TERMS_AT_MOST]),
            concept=next(iter(names), None),
            after=rule.after if near.lack == "question" else None,
        )


def _words_of(fragment: Fragment) -> Iterator[ReadWord]:
    """Each word or sign of a line, with the words it was read as."""
    tokens = fragment.tokens
    placed = [(tokens.span(at, at), token) for at, token in enumerate(tokens.items)]
    for (start, end), group in groupby(placed, key=lambda pair: pair[0]):
        typed = tokens.text[start:end]
        read = [token for _, token in group]
        sign = all(token.kind >= Kind.SOFT for token in read)
        yield ReadWord(
            typed=typed,
            meant=typed if sign else " ".join(token.form for token in read),
            start=fragment.offset + start,
            end=fragment.offset + end,
        )


def _words(row: Row, positions: Positions) -> str:
    """The words at these places, as read; `..` where others stand between."""
    words = row.tokens[positions[0]].form
    for before, place in pairwise(positions):
        words += (" " if place == before + 1 else GAP) + row.tokens[place].form
    return words


def _numbers(among: int) -> Iterator[int]:
    """The numbers in a set of sayings."""
    return (number for number in range(among.bit_length()) if among >> number & 1)


def _card(item: Weighed, heap: Heap, scales: Scales) -> Card:
    card, points = item
    shares = scales.shares(card, heap.signs)
    signs = [CardSign(sign=share.sign, points=share.points) for share in shares]
    above: Tier = "flag" if points >= card.flag_at else "ask"
    return Card(
        id=card.id,
        raises=card.raises,
        level=card.level,
        tier=above if points >= card.ask_at else None,
        points=points,
        total=sum(share.points for share in shares),
        ask_at=card.ask_at,
        flag_at=card.flag_at,
        for_=tuple([sign for sign in signs if sign.points > 0][:SIGNS_AT_MOST]),
        against=tuple([sign for sign in reversed(signs) if sign.points < 0][:SIGNS_AT_MOST]),
    )


def _raised(graded: Graded) -> Raised:
    return Raised(
        flag=graded.flag,
        tier=graded.tier,
        level=graded.level,
        experiencer=graded.experiencer,
        time=graded.time,
        negated=graded.negated,
        grades=tuple((finding.rule.id, finding.grade) for finding in graded.findings),
    )
