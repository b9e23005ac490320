"""Reads a message in its context: `read(message, tail) -> Reading`, a pure function.

normalise -> tokens -> concepts -> sayings -> matching -> context -> grading
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

from hoi.model.conversation import Message, Role
from hoi.model.finding import CueSpan, Finding, Span
from hoi.model.method import Framework, Rule
from hoi.reading.context import Applied, Found, apply_cues
from hoi.reading.grading import Graded, Sign, grade, raised_signs, settle, signs_of
from hoi.reading.matching import Positions, Row
from hoi.reading.rulebook import Rulebook
from hoi.reading.tokens import BREAK, Kind, Token, Tokenizer, Tokens
from hoi.reading.weighing import Scales, Weighed, is_shown, signs_in

LINE_AT_MOST = 1200  # code points read at once; longer lines are read in pieces
OVERLAP = 200  # that overlap, so that no saying is cut in two
SHORT_FRAGMENT = 8
PLAIN = 3  # the grade of a sign that makes it likely that more follow
STRONG = 4  # the grade of a scorecard's finding that is enough to flag
SHORT_ANSWER = 12
SHORT_INTERJECTION = 4  # words of the chatter that do not part what the visitor is typing
FRAGMENTS_AT_MOST = 3
ASKED_AT_MOST = 4
TONGUE_AT_MOST = 30
OWN_GROUP = frozenset({"negated", "other", "past"})
# Words with which a question is the visitor's own, whoever else is named in it.
YOURSELF = re.compile(
    r"\b(?:jij|jou|jezelf|zelf|uzelf|gij|yourself|(?:and|about|for|with|are|were) you)\b", re.I
)
# Words for people in general: whoever asks of them asks the visitor.
ANYBODY = frozenset(
    [
        *("mensen", "iemand", "sommige", "velen"),
        *("people", "someone", "somebody", "anyone", "you", "we", "they", "everyone"),
        *("most", "many", "others", "patients", "clients", "teens"),
    ]
)
NO = frozenset(["nee", "neen", "nei", "neuh", "nope", "no", "nah"])
BUT = frozenset(["maar", "but", "although", "wel", "hoewel", "alleen", "except", "though"])
# Questions that may be about somebody else; "slaat hij je?" is about the visitor.
OF_WHOM = tuple(
    f"ask/{flag}" for flag in ("suicidality", "self_harm", "acute_psychosis", "commanding_voices")
)
NOTHING = Applied(frozenset(), ())
QUOTES = tuple("\"'\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb")
LINE = re.compile(r"[^\r\n]+")
Objection = Literal["not_asked", "late", "denied", "language", "unless"]


class Fragment(NamedTuple):
    """A line that was typed: which message it stands in, where, and its tokens."""

    message: int
    offset: int
    tokens: Tokens
    repeats: int = 0  # so many of its tokens the piece before it ended with: a long line, cut


class Asked(NamedTuple):
    """What the chatter's open question asks about, and whether it asks about somebody else."""

    target: str
    level: str | None
    message: int
    other: bool = False


class Tail(NamedTuple):
    """What is remembered of the talk so far, bounded: all that a reading may depend on."""

    number: int = 0
    fragments: tuple[Fragment, ...] = ()
    asked: tuple[Asked, ...] = ()
    signs: tuple[Sign, ...] = ()
    tongue: int = 0  # above 0 the visitor types Dutch, below 0 English
    told: frozenset[tuple[str, bool]] = frozenset()  # scorecards the pieces reached, and how far
    begun: bool = False  # has the visitor typed before?


class Talk(NamedTuple):
    """What the sentences of one line have in common."""

    parts: Sequence[Fragment]
    tongue: int
    tail: Tail


class Heap(NamedTuple):
    """What is weighed together: pieces of text, their tokens, and the signs in them."""

    parts: Sequence[Fragment]
    tokens: Sequence[Token]
    signs: set[str]

    @classmethod
    def of(cls, parts: Sequence[Fragment], raised: Iterable[str]) -> Heap:
        """Pieces with their signs, and with what rules said."""
        tokens = tokens_of(parts)
        return cls(parts, tokens, signs_in(tokens, raised))


