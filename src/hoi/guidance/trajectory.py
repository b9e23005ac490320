"""The 5x-traject: what a meeting leaves for the next, and a proposal for that next one.

Nothing here refuses. What is not as the method has it (a sixth meeting, another chatter) becomes a
question in the plan, for people to answer. Dates are given, never read from a clock.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import pairwise
from typing import NamedTuple

from pydantic import ValidationError

from hoi.errors import InputError
from hoi.guidance.protocol import SUICIDALITY, protocol_of
from hoi.guidance.watch import RUNG
from hoi.model.base import Text
from hoi.model.conversation import Conversation
from hoi.model.method import Framework
from hoi.model.method import Meeting as Suggested
from hoi.model.method import Question as HoiQuestion
from hoi.model.tagged import FlagTag, TaggedConversation
from hoi.model.trajectory import (
    LONGEST,
    MOST_WORDS,
    CarriedFlag,
    CarriedQuestion,
    CarriedStep,
    CarriedTheme,
    CarryOver,
    Earlier,
    Meeting,
    MeetingPlan,
    Observation,
    OpenFlag,
    PlanKind,
    Question,
    Said,
    Sign,
    TakeUp,
    Trajectory,
    Visit,
    When,
)

MEETINGS = 5  # at most, unless the framework's rule says otherwise (Van Duijn & Van Os 2025)
SLACK = 7  # days by which an appointment may move without its interval counting as shorter (own)
WINDOW = 28  # days in which ordinary chats are counted (own)
FREQUENT = 8  # chats in the window: twice a week (own)
RISING = 4  # chats in the window from which a doubling is worth a word (own)
ONLY_YOU = 2  # times that this chatter was asked for, and nobody else (own)
STEPS_SHOWN, FLAGS_SHOWN, THEMES_SHOWN = 10, 10, 6
DEPENDENCY = "chat_dependency"  # the topic

NOT_ASKED = Text(nl="“{name}” kwam nog niet aan bod.", en="“{name}” has not come up yet.")
NOT_ANSWERED = Text(
    nl="“{name}” is gevraagd in gesprek {meetings}, maar nog niet beantwoord.",
    en="“{name}” was asked in meeting {meetings}, but has not been answered yet.",
)
GO_ON = Text(
    nl="Over “{name}” is al iets verteld in gesprek {meetings}: ga daarop door.",
    en="Something was already said on “{name}” in meeting {meetings}: go on from there.",
)
SUGGESTED = Text(
    nl="Dit is het voorstel voor gesprek {number}; een andere volgorde mag ook.",
    en="This is the suggestion for meeting {number}; any other order is fine too.",
)
OPEN_FIRST = Text(
    nl="Wat nog openstaat gaat voor: het voorstel voor gesprek {number} kan daarna.",
    en="What is still open comes first: the suggestion for meeting {number} can follow.",
)
BEYOND = Text(
    nl="Voor gesprek {number} is er geen voorstel. Denk aan afronden.",
    en="There is no suggestion for meeting {number}. Think of closing.",
)
AGREED = Text(
    nl="Afgesproken in {when}: {steps}. Kom daarop terug.",
    en="Agreed in {when}: {steps}. Come back to it.",
)
CAME_BACK = Text(nl="“{name}” kwam terug in {when}.", en="“{name}” came back in {when}.")
STILL_OPEN = Text(
    nl="Nog open uit {when}: {name}. Begin daarmee.",
    en="Still open from {when}: {name}. Begin with that.",
)
TO_ASK = Text(
    nl="Zwak teken in {when}: {name}. Vraag er open naar.",
    en="Weak sign in {when}: {name}. Ask openly about it.",
)
WHEN = {
    "meeting": Text(nl="gesprek {number}", en="meeting {number}"),
    "update": Text(nl="update {number}", en="update {number}"),
}
NO_STORY = Text(
    nl="Er is nog geen levensverhaal. Vraag of de bezoeker er een wil schrijven of vertellen.",
    en="There is no life story yet. Ask whether the visitor would like to write or tell one.",
)
UPDATE_DUE = Text(
    nl="Volgens het voorbeeld van {months} maanden na afloop ({completed}) is de update op {due}.",
    en="By the example of {months} months after the end ({completed}) the update is on {due}.",
)
UPDATE_OVER = Text(
    nl="Die dag is al geweest: het kan nu.", en="That day has passed: it can be now."
)
NO_UPDATE = Text(
    nl="Uit het voorbeeld ({months} maanden) is er geen moment meer over. Is er nog een update "
    "nodig, dan liefst niet voor {not_before}.",
    en="No moment of the example ({months} months) is left. If another update is needed, then "
    "preferably not before {not_before}.",
)
WHICH_SIXTH = Text(
    nl="Dit is gesprek {number}; de methode gaat uit van hooguit {most}.",
    en="This is meeting {number}; the method has at most {most}.",
)
WHICH_CHATTER = Text(
    nl="Het eerste gesprek is met {first}, een ander met {others}.",
    en="The first meeting is with {first}, another with {others}.",
)
WHICH_EARLY = Text(
    nl="Er is een update van {on}, en het traject was toen nog niet afgerond.",
    en="There is an update of {on}, and the course was not completed then.",
)
WHICH_SHORTER = Text(
    nl="Tussen {start} en {end} liggen {days} dagen; de keer ervoor waren het er {before}.",
    en="Between {start} and {end} there are {days} days; the time before it was {before}.",
)
WHICH_NEW = Text(
    nl="Het vorige traject was klaar op {completed}; op {on} begint er iets nieuws, na {days} "
    "dagen. Kan het wachten, of past een update of gewone chat?",
    en="The earlier course was completed on {completed}; something new starts on {on}, after "
    "{days} days. Can it wait, or would an update or an ordinary chat do?",
)
DATES = Text(
    nl="Kloppen deze data? De rest van het voorstel gaat ervan uit.",
    en="Are these dates right? The rest of the proposal rests on them.",
)
IN_FUTURE = Text(nl="{on} ligt na vandaag ({today}).", en="{on} is after today ({today}).")
BEFORE_START = Text(
    nl="{on} ligt voor het begin ({started}).", en="{on} is before the start ({started})."
)
TWICE = Text(
    nl="Hetzelfde gesprek staat er meer dan één keer in. Het is één keer geteld; klopt dat?",
    en="The same conversation is listed more than once. It was counted once; is that right?",
)
WHICH_TWICE = Text(nl="Het gaat om {names}.", en="It is {names}.")
SIGN_FREQUENT = Text(
    nl="In de laatste {days} dagen waren er {count} gewone chats.",
    en="In the last {days} days there were {count} ordinary chats.",
)
SIGN_MORE = Text(
    nl="In de laatste {days} dagen waren er {count} gewone chats, in de {days} dagen ervoor "
    "{before}.",
    en="In the last {days} days there were {count} ordinary chats, in the {days} days before that "
    "{before}.",
)
SIGN_THEME = Text(
    nl="“{name}” was een onderwerp op {dates}.", en="“{name}” was a topic on {dates}."
)
SIGN_ONLY = Text(
    nl="In gewone chats werd {count} keer naar {chatter} gevraagd, en naar niemand anders.",
    en="In ordinary chats {chatter} was asked for {count} times, and nobody else.",
)


# --- from a conversation to a meeting -----------------------------------------------------------


def meeting_of(
    tagged: TaggedConversation,
    conversation: Conversation,
    *,
    chatter: str,
    on: date,
    steps: Iterable[str] = (),
    rating: int | None = None,
    handled: Collection[tuple[str, str]] = (),
) -> Meeting:
    """What one finished talk leaves for the next: own words (few and short), themes, steps, flags.

    Args:
        tagged: what `Guide.tag` made of the conversation.
        conversation: the same talk, for the visitor's own words.
        chatter: the chatter's id.
        on: the day of the talk.
        steps: what was agreed, in plain words.
        rating: the visitor's, 1 to 5, if it was given.
        handled: flags that were dealt with, each as its id and whose it is (`self`, `other`).

    Raises:
        InputError: if the two are not the same conversation, or the rating is not 1 to 5.
    """
    if tagged.id != conversation.id:
        raise InputError(
            f"the tags are of conversation {tagged.id!r}, the messages of {conversation.id!r}; "
            "give both of the same conversation"
        )
    try:
        return Meeting(
            on=on.date() if isinstance(on, datetime) else on,
            chatter=chatter,
            conversation=conversation.id,
            said=tuple(_said(tagged, conversation)),
            themes=tuple(topic.id for topic in tagged.topics),
            steps=tuple(_short(step) for step in steps if step.strip()),
            rating=rating,
            open_flags=tuple(_open_flags(tagged.flags, handled)),
        )
    except ValidationError as error:
        wrong = "; ".join(f"{item['loc'][0]}: {item['msg']}" for item in error.errors())
        raise InputError(
            f"no meeting can be made of conversation {conversation.id!r}: {wrong}"
        ) from error


def _said(tagged: TaggedConversation, conversation: Conversation) -> Iterator[Said]:
    messages = conversation.messages
    for tag in tagged.hoi_questions:
        if tag.asked or tag.answered:
            told = [messages[n] for n in tag.answered if n < len(messages)]
            words = _own_words(message.text for message in told if message.role == "visitor")
            yield Said(
                question=tag.id, asked=bool(tag.asked), answered=bool(tag.answered), words=words
            )


def _own_words(texts: Iterable[str]) -> tuple[str, ...]:
    """The longest few, as they tell most, in the order in which they were typed."""
    words = list(dict.fromkeys(short for text in texts if (short := _short(text))))
    longest = set(sorted(words, key=len, reverse=True)[:MOST_WORDS])
    return tuple(word for word in words if word in longest)


def _open_flags(
    flags: Sequence[FlagTag], handled: Collection[tuple[str, str]]
) -> Iterator[OpenFlag]:
    """The heaviest reading of each flag that was to be passed on, then what was to be asked."""
    denied = {(f.id, f.experiencer): f.message for f in flags if f.negated}
    open_: dict[tuple[str, str], FlagTag] = {}
    for flag in flags:
        key = (flag.id, flag.experiencer)
        asks = flag.tier == "ask" and flag.time == "current" and flag.experiencer == "self"
        # A denial answers a weak sign; what was to be passed on stays open until a person closes
        # it (escalation.yaml, principles).
        is_open = flag.escalate or (
            asks and not flag.negated and denied.get(key, -1) <= flag.message
        )
        known = open_.get(key)
        if key not in handled and is_open and (known is None or _weight(flag) > _weight(known)):
            open_[key] = flag
    for flag in sorted(open_.values(), key=_weight, reverse=True):
        tier = "flag" if flag.escalate else "ask"
        yield OpenFlag(id=flag.id, level=flag.level, experiencer=flag.experiencer, tier=tier)


def _weight(flag: FlagTag) -> tuple[bool, int]:
    return flag.escalate, RUNG.get(flag.level, 0)


def _heft(flag: OpenFlag) -> tuple[bool, int]:
    return flag.tier == "flag", RUNG.get(flag.level, 0)


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= LONGEST else f"{plain[: LONGEST - 1]}…"


# --- the plan -----------------------------------------------------------------------------------


class _Course(NamedTuple):
    """A trajectory in order, with all that a plan is made with."""

    given: Trajectory
    meetings: tuple[Meeting, ...]  # by date, each conversation once
    updates: tuple[Meeting, ...]
    framework: Framework
    language: str
    today: date

    @property
    def number(self) -> int:
        """The number of the meeting that comes next, or of the last if the course is done."""
        return len(self.meetings) + (self.given.completed is None)

    @property
    def most(self) -> int:
        """How many meetings the method has at most."""
        values = (r.value for r in self.framework.trajectory.rules if r.id == "meetings_at_most")
        value = next(values, None) or ""
        return int(value) if value.isdecimal() else MEETINGS

    def say(self, text: Text, **values: object) -> str:
        """A text of this file in the chatter's language, filled in."""
        return text.to(self.language).format(**values)

    def when(self, *whens: When) -> str:
        """Meetings and updates as a chatter calls them: `gesprek 1, 3, update 1`."""
        kinds = {when.kind: [w.number for w in whens if w.kind == when.kind] for when in whens}
        return _listed(self.say(WHEN[kind], number=_listed(kinds[kind])) for kind in kinds)

    def rule(self, name: str) -> str | None:
        """The text of a rule; None if this framework does not have it."""
        rules = self.framework.trajectory.rules
        return next((r.text.to(self.language) for r in rules if r.id == name), None)

    def topic(self, name: str) -> str:
        """A topic's name; its id, if the framework no longer has it."""
        topics = self.framework.topics.topics
        return next((t.name.to(self.language) for t in topics if t.id == name), name)


