"""Reference data of all apps: what every installation needs and no office has to type."""

from django.utils.translation import gettext_lazy as _

from accounts.seeds import seed_areas
from common.clock import seed_holidays
from liaison_stations.seeds import seed_star_sheet
from proposals.seeds import seed_categories, seed_reply_classes

# label, function that enters what is not there yet and returns how many rows it made; later apps add their line
PARTS = [
    (_("Areas"), seed_areas),
    (_("Holidays and make-up days"), seed_holidays),
    (_("Categories of suggestions"), seed_categories),
    (_("Classes of replies"), seed_reply_classes),
    (_("Score sheet of liaison stations"), seed_star_sheet),
]


def seed() -> dict[str, int]:
    """Enter all of it; ``{label: rows made}``, all 0 the second time."""
    return {str(label): part() for label, part in PARTS}
