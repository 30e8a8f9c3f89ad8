"""What notices keep about a person: what they were told, and how they want to be."""

from accounts.models import User
from common.personal import Kept, register

from .models import Choices, Notice

register(
    Kept(Choices, lambda person: Choices.objects.filter(user__in=person.of(User))),
    Kept(Notice, lambda person: Notice.objects.filter(recipient__in=person.of(User))),
)