def plan(
    trajectory: Trajectory,
    framework: Framework,
    language: str,
    today: date,
    *,
    chatter: str | None = None,
) -> MeetingPlan:
    """A proposal for the next meeting, or for the next update once the course is completed.

    The focuses are suggestions: the sources fix no order. What is open comes first, then what was
    agreed, then what came back. What differs from the method (Van Duijn & Van Os 2025; checks own)
    comes as `questions`. Never fails, whatever the meetings are.

    Args:
        trajectory: the course so far, its meetings in any order.
        framework: the method's data.
        language: the chatter's, `nl` or `en`.
        today: the day to plan from.
        chatter: who will hold the next meeting, if that is known.
    """
    course = _Course(
        trajectory,
        _in_order(trajectory.meetings),
        _in_order(trajectory.updates),
        framework,
        language,
        today,
    )
    made = _meeting_plan(course) if trajectory.completed is None else _update_plan(course)
    return made.model_copy(
        update={
            "questions": tuple(_questions(course, chatter)),
            "observations": tuple(_observations(course)),
        }
    )


def _in_order(meetings: Iterable[Meeting]) -> tuple[Meeting, ...]:
    """By date, and a conversation that is listed twice only once."""
    once: dict[object, Meeting] = {}
    for place, meeting in enumerate(sorted(meetings, key=lambda one: one.on)):
        once.setdefault(meeting.conversation or place, meeting)
    return tuple(once.values())


