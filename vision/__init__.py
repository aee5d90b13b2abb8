"""Pixels to observations with uncertainty.

Rooms: video (footage in), detection (networks), draft (draft readings); training and synthetic need `[train]`.
Left out: state, HTTP, and what an observation means for a port call; those are api's.
"""
