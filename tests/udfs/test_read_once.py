"""What is read from a table is kept as long as nobody can write to the table."""

import pandas as pd
import pytest

from udfs.errors import CallError
from udfs.read_once import lasting, read_column, read_once
from udfs.records import record


@record
class Level:
    name: str
    limit: float = 0.0


@pytest.fixture
def read():
    """A reader that counts how often it reads."""

    @read_once
    def reader(table, column="a", *, twice=False):
        reader.reads += 1
        if column not in table:
            raise CallError("column", column, "a column")
        return [*table[column]] * (2 if twice else 1)

    reader.reads = 0
    return reader


def table():
    return pd.DataFrame({"a": [1.0, 2.0], "b": [3.0, 4.0]})


def test_a_lasting_table_is_read_once_for_each_way_of_asking(read):
    kept = lasting(table())
    for _ in range(2):
        assert read(kept) == [1, 2]
        assert read(kept, "b") == [3, 4]
        assert read(kept, "b", twice=True) == [3, 4, 3, 4]
    assert read.reads == 3


def test_a_table_that_its_owner_may_write_to_is_read_anew(read):
    own = table()
    assert read(own) == [1, 2]
    own.loc[0, "a"] = 9.0
    assert read(own) == [9, 2]


def test_a_copy_of_a_lasting_table_may_be_written_to(read):
    kept = lasting(table())
    assert read(kept) == [1, 2]
    for copied in (kept.copy(), kept[["a"]], kept.reset_index(drop=True)):
        copied.loc[0, "a"] = 9.0
        assert read(copied) == [9, 2]
    assert read(kept) == [1, 2]


def test_a_fault_of_a_table_is_told_each_time(read):
    kept = lasting(table())
    for _ in range(2):
        with pytest.raises(CallError, match="column must be a column"):
            read(kept, "c")
    assert read.reads == 2


def test_true_and_1_are_two_ways_of_asking():
    shown = read_once(lambda _, value: repr(value))
    kept = lasting(table())
    assert [shown(kept, value) for value in (1, True, 1.0, "1")] == ["1", "True", "1.0", "'1'"]


def test_what_is_kept_is_bounded():
    kept = lasting(table())
    named = read_once(lambda _, name: name)
    for i in range(1_000):
        assert named(kept, str(i)) == str(i)
    assert 0 < len(vars(kept)["_creditcells_readings"]) <= 256


def test_a_column_is_an_array():
    kept = lasting(table())
    assert read_column(kept, "a").tolist() == [1, 2]
    assert read_column(kept, "a") is read_column(kept, "a")


def test_a_record_shows_its_fields_and_equals_itself_alone():
    level = Level("low", 0.5)
    assert repr(level) == "Level(name='low', limit=0.5)"
    assert level != Level("low", 0.5)
    assert Level("low").limit == 0
    with pytest.raises(AttributeError):
        level.other = 1
