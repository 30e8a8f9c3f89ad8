"""Who may see which notices: one's own in the notice centre, all deliveries for the office."""

import rules

from accounts.rules import is_auditor, is_congress_staff, is_office


@rules.predicate
def is_recipient(user, notice):
    return notice is not None and user.is_authenticated and notice.recipient_id == user.pk


PERMISSIONS = {
    "view_notice": is_recipient,
    "read_notice": is_recipient,
    "view_delivery": is_office | is_auditor,
    "resend_delivery": is_office,
    "view_webhook": is_office,  # its address is a key
    "add_webhook": is_office,
    "change_webhook": is_office,
    "delete_webhook": is_office,
}
rules.add_perm("notices", is_congress_staff)
for verb, predicate in PERMISSIONS.items():
    rules.add_perm(f"notices.{verb}", predicate)
