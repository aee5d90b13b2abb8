"""Why an event could not be handed over, inside the delivery process; none of these reaches HTTP.

DeliveryError
├── ForbiddenAddressError     the target's address may not be contacted
├── UnresolvableHostError     the target's name leads nowhere
├── ReceiverError             no usable answer came in time
└── LostSecretError           a stored secret does not open with the present key

Source: what can happen on the way to a receiver.
Left out: what is said to a person who manages subscriptions (`api.errors`).
"""


class DeliveryError(Exception):
    """An event could not be handed over; the text says why and is kept with the attempt."""


class ForbiddenAddressError(DeliveryError):
    """The target's address may not be contacted."""


class UnresolvableHostError(DeliveryError):
    """The target's name leads nowhere."""


class ReceiverError(DeliveryError):
    """No usable answer came in time."""


class LostSecretError(DeliveryError):
    """A stored secret does not open with the present key."""
