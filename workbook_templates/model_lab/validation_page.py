"""The validation: does the model tell good from bad, on loans that it has not seen, too."""

from __future__ import annotations

from typing import Final

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from workbook_templates.blocks import Box, define, headers, put
from workbook_templates.charts import bars, place
from workbook_templates.formulas import udf
from workbook_templates.language import Lang, Speaker
from workbook_templates.model_lab.curves import CURVE_POINTS, add_curves
from workbook_templates.model_lab.layout import GRADES, MASTER_SCALE, SAMPLES, SHEETS, SHORT
from workbook_templates.page import PageSetup, new_page, rule_off, set_widths
from workbook_templates.spill import name_columns, set_heights, spill, whole
from workbook_templates.style import CALCULATION, LABEL, RESULT, SECTION, TAB_RESULT

_LEFT: Final = 2
_WIDTHS: Final = (36.0, 16.0, 16.0, *[17.0] * 6)
_CHART: Final = _LEFT + len(_WIDTHS) + 1
_CHART_COLUMNS: Final = 8
_LAST: Final = _CHART + _CHART_COLUMNS - 1
_DATA: Final = _LAST + 2
_TOP: Final = 5
_MEASURES: Final = 12
_LIFT: Final = _TOP + _MEASURES + 3
_GROUPS: Final = 10
_GRADE: Final = _LIFT + _GROUPS + 3
_PSI_BINS: Final = 11
"""Ten quantiles, and the total."""
_PSI: Final = _GRADE + GRADES + 2 + 3
_LIFT_KINDS: Final = (
    "count",
    "number",
    "number",
    "count",
    "count",
    "rate",
    "times",
    "rate",
    "rate",
)
_GRADE_KINDS: Final = ("words", "count", "count", "rate", "pd", "number", "times", "times", "words")
_PSI_KINDS: Final = ("words", "number", "number", "count", "count", "rate", "rate", "times")


def add_validation_page(book: Workbook, lang: Lang) -> None:
    """Add the page; the tables that the checks compare get names."""
    say = Speaker(lang)
    setup = PageSetup(
        title=say("Validation", "模型验证"),
        subtitle=say(
            "The validation loans were not used to make the model; the two samples should agree.",
            "验证样本未参与建模；两个样本的结果应相近。",
        ),
        tab=TAB_RESULT,
    )
    sheet = new_page(book, SHEETS["validation"][lang], setup, lang)
    rule_off(sheet, _LAST)
    chart_columns = dict.fromkeys(range(_CHART, _LAST + 1), 12.0)
    widths = {_LEFT + i: width for i, width in enumerate(_WIDTHS)}
    set_widths(sheet, widths | chart_columns | {_CHART - 1: 3.0})
    _calibration(book, sheet)
    _measures(book, sheet, lang)
    _tables(book, sheet, lang)
    spot = Box(sheet, _TOP - 1, _CHART - 6, _TOP + _MEASURES, _LAST)
    add_curves(sheet, _DATA, spot, lang)
    sheet.row_breaks.append(Break(id=_GRADE - 2))
    sheet.print_area = f"B1:{get_column_letter(_LAST)}{_PSI + _PSI_BINS}"


def _calibration(book: Workbook, sheet: Worksheet) -> None:
    """The shift of the PDs to the target, beside the printed page."""
    call = udf("CR_CALIBRATE", values="dev_pd", target_rate="target_rate", lang="lang")
    top, left = _TOP + CURVE_POINTS + 3, _DATA
    body = spill(sheet, top, left, call, 1, ("words", *["times"] * 9))
    define(book, "calibration", whole(body))
    define(book, "calibration_shift", body.column(1))


def _measures(book: Workbook, sheet: Worksheet, lang: Lang) -> None:
    """The measures of both samples side by side."""
    say = Speaker(lang)
    put(sheet, _TOP - 1, _LEFT, say("Measures", "验证指标"), SECTION)
    sheet.row_dimensions[_TOP - 1].height = 22
    names = [say(words["en"].capitalize(), f"{words['zh']}样本") for words in SAMPLES.values()]
    headers(sheet, _TOP, _LEFT, [say("Measure", "指标"), *names])
    set_heights(sheet, _TOP, _TOP + _MEASURES)
    for row, (name, text, kind, formula) in enumerate(_listed(say), start=_TOP + 1):
        put(sheet, row, _LEFT, text, LABEL)
        for i, sample in enumerate(SAMPLES):
            short = SHORT[sample]
            filled = formula.replace("{s}", short).replace(
                "{hosmer}", '"fitted"' if short == "dev" else '"new"'
            )
            style = RESULT if name in ("auc", "gini", "ks") else CALCULATION
            put(sheet, row, _LEFT + 1 + i, f'=IFERROR({filled},"")', style, kind)
            define(book, f"{short}_{name}", Box(sheet, row, _LEFT + 1 + i, row, _LEFT + 1 + i))


