"""The published RFM result of the R package rfm, computed in the cells of a workbook."""

from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from openpyxl.worksheet.formula import ArrayFormula

from addin.headless.recalc import recalc_file

ORDERS = Path(__file__).parents[2] / "../shared/data/rfm_orders/rfm_data_orders.csv"
# Customers, orders and revenue by segment: R package rfm, vignette, "Segment Summary".
PUBLISHED = {
    "About To Sleep": (102, 283, 23449),
    "At Risk": (28, 216, 22227),
    "Can't Lose Them": (47, 274, 32446),
    "Champions": (35, 316, 31646),
    "Lost": (148, 393, 35324),
    "Loyal Customers": (170, 799, 76562),
    "Need Attention": (10, 57, 4562),
    "New Customers": (104, 329, 28837),
    "Potential Loyalist": (342, 2211, 204856),
    "Promising": (9, 28, 4249),
}

pytestmark = pytest.mark.skipif(not ORDERS.exists(), reason="no rfm_orders in ../shared/data")


@pytest.fixture(scope="module")
def workbook(tmp_path_factory):
    orders = pd.read_csv(ORDERS)
    customers = sorted(orders["customer_id"].unique())
    book = openpyxl.Workbook()
    detail = book.active
    detail.title = "Orders"
    for order in orders[["customer_id", "order_date", "revenue"]].itertuples(index=False):
        detail.append(list(order))
    sheet = book.create_sheet("RFM")
    for row, customer in enumerate(customers, 1):
        sheet.cell(row, 1, customer)
    last, events = len(customers), len(orders)
    lists = f"Orders!$A$1:$A${events},Orders!$B$1:$B${events},Orders!$C$1:$C${events}"
    base = f"=CR_RFMBASE($A$1:$A${last},{lists},DATE(2006,12,31),,,0,,,"
    scores = f'=CR_RFM($B$1:$B${last},$C$1:$C${last},$D$1:$D${last},5,"r_package",,,,,'
    formulas = {
        "B": base + '"recency")', "C": base + '"frequency")', "D": base + '"monetary")',
        "E": scores + '"r")', "F": scores + '"f")', "G": scores + '"m")',
        "H": f"=CR_RFMSEG(E1:E{last},F1:F{last},G1:G{last})",
    }  # fmt: skip
    for column, formula in formulas.items():
        area = f"{column}1:{column}{last}"
        sheet[f"{column}1"] = ArrayFormula(area, formula)
    for row, segment in enumerate(PUBLISHED, 1):
        sheet.cell(row, 10, segment)
        sheet.cell(row, 11, f"=COUNTIF($H$1:$H${last},J{row})")
        sheet.cell(row, 12, f"=SUMIF($H$1:$H${last},J{row},$C$1:$C${last})")
        sheet.cell(row, 13, f"=SUMIF($H$1:$H${last},J{row},$D$1:$D${last})")
    path = tmp_path_factory.mktemp("rfm") / "rfm.xlsx"
    book.save(path)
    report = recalc_file(path)
    assert not report.uncomputed
    return openpyxl.load_workbook(path, data_only=True)["RFM"]


@pytest.mark.parametrize(("place", "segment"), list(enumerate(PUBLISHED, 1)))
def test_segment_holds_the_published_customers_orders_and_revenue(workbook, place, segment):
    assert (
        tuple(workbook.cell(place, column).value for column in (11, 12, 13)) == PUBLISHED[segment]
    )


def test_every_customer_has_a_segment(workbook):
    assert workbook.cell(995, 8).value in PUBLISHED
    assert sum(workbook.cell(row, 11).value for row in range(1, 11)) == 995
