"""Draft readings: asked for, made by a worker, then accepted, corrected or rejected by a person.

Source: the house's rule that a number is used only after someone has stood for it.
Left out: how a draft is read from pixels (`vision`) and what is computed from it (`api.surveys`).
"""
