"""Jobs: work that outlives the process that was asked for it.

Source: leases with heartbeats and a fencing attempt number, so that a killed worker's job is taken over once.
Left out: what a job does; each kind's handler lives with its own noun.
"""
