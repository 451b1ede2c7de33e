"""Types of columns that give back what was put into them, or a value that no seal fits.

SQLite takes any value for any column: a file that a disk or an editor has altered may hold a number where a text belongs, or
nothing at all. Whoever reads the row is then told that it is not what was written, as of any other alteration. PostgreSQL
holds to its types itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa


class _Kept:
    kinds: tuple[type, ...]
    instead: Any

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Callable[[Any], Any]:
        """The driver's value as it is, where it is of the right type."""
        kinds, instead = self.kinds, self.instead
        return lambda value: value if isinstance(value, kinds) else instead


class String(_Kept, sa.String):
    """A text of at most so many characters."""

    kinds, instead = (str,), "\N{REPLACEMENT CHARACTER}"


class Text(_Kept, sa.Text):
    """A text."""

    kinds, instead = (str,), "\N{REPLACEMENT CHARACTER}"


class Integer(_Kept, sa.Integer):
    """A whole number from 0."""

    kinds, instead = (int,), -1


class BigInteger(_Kept, sa.BigInteger):
    """A whole number from 0 of up to 64 bits."""

    kinds, instead = (int,), -1


class Float(_Kept, sa.Float[float]):
    """A number from 0."""

    kinds, instead = (float, int), -1.0


class LargeBinary(_Kept, sa.LargeBinary):
    """Bytes, of which there are some."""

    kinds, instead = (bytes,), b""