class Reading(NamedTuple):
    """The findings of one message, what they raise, and the tail for the next message."""

    findings: tuple[Finding, ...]
    graded: tuple[Graded, ...]
    tail: Tail
    weighed: frozenset[str] = frozenset()  # what scorecards decided on: `topic/trauma` ...


class Reader:
    """The rules of a framework, compiled. Holds no state of any talk; safe to share."""

    def __init__(self, framework: Framework) -> None:
        """Compile every saying.

        Raises:
            FrameworkError: if a saying cannot be read, with all such sayings.
        """
        self._escalation = framework.escalation
        self._book = Rulebook(framework)
        self._order = {rule.id: number for number, rule in enumerate(framework.rules)}
        self._lowers = {
            rule.id: {**self._escalation.lowers, **rule.lowers} for rule in framework.rules
        }
        self._tokenizer = Tokenizer(self._book.lexicon.resolve)

    def read(self, message: Message, tail: Tail) -> Reading:
        """Read one message after what `tail` remembers."""
        earlier = tail.fragments if message.role == "visitor" else ()
        fragments, findings = self._read_lines(message, earlier, tail)
        if message.role == "chatter":
            return self._after_chatter(message, findings, tail)
        return self._after_visitor(findings, fragments, tail)

    def signs(self, message: Message) -> set[str]:
        """The signs that scorecards may weigh in a visitor's message, as a fit needs them."""
        fragments, findings = self._read_lines(message, (), Tail())
        return self._heap(fragments, findings, Tail()).signs if fragments else set()

    def points(self, message: Message) -> dict[str, int]:
        """What each scorecard comes to on a visitor's message by itself, by the card's id."""
        fragments, findings = self._read_lines(message, (), Tail())
        if not fragments:
            return {}
        heap = self._heap(fragments, findings, Tail())
        weighed = [scales.points(heap.signs) for scales in self._book.scales.values()]
        return {item.card.id: item.points for items in weighed for item in items}

    def _read_lines(
        self, message: Message, earlier: Sequence[Fragment], tail: Tail
    ) -> tuple[list[Fragment], tuple[Finding, ...]]:
        """The lines of a message after the `earlier` ones, and what the rules find in them."""
        fragments = list(earlier)
        findings: dict[tuple[str, tuple[Span, ...], frozenset[str]], Finding] = {}
        known: set[tuple[str, tuple[Span, ...]]] = set()
        for offset, line, repeated in _lines(message.text):
            repeats = len(self._tokenizer.line(repeated).items) if repeated else 0
            fragment = Fragment(tail.number, offset, self._tokenizer.line(line), repeats)
            if not fragment.tokens.items:
                continue
            found = self._read_line(fragment, fragments, message.role, tail)
            # Pieces of a long line overlap: what the earlier one told, it knew more about.
            new = [f for f in found if not repeats or (f.rule.id, f.spans) not in known]
            findings |= {(f.rule.id, f.spans, f.qualifiers): f for f in new}
            known |= {(f.rule.id, f.spans) for f in new}
            fragments.append(fragment)
        return fragments, tuple(findings.values())

    def _heap(self, own: Sequence[Fragment], findings: Iterable[Finding], tail: Tail) -> Heap:
        """A message by itself, with what the rules found wholly in it."""
        inside = [f for f in findings if all(span.message == tail.number for span in f.spans)]
        return Heap.of(own, raised_signs(inside, grade(inside, (), self._escalation)))

    def _after_visitor(
        self, findings: tuple[Finding, ...], fragments: list[Fragment], tail: Tail
    ) -> Reading:
        number = tail.number
        first = number - self._escalation.grading.tail_messages
        before = tuple(sign for sign in tail.signs if sign.message >= first)
        graded = grade(findings, before, self._escalation) if findings else ()
        own = [fragment for fragment in fragments if fragment.message == number]
        scales = self._scales(own, tail)
        recent = tail._replace(signs=before)
        weighed = self._weigh(scales, fragments, findings, graded, recent) if own else []
        if weighed or graded:
            graded = settle(graded, weighed, scales.decided, scales.language)
        told = {(item.rule.id, item.grade == STRONG) for item in weighed}
        tongue = tail.tongue + _tongue(own)
        return Reading(
            (*findings, *(item for item in weighed if not (item.rule.level or item.rule.kind))),
            graded,
            tail._replace(
                number=number + 1,
                fragments=tuple(fragments[-FRAGMENTS_AT_MOST:]),
                signs=(*before, *signs_of(number, findings)),
                tongue=max(-TONGUE_AT_MOST, min(TONGUE_AT_MOST, tongue)),
                told=frozenset(told | tail.told) if tail.fragments else frozenset(told),
                begun=True,
            ),
            scales.decided,
        )

    def _weigh(
        self,
        scales: Scales,
        fragments: Sequence[Fragment],
        findings: Sequence[Finding],
        graded: Sequence[Graded],
        tail: Tail,
    ) -> list[Finding]:
        """The scorecards that a message reaches, alone or with the short pieces typed before it.

        Alone it is weighed with what the rules found in itself. With earlier pieces only what was
        not told before is added.
        """
        own = [fragment for fragment in fragments if fragment.message == tail.number]
        alone = self._heap(own, findings, tail)
        known = {item.flag for item in graded}
        known |= {sign.flag for sign in tail.signs if sign.grade >= PLAIN}
        reached = [(item, alone) for item in self._in_talk(scales, alone, tail, known)]
        earlier = joined([f for f in fragments if f.message < tail.number], own[0])[:-1]
        if earlier:
            told = tail.told | {(item.card.id, item.is_strong) for item, _ in reached}
            whole = Heap.of([*earlier, *own], raised_signs(findings, graded))
            reached += [
                (item, whole)
                for item in self._in_talk(scales, whole, tail, known)
                if not {(item.card.id, item.is_strong), (item.card.id, True)} & told
            ]
        return [self._weighed_finding(item, scales, heap) for item, heap in reached]

    def _in_talk(
        self, scales: Scales, heap: Heap, tail: Tail, known: Container[str]
    ) -> Iterator[Weighed]:
        """The cards that a heap reaches.

        For a flag of which the rules know nothing, a message must have `card_words` words; and once
        a talk is under way, where one message of many is less likely to be the one that tells of
        it, its cards need `later_points` more.
        """
        limits = self._escalation.grading
        more = limits.later_points if tail.begun else 0
        short = len(heap.tokens) < limits.card_words
        for item in scales.weigh(heap.signs):
            what, _, flag = item.card.raises.partition("/")
            unheard = what == "flag" and is_shown(item.card) and flag not in known
            points = item.points - (more if unheard else 0)
            if points >= item.card.ask_at and not (short and unheard):
                yield item._replace(points=points)

    def _weighed_finding(self, item: Weighed, scales: Scales, heap: Heap) -> Finding:
        card = item.card
        telling = scales.telling(card, heap.tokens, heap.signs) if is_shown(card) else []
        spans = {span for places in telling for span in _spans(0, places, heap.parts)}
        above = (item.points - card.ask_at) / max(1, card.flag_at - card.ask_at)
        return Finding(
            rule=self._book.card_rules[card.id],
            spans=tuple(sorted(spans)) or (_whole(heap.parts[-1]),),
            grade=STRONG if item.is_strong else 2,
            level=card.level,
            weight=1 + min(above, 2.0),
        )

    def _scales(self, own: Sequence[Fragment], tail: Tail) -> Scales:
        """The scorecards of the language of a message, or of the talk where it does not tell."""
        return self._book.scales["nl" if (_tongue(own) or tail.tongue) >= 0 else "en"]

    def _after_chatter(
        self, message: Message, findings: tuple[Finding, ...], tail: Tail
    ) -> Reading:
        asked = tuple(
            Asked(
                finding.rule.raises, finding.rule.level, tail.number, _is_others(finding, message)
            )
            for finding in findings
            if finding.rule.raises.startswith(("ask/", "safety/"))
        )
        # Two chatter messages in a row are one question, and "neem rustig de tijd" closes none.
        asks_on = not tail.fragments or not (asked or "?" in message.text)
        first = tail.number - self._escalation.grading.tail_messages
        still = tuple(item for item in tail.asked if asks_on and item.message >= first)
        short = len(message.text.split()) <= SHORT_INTERJECTION and "?" not in message.text
        return Reading(
            findings,
            (),
            tail._replace(
                number=tail.number + 1,
                fragments=tail.fragments if short else (),
                asked=(*still, *asked)[-ASKED_AT_MOST:],
                told=tail.told if short else frozenset(),
            ),
        )

    def _read_line(
        self, fragment: Fragment, before: Sequence[Fragment], role: Role, tail: Tail
    ) -> list[Finding]:
        parts = joined(before, fragment)
        tokens = tokens_of(parts)
        fresh = len(tokens) - len(fragment.tokens.items)
        talk = Talk(parts, sum([token.tongue for token in tokens]), tail)
        among = self._book.says[role]
        if tail.asked:
            among |= self._book.answers[role]
        findings: dict[tuple[str, frozenset[str]], Finding] = {}
        for start, end in sentences(tokens, fresh):
            sentence = tokens[start:end]
            candidates = self._book.index.sift(sentence)
            if candidates & among:
                row = Row(sentence, start, candidates)
                for finding in self._read_row(row, among, fresh - start, talk):
                    findings.setdefault((finding.rule.id, finding.qualifiers), finding)
        return list(findings.values())

    def _read_row(self, row: Row, among: int, fresh: int, talk: Talk) -> Iterator[Finding]:
        matches = [
            (self._book.rule_of[number], positions)
            for number, positions in self._book.index.search(row, among)
            if positions[-1] >= fresh
        ]
        if len(matches) > 1:
            matches.sort(key=lambda match: (match[1], self._order[match[0].id]))
        cues: list[Found] | None = None
        for rule, positions in matches:
            if self._objection(row, rule, positions, talk):
                continue
            applied = NOTHING
            if rule.raises.startswith("flag/") or rule.raises in OF_WHOM:
                cues = self._cues(row) if cues is None else cues
                context = self._asked_of if rule.raises in OF_WHOM else self._context
                applied = context(row, rule, positions, cues, talk.tongue)
            yield self._finding(rule, row, positions, applied, talk)

    def _cues(self, row: Row) -> list[Found]:
        return [
            Found(self._book.cue_of[number], positions)
            for number, positions in self._book.index.search(row, self._book.all_cues)
        ]

    def _context(
        self, row: Row, rule: Rule, positions: Positions, cues: Sequence[Found], tongue: int
    ) -> Applied:
        # Cues of the rule's language and of the line's. People mix languages ("geen suicidal
        # thoughts"), so a plain denial reaches over in any case.
        languages = {rule.language, "nl" if tongue > 0 else "en" if tongue < 0 else ""}
        reach = [c for c in cues if c.cue.language in languages or c.cue.sets == "negated"]
        applied = apply_cues(row, positions, reach, self._book.first_person, self._book.subject)
        words = {row.tokens[place].form for place in positions}
        if words & self._book.third_person and not words & self._book.first_person:
            return applied._replace(qualifiers=applied.qualifiers | {"other"})
        return applied

    def _asked_of(
        self, row: Row, rule: Rule, positions: Positions, cues: Sequence[Found], tongue: int
    ) -> Applied:
        """Whom a chatter's question is about: "denkt je broer aan zelfmoord?" is about another.

        Here the person may stand among the words of the question itself.
        """
        others = [
            found
            for found in cues
            if found.cue.sets == "other"
            and found.positions[0] <= positions[-1]
            and not {row.tokens[place].form for place in found.positions} & ANYBODY
        ]
        return Applied(frozenset({"other"}), tuple(others[:1])) if others else NOTHING

    def _answers_for_another(self, row: Row, rule: Rule, positions: Positions, talk: Talk) -> bool:
        """Is this an answer about another person ("denk je dat hij zelfmoord wil plegen?" "ja")?

        Not where the answer itself speaks of the writer ("ik heb ze al ingenomen").
        """
        if {row.tokens[place].form for place in positions} & self._book.first_person:
            return False
        return all(asked.other for asked in talk.tail.asked if asked.target == rule.after)

    def _objection(
        self, row: Row, rule: Rule, positions: Positions, talk: Talk
    ) -> Objection | None:
        """Why the match does not hold, if so: the question before, the language, an `unless`."""
        if rule.after is not None:
            if all(asked.target != rule.after for asked in talk.tail.asked):
                return "not_asked"
            if row.offset + positions[0] > SHORT_ANSWER:
                return "late"
            if not rule.denies and _is_after_a_no(row, positions, talk):
                return "denied"
        foreign = talk.tongue and (talk.tongue > 0) != (rule.language == "nl")
        if foreign and _is_shared(row, positions):
            return "language"
        silent = self._book.unless.get(rule.id, 0)
        if silent & row.candidates and self._book.index.search(row, silent):
            return "unless"
        return None

    def _finding(
        self, rule: Rule, row: Row, positions: Positions, applied: Applied, talk: Talk
    ) -> Finding:
        spans = _spans(row.offset, positions, talk.parts)
        qualifiers = applied.qualifiers
        if rule.raises.startswith("flag/") and _is_quoted(spans, talk.parts):
            qualifiers |= {"quoted"}
        if rule.after and self._answers_for_another(row, rule, positions, talk):
            qualifiers |= {"other"}
        lowers = self._lowers[rule.id]
        lowered = sum(lowers.get(q, 0) for q in qualifiers - OWN_GROUP)
        level = rule.level
        if level == "asked":
            levels = [asked.level for asked in talk.tail.asked if asked.target == rule.after]
            # Of several questions in one message the last is the one that is answered.
            level = next((level for level in reversed(levels) if level), "active_thoughts")
        return Finding(
            rule=rule,
            spans=spans,
            grade=max(0, rule.grade - lowered),
            level=level,
            qualifiers=qualifiers,
            cues=tuple(
                CueSpan(found.cue.id, span)
                for found in applied.cues
                for span in _spans(row.offset, found.positions, talk.parts)
            ),
        )


