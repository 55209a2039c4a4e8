"""The policy sheets: every threshold and choice of the bank stands here and nowhere else."""

from __future__ import annotations

from openpyxl.workbook import Workbook

from workbook_templates.blocks import Box, define
from workbook_templates.customer_rating.case import AS_OF
from workbook_templates.customer_rating.layout import (
    AUDIT,
    COLLATERAL,
    CREDIT_TABLES,
    RATING_TABLES,
    RATIO_TABLES,
    SCALES,
    SCORECARD,
    TIER_TABLES,
    title,
)
from workbook_templates.language import Lang, Speaker
from workbook_templates.one_customer.answer_lists import name_scale_lists
from workbook_templates.pages.policy_lists import listed_cells, name_lists
from workbook_templates.pages.policy_sheet import PolicyPage, add_policy_pages, follow
from workbook_templates.pages.settings import Setting, language_setting

_WIDE, _WORDY = 76.0, 34.0


def rating_settings(lang: Lang) -> tuple[Setting, ...]:
    """The single cells of the rating policy."""
    say = Speaker(lang)
    return (
        Setting("asof", AS_OF, "date", ("As-of date", "基准日"),
                ("Ages and reviews are counted from this date.", "年限与复评日期均以该日起算。")),
        language_setting(lang),
        Setting("missing", say("missing", "缺失"), "text", ("Word for a missing result", "结果缺失的用词"),
                ("Shown where an input that a result needs is blank.", "结果所需录入项为空时显示。")),
        Setting("no_debt", say("no debt", "无有息负债"), "text", ("Word for no interest to pay", "无利息支出的用词"),
                ("A special value of interest cover on the scorecard.", "评分卡中利息保障倍数的特殊取值。")),
        Setting("yes_word", say("yes", "是"), "text", ("Word for yes", "“是”的用词"),
                ("As chosen in the conditions on the Customer sheet.", "与“客户资料”页封顶条件的选项一致。")),
        Setting("list_mark", say(", ", "、"), "text", ("Mark between names", "名称间隔符"),
                ("Stands between the strengths and weaknesses.", "用于分隔优势与劣势名称。")),
        Setting("blanks", "nil", "text", ("Blank statement lines", "报表空白项"),
                ("nil: lines that may be nil count as zero when blank; missing: they are missing.",
                "nil：可为零的项目留空按零计；missing：留空视为缺失。"), ("nil", "missing")),
        Setting("reasons_number", 4, "count", ("Reasons named", "列示失分项数"),
                ("How many factors of the scorecard the reasons name.", "理由中列示的评分卡因子个数。")),
        Setting("young_years", 2, "count", ("Short history below years", "成立年限下限"),
                ("Fewer years in business cap the grade.", "成立年限低于该值的等级封顶。")),
        Setting("late_days", 30, "count", ("Late beyond days", "逾期天数上限"),
                ("More days overdue cap the grade.", "逾期天数超过该值的等级封顶。")),
        Setting("statement_months", 18, "count", ("Statements not older than months", "财务报表有效月数"),
                ("Older statements count as missing and cap the grade.", "报表超过该月数视为缺失，等级封顶。")),
        Setting("altman_model", "Z'", "text", ("Altman model", "Altman 模型"),
                ("Z' for unlisted manufacturers; Z'' for others.", "Z' 适用于非上市制造业；Z'' 适用于非制造业。"), ("Z'", "Z''")),
        Setting("best_quarter", 1, "count", ("A strength is in quarter", "优势所在四分位"),
                ("1 is the best quarter of the peers.", "1 为同业最优四分位。")),
        Setting("worst_quarter", 4, "count", ("A weakness is in quarter", "劣势所在四分位"),
                ("4 is the worst quarter of the peers.", "4 为同业最差四分位。")),
    )  # fmt: skip


