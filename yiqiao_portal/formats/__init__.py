"""How dates are read and written."""
