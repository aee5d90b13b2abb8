"""Vessels and their hydrostatic tables: what a ship's papers say.

Source: the ship's particulars and stability booklet, with every reference declared by who enters them.
Left out: fleets, owners and classification data.
"""
