"""The history of the tables, one file a step, run when the service starts.

Source: Alembic.
Left out: data of the nouns; a step changes the shape of tables only.
"""
