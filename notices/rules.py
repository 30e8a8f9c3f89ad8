"""Who may see which notices: one's own in the notice centre, all deliveries for who looks after them."""

import rules

from accounts.rules import is_office, is_staff_member, manages_system


@rules.predicate
def is_recipient(user, notice):
    return notice is not None and user.is_authenticated and notice.recipient_id == user.pk


PERMISSIONS = {
    "view_notice": is_recipient,
    "read_notice": is_recipient,
    "view_delivery": is_office | manages_system,
    "resend_delivery": is_office | manages_system,
    "view_webhook": manages_system,  # its address is a key
    "add_webhook": manages_system,
    "change_webhook": manages_system,
    "delete_webhook": manages_system,
}
rules.add_perm("notices", is_staff_member)
for verb, predicate in PERMISSIONS.items():
    rules.add_perm(f"notices.{verb}", predicate)
