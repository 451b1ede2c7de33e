"""Numbers as people read them: rounded on the face, with their unit."""

from __future__ import annotations

NO_VALUE = "–"


def money(usd: float) -> str:
    """``12.0 m``, ``704``, ``0.62``: millions with one decimal, dollars whole, cents below ten."""
    if abs(usd) >= 1e6:
        return f"{_minus(usd / 1e6, 1)} m"
    if abs(usd) >= 10:
        return _minus(usd, 0)
    return _minus(usd, 2)


def count(value: float) -> str:
    """``1,802``: whole things."""
    return _minus(value, 0)


def percent(share: float | None) -> str:
    """``5.3 %``; a dash where the share is not defined."""
    return NO_VALUE if share is None else f"{_minus(100 * share, 1)} %"


def whole_percent(share: float) -> str:
    """``19 %``: a share of draws, whose interval is wider than its decimals."""
    return f"{100.0 * share:.0f} %"


def interval(ends: tuple[float, float]) -> str:
    """``3.1–5.3 %``: the ends of an interval of shares."""
    low, high = ends
    return f"{percent(low).removesuffix(' %')}–{percent(high)}"


def with_unit(value: float | None, unit: str) -> str:
    """A figure with its unit."""
    if value is None:
        return NO_VALUE
    match unit:
        case "USD":
            return f"{money(value)} USD"
        case "share":
            return percent(value)
        case "persons" | "months" | "posts" | "count":
            return count(value)
        case "score":
            return _minus(value, 2)
        case _:
            return f"{value:,.4g}"


def signed(value: float, unit: str) -> str:
    """A change: with its sign, a true minus."""
    text = with_unit(value, unit)
    return f"+{text}" if value > 0 else text


def _minus(value: float, decimals: int) -> str:
    text = f"{value:,.{decimals}f}"
    if text.strip("-0.,") == "":
        text = text.lstrip("-")
    return text.replace("-", "−")
