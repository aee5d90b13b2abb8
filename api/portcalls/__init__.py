"""Port calls: what ties a vessel, her cargo, the two surveys and the records together.

Source: the records page of the design.
Left out: the balance against scales and wagon counts, storage and release.
"""
