"""Benches: goals of the project, measured on this machine and printed with what they were measured on.

Source: the goals in docs/architecture.md.
Left out: pass or fail; a bench reports figures, the tests judge.
"""
