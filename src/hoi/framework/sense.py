"""Does each cue, rule and scorecard hold what belongs together? Each is looked at by itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hoi.errors import Problem
from hoi.model.method import Cue, Rule, Scorecard

SUICIDALITY = ("flag/suicidality", "ask/suicidality", "safety/suicidality")
MEDICATION = "flag/medication_question"


def check_sense(
    cues: Sequence[Cue], rules: Sequence[Rule], cards: Sequence[Scorecard]
) -> list[Problem]:
    """Cues that do nothing; rules and scorecards with a key that means nothing in them."""
    return [
        *(problem for cue in cues for problem in _cue(cue)),
        *(problem for rule in rules for problem in _rule(rule)),
        *(problem for card in cards for problem in _card(card)),
    ]


def _cue(cue: Cue) -> Iterator[Problem]:
    if not (cue.sets or cue.clears or cue.stops):
        message = "does nothing: give it 'sets', 'clears' or 'stops: yes'"
        yield Problem("no-effect", message, cue.place)


def _rule(rule: Rule) -> Iterator[Problem]:
    if rule.dimension is not None and rule.raises != "flag/suicidality":
        message = f"'dimension' is for flag/suicidality only, and this raises {rule.raises}"
        yield Problem("dimension", message, rule.place)
    if rule.level is not None and rule.raises not in SUICIDALITY:
        message = f"'level' is for suicidality only, and this raises {rule.raises}"
        yield Problem("level", message, rule.place)
    has_kinds = rule.raises == MEDICATION or rule.raises.startswith("chime_d/")
    if rule.kind is not None and not has_kinds:
        message = (
            "'kind' is for flag/medication_question and chime_d/... only, "
            f"and this raises {rule.raises}"
        )
        yield Problem("kind", message, rule.place)


def _card(card: Scorecard) -> Iterator[Problem]:
    if card.level is not None and card.raises != SUICIDALITY[0]:
        message = f"'level' is for {SUICIDALITY[0]} only, and this raises {card.raises}"
        yield Problem("level", message, card.place)
    if card.kind is not None and card.raises != MEDICATION:
        message = f"'kind' is for {MEDICATION} only, and this raises {card.raises}"
        yield Problem("kind", message, card.place)
    usual = (card.experiencer, card.time) == ("self", "current")
    if not usual and not card.raises.startswith("flag/"):
        message = f"'experiencer' and 'time' are for flags only, and this raises {card.raises}"
        yield Problem("whose", message, card.place)
    if card.decides and not (usual and card.level is None and card.kind is None):
        message = (
            "'decides' is for the card of the writer's own flag of now, or of a topic: "
            "without level, kind, experiencer and time"
        )
        yield Problem("decides", message, card.place)
