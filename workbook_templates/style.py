"""The look that all workbooks share: colours with a meaning, fonts, number formats, cell styles.

What is typed in is blue on cream; what is computed is dark on white; what decides is bold on a
blue tint. The four tiers keep their colours on every page; they also differ in lightness, so
that a grey print still tells them apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Protection, Side
from openpyxl.workbook import Workbook

from workbook_templates.language import Lang

INK: Final = "1F2A37"
QUIET: Final = "5F6C7B"
NAVY: Final = "17324D"
TEAL: Final = "0F6E84"
LINE: Final = "CBD5DF"
BAND: Final = "EEF2F6"
WHITE: Final = "FFFFFF"
INPUT_INK: Final = "1F4FA3"
INPUT_FILL: Final = "FFFBEB"
RESULT_FILL: Final = "E3EEF4"
GOOD: Final = "1E7B4F"
GOOD_FILL: Final = "DDF1E4"
BAD: Final = "B3261E"
BAD_FILL: Final = "FBE0DD"
WARN_FILL: Final = "FDF0CF"
HEAT_LOW: Final = "F7FAFC"
HEAT_HIGH: Final = "5B9DB5"

TIER_COLOURS: Final[dict[str, str]] = {
    "premium": "0B4F6C",
    "low": "4C9F70",
    "medium": "E3A83B",
    "high": "B23A48",
}
"""One colour per risk tier; neighbours differ in lightness, so a grey print tells them apart."""
LIGHT_TIERS: Final = frozenset({"medium"})
"""Tiers whose colour needs dark text."""

TAB_INPUT: Final = "E3A83B"
TAB_POLICY: Final = "4C9F70"
TAB_RESULT: Final = NAVY
TAB_RECORD: Final = "8A97A6"

FONTS: Final[dict[Lang, str]] = {"en": "Arial", "zh": "Microsoft YaHei"}
"""Fonts that Windows and macOS Excel have; elsewhere they fall back to metrically like ones."""

FORMATS: Final[dict[str, str]] = {
    "text": "@",
    "words": "General",
    "general": "General",
    "number": "#,##0.0;-#,##0.0;0.0",
    "times": "0.00",
    "count": "#,##0",
    "share": '[<0.04]"";0%',
    "tally": "#,##0;-#,##0;·",
    "money": "#,##0;-#,##0;0",
    "rate": "0.0%",
    "limit": "0.0%;;",
    "whole_rate": "0%",
    "pd": "0.00%",
    "date": "yyyy-mm-dd",
    "day": "yyyy-mm-dd;;",
    "time": "yyyy-mm-dd hh:mm",
    "flag": "General",
    "code": "0",
}
"""Number formats by the kind of a column."""
_DIGIT_OF_ROOM: Final = "_0"


def spaced(number_format: str) -> str:
    """A number format that leaves the width of a digit free on the right.

    Example:
        >>> spaced("#,##0;-#,##0;0"), spaced("0.0%;;")
        ('#,##0_0;-#,##0_0;0_0', '0.0%_0;;')
    """
    sections = number_format.split(";")
    return ";".join(
        one + _DIGIT_OF_ROOM if any(c in "0#" for c in one) else one for one in sections
    )


@dataclass(frozen=True, slots=True)
class Look:
    """The fonts of one language, and the cell styles made from them."""

    lang: Lang

    def font(
        self, size: float = 10, *, bold: bool = False, italic: bool = False, colour: str = INK
    ) -> Font:
        """A font of the workbook's language."""
        charset = 134 if self.lang == "zh" else None
        return Font(
            name=FONTS[self.lang],
            size=size,
            bold=bold,
            italic=italic,
            color=colour,
            charset=charset,
            family=2,
        )


def fill(colour: str) -> PatternFill:
    """A plain background."""
    return PatternFill("solid", start_color=colour, end_color=colour)


def lines(*, top: str = "", bottom: str = "", sides: str = "") -> Border:
    """Thin lines in the colours given."""
    return Border(
        top=Side("thin", color=top) if top else None,
        bottom=Side("thin", color=bottom) if bottom else None,
        left=Side("thin", color=sides) if sides else None,
        right=Side("thin", color=sides) if sides else None,
    )


BOX: Final = lines(top=LINE, bottom=LINE, sides=LINE)

