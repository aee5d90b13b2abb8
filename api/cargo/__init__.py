"""The cargo of a port call: who, what, with which papers, how it was found, where it went, and whether it adds up.

Source: supervision of imported grain and ore from declaration to release (进境粮食全流程监管).
Left out: the draft survey (`api.surveys`) and the stages of the port call (`api.portcalls`).
"""
