"""Port calls: what ties a vessel, her cargo, the two surveys and the records together.

Source: the records page of the design.
Left out: what is stated about the cargo and its balance, which is `api.cargo`.
"""
