"""Does each cue and rule hold what belongs together? What can be told of each by itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hoi.errors import Problem
from hoi.model.method import Cue, Rule

SUICIDALITY = ("flag/suicidality", "ask/suicidality", "safety/suicidality")


def check_sense(cues: Sequence[Cue], rules: Sequence[Rule]) -> list[Problem]:
    """Cues that do nothing, and rules with a key that means nothing beside what they raise."""
    return [
        *(problem for cue in cues for problem in _cue(cue)),
        *(problem for rule in rules for problem in _rule(rule)),
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
    has_kinds = rule.raises == "flag/medication_question" or rule.raises.startswith("chime_d/")
    if rule.kind is not None and not has_kinds:
        message = (
            "'kind' is for flag/medication_question and chime_d/... only, "
            f"and this raises {rule.raises}"
        )
        yield Problem("kind", message, rule.place)
