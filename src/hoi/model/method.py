"""The method as data: what the YAML files under `frameworks/` hold once they are read.

Shapes only; the texts, sources and statuses are in the files, for people who do not program.
"""

from __future__ import annotations

from typing import Annotated, Literal, NamedTuple, Self, get_args

from pydantic import AfterValidator, Field, model_validator

from hoi.errors import Place
from hoi.model.base import Frozen, Text
from hoi.model.conversation import Need

Grade = Annotated[int, Field(ge=1, le=4)]  # 1 a weak sign .. 4 enough alone
Sum = Annotated[int, Field(ge=1, le=20)]  # grades of several signs added up
CardPoints = Annotated[int, Field(ge=-400, le=400)]  # points of a scorecard
Lowering = Annotated[int, Field(ge=0, le=4)]  # how much a qualifier takes off a grade
Qualifier = Literal[
    "negated",
    "other",
    "past",
    "hypothetical",
    "question",
    "quoted",
    "joke",
    "idiom",
    "work",
    "feared",
]


Phase = Literal["opening", "exploring", "closing"]  # of a talk of about 40 minutes
Open = Literal["office_hours", "out_of_hours", "always", "other"]  # when a route is there


class Line(NamedTuple):
    """One line of a block of sayings or examples, with its line number in the file."""

    text: str
    number: int


class Sourced(Frozen):
    """Something that says where it comes from and whether it has been approved."""

    source: str
    status: Literal["draft", "approved"]


class SourcedText(Text):
    """A text with its source."""

    source: str


# --- the four questions -------------------------------------------------------------------------


class Prompt(Text):
    """Words a chatter may use to open a question, in the phase of the talk where they fit.

    They fit best `on` what was just said (`topic/...`, `life_stage/...`, `chime_d/...`), or for the
    `needs` named at the start.
    """

    phase: Phase
    on: tuple[str, ...] = ()
    needs: tuple[Need, ...] = ()
    source: str


class Variants(Frozen):
    """Wordings in use, per language."""

    nl: tuple[str, ...]
    en: tuple[str, ...]


class Question(Sourced):
    """One of the four questions (Van Duijn & Van Os 2025)."""

    id: str
    name: Text
    wording: Text
    variants: Variants
    time: Literal["past", "present", "future"]
    aim: Text
    prompts: tuple[Prompt, ...] = Field(min_length=10)
    avoid: tuple[Text, ...]


class Move(Sourced):
    """One of the three GEM moves: demedicalise, normalise, socialise."""

    id: str
    name: Text
    looks_like: Text
    not_: Text = Field(alias="not")


class Hoi(Sourced):
    """The recovery-oriented intake: its aim, time and four questions."""

    method: Literal["hoi"]
    name: Text
    aim: Text
    minutes: str
    opening_hours: str
    questions: tuple[Question, ...]
    moves: tuple[Move, ...]


# --- CHIME-D ------------------------------------------------------------------------------------


class ChimeCue(Text):
    """What a visitor may say of an element: that it grows, or that it lacks."""

    kind: Literal["growth", "lack"]


class Element(Sourced):
    """One CHIME-D element (Leamy et al. 2011; difficulties after Stuart et al. 2017)."""

    id: str
    name: Text
    definition: Text
    sub_themes: tuple[SourcedText, ...]
    visitor: tuple[ChimeCue, ...]
    chatter: tuple[Text, ...]


class Principle(Sourced):
    """One of the five approach principles."""

    id: str
    name: Text
    looks_like: tuple[Text, ...]
    violated_by: tuple[Text, ...]


class ChimeD(Sourced):
    """CHIME-D: the climate of the talk."""

    method: Literal["chime_d"]
    name: Text
    elements: tuple[Element, ...]
    principles: tuple[Principle, ...]


# --- life stages --------------------------------------------------------------------------------


