"""A small bank with dirty files, workbooks refreshed from them, its runs, and a cluster of Spark."""

import shutil

import pytest

from addin.bank.inputs import BATCH_ROWS
from addin.bank.score import score
from addin.demo.bank import make_bank
from addin.demo.files import write_sources
from addin.headless.engine import open_book
from addin.portfolio import SourceSet, refresh_file
from addin.templates import new_workbook
from tests.bank.cells import AS_OF, Refreshed
from tests.bank.spark import cluster as clusters
from tests.sba_loans import sources as sba_sources

CUSTOMERS = 240


@pytest.fixture(scope="session")
def sources(tmp_path_factory):
    made = {}

    def make(lang="en"):
        if lang not in made:
            made[lang] = tmp_path_factory.mktemp(f"sources-{lang}")
            write_sources(make_bank(CUSTOMERS), made[lang], lang=lang)
        return made[lang]

    return make


@pytest.fixture(scope="session")
def demo(tmp_path_factory, sources):
    """A new workbook, its policy cells set, refreshed once; the same one for the same cells.

    A second refresh would keep what differs from the first in the last digit only.
    """
    made = {}

    def make(lang="en", as_of=AS_OF, **cells):
        key = (lang, as_of, *cells.items())
        if key not in made:
            book = new_workbook("portfolio", tmp_path_factory.mktemp("book") / "b.xlsx", lang=lang)
            if cells:
                opened = open_book(book)
                for name, value in cells.items():
                    opened.names[name].refers_to_range.value = value
                opened.save()
            bank = Refreshed(book, sources(lang), lang)
            refresh_file(book, bank.sources, as_of=as_of)
            made[key] = bank
        return made[key]

    return make


@pytest.fixture(scope="session")
def whole(tmp_path_factory, demo):
    """The output of a run that nothing befell, by its batches, each made once; not to be changed."""
    made = {}

    def make(batch_rows=BATCH_ROWS):
        if batch_rows not in made:
            made[batch_rows] = tmp_path_factory.mktemp("whole") / "out"
            score(demo().book, demo().sources, made[batch_rows], batch_rows=batch_rows)
        return made[batch_rows]

    return make


@pytest.fixture(scope="session")
def customers_alone(tmp_path_factory, demo):
    """The output of a run without loans and transactions; not to be changed."""
    out, bank = tmp_path_factory.mktemp("customers-alone") / "out", demo()
    score(bank.book, SourceSet.of(customers=str(bank.folder / "customers.csv")), out)
    return out


@pytest.fixture
def last_output(customers_alone, tmp_path):
    """A folder with the output of a run before, of the customers alone."""
    return shutil.copytree(customers_alone, tmp_path / "out")


@pytest.fixture(scope="session")
def sba_by_duckdb(tmp_path_factory, sba):
    """Runs over real loans, by file and language, each made once; not to be changed."""
    made = {}

    def make(file, lang):
        if (file, lang) not in made:
            out = tmp_path_factory.mktemp("sba-scored") / "out"
            book = sba(file, lang).book
            made[file, lang] = score(book, sba_sources(file), out, batch_rows=5000)
        return made[file, lang]

    return make


@pytest.fixture(scope="session")
def spark_settings(tmp_path_factory):
    """The environment of Spark's processes; skips where Spark cannot be used."""
    reason = clusters.reason_to_skip()
    if reason is not None:
        pytest.skip(reason)
    around = clusters.environment(tmp_path_factory.mktemp("spark-settings"))
    with pytest.MonkeyPatch.context() as patch:
        for name, value in around.items():
            patch.setenv(name, value)
        yield around


@pytest.fixture(scope="session")
def cluster(spark_settings, tmp_path_factory):
    """A master and two workers."""
    with clusters.running(tmp_path_factory.mktemp("cluster"), spark_settings) as found:
        yield found
