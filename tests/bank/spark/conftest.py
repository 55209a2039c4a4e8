"""What Spark leaves behind."""

import importlib
import os

import pytest

from tests.bank.spark import cluster as clusters


@pytest.fixture
def nothing_left():
    """What Spark leaves in this process: nothing, neither a session nor a Java process."""
    yield
    context = importlib.import_module("pyspark").SparkContext
    assert vars(context)["_active_spark_context"] is None
    assert vars(context)["_gateway"] is None
    ours = {
        pid for pid in clusters.children(os.getpid()) if "SparkSubmit" in clusters.command_of(pid)
    }
    assert not ours
