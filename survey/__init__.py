"""Draft survey arithmetic: from six draft readings to a cargo weight with its uncertainty.

Source: docs/sources.md; every value is a named step with its formula.
Left out: files, clocks, randomness and anything but the standard library.
"""
