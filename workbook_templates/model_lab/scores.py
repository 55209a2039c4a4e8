"""Every loan's score, PD, grade and tier, and the points that make up its score."""

from __future__ import annotations

from typing import Final

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.formula import ArrayFormula

from workbook_templates.blocks import Box, define, dress, put
from workbook_templates.formulas import udf
from workbook_templates.language import Lang, Speaker
from workbook_templates.model_lab.layout import (
    FACTORS,
    MASTER_SCALE,
    RISK_TIERS,
    SAMPLES,
    SHEETS,
    SHORT,
    data,
    res,
)
from workbook_templates.page import PageSetup, set_widths
from workbook_templates.pages.column_sheet import (
    FIRST_ROW,
    GROUP_ROW,
    HEADER_ROW,
    LEFT,
    ResultColumn,
    add_column_sheet,
)
from workbook_templates.style import CALCULATION, GROUP, HEADER, TAB_RESULT
from workbook_templates.tier_colours import colour_tiers

_POINT_COLUMNS: Final = len(FACTORS) + 2
"""The factors, the base and the score itself."""
_POINT_WIDTH: Final = 15


def add_scores_sheet(book: Workbook, rows: int, lang: Lang) -> None:
    """Add the sheet with as many rows as the history has."""
    say = Speaker(lang)
    setup = PageSetup(
        title=SHEETS["scores"][lang],
        subtitle=say(
            "One row per loan of the history, in its order; every cell is a formula.",
            "历史数据中每笔贷款一行，顺序一致；全部为公式。",
        ),
        tab=TAB_RESULT,
        repeat_rows=f"{HEADER_ROW}:{HEADER_ROW}",
    )
    columns = [*_identity(lang), *_results(lang), *_by_sample(lang)]
    blocks = add_column_sheet(book, setup, columns, rows, lang, frozen=1)
    shown = get_column_letter(blocks[res("reasons")].right)
    book[setup.title].print_area = f"B1:{shown}{HEADER_ROW + rows}"
    colour_tiers(blocks[res("tier")])
    _points(book, LEFT + len(columns), rows, lang)


def _identity(lang: Lang) -> list[ResultColumn]:
    say = Speaker(lang)
    group = say("Loan", "贷款")
    columns = (
        ("loan_id", say("Loan ID", "贷款编号"), "text", 12),
        ("sample", say("Sample", "样本"), "words", 14),
        ("defaulted", say("Defaulted", "是否违约"), "code", 12),
    )
    return [
        ResultColumn(
            name=res(name),
            header=text,
            group=group,
            kind=kind,
            width=width,
            formula=f'=IF({data(name, lang)}="","",{data(name, lang)})',
        )
        for name, text, kind, width in columns
    ]


def _results(lang: Lang) -> list[ResultColumn]:
    """The model applied to every loan; blank where a loan cannot be scored."""
    say = Speaker(lang)
    values = {"values": "history_factors", "factors": "factor_names"}
    pd = udf("CR_PD", coefficients="coefficients", bins="bin_table", **values)
    calibrated = udf("CR_CALIBRATEDPD", values=res("pd"), model="calibration")
    grade = udf("CR_PD2GRADE", pd=res("calibrated_pd"), scale=MASTER_SCALE.whole, lang="lang")
    tier = udf("CR_RISKTIER", pd=res("calibrated_pd"), tiers=RISK_TIERS.whole, lang="lang")
    reasons = udf("CR_REASONS", scorecard="scorecard", number="2", lang="lang", **values)
    yes, no = say("accept", "准入"), say("decline", "不准入")
    score = udf("CR_SCORE", scorecard="scorecard", **values)
    listed = (
        ("score", say("Score", "得分"), "number", 11, _if_loan(score)),
        ("pd", say("PD", "违约概率"), "pd", 11, _if_loan(pd)),
        ("calibrated_pd", say("Calibrated PD", "校准后违约概率"), "pd", 13, _if_known("pd", calibrated)),
        ("grade", say("Grade", "信用等级"), "words", 11, _if_known("calibrated_pd", grade)),
        ("tier", say("Tier", "风险层级"), "words", 12, _if_known("calibrated_pd", tier)),
        ("decision", say("Decision", "准入结论"), "words", 13,
         _if_known("score", f'IF({res("score")}>=cut_off,"{yes}","{no}")')),
        ("reasons", say("What costs most points", "主要扣分因子"), "words", 70, _if_loan(reasons)),
    )  # fmt: skip
    return [
        ResultColumn(
            name=res(name),
            header=text,
            group=say("Result", "结果"),
            kind=kind,
            width=width,
            formula=formula,
            decides=name in ("score", "grade", "tier"),
        )
        for name, text, kind, width, formula in listed
    ]


def _if_loan(call: str) -> str:
    return f'=IF({res("loan_id")}="","",IFERROR({call},""))'


def _if_known(column: str, call: str) -> str:
    return f'=IF({res(column)}="","",IFERROR({call},""))'


def _by_sample(lang: Lang) -> list[ResultColumn]:
    """Outcome, score, PD and grade of the loans of one sample, blank for the others."""
    say = Speaker(lang)
    listed = (
        ("bad", say("Defaulted", "是否违约"), "code", res("defaulted")),
        ("score", say("Score", "得分"), "number", res("score")),
        ("pd", say("PD", "违约概率"), "pd", res("pd")),
        ("calibrated_pd", say("Calibrated PD", "校准后违约概率"), "pd", res("calibrated_pd")),
        ("grade", say("Grade", "信用等级"), "words", res("grade")),
        ("tier", say("Tier", "风险层级"), "words", res("tier")),
    )
    return [
        ResultColumn(
            name=f"{SHORT[sample]}_{name}",
            header=text,
            group=say(f"Sample: {words['en']}", f"{words['zh']}样本"),
            kind=kind,
            width=13,
            formula=f'=IF({res("sample")}="{words[lang]}",{source},"")',
        )
        for sample, words in SAMPLES.items()
        for name, text, kind, source in listed
    ]


def _points(book: Workbook, left: int, rows: int, lang: Lang) -> None:
    """The points of each factor, as the function's table beside the columns."""
    say = Speaker(lang)
    sheet = book[SHEETS["scores"][lang]]
    block = Box(sheet, HEADER_ROW, left, HEADER_ROW + rows, left + _POINT_COLUMNS - 1)
    for column in range(left, block.right + 1):
        text = say("Points", "各因子分值") if column == left else None
        put(sheet, GROUP_ROW, column, text, GROUP)
        dress(sheet.cell(HEADER_ROW, column), HEADER)
        for row in range(FIRST_ROW, block.bottom + 1):
            dress(sheet.cell(row, column), CALCULATION, "number")
    call = udf(
        "CR_SCORE",
        values="history_factors",
        scorecard="scorecard",
        factors="factor_names",
        out='"table"',
        lang="lang",
    )
    # With fewer factors the table is narrower than the block: the columns keep it as wide.
    columns = f"$A$1:${get_column_letter(_POINT_COLUMNS)}$1"
    formula = f'=IFERROR(IF(COLUMN({columns}),{call}),"")'
    sheet.cell(HEADER_ROW, left).value = ArrayFormula(block.address, formula)
    define(book, "points", Box(sheet, FIRST_ROW, left, block.bottom, block.right))
    set_widths(sheet, dict.fromkeys(range(left, block.right + 1), _POINT_WIDTH))
