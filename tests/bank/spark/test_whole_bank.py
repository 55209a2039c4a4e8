"""A bank that fits no workbook: DuckDB, Spark and plain calls on whole columns agree in every cell.

The cells of the workbook itself are held against it on a sample of the customers. What compares
all customers with each other (scores by quantile, ABC, percentiles, account classes) no sample can show: these
columns are typed into the sample's workbook, and every other cell is computed by the sheet.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from addin.bank.score import score
from addin.headless.engine import open_book
from addin.portfolio import SourceSet, refresh_file
from addin.templates import new_workbook
from tests.bank.cells import AS_OF, run_cells, sheet_cells
from tests.bank.plain import PlainBank, differences
from tests.bank.spark.outcomes import assert_same
from tests.benchmarks.bank_data import make_files
from workbook_templates.fields import TABLES
from workbook_templates.portfolio.layout import RESULT_PREFIX

OF_ALL_CUSTOMERS = ("value_share", "abc", "r", "f", "m", "rfm", "vrn", "vrn_index", "account")
SAMPLE = 200


@dataclass(frozen=True)
class Bank:
    """Files of a bank, and its run by DuckDB."""

    folder: Path
    customers: int

    @property
    def book(self):
        return self.folder / "policy.xlsx"

    @property
    def sources(self):
        return SourceSet.of(**{table: str(self.folder / table) for table in TABLES})

    def scored(self, out, **how):
        score(
            self.book, self.sources, self.folder / out, as_of=AS_OF,
            batch_rows=self.customers // 10, **how,
        )  # fmt: skip
        return self.folder / out


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(20_000, marks=pytest.mark.long),
        pytest.param(1_000_000, marks=pytest.mark.million),
    ],
)
def bank(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("bank")
    make_files(folder, request.param)
    new_workbook("portfolio", folder / "policy.xlsx")
    made = Bank(folder, request.param)
    made.scored("duckdb", workers=2)
    return made


def test_two_workers_of_spark_give_the_bytes_of_duckdb(bank, cluster):
    spark = bank.scored("spark", engine="spark", master=cluster.url)
    assert_same(bank.folder / "duckdb", spark)


def test_plain_calls_on_whole_columns_give_every_cell(bank):
    assert differences(PlainBank(bank.folder, AS_OF), bank.folder / "duckdb" / "customers") == {}


def test_the_cells_of_the_workbook_agree_on_a_sample(bank, tmp_path):
    everyone = pq.read_table(bank.folder / "duckdb" / "customers")
    rng = np.random.default_rng(7)
    chosen = everyone.take(np.sort(rng.choice(len(everyone), SAMPLE, replace=False)))
    (tmp_path / "out").mkdir()
    pq.write_table(chosen, tmp_path / "out" / "customers")
    book = new_workbook("portfolio", tmp_path / "book.xlsx")
    refresh_file(book, _rows_of(bank, chosen.column("customer_id"), tmp_path), as_of=AS_OF)
    expected = run_cells(tmp_path / "out")
    assert sheet_cells(book)["rfm"] != expected["rfm"]  # a sample has cut-offs of its own
    opened = open_book(book)
    for name in OF_ALL_CUSTOMERS:
        cells = opened.names[f"{RESULT_PREFIX}{name}"].refers_to_range
        cells.value = [[cell] for cell in expected[name]]
    opened.app.calculate()
    opened.save()
    assert sheet_cells(book) == expected


def _rows_of(bank, customers, folder):
    """The rows of some customers as sources of their own."""
    for table in TABLES:
        rows = pq.read_table(
            bank.folder / table, filters=[("customer_id", "in", customers.to_pylist())]
        )
        pq.write_table(rows, folder / f"{table}.parquet")
    return SourceSet.of(**{table: str(folder / f"{table}.parquet") for table in TABLES})
