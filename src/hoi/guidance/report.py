"""The reports of a talk: pure functions of a session, which change nothing in it.

What the visitor gets is quoted with care: no sentence of a message that raised a flag of any sort,
none in which someone blames or despises themselves, none that names death or danger. Where a grave
danger was heard and not taken back by a person, the story is not retold, and nothing is quoted that
was said after it (sudden calm is then a sign, and no strength). To leave out a good sentence costs
little.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import ValidationError

from hoi.errors import InputError
from hoi.guidance.ending import ending
from hoi.guidance.escalation import SUICIDALITY, THIRD_PARTY, flags
from hoi.guidance.fold import Heard, fold
from hoi.guidance.protocol import protocol_of
from hoi.guidance.questions import questions, raised_by
from hoi.guidance.report_text import PLAIN_TOPICS, WAY_113, WAY_CHAT, WAY_GP
from hoi.guidance.topics import topics
from hoi.guidance.watch import RUNG, Watch
from hoi.model.base import Text
from hoi.model.finding import Finding
from hoi.model.method import FlagKind, Framework, Level
from hoi.model.report import (
    AlsoHeard,
    Answer,
    ChatterReport,
    ElementCovered,
    FollowUp,
    FollowUpKind,
    HandledFlag,
    Handling,
    ProposedTopic,
    QuestionCovered,
    Ratings,
    Report,
    Turn,
    VisitorReport,
)
from hoi.model.tagged import Ending, QuestionTag

if TYPE_CHECKING:
    from hoi.guidance.session import Action, Session

OWN_WORDS = 4  # sentences at most: a report is one page
ANSWERS = 2  # messages at most for each question
LONGEST = 220  # code points of a sentence, and of an answer
SHORTEST, SHORTEST_ANSWER = 4, 6  # words: fewer say little by themselves
SOON = 3  # an answer comes within so many messages of its question
GRAVE = frozenset({"consult", "high", "immediate", "emergency"})  # urgencies in escalation.yaml
BY_STATUS = ("open", "confirmed", "lowered", "handled", "unfounded")
# Said of oneself in pain, or in trust: not to be read back on a page that others may find.
PAIN = frozenset(
    f"situation/{name}"
    for name in (
        "being_a_burden",
        "eating_shame",
        "guilt",
        "secret_told",
        "self_hatred",
        "shame",
        "trauma_told",
    )
)
STRENGTH = frozenset({"question/talents_vulnerabilities", "question/want_for_self"})
# A second net under the rules: a sentence with any of these is not quoted, whatever was read in it.
UNQUOTED = re.compile(
    r"suici|zelfmoord|zelfdod|dood|doden|sterf|sterv|euthana|crisis|risico|gevaar"
    r"|\b(?:risks?|danger\w*|deaths?|dead|dying|kill\w*|(?:to|could|i) die)\b"
    r"|\bschuld\b|schuldig|schaam|waardelo|(?:niks|niets|nix) waard|\bmislukk|haat me|walg|tot last"
    r"|\b(?:fault|guilt|blam|asham|worthless|hate my|failure|disgust|a burden|pathetic)"
)
# Nor what could shame or endanger someone on a page that others may find.
PRIVATE = re.compile(
    r"\bniemand\b|niet weten|niet vertellen|geheim|opgenomen|opname|isole|dwang|politie|gevangen"
    r"|\b(?:wijn|bier|drank|dronk\w*|alcohol|wiet|blow\w*|drugs|coke|pillen|sex|seks|vreemd)\b"
    r"|\b(?:nobody|no one|not know|don t tell|secret|sectioned|police|jail|prison|wine|beer|drunk"
    r"|drink\w*|weed|pills|affair|cheat\w*)\b|\b(?:huil|cry|crying)\w*"
)
NUMBER_113 = re.compile(r"\b(?:0800[ -]?)?0?113\b")
UNSAFE = frozenset(
    ["unsafe_home", "child_at_risk", "sexual_violence", "human_trafficking"]
)  # with any of these at home, a paper with own words on it may be found by the wrong person
SENTENCE = re.compile(r"\S.*?(?:[.!?…](?=\s|$)|$)", re.MULTILINE)


class _Talk(NamedTuple):
    """All that a report is made of."""

    heard: Sequence[Heard]
    actions: Sequence[Action]
    watches: Sequence[Watch]
    framework: Framework
    danger: int | None  # the message in which a grave danger was first heard, if it was
    changed: frozenset[int]  # messages that were changed or taken back


class _Sentence(NamedTuple):
    message: int
    start: int
    end: int
    text: str


def report(
    session: Session,
    *,
    ratings: Ratings | Mapping[str, Any] | None = None,
    steps: Sequence[str] = (),
    resources: Sequence[str] = (),
    reflection: str = "",
) -> Report:
    """Both reports of a session: see `visitor_report` and `chatter_report`."""
    return Report(
        visitor=visitor_report(session, ratings=ratings, steps=steps, resources=resources),
        chatter=chatter_report(session, reflection=reflection, resources=resources),
    )


def visitor_report(
    session: Session,
    *,
    ratings: Ratings | Mapping[str, Any] | None = None,
    steps: Sequence[str] = (),
    resources: Sequence[str] = (),
) -> VisitorReport:
    """What the visitor may take home: no flags, and no words of ours about danger.

    A draft: the reader misses things, so let the chatter read it before the visitor gets it.

    Args:
        session: the talk so far.
        ratings: the visitor's marks from 1 to 5, as `{"meaningful": 4, "helped": 5}`; either may
            be missing or None.
        steps: what was agreed or chosen, in words that the visitor may read.
        resources: names of what the visitor chose to look at.

    Raises:
        InputError: if a rating is not 1 to 5, or steps or resources are no lists of texts.
    """
    marks, agreed, chosen = (
        _ratings(ratings),
        _texts("steps", steps),
        _texts("resources", resources),
    )
    talk = _talk(session)
    quotable = _quotable(talk)
    answers = tuple(_answers(talk, quotable)) if talk.danger is None else ()
    given = {sentence for _, found in answers for part in found for sentence in part}
    return VisitorReport(
        language=session.visitor_language,
        frameworks=talk.framework.digest,
        hoi=session.engine.version,
        topics=_plain_topics(talk),
        own_words=_own_words(talk, quotable, given),
        answers=tuple(
            Answer(question=tag.id, name=_question_name(tag, talk), words=_joined(found))
            for tag, found in answers
        ),
        steps=agreed,
        resources=chosen,
        turn_to=_turn_to(talk),
        ratings=marks,
    )


def chatter_report(
    session: Session, *, reflection: str = "", resources: Sequence[str] = ()
) -> ChatterReport:
    """What the chatter checks, completes and keeps, with what a person still has to look at.

    Args:
        session: the talk so far.
        reflection: the chatter's own words on the talk.
        resources: names of what was offered.

    Raises:
        InputError: if the reflection is no text, or resources is no list of texts.
    """
    if not isinstance(reflection, str):
        raise InputError(f"`reflection` must be text, not {type(reflection).__name__}")
    offered, talk = _texts("resources", resources), _talk(session)
    end = ending(talk.heard)
    return ChatterReport(
        language=session.language,
        frameworks=talk.framework.digest,
        hoi=session.engine.version,
        topics=tuple(_proposed(talk)),
        flags=tuple(_handled(watch, talk) for watch in _by_urgency(talk.watches)),
        also_heard=_also_heard(talk),
        questions=tuple(
            QuestionCovered(
                id=tag.id, name=_question_name(tag, talk), asked=tag.asked, answered=tag.answered
            )
            for tag in questions(talk.heard, talk.framework)
        ),
        chime_d=tuple(_elements(talk)),
        resources=offered,
        accepted=_count(talk, "accept"),
        dismissed=_count(talk, "dismiss"),
        ending=end,
        minutes=session.advice.progress.minutes,
        reflection=reflection.strip(),
        follow_up=tuple(_follow_up(talk, end)),
    )


def _talk(session: Session) -> _Talk:
    engine, watches = session.engine, session.watches
    return _Talk(
        fold(engine.reader, session.messages),
        session.actions,
        watches,
        engine.framework,
        min((w.flag.message for w in watches if _is_grave(w, engine.framework)), default=None),
        session.changed,
    )


def _is_grave(watch: Watch, framework: Framework) -> bool:
    """Is it a grave danger at its level, and did nobody lower it?"""
    protocol = protocol_of(watch.flag.id, watch.flag.level, framework)
    return watch.status != "unfounded" and protocol is not None and protocol.urgency in GRAVE


# --- what the caller gives ----------------------------------------------------------------------


def _ratings(given: Ratings | Mapping[str, Any] | None) -> Ratings:
    if given is None or isinstance(given, Ratings):
        return given or Ratings()
    try:
        return Ratings.model_validate(given)
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"]) or "ratings"
        raise InputError(
            f"`{where}` is no rating: give `meaningful` and `helped` as whole numbers from 1 to 5, "
            "or leave out what the visitor did not rate"
        ) from None


def _texts(name: str, given: Sequence[str]) -> tuple[str, ...]:
    wrong = isinstance(given, str) or not isinstance(given, Sequence)
    if wrong or not all(isinstance(item, str) for item in given):
        raise InputError(f"`{name}` must be a list of texts, one for each")
    return tuple(dict.fromkeys(item.strip() for item in given if item.strip()))


# --- the visitor's own words --------------------------------------------------------------------


def _quotable(talk: _Talk) -> Mapping[int, tuple[_Sentence, ...]]:
    """The sentences of the visitor that may be read back, by message."""
    if any(watch.flag.id in UNSAFE and watch.status != "unfounded" for watch in talk.watches):
        return {}
    touched = {watch.flag.message for watch in talk.watches} | talk.changed
    for tag in flags(talk.heard, talk.framework):
        touched |= {tag.message, *(item.message for item in tag.evidence)}
    for item in talk.heard:
        for finding in item.reading.findings:
            if finding.rule.raises.startswith(("flag/", "ask/")):
                touched |= {span.message for span in finding.spans}
    sentences = {
        number: tuple(s for s in _sentences(number, item) if _may_be_quoted(s, item))
        for number, item in enumerate(talk.heard[: talk.danger])
        if item.message.role == "visitor" and number not in touched
    }
    return {number: found for number, found in sentences.items() if found}


def _sentences(number: int, item: Heard) -> Iterator[_Sentence]:
    for found in SENTENCE.finditer(item.message.text):
        yield _Sentence(number, found.start(), found.end(), " ".join(found.group().split()))


def _may_be_quoted(sentence: _Sentence, item: Heard) -> bool:
    plain = _plain(sentence.text).replace("'", " ")
    if len(sentence.text) > LONGEST or UNQUOTED.search(plain) or PRIVATE.search(plain):
        return False
    return not any(
        rule.raises in PAIN or (rule.kind == "lack" and rule.raises == "chime_d/identity")
        for rule in (finding.rule for finding in _within(sentence, item))
    )


def _plain(text: str) -> str:
    """The text in lower case without accents, so that one word is found in all its guises."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in apart if unicodedata.category(sign) not in ("Mn", "Cf"))


