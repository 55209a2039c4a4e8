from importlib import metadata

import pytest

import udfs
from udfs import tables


def test_table_has_name_version_and_counts():
    rows = dict(udfs.call("CR_ABOUT")[1:])
    assert rows["name"] == "creditcells"
    assert rows["functions"] == len(udfs.FUNCTIONS)
    assert rows["tables"] == len(tables.names())
    assert udfs.call("CR_ABOUT")[0] == ["item", "value"]


def test_table_in_chinese():
    rows = udfs.call("CR_ABOUT", "table", "zh")
    assert [row[0] for row in rows] == ["项目", "名称", "版本", "函数数量", "内置表数量"]


@pytest.mark.parametrize("part", ["name", "version", "functions", "tables"])
def test_one_part_is_what_the_table_says(part):
    assert udfs.call("CR_ABOUT", part) == [[dict(udfs.call("CR_ABOUT")[1:])[part]]]


def test_version_is_that_of_the_installed_package(monkeypatch):
    monkeypatch.setattr(metadata, "version", {"creditcells": "9.8.7"}.__getitem__)
    assert udfs.call("CR_ABOUT", "version") == [["9.8.7"]]


def test_version_of_a_source_tree_is_said_to_be_one(monkeypatch):
    def missing(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", missing)
    assert udfs.call("CR_ABOUT", "version") == [["source tree"]]
