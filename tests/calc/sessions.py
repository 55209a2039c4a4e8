"""A private LibreOffice with the add-in in it, for tests that work in cells."""

from contextlib import contextmanager

from addin.calc.extension import unpack_extension
from addin.calc.office import private_office

SHEET = "Sheet1"


class Cells:
    """Steps on one workbook, collected and then done in one run of LibreOffice."""

    def __init__(self):
        self.steps = []
        self.reads = {}

    def do(self, name, *arguments):
        self.steps.append([name, *arguments])
        return len(self.steps) - 1

    def read(self, key, area, sheet=SHEET):
        """Remember what stands in an area at this moment under a key."""
        self.reads[key] = self.do("read", sheet, area)

    def done(self, *, seconds=120):
        """What was read, by key: rows of values, with errors as ("error", Calc's number)."""
        with office_with_addin(seconds=seconds) as office:
            results = office.work(self.steps)
        return {key: with_errors(results[number]) for key, number in self.reads.items()}


@contextmanager
def office_with_addin(*, seconds=120):
    with private_office(recalculate=False, seconds=seconds) as office:
        unpack_extension(office.extensions / "creditcells")
        yield office


def with_errors(result):
    rows = [list(row) for row in result["rows"]]
    for row, column, number in result["errors"]:
        rows[row][column] = ("error", number)
    return rows