def _within(sentence: _Sentence, item: Heard) -> Iterator[Finding]:
    """The findings of a message that have words in the sentence."""
    for finding in item.reading.findings:
        for span in finding.spans:
            if span.message == sentence.message and (
                span.start < sentence.end and sentence.start < span.end
            ):
                yield finding
                break


def _own_words(
    talk: _Talk, quotable: Mapping[int, Sequence[_Sentence]], given: Iterable[_Sentence]
) -> tuple[str, ...]:
    """Sentences that show strength, a wish, hope or what helps; those `given` stand elsewhere."""
    elsewhere = {sentence.text for sentence in given}
    shown = (
        sentence.text
        for number, sentences in quotable.items()
        for sentence in sentences
        if sentence.text not in elsewhere and _shows_strength(sentence, talk.heard[number])
    )
    # What was said last stands nearest to where the talk came.
    return tuple(dict.fromkeys(shown))[-OWN_WORDS:]


def _shows_strength(sentence: _Sentence, item: Heard) -> bool:
    if len(sentence.text.split()) < SHORTEST or sentence.text.endswith("?"):
        return False
    rules = [finding.rule for finding in _within(sentence, item)]
    grows = any(rule.kind == "growth" or rule.raises in STRENGTH for rule in rules)
    return grows and not any(rule.kind == "lack" for rule in rules)


