"""From text to findings: normalise, tokens, concepts, sayings, context, grading, reader."""
