"""Backups: the database as of one moment, every stored file, the keys; checked when made, and restored whole.

Source: docs/decisions/0010-files-by-content.md, docs/how-to/storage.md.
Left out: when to make one and where to bring it, which an operator decides (cron, systemd timers).
"""
