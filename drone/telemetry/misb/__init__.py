"""MISB metadata: packets out of bytes, sets out of packets, samples out of sets.

Source: MISB ST 0107 (KLV), ST 0601, ST 0102, ST 0902, ST 0903, ST 1201 (IMAPB) and EG 0104.
Left out: writing KLV; sets whose meaning nobody here needs, which are reported by name.
"""
