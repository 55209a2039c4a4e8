"""The command, as a person types it: what it prints, what it leaves behind, how it ends."""

import json

import openpyxl
import pytest

from workbook_templates import template


@pytest.fixture
def book(tmp_path):
    """A small workbook with a formula of ours and one of Excel's, neither computed yet."""
    path = tmp_path / "book.xlsx"
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "Sheet"
    sheet.append(["pd", "grade", "twice"])
    sheet.append([0.0018, "=CR_PD2GRADE(A2)", "=A2*2"])
    workbook.save(path)
    return path


@pytest.fixture(scope="session")
def portfolio():
    return template("portfolio").file("en").read_bytes()


def cells(path):
    return list(openpyxl.load_workbook(path, data_only=True)["Sheet"].iter_rows(values_only=True))


def test_functions_lists_every_family_and_function(run):
    code, out, _ = run("functions")
    assert code == 0
    assert "Credit grading" in out
    assert "CR_PD2GRADE" in out


def test_functions_shows_the_help_of_one_in_chinese(run):
    code, out, _ = run("functions", "cr_pd2grade", "--lang", "zh")
    assert code == 0
    assert "=CR_PD2GRADE(pd, [scale], [out], [lang])" in out
    assert "参数" in out
    assert '"value" | "why" | "table"' in out


def test_unknown_function_ends_with_a_message_and_code_3(run):
    code, _, err = run("functions", "CR_NONE")
    assert code == 3
    assert "CR_NONE" in err
    assert "Traceback" not in err


def test_new_writes_the_template_and_never_over_a_file(run, tmp_path):
    out = tmp_path / "mine.xlsx"
    assert run("new", "portfolio", out, "--lang", "zh")[0] == 0
    assert "客户" in openpyxl.load_workbook(out, read_only=True).sheetnames
    before = out.read_bytes()
    code, _, err = run("new", "portfolio", out)
    assert code == 3
    assert "mine.xlsx" in err
    assert out.read_bytes() == before


@pytest.mark.parametrize("name", ["mine.xls", "mine.xlsm", "mine"])
def test_new_makes_no_file_that_excel_would_refuse(run, tmp_path, name):
    code, _, err = run("new", "portfolio", tmp_path / name)
    assert code == 3
    assert "Name it mine.xlsx." in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "english", "chinese"),
    [
        (["new", "portfollio", "x.xlsx"], "template must be one of portfolio", "模板应为以下之一"),
        (["functions", "CR_GRDE"], "Did you mean CR_GRADE", "是否指 CR_GRADE"),
        (["recalc", "none.xlsx"], "there is no such file", "文件不存在"),
        (["recalc", "text.xlsx"], "is not an Excel workbook", "不是 Excel 工作簿"),
        (["check", "folder"], "cannot be read", "无法读取"),
        (["refresh", "book.xlsx", "--customers", "none.csv"], "no such file", "文件不存在"),
        (["refresh", "book.xlsx", "--customers", "folder"], "is a folder", "是文件夹"),
        (["refresh", "book.xlsx", "--customers", "empty.csv"], "is empty", "是空文件"),
        (["refresh", "book.xlsx", "--customers", "head.csv"], "has no rows", "没有数据行"),
        (["refresh", "book.xlsx", "--customers", "odd.csv"], "has no column", "没有对应的列"),
        (["refresh", "book.xlsx", "--customers", "bad.csv"], "none of its 1 rows", "没有一行可用"),
        (["refresh", "book.xlsx", "--mapping", "empty.toml"], "no such file", "文件不存在"),
        (["refresh", "book.xlsx", "--mapping", "head.csv"], "is no TOML", "不是 TOML 格式"),
        (["fill", "book.xlsx", "customers=odd.csv"], "no template that can be", "没有可由文件填入"),
        (["why", "book.xlsx", "None!A1"], "There is no sheet", "没有工作表"),
    ],
)
def test_what_a_user_gets_wrong_is_told_in_both_languages(
    run, tmp_path, monkeypatch, portfolio, words, english, chinese
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "book.xlsx").write_bytes(portfolio)
    (tmp_path / "folder").mkdir()
    for name, text in {
        "text.xlsx": "no workbook",
        "empty.csv": "",
        "head.csv": "customer_id,name\n",
        "odd.csv": "客户号,名称\nC1,甲\n",
        "bad.csv": "customer_id,name\nC1,\n",
    }.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    code, _, err = run(*words)
    assert code == 3
    assert err.startswith("creditcells: ")
    assert english in err
    assert chinese in err.partition("creditcells：")[2]


def test_new_empty_leaves_the_worked_case_out(run, tmp_path):
    out = tmp_path / "mine.xlsx"
    assert run("new", "tier_strategy", out, "--empty")[0] == 0
    sheet = openpyxl.load_workbook(out)["Customers"]
    assert [cell.value for cell in sheet["B"][6:]] == [None] * (sheet.max_row - 6)


def test_new_empty_of_examples_says_that_there_is_nothing_to_leave_out(run, tmp_path):
    code, _, err = run("new", "function_examples", tmp_path / "x.xlsx", "--empty")
    assert code == 3
    assert "no worked case" in err


def test_new_of_an_unknown_template_lists_those_there_are(run, tmp_path):
    code, _, err = run("new", "no_such", tmp_path / "x.xlsx")
    assert code == 3
    assert "portfolio" in err


def test_recalc_stores_the_values_and_keeps_a_backup(run, book):
    before = book.read_bytes()
    code, out, _ = run("recalc", book)
    assert code == 0
    assert "2 of 2 formulas computed" in out
    assert cells(book)[1] == (0.0018, "A", 0.0036)
    assert book.with_name("book.bak.xlsx").read_bytes() == before


