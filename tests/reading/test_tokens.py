"""Tokens quote the text as it was typed, whatever it holds."""

# ruff: noqa: RUF001 - odd signs are what is tested

from __future__ import annotations

import pytest

from hoi.reading.tokens import Kind, Token, Tokenizer, Tokens, token

CLITICS = {"kheb": ("ik", "heb")}


def _resolve(typed: str) -> tuple[Token, ...]:
    return tuple(token(form, Kind.WORD) for form in CLITICS.get(typed.lower(), (typed.lower(),)))


@pytest.fixture
def tokenizer() -> Tokenizer:
    return Tokenizer(_resolve)


def _quote(tokens: Tokens, first: int, last: int | None = None) -> str:
    start, end = tokens.span(first, first if last is None else last)
    return tokens.text[start:end]


def _quote_of(tokens: Tokens, form: str) -> str:
    return _quote(tokens, [token.form for token in tokens.items].index(form))


@pytest.mark.parametrize(
    "text",
    [
        "ik wil dood",
        "  ik   wil\tdood  ",
        "🙂🙂 ik 💀 wil 👩‍👩‍👧‍👧 dood ❤️",
        "ik\x00 wil \x00\x00dood",
        "\u202bשלום ik wil\u202c dood مرحبا",
        "é\u0301e\u0301 ik wil\u0301 dood",
        "(ik) -- wil... *dood*!",
        "\ufeffik\u00a0wil\u2003dood",
        "https://voorbeeld.nl/dood?x=1 a@b.nl dood",
        "𝔦𝔨 𝕨𝕚𝕝 dood",
    ],
)
def test_span_quotes_the_text_as_typed(tokenizer: Tokenizer, text: str) -> None:
    for _ in range(2):  # the second time, the chunks are remembered
        tokens = tokenizer.line(text)
        assert _quote_of(tokens, "dood") == "dood"
        end = 0
        for place in range(len(tokens.items)):
            start, stop = tokens.span(place, place)
            assert end <= start < stop <= len(text)
            end = stop


def test_span_of_several_tokens_runs_from_the_first_to_the_last(tokenizer: Tokenizer) -> None:
    tokens = tokenizer.line("zeg  ik \t wil 🙂 dood .")
    assert _quote(tokens, 1, 4) == "ik \t wil 🙂 dood"


def test_both_words_of_a_clitic_quote_the_whole(tokenizer: Tokenizer) -> None:
    tokens = tokenizer.line("nou Kheb pijn")
    assert [token.form for token in tokens.items] == ["nou", "ik", "heb", "pijn"]
    assert _quote(tokens, 1) == _quote(tokens, 2) == "Kheb"


def test_the_same_chunk_twice_has_two_places(tokenizer: Tokenizer) -> None:
    tokens = tokenizer.line("adood dood dood")
    assert [tokens.span(place, place) for place in range(3)] == [(0, 5), (6, 10), (11, 15)]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("a, b", [Kind.WORD, Kind.COMMA, Kind.WORD]),
        ("a. b", [Kind.WORD, Kind.STOP, Kind.WORD]),
        ("a?! b", [Kind.WORD, Kind.STOP, Kind.WORD]),
        ("a ... b", [Kind.WORD, Kind.SOFT, Kind.WORD]),
        ("a … b", [Kind.WORD, Kind.SOFT, Kind.WORD]),
        ("a 💀 b", [Kind.WORD, Kind.SOFT, Kind.WORD]),
        ("a-b", [Kind.WORD, Kind.SOFT, Kind.WORD]),
        ("www.a.nl", [Kind.WORD]),
    ],
)
def test_kinds(tokenizer: Tokenizer, text: str, kinds: list[Kind]) -> None:
    assert [token.kind for token in tokenizer.line(text).items] == kinds


def test_apostrophes_stay_within_the_word(tokenizer: Tokenizer) -> None:
    forms = [token.form for token in tokenizer.line("don’t m'n heb`k").items]
    assert forms == ["don’t", "m'n", "heb`k"]


@pytest.mark.parametrize(
    "typed", ["su\u0069\u0308cide", "e\u0301e\u0301n", "zelfmo\u0301o\u0301rd"]
)
def test_a_word_with_combining_marks_is_one_word(tokenizer: Tokenizer, typed: str) -> None:
    tokens = tokenizer.line(f"a {typed} b")
    assert _quote(tokens, 1) == typed
    assert len(tokens.items) == 3


@pytest.mark.parametrize("sign", ["\u200b", "\u00ad", "\u200d", "\u2060", "\ufeff"])
def test_invisible_signs_do_not_part_a_word(tokenizer: Tokenizer, sign: str) -> None:
    tokens = tokenizer.line(f"a zelf{sign}moord b")
    assert len(tokens.items) == 3
    assert _quote(tokens, 1) == f"zelf{sign}moord"


@pytest.mark.parametrize("text", ["", "   ", "\t"])
def test_nothing(tokenizer: Tokenizer, text: str) -> None:
    assert tokenizer.line(text).items == []