Parts = tuple[tuple[_Sentence, ...], ...]  # of an answer: sentences, by message


def _answers(
    talk: _Talk, quotable: Mapping[int, Sequence[_Sentence]]
) -> Iterator[tuple[QuestionTag, Parts]]:
    """The four questions that were answered in words that may be read back, with those words."""
    tags = questions(talk.heard, talk.framework)
    fits: dict[int, tuple[int, int]] = {}  # message: when its question was asked, which one it is
    for order, tag in enumerate(tags):
        for number in tag.answered:
            asked = _asked_for(number, tag, talk)
            if asked is not None:
                fits[number] = max(fits.get(number, (-1, -1)), (asked, order))
    for order, tag in enumerate(tags):
        own = [number for number, (_, which) in fits.items() if which == order]
        parts = [(n, part) for n in own if (part := _part(quotable.get(n, ())))]
        longest = sorted(parts, key=lambda item: (-len(_said(item[1])), item[0]))[:ANSWERS]
        if longest:
            yield tag, tuple(part for _, part in sorted(longest))


def _asked_for(number: int, tag: QuestionTag, talk: _Talk) -> int | None:
    """The message that asked what message `number` answers; -1 if it was told unasked."""
    asked = [n for n in tag.asked if n < number and "?" in talk.heard[n].message.text]
    if asked and number - asked[-1] <= SOON:
        return asked[-1]
    return -1 if tag.id in raised_by(talk.heard[number], "question") else None


