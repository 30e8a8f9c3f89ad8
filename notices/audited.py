"""What this app writes into the audit log, in words; a group chat entered, changed or deleted is a record."""

from django.utils.translation import gettext_lazy as _

from common import audit

audit.register("letter", _("letters"), resent=_("sent failed letters again"))
audit.register("chat", _("group chats"), tried_out=_("tried out a group chat"))
