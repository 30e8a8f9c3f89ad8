"""What a citizen without an account is told by text message, where a phone number was given and messages can be sent."""


def tell(opinion, stage: str) -> None:
    """Tell whoever left this opinion that it has reached ``stage``: accepted, refused, merged, dispatched, solved,
    answered, raised or kept. The page they follow it on says so anyway.
    """
