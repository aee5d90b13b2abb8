"""Pictures of draft marks with exact labels, for training and for tests; needs the extra `[train]`.

Geometry after the draft-mark conventions in docs/conventions.md; appearance is random within wide ranges.
Left out: anything at run time; the reader never imports this package.
"""
