"""The life stage as a view on the talk: age is a prior, themes decide, "unclear" is an answer.

After Erikson; ages are later conventions, and in the published case a visitor of 24 stands in
"identity" though age alone says "intimacy" (Van Duijn & Van Os 2025).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from hoi.guidance.evidence import evidence
from hoi.guidance.fold import Heard
from hoi.model.conversation import Intake, Message
from hoi.model.method import Framework
from hoi.model.tagged import Evidence, LifeStageTag

ENOUGH = 2.0
# Weight that a theme needs to be named although the age band says nothing for its stage.
UNLIKELY = 0.05
CHILDHOOD = frozenset({"trust", "autonomy", "initiative", "industry"})
KIND = "life_stage/"


class Theme(NamedTuple):
    """What a talk holds of one stage's themes."""

    weight: float = 0.0
    shown: tuple[Evidence, ...] = ()


Themes = Mapping[str, Theme]
NO_THEMES: Themes = {}


def hear_themes(
    themes: Themes, item: Heard, messages: Sequence[Message], *, at_most: int | None = None
) -> Themes:
    """The themes after one more message; of the evidence only the last `at_most` are kept."""
    found = [f for f in item.reading.findings if f.rule.raises.startswith(KIND)]
    if not found or item.message.role != "visitor":
        return themes
    more = dict(themes)
    for finding in found:
        stage = finding.rule.raises.removeprefix(KIND)
        weight, shown = more.get(stage, Theme())
        shown = tuple(dict.fromkeys((*shown, *evidence([finding], messages, with_cues=False))))
        kept = shown if at_most is None else shown[-at_most:]
        more[stage] = Theme(weight + finding.rule.grade, kept)
    return more


def life_stage(heard: Sequence[Heard], intake: Intake | None, framework: Framework) -> LifeStageTag:
    """The stage that the talk's themes, or else the age band, point to."""
    messages = [item.message for item in heard]
    themes: Themes = NO_THEMES
    for item in heard:
        themes = hear_themes(themes, item, messages)
    return stage_of(themes, intake, framework)


def stage_of(themes: Themes, intake: Intake | None, framework: Framework) -> LifeStageTag:
    """The stage that these themes, or else the age band, point to."""
    prior = _prior(intake, framework)
    # Old themes of childhood return at any age; the present stage is another one.
    scores = {
        stage: theme.weight * (prior.get(stage, UNLIKELY) if prior else 0.3)
        for stage, theme in themes.items()
        if theme.weight >= ENOUGH and stage not in CHILDHOOD
    }
    ranked = sorted(scores, key=lambda stage: (-scores[stage], stage))
    childhood = tuple(
        sorted(s for s, theme in themes.items() if s in CHILDHOOD and theme.weight >= ENOUGH)
    )
    if ranked:
        return LifeStageTag(
            id=ranked[0],
            by="themes",
            alternatives=(*ranked[1:], *childhood),
            evidence=themes[ranked[0]].shown,
        )
    by_age = sorted((s for s in prior if s != "other"), key=lambda s: (-prior[s], s))
    if by_age:
        likely = tuple(s for s in by_age[1:] if prior[s] >= 0.5 * prior[by_age[0]])
        return LifeStageTag(id=by_age[0], by="age", alternatives=(*likely, *childhood), evidence=())
    return LifeStageTag(id=None, by="unclear", alternatives=childhood, evidence=())


def _prior(intake: Intake | None, framework: Framework) -> dict[str, float]:
    band = intake.age_band if intake else None
    return next((b.prior for b in framework.erikson.age_bands if b.band == band), {})
