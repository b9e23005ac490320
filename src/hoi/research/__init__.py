"""For researchers: formats in and out, batch runs, comparison with human coding."""