def _part(sentences: Sequence[_Sentence]) -> tuple[_Sentence, ...]:
    """The sentences of one message that fit in an answer, from its start."""
    kept: list[_Sentence] = []
    for sentence in sentences:
        if len(_said([*kept, sentence])) > LONGEST:
            break
        kept.append(sentence)
    return tuple(kept) if len(_said(kept).split()) >= SHORTEST_ANSWER else ()


def _said(sentences: Sequence[_Sentence]) -> str:
    return " ".join(sentence.text for sentence in sentences)


def _joined(parts: Parts) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_said(part) for part in parts))


# --- the rest of the visitor's report -----------------------------------------------------------


def _plain_topics(talk: _Talk) -> tuple[Text, ...]:
    """Plain names of the talk's topics; one that has none is left out."""
    ids = [tag.id for tag in topics(talk.heard, talk.framework)]
    named = [PLAIN_TOPICS[name] for name in ids if name in PLAIN_TOPICS]
    return tuple(dict.fromkeys(named))


def _question_name(tag: QuestionTag, talk: _Talk) -> Text:
    return next(item.name for item in talk.framework.hoi.questions if item.id == tag.id)


def _turn_to(talk: _Talk) -> tuple[Turn, ...]:
    """The GP and the chat; 113 wherever suicidality was heard, or the chatter named it.

    Not only where somebody pressed a key: a forgotten click must not take it off the page.
    """
    hours = talk.framework.hoi.opening_hours.replace("-", " - ")
    chat = WAY_CHAT.model_copy(
        update={
            "hours": Text(
                nl=WAY_CHAT.hours.nl.format(hours=hours), en=WAY_CHAT.hours.en.format(hours=hours)
            )
        }
    )
    heard = any(
        watch.flag.id in (SUICIDALITY, THIRD_PARTY) and watch.status != "unfounded"
        for watch in talk.watches
    )
    named = any(
        item.message.role == "chatter" and NUMBER_113.search(item.message.text)
        for item in talk.heard
    )
    return (WAY_GP, chat, WAY_113) if heard or named else (WAY_GP, chat)


# --- the chatter's report -----------------------------------------------------------------------