def test_recalc_into_another_file_leaves_the_first_alone(run, book, tmp_path):
    before = book.read_bytes()
    assert run("recalc", book, "--out", tmp_path / "other.xlsx")[0] == 0
    assert book.read_bytes() == before
    assert cells(tmp_path / "other.xlsx")[1][1] == "A"


def test_recalc_names_what_it_could_not_compute_and_ends_with_1(run, book):
    workbook = openpyxl.load_workbook(book)
    workbook["Sheet"]["D2"] = "=CR_NOSUCH(A2)"
    workbook.save(book)
    code, out, _ = run("recalc", book)
    assert code == 1
    assert "Sheet!D2" in out
    code, out, _ = run("recalc", book, "--json")
    assert code == 1
    assert json.loads(out)["uncomputed"][0]["cell"] == "D2"


def test_check_finds_what_is_wrong_and_changes_nothing(run, book):
    workbook = openpyxl.load_workbook(book)
    sheet = workbook["Sheet"]
    sheet["D2"] = "=1/0"
    sheet["E2"] = "=TODAY()"
    sheet["F2"] = "=IF(A2>1,1,IF(A2>2,2,IF(A2>3,3,4)))"
    workbook.save(book)
    before = book.read_bytes()
    code, out, _ = run("check", book, "--json")
    assert code == 1
    rules = {finding["rule"] for finding in json.loads(out)}
    assert rules == {"stale", "error", "volatile", "nested", "threshold"}
    assert book.read_bytes() == before
    code, out, _ = run("check", book, "--lang", "zh")
    assert "易失性函数" in out


def test_check_of_a_computed_sound_workbook_finds_nothing(run, book):
    run("recalc", book)
    code, out, _ = run("check", book)
    assert (code, out.strip()) == (0, "0 findings.")


@pytest.mark.parametrize("command", ["recalc", "check", "refresh"])
@pytest.mark.parametrize("content", [None, b"", b"no workbook", b"PK\x03\x04cut off"])
def test_file_that_is_no_workbook_ends_with_a_message_and_code_3(run, tmp_path, command, content):
    path = tmp_path / "book.xlsx"
    if content is not None:
        path.write_bytes(content)
    code, _, err = run(command, path)
    assert code == 3
    assert "book.xlsx" in err
    assert "Traceback" not in err
    if content is not None:
        assert path.read_bytes() == content


@pytest.mark.parametrize(
    "arguments",
    [["frobnicate"], ["refresh"], ["new", "portfolio"], ["functions", "--lang", "fr"],
     ["refresh", "b.xlsx", "--as-of", "soon"], ["refresh", "b.xlsx", "--source", "nonsense"]],
)  # fmt: skip
def test_wrong_command_line_ends_with_2(run, arguments):
    assert run(*arguments)[0] == 2


def test_workbook_open_elsewhere_is_left_alone(run, book):
    book.with_name("~$book.xlsx").write_bytes(b"\x05Alice")
    before = book.read_bytes()
    code, _, err = run("recalc", book)
    assert code == 3
    assert "open" in err
    assert book.read_bytes() == before


def test_why_tells_the_reasons_of_cells(run, book):
    run("recalc", book)
    code, out, _ = run("why", book, "Sheet!B2:C2")
    assert code == 0
    assert out.startswith("B2 A (CR_PD2GRADE): PD 0.1800% lies from")
    assert len(out.splitlines()) == 1
    assert "（CR_PD2GRADE）" not in run("why", book, "B2", "--lang", "zh")[1]
    assert json.loads(run("why", book, "B2", "--json")[1])[0]["value"] == "A"
    assert "可说明理由" in run("why", book, "C2", "--lang", "zh")[1]


@pytest.mark.parametrize(
    ("cells_asked", "said"),
    [("Nowhere!B2", "There is no sheet 'Nowhere'"), ("Sheet!abc", "'abc' names no cells")],
)
def test_why_of_cells_that_are_not_there_is_refused(run, book, cells_asked, said):
    code, _, err = run("why", book, cells_asked)
    assert code == 3
    assert said in err


def test_freeze_and_thaw_a_file(run, book):
    run("recalc", book)
    assert run("freeze", book)[:2] == (0, "1 formulas changed.\n")
    assert openpyxl.load_workbook(book)["Sheet"]["B2"].value == "A"
    assert run("thaw", book, "--lang", "zh")[:2] == (0, "已更改 1 个公式。\n")
    assert openpyxl.load_workbook(book)["Sheet"]["B2"].value == "=CR_PD2GRADE(A2)"
    assert cells(book)[1] == (0.0018, "A", 0.0036)


def test_freeze_to_another_file_leaves_the_workbook_alone(run, book, tmp_path):
    run("recalc", book)
    before = book.read_bytes()
    assert run("freeze", book, "--out", tmp_path / "sent.xlsx")[0] == 0
    assert book.read_bytes() == before
    assert cells(tmp_path / "sent.xlsx")[1][1] == "A"


def test_relink_computes_what_was_a_link(run, book):
    workbook = openpyxl.load_workbook(book)
    workbook["Sheet"]["B2"] = "='/old/creditcells.xlam'!CR_PD2GRADE(A2)"
    workbook.save(book)
    assert run("relink", book)[:2] == (0, "1 formulas changed.\n")
    assert cells(book)[1][1] == "A"
    assert run("relink", book)[:2] == (0, "0 formulas changed.\n")
