"""A sheet of mass data is overwritten, saved and read quickly and in little memory."""

import math
import subprocess
import sys
import textwrap
import time
import zlib
from pathlib import Path

import books
import pytest
from python_calamine import CalamineWorkbook

from addin.headless import Workbook

ROWS = 200_000
KINDS = ["purchase", "拖欠", "还款 & 利息", None]


def data(seed):
    """Rows with an id, a day, an amount, a repeated text, a flag and a count."""
    return [
        [f"C{seed}{n:07d}", 45_000 + n % 365, n * 0.37 + seed, KINDS[n % 4], n % 3 == 0, n % 7]
        for n in range(ROWS)
    ]


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("mass") / "b.xlsx"
    book = Workbook.open(books.save(path, books.parts(books.worksheet(""))))
    book.sheet("S1").set_values(1, 1, [["id", "day", "amount", "kind", "flag", "count"]])
    book.sheet("S1").set_values(2, 1, data(1))
    book.save()
    return path


pytestmark = pytest.mark.long


def test_what_is_overwritten_is_what_calamine_reads(path, tmp_path):
    book = Workbook.open(path)
    sheet = book.sheet("S1")
    sheet.set_values(2, 1, data(2))
    book.save(tmp_path / "out.xlsx")
    peer = CalamineWorkbook.from_path(str(tmp_path / "out.xlsx")).get_sheet_by_index(0).to_python()
    assert len(peer) == ROWS + 1
    wanted = [["" if value is None else value for value in row] for row in data(2)]
    assert peer[1:] == wanted
    assert Workbook.open(tmp_path / "out.xlsx").sheet("S1").values(2, 1, ROWS + 1, 6) == data(2)


def test_overwriting_costs_no_more_than_a_few_times_the_deflating(path, tmp_path):
    """The floor is what zlib alone needs for the same bytes, in the same run."""
    rows = data(2)
    book = Workbook.open(path)
    start = time.process_time()
    book.sheet("S1").set_values(2, 1, rows)
    book.save(tmp_path / "out.xlsx")
    ours = time.process_time() - start
    part = books.read(tmp_path / "out.xlsx")["xl/worksheets/sheet1.xml"]
    start = time.process_time()
    deflater = zlib.compressobj(6)
    deflater.compress(part)
    deflater.flush()
    assert ours < 8 * (time.process_time() - start)


def test_overwriting_takes_at_most_300_mebibytes(path, tmp_path):
    script = textwrap.dedent(
        f"""
        import re, sys
        sys.path[:0] = {[str(Path(__file__).parent), str(Path(__file__).parents[2])]!r}
        import test_mass_data
        from addin.headless import Workbook
        rows = test_mass_data.data(2)
        def peak():
            return int(re.search(r"VmHWM:\\s*(\\d+)", open("/proc/self/status").read())[1]) / 1024
        before = peak()
        book = Workbook.open({str(path)!r})
        book.sheet("S1").set_values(2, 1, rows)
        book.save({str(tmp_path / "out.xlsx")!r})
        print(peak() - before)
        """
    )
    if sys.platform != "linux":
        pytest.skip("only Linux tells the peak in /proc")
    done = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert 0 < float(done.stdout) < 300


def test_a_sheet_that_is_not_asked_for_is_not_read(path, tmp_path):
    made = {name: raw for name, raw in books.read(path).items() if "sheet1" not in name}
    two = books.parts(books.worksheet(""), books.worksheet("<broken"))
    two["xl/styles.xml"] = made["xl/styles.xml"]
    book = Workbook.open(books.save(tmp_path / "b.xlsx", two))
    book.sheet("S1").set_values(1, 1, [[math.pi]])
    book.save(tmp_path / "out.xlsx")
    assert b"<broken" in books.read(tmp_path / "out.xlsx")["xl/worksheets/sheet2.xml"]
