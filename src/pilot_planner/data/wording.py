"""Small words: counts and lists as sentences have them. The one writer of ``a, b and c``."""

from __future__ import annotations

from collections.abc import Iterable

_COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def in_words(count: int, capital: bool = False) -> str:
    """``two``; figures from eleven on."""
    text = _COUNTS[count] if 0 <= count < len(_COUNTS) else f"{count:,}"
    return text[0].upper() + text[1:] if capital else text


def listed(names: Iterable[str], most: int = 0, word: str = "and") -> str:
    """``a, b and c``; after ``most`` names only how many more there are."""
    names = list(names)
    if most and len(names) > most:
        return f"{', '.join(names[:most])} {word} {in_words(len(names) - most)} more"
    return f" {word} ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def sentence_case(words: str) -> str:
    """The first letter a capital, the others as they are: codes and abbreviations stay what they are."""
    return words[:1].upper() + words[1:]
