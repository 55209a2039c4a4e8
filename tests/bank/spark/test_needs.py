"""What Spark needs, and how a person is told where it is missing; no Spark is started."""

import importlib.util
import socket
import sys

import pytest

from addin import cli
from addin.bank import require_extra
from addin.bank.engine import EngineError
from addin.bank.spark.java import require_java
from addin.bank.spark.master import is_here, require_reachable
from addin.errors import FileError


@pytest.fixture
def java(tmp_path, monkeypatch):
    """A program that says which Java it is, as Spark's scripts would find it."""

    def make(told):
        program = tmp_path / "bin" / "java"
        program.parent.mkdir()
        program.write_text(f"#!/bin/sh\necho '{told}' >&2\n")
        program.chmod(0o755)
        monkeypatch.setenv("JAVA_HOME", str(tmp_path))

    return make


@pytest.mark.parametrize(
    "told", ['openjdk version "17.0.15" 2025-04-15', 'java version "21" 2023-09-19 LTS']
)
def test_a_new_java_is_enough(java, told):
    java(told)
    require_java()


@pytest.mark.parametrize(
    ("told", "version"),
    [('java version "1.8.0_401"', "version 8"), ('openjdk version "11.0.2" 2019', "version 11")],
)
def test_an_old_java_is_told_with_its_version(java, told, version):
    java(told)
    with pytest.raises(FileError, match=f"needs Java 17 or newer; .* is {version}") as raised:
        require_java()
    assert "openjdk-17" in raised.value.remedy


def test_without_java_the_message_says_so(monkeypatch, tmp_path):
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(FileError, match="there is none"):
        require_java()


def test_without_pyspark_the_message_names_the_extra(monkeypatch):
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "pyspark" else found(name)
    )
    with pytest.raises(FileError, match="needs pyspark") as raised:
        require_extra("spark")
    assert "creditcells[spark]" in raised.value.remedy
    require_extra("duckdb")


def test_a_master_without_spark_is_a_wrong_command_line(monkeypatch, capsys):
    line = ["creditcells", "score", "--policy", "p.xlsx", "--out", "o", "--master", "spark://h:1"]
    monkeypatch.setattr(sys, "argv", line)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 2
    assert "--engine spark" in capsys.readouterr().err


@pytest.mark.parametrize(
    "master", ["local", "local[*]", "local[2,4]", "yarn", "k8s://https://10.0.0.1:6443"]
)
def test_who_is_no_standalone_master_is_left_to_spark(master):
    require_reachable(master)


@pytest.mark.parametrize(
    "master", ["host:7077", "spark://", "spark://host", "local[x]", "http://h:1"]
)
def test_what_is_no_address_is_told(master):
    with pytest.raises(FileError, match="is no address of a Spark master"):
        require_reachable(master)


def closed_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_a_master_that_does_not_answer_is_told_at_once():
    master = f"spark://127.0.0.1:{closed_port()},127.0.0.1:{closed_port()}"
    with pytest.raises(
        FileError, match=r"no Spark master answers \(127.0.0.1:\d+ .*; 127"
    ) as raised:
        require_reachable(master)
    assert raised.value.where == master


def test_one_of_several_masters_is_enough():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        require_reachable(f"spark://127.0.0.1:{closed_port()},127.0.0.1:{port}")


@pytest.mark.parametrize(
    ("master", "here"),
    [
        ("local[*]", True),
        ("spark://127.0.0.1:7077", True),
        ("spark://localhost:7077", True),
        ("spark://[::1]:7077", True),
        ("spark://127.0.0.1:7077,10.0.0.8:7077", False),
        ("spark://cluster.bank:7077", False),
        ("yarn", False),
    ],
)
def test_nothing_listens_to_others_where_all_is_on_this_machine(master, here):
    assert is_here(master) is here


def test_a_fault_is_one_line():
    fault = EngineError("No room\n\tat java.io", "Make room.")
    assert str(fault) == "No room at java.io Make room."
