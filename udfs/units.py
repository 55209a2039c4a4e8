"""Units in which a figure is written: 42.13%, 1.35 times, 12 days."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from udfs.kinds import Choice

UNITS: Final = Choice(
    {
        "decimal": ("小数", "percent", "百分比"),
        "times": ("倍",),
        "turns": ("次",),
        "days": ("天",),
        "years": ("年",),
        "amount": ("金额",),
    }
)
_SHAPES: Final[dict[str, Callable[[float], str]]] = {
    "decimal": "{:.2%}".format,
    "times": "{:,.2f}".format,
    "turns": "{:,.2f}".format,
    "days": "{:,.1f}".format,
    "years": "{:,.1f}".format,
    "amount": "{:,.6g}".format,
}
_AFTER: Final = {
    "days": {"en": " days", "zh": " 天"},
    "years": {"en": " years", "zh": " 年"},
    "times": {"en": "", "zh": " 倍"},
    "turns": {"en": "", "zh": " 次"},
}


def shown(value: float, unit: str, lang: str) -> str:
    """A figure as its unit is written.

    Args:
        value: the figure; a share as a decimal.
        unit: one of ``UNITS``, or "" for a plain number.
        lang: "en" or "zh".

    Example:
        >>> shown(0.42131, "decimal", "en"), shown(1.5, "times", "zh")
        ('42.13%', '1.50 倍')
    """
    return _SHAPES.get(unit, "{:.6g}".format)(value) + _after(unit, lang)


def limit(value: float, unit: str, lang: str) -> str:
    """A limit as its unit is written, with the digits that it has and no more.

    Example:
        >>> limit(0.7, "decimal", "en"), limit(5, "years", "zh")
        ('70%', '5 年')
    """
    digits = f"{value * 100:.6g}%" if unit == "decimal" else f"{value:.6g}"
    return digits + _after(unit, lang)


def brief(value: float, unit: str, lang: str) -> str:
    """A figure as its unit is written, with two decimals at most; plain numbers as they are.

    Example:
        >>> brief(0.42131, "decimal", "en"), brief(0.75, "decimal", "en"), brief(1.5, "times", "zh")
        ('42.13%', '75%', '1.5 倍')
    """
    if not unit:
        return f"{value:.6g}"
    return limit(round(value, 4 if unit == "decimal" else 2), unit, lang)


def _after(unit: str, lang: str) -> str:
    return _AFTER.get(unit, {}).get(lang, "")
