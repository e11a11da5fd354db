"""Who did, saw and exported what: append-only, chained. Imports nothing else of the portal."""