class Stage(Sourced):
    """One of Erikson's stages; ages are conventions, themes decide."""

    id: str
    conflict: Text
    usual_age: str
    variants: str
    virtue: Text
    core_pathology: Text
    central_question: Text
    relations: Text
    maladaptation: Text
    malignancy: Text
    themes: tuple[Text, ...]
    pointers: tuple[Text, ...]


class AgePrior(Sourced):
    """How likely each stage is by age band alone; to be overruled by themes."""

    band: str
    prior: dict[str, float]
    note: Text


class Erikson(Sourced):
    """The view on the life course."""

    method: Literal["erikson"]
    name: Text
    stages: tuple[Stage, ...]
    age_bands: tuple[AgePrior, ...]


# --- topics -------------------------------------------------------------------------------------


class Exclusion(Text):
    """What a topic does not cover, and which topic or flag does."""

    see: str | None = None


class Topic(Sourced):
    """One of the 22 topics of Tabel 1 (Van Duijn & Van Os 2025)."""

    id: str
    number: int
    name: Text
    share_2025: float
    definition: Text
    include: tuple[Text, ...]
    exclude: tuple[Exclusion, ...]
    neighbours: tuple[str, ...]
    examples: Variants


class Border(Sourced):
    """The question that decides between two topics."""

    between: tuple[str, str]
    question: Text


class Topics(Sourced):
    """The codebook."""

    method: Literal["topics"]
    name: Text
    coding_rules: tuple[Text, ...]
    topics: tuple[Topic, ...]
    borders: tuple[Border, ...]


# --- escalation ---------------------------------------------------------------------------------


class Route(Sourced):
    """Where to send someone.

    `hours` are words for people. `open` is what decides whether it is shown: `office_hours` by
    day on working days, `out_of_hours` at other times, the others at any hour.
    """

    id: str
    name: Text
    contact: Text
    hours: Text
    open: Open
    when: Text
    audience: Literal["all", "child", "young_adult"]


class Level(Sourced):
    """One rung of the ladder for suicidality."""

    id: str
    name: Text
    meaning: Text
    c_ssrs: str
    steps: tuple[Text, ...]
    supervision: Text
    confirm: bool
    urgency: str
    routes: tuple[str, ...]


class Dimension(Sourced):
    """A kind of sign of suicidality."""

    id: str
    name: Text
    meaning: Text


class Grading(Sourced):
    """How grades become tiers: enough alone, enough together, enough to ask.

    `other_flag_at` and `other_ask_at` are for flags other than suicidality, whose grades add up.
    For a flag that no rule speaks of, a scorecard needs a message of `card_words` words and signs,
    and `later_points` points more once a talk is under way. `tail_messages` is how many messages
    back a sign still counts.
    """

    flag_at: Grade
    flag_together: Sum
    ask_at: Grade
    other_flag_at: Sum
    other_ask_at: Sum
    later_points: int = Field(ge=0, le=100)
    card_words: int = Field(ge=0, le=20)
    tail_messages: int = Field(ge=0, le=100)
    note: Text

    @model_validator(mode="after")
    def _asks_before_it_flags(self) -> Self:
        for ask, flag in (("ask_at", "flag_at"), ("other_ask_at", "other_flag_at")):
            if getattr(self, ask) > getattr(self, flag):
                raise ValueError(f"'{ask}' must not be more than '{flag}'")
        return self


class FlagKind(Sourced):
    """Something a chatter must not carry alone."""

    id: str
    name: Text
    definition: Text
    include: tuple[Text, ...]
    exclude: tuple[Text, ...]
    escalate: bool
    urgency: str
    whoever: bool
    past: bool
    topics: tuple[str, ...]
    steps: tuple[Text, ...]
    routes: tuple[str, ...]


class UrgentSign(Sourced):
    """A bodily sign with a drug that needs a doctor at once."""

    id: str
    text: Text
    with_: str = Field(alias="with")


