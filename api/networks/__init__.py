"""The command line's way to data sets and networks: build, train, evaluate, export.

Source: docs/architecture.md, the commands; the work is done in `vision.synthetic` and `vision.training`.
Left out: the service, which only reads with networks that are there.
"""