def credit_settings(lang: Lang) -> tuple[Setting, ...]:
    """The single cells of the credit policy."""
    say = Speaker(lang)
    return (
        Setting("lpr", 0.03, "pd", ("Loan prime rate", "贷款市场报价利率（LPR）"),
                ("As published for the term of the loan; type in the current one.", "与贷款期限对应的最新报价，请录入当期数值。")),
        Setting("funding_rate", 0.0185, "pd", ("Cost of funds (FTP)", "资金成本（FTP）"),
                ("Per year, for the term of the loan.", "年化，与贷款期限对应。")),
        Setting("operating_cost", 0.005, "pd", ("Operating cost", "运营成本率"),
                ("Per year as a share of the loan.", "年化，占贷款金额之比。")),
        Setting("lgd_scheme", "china", "text", ("Scheme of the LGD", "违约损失率方案"),
                ("As in the table of supervisory LGDs.", "与监管违约损失率表一致。")),
        Setting("unsecured_claim", "senior", "text", ("Claim without collateral", "无押品债权类别"),
                ("As in the table of supervisory LGDs.", "与监管违约损失率表一致。")),
        Setting("tier1_capital", 420000, "money", ("The bank's tier 1 capital, CNY 10k", "本行一级资本净额（万元）"),
                ("For the limits on large exposures.", "用于大额风险暴露限额。")),
        Setting("net_capital", 500000, "money", ("The bank's net capital, CNY 10k", "本行资本净额（万元）"),
                ("For the limit on loans to one customer.", "用于单一客户贷款限额。")),
        Setting("limit_step", 50, "money", ("Limits are rounded down to, CNY 10k", "额度取整单位（万元）"),
                ("The amount recommended is a multiple of this.", "建议额度向下取整至该数的整数倍。")),
        Setting("approve_word", say("Approve as requested", "同意申请金额"), "text", ("Words: approve", "用词：同意"),
                ("The limit covers the request.", "额度覆盖申请金额。")),
        Setting("reduce_word", say("Approve a lower amount", "同意，压降金额"), "text", ("Words: lower amount", "用词：压降"),
                ("The limit is below the request.", "额度低于申请金额。")),
        Setting("decline_word", say("Decline", "不同意"), "text", ("Words: decline", "用词：不同意"),
                ("There is no room for a limit.", "没有授信空间。")),
        Setting("kept_word", say("kept", "符合"), "text", ("Words: covenant kept", "用词：条款符合"),
                ("The ratio keeps to its level.", "指标符合约束水平。")),
        Setting("breached_word", say("breached", "突破"), "text", ("Words: covenant breached", "用词：条款突破"),
                ("The ratio does not keep to its level.", "指标突破约束水平。")),
    )  # fmt: skip


def add_policy_sheets(book: Workbook, lang: Lang) -> None:
    """Add the four policy sheets, and name the cells that list what inputs allow."""
    about = follow(lang)
    pages = (
        PolicyPage(title=title("policy", lang), subtitle=about, tables=RATING_TABLES, settings=rating_settings(lang)),
        PolicyPage(title=title("ratio_policy", lang), subtitle=about, tables=RATIO_TABLES),
        PolicyPage(title=title("credit_policy", lang), subtitle=about, tables=CREDIT_TABLES, settings=credit_settings(lang)),
        PolicyPage(title=title("tier_policy", lang), subtitle=about, tables=TIER_TABLES),
    )  # fmt: skip
    bodies = add_policy_pages(book, pages, lang)
    _name_lists(book, bodies, lang)


def category_list(factor: str) -> str:
    """The name of the cells that list the categories of a factor of the scorecard."""
    return f"list_{factor}"


def _name_lists(book: Workbook, bodies: dict[str, Box], lang: Lang) -> None:
    """Name the cells of policy tables from which inputs are chosen."""
    name_scale_lists(book, bodies, SCALES, lang)
    card = SCORECARD.table.rows
    word = "category_zh" if lang == "zh" else "category"
    for factor in ("market_position", "credit_record"):
        chosen = (card["factor"] == factor) & (card["bin"] == "category")
        rows = [i for i, wanted in enumerate(chosen) if wanted]
        define(book, category_list(factor), listed_cells(bodies, SCORECARD, word, rows, lang))
    whole = {"list_audit": (AUDIT, "label"), "list_collateral": (COLLATERAL, "label")}
    name_lists(book, bodies, whole, lang)
