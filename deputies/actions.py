"""What happens to deputies: corrections are asked for and decided, mandates suspended, resumed, ended, accounts made."""

import datetime as dt
import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from django.contrib.auth.hashers import make_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Count
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from simple_history.utils import bulk_create_with_history, bulk_update_with_history, update_change_reason

from accounts.actions import one_time_password
from accounts.models import User
from common import audit, policies, uploads
from common.text import as_kept, personal_name
from common.workflow import MoveRefused, advance

from . import notifications, states
from .models import Consent, Correction, Deputy, Mandate


@transaction.atomic
def ask_correction(
    deputy: Deputy, *, field: str, new_value: str, by, reason: str = "", evidence=None
) -> Correction:
    """A deputy says what their data should be; ``ValidationError`` for a value the field cannot hold or already holds.

    One request per field may wait at a time. ``evidence`` is an upload; it is kept last, so that whatever is refused
    leaves no file behind.
    """
    if field not in Correction.FIELDS:
        raise ValidationError({"field": _("Choose one of the values offered.")})
    column = deputy._meta.get_field(field)
    old_value = getattr(deputy, field)
    try:
        new_value = column.clean(personal_name(new_value) if field == "name" else new_value.strip(), deputy)
    except ValidationError as error:
        raise ValidationError({"new_value": error.messages}) from error
    if new_value == old_value:
        raise ValidationError({"new_value": _("This is what the office already holds.")})
    try:
        with transaction.atomic():
            correction = Correction.objects.create(
                deputy=deputy,
                field=field,
                old_value=old_value,
                new_value=new_value,
                reason=reason,
            )
    except IntegrityError as error:
        raise ValidationError(
            {
                "field": _(
                    "You have already asked for a correction of this; withdraw it first, or wait for the answer."
                )
            }
        ) from error
    audit.record("record.created", by=by, about=correction)
    notifications.correction_asked(correction)
    if evidence:
        try:
            correction.evidence = uploads.store_attachment(evidence, by=by)
        except ValidationError as error:
            raise ValidationError({"evidence": error.messages}) from error
        correction.save(update_fields=["evidence"])
    return correction


@transaction.atomic
def accept(correction: Correction, *, by, note: str = "") -> None:
    """Write the corrected value; refused if the stored one changed since it was asked for."""
    advance(correction, "accept", by=by, note=note)
    deputy = Deputy.objects.select_for_update().get(pk=correction.deputy_id)
    if getattr(deputy, correction.field) != correction.old_value:
        raise MoveRefused(
            correction, _("This entry was changed in the meantime. Decline the request, or ask the deputy.")
        )
    setattr(deputy, correction.field, correction.new_value)
    if correction.field == "name":
        deputy.pinyin = ""  # read anew from the new name
    deputy._history_user = by
    deputy._change_reason = as_kept(gettext_lazy("correction asked for by the deputy"))
    deputy.save()
    try:
        account_follows(deputy, by=by)
    except ValidationError as error:
        raise MoveRefused(correction, " ".join(error.messages)) from error
    notifications.correction_decided(correction, note)


def account_follows(deputy: Deputy, *, by) -> None:
    """Give the account of a deputy the name and phone of its person; ``ValidationError`` if the phone is another's."""
    user = deputy.user
    if user is None or (user.name, user.phone or "") == (deputy.name, deputy.phone):
        return
    if deputy.phone and User.objects.filter(phone=deputy.phone).exclude(pk=user.pk).exists():
        raise ValidationError(
            {"phone": _("Another account signs in with this phone number. Settle that first.")}
        )
    user.name, user.phone = deputy.name, deputy.phone or None
    user._history_user, user._change_reason = by, as_kept(gettext_lazy("entry of the deputy changed"))
    user.save(update_fields=["name", "phone", "phone_index"])


@transaction.atomic
def decline(correction: Correction, *, by, note: str) -> None:
    advance(correction, "decline", by=by, note=note)
    notifications.correction_decided(correction, note)


def withdraw(correction: Correction, *, by, note: str = "") -> None:
    advance(correction, "withdraw", by=by, note=note)


