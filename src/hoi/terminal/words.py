"""The words of the interface, and the cleaning of what people typed, for every page.

Everything that was typed by people goes through `clean` and into `Text` objects, never into
markup: a visitor's "[bold]" stays five letters in brackets, and no message can steer a terminal.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

# Every word of the interface: Dutch, English.
WORDS: dict[str, tuple[str, str]] = {
    "chat": ("Gesprek", "Chat"),
    "visitor": ("bezoeker", "visitor"),
    "chatter": ("chatter", "chatter"),
    "no_intake": ("geen intake ingevuld", "no intake form filled in"),
    "called": ("noemt zich", "goes by"),
    "aged": ("leeftijd", "aged"),
    "gender.woman": ("vrouw", "woman"),
    "gender.man": ("man", "man"),
    "gender.other": ("anders dan man of vrouw", "gender other than woman or man"),
    "need.reassurance": ("zoekt geruststelling", "looks for reassurance"),
    "need.advice": ("zoekt advies", "looks for advice"),
    "need.contact": ("zoekt contact", "looks for contact"),
    "need.other": ("zoekt iets anders", "looks for something else"),
    "about": ("wil praten over", "wants to talk about"),
    "no_messages": ("geen berichten", "no messages"),
    "colour.cue": ("verandert de lezing", "changes the reading"),
    "pass_on": ("doorgeven", "pass on"),
    "ask": ("openlijk vragen", "ask openly"),
    "noted": ("om te weten", "to know about"),
    "negated": ("ontkend", "denied"),
    "past": ("vroeger", "past"),
    "hypothetical": ("hypothetisch", "hypothetical"),
    "other": ("over iemand anders", "about someone else"),
    "message": ("bericht", "message"),
    "summary": ("Wat er gehoord is", "What was heard"),
    "topic": ("onderwerp", "topic"),
    "topics": ("Onderwerpen", "Topics"),
    "main": ("hoofdonderwerp", "main"),
    "flags": ("Vlaggen", "Flags"),
    "question": ("een van de vier vragen", "one of the four questions"),
    "questions": ("Vier vragen", "Four questions"),
    "asked": ("gesteld in", "asked in"),
    "not_asked": ("nog niet gesteld", "not yet asked"),
    "answered": ("beantwoord in", "answered in"),
    "not_answered": ("geen antwoord gehoord", "no answer heard"),
    "chime_d": ("CHIME-D", "CHIME-D"),
    "life_stage": ("Levensfase", "Life stage"),
    "view": ("een blik, geen oordeel", "a view, not a verdict"),
    "by.themes": ("op grond van thema's", "by themes"),
    "by.age": ("alleen op grond van leeftijd", "by age only"),
    "by.unclear": ("onduidelijk", "unclear"),
    "alternatives": ("ook mogelijk", "also possible"),
    "ending": ("Einde", "Ending"),
    "ending.normal": ("gewoon afgesloten", "closed normally"),
    "ending.abrupt": ("plots afgebroken", "broke off"),
    "ending.open": ("open: te weinig om iets te zeggen", "open: too little to say"),
    "none": ("niets gehoord", "none heard"),
    "draft": (
        "Alle teksten zijn concepten tot een klinisch supervisor ze heeft goedgekeurd.",
        "All texts are drafts until a clinical supervisor has approved them.",
    ),
    "rule": ("Regel", "Rule"),
    "rule.raises": ("meldt", "raises"),
    "rule.by": ("gezegd door", "said by"),
    "rule.both": ("bezoeker of chatter", "visitor or chatter"),
    "rule.kind": ("soort", "kind"),
    "rule.after": ("alleen na", "only after"),
    "rule.dimension": ("dimensie", "dimension"),
    "rule.grade": ("graad", "grade"),
    "rule.of": ("van", "of"),
    "rule.level": ("niveau", "level"),
    "rule.reads_as": ("leest als", "reads as"),
    "rule.says": ("zegswijzen", "sayings"),
    "rule.unless": ("tenzij", "unless"),
    "rule.match": ("wel", "matches"),
    "rule.no_match": ("niet", "does not match"),
    "rule.source": ("bron", "source"),
    "rule.status": ("status", "status"),
    "status.draft": (
        "concept, nog niet goedgekeurd door een klinisch supervisor",
        "draft, not yet approved by a clinical supervisor",
    ),
    "status.approved": ("goedgekeurd", "approved"),
    "rule.place": ("staat in", "stands in"),
    "cue": ("Contextwoord", "Cue"),
    "cue.sets": ("zet", "sets"),
    "cue.clears": ("heft op", "clears"),
    "cue.stops": ("stopt andere", "stops others"),
    "cue.where": ("staat", "stands"),
    "cue.before": ("voor de vondst", "before the finding"),
    "cue.after": ("na de vondst", "after the finding"),
    "cue.both": ("voor of na de vondst", "before or after the finding"),
    "cue.reach": ("bereik in woorden", "reach in words"),
    "concept": ("Begrip", "Concept"),
    "concept.terms": ("termen", "terms"),
    "flag": ("Vlag", "Flag"),
    "level": ("Niveau", "Level"),
    "item.topic": ("Onderwerp", "Topic"),
    "definition": ("betekenis", "meaning"),
    "include": ("wel", "includes"),
    "exclude": ("niet", "excludes"),
    "see": ("zie", "see"),
    "share": ("deel in 2025", "share in 2025"),
    "neighbours": ("grenst aan", "borders on"),
    "levels": ("niveaus", "levels"),
    "escalate": ("doorgeven", "pass on"),
    "whoever": ("ook over een ander", "also of another person"),
    "also_past": ("ook van vroeger", "also of the past"),
    "yes": ("ja", "yes"),
    "no": ("nee", "no"),
    "urgency": ("dringendheid", "urgency"),
    "supervision": ("supervisie", "supervision"),
    "steps": ("stappen", "steps"),
    "routes": ("wegen", "routes"),
    "used_by": ("regels", "rules"),
    "no_rules": ("geen", "none"),
    "flag.topics": ("onderwerpen", "topics"),
    "quoted": ("geciteerd", "quoted"),
    "joke": ("als grap", "as a joke"),
    "idiom": ("als uitdrukking", "as an idiom"),
    "work": ("in iemands werk", "in someone's work"),
    "feared": ("gevreesd", "feared"),
    "try.open": ("open vraag", "open question"),
    "try.no_question": (
        "geen vraag naar een vlag gehoord",
        "no question about a flag was heard",
    ),
    "try.read_with": ("gelezen met", "read with"),
    "try.words": ("gelezen als", "read as"),
    "try.concepts": ("begrippen", "concepts"),
    "try.fired": ("regels", "rules"),
    "try.nothing": ("geen enkele", "none fired"),
    "try.silenced": ("zwijgt", "silent"),
    "try.by_rules": ("volgens de regels", "by the rules"),
    "try.cards": ("puntenkaarten", "scorecards"),
    "try.near": ("net niet", "near misses"),
    "try.result": ("Uitkomst", "Result"),
    "try.turned": ("gelezen als:", "read as:"),
    "try.itself": (
        "zonder contextwoord: aanhalingstekens of 'zichzelf'",
        "without a cue: quotation marks or a 'himself'",
    ),
    "try.why.unless": ("zwijgt door `unless`", "is silenced by its `unless`"),
    "try.why.late": ("antwoord begint te ver in het bericht", "answer begins too far on"),
    "try.why.language": (
        "woorden van beide talen in een zin in de andere taal",
        "words of both languages in a line of the other language",
    ),
    "try.why.not_asked": (
        "antwoordregels waarvan de vraag niet is gesteld",
        "rules for answers whose question was not asked",
    ),
    "try.flag": ("doorgeven", "flag"),
    "try.ask": ("vragen", "ask"),
    "try.level": (
        "niveau gehaald, als de vlag er is",
        "level reached, if the flag is raised",
    ),
    "try.silent": ("niet gehaald", "not reached"),
    "try.limits": (
        "vragen vanaf {ask}; doorgeven vanaf {flag} alleen, of {together} samen van twee soorten",
        "ask from {ask} on; flag from {flag} on alone, or from {together} on by two kinds of sign",
    ),
    "try.other_limits": (
        "andere vlaggen: vragen vanaf {ask} samen, doorgeven vanaf {flag}",
        "other flags: ask from {ask} on together, flag from {flag} on",
    ),
    "try.total": ("som", "sum"),
    "try.from": (
        "vragen vanaf {ask}, doorgeven vanaf {flag}",
        "ask from {ask} on, flag from {flag} on",
    ),
    "try.other_cards": (
        "andere kaarten bleven ver beneden hun grens",
        "other cards stayed far below their limits",
    ),
    "try.lack.stop": (
        "er staat een zinseinde tussen",
        "the end of a sentence stands between",
    ),
    "try.lack.border": (
        "moet aan het begin of eind van een zinsdeel staan",
        "must stand at the start or end of a clause",
    ),
    "try.lack.far": (
        "te ver uit elkaar, of een komma ertussen",
        "too far apart, or a comma between",
    ),
    "try.lack.order": (
        "alle woorden staan er, in een andere volgorde",
        "all words are there, in another order",
    ),
    "try.lack.missing": ("mist", "lacks"),
    "try.lack.question": ("alleen na", "only after"),
    "scorecard": ("Puntenkaart", "Scorecard"),
    "card.ask_at": ("vragen vanaf", "ask from"),
    "card.flag_at": ("doorgeven vanaf", "flag from"),
    "card.signs": ("tekens", "signs"),
    "card.heaviest": ("zwaarste", "heaviest"),
    "card.for": ("wijst erop", "speaks for it"),
    "card.against": ("wijst ervan af", "speaks against it"),
    "do_now": ("Wat nu", "What to do"),
    "more": ("meer", "more"),
    "marks": ("Tekens", "Marks"),
    "no_problems": ("Geen problemen.", "No problems."),
    "no_file": ("(zonder bestand)", "(no file)"),
    "error": ("fout", "error"),
    "errors": ("fouten", "errors"),
    "warning": ("waarschuwing", "warning"),
    "warnings": ("waarschuwingen", "warnings"),
}

# Marks that turn the direction of writing, and so could show a text other than what was typed.
DIRECTION = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class Words:
    """The interface in one language."""

    def __init__(self, language: str | None) -> None:
        self.language = "nl" if (language or "").lower()[:2] == "nl" else "en"

    def __call__(self, key: str) -> str:
        """The words for `key`."""
        dutch, english = WORDS[key]
        return dutch if self.language == "nl" else english


def clean(text: str) -> str:
    """`text` without what could steer a terminal; line breaks stay."""
    return "".join(map(_visible, text))


def _visible(sign: str) -> str:
    if sign in "\n\r\u2028\u2029":
        return "\n"
    if sign == "\t":
        return " "
    category = unicodedata.category(sign)
    if category == "Cs":  # half a character, which no terminal can be sent
        return "\ufffd"
    return "" if category == "Cc" or sign in DIRECTION else sign


def line_of(text: str) -> str:
    """`text` cleaned and on one line."""
    return " ".join(clean(text).split())


def quoted(text: str) -> str:
    """`text`, cleaned, in quotation marks."""
    return f"‘{line_of(text)}’"


def labelled() -> Table:
    """A table of labels, each with lines beside it."""
    table = Table.grid(padding=(0, 1))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(ratio=1, overflow="fold")
    return table


def add_to(table: Table, label: str, lines: Sequence[Text]) -> None:
    """Add a label with its lines to a table made by `labelled`."""
    table.add_row(Text(label), Text("\n", overflow="fold").join(lines))
