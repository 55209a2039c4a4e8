"""The inputs of the project finance workbook, filled with a made-up solar park."""

from __future__ import annotations

from typing import Final

from workbook_templates.finance_pages.entries import AMOUNT_LIMITS, RATE_LIMITS, Entry
from workbook_templates.pages.guide_sheet import Texts

_MONEY: Final[Texts] = ("CNY 10k", "万元")
_SHARE: Final[Texts] = ("%", "%")
_YEARS: Final[Texts] = ("years", "年")
_DAYS: Final[Texts] = ("days", "天")
_TEXT: Final[Texts] = ("", "")
_GROWTH: Final = (-0.5, 0.5)


def _amount(name: str, label: Texts, value: float, text: Texts) -> Entry:
    return Entry(name, label, "money", _MONEY, value, text, AMOUNT_LIMITS)


def _share(
    name: str,
    label: Texts,
    value: float,
    text: Texts,
    *,
    kind: str = "rate",
    limits: tuple[float, float] = RATE_LIMITS,
) -> Entry:
    return Entry(name, label, kind, _SHARE, value, text, limits)


PROJECT: Final = (
    Entry("project_name", ("Project", "项目名称"), "words", _TEXT,
          ("Sample 100 MW solar park, Gansu", "示例甘肃 100 兆瓦光伏发电项目"),
          ("Name of the project.", "项目名称。")),
    Entry("sponsor_name", ("Sponsor", "发起人"), "words", _TEXT,
          ("Sample New Energy Group", "示例新能源集团"),
          ("Main shareholder of the project company.", "项目公司的主要股东。")),
    Entry("borrower_name", ("Borrower", "借款人"), "words", _TEXT,
          ("Sample Gansu Solar Co., Ltd.", "示例甘肃光伏有限公司"),
          ("Project company that owns the project and borrows.", "持有项目并借款的项目公司。")),
    Entry("reporting_case", ("Case shown", "展示情景"), "words", _TEXT, ("Base case", "基准情景"),
          ("Cash flow, cover ratios and committee page show this case.", "现金流、覆盖率与贷审会材料按该情景展示。"),
          options="case_list"),
)  # fmt: skip
USES: Final = (
    _amount("use_equipment", ("Equipment", "设备购置"), 16_500,
            ("Modules, inverters, mounting, transformers.", "组件、逆变器、支架、变压器等。")),
    _amount("use_works", ("Works and installation", "建筑安装"), 9_400,
            ("Civil works and installation under the EPC contract.", "总承包合同项下的土建与安装。")),
    _amount("use_grid", ("Grid connection", "接网工程"), 3_600,
            ("Substation and line to the grid.", "升压站与送出线路。")),
    _amount("use_land", ("Land and other costs", "土地及其他费用"), 2_100,
            ("Land, design, supervision, permits.", "土地、设计、监理、报批等费用。")),
    _amount("use_contingency", ("Contingency", "预备费"), 880,
            ("Basic contingency of the approved budget.", "批复概算中的基本预备费。")),
    _amount("use_interest", ("Interest during construction", "建设期利息"), 1_020,
            ("As budgeted; the Debt sheet shows what the drawdowns will cost.", "按概算填写；“债务”页给出按提款计划测算的数额。")),
    _amount("use_working_capital", ("Initial working capital", "铺底流动资金"), 300,
            ("Working capital paid for by the investment.", "由项目投资承担的流动资金。")),
    _amount("use_reserve", ("Debt service reserve at start", "期初偿债准备金"), 1_100,
            ("Paid into the reserve account before operation.", "投运前存入偿债准备金账户的金额。")),
)  # fmt: skip
DRAWDOWN: Final = (
    _share("draw_first", ("Drawn in construction year 1", "建设期第 1 年提款"), 0.6,
           ("Share of the loan; equity is paid in step.", "占贷款的比例；资本金同比例到位。"), kind="whole_rate"),
    _share("draw_second", ("Drawn in construction year 2", "建设期第 2 年提款"), 0.4,
           ("Share of the loan; 0 if built within a year.", "占贷款的比例；一年内建成填 0。"), kind="whole_rate"),
    _share("draw_third", ("Drawn in construction year 3", "建设期第 3 年提款"), 0,
           ("The shares of all years add up to 100 %.", "各年比例合计为 100%。"), kind="whole_rate"),
)  # fmt: skip
OPERATION: Final = (
    Entry("first_year", ("First operating year", "首个运营年度"), "general", _TEXT, 2028,
          ("First full calendar year of operation.", "首个完整运营年度。"), (2000, 2100)),
    Entry("project_life", ("Operating life", "运营期"), "count", _YEARS, 25,
          ("Years of operation or of the concession, up to 30.", "运营或特许经营年数，不超过 30 年。"), (1, 30)),
    Entry("volume", ("Volume in the first year", "首年产量"), "money", ("10k units", "万单位"), 16_500,
          ("Units sold, in ten thousands: 10k kWh, vehicles, tonnes.", "销售数量，以万计：万千瓦时、万车次、万吨。"),
          AMOUNT_LIMITS),
    _share("volume_growth", ("Change of volume per year", "产量年变动率"), -0.005,
           ("Growth of traffic, or loss of output by ageing (negative).", "车流增长率，或设备衰减率（负数）。"), limits=_GROWTH),
    Entry("price", ("Price per unit without VAT", "不含税单价"), "general", ("CNY", "元"), 0.292,
          ("Price in the first year, in yuan per unit.", "首年单价，元/单位。"), (0, 1_000_000)),
    _share("price_growth", ("Change of price per year", "单价年变动率"), 0,
           ("0 for a fixed price.", "固定价格填 0。"), limits=_GROWTH),
    _amount("other_revenue", ("Other revenue per year", "其他年收入"), 60,
            ("Such as green certificates or service areas.", "如绿证、服务区收入。")),
    _amount("fixed_cost", ("Fixed operating costs, first year", "首年固定经营成本"), 640,
            ("Operation, insurance, land, staff.", "运维、保险、租地、人工等。")),
    _share("cost_growth", ("Growth of fixed costs per year", "固定成本年增长率"), 0.02,
           ("Inflation of costs.", "成本通胀率。"), limits=_GROWTH),
    _share("variable_share", ("Variable costs, share of revenue", "变动成本占收入"), 0.02,
           ("Costs that move with revenue.", "随收入变动的成本。")),
    _share("surcharge_share", ("Taxes and surcharges on revenue", "税金及附加占收入"), 0.01,
           ("Surcharges on VAT and other taxes on revenue.", "增值税附加等。")),
    Entry("collection_days", ("Days until customers pay", "回款天数"), "count", _DAYS, 60,
          ("Receivables in days of revenue.", "应收账款周转天数。"), (0, 3650)),
)  # fmt: skip
TAX: Final = (
    _share("tax_rate", ("Income tax", "企业所得税率"), 0.25,
           ("Tax is counted without the interest as a cost, which is the safe side.", "计税不扣除利息，偏于审慎。"), kind="whole_rate"),
    Entry("tax_relief", ("Income tax relief", "所得税优惠"), "words", _TEXT, ("yes", "是"),
          ("Whether the table of relief on the Policy sheet applies.", "是否适用“政策”页的所得税优惠表。"),
          choices=(("yes", "是"), ("no", "否"))),
    Entry("depreciation_years", ("Depreciation", "折旧年限"), "count", _YEARS, 20,
          ("Straight line from the first operating year.", "自首个运营年度起直线折旧。"), (1, 50)),
    _share("residual_share", ("Residual value", "残值率"), 0.05,
           ("Share of fixed assets that is not depreciated.", "不计提折旧的固定资产比例。")),
)  # fmt: skip
LOAN: Final = (
    _amount("requested", ("Loan requested", "申请金额"), 25_000,
            ("Blank takes the debt capacity.", "留空则按债务承受能力。")),
    _share("loan_rate", ("Loan rate", "贷款利率"), 0.0365,
           ("Per year.", "年利率。"), kind="pd"),
    Entry("tenor", ("Repayment period", "还款期"), "count", _YEARS, 15,
          ("Years of repayment from the first operating year.", "自首个运营年度起的还款年数。"), (1, 30)),
    Entry("repayment", ("Repayment", "还款方式"), "words", _TEXT,
          ("Sculpted to cash flow", "按现金流量身定制"),
          ("How the principal is repaid.", "本金的偿还方式。"), options="repayment_list"),
    _share("funding_rate", ("Cost of funds (FTP)", "资金成本（FTP）"), 0.019,
           ("Transfer price of the loan's term.", "对应期限的内部资金转移价格。"), kind="pd"),
    _share("operating_cost", ("The bank's operating cost", "本行运营成本"), 0.002,
           ("Per year, as a share of the loan.", "每年，占贷款的比例。"), kind="pd"),
    _share("fee", ("Fees per year", "年费率"), 0.0005,
           ("Fees earned, as a share of the loan.", "手续费收入占贷款的比例。"), kind="pd"),
)  # fmt: skip
PHASE: Final = (
    Entry("cash_flow_now", ("Net cash flow now", "当前净现金流"), "money", _MONEY, 0,
          ("Of the last year; 0 or less before operation.", "最近一年；运营前为 0 或负数。"), (-1e8, 1e8)),
    _amount("obligations_now", ("Obligations until completion", "完工前剩余义务"), 34_900,
            ("Contractual payments that remain; 0 if none.", "尚余合同付款义务；没有填 0。")),
    _amount("debt_now", ("Long-term debt now", "当前长期债务"), 0, ("At the as-of date.", "基准日余额。")),
    _amount("debt_before", ("Long-term debt a year ago", "一年前长期债务"), 0,
            ("One year before the as-of date.", "基准日前一年余额。")),
    Entry("quality_met", ("Conditions of high quality met", "已满足的高质量条件"), "words", _TEXT, ("", ""),
          ("Codes of the table on the Slotting policy sheet, apart by commas, or all.", "“监管映射政策”页条件表中的代码，以逗号分隔，或填 all。")),
)  # fmt: skip
DECISION: Final = (
    Entry("recommendation", ("Recommendation", "审查意见"), "words", _TEXT,
          ("Approve: term loan for construction, repaid from the sale of power.", "同意：发放项目建设贷款，以售电收入偿还。"),
          ("One line for the committee.", "供贷审会审议，一行。")),
    Entry("conditions", ("Conditions", "授信条件"), "words", _TEXT,
          ("Equity paid in step; pledge of receivables, plant and shares; revenue account with the bank.",
           "资本金同比例到位；电费收费权、设备与股权质押；收入账户开立于本行并受监管。"),
          ("Conditions of approval.", "批准条件。")),
    Entry("officer", ("Prepared by", "经办人"), "words", _TEXT, ("Sample officer", "示例经办人"),
          ("Name of the officer.", "经办人姓名。")),
)  # fmt: skip

MAJOR_MAINTENANCE: Final = {12: 900, 13: 900, 20: 300}
"""Operating years with a large repair, and its cost."""
FIRST_YEAR_FACTOR: Final = 0.95
"""Output of the first operating year against a full one."""

ANSWERS: Final[dict[str, str]] = {
    "1": "good", "3": "good", "5": "strong",
    "6": "strong", "7": "strong", "8": "strong", "9": "good", "10": "strong", "11": "strong",
    "12": "strong", "13": "good", "14": "strong", "15": "good", "16": "strong", "17": "strong",
    "18": "strong", "19b": "good", "20": "n/a", "21": "n/a",
    "22": "strong", "23": "strong",
    "24": "strong", "25": "strong", "26": "strong", "27": "good", "28": "good",
}  # fmt: skip
"""Answers to the slotting grid; items 2 and 4 are measured."""
