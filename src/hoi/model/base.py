"""What all models share."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

Language = Literal["nl", "en"]
LANGUAGES: tuple[Language, ...] = ("nl", "en")


class Frozen(BaseModel):
    """An immutable record that refuses unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(Frozen):
    """One text in both languages."""

    nl: str
    en: str

    def to(self, language: str) -> str:
        """The text in `language`: `nl`, or English for anything else."""
        return self.nl if language == "nl" else self.en