def _listed(say: Speaker) -> tuple[tuple[str, str, str, str], ...]:
    outcome = {"bad": "{s}_bad", "score": "{s}_score"}
    psi = {"expected": "dev_score", "actual": "{s}_score", "of": '"numbers"',
           "missing": '"leave_out"', "lang": "lang"}  # fmt: skip
    hosmer = udf("CR_HOSMER", bad="{s}_bad", pd="{s}_pd", sample="{hosmer}")
    return (
        ("loans", say("Loans", "贷款笔数"), "count", "COUNT({s}_bad)"),
        ("defaults", say("Defaults", "违约笔数"), "count", "SUM({s}_bad)"),
        ("rate", say("Default rate", "违约率"), "pd", "AVERAGE({s}_bad)"),
        ("mean_pd", say("Mean PD of the model", "模型平均违约概率"), "pd", "AVERAGE({s}_pd)"),
        ("mean_calibrated", say("Mean calibrated PD", "校准后平均违约概率"), "pd",
         "AVERAGE({s}_calibrated_pd)"),
        ("auc", say("AUC", "AUC"), "times", udf("CR_AUC", **outcome)),
        ("gini", say("Gini (accuracy ratio)", "基尼系数（AR）"), "rate",
         udf("CR_AUC", out='"gini"', **outcome)),
        ("ks", say("KS", "KS"), "rate", udf("CR_KS", **outcome)),
        ("ks_score", say("Score at KS", "KS 对应分数"), "number", udf("CR_KS", out='"point"', **outcome)),
        ("hosmer", say("Hosmer-Lemeshow p-value", "Hosmer-Lemeshow 检验 p 值"), "times", hosmer),
        ("psi", say("PSI of the score against development", "得分 PSI（对比开发样本）"), "times",
         udf("CR_PSI", **psi)),
        ("psi_rating", say("Stability", "稳定性"), "words", udf("CR_PSI", out='"rating"', **psi)),
    )  # fmt: skip


def _tables(book: Workbook, sheet: Worksheet, lang: Lang) -> None:
    """Lift, back-test and stability of the validation loans, each with its chart."""
    say = Speaker(lang)
    lift = udf("CR_LIFT", bad="val_bad", score="val_score", groups="lift_groups", lang="lang")
    grades = udf(
        "CR_BACKTEST", grade="val_grade", bad="val_bad", scale=MASTER_SCALE.whole, lang="lang"
    )
    psi = udf(
        "CR_PSI",
        expected="dev_score",
        actual="val_score",
        of='"numbers"',
        missing='"leave_out"',
        out='"table"',
        lang="lang",
    )
    tables = (
        (_LIFT, say("Lift of the validation loans, worst scores first", "验证样本提升表（由差到好）"),
         lift, _GROUPS, _LIFT_KINDS, {"lift_customers": 3, "lift_defaults": 4}),
        (_GRADE, say("Back-test: defaults by grade against the PD of the grade", "回溯检验：各等级违约与等级违约概率"),
         grades, GRADES + 2, _GRADE_KINDS, {"backtest_grades": 0, "backtest_loans": 1}),
        (_PSI, say("Stability: scores of the samples", "稳定性：两个样本的得分分布"),
         psi, _PSI_BINS, _PSI_KINDS, {"psi_actual": 4}),
    )  # fmt: skip
    bodies = []
    for top, title, call, rows, kinds, names in tables:
        put(sheet, top - 1, _LEFT, title, SECTION)
        body = spill(sheet, top, _LEFT, call, rows, kinds)
        set_heights(sheet, top, body.bottom)
        sheet.row_dimensions[top - 1].height = 22
        name_columns(book, body, names)
        bodies.append(body)
    _charts(sheet, bodies, say)


def _charts(sheet: Worksheet, bodies: list[Box], say: Speaker) -> None:
    """The groups' default rates, the grades' default rates and PDs, the samples' shares."""
    shown = (
        (say("Default rate by group, worst scores first", "各组违约率（由差到好）"), (5,), 0),
        (say("Default rate and PD by grade", "各等级违约率与违约概率"), (3, 4), 2),
        (say("Share of loans by score band", "各分数段贷款占比"), (5, 6), 1),
    )
    for body, (title, columns, less) in zip(bodies, shown, strict=True):
        bottom = body.bottom - less
        names = Box(sheet, body.top, body.left, bottom, body.left)
        series = [Box(sheet, body.top - 1, body.left + i, bottom, body.left + i) for i in columns]
        chart = bars(title, names, series, say.lang, number_format="0%")
        place(sheet, chart, Box(sheet, body.top - 1, _CHART, body.bottom, _LAST))
