"""Translations: a gettext catalogue for each language under ``models/languages``, and numbers as each language writes them.

``languages.toml`` names the languages and who has reviewed each translation. A file of the same name in
``models/languages`` of the working folder is taken instead of the shipped one.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal

from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.messages.pofile import PoFileError, read_po
from babel.numbers import format_decimal, format_percent

from pilot_planner.data.locations import is_file, shipped
from pilot_planner.errors import Fault, InputError, Place

FOLDER = Path("models") / "languages"
SOURCE = "en"
"""The language of the sentences in the code and in the inputs."""
_LOCALES = {SOURCE: "en_GB"}
"""Where the language alone is another country's: dates stand as in the proposal."""
FIELD = re.compile(r"%\((\w+)\)s")
_LINE = re.compile(r'(#.*|((msgctxt|msgid|msgid_plural|msgstr(\[\d+\])?)\s+)?"([^"\\]|\\.)*")?')


@dataclass(frozen=True, slots=True)
class Language:
    """A language that documents are offered in.

    Attributes:
        code: ISO 639-1.
        name: in the language itself.
        reviewed_by: the native speaker who signs for the translation; empty as long as nobody does.
    """

    code: str
    name: str
    reviewed_by: str


@dataclass
class Speaker:
    """Says sentences, numbers, dates and places in one language, and keeps what it has no words for.

    Attributes:
        messages: translations by the English sentence; None for English itself.
        missing: English sentences that were asked for and have no translation.
    """

    language: Language
    messages: dict[str, str] | None
    missing: list[str] = field(default_factory=list)

    @property
    def locale(self) -> Locale:
        return Locale.parse(_LOCALES.get(self.language.code, self.language.code))

    def say(self, sentence: str, **fields: str) -> str:
        """A sentence with its fields (``%(name)s``) filled in."""
        found = sentence if self.messages is None else self.messages.get(sentence, "")
        if not found:
            self.missing.append(sentence)
            found = sentence
        return FIELD.sub(lambda one: fields[one[1]], found)

    def number(self, value: float, digits: int = 0) -> str:
        """``1 802`` or ``1,802``: rounded to some decimals, grouped as the language does."""
        pattern = f"#,##0.{'0' * digits}" if digits else "#,##0"
        # Adding nought makes a nought of minus nought.
        return _wide(format_decimal(round(value, digits) + 0.0, format=pattern, locale=self.locale))

    def usd(self, value: float) -> str:
        """Whole dollars with the code of the currency, which every language reads alike."""
        return f"{self.number(value)}\u00a0USD"

    def share(self, value: float) -> str:
        """A share of 1 in per cent, to one decimal."""
        return _wide(format_percent(value, format="#,##0.0\u00a0%", locale=self.locale))

    def day(self, day: dt.date, length: Literal["medium", "long"] = "long") -> str:
        return format_date(day, format=length, locale=self.locale)

    def place(self, iso2: str, name: str) -> str:
        """A country by its code; the name that the inputs have where the language knows none."""
        return str(self.locale.territories.get(iso2, name))

    def listed(self, parts: Iterable[str]) -> str:
        return str(format_list(list(parts), locale=self.locale))


@cache
def languages() -> tuple[Language, ...]:
    """English first, then those of ``languages.toml``."""
    table = tomllib.loads(_file("languages.toml").read_text(encoding="utf-8"))
    others = (Language(code, one["name"], one["reviewed_by"]) for code, one in table.items())
    return (Language(SOURCE, "English", "the team of pilot_planner"), *others)


def speaker(language: Language) -> Speaker:
    """Raises InputError where the catalogue is missing or cannot be read, with the line."""
    if language.code == SOURCE:
        return Speaker(language, None)
    file = _file(f"{language.code}.po")
    what, fix = "a gettext catalogue in UTF-8", "correct it, for example in a translator's editor"
    try:
        text = file.read_text(encoding="utf-8")
        # The reader takes a line without its closing quote, and its text without the last letter.
        wrong = [row for row, line in enumerate(text.splitlines(), start=1) if not _LINE.fullmatch(line.strip())]
        if wrong:
            raise InputError([Fault(Place(str(file), row), "is no line of a catalogue", what, fix) for row in wrong])
        catalogue = read_po(io.BytesIO(text.encode()), locale=language.code, abort_invalid=True)
    except (OSError, UnicodeDecodeError, ValueError, PoFileError) as error:
        raise InputError([Fault(Place(str(file)), f"cannot be read: {error}", what, fix)]) from None
    found = {str(one.id): str(one.string) for one in catalogue if one.id and one.string and not one.fuzzy}
    return Speaker(language, {key: text for key, text in found.items() if _fields(key) == _fields(text)})


def _wide(number: str) -> str:
    """With blanks that can be seen: the narrow ones of French all but vanish in our font."""
    return number.replace("\u202f", "\u00a0")


def _fields(sentence: str) -> set[str]:
    return set(FIELD.findall(sentence))


def _file(name: str) -> Path:
    local = FOLDER / name
    return local if is_file(local) else shipped("models") / "languages" / name
