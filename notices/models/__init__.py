"""What somebody should be told, and how it reached them."""

from .choices import CENTRE, WAYS, Choices, default_ways
from .deliveries import Attempt, Delivery, Outage, Webhook
from .notices import Notice, reference, unread_count

__all__ = [
    "CENTRE",
    "WAYS",
    "Attempt",
    "Choices",
    "Delivery",
    "Notice",
    "Outage",
    "Webhook",
    "default_ways",
    "reference",
    "unread_count",
]
