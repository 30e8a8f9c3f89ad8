"""How much a table may hold, and what is said of a file that holds more or none (R-12)."""

from django.utils.translation import gettext as _

MAX_BYTES = 10 * 1024 * 1024
MAX_ROWS = 5_000
MAX_COLUMNS = 200
MAX_CELLS = 200_000
MAX_LINES = 70_000  # with the blank ones that offices format to the bottom of an .xls
HEADING_WITHIN = 15  # rows from the top in which the heading stands


class SheetError(ValueError):
    """The whole file cannot be read; ``str()`` says what to do."""


def damaged():
    return SheetError(
        _("The file is damaged or not a table. Open it in Excel or WPS, save it as .xlsx and send that.")
    )


def too_large():
    return SheetError(
        _("The table has more than %(rows)s rows or %(cells)s cells. Split it into several files.")
        % {"rows": MAX_ROWS, "cells": MAX_CELLS}
    )


def no_table():
    return SheetError(_("This is not a table. Send an .xlsx, .xls, .ods or .csv file."))


def protected():
    return SheetError(_("The file is protected by a password. Remove the password and send it again."))
