"""The life stage as a view on the talk: age is a prior, themes decide, "unclear" is an answer.

After Erikson; ages are later conventions, and in the published case a visitor of 24 stands in
"identity" though age alone says "intimacy" (Van Duijn & Van Os 2025).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from hoi.guidance.evidence import evidence
from hoi.guidance.session import Heard
from hoi.model.conversation import Intake
from hoi.model.finding import Finding
from hoi.model.method import Framework
from hoi.model.tagged import LifeStageTag

ENOUGH = 2.0
# Weight that a theme needs to be named although the age band says nothing for its stage.
UNLIKELY = 0.05
CHILDHOOD = frozenset({"trust", "autonomy", "initiative", "industry"})


def life_stage(heard: Sequence[Heard], intake: Intake | None, framework: Framework) -> LifeStageTag:
    """The stage that the talk's themes, or else the age band, point to."""
    prior = _prior(intake, framework)
    shown: dict[str, list[Finding]] = defaultdict(list)
    weights: dict[str, float] = defaultdict(float)
    for item in heard:
        if item.message.role != "visitor":
            continue
        for finding in item.reading.findings:
            what, _, name = finding.rule.raises.partition("/")
            if what == "life_stage":
                shown[name].append(finding)
                weights[name] += finding.rule.grade
    # Old themes of childhood return at any age; the present stage is another one.
    scores = {
        stage: weight * (prior.get(stage, UNLIKELY) if prior else 0.3)
        for stage, weight in weights.items()
        if weight >= ENOUGH and stage not in CHILDHOOD
    }
    ranked = sorted(scores, key=lambda stage: (-scores[stage], stage))
    childhood = tuple(
        sorted(stage for stage in weights if stage in CHILDHOOD and weights[stage] >= ENOUGH)
    )
    if ranked:
        messages = [item.message for item in heard]
        return LifeStageTag(
            id=ranked[0],
            by="themes",
            alternatives=(*ranked[1:], *childhood),
            evidence=evidence(shown[ranked[0]], messages, with_cues=False),
        )
    by_age = sorted((s for s in prior if s != "other"), key=lambda s: (-prior[s], s))
    if by_age:
        likely = tuple(s for s in by_age[1:] if prior[s] >= 0.5 * prior[by_age[0]])
        return LifeStageTag(id=by_age[0], by="age", alternatives=(*likely, *childhood), evidence=())
    return LifeStageTag(id=None, by="unclear", alternatives=childhood, evidence=())


def _prior(intake: Intake | None, framework: Framework) -> dict[str, float]:
    band = intake.age_band if intake else None
    return next((b.prior for b in framework.erikson.age_bands if b.band == band), {})
