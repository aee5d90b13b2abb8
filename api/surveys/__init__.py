"""The weight of a port call: computed from accepted readings, kept in versions, printed.

Source: `survey` for the arithmetic; docs/survey-case.md for the case that is computed.
Left out: signatures.
"""