def _meeting_plan(course: _Course) -> MeetingPlan:
    questions = _to_take_up(course)
    suggested, why = _focus(course, questions)
    notes = [suggested.note.to(course.language)] if suggested else []
    enough = course.rule("fewer_is_fine")
    if enough and 1 < course.number <= course.most:
        notes.append(enough)
    carried = _carry_over(course)
    first = course.number == 1 and not (course.given.life_story or "").strip()
    return MeetingPlan(
        kind="meeting",
        number=course.number,
        focus=suggested.focus.to(course.language) if suggested else "",
        reasons=(*why, *_reasons(course, carried), *([course.say(NO_STORY)] if first else [])),
        take_up=tuple(_take_up(course, question) for question in questions),
        carry_over=carried,
        questions=(),
        observations=(),
        notes=tuple(notes),
    )


def _answered(course: _Course) -> set[str]:
    return {said.question for m in course.meetings for said in m.said if said.answered}


def _to_take_up(course: _Course) -> list[HoiQuestion]:
    """Those of this and earlier suggestions that are open, then those of this suggestion."""
    answered = _answered(course)
    upto = [s for s in _suggestions(course) if s.number <= course.number]
    names = [name for s in upto for name in s.questions if name not in answered]
    names += upto[-1].questions if upto else ()
    known = {question.id: question for question in course.framework.hoi.questions}
    return [known[name] for name in dict.fromkeys(names) if name in known]