def _qualifier(name: str) -> str:
    known = get_args(Qualifier)
    if name not in known:
        raise ValueError(f"no qualifier '{name}': it is one of {', '.join(known)}")
    return name


class Escalation(Sourced):
    """What to pass on, to whom, and how."""

    method: Literal["escalation"]
    name: Text
    principles: tuple[Text, ...]
    routes: tuple[Route, ...]
    levels: tuple[Level, ...]
    dimensions: tuple[Dimension, ...]
    grading: Grading
    lowers: dict[Annotated[str, AfterValidator(_qualifier)], Lowering]
    flags: tuple[FlagKind, ...]
    urgent_signs: tuple[UrgentSign, ...]
    failure_modes: tuple[Text, ...]


# --- medication ---------------------------------------------------------------------------------


class MedicationKind(Sourced):
    """A kind of medication question."""

    id: str
    name: Text
    definition: Text
    chatter_may: Text
    chatter_must_not: Text
    urgency: Text


class Drug(Frozen):
    """A drug by its Dutch generic name, with what else people call it."""

    generic: str
    english: str | None = None
    brands: tuple[str, ...] = ()
    slang: tuple[str, ...] = ()
    misspellings: tuple[str, ...] = ()
    source: str


class DrugClass(Frozen):
    """A class of drugs."""

    id: str
    name: Text
    drugs: tuple[Drug, ...]


class Collective(Frozen):
    """Words for medicines in general."""

    id: str
    terms: Variants


class Ambiguous(Frozen):
    """A drug's name that is also another word, and so does not count by itself."""

    term: str
    meaning: Text


class Medication(Sourced):
    """Drug names for recognition only, never for advice."""

    method: Literal["medication"]
    name: Text
    kinds: tuple[MedicationKind, ...]
    classes: tuple[DrugClass, ...]
    collective: tuple[Collective, ...]
    ambiguous: tuple[Ambiguous, ...]


# --- trajectory ---------------------------------------------------------------------------------


class TrajectoryRule(Sourced):
    """One rule of the 5x-traject."""

    id: str
    text: Text
    value: str | None = None


class Meeting(Sourced):
    """A suggested focus of one of the five talks; a suggestion, not a rule."""

    number: int
    focus: Text
    questions: tuple[str, ...]
    note: Text


class Updates(Sourced):
    """The updates after a traject."""

    months: tuple[int, ...]
    text: Text


class Supervision(Sourced):
    """How often whom is coached."""

    id: str
    who: str
    what: Text
    every: Text


class Trajectory(Sourced):
    """The 5x-traject."""

    method: Literal["trajectory"]
    name: Text
    definition: Text
    rules: tuple[TrajectoryRule, ...]
    meetings: tuple[Meeting, ...]
    updates: Updates
    supervision: tuple[Supervision, ...]


# --- advice -------------------------------------------------------------------------------------


class Situation(Sourced):
    """Something that goes on in a talk and asks for a word of advice.

    `seen_by` says how it is noticed: by `rules` that raise `situation/...`, or from the course of
    the `talk` (who writes how much, when, what is still open). After a `heavy` one no next
    question is suggested for a while: it asks to be acknowledged first.
    """

    id: str
    name: Text
    kind: Literal["situation", "rupture"]
    heavy: bool = False
    seen_by: Literal["rules", "talk"]


class Style(Sourced):
    """A way in which a chatter's message may be written, to be kept (`good`) or to be changed.

    Noticed by `rules` that raise `style/...`, or from the `message` itself (its length, its marks).
    """

    id: str
    name: Text
    good: bool
    seen_by: Literal["rules", "message"]


class Piece(Sourced):
    """A short piece of advice, as a good senior would give it.

    `on` names what calls for it, any of these: `situation/...`, `style/...`, `ask/...` (weak signs
    of a flag), `flag/...`, `topic/...`, `chime_d/...`, `life_stage/...`. `say` are words that the
    chatter could use; `phases` (all if empty) and `needs` (likewise) say when it fits.
    """

    id: str
    on: tuple[str, ...] = Field(min_length=1)
    phases: tuple[Phase, ...] = ()
    needs: tuple[Need, ...] = ()
    text: Text
    say: Text | None = None
    reason: Text


