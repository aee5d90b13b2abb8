"""One search over vessels, port calls, papers, findings, transfers and records, for any part of a word.

Source: SQLite FTS5 with trigrams; PostgreSQL with a GIN index over pieces of two and three characters.
Left out: meaning and spelling; what is looked for is found as it is written, in capitals or not.
"""
