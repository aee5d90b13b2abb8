"""Footage in: stills and videos as pictures with their time."""
