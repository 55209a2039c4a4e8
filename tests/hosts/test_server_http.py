"""A real xlwings Server with two workers, asked over HTTP as Excel asks it."""

import pytest
from calls import calls
from differences import NOT_COMPARED, in_office
from licence import needs_server
from office import request as office_request
from server_process import running

import udfs

pytestmark = needs_server
CALLS = [(name, cells) for name, cells in calls() if name not in NOT_COMPARED]


@pytest.fixture(scope="module")
def client():
    import httpx  # noqa: PLC0415 - it comes with the server

    with running() as address, httpx.Client(base_url=address, timeout=120) as one:
        yield one


def answer(client, name, cells):
    response = client.post("/xlwings/custom-functions-call", json=office_request(name, cells))
    if response.status_code == 400:
        return {"message": response.text}
    assert response.status_code == 200, response.text
    return response.json()["result"]


def wrong_answers(client, asked):
    for name, cells in asked:
        got, wanted = answer(client, name, cells), in_office(udfs.call(name, *cells))
        if got != wanted:
            yield name, cells, got, wanted


def test_calls_give_the_cells_of_plain_python(client):
    assert not list(wrong_answers(client, CALLS[::20]))


@pytest.mark.long
def test_every_call_gives_the_cells_of_plain_python(client):
    assert not list(wrong_answers(client, CALLS))


def test_the_server_tells_that_it_is_well(client):
    told = client.get("/health").json()
    assert (told["status"], told["functions"]) == ("ok", len(udfs.FUNCTIONS))


def test_excel_is_told_every_function_by_its_plain_name(client):
    meta = client.get("/xlwings/custom-functions-meta.json").json()
    assert {one["name"] for one in meta["functions"]} == set(udfs.FUNCTIONS)
    code = client.get("/xlwings/custom-functions-code.js").text
    assert all(f'CustomFunctions.associate("{name}", {name});' in code for name in udfs.FUNCTIONS)


def test_the_manifest_puts_no_namespace_before_the_names(client):
    manifest = client.get("/manifest.xml").text
    assert "<Hosts>" in manifest
    assert "Functions.Namespace" not in manifest
