"""Footage: one file of a flight, its facts, its thumbnail and its bytes on request.

Source: the house's rules for hostile input; every file is opened in a process of its own.
Left out: receiving the file (`api.flights`) and reading drafts from it (`api.readings`).
"""
