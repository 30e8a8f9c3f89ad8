"""The liaison stations of the demonstration, at the scale the city tells of (D10.2): two years before today.

Days are counted from today, so that everybody who signs in finds something to do whenever it is built. Lives are written
by a :class:`~.chronicle.Chronicle`, with the moves of their tables and the history these leave; stations, posts, deputies,
rules and stars also with the versions that staff see. All names and words are invented.
"""

from . import cases, receptions, register, stars, work
from .chronicle import Chronicle

SIGN_INS = [name for name, *_rest in register.SIGN_INS]


def build(random, scale: int) -> None:
    """``scale`` multiplies the opinions, and the stations below those of streets, towns and townships."""
    chronicle = Chronicle(random)
    places = register.build(chronicle, scale)
    held = receptions.build(chronicle, places)
    chronicle.store()
    cases.build(chronicle, places, held, scale)
    work.build(chronicle, places)
    stars.build(chronicle, places)