def _suggestions(course: _Course) -> list[Suggested]:
    return sorted(course.framework.trajectory.meetings, key=lambda one: one.number)


def _focus(
    course: _Course, questions: Sequence[HoiQuestion]
) -> tuple[Suggested | None, tuple[str, ...]]:
    """The suggested focus that fits what is open, and why; None only if there are none at all.

    Meeting 3 goes deeper into what meeting 1 opened: if that is still shut, it is opened first.
    """
    upto = [s for s in _suggestions(course) if s.number <= course.number]
    if not upto:
        return None, ()
    own, answered = upto[-1], _answered(course)
    open_ = next((question.id for question in questions if question.id not in answered), None)
    focus = next((s for s in upto if open_ in s.questions), own)
    text = BEYOND if course.number > own.number else SUGGESTED if focus is own else OPEN_FIRST
    return focus, (course.say(text, number=course.number),)


def _take_up(course: _Course, question: HoiQuestion) -> TakeUp:
    name = question.name.to(course.language)
    answered, asked = _where(course, question.id, "answered"), _where(course, question.id, "asked")
    text = GO_ON if answered else NOT_ANSWERED if asked else NOT_ASKED
    return TakeUp(
        id=question.id,
        name=name,
        wording=question.wording.to(course.language),
        reason=course.say(text, name=name, meetings=_listed(answered or asked)),
    )


