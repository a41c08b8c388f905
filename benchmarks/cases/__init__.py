"""One module per case."""
