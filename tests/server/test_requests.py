"""What Excel may ask, checked before anything is computed; no licence is needed for it."""

import asyncio
import json
import threading

import pytest
from calls import calls
from office import request

from addin.errors import FileError, SourceError, WorkbookError
from addin.server.body_limit import BodyLimit
from addin.server.requests import RequestError, function_call, public, script_call
from addin.server.settings import MEBIBYTE, Settings
from addin.server.threads import in_thread

GOOD = request("CR_PD2GRADE", [[[0.0018], [None]]])
BOOK = {"client": "Office.js", "version": "0", "book": {}, "names": [], "sheets": []}


def body(**changes):
    return json.dumps({**GOOD, **changes}).encode()


def test_the_calls_of_excel_pass():
    for name, cells in list(calls())[::25]:
        asked = request(name, cells)
        assert function_call(json.dumps(asked).encode())["args"] == asked["args"]


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        (b"", "The request is not JSON."),
        (b"{", "The request is not JSON."),
        (b"\xff\xfe\x00", "The request is not JSON."),
        (b"[" * 100_000, "The request is not JSON."),
        (b"[1]", "The request must be a JSON object."),
        (body(args=None), "args must be a list with one entry per argument."),
        (body(args={"pd": 1}), "args must be a list with one entry per argument."),
        (body(args=[1] * 99), r"CR_PD2GRADE takes at most \d+ arguments; got 99."),
        (body(args=[[[[1]]]]), "pd must be a cell or rows of cells."),
        (body(args=[[[1], 2]]), "pd must be a cell or rows of cells."),
        (body(runtime="1.x"), "runtime must be a version such as 1.4."),
        (body(runtime=1.4), "runtime must be a version such as 1.4."),
        (body(version=[]), "version must be a text."),
        (body(date_format={}), "date_format must be a text."),
    ],
)
def test_what_is_no_call_is_told_why(sent, message):
    with pytest.raises(RequestError, match=message) as raised:
        function_call(sent)
    assert raised.value.status == 400


@pytest.mark.parametrize("name", ["CR_NOTHING", "__import__", "cr_pd2grade", "", None, 7, ["x"]])
def test_a_function_that_does_not_exist_is_not_found(name):
    with pytest.raises(RequestError, match="There is no function") as raised:
        function_call(body(func_name=name))
    assert raised.value.status == 404


def test_the_calling_cell_is_not_handed_on():
    assert function_call(body())["caller_address"] is None


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"sheets": None}, "sheets and names must be lists."),
        ({"names": {}}, "sheets and names must be lists."),
        ({"args": "x"}, "args must be a list"),
    ],
)
def test_what_is_no_workbook_is_told_why(changes, message):
    with pytest.raises(RequestError, match=message):
        script_call(json.dumps({**BOOK, **changes}).encode())


def test_a_workbook_without_its_parts_names_them():
    with pytest.raises(RequestError, match=r"The workbook has no version, book\."):
        script_call(json.dumps({"client": "x", "names": [], "sheets": []}).encode())


def test_a_workbook_comes_apart_from_the_arguments():
    assert script_call(json.dumps({**BOOK, "args": [1]}).encode()) == (BOOK, [1])


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (
            SourceError("/srv/bank/loans.csv", "is empty.", "Check it."),
            "loans.csv: is empty. Check it.",
        ),
        (WorkbookError("book.xlsx", "is old.", "Renew it."), "book.xlsx: is old. Renew it."),
        (RequestError("The request is not JSON."), "The request is not JSON."),
    ],
)
def test_messages_name_no_folder_of_the_server(error, message):
    assert public(error) == message


# --- the size limit -------------------------------------------------------------------------


def sent_through(pieces, headers=(), limit=MEBIBYTE):
    """The messages that come back, and how many bytes the application got."""
    got, back = [], []
    waiting = [
        {"type": "http.request", "body": piece, "more_body": i < len(pieces) - 1}
        for i, piece in enumerate(pieces)
    ]

    async def app(_scope, receive, send):
        while True:
            message = await receive()
            got.append(len(message["body"]))
            if not message["more_body"]:
                break
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def receive():
        return waiting.pop(0)

    async def send(message):
        back.append(message)

    scope = {"type": "http", "headers": list(headers)}
    asyncio.run(BodyLimit(app, limit)(scope, receive, send))
    return back, sum(got)


def test_a_request_within_the_limit_passes():
    back, got = sent_through([b"x" * MEBIBYTE])
    assert (back[0]["status"], got) == (200, MEBIBYTE)


def test_a_request_that_says_it_is_too_large_is_not_read():
    back, got = sent_through([b"x"], [(b"content-length", str(MEBIBYTE + 1).encode())])
    assert (back[0]["status"], got) == (413, 0)
    assert b"larger than 1 MiB" in back[1]["body"]


def test_a_request_that_does_not_say_so_is_stopped_on_the_way():
    back, got = sent_through([b"x" * MEBIBYTE, b"x", b"x"])
    assert (back[0]["status"], got) == (413, 0)


# --- settings and threads -------------------------------------------------------------------


def test_settings_come_from_the_environment():
    assert Settings.of({}) == Settings("en", 32 * MEBIBYTE, None)
    told = Settings.of({"CREDITCELLS_LANG": "zh", "CREDITCELLS_MAX_REQUEST_MB": "5"})
    assert (told.lang, told.max_bytes) == ("zh", 5 * MEBIBYTE)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CREDITCELLS_LANG", "fr"),
        ("CREDITCELLS_MAX_REQUEST_MB", "much"),
        ("CREDITCELLS_MAX_REQUEST_MB", "0"),
    ],
)
def test_a_wrong_setting_names_its_variable(name, value):
    with pytest.raises(FileError, match=f"{name}: is '{value}'"):
        Settings.of({name: value})


def test_computing_keeps_nobody_waiting():
    go_on = threading.Event()

    def compute(cell):
        assert go_on.wait(10), "only a free event loop lets it go on"
        return cell

    async def main():
        asyncio.get_running_loop().call_soon(go_on.set)
        return await in_thread(compute)("x")

    assert asyncio.run(main()) == "x"