@transaction.atomic
def change_photo(deputy: Deputy, upload, *, by) -> None:
    """Put a photo in place of the former one, whose bytes go; ``None`` takes it away. ``ValidationError`` if it is none."""
    former = deputy.photo
    deputy.photo = uploads.store_picture(upload, by=by) if upload else None
    deputy._history_user = by
    deputy._change_reason = as_kept(gettext_lazy("photo changed"))
    deputy.save(update_fields=["photo"])
    if former:
        uploads.delete(former)


@transaction.atomic
def take_messages(deputy: Deputy, *, by, wanted: bool) -> None:
    """Whether citizens may choose this deputy when they write to a station; again is the same."""
    if deputy.takes_messages == wanted:
        return
    deputy.takes_messages, deputy._history_user = wanted, by
    deputy.save(update_fields=["takes_messages"])
    audit.record("record.changed", by=by, about=deputy, fields=["takes_messages"])


@transaction.atomic
def give_consent(deputy: Deputy, *, kind: str, by, version: int | None = None, note: str = "") -> Consent:
    """Publish a deputy's photo or introduction, as they agreed. Again is the same.

    ``version`` is that of the text the deputy read; ``ValidationError`` if another holds by now. Somebody else records
    a signed paper and says in ``note`` where it is kept.
    """
    policy = policies.in_force(kind)
    if version not in (None, policy.version):
        raise ValidationError(_("The text was changed in the meantime. Please read it again."))
    _require_paper(deputy, by, note)
    consent, is_new = deputy.consents.get_or_create(
        kind=kind, withdrawn_at=None, defaults={"version": policy.version, "by": by, "note": note}
    )
    if is_new:
        audit.record("consent.given", by=by, about=deputy, fields=[kind], version=policy.version)
    return consent


@transaction.atomic
def withdraw_consent(deputy: Deputy, *, kind: str, by, note: str = "") -> None:
    """Publish a photo or introduction no longer."""
    _require_paper(deputy, by, note)
    for consent in deputy.consents.in_force().filter(kind=kind):
        consent.withdrawn_at = timezone.now()
        consent.note = "；".join(filter(None, (consent.note, note)))[:200]
        consent.save()
        audit.record("consent.withdrawn", by=by, about=deputy, fields=[kind])


def _require_paper(deputy, by, note):
    if by and by.pk != deputy.user_id and not note:
        raise ValidationError({"note": _("Say where the deputy's signed paper is kept.")})


def suspend(mandate: Mandate, *, by, note: str, on: dt.date, announcement_no: str = "") -> None:
    """Stop a deputy from acting for a time (Deputies Law Art. 61)."""
    _change(mandate, "suspend", by, note, on, announcement_no)


def resume(mandate: Mandate, *, by, note: str, on: dt.date, announcement_no: str = "") -> None:
    """The ground of the suspension is gone; the deputy acts again (Deputies Law Art. 61)."""
    _change(mandate, "resume", by, note, on, announcement_no)


def end(mandate: Mandate, *, by, note: str, on: dt.date, announcement_no: str = "") -> None:
    """The mandate ends: moved away, resigned, recalled and so on (Deputies Law Art. 62), announced by Art. 63."""
    _change(mandate, "end", by, note, on, announcement_no)


def restore(mandate: Mandate, *, by, note: str, on: dt.date, announcement_no: str = "") -> None:
    """Take back an ending that was entered by mistake."""
    _change(mandate, "restore", by, note, on, announcement_no)


@transaction.atomic
def _change(mandate, move, by, note, on, announcement_no):
    advance(mandate, move, by=by, note=note, state_since=on, announcement_no=announcement_no)
    mandate._history_user = by
    mandate.save(
        update_fields=["state"]
    )  # the move is in MandateChange; this adds the version to the history
    update_change_reason(mandate, as_kept(mandate.MOVES[move].label)[:100])


