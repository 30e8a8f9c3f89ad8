"""A password hasher that counts: how many passwords were looked at is how much time an answer takes."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class CountingHasher(PBKDF2PasswordHasher):
    iterations = 1
    computed: list[str] = []  # noqa: RUF012 shared by every instance on purpose

    def encode(self, password, salt, iterations=None):
        self.computed.append(password)
        return super().encode(password, salt, iterations)
