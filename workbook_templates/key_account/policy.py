"""The policy sheets: every threshold and choice of the bank stands here and nowhere else."""

from __future__ import annotations

from openpyxl.workbook import Workbook

from workbook_templates.key_account.case import AS_OF
from workbook_templates.key_account.layout import (
    ACCOUNT_TABLES,
    GRADE_SCALE,
    SCALES,
    SIGNAL_TABLES,
    TIER_TABLES,
    WORD_TABLES,
    title,
)
from workbook_templates.language import Lang, Speaker
from workbook_templates.one_customer.answer_lists import name_scale_lists
from workbook_templates.pages.policy_lists import name_lists
from workbook_templates.pages.policy_sheet import PolicyPage, add_policy_pages, follow
from workbook_templates.pages.settings import Setting, language_setting

_WIDE, _WORDY = 76.0, 34.0


def settings(lang: Lang) -> tuple[Setting, ...]:
    """The single cells of the account policy."""
    say = Speaker(lang)
    return (
        Setting("asof", AS_OF, "date", ("As-of date", "基准日"),
                ("Days, due dates and reviews are counted from this date.", "天数、到期日与复评日期均以该日起算。")),
        language_setting(lang),
        Setting("missing", say("missing", "缺失"), "text", ("Word for a missing result", "结果缺失的用词"),
                ("Shown where an input that a result needs is blank.", "结果所需录入项为空时显示。")),
        Setting("yes_word", say("yes", "是"), "text", ("Word for yes", "“是”的用词"),
                ("As chosen for events and products.", "与事件、产品的选项一致。")),
        Setting("funding_rate", 0.0185, "pd", ("Cost of funds of loans (FTP)", "贷款资金成本（FTP）"),
                ("Per year.", "年化。")),
        Setting("deposit_ftp", 0.016, "pd", ("Transfer price of deposits", "存款内部转移价格"),
                ("Per year, credited to deposits.", "年化，计入存款收益。")),
        Setting("lgd", 0.4, "rate", ("Loss given default", "违约损失率"),
                ("For the expected loss in the contribution.", "用于综合贡献中的预期损失。")),
        Setting("tier1_capital", 2400000, "money", ("The bank's tier 1 capital, CNY 10k", "本行一级资本净额（万元）"),
                ("For the limits on large exposures.", "用于大额风险暴露限额。")),
        Setting("net_capital", 2900000, "money", ("The bank's net capital, CNY 10k", "本行资本净额（万元）"),
                ("For the limit on loans to one customer.", "用于单一客户贷款限额。")),
        Setting("npl_days", 90, "count", ("Non-performing after days", "不良认定天数"),
                ("More days overdue make the group non-performing.", "逾期超过该天数即认定为不良。")),
        Setting("notice_days", 30, "count", ("Notice in days", "提前提示天数"),
                ("What is due within these days is due soon.", "该天数内到期的事项提示为“将到期”。")),
        Setting("visit_months", 12, "count", ("Months of visits counted", "走访统计月数"),
                ("Visits of the last months up to the as-of date.", "截至基准日的最近若干个月。")),
        Setting("year_quarters", 4, "count", ("Quarters back for changes", "同比间隔季数"),
                ("Changes are measured against the quarter so far back.", "变动以该季数之前的季度为比较期。")),
        Setting("deteriorating", "deteriorating", "text", ("Trend that worsens", "趋势恶化的代码"),
                ("As CR_TREND writes it in English; such indicators are counted.", "与 CR_TREND 英文输出一致，用于计数。")),
        Setting("least_cover", 1.1, "times", ("Least cover of principal", "本金偿还覆盖倍数下限"),
                ("Cash flow of a year over the principal due in it.", "当年可用现金流与当年到期本金之比。")),
        Setting("bullet_word", say("bullet", "到期一次"), "text", ("Word: repaid at the end", "用词：到期一次还本"),
                ("As chosen in the financing plan; any other word is equal parts.", "与融资方案的选项一致；其他为等额。")),
        Setting("overdue_word", say("overdue", "已逾期"), "text", ("Words: overdue", "用词：已逾期"),
                ("What should have been done.", "应办未办。")),
        Setting("soon_word", say("due soon", "将到期"), "text", ("Words: due soon", "用词：将到期"),
                ("Due within the notice.", "提示期内到期。")),
        Setting("track_word", say("on track", "正常"), "text", ("Words: on track", "用词：正常"),
                ("Due later.", "尚未到期。")),
        Setting("done_word", say("done", "已完成"), "text", ("Words: done", "用词：已完成"),
                ("A follow-up that is done.", "已完成的跟进事项。")),
        Setting("never_word", say("not yet done", "尚未开展"), "text", ("Words: not yet done", "用词：尚未开展"),
                ("A service of the tier without a date.", "该层级应提供但没有日期的服务。")),
        Setting("none_word", say("not offered", "不提供"), "text", ("Words: not offered", "用词：不提供"),
                ("A service that the tier does not get.", "该层级不提供的服务。")),
        Setting("offer_word", say("offer", "可推介"), "text", ("Words: product to offer", "用词：可推介产品"),
                ("A target product that the customer does not hold.", "客户尚未持有的目标产品。")),
        Setting("held_word", say("held", "已持有"), "text", ("Words: product held", "用词：已持有"),
                ("A product that the customer holds.", "客户已持有的产品。")),
        Setting("short_word", say("short", "不足"), "text", ("Words: cover too low", "用词：覆盖不足"),
                ("Cash flow covers less than the least.", "现金流覆盖低于下限。")),
        Setting("covered_word", say("covered", "充足"), "text", ("Words: covered", "用词：覆盖充足"),
                ("Cash flow covers the principal.", "现金流覆盖到期本金。")),
    )  # fmt: skip


def add_policy_sheets(book: Workbook, lang: Lang) -> None:
    """Add the policy sheets, and name the cells that list what inputs allow."""
    about = follow(lang)
    pages = (
        PolicyPage(
            title=title("policy", lang),
            subtitle=about,
            tables=ACCOUNT_TABLES,
            settings=settings(lang),
        ),
        PolicyPage(title=title("signal_policy", lang), subtitle=about, tables=SIGNAL_TABLES),
        PolicyPage(title=title("word_policy", lang), subtitle=about, tables=WORD_TABLES),
        PolicyPage(title=title("tier_policy", lang), subtitle=about, tables=TIER_TABLES),
    )
    bodies = add_policy_pages(book, pages, lang)
    name_scale_lists(book, bodies, SCALES, lang)
    name_lists(book, bodies, {"list_grades": (GRADE_SCALE, "grade")}, lang)
