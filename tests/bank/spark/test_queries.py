"""Both engines give the same rows in the same order."""

import datetime as dt
import importlib

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from addin.bank.duck import duck_engine
from addin.bank.engine import quoted

ROWS = pa.table(
    {
        "seq": pa.array(range(8), pa.int64()),
        "text": ["b", "a", "Ä", "中", None, "", "A", "𐍈"],
        "number": [1.5, None, -0.0, 1e308, -1e308, 5e-324, 0.1, 2.0],
        "day": pa.array([0, None, -30_000, 60_000, 1, 2, 3, 4], pa.int32()).cast(pa.date32()),
        "flag": pa.array([1, 0, None, 1, 0, 1, None, 1], pa.int8()),
        "yes": [True, False, None, True, False, True, None, True],
    }
)


@pytest.fixture(scope="module")
def engines(spark_settings, tmp_path_factory):  # noqa: ARG001 - Spark's environment
    spark_engine = importlib.import_module("addin.bank.spark.engine").spark_engine  # needs pyspark
    # A path as people have them.
    folder = tmp_path_factory.mktemp("both") / ".out [1] {中文} 100%.partial"
    with (
        duck_engine(folder / "duck", 1) as duck,
        spark_engine(folder / "spark", None) as (spark, workers),
    ):
        for number, start in enumerate((0, 3)):
            file = folder / f"part-{number:06d}.parquet"
            pq.write_table(ROWS.slice(start, 3 if number == 0 else None), file)
        for engine in (duck, spark):
            engine.view("sample", sorted(folder.glob("part-*.parquet")))
        yield duck, spark, workers, folder


@pytest.mark.parametrize(
    "sql",
    [
        'SELECT * FROM sample ORDER BY "text" NULLS LAST',
        'SELECT "text", "seq" FROM sample ORDER BY "number" DESC NULLS LAST, seq LIMIT 3',
        "SELECT seq FROM sample ORDER BY day NULLS FIRST",
        (
            "SELECT flag, yes, count(*) AS n, min(day) AS low, max(text) AS high FROM sample GROUP BY 1, 2 "
            "ORDER BY 1 NULLS LAST, 2 NULLS LAST"
        ),
        "SELECT a.seq FROM sample a ANTI JOIN sample b ON a.seq = b.seq + 1 ORDER BY 1",
        (
            "SELECT a.seq FROM sample a LEFT JOIN sample b ON a.text = b.text AND b.seq > 3 "
            "WHERE coalesce(b.yes, false) ORDER BY 1"
        ),
        "SELECT seq, row_number() OVER (PARTITION BY yes ORDER BY seq) AS place FROM sample ORDER BY 1",
        f"""SELECT {quoted("it's “so” %_")} AS said""",
    ],
)
def test_a_query_gives_the_same_rows(engines, sql):
    duck, spark, _, _ = engines
    assert spark.rows(sql) == duck.rows(sql)
    found = [
        [row for batch in engine.batches(sql) for row in batch.to_pylist()]
        for engine in (duck, spark)
    ]
    assert found[0] == found[1]
    assert len(found[0]) > 0


def test_what_is_kept_and_defined_can_be_used(engines):
    duck, spark, _, _ = engines
    for engine in (duck, spark):
        engine.keep("kept", "SELECT seq FROM sample WHERE seq > 4")
        engine.define("defined", "SELECT seq + 1 AS seq FROM kept")
        engine.keep("kept_twice", "SELECT seq FROM defined WHERE seq > 100")
        assert engine.rows("SELECT * FROM defined ORDER BY 1") == [(6,), (7,), (8,)]
        assert engine.rows("SELECT count(*) FROM kept_twice") == [(0,)]


def test_written_parts_hold_the_rows_in_order_and_replace_what_stood_there(engines):
    _, spark, _, folder = engines
    for least in (0, 2):
        spark.write(
            f"SELECT seq, day FROM sample WHERE seq >= {least} ORDER BY seq DESC",  # noqa: S608 - a number of ours
            folder / "w",
        )
        parts = sorted((folder / "w").glob("part-*.parquet"))
        rows = [row for part in parts for row in pq.read_table(part).to_pylist()]
        assert [row["seq"] for row in rows] == list(range(7, least - 1, -1))
        assert rows[0]["day"] == dt.date(1970, 1, 5)


def test_tasks_are_done_by_executors(engines):
    _, _, workers, _ = engines
    assert sorted(workers.run(abs, range(-5, 3))) == [0, 1, 1, 2, 2, 3, 4, 5]
    assert list(workers.run(abs, ())) == []
