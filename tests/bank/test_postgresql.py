"""A real PostgreSQL on loopback as the source of a run and as the place of its results."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

import pandas as pd
import pytest

from addin.bank.database_output import write_results
from addin.bank.score import score
from addin.errors import FileError, SourceError
from addin.portfolio import SourceSet
from tests.bank.cells import run_cells
from tests.bank.spark.outcomes import assert_same

pytestmark = pytest.mark.long
MAPPING = """
[sources.bank]
query = "{query}"

[customers]
source = "bank"
"""


def programs():
    """The folder of PostgreSQL's programs; Debian keeps them out of the path."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    return max(Path("/usr/lib/postgresql").glob("*/bin"), default=None)


def owner():
    """Who runs the server: it refuses to be run by root."""
    if os.getuid():
        return {}
    try:
        return {"user": pwd.getpwnam("postgres").pw_uid}
    except KeyError:
        pytest.skip("PostgreSQL refuses to run as root, and there is no user postgres")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def server():
    sa = pytest.importorskip("sqlalchemy")
    pytest.importorskip("psycopg")
    folder = programs()
    if folder is None:
        pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    who, port = owner(), free_port()
    with tempfile.TemporaryDirectory() as place:
        data = Path(place) / "data"
        data.mkdir()
        if who:
            os.chown(place, who["user"], -1)
            os.chown(data, who["user"], -1)

        def run(*command):
            subprocess.run(  # noqa: S603 - the server's own programs
                command, check=True, capture_output=True, cwd=place, timeout=120, **who
            )

        run(folder / "initdb", "-D", data, "-U", "bank", "-A", "trust", "-E", "UTF8")
        options = f"-c listen_addresses=127.0.0.1 -p {port} -k {place} -c fsync=off"
        control = [folder / "pg_ctl", "-D", data, "-w", "-l", Path(place) / "log"]
        run(*control, "-o", options, "start")
        try:
            engine = sa.create_engine(f"postgresql+psycopg://bank@127.0.0.1:{port}/postgres")
            yield engine
            engine.dispose()
        finally:
            run(*control, "-m", "fast", "stop")


@pytest.fixture
def url(server):
    return server.url.render_as_string(hide_password=False)


@pytest.fixture
def mapping(tmp_path):
    def write(query):
        file = tmp_path / "mapping.toml"
        file.write_text(MAPPING.format(query=query))
        return file

    return write


def test_customers_from_a_database_get_the_results_of_those_from_a_file(
    demo, customers_alone, server, url, mapping, tmp_path
):
    bank = demo()
    rows = pd.read_csv(bank.folder / "customers.csv", dtype=str, keep_default_na=False)
    rows.to_sql("clients", server, index=False, if_exists="replace")
    sources = SourceSet.of(named={"bank": url}, mapping=mapping("SELECT * FROM clients"))
    outcome = score(bank.book, sources, tmp_path / "database", batch_rows=50)
    assert run_cells(tmp_path / "database") == run_cells(customers_alone)
    assert outcome.summary.rows_of("customers")[0] == len(rows)


def test_spark_takes_customers_from_a_database_and_its_results_go_to_one(
    demo, server, url, mapping, spark_settings, tmp_path  # noqa: ARG001 - Spark's environment
):  # fmt: skip
    bank = demo()
    rows = pd.read_csv(bank.folder / "customers.csv", dtype=str, keep_default_na=False)
    rows.to_sql("clients", server, index=False, if_exists="replace")
    sources = SourceSet.of(named={"bank": url}, mapping=mapping("SELECT * FROM clients"))
    for engine in ("duckdb", "spark"):
        score(bank.book, sources, tmp_path / engine, batch_rows=100, engine=engine)
    assert_same(tmp_path / "duckdb", tmp_path / "spark")
    count = write_results(tmp_path / "spark", url, "from_spark")
    assert count == len(run_cells(tmp_path / "duckdb")["customer_id"])


def test_results_stand_in_the_database_as_in_the_files(whole, server, url):
    out = whole()
    for _ in range(2):  # the second run takes the place of the first
        count = write_results(out, url, "results")
        assert count == len(run_cells(out)["customer_id"])
    stored = pd.read_sql('SELECT customer_id, grade, pd, "next_review" FROM results', server)
    # A table has no order of its own.
    stored = stored.sort_values("customer_id", ignore_index=True)
    files = pd.read_parquet(out / "customers")
    files = files.sort_values("customer_id", ignore_index=True)
    for name in ("customer_id", "grade", "pd"):
        blank = stored[name].isna()
        assert blank.tolist() == files[name].isna().tolist()
        assert stored[name][~blank].tolist() == files[name][~blank].tolist()
    dates = [day for day in stored["next_review"] if day is not None]
    assert dates == [day for day in files["next_review"] if day is not None]


def test_a_write_that_fails_leaves_the_last_table(whole, server, url, monkeypatch):
    out = whole()
    count = write_results(out, url, "kept")
    chunks = [[{"customer_id": "X"}], [{"customer_id": "Y", "pd": "not a number"}]]
    monkeypatch.setattr("addin.bank.database_output._chunks", lambda _: iter(chunks))
    with pytest.raises(FileError, match="its table is as it was"):
        write_results(out, url, "kept")
    assert pd.read_sql("SELECT count(*) AS n FROM kept", server)["n"][0] == count
    assert pd.read_sql("SELECT to_regclass('kept_new') AS n", server)["n"][0] is None


def test_a_query_that_fails_stops_the_run_without_output(demo, url, mapping, tmp_path):
    sources = SourceSet.of(named={"bank": url}, mapping=mapping("SELECT * FROM nowhere"))
    with pytest.raises(SourceError, match="the query failed after 0 rows"):
        score(demo().book, sources, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_database_that_is_not_there_is_named_without_its_password(demo, mapping, tmp_path):
    pytest.importorskip("psycopg")
    gone = f"postgresql+psycopg://bank:secret@127.0.0.1:{free_port()}/postgres"
    sources = SourceSet.of(named={"bank": gone}, mapping=mapping("SELECT 1 AS customer_id"))
    with pytest.raises(SourceError) as raised:
        score(demo().book, sources, tmp_path / "out")
    assert "secret" not in str(raised.value)
