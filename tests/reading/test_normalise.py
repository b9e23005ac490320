"""A typed word becomes the word it means, and real words are left alone."""

from __future__ import annotations

import unicodedata

import pytest

from hoi.model.method import Spelling
from hoi.reading.normalise import Normaliser, fold, spelling_key

VOCABULARY = [
    "zelfmoord",
    "dood",
    "niet",
    "meer",
    "gebeurd",
    "leven",
    "springen",
    "verdrietig",
    "medicatie",
    "nietmeer",
    "suicide",
    "mes",
    "pillen",
    "stemmen",
    "stommen",
    "slikken",
    "wortel",
    "worthless",
]


@pytest.fixture(scope="module")
def normaliser() -> Normaliser:
    words = {"gwn": "gewoon", "kheb": "ik heb", "heb'k": "heb ik", "m'n": "mijn", "don't": "do not"}
    spelling = Spelling(
        language="nl",
        words=words,
        fillers=frozenset({"gewoon"}),
        common=("ik", "het", "niet", "meer", "dood", "stemmen", "op", "de", "not"),
        neighbours=frozenset({"sprengen"}),
    )
    normaliser = Normaliser({"nl": spelling})
    normaliser.learn(VOCABULARY, ["suicid", "zelfmoord"])
    return normaliser


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("DOOD", "dood"),
        ("Suïcide", "suicide"),
        (unicodedata.normalize("NFD", "suïcide"), "suicide"),
        ("m’n", "m'n"),
        ("m`n", "m'n"),
        ("ﬁets", "fiets"),
        ("dood", "dood"),
        ("", ""),
    ],
)
def test_fold(typed: str, meant: str) -> None:
    assert fold(typed) == meant


def test_fold_twice_changes_nothing() -> None:
    for text in ("ÉÉN", "STRASSE ß", "İstanbul", "ǅ", "½", "Ⅷ"):
        assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("gebeurt", "gebeurd"),
        ("pijn", "pein"),
        ("vrouw", "vrauw"),
        ("lachen", "lagen"),
        ("vind", "vindt"),
    ],
)
def test_words_that_sound_alike_have_one_key(one: str, other: str) -> None:
    assert spelling_key(one) == spelling_key(other)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("gwn", ("gewoon",)),
        ("Kheb", ("ik", "heb")),
        ("heb’k", ("heb", "ik")),
        ("hebk", ("heb", "ik")),
        ("don't", ("do", "not")),
        ("DONT", ("do", "not")),
    ],
)
def test_chat_spelling_and_clitics(
    normaliser: Normaliser, typed: str, meant: tuple[str, ...]
) -> None:
    assert normaliser.plain(typed) == meant
    assert normaliser.mended(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("dooood", ("dood",)),
        ("doooooooooood", ("dood",)),
        ("nieeeet", ("niet",)),
        ("d00d", ("dood",)),
        ("z3lfmoord", ("zelfmoord",)),
        ("zelfmord", ("zelfmoord",)),
        ("zelfmoordd", ("zelfmoord",)),
        ("zeflmoord", ("zelfmoord",)),
        ("zelfmoort", ("zelfmoord",)),
        ("sellefmoord", ("sellefmoord",)),
        ("notttt", ("not",)),  # the commoner of two dictionary words, in any language
        ("houu", ("houu",)),  # short and not common: left as it is
        ("deee", ("de",)),
        ("stmmen", ("stemmen",)),  # the commoner of two that are one slip away
        ("stemnen", ("stemmen",)),  # the key beside
        ("gslikt", ("geslikt",)),  # a form of a word that sayings use
        ("zelfmordgedachten", ("zelfmoordgedachten",)),  # a slip in a known beginning
        ("zelfmoordzus", ("zelfmoordzus",)),  # none to mend in it
        ("zelfmoord's", ("zelfmoord",)),
        ("worfless", ("worthless",)),
        ("gebeurt", ("gebeurt",)),  # a word of its own in the dictionary: left as it is
    ],
)
def test_stretched_leet_and_typos(
    normaliser: Normaliser, typed: str, meant: tuple[str, ...]
) -> None:
    assert normaliser.mended(typed) == meant


@pytest.mark.parametrize("typed", ["sprengen", "lezen", "bood", "rood", "0113", "113", "ab", "x"])
def test_real_and_short_words_are_no_typos(normaliser: Normaliser, typed: str) -> None:
    assert normaliser.mended(typed) == (typed,)


@pytest.mark.parametrize("typed", ["17e", "50mg", "2001", "333", "4x4", "ab1", "@jan"])
def test_numbers_and_names_are_not_made_of_letters(normaliser: Normaliser, typed: str) -> None:
    assert normaliser.mended(typed) == (typed,)


@pytest.mark.parametrize("typed", ["p1ll3n", "p!llen"])
def test_signs_for_letters(normaliser: Normaliser, typed: str) -> None:
    assert (normaliser.mended(typed) == ("pillen",)) == ("!" not in typed)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("levenniet", ("leven", "niet")),
        ("ikhet", ("ik", "het")),
        ("ikslikken", ("ik", "slikken")),
        ("pillenmes", ("pillen", "mes")),
        ("heb'khet", ("heb", "ik", "het")),
    ],
)
def test_glued_words(normaliser: Normaliser, typed: str, meant: tuple[str, ...]) -> None:
    assert normaliser.mended(typed) == meant


@pytest.mark.parametrize("typed", ["jamesx", "mesil", "oppillen", "parisx"])
def test_names_and_compounds_are_not_cut(normaliser: Normaliser, typed: str) -> None:
    assert normaliser.mended(typed) == (typed,)


def test_many_stretched_letters_cost_little(normaliser: Normaliser) -> None:
    assert normaliser.mended("aabbccddeeffgghhii") == ("aabbccddeeffgghhii",)


def test_dood_in_front_is_never_cut_off(normaliser: Normaliser) -> None:
    assert normaliser.mended("doodniet") == ("doodniet",)
    assert normaliser.mended("doodmoe") == ("doodmoe",)


def test_very_long_words_come_back_at_once(normaliser: Normaliser) -> None:
    long = "abcdefghij" * 5000
    assert normaliser.mended(long) == (long,)


def test_empty_and_bare_apostrophes(normaliser: Normaliser) -> None:
    assert normaliser.plain("") == ()
    assert normaliser.mended("'") == ()


def test_lemmas_of_both_languages(normaliser: Normaliser) -> None:
    assert "springen" in normaliser.lemmas("gesprongen")
    assert "jump" in normaliser.lemmas("jumped")
