"""Sources of any kind give the same results for the same rows."""

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from addin.bank.score import score
from addin.demo.bank import make_bank
from addin.portfolio import SourceSet
from tests.bank.cells import run_cells
from workbook_templates.fields import TABLES


@pytest.fixture(scope="module")
def tables():
    bank = make_bank(120)
    made = {}
    for name in TABLES:
        frame = getattr(bank, name)
        table = pa.Table.from_pandas(frame, preserve_index=False)
        days = [f.name for f in table.schema if pa.types.is_timestamp(f.type)]
        for day in days:
            place = table.column_names.index(day)
            table = table.set_column(place, day, table.column(day).cast(pa.date32()))
        made[name] = table
    return made


@pytest.mark.long
def test_parquet_csv_and_many_small_files_give_the_same(demo, tables, tmp_path):
    places = {kind: {} for kind in ("parquet", "csv", "many")}
    for name, table in tables.items():
        places["parquet"][name] = tmp_path / f"{name}.parquet"
        pq.write_table(table, places["parquet"][name])
        places["csv"][name] = tmp_path / f"{name}.csv"
        pyarrow.csv.write_csv(table, places["csv"][name])
        places["many"][name] = tmp_path / name
        places["many"][name].mkdir()
        for number, start in enumerate(range(0, len(table), 50)):
            pq.write_table(table.slice(start, 50), tmp_path / name / f"{number:05d}.parquet")
    found = []
    for kind, files in places.items():
        sources = SourceSet.of(**{name: str(file) for name, file in files.items()})
        score(demo().book, sources, tmp_path / f"out-{kind}", batch_rows=45)
        found.append(run_cells(tmp_path / f"out-{kind}"))
    assert len(found[0]["customer_id"]) == 120
    assert found[0] == found[1] == found[2]
