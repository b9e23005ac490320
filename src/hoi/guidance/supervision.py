"""A pack for supervision: from one chatter's finished chats the few worth discussing, and why.

It looks at chats, not at people: no ranking, no score, nothing to compare two chatters by. One pass
over the chats, keeping a handful; the order in which they come makes no difference.
"""

from __future__ import annotations

from bisect import insort
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from math import isfinite
from typing import NamedTuple, get_args

from hoi.errors import InputError
from hoi.guidance.protocol import HERE, protocol_of
from hoi.guidance.trajectory import flag_name, months_after
from hoi.model.base import Text
from hoi.model.conversation import Conversation
from hoi.model.method import Framework
from hoi.model.tagged import Evidence, FlagTag, TaggedConversation
from hoi.model.trajectory import (
    ChimeMonth,
    Coaching,
    ElementCount,
    Pick,
    PickKind,
    SupervisionPack,
    TopicCount,
    TopicMonth,
)

Pair = tuple[Conversation, TaggedConversation]

# Thresholds are our own: the article says that evaluations are used for supervision, not how.
PICKS = 8
KINDS: tuple[PickKind, ...] = get_args(PickKind)  # in the order in which they matter
EVIDENCE = 3  # pieces with a pick
LOW, HIGH = 2, 4  # of a rating from 1 to 5
RARE = 1.0  # percent of all chats in the published table (Van Duijn & Van Os 2025, tabel 1)
GOOD_QUESTIONS, GOOD_ELEMENTS = 3, 2  # answered, and CHIME-D elements that the chatter worked on
URGENCIES = ("emergency", "immediate", "high", "consult", "inform", "supervise", "note")

# How often (Van Duijn & Van Os 2025), by the ids of trajectory.yaml: months and days.
INTERVALS = {
    "year_1": (0, 7),
    "year_2": (0, 14),
    "year_3_and_later": (12, 0),
    "intervision": (3, 0),
}

BROKE_OFF = Text(
    nl="Het gesprek brak af, en dit stond nog open: {name}.",
    en="The chat broke off, and this was still open: {name}.",
)
UNANSWERED = Text(
    nl="Na het laatste teken van “{name}” schreef de chatter niets meer.",
    en="After the last sign of “{name}” the chatter wrote nothing more.",
)
NOT_CLOSED = Text(
    nl="“{name}” is gehoord. Er staat niet bij of en hoe het is doorgegeven.",
    en="“{name}” was heard. It is not noted whether and how it was passed on.",
)
RUPTURE_SEEN = Text(
    nl="De samenwerking leek te haperen. Wat gebeurde er, en wat hielp of had kunnen helpen?",
    en="The contact seemed to falter. What happened, and what helped or could have helped?",
)
RUPTURE_LEFT = Text(
    nl="De bezoeker vertrok zonder afscheid. Dat mag, en het is de moeite waard om terug te lezen.",
    en="The visitor left without a goodbye. They may, and it is worth reading back.",
)
RATED_LOW = Text(
    nl="De bezoeker gaf een {rating} van 5. Wat had de bezoeker nodig?",
    en="The visitor gave a {rating} out of 5. What did the visitor need?",
)
RARELY = Text(
    nl="“{name}” komt weinig voor (ongeveer {share}% van alle chats in 2025): leerzaam voor ieder.",
    en="“{name}” is rare (about {share}% of all chats in 2025): something to learn from for all.",
)
GOOD = Text(
    nl="Goed voorbeeld: {questions} van de {all} vragen beantwoord, en de chatter werkte aan "
    "{elements}.",
    en="A good example: {questions} of the {all} questions answered, and the chatter worked on "
    "{elements}.",
)
NEVER = Text(
    nl="Nog niet eerder genoteerd: kan nu gepland worden.",
    en="None noted so far: it can be planned now.",
)
DUE = Text(
    nl="Laatst op {last}, dus weer op {due}: dat is nu.",
    en="Last on {last}, so again on {due}: that is now.",
)
LATER = Text(nl="Laatst op {last}, dus weer op {due}.", en="Last on {last}, so again on {due}.")
NO_VERDICT = Text(
    nl="Dit zijn gesprekken om samen te bekijken, geen oordeel over de chatter.",
    en="These are chats to look at together, no verdict on the chatter.",
)
MORE_RISK = Text(
    nl="Meer gesprekken met een open risico, die hier niet bij pasten: {count}. Kijk die ook na, "
    "en wacht daarvoor niet op de supervisie.",
    en="More chats with an open risk, which did not fit here: {count}. Look at those too, and do "
    "not wait for supervision to do so.",
)
NO_TIME = Text(
    nl="Gesprekken zonder datum: {count}. Ze staan apart in de overzichten.",
    en="Chats without a date: {count}. They stand apart in the overviews.",
)
IN_FUTURE = Text(
    nl="Gesprekken met een datum na vandaag ({today}): {count}. Klopt die datum?",
    en="Chats dated after today ({today}): {count}. Is that date right?",
)
NO_PAIR = Text(
    nl="Berichten en labels die niet bij hetzelfde gesprek hoorden: {count}. Ze zijn overgeslagen; "
    "geef bij elk gesprek zijn eigen labels.",
    en="Messages and tags that were not of the same conversation: {count}. They were left out; "
    "give each conversation with its own tags.",
)
OTHER_FRAMEWORKS = Text(
    nl="Gesprekken die met andere regels zijn gelezen dan die van nu: {count}. Vergelijk de "
    "maanden met zorg.",
    en="Chats that were read with other rules than today's: {count}. Compare the months with care.",
)
ODD_RATING = Text(
    nl="Beoordelingen die geen heel getal van 1 tot 5 zijn: {count}. Ze zijn niet gebruikt.",
    en="Ratings that are no whole number from 1 to 5: {count}. They were not used.",
)


