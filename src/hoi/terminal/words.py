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
    "try.why.denied": ("het antwoord begint met nee", "the answer begins with a no"),
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
    "why": ("waarom", "why"),
    "suggestion.ask": ("vraag openlijk", "ask openly"),
    "suggestion.question": ("vraag", "question"),
    "suggestion.resource": ("hulp", "help"),
    "suggestion.approach": ("aanpak", "approach"),
    "suggestion.situation": ("situatie", "situation"),
    "suggestion.rupture": ("contact", "contact"),
    "flag.open": ("open", "open"),
    "flag.confirmed": ("bevestigd", "confirmed"),
    "flag.handled": ("afgehandeld", "handled"),
    "flag.lowered": ("verlaagd", "lowered"),
    "flag.unfounded": ("geen sprake van", "not the case"),
    "flag.new": ("NIEUW", "NEW"),
    "flag.reminder": ("HERINNERING", "REMINDER"),
    "flag.to_confirm": ("bevestig: ok", "confirm: ok"),
    "phase.opening": ("begin", "opening"),
    "phase.exploring": ("midden", "exploring"),
    "phase.closing": ("afronding", "closing"),
    "guide.help": (
        """\
v: tekst, c: tekst   een bericht van de bezoeker of de chatter; zonder v: of
                     c: is het van wie niet als laatste sprak
1, 2, 3              deze suggestie is gebruikt; x1, x2, x3: weggelegd
ok VLAG              de vlag is gezien en opgepakt
done VLAG reden      de vlag is doorgegeven of afgehandeld
lower VLAG NIVEAU reden
                     de vlag is minder zwaar; NIVEAU none: het was er geen
? VLAG               het hele protocol van een vlag; ?: deze hulp
q                    einde, met de verslagen (ook Ctrl-D en Ctrl-C)
In de regel onder een bericht: vier vragen · open, ? gesteld, ✓ beantwoord;
CHIME-D 2/1: in twee berichten van de bezoeker, in een van de chatter""",
        """\
v: text, c: text     a message of the visitor or of the chatter; without v: or
                     c: it is of whoever did not speak last
1, 2, 3              this suggestion was used; x1, x2, x3: put away
ok FLAG              the flag was seen and is taken up
done FLAG reason     the flag was passed on or dealt with
lower FLAG LEVEL reason
                     the flag is less heavy; LEVEL none: it was none
? FLAG               the whole protocol of a flag; ?: this help
q                    end, with the reports (Ctrl-D and Ctrl-C too)
In the line below a message: four questions · open, ? asked, ✓ answered;
CHIME-D 2/1: in two messages of the visitor, in one of the chatter""",
    ),
    "guide.start": (
        "Typ als bezoeker of als chatter. ?: hulp, q: einde.",
        "Type as the visitor or as the chatter. ?: help, q: end.",
    ),
    "guide.no_suggestion": (
        "er is nu geen suggestie {number}; als bericht: {role}: {line}",
        "there is no suggestion {number} now; as a message: {role}: {line}",
    ),
    "guide.no_flag": (
        "er staat geen vlag '{name}' open; wel: {there}",
        "no flag '{name}' is open; there is: {there}",
    ),
    "guide.no_level": (
        "'{name}' is geen lager niveau; kies uit: {there}",
        "'{name}' is no lower level; choose from: {there}",
    ),
    "guide.no_reason": (
        "geef een reden: {kind} {name} reden",
        "give a reason: {kind} {name} reason",
    ),
    "guide.no_text": ("er staat geen tekst achter", "there is no text after it"),
    "guide.nobody": ("geen", "none"),
    "guide.used": ("gebruikt", "used"),
    "guide.put_away": ("weggelegd", "put away"),
    "guide.nothing_said": (
        "Er is niets gezegd: geen verslagen.",
        "Nothing was said: no reports.",
    ),
    "guide.reports": ("Verslagen", "Reports"),
    "guide.report_visitor": ("Voor de bezoeker", "For the visitor"),
    "guide.report_chatter": ("Voor de chatter", "For the chatter"),
    "replay.next": ("Enter: volgende, q: einde", "Enter: next, q: end"),
    "practice.start": (
        "Oefenen: lees de bezoeker en typ je antwoord; een lege regel: volgende. De bezoeker "
        "praatte met een andere chatter, dus niet alles sluit aan. ?: hulp, q: einde.",
        "Practice: read the visitor and type your reply; an empty line: next. The visitor talked "
        "with another chatter, so not all of it will follow on. ?: help, q: end.",
    ),
    "practice.help": (
        """\
tekst                je antwoord; een lege regel: het volgende bericht
ok VLAG              de vlag is gezien en opgepakt
done VLAG reden      de vlag is doorgegeven of afgehandeld
lower VLAG NIVEAU reden
                     de vlag is minder zwaar; NIVEAU none: het was er geen
? VLAG               het hele protocol van een vlag; ?: deze hulp
q                    einde, met de terugblik (ook Ctrl-D en Ctrl-C)""",
        """\
text                 your reply; an empty line: the next message
ok FLAG              the flag was seen and is taken up
done FLAG reason     the flag was passed on or dealt with
lower FLAG LEVEL reason
                     the flag is less heavy; LEVEL none: it was none
? FLAG               the whole protocol of a flag; ?: this help
q                    end, with the look back (Ctrl-D and Ctrl-C too)""",
    ),
    "practice.not_visitor": (
        "in een oefening typ je alleen als chatter",
        "in practice you type as the chatter only",
    ),
    "practice.you": ("jij", "you"),
    "practice.review": ("Terugblik", "Looking back"),
    "practice.no_reply": (
        "Je hebt niets geantwoord: er is niets om op terug te kijken.",
        "You did not reply: there is nothing to look back on.",
    ),
    "practice.good": ("ging goed", "went well"),
    "practice.change": ("kan anders", "could be otherwise"),
    "practice.opened": ("vraag geopend", "question opened"),
    "practice.asked": ("openlijk gevraagd naar", "asked openly about"),
    "practice.elements": ("gaf ruimte aan", "made room for"),
    "practice.offered": ("had ook gekund", "was possible too"),
    "practice.plain": ("niets bijzonders opgemerkt", "nothing in particular noticed"),
    "practice.missed": (
        "Vlaggen die niet zijn opgepakt (niet bevestigd, en er is daarna niet naar gevraagd)",
        "Flags not taken up (not confirmed, and not asked about since)",
    ),
    "practice.none_missed": (
        "Elke vlag die er was, is opgepakt.",
        "Every flag that was raised was taken up.",
    ),
    "practice.no_flags": ("Er waren geen vlaggen.", "There were no flags."),
    "practice.unopened": ("Niet geopend van de vier vragen", "Of the four questions, not opened"),
    "practice.limits": (
        "Opgemerkt door regels: die missen veel. Bespreek het met een ervaren chatter.",
        "Noticed by rules, which miss much. Talk it over with an experienced chatter.",
    ),
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
