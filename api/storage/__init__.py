"""Where truth is kept: the database, its tables and migrations, and the content-addressed files.

Source: shared tables of all nouns stand in `tables.py`; each noun's queries stand in its own `repository.py`.
Left out: PostgreSQL and S3, which are reached through the same classes later.
"""
