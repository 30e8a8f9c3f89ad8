"""Whether a kept connection still leads to the server is seen, not asked: ``SELECT 1`` took as long as the one question of
many a page.
"""

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    def is_usable(self) -> bool:
        """A server that stops, falls or ends a session hangs up, which the socket tells.

        Where there is anything to read unasked, or something went wrong before, the server is asked as Django does. One
        that vanished together with its network answers neither this nor the next question.
        """
        if self.connection is None or self.connection.closed:
            return False
        if self.errors_occurred or _has_something_to_tell(self.connection):
            return super().is_usable()
        return True


def _has_something_to_tell(connection) -> bool:
    unread = select.poll()
    unread.register(connection, select.POLLIN)
    return bool(unread.poll(0))
