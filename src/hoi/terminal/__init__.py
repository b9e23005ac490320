"""What the command line shows in colour: chats with what was heard, the method, problems."""

from hoi.terminal.chat import show_conversation, show_legend
from hoi.terminal.diff import show_diff
from hoi.terminal.explain import show_item, show_rule
from hoi.terminal.problems import show_problems
from hoi.terminal.trace import show_trace

__all__ = [
    "show_conversation",
    "show_diff",
    "show_item",
    "show_legend",
    "show_problems",
    "show_rule",
    "show_trace",
]
