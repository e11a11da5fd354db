"""The three lists from a spreadsheet: what their exports hold comes back in."""
