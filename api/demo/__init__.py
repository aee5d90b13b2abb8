"""The demo port: one ship's port call, entered and processed through the service as a person would.

Source: `datasets/demo-port`, rendered footage of a ship in closed form whose cargo is known.
Left out: anything that a real port call would not do through the same routes.
"""
