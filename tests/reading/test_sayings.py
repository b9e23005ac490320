"""Every construct of docs/writing-rules.md, read in a tiny framework with one rule each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import hoi
from hoi.model.conversation import Message
from hoi.reading.reader import Tail

# Construct: its saying, texts it matches, texts it does not.
CONSTRUCTS: dict[str, tuple[str, list[str], list[str]]] = {
    "word": (
        "fietsbel",
        [
            "fietsbel",
            "mijn FIETSBEL is stuk",
            "fïetsbél",
            "fietsbeeeeel",
            "fietsbell",
            "(fietsbel)",
            "fiets bel",
        ],
        ["fietspomp", "fiets met bel"],
    ),
    "start": (
        "wandel*",
        ["ik wandel", "wandelaars", "een wandelstok", "WANDELING!"],
        ["gewandeld", "wandkleed"],
    ),
    "end": ("*knoop", ["knoop", "een paalknoop", "SCHOENKNOOP."], ["knoopsgat"]),
    "inflected": (
        "~springen",
        ["springen", "hij springt", "ik sprong", "gesprongen"],
        ["springkussen", "een hoogspringer"],
    ),
    "separable": (
        "~uitstappen",
        ["uitstappen", "uitgestapt", "uit te stappen", "ik stap er uit", "ik stap morgen uit"],
        ["instappen", "ik stap", "ik ga uit"],
    ),
    "choice": (
        "bij (haven|zee|het oude fort) slapen",
        ["bij haven slapen", "bij zee slapen", "bij het oude fort slapen"],
        ["bij fort slapen", "bij slapen", "bij het fort slapen"],
    ),
    "choice_of_all": (
        "(~wegen|{kleur}|boter*) vloerkleed",
        ["woog vloerkleed", "paars vloerkleed", "boterham vloerkleed", "licht oranje vloerkleed"],
        ["vloerkleed", "groen vloerkleed"],
    ),
    "gap_in_choice": (
        "(tafel .. stoel|bank) kussen",
        [
            "tafel stoel kussen",
            "tafel met stoel kussen",
            "tafel met kapotte stoel kussen",
            "bank kussen",
        ],
        ["tafel met een kapotte stoel kussen"],
    ),
    "concept": (
        "{kleur} gordijn",
        ["paars gordijn", "licht oranje gordijn", "oranje gordijn", "geverfd met glans gordijn"],
        ["groen gordijn", "gordijn"],
    ),
    "optional_word": ("dikke? kater", ["dikke kater", "kater"], ["dikke kat"]),
    "optional_between": ("rood dak? raam", ["rood dak raam", "rood raam"], ["rood huis raam"]),
    "optional_choice": (
        "laat (de grote|mijn)? trommel",
        ["laat trommel", "laat de grote trommel", "laat mijn trommel"],
        ["laat grote trommel", "laat jouw trommel"],
    ),
    "short_gap": (
        "molen .. wieken",
        [
            "molen wieken",
            "molen a b c d e wieken",
            "molen, a, wieken",
            "molen a... wieken",
            "molen - wieken",
        ],
        [
            "molen a b c d e f wieken",
            "molen. wieken",
            "molen! wieken",
            "molen? wieken",
            "a b c d e f g h molen\nwieken a b c d e f g h",
            "wieken molen",
        ],
    ),
    "long_gap": (
        "kasteel ... gracht",
        ["kasteel gracht", "kasteel a b c d e f g h i j k l gracht"],
        ["kasteel a b c d e f g h i j k l m gracht", "kasteel. gracht"],
    ),
    "border_before": (
        "| zonsopgang",
        [
            "zonsopgang",
            "zonsopgang is mooi",
            "ja, zonsopgang",
            "mooi. zonsopgang",
            "nou - zonsopgang",
        ],
        ["mooie zonsopgang"],
    ),
    "border_after": (
        "zwembad |",
        ["zwembad", "mooi zwembad", "zwembad, ja", "zwembad.", "zwembad 🙂 mooi"],
        ["zwembad mooi"],
    ),
    "unordered": (
        "<~bakken taart slagroom>",
        [
            "bakken taart slagroom",
            "slagroom taart bakken",
            "taart a b c d e gebakken met slagroom",
            "ik bak met slagroom een taart",
        ],
        ["taart a b c d e f gebakken slagroom", "taart bakken", "taart bakken. slagroom"],
    ),
    "unordered_beside": (
        "gisteren <paard wagen> verkocht",
        ["gisteren paard wagen verkocht", "gisteren wagen paard verkocht"],
        ["gisteren wagen verkocht", "wagen gisteren paard verkocht"],
    ),
    "number": (
        "ongeveer # eieren",
        ["ongeveer 12 eieren", "ongeveer 0113 eieren"],
        ["ongeveer wat eieren"],
    ),
    "any_word": (
        "lange _ ladder",
        ["lange houten ladder", "lange 3 ladder"],
        ["lange ladder", "lange houten rode ladder", "lange. ladder"],
    ),
    "neighbours": (
        "groene kikker",
        ["groene kikker", "groene gewoon kikker", "groene gewoon echt kikker"],
        ["groene mooie kikker", "groene, kikker", "groene. kikker", "kikker groene"],
    ),
    "fillers_at_most_two": (
        "blauwe walvis",
        ["blauwe echt heel walvis"],
        ["blauwe gewoon echt heel walvis"],
    ),
    "clitic_front": (
        "ik heb hoofdluis",
        ["kheb hoofdluis", "ik heb hoofdluis"],
        ["je hebt hoofdluis"],
    ),
    "clitic_behind": (
        "heb ik jeukbulten",
        ["heb'k jeukbulten", "hebk jeukbulten"],
        ["heb jeukbulten"],
    ),
    "chat_spelling": ("waarom onweer", ["wrm onweer", "waarom onweer"], ["daarom onweer"]),
    "compound": (
        "straatlantaarn",
        ["straatlantaarn", "straat lantaarn", "straat-lantaarn"],
        ["straat"],
    ),
    "typo": (
        "verjaardagsfeest",
        ["verjardagsfeest", "verjaardagsfeets", "verjaardagsfeestt"],
        ["verjaardag", "feest"],
    ),
    "emoji": ("🦔", ["🦔", "kijk 🦔🦔", "leuk🦔!"], ["🐿️"]),
    "several_lines": (
        "# een opmerking\nzandkasteel\n\nschelpenpad",
        ["zandkasteel", "schelpenpad"],
        ["een opmerking"],
    ),
}
CONCEPTS = [
    {"id": "kleur", "terms": "paars\n(licht|donker)? oranje\n# een opmerking\n~verven .. glans"},
    {"id": "boom", "terms": "wilgenboom"},
]
Findings = Callable[[str], set[str]]


def _ids_in(guide: hoi.Guide, text: str) -> set[str]:
    reading = guide.reader.read(Message(text=text), Tail())
    return {finding.rule.id for finding in reading.findings}


@pytest.fixture(scope="module")
def found(make_framework: Callable[..., Path]) -> Findings:
    """The names of the constructs found in a text."""
    rules: list[dict[str, Any]] = [
        {"id": f"nl.test.{name}", "raises": "topic/meaning", "says": saying}
        for name, (saying, _, _) in CONSTRUCTS.items()
    ]
    rules += [
        {
            "id": "nl.test.unless",
            "raises": "topic/meaning",
            "says": "(dag|datum) gekozen",
            "unless": "trouw* .. gekozen\n{boom}",
        },
        {"id": "nl.test.shared_name", "raises": "topic/meaning", "says": "oude {boom}"},
    ]
    en_rules = [
        {"id": "en.test.shared_name", "raises": "topic/meaning", "says": "ancient {boom}"},
        {"id": "en.test.clitic", "raises": "topic/meaning", "says": "i am hungry\ndo not swim"},
    ]
    folder = make_framework(
        rules=rules,
        concepts=CONCEPTS,
        en_rules=en_rules,
        en_concepts=[{"id": "boom", "terms": "explosion"}],
    )
    guide = hoi.load(folder)
    return lambda text: {name.split(".", 2)[2] for name in _ids_in(guide, text)}


@pytest.mark.parametrize(
    ("name", "text"), [(name, text) for name, (_, texts, _) in CONSTRUCTS.items() for text in texts]
)
def test_matches(found: Findings, name: str, text: str) -> None:
    assert name in found(text)


@pytest.mark.parametrize(
    ("name", "text"), [(name, text) for name, (_, _, texts) in CONSTRUCTS.items() for text in texts]
)
def test_does_not_match(found: Findings, name: str, text: str) -> None:
    assert name not in found(text)


def test_unless_silences_a_rule(found: Findings) -> None:
    assert "unless" in found("we hebben een datum gekozen")
    assert "unless" not in found("voor de trouwerij hebben we een datum gekozen")
    assert "unless" not in found("bij de wilgenboom een datum gekozen")


def test_a_concept_belongs_to_one_language(found: Findings) -> None:
    assert "shared_name" in found("oude wilgenboom")
    assert "shared_name" in found("ancient explosion")
    assert "shared_name" not in found("oude explosion")


@pytest.mark.parametrize(
    "text", ["i am hungry", "I'm hungry", "im hungry", "don't swim", "dont swim", "don’t swim"]
)
def test_english_clitics(found: Findings, text: str) -> None:
    assert "clitic" in found(text)


@pytest.mark.parametrize(
    "saying",
    [
        "(a",
        "fiets)",
        "<fiets>",
        "<fiets .. bel",
        "fiets>",
        "ab*",
        "*ab",
        "..",
        "|",
        "_",
        "?",
        "(fiets|<a b>)",
        "het is zo",
    ],
)
def test_bad_saying_is_refused_with_its_line(
    make_framework: Callable[..., Path], saying: str
) -> None:
    text = (
        "rules:\n"
        "  - id: nl.test.bad\n"
        "    raises: topic/meaning\n"
        "    says: |\n"
        "      fietsbel\n"
        f"      {saying}\n"
        "    examples:\n"
        "      match: |\n        een\n        twee\n"
        "      no_match: |\n        drie\n        vier\n"
        "    source: own\n"
        "    status: draft\n"
    )
    folder = make_framework(files={"language/nl/rules/bad.yaml": text})
    with pytest.raises(hoi.FrameworkError) as caught:
        hoi.load(folder)
    (problem,) = caught.value.problems
    assert (problem.place.file, problem.place.line) == ("language/nl/rules/bad.yaml", 6)
    assert problem.place.item == "nl.test.bad"
