"""Piotroski's score: nine tests of whether a firm is getting stronger."""

from __future__ import annotations

from typing import Annotated, Any, Final

import numpy as np
import pandas as pd

from udfs import errors
from udfs.catalogue import udf
from udfs.cells import BoolArray, Column, Faults, faulty
from udfs.errors import CallError, CellError, Words, column_of, one_of
from udfs.kinds import Choice, FloatArray, Language, Table, TextArray, Texts
from udfs.ratios.definitions import Ratio
from udfs.ratios.evaluation import Outcome, evaluate, period_label
from udfs.ratios.figures import AVERAGES, BLANKS, ItemTable, StatementItems, read_items
from udfs.ratios.formulas import read_formula
from udfs.ratios.statement_columns import Statements, check_periods, figures_of, periods_given
from udfs.read_once import read_once
from udfs.records import record
from udfs.tables import builtin

_OUTPUTS: Final = Choice(
    {
        "value": ("值", "结果", "score", "得分"),
        "zone": ("分档", "band"),
        "why": ("reason", "原因", "理由"),
        "table": ("all", "明细", "表"),
    }
)
_PASSES: Final = Choice({"above": ("大于零",), "at_least": ("不小于零",)})
_HEADERS: Final = {"en": ("score", "zone", "unknown"), "zh": ("得分", "分档", "未知项")}
_PARTS: Final = {
    "en": ("passed: {}", "failed: {}", "not known: {}"),
    "zh": ("通过：{}", "未通过：{}", "未知：{}"),
}
_SENTENCE: Final = {"en": "{:g} of {} passed, {}; {}.", "zh": "{:g}/{} 项通过，{}；{}。"}
Tests = Annotated[pd.DataFrame, Table(builtin="piotroski_tests")]
Bands = Annotated[pd.DataFrame, Table(builtin="piotroski_bands")]


@record
class _Graded:
    """The tests of all rows.

    Attributes:
        tests: the tests, in the order of their table.
        outcomes: what each test's formula gave.
        passed: rows × tests.
        known: rows × tests: whether the test could be made.
        faults: the rows of which less than half the tests are known.
    """

    tests: list[Ratio]
    outcomes: list[Outcome]
    passed: BoolArray
    known: BoolArray
    faults: Faults

    @property
    def score(self) -> FloatArray:
        """The number of tests passed; one that is not known is not passed."""
        total: FloatArray = self.passed.sum(axis=1).astype(np.float64)
        return total


