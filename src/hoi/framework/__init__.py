"""From YAML files to the model: strict loading, every problem at once, with its place."""