class Counsel(Sourced):
    """The advice of a good senior, as data."""

    method: Literal["advice"]
    name: Text
    situations: tuple[Situation, ...]
    styles: tuple[Style, ...]
    pieces: tuple[Piece, ...]


# --- language -----------------------------------------------------------------------------------


class Concept(Sourced):
    """A set of terms for one idea in one language."""

    id: str
    language: str
    terms: tuple[Line, ...]
    place: Place


class Cue(Sourced):
    """Words around a finding that change how it is read."""

    id: str
    language: str
    sets: Qualifier | None = None
    clears: Qualifier | None = None
    stops: bool = False
    direction: Literal["before", "after", "both"] = "before"
    reach: int = Field(default=6, ge=0, le=100)
    says: tuple[Line, ...]
    place: Place


class Rule(Sourced):
    """Sayings that raise something."""

    id: str
    language: str
    raises: str
    by: Literal["visitor", "chatter", "both"] = "visitor"
    dimension: str | None = None
    grade: Grade = 2
    level: str | None = None
    kind: str | None = None
    says: tuple[Line, ...]
    unless: tuple[Line, ...] = ()
    after: str | None = None
    denies: bool = False
    experiencer: Literal["self", "other"] = "self"
    time: Literal["current", "past"] = "current"
    lowers: dict[Qualifier, Lowering] = Field(default_factory=dict)
    match: tuple[Line, ...]
    no_match: tuple[Line, ...]
    place: Place


class Scorecard(Sourced):
    """What the words of a message add up to, for one flag, one level of it, or one topic.

    Each line of `points` is a whole number and a sign: a word (`paracetamol`), the five letters a
    longer word begins with (`parac*`), two neighbouring words (`niet meer`), two words with one or
    two between them (`niet .. meer`), a concept (`{medication_name}`) or what rules said
    (`[suicidality ask]`). The points are added up and set against the length of the message. From
    `ask_at` on the flag is asked about (the topic is named), from `flag_at` on it is passed on. A
    card with a `level` or a `kind` does not raise the flag: it says of which level or kind it is. A
    card that `decides` also turns a flag of the rules into a question where it does not agree. Of
    the examples, messages by themselves, `match` reach `ask_at` and `no_match` do not.
    """

    id: str
    language: str
    raises: str
    level: str | None = None
    kind: str | None = None
    experiencer: Literal["self", "other"] = "self"
    time: Literal["current", "past"] = "current"
    decides: bool = False
    ask_at: CardPoints
    flag_at: CardPoints
    points: tuple[Line, ...]
    match: tuple[Line, ...]
    no_match: tuple[Line, ...]
    place: Place

    @model_validator(mode="after")
    def _ask_before_flag(self) -> Self:
        if self.ask_at > self.flag_at:
            raise ValueError("`ask_at` is above `flag_at`: asking takes fewer points than flagging")
        return self


class Spelling(Frozen):
    """How people of one language type: see `spelling.yaml`."""

    language: str
    words: dict[str, str]
    fillers: frozenset[str]
    common: tuple[str, ...]
    neighbours: frozenset[str]


class Framework(Frozen):
    """All data of the method and both languages, with the digest of the files it came from."""

    hoi: Hoi
    chime_d: ChimeD
    erikson: Erikson
    topics: Topics
    escalation: Escalation
    medication: Medication
    trajectory: Trajectory
    advice: Counsel
    concepts: tuple[Concept, ...]
    cues: tuple[Cue, ...]
    rules: tuple[Rule, ...]
    scorecards: tuple[Scorecard, ...] = ()
    spelling: dict[str, Spelling]
    digest: str
