"""The only door to the ledger of stars (D3.5): a row that nobody changes, and the stars at the station with it."""

from common import audit

from ..models import StarRecord


def write(station, *, new_stars, **fields) -> StarRecord:
    """A row of the ledger, and the stars at the station."""
    record = StarRecord(station=station, old_stars=station.stars, new_stars=new_stars, **fields)
    record._history_user = fields["decided_by"]
    record.save()
    if station.stars != new_stars:
        station.stars = new_stars
        station._history_user = fields["decided_by"]
        station.save(update_fields=["stars"])
    audit.record("record.created", by=fields["decided_by"], about=record)
    return record