def _where(course: _Course, question: str, what: str) -> list[int]:
    return [
        number
        for number, meeting in enumerate(course.meetings, 1)
        if any(said.question == question and getattr(said, what) for said in meeting.said)
    ]


def _listed(items: Iterable[object]) -> str:
    return ", ".join(str(item) for item in items)


def _reasons(course: _Course, carried: CarryOver) -> Iterator[str]:
    """What is open, what was agreed, and what came back, in that order."""
    for flag in carried.flags:
        text = STILL_OPEN if flag.flag.tier == "flag" else TO_ASK
        yield course.say(text, when=course.when(flag.when), name=flag.name)
    if carried.steps:
        last = carried.steps[0].when
        steps = "; ".join(step.text for step in carried.steps if step.when == last)
        yield course.say(AGREED, when=course.when(last), steps=steps)
    for theme in carried.themes:
        if len(theme.when) > 1:
            yield course.say(CAME_BACK, name=theme.name, when=course.when(*theme.when))


# --- carry-over ---------------------------------------------------------------------------------


_Past = Sequence[tuple[When, Meeting]]


def _carry_over(course: _Course) -> CarryOver:
    """What the meetings, and after them the updates, leave to begin with."""
    kinds: tuple[tuple[PlanKind, tuple[Meeting, ...]], ...] = (
        ("meeting", course.meetings),
        ("update", course.updates),
    )
    past = [
        (When(kind=kind, number=number, on=meeting.on), meeting)
        for kind, meetings in kinds
        for number, meeting in enumerate(meetings, 1)
    ]
    return CarryOver(
        flags=tuple(_carried_flags(course, past))[:FLAGS_SHOWN],
        questions=tuple(_carried_questions(course, past)),
        steps=tuple(_carried_steps(past))[:STEPS_SHOWN],
        themes=tuple(_carried_themes(course, past))[:THEMES_SHOWN],
    )


def _carried_flags(course: _Course, past: _Past) -> Iterator[CarriedFlag]:
    """Each open flag once, at its heaviest; the later of two alike."""
    heaviest: dict[tuple[str, str], tuple[int, OpenFlag]] = {}
    for place, (_, meeting) in enumerate(past):
        for flag in meeting.open_flags:
            key = (flag.id, flag.experiencer)
            if key not in heaviest or _heft(flag) >= _heft(heaviest[key][1]):
                heaviest[key] = (place, flag)
    for place, flag in sorted(
        heaviest.values(), key=lambda one: (_heft(one[1]), one[0]), reverse=True
    ):
        name = flag_name(flag.id, flag.level, course.framework, course.language)
        yield CarriedFlag(flag=flag, name=name, when=past[place][0])


def flag_name(flag: str, level: str | None, framework: Framework, language: str) -> str:
    """A flag's name with that of its level, in plain words; its id if the framework has none."""
    kind = protocol_of(flag, None, framework)
    rung = protocol_of(flag, level, framework) if flag == SUICIDALITY and level else None
    name = kind.name.to(language) if kind else flag
    return f"{name}: {rung.name.to(language).lower()}" if rung else name


def _carried_questions(course: _Course, past: _Past) -> Iterator[CarriedQuestion]:
    for question in course.framework.hoi.questions:
        said = tuple(
            Earlier(when=when, words=one.words)
            for when, meeting in past
            for one in meeting.said
            if one.question == question.id and one.answered
        )
        if said:
            name = question.name.to(course.language)
            yield CarriedQuestion(id=question.id, name=name, said=said)


def _carried_steps(past: _Past) -> Iterator[CarriedStep]:
    """The last meeting's first; a step that was agreed again only once."""
    known: set[str] = set()
    for when, meeting in reversed(past):
        for step in meeting.steps:
            if step.casefold() not in known:
                known.add(step.casefold())
                yield CarriedStep(text=step, when=when)


