"""The tests. The tree mirrors the code; contracts/ holds what is true of everything."""