def pack(
    conversations_with_tags: Iterable[Pair],
    *,
    framework: Framework,
    language: str,
    today: date,
    seniority_years: float,
    last_coaching: date | None = None,
    last_intervision: date | None = None,
    ratings: Mapping[str, int] | None = None,
    ruptures: Mapping[str, Sequence[Evidence]] | None = None,
    handled: Mapping[str, Collection[tuple[str, str]]] | None = None,
) -> SupervisionPack:
    """What to talk about in supervision, from one chatter's finished conversations.

    Args:
        conversations_with_tags: each conversation with what `Guide.tag` made of it; gone through
            once, in any order.
        framework: the method's data.
        language: the supervisor's, `nl` or `en`.
        today: the day from which coaching is due or not.
        seniority_years: how long the chatter has been one.
        last_coaching: the day of the last coaching, if there was one.
        last_intervision: the day of the last intervision, if there was one.
        ratings: the visitors', 1 to 5, by conversation id.
        ruptures: what showed that the contact faltered, by conversation id: the evidence of the
            suggestions of kind `rupture` that a session or a replay gave.
        handled: the flags that were dealt with, by conversation id, each as its id and whose it is
            (`self`, `other`). Given, every other flag to be passed on is an open risk. Without it,
            those are that were left by the talk itself, and those that cannot wait.

    Raises:
        InputError: if the years are not a number from 0.
    """
    if not isfinite(seniority_years) or seniority_years < 0:
        raise InputError(
            f"seniority is given as {seniority_years!r}; give the years as a chatter, from 0"
        )
    rated = {name: value for name, value in (ratings or {}).items() if value in range(1, 6)}
    frame = _Frame(framework, language, today, rated, ruptures or {}, handled)
    tally = _Tally()
    for conversation, tagged in conversations_with_tags:
        tally.add(conversation, tagged, frame)
    tally.odd["ratings"] = len(ratings or {}) - len(rated)
    picks = _chosen(tally.kept)
    return SupervisionPack(
        picks=tuple(one.pick for one in picks),
        topics=tuple(_topics(tally, frame)),
        chime_d=tuple(_chime_d(tally, frame)),
        coaching=tuple(_coaching(frame, seniority_years, last_coaching, last_intervision)),
        notes=tuple(_notes(tally, picks, frame)),
    )


