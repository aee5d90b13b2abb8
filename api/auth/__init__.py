"""People: who they are, what they may do, and at which sites.

Source: the records page of the design.
Left out: what a person did, which the records tell.
"""
