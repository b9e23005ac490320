"""hoi: a guidance engine for recovery-oriented mental-health chat, in Dutch and English.

It reads what people type and says what was heard, what must not be carried alone, and what has
not been asked. It suggests and explains; it never sends, diagnoses or scores a person.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hoi.errors import FrameworkError, HoiError, InputError

if TYPE_CHECKING:
    from hoi.guidance.guide import Guide, load
    from hoi.guidance.session import Session
    from hoi.model.advice import Advice
    from hoi.model.base import Language
    from hoi.model.conversation import Conversation, Intake, Message
    from hoi.model.tagged import TaggedConversation

__all__ = [
    "Advice",
    "Conversation",
    "FrameworkError",
    "Guide",
    "HoiError",
    "InputError",
    "Intake",
    "Language",
    "Message",
    "Session",
    "TaggedConversation",
    "load",
]

_HOMES = {
    "Guide": "hoi.guidance.guide",
    "load": "hoi.guidance.guide",
    "Session": "hoi.guidance.session",
    "Advice": "hoi.model.advice",
    "Language": "hoi.model.base",
    "Conversation": "hoi.model.conversation",
    "Intake": "hoi.model.conversation",
    "Message": "hoi.model.conversation",
    "TaggedConversation": "hoi.model.tagged",
}


def __getattr__(name: str) -> Any:
    # Names are imported when first used, so that `hoi --help` does not wait for the engine.
    if name not in _HOMES:
        raise AttributeError(f"module 'hoi' has no attribute '{name}'")
    from importlib import import_module

    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value
