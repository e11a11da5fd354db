"""Records for tests: one module per app, the least that makes a valid row."""
