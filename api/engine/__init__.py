"""Engine: where the steps of jobs are done, a process of this machine or a cluster.

Source: the architecture page, "At scale": the same code through a thin executor with a local implementation.
Left out: which step comes next and what becomes of its result (`api.jobs.runner`).
"""
