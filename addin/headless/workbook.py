"""A workbook file: its sheets, names and tables, saved by writing only what changed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from lxml import etree

from addin.errors import WorkbookError
from addin.headless import resize, shared_strings, tables, tabs, xml
from addin.headless.package import Package
from addin.headless.references import Area
from addin.headless.sheet import Sheet
from addin.headless.styles import Styles
from addin.headless.tables import Table
from addin.headless.zip_archive import DEFAULT_LIMITS, Limits

RELATIONSHIP_ID: Final = (
    "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id",
    "{http://purl.oclc.org/ooxml/officeDocument/relationships}id",
)
WORKBOOK_TYPES: Final = (
    "sheet.main+xml",
    "template.main+xml",
    "macroenabled.main+xml",
    "addin.main+xml",
)


@dataclass(frozen=True, slots=True)
class Name:
    """A defined name.

    Attributes:
        name: as it is used in formulas.
        sheet: the sheet it belongs to; None for the whole workbook.
        text: what it refers to, without `=`.
        hidden: whether the name manager hides it.
    """

    name: str
    sheet: str | None
    text: str
    hidden: bool = False


class Workbook:
    """An .xlsx or .xlsm file. What is not changed is saved byte for byte.

    Attributes:
        path: the file it was opened from.
        package: its parts.
        date1904: whether dates count from 1904 instead of 1900.
        formulas_changed: whether formulas were added or removed since it was opened.
        touched: the cells that were written since the last calculation, by sheet; None if all
            formulas must be computed.

    Example:
        >>> book = Workbook.open("book.xlsx")  # doctest: +SKIP
        >>> book.sheet("Policy").value(2, 1)  # doctest: +SKIP
        'Base rate'
    """

    def __init__(self, package: Package) -> None:
        self.package = package
        self.path = package.path
        self.formulas_changed = False
        self.touched: list[tuple[str, Area]] | None = None
        # The tables of each sheet's part as they were at a version of the package.
        self.known_tables: dict[str, tuple[int, list[Table]]] = {}
        # The names as they were at a version of the package.
        self._known_names: tuple[int, list[Name]]
        self.part = self._main_part()
        self.styles = Styles(package, self._related("styles"))
        self.id_attribute = RELATIONSHIP_ID[0]
        self.date1904 = _flag(self._child("workbookPr"), "date1904")
        self._sheets: list[Sheet] = []
        self._read_sheets()

    @classmethod
    def open(cls, path: str | Path, limits: Limits = DEFAULT_LIMITS) -> Workbook:
        """Opens a workbook; sheets are read when they are asked for something.

        Args:
            path: an .xlsx or .xlsm file.
            limits: how large it may be.

        Raises:
            WorkbookError: it is missing, encrypted, of another format, damaged or harmful.
        """
        return cls(Package.open(path, limits))

    def __repr__(self) -> str:
        return f"<Workbook {self.path.name}>"

    def _main_part(self) -> str:
        for relationship in self.package.relationships("").values():
            if relationship.kind == "officeDocument":
                content_type = self.package.content_type(relationship.target)
                if content_type and not content_type.lower().endswith(WORKBOOK_TYPES):
                    break
                return relationship.target
        raise WorkbookError(
            self.path,
            "is an Office file but no Excel workbook.",
            "Give an .xlsx or .xlsm file.",
        )

    @property
    def root(self) -> etree._Element:
        """The root element of the workbook part, fresh at each call."""
        return self.package.xml(self.part)

    def _child(self, name: str) -> etree._Element | None:
        return next((e for e in self.root.iter(f"{{*}}{name}")), None)

    def _related(self, kind: str) -> str | None:
        for relationship in self.package.relationships(self.part).values():
            if relationship.kind == kind and relationship.target in self.package:
                return relationship.target
        return None

    def _read_sheets(self) -> None:
        """Reads the tabs; a sheet that is known already stays the same object."""
        relationships = self.package.relationships(self.part)
        known = {sheet.part: sheet for sheet in self._sheets}
        self.tab_names: list[str] = []
        self._sheets = []
        self._known_names = (-1, [])  # a name knows its sheet by its place among the tabs
        for element in self.root.iterfind("{*}sheets/{*}sheet"):
            name = element.get("name", "")
            self.tab_names.append(name)
            relationship = relationships.get(self._relationship_id(element))
            if relationship is None or relationship.kind != "worksheet":
                continue
            state = element.get("state", "visible")
            sheet = known.get(relationship.target)
            if sheet is None:
                sheet = Sheet(self, name, relationship.target, state)
            sheet.name, sheet.visible = name, state
            self._sheets.append(sheet)

    def _relationship_id(self, element: etree._Element) -> str:
        for attribute in RELATIONSHIP_ID:
            value = element.get(attribute)
            if value:
                self.id_attribute = attribute
                return value
        return ""

    @property
    def sheets(self) -> list[Sheet]:
        """The worksheets in tab order (chart sheets hold no cells and are not among them)."""
        return list(self._sheets)

    def sheet(self, name: str) -> Sheet:
        """The worksheet of a name; case does not matter, as in Excel.

        Raises:
            WorkbookError: there is no such worksheet.
        """
        for sheet in self._sheets:
            if sheet.name.casefold() == name.casefold():
                return sheet
        known = ", ".join(repr(sheet.name) for sheet in self._sheets)
        raise WorkbookError(self.path, f"has no sheet {name!r}.", f"Its sheets are {known}.")

    @property
    def names(self) -> list[Name]:
        """The defined names, in the order of the file."""
        version, names = self._known_names
        if version != self.package.version:
            with xml.meaning_of(self.path, self.part):
                elements = self.root.iterfind("{*}definedNames/{*}definedName")
                names = [self._name(element) for element in elements]
            self._known_names = self.package.version, names
        return list(names)

    def _name(self, element: etree._Element) -> Name:
        scope = element.get("localSheetId")
        sheet = self.tab_names[int(scope)] if scope is not None else None
        text = "".join(str(piece) for piece in element.itertext())
        return Name(element.get("name", ""), sheet, text, _flag(element, "hidden"))

    @cached_property
    def texts(self) -> list[str]:
        """The shared strings."""
        part = self._related("sharedStrings")
        return shared_strings.read(self.package.part(part), self.path, part) if part else []

    @cached_property
    def dynamic_cells(self) -> frozenset[int]:
        """The `cm` numbers that mark a formula as a dynamic array (a spilling one)."""
        part = self._related("sheetMetadata")
        if part is None:
            return frozenset()
        root = self.package.xml(part)
        kinds = [e.get("name") for e in root.iter("{*}metadataType")]
        group = next(root.iter("{*}cellMetadata"), None)
        blocks = list(group.iter("{*}bk")) if group is not None else []
        with xml.meaning_of(self.path, part):
            return frozenset(
                number
                for number, block in enumerate(blocks, 1)
                for record in block.iter("{*}rc")
                if kinds[int(record.get("t", "0")) - 1] == "XLDAPR"
            )

    @property
    def tables(self) -> list[Table]:
        """The tables of all sheets."""
        return [table for sheet in self._sheets for table in tables.of_sheet(sheet)]

    def table(self, name: str) -> Table:
        """The table of a name; case does not matter.

        Raises:
            WorkbookError: there is no such table.
        """
        for table in self.tables:
            if table.name.casefold() == name.casefold():
                return table
        known = ", ".join(table.name for table in self.tables) or "none"
        raise WorkbookError(self.path, f"has no table {name!r}.", f"Its tables are: {known}.")

    def table_style(self, sheet: Sheet, row: int, column: int) -> int | None:
        """The style of a table's first body row, for a cell in the table or just under it."""
        for table in tables.of_sheet(sheet):
            body = table.body
            inside = body.first_row <= row <= body.last_row + 1
            if inside and body.first_column <= column <= body.last_column:
                return sheet.style(body.first_row, column)
        return None

    def touch(self, sheet: str, area: Area) -> None:
        """Notes that cells were written."""
        if self.touched is not None:
            self.touched.append((sheet, area))

    def resize_table(self, name: str, ref: str) -> None:
        """Gives a table another last row.

        Validations, conditional formats, names and charts that cover its columns go along; a
        totals row stays last; calculated columns are filled down.

        Args:
            name: the table.
            ref: its new rectangle, with headers and totals.

        Raises:
            WorkbookError: only the last row may change, at least one body row must remain, and
                nothing may be in the way.
        """
        resize.resize_table(self, name, ref)

    def extend_references(self, sheet: str, old_ref: str, new_ref: str) -> None:
        """Lets validations, formats, names and charts of a whole range follow it to another size.

        Args:
            sheet: the sheet of the range.
            old_ref: the range as it was, such as `C2:F200`.
            new_ref: as it is now; only the last row may differ.
        """
        resize.extend_references(self, sheet, Area.parse(old_ref), Area.parse(new_ref))

    def add_sheet(self, name: str, position: int | None = None) -> Sheet:
        """Adds an empty worksheet; by default as the last tab.

        Raises:
            WorkbookError: the name is taken or not allowed.
        """
        self.touched = None
        tabs.add(self, name, len(self.tab_names) if position is None else position)
        self._read_sheets()
        return self.sheet(name)

    def delete_sheet(self, name: str) -> None:
        """Deletes a worksheet.

        Raises:
            WorkbookError: something refers to it, or it is the only visible one.
        """
        self.touched = None
        tabs.delete(self, self.sheet(name))
        self._read_sheets()

    def rename_sheet(self, name: str, new_name: str) -> None:
        """Gives a worksheet another name.

        Raises:
            WorkbookError: something refers to it, or the name is taken or not allowed.
        """
        self.touched = None
        tabs.rename(self, self.sheet(name), new_name)
        self._read_sheets()

    def set_visible(self, name: str, state: str) -> None:
        """Shows or hides a worksheet: `visible`, `hidden` or `veryHidden`."""
        tabs.set_visible(self, self.sheet(name), state)

    def set_name(self, name: str, text: str, sheet: str | None = None) -> None:
        """Defines a name or changes what it refers to.

        Args:
            name: the name.
            text: what it refers to, without `=`, such as `Policy!$A$1:$C$9`.
            sheet: the sheet it belongs to; None for the whole workbook.
        """
        self.touched = None
        tabs.set_name(self, name, text, sheet)

    def delete_name(self, name: str, sheet: str | None = None) -> None:
        """Takes a defined name away."""
        self.touched = None
        tabs.delete_name(self, name, sheet)

    def flush(self) -> None:
        """Hands every change over to the package."""
        for sheet in self._sheets:
            sheet.flush()
        if self.formulas_changed:
            self._drop_calculation_chain()
            self.formulas_changed = False

    def _drop_calculation_chain(self) -> None:
        """Excel makes the chain anew; a chain that names a cell without a formula is an error."""
        chain = self._related("calcChain")
        if chain is not None:
            self.package.unrelate(self.part, chain)
            self.package.remove(chain)

    def save(self, path: str | Path | None = None) -> None:
        """Writes the workbook in one step.

        Args:
            path: where to; by default where it was opened from.

        Raises:
            WorkbookError: the file cannot be written; the old one is then untouched.
        """
        self.flush()
        self.package.save(path)


def _flag(element: etree._Element | None, name: str) -> bool:
    return element is not None and element.get(name, "0") in ("1", "true")