@udf(
    "CR_PIOTROSKI",
    family="ratios",
    zh="""Piotroski F 得分（0 至 9）：由两年报表检验企业是否在变强，列出通过与未通过的项目。

    未知的测试不算通过，并在理由中写明缺少什么；不足一半的测试可做时没有得分。

    参数：
        items: 报表各列的列名，代码、中文或英文均可。
        current: 本期报表：每个客户一行、每个项目一列，金额单位一致；成本费用与负债填正数。
        prior: 上期报表，行列与 current 相同。
        earlier: 再上一期报表；平均总资产的变动需要它。
        tests: 测试表：测试、名称、公式、通过条件；默认为内置表 piotroski_tests。
        bands: 分档表：分档、名称、通过项数下限；默认为内置表 piotroski_bands。
        statement_items: 报表项目表；默认为内置表 statement_items。
        average: "both" 平均值须有期初与期末（默认）；"closing" 缺期初时用期末数。
        blanks: "missing" 空白即缺失（默认）；"nil" 表中“可为零”的项目空白按零计。
        out: "value" 通过项数（默认）；"zone" 强、中或弱；"why" 通过、未通过与未知的项目；"table" 得分、分档与各项。
        lang: 文字与表头的语言，"en" 或 "zh"。
    结果：
        每行一个 0 至 9 的整数，越高越好。
    错误：
        不足一半的测试可做为 #N/A，理由写明所缺项目；缺少所需期间则整个调用为错误。
    来源：
        Piotroski，Journal of Accounting Research，2000；见 CR_POLICY("piotroski_tests")。
    """,
)
def piotroski(
    items: Annotated[Column, Texts(series="items")],
    current: Statements,
    prior: Statements,
    earlier: Statements | None = None,
    tests: Tests | None = None,
    bands: Bands | None = None,
    statement_items: StatementItems | None = None,
    average: Annotated[str, AVERAGES] = "both",
    blanks: Annotated[str, BLANKS] = "missing",
    out: Annotated[str, _OUTPUTS] = "value",
    lang: Language = "en",
) -> FloatArray | TextArray | pd.DataFrame:
    """Piotroski's F-score, 0 to 9: whether a firm is getting stronger, with the tests passed named.

    A test that is not known is not passed, and the reason says what is missing; without half of
    the tests there is no score.

    Args:
        items: Names of the columns of the statements, by code, English or Chinese name.
        current: Statements of the period: a row per customer, a column per item, in one unit of
            money; costs and liabilities as positive numbers.
        prior: Statements of the period before, in the same rows and columns.
        earlier: Statements of the period before that, for the change of average assets.
        tests: Tests: test, labels, formula, passed_if; default the built-in piotroski_tests.
        bands: Bands: band, labels, tests_passed; default the built-in piotroski_bands.
        statement_items: Items: item, names, formula to derive it …; default the built-in
            statement_items.
        average: "both" an average needs opening and closing balance (default); "closing" without
            an opening balance the closing one stands for it.
        blanks: "missing" a blank cell is a missing figure (default); "nil" lines that may be nil
            count as zero when blank.
        out: "value" the number of tests passed (default); "zone" strong, middle or weak; "why" the
            tests passed, failed and not known; "table" score, zone and every test.
        lang: Language of texts and headers, "en" or "zh".

    Returns:
        A whole number from 0 to 9 per row; more is better.

    Errors:
        #N/A where less than half the tests can be made, with what is missing; the call fails
        without a period that it needs.

    Example:
        =CR_PIOTROSKI({"net_profit","operating_cash_flow","assets","long_term_debt","current_assets","current_liabilities","shares","gross_profit","revenue"},{60,80,1000,100,400,200,10,300,900},{50,70,1000,120,400,220,10,280,880},,,,,"closing") -> 9

    Source:
        Piotroski, Value investing: the use of historical financial statement information to
        separate winners from losers, Journal of Accounting Research, 2000.
    """
    known = read_items(statement_items)
    given = periods_given(current, prior, earlier)
    closing = average == "closing"
    wanted, at_least = _tests(builtin("piotroski_tests").rows if tests is None else tests)
    for test in wanted:
        check_periods(test, len(given), known, closing=closing)
    figures = figures_of(items, given, known, blanks=blanks)
    outcomes = [evaluate(test.formula, figures, test.labels, closing=closing) for test in wanted]
    graded = _graded(wanted, outcomes, at_least, known)
    if out == "value":
        score = graded.score
        return faulty(score, graded.faults.items()) if graded.faults else score
    zones = _zones(graded.score, builtin("piotroski_bands").rows if bands is None else bands, lang)
    if out == "zone":
        return faulty(zones, graded.faults.items())
    if out == "table":
        return _table(graded, zones, lang)
    return faulty(_reasons(graded, zones, lang), graded.faults.items())


@read_once
def _tests(table: pd.DataFrame) -> tuple[list[Ratio], list[bool]]:
    """The tests of a table, and which are passed at zero."""
    tests, at_least = [], []
    for row in table.to_dict("records"):
        code = str(row["test"])
        passed_if = _PASSES.find(str(row["passed_if"]))
        if passed_if is None:
            where = column_of("tests", "passed_if", "通过条件", code)
            raise CallError(where, row["passed_if"], one_of(_PASSES.options))
        where = column_of("tests", "formula", "公式", code)
        labels = {"en": str(row["label_en"]), "zh": str(row["label_zh"])}
        formula = read_formula(str(row["formula"]), where)
        tests.append(Ratio(code, labels, {"en": "", "zh": ""}, formula, "", "higher"))
        at_least.append(passed_if == "at_least")
    return tests, at_least


