"""What the command line shows in colour: chats with what was heard, the method, problems."""

from hoi.terminal.chat import show_conversation, show_legend
from hoi.terminal.explain import show_item, show_rule
from hoi.terminal.problems import show_problems

__all__ = ["show_conversation", "show_item", "show_legend", "show_problems", "show_rule"]
