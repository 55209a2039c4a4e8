"""xlwings Server in process: the same cells as plain Python, through xlwings' own pipeline."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from calls import calls
from differences import NOT_COMPARED, in_office
from licence import needs_key
from office import request as office_request

import udfs

pytestmark = needs_key
ROOT = Path(__file__).parents[2]
HOST = Path(__file__).with_name("server_host.py")
CALLS = list(calls())


@pytest.fixture(
    scope="module",
    params=[None, pytest.param("", marks=pytest.mark.long)],
    ids=["blanks as nulls", "blanks as texts"],
)
def server(request):
    finished = subprocess.run(  # noqa: S603 - our own interpreter and program
        [sys.executable, HOST],
        input=json.dumps([office_request(name, cells, request.param) for name, cells in CALLS]),
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert finished.returncode == 0, finished.stderr
    return json.loads(finished.stdout)


def test_every_call_gives_the_cells_of_plain_python(server):
    wrong = []
    for (name, cells), result in zip(CALLS, server["results"], strict=True):
        wanted = in_office(udfs.call(name, *cells))
        if name not in NOT_COMPARED and result != wanted:
            wrong.append((name, cells, result, wanted))
    assert not wrong, f"{len(wrong)} of {len(CALLS)}: {wrong[:5]}"


def test_nobody_is_told_the_messages_of_others(server):
    asked = [
        result
        for (name, _), result in zip(CALLS, server["results"], strict=True)
        if name in NOT_COMPARED
    ]
    assert asked
    assert all(result == [[""]] for result in asked)


def test_every_function_is_registered_by_its_plain_name_with_its_arguments(server):
    found = {
        entry["name"]: [
            (part["name"], part.get("optional", False), part["description"])
            for part in entry["parameters"]
        ]
        for entry in server["meta"]["functions"]
    }
    assert found == {
        function.name: [(a.name, not a.required, a.help["en"]) for a in function.arguments]
        for function in udfs.FUNCTIONS.values()
    }