def tokens_of(parts: Sequence[Fragment]) -> list[Token]:
    """The tokens of pieces typed one after the other."""
    tokens: list[Token] = [*parts[0].tokens.items]
    for part in parts[1:]:
        tokens += part.tokens.items[part.repeats :] if part.repeats else [BREAK, *part.tokens.items]
    return tokens


def _is_after_a_no(row: Row, positions: Positions, talk: Talk) -> bool:
    """Does the answer begin with a plain no, and is what is found only said after it?

    "nee. ik wil naar huis" is no yes; "nee, maar ik denk er elke dag aan" may be one.
    """
    tokens = tokens_of(talk.parts)
    fresh = len(tokens) - len(talk.parts[-1].tokens.items)
    words = [place for place, t in enumerate(tokens) if place >= fresh and t.kind <= Kind.FILLER]
    found = row.offset + positions[0]
    if not words or tokens[words[0]].form not in NO or found <= words[0]:
        return False
    return not any(tokens[place].form in BUT for place in words if place <= found)


def _is_others(finding: Finding, message: Message) -> bool:
    """Does the chatter ask about somebody else, and nowhere in the message about the visitor?"""
    return finding.experiencer == "other" and not YOURSELF.search(message.text)


def _tongue(parts: Sequence[Fragment]) -> int:
    return sum(token.tongue for part in parts for token in part.tokens.items)


