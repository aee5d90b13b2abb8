"""Keeps a process that opens other people's files from doing anything but reading them.

Source: docs/decisions/0015-confinement.md.
Left out: the opening itself (`api.pipelines`).
"""
