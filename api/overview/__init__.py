"""The overview of one port call: everything that its page shows, in one answer.

Source: the nouns it joins; it has no tables of its own.
Left out: changing anything.
"""