def create_accounts(mandates, *, by, hand_over=None, progress=None) -> list[tuple[Deputy, str]]:
    """Make sign-ins for the sitting deputies of ``mandates`` who have none: ``[(deputy, one-time password)]``.

    Each person once, in the order of ``mandates``. Nobody's account or password is changed: an account that has the
    deputy's name and phone is theirs and is linked, and such a deputy is not in the list. ``by`` is empty for the shell.

    The passwords are hashed first, a fifth of a second each; ``progress(done, of)`` is told. Then everything is written
    in one transaction, and ``hand_over(list)`` is called inside it: where it fails, no account is made whose password
    nobody has.
    """
    if by is not None and not by.has_perm("accounts.add_user"):
        raise PermissionDenied
    cards = {}
    for mandate in mandates:
        if mandate.state in states.SITTING and mandate.deputy.user_id is None:
            cards.setdefault(mandate.deputy_id, mandate.card_no)
    passwords = {pk: one_time_password() for pk in cards}
    hashes = {}
    with ThreadPoolExecutor() as pool:  # hashing lets other threads run
        for pk, hashed in zip(passwords, pool.map(make_password, passwords.values()), strict=True):
            hashes[pk] = hashed
            if progress:
                progress(len(hashes), len(cards))
    with transaction.atomic():
        waiting = Deputy.objects.select_for_update(of=("self",)).filter(user=None).in_bulk(list(cards))
        linked = _link_own_accounts(waiting.values())
        newcomers = [waiting[pk] for pk in cards if pk in waiting and pk not in linked]
        for deputy, (username, phone) in _free_names(newcomers, cards).items():
            deputy.user = User(
                username=username,
                phone=phone,
                name=deputy.name,
                password=hashes[deputy.pk],
                must_change_password=True,
            )
        reason = as_kept(gettext_lazy("account of a deputy"))
        bulk_create_with_history(
            [d.user for d in newcomers], User, default_user=by, default_change_reason=reason
        )
        bulk_update_with_history(
            [*newcomers, *linked.values()], Deputy, ["user"], default_user=by, default_change_reason=reason
        )
        made = [(deputy, passwords[deputy.pk]) for deputy in newcomers]
        for deputy in newcomers:
            audit.record("account.created", by=by, about=deputy.user)
        if made:
            audit.record("slips.printed", by=by, number=len(made))
            if hand_over:
                hand_over(made)
    return made


def _link_own_accounts(deputies) -> dict[int, Deputy]:
    """Give deputies the account that has both their name and their phone and belongs to no other deputy, not saved yet."""
    phones = [deputy.phone for deputy in deputies if deputy.phone]
    accounts = {user.phone: user for user in User.objects.filter(phone__in=phones, deputy=None)}
    linked = {}
    for deputy in deputies:
        if deputy.phone in accounts and accounts[deputy.phone].name == deputy.name:
            deputy.user = accounts.pop(deputy.phone)
            linked[deputy.pk] = deputy
    return linked


def _free_names(deputies, cards) -> dict[Deputy, tuple[str, str | None]]:
    """``{deputy: (user name, phone or None)}``: the card number if it can be one, else a number of the portal.

    The phone signs in beside it. A phone or card number that several people have identifies none of them, and one that
    is an account's already stays with it.
    """
    phones = {deputy.phone for deputy in deputies} - {""}
    numbers = {cards[deputy.pk].lower() for deputy in deputies} - {""}
    accounts = User.objects.annotate(lower=Lower("username"))
    have_phone = Counter(Deputy.objects.filter(phone__in=phones).values_list("phone", flat=True))
    taken = {
        *accounts.filter(phone__in=phones).values_list("phone", flat=True),
        *(phone for phone, people in have_phone.items() if people > 1),
        *accounts.filter(lower__in=numbers).values_list("lower", flat=True),
        *_shared_cards(numbers),
    }
    names = {}
    for deputy in deputies:
        card, phone = cards[deputy.pk], deputy.phone
        phone = phone if phone and phone not in taken else None
        can_be_name = re.fullmatch(r"[\w.@+-]+", card) and not re.fullmatch(r"\d{11}", card)
        username = card if can_be_name and card.lower() not in taken else f"deputy{deputy.pk}"
        names[deputy] = username, phone
    return names


def _shared_cards(numbers) -> set[str]:
    """Which of these (lower-case) card numbers more than one person has."""
    held = Mandate.objects.order_by().annotate(held=Lower("card_no")).filter(held__in=numbers).values("held")
    return set(
        held.annotate(people=Count("deputy", distinct=True))
        .filter(people__gt=1)
        .values_list("held", flat=True)
    )
