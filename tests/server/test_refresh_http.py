"""The refresh over HTTP: the button of the task pane on a real server."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from licence import needs_server
from office_book import carry_out, to_json
from server_process import running

from addin.headless.engine import open_book
from addin.portfolio.sheet_tables import find_tables
from addin.templates import new_workbook
from workbook_templates.portfolio.layout import AUDIT_TABLE

pytestmark = [needs_server, pytest.mark.long]
SCRIPT = "/xlwings/custom-scripts-call/refresh_portfolio"
MAPPING = '[sources.core]\nfile = "loans.csv"\n[loans]\nsource = "core"\n'
LOANS = (
    "loan_id,customer_id,balance,overdue_days,start,maturity\nL1,C0001,50,0,2025-01-01,2027-01-01\n"
)


def test_the_button_refreshes_from_the_sources_of_the_server(tmp_path):
    import httpx  # noqa: PLC0415 - it comes with the server

    (tmp_path / "loans.csv").write_text(LOANS)
    (tmp_path / "map.toml").write_text(MAPPING)
    book = open_book(new_workbook("portfolio", tmp_path / "one.xlsx"))
    with running(workers=1, CREDITCELLS_MAPPING=str(tmp_path / "map.toml")) as address:
        meta = httpx.get(f"{address}/xlwings/custom-scripts-meta.json").json()
        response = httpx.post(address + SCRIPT, json=to_json(book), timeout=120)
        (tmp_path / "loans.csv").unlink()
        without = httpx.post(address + SCRIPT, json=to_json(book), timeout=120)
    assert [one["function_name"] for one in meta] == ["refresh_portfolio"]
    assert response.status_code == 200, response.text
    actions = response.json()["actions"]
    carry_out(actions, book)
    audit = find_tables(book, [AUDIT_TABLE])[AUDIT_TABLE].body()[-1]
    assert audit[1] == "Anonymous"
    assert "loans: loans.csv, 1 rows" in audit[3]
    assert "Loans: 1 read, 1 kept, 0 left out" in actions[-1]["args"][0]
    assert (without.status_code, without.text) == (
        400, "loans.csv: there is no such file. Check the path.",
    )  # fmt: skip


def test_refreshes_at_the_same_time_keep_to_their_own_workbooks(tmp_path):
    import httpx  # noqa: PLC0415 - it comes with the server

    asked = {}
    for number in range(3):
        payload = to_json(open_book(new_workbook("portfolio", tmp_path / f"book{number}.xlsx")))
        asked[f"book{number}.xlsx"] = payload
    with running(workers=1) as address, ThreadPoolExecutor() as people:
        answers = list(
            people.map(
                lambda payload: httpx.post(address + SCRIPT, json=payload, timeout=300).json(),
                asked.values(),
            )
        )
    for name, answer in zip(asked, answers, strict=True):
        done = [action["func"] for action in answer["actions"]]
        assert done.count("calculate") == done.count("alert") == 1
        told = [str(action["values"]) for action in answer["actions"]]
        assert [other for other in asked if any(other in text for text in told)] == [name]