def _carried_themes(course: _Course, past: _Past) -> Iterator[CarriedTheme]:
    """Those that came back most often first, then the most recent."""
    found: dict[str, list[int]] = {}
    for place, (_, meeting) in enumerate(past):
        for theme in dict.fromkeys(meeting.themes):
            found.setdefault(theme, []).append(place)
    for theme in sorted(found, key=lambda one: (-len(found[one]), -found[one][-1], one)):
        when = tuple(past[place][0] for place in found[theme])
        yield CarriedTheme(id=theme, name=course.topic(theme), when=when)


# --- updates ------------------------------------------------------------------------------------


def _update_plan(course: _Course) -> MeetingPlan:
    """The update that is due next, by the example of 3, 6 and 12 months (Van Duijn & Van Os)."""
    carried = _carry_over(course)
    due, not_before, why = _update_due(course)
    return MeetingPlan(
        kind="update",
        number=len(course.updates) + 1,
        focus=course.framework.trajectory.updates.text.to(course.language),
        reasons=(*why, *_reasons(course, carried)),
        take_up=(),
        carry_over=carried,
        questions=(),
        observations=(),
        notes=(),
        due=due,
        not_before=not_before,
    )


def _update_due(course: _Course) -> tuple[date | None, date, list[str]]:
    """When an update is due, the day that it should not come before, and why."""
    completed = course.given.completed
    assert completed is not None  # an update is planned only after completion
    marks = _marks(course, completed)
    gap = (marks[-1] - marks[-2]).days if len(marks) > 1 else 0
    not_before = _days_after(marks[-1], gap)
    months = sorted(course.framework.trajectory.updates.months)
    moments = [(month, months_after(completed, month)) for month in months]
    left = [(m, day) for m, day in moments if day > marks[-1] and _within(not_before, day)]
    if not left:
        listed = _listed(months)
        return None, not_before, [course.say(NO_UPDATE, months=listed, not_before=not_before)]
    passed = [one for one in left if one[1] <= course.today]
    month, due = passed[-1] if passed else left[0]  # one that was missed is not made up for
    why = [course.say(UPDATE_DUE, months=month, completed=completed, due=due)]
    return due, not_before, [*why, *([course.say(UPDATE_OVER)] if due < course.today else [])]


def _marks(course: _Course, completed: date) -> list[date]:
    return [completed, *(one.on for one in course.updates if one.on >= completed)]


def _within(not_before: date, day: date) -> bool:
    return (not_before - day).days <= SLACK


def _days_after(day: date, days: int) -> date:
    return date.fromordinal(min(day.toordinal() + days, date.max.toordinal()))


