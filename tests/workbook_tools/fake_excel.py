# ruff: noqa: N802 - Excel's names
"""A little of Excel, for tests: one workbook's formulas as Excel's objects tell of them.

It knows what Excel's documentation says of ranges: Formula of a single cell is a text and of
several cells a tuple of rows; HasArray and HasSpill are None where a range is mixed; an older
Excel has neither Formula2 nor HasSpill.
"""

from types import SimpleNamespace

from addin.headless.references import Area

OLD_EXCEL_LACKS = ("Formula2", "HasSpill", "SpillParent", "SpillingToRange")


class Api:
    """A range as COM hands it over; every question is counted."""

    def __init__(self, sheet, area):
        self._sheet, self._area = sheet, area

    def _ask(self, name):
        book = self._sheet.book
        if name in OLD_EXCEL_LACKS and not book.spills:
            raise AttributeError(name)
        book.asked.append(name)
        return self._sheet, self._area

    @property
    def Formula(self):
        return texts(*self._ask("Formula"))

    @property
    def Formula2(self):
        return texts(*self._ask("Formula2"))

    @property
    def Value(self):
        return values(*self._ask("Value"))

    @property
    def Value2(self):
        return values(*self._ask("Value2"))

    @property
    def HasArray(self):
        return held("array", *self._ask("HasArray"))

    @property
    def HasSpill(self):
        return held("spill", *self._ask("HasSpill"))

    @property
    def Address(self):
        return str(self._ask("Address")[1])

    @property
    def CurrentArray(self):
        return Api(self._sheet, block_at("array", *self._ask("CurrentArray"))[0])

    @property
    def FormulaArray(self):
        return block_at("array", *self._ask("FormulaArray"))[1]

    @property
    def SpillParent(self):
        return Api(self._sheet, corner(block_at("spill", *self._ask("SpillParent"))[0]))

    @property
    def SpillingToRange(self):
        return Api(self._sheet, block_at("spill", *self._ask("SpillingToRange"))[0])

    def Copy(self):
        self._sheet.book.done.append(("Copy", str(self._area)))

    def PasteSpecial(self, what):
        self._sheet.book.done.append(("PasteSpecial", str(self._area), what))

    def Replace(self, what, replacement, look_at):
        assert len(replacement) <= 255, "Excel's Replace takes no more"
        assert look_at == 2
        self._sheet.book.done.append(("Replace", str(self._area), what, replacement))


def texts(sheet, area):
    return shaped([[sheet.text(r, c) for c in columns(area)] for r in rows(area)])


def values(sheet, area):
    return shaped([[sheet.values.get((r, c)) for c in columns(area)] for r in rows(area)])


def held(kind, sheet, area):
    found = {sheet.block(kind, r, c) is not None for r in rows(area) for c in columns(area)}
    return found.pop() if len(found) == 1 else None


def block_at(kind, sheet, area):
    return sheet.block(kind, area.first_row, area.first_column)


def corner(area):
    return Area(area.first_row, area.first_column, area.first_row, area.first_column)


def rows(area):
    return range(area.first_row, area.last_row + 1)


def columns(area):
    return range(area.first_column, area.last_column + 1)


def shaped(cells):
    if len(cells) == len(cells[0]) == 1:
        return cells[0][0]
    return tuple(map(tuple, cells))


class Range:
    """A range as xlwings has it."""

    def __init__(self, sheet, area):
        self.sheet, self.area = sheet, area

    @property
    def api(self):
        return Api(self.sheet, self.area)

    @property
    def row(self):
        return self.area.first_row

    @property
    def column(self):
        return self.area.first_column

    @property
    def columns(self):
        a = self.area
        return [Range(self.sheet, Area(a.first_row, c, a.last_row, c)) for c in columns(a)]

    def __getitem__(self, place):
        row, column = self.area.first_row + place[0], self.area.first_column + place[1]
        return Range(self.sheet, Area(row, column, row, column))

    @property
    def raw_value(self):
        return self.api.Value

    def clear_contents(self):
        self.sheet.book.done.append(("clear", str(self.area)))

    def __setattr__(self, name, value):
        if name in ("formula", "formula2", "formula_array"):
            assert name != "formula_array" or len(value) <= 255, "Excel takes no more"
            self.sheet.book.done.append((name, str(self.area), value))
        else:
            super().__setattr__(name, value)


class Sheet:
    """A sheet: formulas of single cells, arrays and spills by their area, values by cell."""

    def __init__(self, book, name, cells, arrays=(), spills=(), values=()):
        self.book, self.name, self.cells = book, name, cells
        self.blocks = {"array": dict(arrays), "spill": dict(spills)}
        self.values = dict(values)
        self.tables = []
        self.api = SimpleNamespace(Evaluate=self.evaluate)

    def block(self, kind, row, column):
        for area, formula in self.blocks[kind].items():
            if (row, column) in area:
                return area, formula
        return None

    def text(self, row, column):
        for kind in self.blocks:
            block = self.block(kind, row, column)
            if block is not None:
                return block[1]
        return self.cells.get((row, column), "")

    @property
    def used_range(self):
        areas = [Area(r, c, r, c) for r, c in (*self.cells, *self.values)]
        areas += [area for blocks in self.blocks.values() for area in blocks]
        used = areas[0]
        for area in areas[1:]:
            used = used.union(area)
        return Range(self, used)

    def range(self, place):
        if isinstance(place, tuple):
            return Range(self, Area(*place, *place))
        return Range(self, Area.parse(place))

    def evaluate(self, text):
        assert len(text) <= 255, "Excel's Evaluate takes no more"
        self.book.asked.append(f"Evaluate {text}")
        if text in self.book.known:
            return self.book.known[text]
        return Api(self, Area.parse(text.replace("$", "").rpartition("!")[2]))


class Sheets(list):
    """The sheets, by number or name."""

    def __getitem__(self, key):
        if isinstance(key, str):
            return next(sheet for sheet in self if sheet.name == key)
        return super().__getitem__(key)


class Book:
    """A workbook open in a little of Excel.

    Attributes:
        asked: what Excel was asked, in order.
        done: what was written.
        known: what Evaluate gives for texts that are no references.
    """

    impl = None

    def __init__(self, *, spills=True):
        self.spills, self.asked, self.done, self.known = spills, [], [], {}
        self.sheets = Sheets()
        self.api = SimpleNamespace(Date1904=False)
        self.app = SimpleNamespace(api=SimpleNamespace(CutCopyMode=True))

    def add(self, name, cells, **blocks):
        self.sheets.append(Sheet(self, name, cells, **blocks))
        return self
