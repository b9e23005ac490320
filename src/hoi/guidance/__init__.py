"""From findings to state to advice: the fold over a talk, and what it yields."""
