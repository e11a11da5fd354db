"""Pages: one module per kind of user."""