def _proposed(talk: _Talk) -> Iterator[ProposedTopic]:
    names = {topic.id: topic.name for topic in talk.framework.topics.topics}
    for tag in topics(talk.heard, talk.framework):
        yield ProposedTopic(id=tag.id, name=names[tag.id], main=tag.main, evidence=tag.evidence)


def _by_urgency(watches: Iterable[Watch]) -> list[Watch]:
    """Open ones first, and of those the heaviest."""
    return sorted(
        watches, key=lambda w: (BY_STATUS.index(w.status), -RUNG[w.flag.level], w.flag.message)
    )


def _handled(watch: Watch, talk: _Talk) -> HandledFlag:
    name, level_name = _names(watch, talk.framework)
    return HandledFlag(
        id=watch.flag.id,
        name=name,
        level=watch.flag.level,
        level_name=level_name,
        whose=watch.flag.experiencer,
        status=watch.status,
        message=watch.flag.message,
        evidence=tuple(item for item in watch.flag.evidence if item.cue is None),
        actions=tuple(_handlings(watch, talk)),
    )


def _handlings(watch: Watch, talk: _Talk) -> Iterator[Handling]:
    for action in talk.actions:
        if (action.target, action.whose) == watch.key and action.kind in (
            "confirm",
            "handle",
            "lower",
        ):
            yield Handling(kind=action.kind, level=action.level, reason=action.reason)


def _names(watch: Watch, framework: Framework) -> tuple[Text, Text | None]:
    """The name of a flag, and of its level if it has one."""
    level = protocol_of(watch.flag.id, watch.flag.level, framework)
    return _flag(watch.flag.id, framework).name, level.name if isinstance(level, Level) else None


def _flag(name: str, framework: Framework) -> FlagKind:
    return next(kind for kind in framework.escalation.flags if kind.id == name)


def _also_heard(talk: _Talk) -> tuple[AlsoHeard, ...]:
    """Signs that were not passed on, each sort once."""
    found: dict[tuple[Any, ...], AlsoHeard] = {}
    for tag in flags(talk.heard, talk.framework):
        if tag.escalate:
            continue
        key = (tag.id, tag.experiencer, tag.time, tag.negated, tag.tier)
        before = found[key].messages if key in found else ()
        found[key] = AlsoHeard(
            id=tag.id,
            name=_flag(tag.id, talk.framework).name,
            whose=tag.experiencer,
            time=tag.time,
            negated=tag.negated,
            tier=tag.tier,
            messages=tuple(dict.fromkeys((*before, tag.message))),
        )
    return tuple(found.values())


def _elements(talk: _Talk) -> Iterator[ElementCovered]:
    for element in talk.framework.chime_d.elements:
        by_role = {
            role: sum(
                item.message.role == role and element.id in raised_by(item, "chime_d")
                for item in talk.heard
            )
            for role in ("visitor", "chatter")
        }
        yield ElementCovered(id=element.id, name=element.name, **by_role)


def _count(talk: _Talk, kind: str) -> int:
    return len({action.target for action in talk.actions if action.kind == kind})


def _follow_up(talk: _Talk, end: Ending) -> Iterator[FollowUp]:
    for watch in sorted(_by_urgency(talk.watches), key=lambda w: -RUNG[w.flag.level]):
        name, level_name = _names(watch, talk.framework)
        for kind in _what_is_left(watch, talk, end):
            yield FollowUp(
                kind=kind,
                flag=watch.flag.id,
                name=name,
                level_name=level_name,
                whose=watch.flag.experiencer,
            )


def _what_is_left(watch: Watch, talk: _Talk, end: Ending) -> Iterator[FollowUpKind]:
    if _is_open_risk(watch) and end != "normal":
        yield "broke_off" if end == "abrupt" else "no_goodbye"
    if watch.status == "open":
        yield "open_again" if any(_handlings(watch, talk)) else "never_confirmed"


def _is_open_risk(watch: Watch) -> bool:
    """Open, or taken up only; thoughts of suicide or worse also when they were passed on."""
    thoughts = RUNG[watch.flag.level] >= RUNG["active_thoughts"]
    return watch.is_shown or (watch.status == "handled" and thoughts)
