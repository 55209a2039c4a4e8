"""A small bank with dirty files, workbooks refreshed from them, and a cluster of Spark."""

import pytest

from addin.demo.bank import make_bank
from addin.demo.files import write_sources
from addin.headless.engine import open_book
from addin.portfolio import refresh_file
from addin.templates import new_workbook
from tests.bank.cells import AS_OF, Refreshed
from tests.bank.spark import cluster as clusters

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
