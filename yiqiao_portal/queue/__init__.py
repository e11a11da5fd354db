"""The table of the job queue, in a migration of our own.

The library's 0016 updates rows over the default connection while the migrating one holds the table: with an owner's
role of its own (docs/adr/0002) it would wait for ever. `makemigrations --check` says when the library's table changes.
"""