class _Frame(NamedTuple):
    """What all chats are looked at with."""

    framework: Framework
    language: str
    today: date
    ratings: Mapping[str, int]
    ruptures: Mapping[str, Sequence[Evidence]]
    handled: Mapping[str, Collection[tuple[str, str]]] | None

    def say(self, text: Text, **values: object) -> str:
        """A text of this file in the supervisor's language, filled in."""
        return text.to(self.language).format(**values)


class _Reason(NamedTuple):
    """Why a chat is worth discussing; `weight` orders chats of one kind, the least first."""

    kind: PickKind
    weight: float
    text: str
    evidence: tuple[Evidence, ...] = ()


class _Kept(NamedTuple):
    """A pick and what it is ordered by: what matters most and is newest first, then its id."""

    order: tuple[float, int, str]
    pick: Pick


class _Tally:
    """All that is remembered of the chats: a few picks of each kind, and counts by month."""

    def __init__(self) -> None:
        self.kept: dict[PickKind, list[_Kept]] = {kind: [] for kind in KINDS}
        self.found: Counter[PickKind] = Counter()
        self.chats: Counter[str | None] = Counter()
        self.topics: Counter[tuple[str | None, str]] = Counter()
        self.elements: Counter[tuple[str | None, str, str]] = Counter()
        self.odd: Counter[str] = Counter()

    def add(self, conversation: Conversation, tagged: TaggedConversation, frame: _Frame) -> None:
        """Take in one chat."""
        if conversation.id != tagged.id:
            self.odd["pairs"] += 1
            return
        on = _day(conversation)
        self.odd["no_time"] += on is None
        self.odd["future"] += on is not None and on > frame.today
        self.odd["frameworks"] += tagged.frameworks != frame.framework.digest
        self._count(tagged, f"{on:%Y-%m}" if on else None)
        reasons = list(_reasons(conversation, tagged, frame))
        if reasons:
            self._keep(_pick(tagged.id, on, reasons))

    def _count(self, tagged: TaggedConversation, month: str | None) -> None:
        self.chats[month] += 1
        self.topics.update((month, name) for name in {topic.id for topic in tagged.topics})
        for tag in tagged.chime_d:
            self.elements[month, tag.id, "visitor"] += bool(tag.visitor)
            self.elements[month, tag.id, "chatter"] += bool(tag.chatter)

    def _keep(self, new: _Kept) -> None:
        """Among the first of its kind, each conversation once."""
        kind, name = new.pick.kind, new.pick.conversation
        self.found[kind] += 1
        kept = self.kept[kind]
        same = next((one for one in kept if one.pick.conversation == name), None)
        if same is not None:
            self.found[kind] -= 1
            if same.order <= new.order:
                return
            kept.remove(same)
        insort(kept, new, key=lambda one: one.order)
        del kept[PICKS:]


def _day(conversation: Conversation) -> date | None:
    """The day of the first message that has a time, as it was in the Netherlands."""
    at = next((message.at for message in conversation.messages if message.at), None)
    return _here(at).date() if at else None


def _here(at: datetime) -> datetime:
    try:
        return at.astimezone(HERE) if at.tzinfo else at
    except OverflowError:  # the first or the last day there is
        return at


# --- why a chat is worth discussing -------------------------------------------------------------


def _reasons(
    conversation: Conversation, tagged: TaggedConversation, frame: _Frame
) -> Iterator[_Reason]:
    """All reasons that hold for a chat, in the order in which they matter."""
    risk = _open_risk(conversation, tagged, frame)
    rupture = _rupture(tagged, frame)
    rating = frame.ratings.get(tagged.id)
    found = [risk, rupture, _low_rating(rating, frame), _rare_topic(tagged, frame)]
    if not risk and not rupture and (rating is None or rating >= HIGH):
        found.append(_good_example(tagged, frame))
    yield from (reason for reason in found if reason)


def _pick(name: str, on: date | None, reasons: Sequence[_Reason]) -> _Kept:
    first = reasons[0]
    pick = Pick(
        conversation=name,
        on=on,
        kind=first.kind,
        also=tuple(reason.kind for reason in reasons[1:]),
        reason=first.text,
        evidence=first.evidence[:EVIDENCE],
    )
    return _Kept((first.weight, -on.toordinal() if on else 0, name), pick)


