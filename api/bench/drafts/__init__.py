"""The parts of `hullmark bench reading` that see vision: rendering, the methods, stages, ablations, misreadings.

Source: docs/draft-reading.md.
Left out: figures and goals, which know numbers only.
"""
