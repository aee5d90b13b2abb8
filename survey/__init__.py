"""Draft survey (水尺计重) arithmetic: from draft readings to a cargo weight with its uncertainty. Pure, no IO.

Source: docs/sources.md, cited by key where a formula stands; one sign convention, its direction in every name.
Left out: reading files, clocks and printing; `case`, `computation` and `document` are the way through.
"""
