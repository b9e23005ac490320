"""The reports as pages: Markdown, or one HTML page that stands by itself. Dutch and English.

All words of the pages are in the tables at the top. What people typed is escaped, and signs that
cannot be seen are taken out.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from hoi.model.advice import WatchStatus
from hoi.model.base import Language, Text
from hoi.model.report import (
    AlsoHeard,
    ChatterReport,
    FollowUp,
    FollowUpKind,
    HandledFlag,
    ProposedTopic,
    QuestionCovered,
    Turn,
    VisitorReport,
)
from hoi.model.tagged import Ending, Evidence


def _text(nl: str, en: str) -> Text:
    return Text(nl=nl, en=en)


# The 22 topics as one would name them to a visitor, without clinical words.
PLAIN_TOPICS: dict[str, Text] = {
    "treatment": _text("Je behandeling", "Your treatment"),
    "psychosomatic_complaints": _text("Wat je lichaam laat merken", "What your body tells you"),
    "clinician_relationship": _text(
        "Hoe het gaat met je hulpverlener", "How things are with the person who treats you"
    ),
    "developmental_understanding": _text(
        "Hoe vroeger en nu samenhangen", "How then and now hang together"
    ),
    "other_complaints": _text("Waar je last van hebt", "What is troubling you"),
    "mood_and_suicidality": _text("Hoe je je voelt", "How you feel"),
    "chat_dependency": _text("Wat de chat voor je betekent", "What the chat means to you"),
    "competence": _text("Wat je lukt, en wat nog niet", "What works for you, and what not yet"),
    "reaching_goals": _text("Hoe je bereikt wat je wilt", "How to get to what you want"),
    "grip_on_thoughts": _text("Meer rust in je gedachten", "More calm in your thoughts"),
    "being_vulnerable": _text("Je open durven stellen", "Daring to open up"),
    "life_stage": _text("De fase van je leven", "The stage of life you are in"),
    "medication": _text("Medicijnen", "Medicines"),
    "substance_use": _text("Alcohol of drugs", "Alcohol or drugs"),
    "other": _text("Andere dingen", "Other things"),
    "psychosis_sensitivity": _text(
        "Ervaringen die anderen soms niet delen", "Experiences that others may not share"
    ),
    "trauma": _text("Wat je hebt meegemaakt", "What you have been through"),
    "problems_in_surroundings": _text(
        "De mensen en dingen om je heen", "People and things around you"
    ),
    "major_event": _text("Iets heftigs dat gebeurde", "Something big that happened"),
    "help_needed": _text("Welke hulp bij je past", "What help suits you"),
    "self_image": _text("Hoe je naar jezelf kijkt", "How you look at yourself"),
    "meaning": _text("Wat je leven zin geeft", "What gives your life meaning"),
}

# Where one can turn. {hours} is filled in from the method's opening hours.
WAY_GP = Turn(
    name=_text("Je eigen huisarts", "Your own GP"),
    how=_text(
        "Bel de praktijk. Je mag dit verslag laten zien.",
        "Phone the practice. You may show this report.",
    ),
    hours=_text("Op werkdagen, overdag", "On working days, in the daytime"),
)
WAY_CHAT = Turn(
    name=_text("Deze chat", "This chat"),
    how=_text(
        "Kom gerust terug, je blijft anoniem.", "Feel free to come back, you stay anonymous."
    ),
    hours=_text("Elke dag, {hours} uur", "Every day, {hours}"),
)
WAY_113 = Turn(
    name=_text("113", "113"),
    how=_text(
        "Praten met iemand die luistert, gratis en anoniem: bel 113 of chat op www.113.nl.",
        "Talk to someone who listens, free and anonymous: phone 113 or chat at www.113.nl.",
    ),
    hours=_text("Dag en nacht", "Day and night"),
)

# The visitor's page.
VISITOR: dict[str, Text] = {
    "title": _text("Wat jij meeneemt uit de chat", "What you take with you from the chat"),
    "intro": _text(
        "Fijn dat je er was. Hier staat kort waar we over praatten. Dit blad is van jou: "
        "je mag het laten zien of weggooien. Bewaar je het? Doe dat op een plek die van jou is.",
        "It was good to have you here. This is a short note of what we talked about. It is yours: "
        "you may show it or throw it away. Do you keep it? Choose a place that is your own.",
    ),
    "topics": _text("Waar we over praatten", "What we talked about"),
    "own_words": _text("Jouw eigen woorden", "Your own words"),
    "answers": _text("Jouw verhaal", "Your story"),
    "steps": _text("Wat je je voornam", "What you set out to do"),
    "resources": _text("Wat je koos om te bekijken", "What you chose to look at"),
    "turn_to": _text("Waar je terechtkunt", "Where you can turn"),
    "ratings": _text("Wat je van de chat vond", "What you thought of the chat"),
    "meaningful": _text("Zinvol: {mark} van de 5", "Meaningful: {mark} out of 5"),
    "helped": _text("Geholpen: {mark} van de 5", "Helped: {mark} out of 5"),
    "footer": _text(
        "Dit is een eerste versie, gemaakt met een programma. Klopt er iets niet? Dan telt wat jij "
        "ervan vindt.",
        "This is a first version, made with a program. Is something not right? Then what you think "
        "of it counts.",
    ),
}

# The chatter's page.
CHATTER: dict[str, Text] = {
    "title": _text("Verslag van het gesprek", "Report of the talk"),
    "intro": _text(
        "Een voorstel, om na te kijken en aan te vullen. Jij beslist wat er klopt.",
        "A proposal, to be checked and completed. You decide what is right.",
    ),
    "follow_up": _text("Nog op te volgen", "Still to follow up"),
    "flags": _text("Signalen, en wat ermee gedaan is", "Flags, and what was done about them"),
    "also_heard": _text("Ook gehoord, niet doorgegeven", "Also heard, not passed on"),
    "topics": _text(
        "Voorgestelde onderwerpen: bevestig of verander", "Proposed topics: confirm or change"
    ),
    "questions": _text("De vier vragen", "The four questions"),
    "chime_d": _text("CHIME-D", "CHIME-D"),
    "resources": _text("Aangeboden hulp en informatie", "Help and information offered"),
    "course": _text("Verloop", "Course"),
    "reflection": _text("Eigen terugblik", "Own reflection"),
    "nothing": _text("Niets.", "Nothing."),
    "to_write": _text("(nog in te vullen)", "(to be written)"),
    "main": _text("hoofdonderwerp", "main topic"),
    "message": _text("bericht {number}", "message {number}"),
    "messages": _text("bericht {number}", "messages {number}"),
    "asked": _text("gevraagd in {places}", "asked in {places}"),
    "not_asked": _text("niet gevraagd", "not asked"),
    "answered": _text("beantwoord in {places}", "answered in {places}"),
    "not_answered": _text("niet beantwoord", "not answered"),
    "element": _text(
        "bezoeker in {visitor}, chatter in {chatter} berichten",
        "visitor in {visitor}, chatter in {chatter} messages",
    ),
    "suggestions": _text(
        "Suggesties: {accepted} gebruikt, {dismissed} weggelegd",
        "Suggestions: {accepted} used, {dismissed} put away",
    ),
    "minutes": _text("Duur: ongeveer {minutes} minuten", "Length: about {minutes} minutes"),
    "other": _text("van een ander", "of someone else"),
    "past": _text("vroeger", "in the past"),
    "hypothetical": _text("stel dat", "what if"),
    "negated": _text("ontkend", "denied"),
    "ask": _text("naar te vragen", "to ask about"),
    "footer": _text(
        "Concept. Berichten tellen vanaf 0. hoi {hoi}, methode {frameworks}.",
        "Draft. Messages count from 0. hoi {hoi}, method {frameworks}.",
    ),
}
ENDINGS: dict[Ending, Text] = {
    "normal": _text("Einde: gewoon, met een afscheid", "Ending: normal, with a goodbye"),
    "abrupt": _text("Einde: afgebroken", "Ending: broke off"),
    "open": _text("Einde: niet te zeggen", "Ending: cannot be told"),
}
STATUSES: dict[WatchStatus, Text] = {
    "open": _text("OPEN, niet bevestigd", "OPEN, not confirmed"),
    "confirmed": _text("bevestigd", "confirmed"),
    "handled": _text("afgehandeld", "handled"),
    "lowered": _text("verlaagd", "lowered"),
    "unfounded": _text("geen sprake van", "not the case"),
}
ACTIONS: dict[str, Text] = {
    "confirm": _text("Chatter nam het op", "Chatter took it up"),
    "handle": _text("Chatter handelde het af", "Chatter dealt with it"),
    "lower": _text("Chatter verlaagde het", "Chatter lowered it"),
}
FOLLOW_UPS: dict[FollowUpKind, Text] = {
    "broke_off": _text(
        "Het gesprek brak af terwijl dit openstond: {flag}. Bespreek het met de supervisor.",
        "The talk broke off with an open risk: {flag}. Discuss it with the supervisor.",
    ),
    "no_goodbye": _text(
        "Er was geen afscheid terwijl dit openstond: {flag}. Bespreek het met de supervisor.",
        "There was no goodbye, with an open risk: {flag}. Discuss it with the supervisor.",
    ),
    "never_confirmed": _text(
        "Niemand heeft dit bevestigd: {flag}.", "Nobody has confirmed this: {flag}."
    ),
    "open_again": _text(
        "Dit kwam terug nadat er iets mee gedaan was: {flag}.",
        "This came back after something was done about it: {flag}.",
    ),
}
SHOWN = 3  # stretches of evidence a line
DIGEST = 12  # signs of the digest that are shown
MARKS = re.compile(r"([\\`*_\[\]|~])")  # that mean something anywhere in Markdown
FIRST_MARKS = re.compile(r"^(\d*)([#+\-=>.):])")  # that mean something where a line begins
STYLE = """
:root{color-scheme:light dark;--bg:#fbfaf7;--ink:#22282d;--soft:#55606a;--line:#d9d5cb;
--mark:#2f6f62}
@media(prefers-color-scheme:dark){:root{--bg:#16191b;--ink:#e8e6e1;--soft:#a8b0b6;--line:#3a4045;
--mark:#8fcfbf}}
*{box-sizing:border-box}
body{margin:0 auto;padding:1.5rem;max-width:44rem;background:var(--bg);color:var(--ink);
font:1rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
h1{font-size:1.5rem;line-height:1.25;margin:0 0 .5rem}
h2{font-size:1.05rem;margin:1.2rem 0 .3rem;color:var(--mark)}
p,ul{margin:.3rem 0}
ul{padding-left:1.2rem}
q{quotes:none;font-style:italic;border-left:3px solid var(--line);padding-left:.6rem;display:block}
.note,footer{color:var(--soft);font-size:.9em}
footer{margin-top:1.5rem;border-top:1px solid var(--line);padding-top:.6rem}
@page{size:A4;margin:14mm}
@media print{:root{color-scheme:light;--bg:#fff;--ink:#000;--soft:#444;--line:#bbb;--mark:#1f4f46}
body{padding:0;max-width:none;font-size:9pt;line-height:1.3}h1{font-size:14pt}
h2{font-size:10.5pt;margin:.6em 0 .15em;break-after:avoid}li,q{break-inside:avoid}
.note{display:inline;padding-left:.5em}footer{margin-top:.8em}p,ul{margin:.15em 0}
.chatter{columns:2;column-gap:8mm}}
"""
HEAD = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="referrer" content="no-referrer">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main class="{kind}">"""


class _Item(NamedTuple):
    """One line of a section: a text, quotes below it, and a note in small print."""

    text: str = ""
    quotes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class _Page(NamedTuple):
    """A report as sections of lines, before it becomes Markdown or HTML."""

    kind: str
    language: Language
    title: str
    intro: str
    sections: tuple[tuple[str, tuple[_Item, ...]], ...]
    footer: str


def as_markdown(report: VisitorReport | ChatterReport, language: Language | None = None) -> str:
    """The report as Markdown, in `language`, or else its own."""
    page = _page(report, language)
    lines = [f"# {_md(page.title)}", "", _md(page.intro), ""]
    for title, items in page.sections:
        lines += [f"## {_md(title)}", ""]
        for item in items:
            lines += _md_item(item)
        lines += [] if lines[-1] == "" else [""]
    return "\n".join([*lines, "---", "", _md(page.footer), ""])


def as_html(report: VisitorReport | ChatterReport, language: Language | None = None) -> str:
    """The report as one HTML page without scripts, in `language`, or else its own.

    It loads nothing from elsewhere, follows the reader's choice of light or dark, and prints on A4.
    """
    page = _page(report, language)
    parts = [
        HEAD.format(language=page.language, title=_esc(page.title), style=STYLE, kind=page.kind)
    ]
    parts += [f"<h1>{_esc(page.title)}</h1>", f"<p>{_esc(page.intro)}</p>"]
    for title, items in page.sections:
        lines = "\n".join(f"<li>{_html_item(item)}</li>" for item in items)
        parts.append(f"<section>\n<h2>{_esc(title)}</h2>\n<ul>\n{lines}\n</ul>\n</section>")
    parts += ["</main>", f"<footer><p>{_esc(page.footer)}</p></footer>", "</body>", "</html>", ""]
    return "\n".join(parts)


def _page(report: VisitorReport | ChatterReport, language: Language | None) -> _Page:
    tongue = language or report.language
    if isinstance(report, VisitorReport):
        return _visitor(report, tongue)
    return _chatter(report, tongue)


def _visitor(report: VisitorReport, language: Language) -> _Page:
    to = {key: text.to(language) for key, text in VISITOR.items()}
    marks = (("meaningful", report.ratings.meaningful), ("helped", report.ratings.helped))
    sections = {
        "topics": tuple(_Item(topic.to(language)) for topic in report.topics),
        "own_words": tuple(_Item(quotes=(words,)) for words in report.own_words),
        "answers": tuple(_Item(a.name.to(language), a.words) for a in report.answers),
        "steps": tuple(_Item(step) for step in report.steps),
        "resources": tuple(_Item(name) for name in report.resources),
        "turn_to": tuple(
            _Item(f"{t.name.to(language)}. {t.how.to(language)}", notes=(t.hours.to(language),))
            for t in report.turn_to
        ),
        "ratings": tuple(_Item(to[key].format(mark=mark)) for key, mark in marks if mark),
    }
    filled = tuple((to[key], items) for key, items in sections.items() if items)
    return _Page("visitor", language, to["title"], to["intro"], filled, to["footer"])


def _chatter(report: ChatterReport, language: Language) -> _Page:
    to = _Words(language)
    sections: dict[str, Iterable[_Item]] = {
        "follow_up": (_follow_up(item, to) for item in report.follow_up),
        "flags": (_flag(flag, to) for flag in report.flags),
        "also_heard": (_also(item, to) for item in report.also_heard),
        "topics": (_topic(topic, to) for topic in report.topics),
        "questions": (_question(item, to) for item in report.questions),
        "chime_d": (
            _Item(
                item.name.to(language),
                notes=(to("element", visitor=item.visitor, chatter=item.chatter),),
            )
            for item in report.chime_d
            if item.visitor or item.chatter
        ),
        "resources": (_Item(name) for name in report.resources),
        "course": _course(report, to),
        "reflection": (_Item(report.reflection or to("to_write")),),
    }
    filled = tuple(
        (to(key), tuple(items) or (_Item(to("nothing")),)) for key, items in sections.items()
    )
    footer = to("footer", hoi=report.hoi, frameworks=report.frameworks[:DIGEST])
    return _Page("chatter", language, to("title"), to("intro"), filled, footer)


class _Words(NamedTuple):
    """The words of the chatter's page in one language."""

    language: Language

    def __call__(self, key: str, **values: object) -> str:
        return CHATTER[key].to(self.language).format(**values)

    def messages(self, numbers: Sequence[int]) -> str:
        """Messages by number, from 0, as the advice in the talk numbered them."""
        places = ", ".join(str(number) for number in numbers)
        return self("message" if len(numbers) == 1 else "messages", number=places)


def _flag_name(flag: HandledFlag | FollowUp, to: _Words) -> str:
    name = flag.name.to(to.language)
    if flag.level_name:
        name = f"{name}: {flag.level_name.to(to.language).lower()}"
    return f"{name} ({to('other')})" if flag.whose == "other" else name


def _follow_up(item: FollowUp, to: _Words) -> _Item:
    words = FOLLOW_UPS[item.kind].to(to.language)
    return _Item(words.format(flag=_flag_name(item, to)))


def _flag(flag: HandledFlag, to: _Words) -> _Item:
    done = []
    for action in flag.actions:
        what = ACTIONS[action.kind].to(to.language)
        done.append(f"{what}: {action.reason}" if action.reason else what)
    return _Item(
        f"{_flag_name(flag, to)} - {STATUSES[flag.status].to(to.language)}",
        _quotes(flag.evidence),
        (to.messages([flag.message]), *done),
    )


def _also(item: AlsoHeard, to: _Words) -> _Item:
    marks = [
        *(["other"] if item.whose == "other" else []),
        *([item.time] if item.time != "current" else []),
        *(["negated"] if item.negated else []),
        *(["ask"] if item.tier == "ask" and not item.negated else []),
    ]
    notes = [*(to(mark) for mark in marks), to.messages(item.messages)]
    return _Item(item.name.to(to.language), notes=(", ".join(notes),))


def _topic(topic: ProposedTopic, to: _Words) -> _Item:
    name = topic.name.to(to.language)
    return _Item(f"{name} ({to('main')})" if topic.main else name, _quotes(topic.evidence))


def _question(item: QuestionCovered, to: _Words) -> _Item:
    asked = to("asked", places=to.messages(item.asked)) if item.asked else to("not_asked")
    answered = to("not_answered")
    if item.answered:
        answered = to("answered", places=to.messages(item.answered))
    return _Item(item.name.to(to.language), notes=(f"{asked}; {answered}",))


def _course(report: ChatterReport, to: _Words) -> Iterator[_Item]:
    yield _Item(ENDINGS[report.ending].to(to.language))
    if report.minutes is not None:
        yield _Item(to("minutes", minutes=round(report.minutes)))
    yield _Item(to("suggestions", accepted=report.accepted, dismissed=report.dismissed))


def _quotes(evidence: Iterable[Evidence]) -> tuple[str, ...]:
    """The longest few words that show it, in their order."""
    texts = list(dict.fromkeys(item.text for item in evidence))
    longest = sorted(texts, key=lambda text: -len(text))[:SHOWN]
    return (" ... ".join(text for text in texts if text in longest),) if texts else ()


# --- Markdown and HTML --------------------------------------------------------------------------


def _seen(text: str) -> str:
    """The text in one line, without signs that cannot be seen or that turn its direction."""
    shown = (
        sign
        for sign in " ".join(text.split())
        if unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Zl", "Zp") or sign == "\u200d"
    )
    return "".join(shown)


def _esc(text: str) -> str:
    return html.escape(_seen(text))


def _html_item(item: _Item) -> str:
    quotes = "".join(f'<q dir="auto">{_esc(quote)}</q>' for quote in item.quotes)
    notes = "".join(f'<p class="note">{_esc(note)}</p>' for note in item.notes)
    return f"{_esc(item.text)}{quotes}{notes}"


def _md(text: str) -> str:
    safe = FIRST_MARKS.sub(r"\1\\\2", MARKS.sub(r"\\\1", _seen(text)))
    return safe.replace("&", "&amp;").replace("<", "&lt;")


def _md_item(item: _Item) -> list[str]:
    """A line with its quotes and notes; each quote a paragraph of its own."""
    if not item.text:
        return [line for quote in item.quotes for line in (f"> {_md(quote)}", "")]
    quotes = [line for quote in item.quotes for line in ("", f"  > {_md(quote)}")]
    notes = [f"  - {_md(note)}" for note in item.notes]
    between = [""] if quotes and notes else []
    return [f"- {_md(item.text)}", *quotes, *between, *notes, *([""] if quotes else [])]