def _open_risk(
    conversation: Conversation, tagged: TaggedConversation, frame: _Frame
) -> _Reason | None:
    """A flag to pass on that is not known to be dealt with; the most urgent of a talk."""
    last = max(
        (n for n, message in enumerate(conversation.messages) if message.role == "chatter"),
        default=-1,
    )
    closed = (frame.handled or {}).get(tagged.id, ())
    found = []
    for flag in tagged.flags:
        if flag.escalate and (flag.id, flag.experiencer) not in closed:
            text = _left_open(flag, tagged, last, frame)
            if text:
                found.append((_urgency(flag, frame), flag.message, flag, text))
    if not found:
        return None
    urgency, _, worst, text = min(found, key=lambda one: one[:2])
    name = flag_name(worst.id, worst.level, frame.framework, frame.language)
    return _Reason("open_risk", urgency, frame.say(text, name=name), worst.evidence)


def _left_open(flag: FlagTag, tagged: TaggedConversation, last: int, frame: _Frame) -> Text | None:
    """How this flag was left open; `last` is the chatter's last message. None if it was not."""
    if tagged.ending == "abrupt":
        return BROKE_OFF
    if flag.message > last:
        return UNANSWERED
    cannot_wait = _urgency(flag, frame) <= URGENCIES.index("immediate")
    return NOT_CLOSED if frame.handled is not None or cannot_wait else None


def _urgency(flag: FlagTag, frame: _Frame) -> int:
    """How soon it is to be passed on: 0 for at once."""
    protocol = protocol_of(flag.id, flag.level, frame.framework)
    urgent = protocol.urgency if protocol else ""
    return URGENCIES.index(urgent) if urgent in URGENCIES else len(URGENCIES)


def _rupture(tagged: TaggedConversation, frame: _Frame) -> _Reason | None:
    """Signs that the contact faltered, or else a visitor who left without a word.

    Chatters are trained to see a possible break, and repair can deepen the contact; visitors can
    stop without a word, which keeps the threshold low (Van Duijn & Van Os 2025).
    """
    if tagged.id in frame.ruptures:
        evidence = tuple(frame.ruptures[tagged.id])
        return _Reason("rupture", 0, frame.say(RUPTURE_SEEN), evidence)
    if tagged.ending == "abrupt":
        return _Reason("rupture", 1, frame.say(RUPTURE_LEFT))
    return None


def _low_rating(rating: int | None, frame: _Frame) -> _Reason | None:
    if rating is None or rating > LOW:
        return None
    return _Reason("low_rating", rating, frame.say(RATED_LOW, rating=rating))


def _rare_topic(tagged: TaggedConversation, frame: _Frame) -> _Reason | None:
    """The talk's main topic, if few chats are about it."""
    main = next((topic for topic in tagged.topics if topic.main), None)
    known = {topic.id: topic for topic in frame.framework.topics.topics}
    topic = known.get(main.id) if main else None
    if main is None or topic is None or topic.share_2025 > RARE:
        return None
    values = {"name": topic.name.to(frame.language), "share": f"{topic.share_2025:g}"}
    return _Reason("rare_topic", topic.share_2025, frame.say(RARELY, **values), main.evidence)


def _good_example(tagged: TaggedConversation, frame: _Frame) -> _Reason | None:
    """A goodbye, most questions answered, several CHIME-D elements by the chatter (measure own).

    The positive approach of Van Duijn & Van Os 2025 holds for chatters as well.
    """
    answered = sum(bool(tag.answered) for tag in tagged.hoi_questions)
    worked = {tag.id: tag.chatter for tag in tagged.chime_d if tag.chatter}
    enough = answered >= GOOD_QUESTIONS and len(worked) >= GOOD_ELEMENTS
    if tagged.ending != "normal" or not enough:
        return None
    elements = frame.framework.chime_d.elements
    names = [e.name.to(frame.language) for e in elements if e.id in worked]
    text = frame.say(
        GOOD, questions=answered, all=len(tagged.hoi_questions), elements=", ".join(names)
    )
    shown = tuple(found[0] for found in worked.values())
    return _Reason("good_example", -answered - len(worked), text, shown)


