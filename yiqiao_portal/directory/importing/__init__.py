"""Import of organisations and people: read, check every row, show all that is wrong, write on confirmation."""
