"""A real server under bad input: a clear answer, no trace of its inside, and it stays up."""

import http.client
import json
import shutil
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from licence import needs_server
from office import request
from server_process import running

from addin.server.settings import PROJECT

pytestmark = needs_server
CALL = "/xlwings/custom-functions-call"
SCRIPT = "/xlwings/custom-scripts-call/refresh_portfolio"
NOTHING_INSIDE = ("Traceback", 'File "', ".py", "site-packages", str(Path(__file__).parents[2]))


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    import httpx  # noqa: PLC0415 - it comes with the server

    log = tmp_path_factory.mktemp("server") / "log.txt"
    with running(log=log) as address, httpx.Client(base_url=address, timeout=120) as one:
        yield one


def call(**changes):
    return json.dumps({**request("CR_PD2GRADE", [[[0.0018]]]), **changes}).encode()


@pytest.mark.parametrize(
    ("path", "sent", "status", "message"),
    [
        (CALL, b"", 400, "The request is not JSON."),
        (CALL, b"\x00\xff{", 400, "The request is not JSON."),
        (CALL, b"[" * 1_000_000, 400, "The request is not JSON."),
        (CALL, b'"text"', 400, "The request must be a JSON object."),
        (CALL, call(func_name="CR_NOTHING"), 404, "There is no function 'CR_NOTHING'."),
        (CALL, call(func_name="__builtins__"), 404, "There is no function '__builtins__'."),
        (CALL, call(func_name={"a": 1}), 404, "There is no function {'a': 1}."),
        (CALL, call(args=7), 400, "args must be a list with one entry per argument."),
        (CALL, call(args=[[[[1]]]]), 400, "pd must be a cell or rows of cells."),
        (CALL, call(args=[["text"]]), 400, "pd: 'text' is not a number."),
        (CALL, call(args=[[["x"] * 2, ["y"]]]), 400, "pd must be"),
        (CALL, call(args=[10**400]), 200, "Num"),
        (CALL, call(runtime="latest"), 400, "runtime must be a version such as 1.4."),
        (SCRIPT + "_no", b"{}", 404, "There is no script 'refresh_portfolio_no'."),
        ("/xlwings/custom-scripts-call/os", b"{}", 404, "There is no script 'os'."),
    ],
)  # fmt: skip
def test_bad_input_gets_a_clear_answer(client, path, sent, status, message):
    response = client.post(path, content=sent)
    assert response.status_code == status
    assert message in response.text
    assert_nothing_inside(response.text)
    assert_well(client)


def assert_nothing_inside(text):
    assert not [sign for sign in NOTHING_INSIDE if sign in text]


def assert_well(client):
    good = client.post(CALL, content=call())
    assert (good.status_code, good.json()) == (200, {"result": [["A"]]})


def test_a_million_rows_are_computed(client):
    rows = [[0.0018]] * 1_000_000
    response = client.post(CALL, content=call(args=[rows]))
    assert response.status_code == 200
    assert response.json()["result"] == [["A"]] * 1_000_000
    assert_well(client)


def test_a_million_rows_beside_two_are_one_clear_error(client):
    response = client.post(
        CALL, content=json.dumps(request("CR_RAROC", [[[1.0]] * 1_000_000, [[1.0]] * 2, 1.0]))
    )
    assert response.status_code == 400
    assert "1000000" in response.text.replace(",", "")
    assert_nothing_inside(response.text)


def test_an_oversized_request_is_refused_before_it_is_read(client):
    address = urlsplit(str(client.base_url))
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=30)
    connection.putrequest("POST", CALL)
    connection.putheader("Content-Length", str(10**12))
    connection.endheaders()
    response = connection.getresponse()
    assert response.status == 413
    assert response.read() == b"The request is larger than 32 MiB. Use fewer rows in one formula."
    assert_well(client)


def test_an_oversized_request_in_pieces_is_stopped(client):
    response = client.post(CALL, content=(b"x" * (1 << 20) for _ in range(40)))
    assert response.status_code == 413
    assert "larger than 32 MiB" in response.text
    assert_well(client)


def test_a_broken_connection_harms_nobody(client):
    address = urlsplit(str(client.base_url))
    for _ in range(5):
        connection = http.client.HTTPConnection(address.hostname, address.port, timeout=30)
        connection.putrequest("POST", CALL)
        connection.putheader("Content-Length", "1000")
        connection.endheaders(b'{"func_name"')
        connection.close()
    assert_well(client)


def test_other_methods_and_places_are_refused(client):
    assert client.get(CALL).status_code == 405
    assert client.get("/static/../../settings.py").status_code == 404
    assert client.get("/docs").status_code == 404


@pytest.mark.long
def test_the_authentication_hook_lets_only_known_users_in(tmp_path):
    import httpx  # noqa: PLC0415 - it comes with the server

    project = tmp_path / "project"
    shutil.copytree(PROJECT, project, ignore=shutil.ignore_patterns("__pycache__"))
    hook = project / "auth" / "bank"
    hook.mkdir(parents=True)
    (hook / "__init__.py").write_text(
        "from fastapi import HTTPException\n"
        "from xlwings_server.models import User\n\n\n"
        "async def validate_token(token_string):\n"
        '    if token_string != "right":\n'
        '        raise HTTPException(401, "Sign in first.")\n'
        '    return User(id="7", name="an officer")\n'
    )
    environment = {"XLWINGS_PROJECT_DIR": str(project), "XLWINGS_AUTH_PROVIDERS": '["bank"]'}
    with running(workers=1, log=tmp_path / "log.txt", **environment) as address:
        answers = [
            httpx.post(address + CALL, content=call(), headers=headers)
            for headers in ({}, {"Authorization": "wrong"}, {"Authorization": "right"})
        ]
    assert [one.status_code for one in answers] == [401, 401, 200]
    assert answers[2].json() == {"result": [["A"]]}
