"""The nouns of hoi, as immutable data: conversations, findings, tags and the method itself."""
