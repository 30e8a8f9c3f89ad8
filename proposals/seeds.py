"""Reference data every installation needs: the classes of replies (D1.11) and of content (D1.6)."""

from .models import Category, Meaning, ReplyClass

CLASSES = {
    "N4": (Meaning.SOLVED, Meaning.PLANNED, Meaning.LATER, Meaning.REFERENCE),
    "N3": (Meaning.SOLVED, Meaning.PLANNED, Meaning.LATER),
}
LETTERS = "ABCD"
TEXTS = {  # as they stand on the letters, so in Chinese whatever the language of the screen
    Meaning.SOLVED: "所提问题已经解决或基本解决",
    Meaning.PLANNED: "所提问题正在解决或已列入计划逐步解决",
    Meaning.LATER: "所提问题因目前条件限制或其他原因需待以后解决",
    Meaning.REFERENCE: "所提意见留作参考",
}
CATEGORIES = ("财政经济", "农业农村", "城建环资", "教科文卫", "监察司法", "社会建设", "其他")


def seed_reply_classes() -> int:
    """Enter the letters of the schemes that are not there yet; the number of rows made."""
    rows = [
        ReplyClass(scheme=scheme, code=code, text=TEXTS[meaning], meaning=meaning)
        for scheme, meanings in CLASSES.items()
        for code, meaning in zip(LETTERS, meanings, strict=False)
    ]
    return _enter(rows, ReplyClass, lambda row: (row.scheme, row.code))


def seed_categories() -> int:
    """Enter the usual categories; the office names the committee of each. The number of rows made."""
    rows = [Category(name=name, display_order=10 * n) for n, name in enumerate(CATEGORIES, 1)]
    return _enter(rows, Category, lambda row: row.name)


def _enter(rows, model, key_of) -> int:
    """Save those that are not and never were a row: staff may have renamed or deleted it."""
    touched = {key_of(row) for row in (*model.objects.all(), *model.history.all())}
    new = [row for row in rows if key_of(row) not in touched]
    for row in new:
        row.save()
    return len(new)
