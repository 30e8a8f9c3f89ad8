"""What notices keep about a person: what they were told, how they want to be, and text messages that have not left."""

from accounts.models import User
from common.personal import Kept, register

from .models import Choices, Delivery, Notice

register(
    Kept(Choices, lambda person: Choices.objects.filter(user__in=person.of(User))),
    Kept(Delivery, lambda person: Delivery.objects.filter(phone__in=person.numbers)),
    Kept(Notice, lambda person: Notice.objects.filter(recipient__in=person.of(User))),
)