def _whole(part: Fragment) -> Span:
    return Span(part.message, part.offset, part.offset + len(part.tokens.text))


def sentences(tokens: Sequence[Token], fresh: int) -> Iterator[tuple[int, int]]:
    """Start and end of each sentence that reaches to place `fresh` or beyond."""
    start = 0
    for place, token in enumerate(tokens):
        if token.kind == Kind.STOP:
            if start < place > fresh:
                yield start, place
            start = place + 1
    if start < len(tokens):
        yield start, len(tokens)


def _is_shared(row: Row, positions: Positions) -> bool:
    """Are all these words ones that could be of either language ("want", "die")?"""
    return all(
        row.tokens[place].tongue == 0 and len(row.tokens[place].form) < 6 for place in positions
    )


def _lines(text: str) -> Iterator[tuple[int, str, str]]:
    """Start and text of each line, long ones in pieces; and what of it the piece before held."""
    if len(text) <= LINE_AT_MOST and "\n" not in text and "\r" not in text:
        yield 0, text, ""
        return
    for match in LINE.finditer(text):
        start, line, repeated = match.start(), match.group(), ""
        while len(line) > LINE_AT_MOST:
            cut = _blank_before(line, LINE_AT_MOST)
            yield start, line[:cut], repeated
            again = _blank_before(line, cut - OVERLAP)
            start, line, repeated = start + again, line[again:], line[again:cut]
        yield start, line, repeated


