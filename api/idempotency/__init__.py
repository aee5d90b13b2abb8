"""Requests that may be sent again: the same key gives the same answer, and nothing is made twice.

Source: draft-ietf-httpapi-idempotency-key-header-07; docs/decisions/0018-api-conventions.md.
Left out: PUT and DELETE, which say the same however often they are said.
"""
