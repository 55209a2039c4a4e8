"""The workbook's cell formats: read by number, extended where a new combination is needed."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from functools import cached_property, partial
from typing import Final

from lxml import etree
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format

from addin.headless import xml
from addin.headless.package import Package

GENERAL: Final = "General"
DATE: Final = "yyyy-mm-dd"
DATE_TIME: Final = "yyyy-mm-dd hh:mm:ss"
FIRST_OWN_FORMAT: Final = 164
# Built-in formats whose code depends on the language of Excel: ECMA-376 part 1, 18.8.30, zh-cn.
CHINESE_FORMATS: Final = {
    27: 'yyyy"年"m"月"',
    28: 'm"月"d"日"',
    29: 'm"月"d"日"',
    30: "m-d-yy",
    31: 'yyyy"年"m"月"d"日"',
    32: 'h"时"mm"分"',
    33: 'h"时"mm"分"ss"秒"',
    34: '上午/下午h"时"mm"分"',
    35: '上午/下午h"时"mm"分"ss"秒"',
    36: 'yyyy"年"m"月"',
    50: 'yyyy"年"m"月"',
    51: 'm"月"d"日"',
    52: 'yyyy"年"m"月"',
    53: 'm"月"d"日"',
    54: 'm"月"d"日"',
    55: '上午/下午h"时"mm"分"',
    56: '上午/下午h"时"mm"分"ss"秒"',
    57: 'yyyy"年"m"月"',
    58: 'm"月"d"日"',
}
BUILT_IN: Final = {**BUILTIN_FORMATS, **CHINESE_FORMATS}


class Styles:
    """The styles part of a workbook. A style number is an index into its `cellXfs`."""

    def __init__(self, package: Package, part: str | None) -> None:
        self._package = package
        self._part = part
        self._dates: dict[int, bool] = {}
        self._dates_found: frozenset[bytes] = frozenset()
        self._dates_known = 0
        self._made: dict[tuple[int, str, str], int] = {}

    @cached_property
    def _root(self) -> etree._Element | None:
        return self._package.xml(self._part) if self._part else None

    def _group(self, name: str) -> etree._Element | None:
        if self._root is None:
            return None
        return next((e for e in self._root if _is(e, name)), None)

    @cached_property
    def _own_formats(self) -> dict[int, str]:
        group = self._group("numFmts")
        return {
            self._number(e, "numFmtId"): e.get("formatCode", GENERAL)
            for e in (group if group is not None else ())
            if _is(e, "numFmt")
        }

    def _number(self, element: etree._Element, attribute: str) -> int:
        with xml.meaning_of(self._package.path, self._part or ""):
            return int(element.get(attribute, "0"))

    def _xf(self, style: int) -> etree._Element | None:
        group = self._group("cellXfs")
        if group is None or not 0 <= style < len(group):
            return None
        return group[style]

    def number_format(self, style: int) -> str:
        """The format code of a style."""
        xf = self._xf(style)
        number = self._number(xf, "numFmtId") if xf is not None else 0
        return self._own_formats.get(number) or BUILT_IN.get(number, GENERAL)

    def is_date(self, style: int) -> bool:
        """Whether a style shows numbers as dates or times."""
        known = self._dates.get(style)
        if known is None:
            code = self.number_format(style)
            known = _is_date_format(code) or "上午/下午" in code
            self._dates[style] = known
        return known

    @property
    def dates(self) -> frozenset[bytes]:
        """The numbers of the styles that show dates, as they are written in a cell."""
        group = self._group("cellXfs")
        count = 0 if group is None else len(group)
        if self._dates_known != count:
            styles = filter(self.is_date, range(count))
            self._dates_found = frozenset(str(style).encode() for style in styles)
            self._dates_known = count
        return self._dates_found

    def dated(self, style: int, *, clock: bool) -> int:
        """The number of a style that is as `style` but shows a date, if it does not already."""
        if self.is_date(style):
            return style
        return self.with_number_format(style, DATE_TIME if clock else DATE)

    def with_number_format(self, style: int, code: str) -> int:
        """The number of a style that is as `style` but shows numbers by `code`."""
        return self._made_from(style, "numFmtId", code)

    def with_fill(self, style: int, rgb: str | None) -> int:
        """The number of a style that is as `style` but filled with a colour (`RRGGBB`) or none."""
        return self._made_from(style, "fillId", rgb or "")

    def with_bold(self, style: int, bold: bool) -> int:
        """The number of a style that is as `style` but with a bold or a regular font."""
        return self._made_from(style, "fontId", "1" if bold else "")

    def is_bold(self, style: int) -> bool:
        """Whether a style's font is bold."""
        font = self._part_of(style, "fonts", "fontId")
        bold = next((e for e in font if _is(e, "b")), None) if font is not None else None
        return bold is not None and bold.get("val", "1") not in ("0", "false")

    def fill(self, style: int) -> str | None:
        """The colour (`RRGGBB`) of a solid fill; None for no fill or a theme's colour."""
        fill = self._part_of(style, "fills", "fillId")
        pattern = (
            next((e for e in fill if _is(e, "patternFill")), None) if fill is not None else None
        )
        if pattern is None or pattern.get("patternType") != "solid":
            return None
        colour = next((e for e in pattern if _is(e, "fgColor")), None)
        rgb = colour.get("rgb") if colour is not None else None
        return rgb[-6:] if rgb else None

    def _part_of(self, style: int, group_name: str, attribute: str) -> etree._Element | None:
        xf, group = self._xf(style), self._group(group_name)
        if xf is None or group is None:
            return None
        number = self._number(xf, attribute)
        return group[number] if number < len(group) else None

    def _made_from(self, style: int, attribute: str, wanted: str) -> int:
        key = (style, attribute, wanted)
        if key not in self._made:
            self._made[key] = self._make(style, attribute, wanted)
        return self._made[key]

    def _make(self, style: int, attribute: str, wanted: str) -> int:
        base, group = self._xf(style), self._group("cellXfs")
        if base is None or group is None:
            raise xml.broken(
                self._package.path, self._part or "xl/styles.xml", f"it lacks cell format {style}"
            )
        makers: dict[str, Callable[[str], int]] = {
            "numFmtId": self._format_number,
            "fillId": self._fill_number,
            "fontId": partial(self._font_number, style),
        }
        applied = {"numFmtId": "applyNumberFormat", "fillId": "applyFill", "fontId": "applyFont"}
        made = deepcopy(base)
        made.set(attribute, str(makers[attribute](wanted)))
        made.set(applied[attribute], "1")
        written = etree.tostring(made)
        for number, xf in enumerate(group):
            if etree.tostring(xf).strip() == written.strip():
                return number
        made.tail = base.tail
        group.append(made)
        return self._counted(group)

    def _counted(self, group: etree._Element) -> int:
        group.set("count", str(len(group)))
        if self._part and self._root is not None:
            self._package.replace_xml(self._part, self._root)
        return len(group) - 1

    def _tag(self, name: str) -> str:
        namespace = etree.QName(self._root).namespace if self._root is not None else ""
        return f"{{{namespace}}}{name}"

    def _format_number(self, code: str) -> int:
        for number, known in {**BUILTIN_FORMATS, **self._own_formats}.items():
            if known == code:
                return int(number)
        group = self._group("numFmts")
        if group is None and self._root is not None:
            group = etree.Element(self._tag("numFmts"))
            self._root.insert(0, group)
        number = max([FIRST_OWN_FORMAT - 1, *self._own_formats]) + 1
        if group is not None:
            etree.SubElement(group, self._tag("numFmt"), numFmtId=str(number), formatCode=code)
            self._counted(group)
        self._own_formats[number] = code
        return number

    def _fill_number(self, rgb: str) -> int:
        group = self._group("fills")
        if not rgb or group is None:
            return 0
        fill = etree.SubElement(group, self._tag("fill"))
        pattern = etree.SubElement(fill, self._tag("patternFill"), patternType="solid")
        etree.SubElement(pattern, self._tag("fgColor"), rgb=f"FF{rgb.upper()}")
        etree.SubElement(pattern, self._tag("bgColor"), indexed="64")
        return self._counted(group)

    def _font_number(self, style: int, bold: str) -> int:
        group, font = self._group("fonts"), self._part_of(style, "fonts", "fontId")
        if group is None or font is None:
            return 0
        made = deepcopy(font)
        for element in [e for e in made if _is(e, "b")]:
            made.remove(element)
        if bold:
            made.insert(0, etree.Element(self._tag("b")))
        group.append(made)
        return self._counted(group)


def _is_date_format(code: str) -> bool:
    return bool(is_date_format(code))


def _is(element: etree._Element, name: str) -> bool:
    return isinstance(element.tag, str) and xml.local_name(element) == name
