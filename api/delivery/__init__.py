"""Delivery: other systems are told about records by webhook, MQTT or an event stream.

Source: the records page of the design; every way out follows the chain of records by its sequence.
Left out: a log of its own; what was not delivered can be read from the chain at any time.
"""
