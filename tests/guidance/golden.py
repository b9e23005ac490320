"""The whole advice on the invented example chats, as text that people can review.

`python tests/guidance/golden.py` writes it anew into tests/guidance/golden/, one file a chat: look
at what changed (`git diff`), and keep it only if the advice is as good as it was.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import hoi
from hoi.model.advice import Advice

EXAMPLES = Path(__file__).parents[2] / "examples"
GOLDEN = Path(__file__).parent / "golden"


def chats() -> dict[str, hoi.Conversation]:
    """The example chats by their id."""
    found = {}
    for path in sorted(EXAMPLES.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            chat = hoi.Conversation.model_validate(json.loads(line))
            found[chat.id] = chat
    return found


def golden(guide: hoi.Guide, chat: hoi.Conversation) -> str:
    """The talk with all that is shown beside it."""
    lines = [f"# {chat.id}"]
    for message, advice in guide.replay(chat):
        lines += ["", f"[{advice.message}] {message.role}: {message.text}", *_shown(advice)]
    states = ", ".join(f"{one.id} {one.state}" for one in advice.progress.questions)
    lines += ["", f"At the end: {states}; life stage {advice.life_stage.id}"]
    return "\n".join(lines) + "\n"


def _shown(advice: Advice) -> Iterator[str]:
    for flag in advice.flags:
        if flag.is_new or flag.is_reminder:
            ways = ", ".join(way.id for way in flag.ways)
            yield f"    ! {flag.name} ({'new' if flag.is_new else 'again'}): {flag.reason}"
            yield f"      ways: {ways}"
    for one in advice.suggestions:
        yield f"    > {one.kind} {one.id}: {one.text}"
        if one.say:
            yield f"      say: {one.say}"
        yield f"      why: {one.reason}"


def main() -> None:
    """Write all of it."""
    guide = hoi.load()
    GOLDEN.mkdir(exist_ok=True)
    for name, chat in chats().items():
        (GOLDEN / f"{name}.txt").write_text(golden(guide, chat), encoding="utf-8")


if __name__ == "__main__":
    main()