def _chosen(kept: Mapping[PickKind, Sequence[_Kept]]) -> list[_Kept]:
    """At most eight: the first of each kind, then by what matters; each conversation once."""
    firsts = [one for kind in KINDS for one in kept[kind][:1]]
    rest = [one for kind in KINDS for one in kept[kind][1:]]
    chosen: dict[str, _Kept] = {}
    for one in (*firsts, *rest):
        if len(chosen) < PICKS:
            chosen.setdefault(one.pick.conversation, one)
    return sorted(chosen.values(), key=lambda one: (KINDS.index(one.pick.kind), one.order))


# --- by month -----------------------------------------------------------------------------------


def _months(tally: _Tally) -> list[str | None]:
    """The months in order; chats without a time last."""
    return sorted(tally.chats, key=lambda month: (month is None, month or ""))


def _topics(tally: _Tally, frame: _Frame) -> Iterator[TopicMonth]:
    number = {topic.id: topic.number for topic in frame.framework.topics.topics}
    names = {t.id: t.name.to(frame.language) for t in frame.framework.topics.topics}
    for month in _months(tally):
        counts = {name: n for (when, name), n in tally.topics.items() if when == month}
        order = sorted(counts, key=lambda name: (-counts[name], number.get(name, 0), name))
        yield TopicMonth(
            month=month,
            chats=tally.chats[month],
            topics=tuple(
                TopicCount(id=name, name=names.get(name, name), chats=counts[name])
                for name in order
            ),
        )


def _chime_d(tally: _Tally, frame: _Frame) -> Iterator[ChimeMonth]:
    for month in _months(tally):
        yield ChimeMonth(
            month=month,
            chats=tally.chats[month],
            elements=tuple(
                ElementCount(
                    id=element.id,
                    name=element.name.to(frame.language),
                    visitor=tally.elements[month, element.id, "visitor"],
                    chatter=tally.elements[month, element.id, "chatter"],
                )
                for element in frame.framework.chime_d.elements
            ),
        )


# --- coaching -----------------------------------------------------------------------------------


def _coaching(
    frame: _Frame, years: float, last_coaching: date | None, last_intervision: date | None
) -> Iterator[Coaching]:
    """Coaching by seniority, then intervision, as the framework lists them.

    Weekly in the first year, every two weeks in the second, yearly after; intervision each quarter
    (Van Duijn & Van Os 2025).
    """
    year = "year_1" if years < 1 else "year_2" if years < 2 else "year_3_and_later"
    wanted = {year: last_coaching, "intervision": last_intervision}
    for form in frame.framework.trajectory.supervision:
        if form.id in wanted:
            last = wanted[form.id]
            due = _due(last, *INTERVALS[form.id]) if last else frame.today
            is_due = due <= frame.today
            text = NEVER if last is None else DUE if is_due else LATER
            yield Coaching(
                id=form.id,
                what=form.what.to(frame.language),
                every=form.every.to(frame.language),
                last=last,
                due=due,
                is_due=is_due,
                reason=frame.say(text, last=last, due=due),
            )


def _due(last: date, months: int, days: int) -> date:
    later = months_after(last, months).toordinal() + days
    return date.fromordinal(min(later, date.max.toordinal()))


# --- notes --------------------------------------------------------------------------------------


def _notes(tally: _Tally, picks: Sequence[_Kept], frame: _Frame) -> Iterator[str]:
    """What to keep in mind: what did not fit, and what was odd about the input."""
    if picks:
        yield frame.say(NO_VERDICT)
    left = tally.found["open_risk"] - sum(one.pick.kind == "open_risk" for one in picks)
    counts = (
        (MORE_RISK, left),
        (NO_TIME, tally.odd["no_time"]),
        (IN_FUTURE, tally.odd["future"]),
        (NO_PAIR, tally.odd["pairs"]),
        (OTHER_FRAMEWORKS, tally.odd["frameworks"]),
        (ODD_RATING, tally.odd["ratings"]),
    )
    for text, count in counts:
        if count > 0:
            yield frame.say(text, count=count, today=frame.today)
