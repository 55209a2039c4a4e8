"""The chain is read from the workbook's own formulas; what cannot be run batch by batch is refused."""

import datetime as dt

import openpyxl
import pytest
from openpyxl.worksheet.formula import ArrayFormula

import udfs
from addin.bank.chain import is_population
from addin.bank.policy_book import read_policy
from addin.bank.population_fits import FITS
from addin.errors import WorkbookError
from addin.templates import new_workbook
from udfs.catalogue import FUNCTIONS
from workbook_templates.portfolio.result_formulas import result_columns


@pytest.fixture(scope="module", params=["en", "zh"])
def template(request, tmp_path_factory):
    return new_workbook("portfolio", tmp_path_factory.mktemp("book"), lang=request.param)


@pytest.fixture
def changed(tmp_path):
    """A workbook whose column of results has another formula."""

    def change(column, formula):
        book = openpyxl.load_workbook(new_workbook("portfolio", tmp_path / "book.xlsx"))
        place = book.defined_names[f"res_{column}"].attr_text.partition("!")[2].replace("$", "")
        first = place.partition(":")[0]
        book["Results"][first] = ArrayFormula(place, formula)
        book.save(tmp_path / "book.xlsx")
        return tmp_path / "book.xlsx"

    return change


def test_the_chain_has_the_columns_of_the_template_in_their_order(template):
    chain = read_policy(template).chain
    names = [column.name for column in result_columns(chain.lang)]
    assert list(chain.order) == names
    assert {column.name for column in chain.columns} == set(names)


def test_each_column_comes_after_all_that_it_needs(template):
    chain = read_policy(template).chain
    done = set()
    for column in chain.columns:
        assert chain.used_results([column.step]) <= done
        done.add(column.name)


def test_what_compares_customers_waits_for_the_fit(template):
    chain = read_policy(template).chain
    stages = {column.name: column.stage for column in chain.columns}
    assert chain.stages == 2
    assert {stages[name] for name in ("score", "grade", "pd", "recency", "contribution")} == {0}
    assert {stages[name] for name in ("abc", "r", "vrn", "value_share", "risk_tier")} == {1}


def test_no_call_of_the_template_takes_all_customers_into_memory(template):
    chain = read_policy(template).chain
    calls = {chain.steps[number].name for number in chain.population_steps(1)}
    assert calls == set(FITS)


def test_every_fit_is_of_a_function_over_the_whole_population():
    assert all(is_population(name) for name in FITS)


@pytest.mark.parametrize("name", ["CR_SCORE", "CR_GRADE", "CR_RFMSEG", "CR_ROLLUP", "CR_RFMBASE"])
def test_functions_by_row_are_told_from_those_over_all_rows(name):
    assert not is_population(name)


def test_no_function_by_row_depends_on_the_other_rows():
    # The catalogue says so in the first line of the help; see CR_PERCENTILE.
    together = {name for name in FUNCTIONS if is_population(name)}
    assert {"CR_PERCENTILE", "CR_ABC", "CR_RFM", "CR_VRN", "CR_HHI"} <= together
    alone = udfs.call("CR_PD2GRADE", [[0.0018]])
    assert udfs.call("CR_PD2GRADE", [[0.0018], [0.2]])[0] == alone[0]


def test_the_day_can_be_another_one_than_the_workbooks(template):
    policy = read_policy(template, dt.date(2025, 1, 31))
    assert policy.as_of == dt.date(2025, 1, 31)
    assert 45688.0 in policy.chain.fixed.values()


def test_the_fingerprint_of_the_formulas_changes_with_a_formula(changed, template):
    before = read_policy(template).formulas
    assert read_policy(changed("need", "=tblCustomers[Products held]*2")).formulas != before


@pytest.mark.parametrize(
    ("formula", "problem"),
    [
        ("=SUM(tblLoans[Balance])*tblCustomers[Assets]", "detail rows in a formula of Excel's own"),
        ("=res_pd*SUM(res_exposure)", "is not computed row by row"),
        ("=CR_HHI(tblLoans[Balance])", "gives CR_HHI all loans"),
        ("=Customers!AZ7:AZ46*1", "takes column AZ of sheet 'Customers', which is no field"),
        ("=res_check", "depends on itself"),
        ("=CR_NOSUCH(res_pd)", "cannot be computed"),
        ("=TODAY()", "is not computed row by row"),
    ],
)
def test_what_a_batch_would_compute_differently_is_refused(changed, formula, problem):
    book = changed("check", formula.replace("tblCustomers[Assets]", "tblCustomers[Total assets]"))
    with pytest.raises(WorkbookError, match="result column 'check'") as raised:
        read_policy(book)
    assert problem in raised.value.problem


def test_a_workbook_of_another_kind_is_refused(tmp_path):
    openpyxl.Workbook().save(tmp_path / "other.xlsx")
    with pytest.raises(WorkbookError, match="creditcells new portfolio"):
        read_policy(tmp_path / "other.xlsx")