def _graded(
    tests: list[Ratio], outcomes: list[Outcome], at_least: list[bool], items: ItemTable
) -> _Graded:
    values = np.column_stack([outcome.values for outcome in outcomes])
    known = ~np.isnan(values)
    passed = (values > 0) | ((values == 0) & np.array(at_least))
    faults: Faults = {}
    for row in np.flatnonzero(2 * known.sum(axis=1) < len(tests)).tolist():
        made = f"{known[row].sum()}/{len(tests)}"
        faults[row] = CellError(
            errors.NA,
            f"only {made} of the tests can be made; missing "
            f"{', '.join(_missing(outcomes, row, items, 'en')) or 'figures that divide'}.",
            f"只有 {made} 项测试可做；缺少{'、'.join(_missing(outcomes, row, items, 'zh')) or '可作分母的数'}。",
        )
    return _Graded(tests, outcomes, passed, known, faults)


def _missing(outcomes: list[Outcome], row: int, items: ItemTable, lang: str) -> list[str]:
    """The items that a row's tests lack, each once."""
    names = (
        period_label(items.label(gap.item, lang), gap.lag, lang)
        for outcome in outcomes
        for reading in outcome.used.values()
        for gap in reading.gaps
        if gap.rows[row]
    )
    return list(dict.fromkeys(names))


def _zones(score: FloatArray, bands: pd.DataFrame, lang: str) -> TextArray:
    """The first band whose number of tests each row has passed.

    Raises:
        CallError: the bands do not fall from row to row.
    """
    least = bands["tests_passed"].to_numpy(dtype=np.float64)
    if (np.diff(least) >= 0).any() or least[-1] > 0:
        raise CallError(
            column_of("bands", "tests_passed", "通过项数下限"),
            least.tolist(),
            Words("falling numbers that end at 0", "由高到低、以 0 结尾的数值"),
        )
    place = np.argmax(score[:, None] >= least, axis=1)
    labels: TextArray = bands[f"label_{lang}"].to_numpy(dtype=object)[place]
    return labels


def _table(graded: _Graded, zones: TextArray, lang: str) -> pd.DataFrame:
    score, zone, unknown = _HEADERS[lang]
    shown: dict[str, Any] = {
        score: faulty(graded.score, graded.faults.items()),
        zone: faulty(zones, graded.faults.items()),
        unknown: (~graded.known).sum(axis=1).astype(np.float64),
    }
    for place, (test, outcome) in enumerate(zip(graded.tests, graded.outcomes, strict=True)):
        shown[test.labels[lang]] = faulty(graded.passed[:, place], outcome.faults.items())
    return pd.DataFrame(shown, dtype=object)


def _reasons(graded: _Graded, zones: TextArray, lang: str) -> TextArray:
    mark, gap = ("、", "；") if lang == "zh" else (", ", "; ")
    labels = [test.labels[lang] for test in graded.tests]
    missing: list[list[str]] = [[] for _ in zones]
    for label, outcome in zip(labels, graded.outcomes, strict=True):
        for row, error in outcome.faults.items():
            text = error.why(lang).rstrip("。.")
            missing[row].append(text if text.startswith(label) else f"{label} {text}")
    reasons = np.empty(len(zones), dtype=object)
    for row, (passed, known) in enumerate(zip(graded.passed, graded.known, strict=True)):
        lists = (
            [label for label, yes in zip(labels, passed, strict=True) if yes],
            [label for label, yes in zip(labels, known & ~passed, strict=True) if yes],
            missing[row],
        )
        parts = (
            part.format(mark.join(listed))
            for part, listed in zip(_PARTS[lang], lists, strict=True)
            if listed
        )
        reasons[row] = _SENTENCE[lang].format(
            passed.sum(), len(labels), zones[row], gap.join(parts)
        )
    return reasons
