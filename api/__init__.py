"""Everything with state: HTTP, command line, jobs, storage, records.

Source: docs/architecture.md, the rooms of the house.
Left out: pixels and arithmetic, which the three rooms below do.
"""