def _blank_before(line: str, place: int) -> int:
    """The last blank before `place`, or `place` where a "word" has no end."""
    blank = line.rfind(" ", place // 2, place)
    return blank if blank > 0 else place


def joined(before: Sequence[Fragment], fragment: Fragment) -> list[Fragment]:
    """The fragments to be read as one: this line, and short ones just before it."""
    parts = [fragment]
    if fragment.repeats:
        return parts
    for earlier in reversed(before[-FRAGMENTS_AT_MOST:]):
        ends_sentence = earlier.tokens.items[-1].kind == Kind.STOP
        short = min(len(earlier.tokens.items), len(parts[0].tokens.items)) <= SHORT_FRAGMENT
        if ends_sentence or not short or len(earlier.tokens.items) > 4 * SHORT_FRAGMENT:
            break
        parts.insert(0, earlier)
    return parts


def _spans(offset: int, positions: Positions, parts: Sequence[Fragment]) -> tuple[Span, ...]:
    """The stretches of text, one a fragment, from the first to the last of `positions`.

    Positions count from `offset` in the tokens of all `parts`.
    """
    if len(parts) == 1:
        part = parts[0]
        first, last = part.tokens.span(offset + positions[0], offset + positions[-1])
        return (Span(part.message, part.offset + first, part.offset + last),)
    spans = []
    start = -offset
    for number, part in enumerate(parts):
        if number:
            start += -part.repeats if part.repeats else 1  # what it repeats, or the break
        size = len(part.tokens.items)
        own = [place - start for place in positions if start <= place < start + size]
        if own:
            first, last = part.tokens.span(min(own), max(own))
            spans.append(Span(part.message, part.offset + first, part.offset + last))
        start += size
    return tuple(spans)


def _is_quoted(spans: Sequence[Span], parts: Sequence[Fragment]) -> bool:
    """Do quotation marks stand right around these words?"""
    if len(spans) != 1:
        return False
    _, start, end = spans[0]
    part = next(p for p in reversed(parts) if p.message == spans[0].message and p.offset <= start)
    text, first, last = part.tokens.text, start - part.offset, end - part.offset
    return (
        text[max(0, first - 1) : first] in QUOTES
        and text[last - 1 : last + 1].strip()[-1:] in QUOTES
    )