def months_after(day: date, months: int) -> date:
    """The same day some months later, or the last of that month; at most the last possible date."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


# --- what is not as the method has it -----------------------------------------------------------


def _questions(course: _Course, chatter: str | None) -> Iterator[Question]:
    """All that is odd, as questions, in a fixed order."""
    checks = {
        "sixth_raises_question": _sixth(course),
        "other_chatter_raises_question": _other_chatter(course, chatter),
        "update_after_completion": _early_updates(course),
        "never_shrinking": _shorter(course),
        "new_exploration": _new_exploration(course),
    }
    for rule, reasons in checks.items():
        text = course.rule(rule)  # an institution that took a rule out is not asked about it
        for reason in reasons if text else ():
            yield Question(rule=rule, text=text or "", reason=reason)
    for reason in _odd_dates(course):
        yield Question(rule="dates", text=course.say(DATES), reason=reason)
    for reason in _listed_twice(course):
        yield Question(rule="same_conversation", text=course.say(TWICE), reason=reason)


def _sixth(course: _Course) -> Iterator[str]:
    if course.number > course.most:
        yield course.say(WHICH_SIXTH, number=course.number, most=course.most)


def _other_chatter(course: _Course, chatter: str | None) -> Iterator[str]:
    names = [meeting.chatter for meeting in course.meetings]
    if chatter is not None and course.given.completed is None:
        names.append(chatter)
    first, *others = dict.fromkeys(names) or ("",)
    if others:
        yield course.say(WHICH_CHATTER, first=first, others=_listed(others))


def _early_updates(course: _Course) -> Iterator[str]:
    completed = course.given.completed
    for update in course.updates:
        if completed is None or update.on < completed:
            yield course.say(WHICH_EARLY, on=update.on)


def _shorter(course: _Course) -> Iterator[str]:
    """Intervals between updates that got shorter; the first is counted from completion."""
    completed = course.given.completed
    marks = _marks(course, completed) if completed else [one.on for one in course.updates]
    gaps = [(start, end, (end - start).days) for start, end in pairwise(marks)]
    for (_, _, before), (start, end, days) in pairwise(gaps):
        if days + SLACK < before:
            yield course.say(WHICH_SHORTER, start=start, end=end, days=days, before=before)


def _new_exploration(course: _Course) -> Iterator[str]:
    """A new course soon after an earlier one, or meetings after this one was completed.

    What "a longer time" is the article does not say: here, as long as the updates go on (own).
    """
    months = max(course.framework.trajectory.updates.months, default=12)
    earlier, completed = course.given.earlier_completed, course.given.completed
    dates = [one.on for one in course.meetings[:1]]
    start = min([*dates, *([course.given.started] if course.given.started else [])], default=None)
    begun = [(earlier, start or course.today)] if earlier else []
    if completed:
        begun += [(completed, one.on) for one in course.meetings if one.on > completed][:1]
    for done, on in begun:
        if on < months_after(done, months):
            days = max((on - done).days, 0)
            yield course.say(WHICH_NEW, completed=done, on=on, days=days)


def _odd_dates(course: _Course) -> Iterator[str]:
    given, today = course.given, course.today
    met = [meeting.on for meeting in (*course.meetings, *course.updates)]
    known = [given.started, given.completed, given.earlier_completed, *met]
    for on in dict.fromkeys(day for day in known if day is not None and day > today):
        yield course.say(IN_FUTURE, on=on, today=today)
    start = given.started
    if start is not None:
        after_start = [*met, *([given.completed] if given.completed else [])]
        for on in dict.fromkeys(day for day in after_start if day < start):
            yield course.say(BEFORE_START, on=on, started=start)


def _listed_twice(course: _Course) -> Iterator[str]:
    given = course.given
    names = [one.conversation for one in (*given.meetings, *given.updates) if one.conversation]
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if twice:
        yield course.say(WHICH_TWICE, names=_listed(twice))


# --- signs that someone can no longer do without the chat ---------------------------------------


def _observations(course: _Course) -> Iterator[Observation]:
    """Signs of dependency, for the chatter to talk about warmly (signs and thresholds own).

    The fixed number of meetings is there to prevent dependence (Van Duijn & Van Os 2025).
    """
    text = course.rule("dependency_signs")
    if text is None:
        return
    signs: tuple[tuple[Sign, str | None], ...] = (
        ("frequent", _frequent(course)),
        ("more_often", _more_often(course)),
        ("theme", _dependency_theme(course)),
        ("only_this_chatter", _only_this_chatter(course)),
    )
    for sign, reason in signs:
        if reason:
            yield Observation(sign=sign, text=text, reason=reason)


def _count(course: _Course, back: int) -> int:
    """Ordinary chats in a window that ends `back` windows ago."""
    ages = ((course.today - visit.on).days for visit in course.given.visits)
    return sum(back * WINDOW <= age < (back + 1) * WINDOW for age in ages)


def _frequent(course: _Course) -> str | None:
    count = _count(course, 0)
    return course.say(SIGN_FREQUENT, days=WINDOW, count=count) if count >= FREQUENT else None


def _more_often(course: _Course) -> str | None:
    count, before = _count(course, 0), _count(course, 1)
    if not RISING <= count < FREQUENT or not before or count < 2 * before:
        return None
    return course.say(SIGN_MORE, days=WINDOW, count=count, before=before)


def _dependency_theme(course: _Course) -> str | None:
    talks: tuple[Meeting | Visit, ...] = (*course.meetings, *course.updates, *course.given.visits)
    dates = sorted({talk.on for talk in talks if DEPENDENCY in talk.themes})
    if not dates:
        return None
    return course.say(SIGN_THEME, name=course.topic(DEPENDENCY), dates=_listed(dates))


def _only_this_chatter(course: _Course) -> str | None:
    asked = [visit.asked_for for visit in course.given.visits if visit.asked_for]
    chatter = course.meetings[0].chatter if course.meetings else None
    if len(asked) < ONLY_YOU or set(asked) != {chatter}:
        return None
    return course.say(SIGN_ONLY, count=len(asked), chatter=chatter)