INPUT: Final = "CR input"
CALCULATION: Final = "CR calculation"
RESULT: Final = "CR result"
HEADER: Final = "CR header"
GROUP: Final = "CR group"
TITLE: Final = "CR title"
SUBTITLE: Final = "CR subtitle"
SECTION: Final = "CR section"
BODY: Final = "CR text"
NOTE: Final = "CR note"
UNIT: Final = "CR unit"
LABEL: Final = "CR label"
TOTAL: Final = "CR total"
PROSE: Final = "CR prose"
LINK: Final = "CR link"
CARD_LABEL: Final = "CR card label"
CARD_VALUE: Final = "CR card value"


def register_styles(book: Workbook, lang: Lang) -> None:
    """Add the named cell styles to a workbook, so that its users can apply them too."""
    look = Look(lang)
    middle = Alignment(vertical="center")
    wrapped = Alignment(horizontal="left", vertical="center", wrap_text=True, indent=1)
    top = Alignment(vertical="top", wrap_text=True)
    prose = Alignment(horizontal="left", vertical="center", wrap_text=True, indent=1)
    centred = Alignment(horizontal="center", vertical="center", wrap_text=True)
    open_cell = Protection(locked=False)
    styles = (
        NamedStyle(
            INPUT,
            font=look.font(colour=INPUT_INK),
            fill=fill(INPUT_FILL),
            border=BOX,
            alignment=middle,
            protection=open_cell,
        ),
        NamedStyle(CALCULATION, font=look.font(), border=BOX, alignment=middle),
        NamedStyle(
            RESULT,
            font=look.font(bold=True, colour=NAVY),
            fill=fill(RESULT_FILL),
            border=BOX,
            alignment=middle,
        ),
        NamedStyle(
            HEADER,
            font=look.font(9.5, bold=True, colour=WHITE),
            fill=fill(NAVY),
            border=lines(top=NAVY, bottom=NAVY, sides="4A6078"),
            alignment=centred,
        ),
        NamedStyle(
            GROUP,
            font=look.font(9.5, bold=True, colour=NAVY),
            fill=fill(BAND),
            border=lines(bottom=TEAL),
            alignment=middle,
        ),
        NamedStyle(TITLE, font=look.font(18, bold=True, colour=NAVY), alignment=middle),
        NamedStyle(SUBTITLE, font=look.font(10, colour=QUIET), alignment=middle),
        NamedStyle(
            SECTION,
            font=look.font(12, bold=True, colour=TEAL),
            alignment=middle,
        ),
        NamedStyle(BODY, font=look.font(), alignment=prose),
        NamedStyle(NOTE, font=look.font(9, colour=QUIET), alignment=top),
        NamedStyle(
            UNIT,
            font=look.font(8.5, italic=True, colour=QUIET),
            alignment=Alignment(horizontal="center", vertical="center", shrink_to_fit=True),
        ),
        NamedStyle(LABEL, font=look.font(), fill=fill(BAND), border=BOX, alignment=wrapped),
        NamedStyle(
            TOTAL,
            font=look.font(bold=True),
            fill=fill(BAND),
            border=Border(top=Side("thin", color=NAVY), bottom=Side("double", color=NAVY)),
            alignment=middle,
        ),
        NamedStyle(
            LINK,
            font=look.font(bold=True, colour=TEAL),
            fill=fill(BAND),
            border=BOX,
            alignment=wrapped,
        ),
        NamedStyle(
            PROSE,
            font=look.font(9),
            border=BOX,
            alignment=prose,
        ),
        NamedStyle(
            CARD_LABEL,
            font=look.font(9, colour=QUIET),
            fill=fill(BAND),
            border=lines(top=TEAL),
            alignment=Alignment(horizontal="left", vertical="bottom", indent=1),
        ),
        NamedStyle(
            CARD_VALUE,
            font=look.font(16, bold=True, colour=NAVY),
            fill=fill(BAND),
            alignment=Alignment(horizontal="left", vertical="center", indent=1),
        ),
    )
    for style in styles:
        book.add_named_style(style)
    # Cells that nobody styled look like the rest.
    book._named_styles["Normal"].font = look.font()  # type: ignore[attr-defined]  # noqa: SLF001
