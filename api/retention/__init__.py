"""How long files stay, what is deleted when, what a full disk stops first, and whether the bytes are still right.

Source: the storage page of the design; docs/decisions/0010-files-by-content.md.
Left out: backups (`api.backup`).
"""
