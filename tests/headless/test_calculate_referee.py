"""Excel's own functions: LibreOffice, where it is installed, is the referee."""

import math
import random
import re

import openpyxl
import pytest
from openpyxl.utils.datetime import to_excel
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.table import Table

from addin.calc.office import private_office
from addin.headless.calculate import calculate
from addin.headless.workbook import Workbook

DATA = "'数据 1'!"
ROOM = 5  # rows and columns of an array formula
TOLERANCE = 1e-9

pytestmark = [
    pytest.mark.long,
]

# @ stands for the data sheet.
PLAIN = (
    "SUM(Amts)",
    'SUMIFS(@C2:C41,@B2:B41,"A",@D2:D41,">0")',
    'COUNTIFS(@B2:B41,"小微")',
    'AVERAGEIFS(@C2:C41,@B2:B41,"B")',
    "VLOOKUP(7,@A2:F41,3,FALSE)",
    "INDEX(@C2:C41,MATCH(12,@A2:A41,0))",
    'SUMPRODUCT((@B2:B41="A")*@C2:C41)',
    "SUMPRODUCT(--(@D2:D41>30))",
    "SUMPRODUCT(--ISBLANK(@D2:D41))",
    "SUMPRODUCT(--ISNUMBER(@D2:D41),@C2:C41)",
    "SUMPRODUCT(ROUND(@C2:C41,0))",
    "SUMPRODUCT((MONTH(@E2:E41)=3)*1)",
    "SUMPRODUCT(1/COUNTIF(@B2:B41,@B2:B41))",
    "PERCENTILE(Amts,0.9)",
    "MEDIAN(Amts)",
    "STDEV(Amts)",
    "LARGE(Amts,3)",
    "RANK(Cut,Amts)",
    "IF(Cut>Amts,1,0)",
    "COUNT(@D2:D41)",
    "COUNTA(@D2:D41)",
    "COUNTBLANK(@D2:D41)",
    "MAX(@D2:D41)",
    "SUM(Loans[amt])",
    'SUMIF(Loans[seg],"C",Loans[amt])',
    "ROWS(Loans)",
    "COLUMNS(Loans)",
    "COUNTA(Loans[[#Headers],[seg]:[date]])",
    'TEXT(@E2,"yyyy-mm-dd")',
    "EDATE(@E2,5)",
    "EOMONTH(@E2,0)",
    "YEARFRAC(@E2,@E3)",
    'DATEDIF(44000,44500,"m")',
    "PMT(0.05/12,360,100000)",
    "NPV(0.1,@C2:C6)",
    "IRR({-100,30,40,50})",
    "RATE(12,-10,100)",
    "PV(0.05,10,-5)",
    "FV(0.01,12,-100)",
    "IPMT(0.01,3,12,1000)",
    "XIRR({-100,60,60},{44000,44200,44400})",
    "XNPV(0.1,{-100,60,60},{44000,44200,44400})",
    'LOOKUP(2,1/(@B2:B41="A"),@C2:C41)',
    "MATCH(500,{1,100,1000},1)",
    'LOOKUP(55,{0,30,60},{"low","mid","high"})',
    "INDEX({1,2;3,4},2,2)",
    'COUNT({1,"a",TRUE})',
    "SUM({1,2;3,4}*{1,2})",
    "CORREL(@A2:A41,@C2:C41)",
    "SLOPE(@C2:C41,@A2:A41)",
    "INTERCEPT(@C2:C41,@A2:A41)",
    "RSQ(@C2:C41,@A2:A41)",
    "FREQUENCY(@C2:C41,{100,500})",
    "NORM.S.DIST(1.2,TRUE)",
    "NORM.S.INV(0.999)",
    "NORM.DIST(3,2,1,FALSE)",
    "EXP(1)",
    "LN(10)",
    "LOG(8,2)",
    "MOD(-7,3)",
    "QUOTIENT(7,2)",
    "ROUNDUP(1.21,1)",
    "CEILING(1.3,0.5)",
    "FLOOR(1.3,0.5)",
    "TRUNC(-1.7)",
    'SUBSTITUTE("aXbX","X","-",2)',
    'FIND("b","abc")',
    'REPT("ab",3)',
    'TRIM("  a  b ")',
    'PROPER("john smith")',
    'VALUE("12.5%")',
    'TEXT(1234.567,"#,##0.00")',
    'TEXT(0.0567,"0.0%")',
    'CONCATENATE("a",1,TRUE)',
    'LEFT("客户评级",2)',
    'LEN("客户")',
    'MID("abcdef",3,2)',
    'UPPER("abc")',
    'EXACT("a","A")',
    'CODE("A")',
    "CHAR(66)",
    "ISERROR(1/0)",
    'IFERROR(VLOOKUP(99,@A2:C41,3,FALSE),"none")',
    "IFNA(MATCH(99,@A2:A41,0),-1)",
    "AND(TRUE,1>0)",
    "OR(FALSE,1>2)",
    "XOR(TRUE,TRUE)",
    "NOT(FALSE)",
    'CHOOSE(2,"a","b")',
    "WEEKDAY(44000,2)",
    "WEEKNUM(44000)",
    "NETWORKDAYS(44000,44030)",
    "WORKDAY(44000,10)",
    "DAYS360(44000,44100)",
    "SUMX2MY2({1,2},{3,4})",
    "MMULT({1,2},{3;4})",
    "MDETERM({1,2;3,4})",
    "SUBTOTAL(9,@C2:C41)",
    "SUBTOTAL(103,@B2:B41)",
    "OFFSET(@C2,3,0)",
    "SUM(OFFSET(@C2,0,0,5,1))",
    "INDIRECT(\"'数据 1'!C\"&5)",
    "SUM(INDIRECT(\"'数据 1'!C2:C\"&10))",
    "ADDRESS(3,4)",
    "ROW(@A7)",
    "COLUMN(@C1)",
    'HYPERLINK("x","shown")',
    "N(TRUE)",
    'T("x")',
    "TYPE(1)",
    "ERROR.TYPE(#N/A)",
    "GEOMEAN(Amts)",
    "HARMEAN(Amts)",
    "SKEW(Amts)",
    "KURT(Amts)",
    "VAR(Amts)",
    "QUARTILE(Amts,3)",
    "PERCENTRANK(Amts,Cut)",
    "TRIMMEAN(Amts,0.1)",
    "SUMSQ(@A2:A5)",
    "GCD(12,18)",
    "LCM(4,6)",
    "COMBIN(10,3)",
    "FACT(6)",
    "DEC2BIN(10)",
    'HEX2DEC("FF")',
    "ROMAN(14)",
    "1/3*3=1",
    "0.1+0.2=0.3",
    '"a"&1&TRUE',
    "2^-1",
    "-2^2",
    "50%*4",
    "TRUE+1",
    '"3"*2',
    '"a">1',
    'TRUE>"z"',
    "SUM(@C:C)",
    'COUNTIF(@B:B,"A")',
    'SUMIF(@B:B,"A",@C:C)',
    "VLOOKUP(7,@A:F,3,FALSE)",
    'MATCH("B",@B:B,0)',
    'MAXIFS(@C2:C41,@B2:B41,"A")',
    'MINIFS(@C2:C41,@B2:B41,"A")',
    'TEXTJOIN("-",TRUE,@B2:B6)',
    "CONCAT(@B2:B5)",
    'SWITCH(3,1,"a",3,"c")',
    "IFS(FALSE,1,TRUE,2)",
    "XLOOKUP(7,@A2:A41,@C2:C41)",
    'XLOOKUP(99,@A2:A41,@C2:C41,"nf")',
    'COUNTIF(@C2:C41,">="&Cut)',
    "SUMPRODUCT((@C2:C41>AVERAGE(@C2:C41))*(@D2:D41=0))",
    "LET(x,5,x*2)",
    "STANDARDIZE(5,3,2)",
    "BINOM.DIST(3,10,0.5,TRUE)",
    "CHISQ.INV(0.95,3)",
    "T.INV(0.975,10)",
    "GAMMALN(5)",
    "FORECAST(50,@C2:C41,@A2:A41)",
    "DATE(2024,2,30)",
    "TIME(12,30,0)",
    "HOUR(0.75)",
    'DATEVALUE("2024-03-01")',
    "ISTEXT(@B2)",
    "ISBLANK(@D99)",
    '@D99&""',
    "@D99+1",
    "SUM(@B2:B5)",
    "AVERAGE(@D2:D41)",
    "PRODUCT(@A2:A6)",
    "CUMIPMT(0.01,12,1000,1,3,0)",
    "SLN(1000,100,5)",
    "DB(1000,100,5,1)",
    "EFFECT(0.1,12)",
    "NOMINAL(0.1,12)",
    "AVEDEV(Amts)",
    "MODE(@D2:D41)",
    "COVAR(@A2:A41,@C2:C41)",
    "FISHER(0.5)",
    "LINEST(@C2:C41,@A2:A41)",
    "TREND(@C2:C41,@A2:A41)",
    "MATCH(TRUE,INDEX(@C2:C41>500,0),0)",
    "SUMPRODUCT(LEN(@B2:B41))",
    'SUMPRODUCT((LEFT(@B2:B41,1)="小")*1)',
    "SUMPRODUCT(MOD(@A2:A41,2)*@C2:C41)",
    'SUMPRODUCT(--(ISERROR(MATCH(@B2:B41,{"A","B"},0))))',
    "COUNT(IF(@D2:D41>0,1))",
    'VLOOKUP("C",IF({1,0},@B2:B41,@A2:A41),2,FALSE)',
    'VLOOKUP("C",IF({1,0},@B:B,@A:A),2,FALSE)',
    'VLOOKUP("C",CHOOSE({1,2},@B2:B41,@A2:A41),2,FALSE)',
    'LOOKUP(1,0/((@B2:B41="A")*(@D2:D41>0)),@C2:C41)',
    'SUMPRODUCT(SUMIF(@B2:B41,{"A","B"},@C2:C41))',
    'SUM(SUMIFS(@C2:C41,@B2:B41,{"A","B"}))',
    'SUMPRODUCT(COUNTIFS(@B2:B41,{"A","B"},@D2:D41,0))',
    'IF(ISNUMBER(MATCH("A",@B2:B41,0)),"yes","no")',
    "SUMPRODUCT(LARGE(@C2:C41,{1,2,3}))",
    "AVERAGE(LARGE(@C2:C41,{1,2,3}))",
    "INDEX(@A2:F41,MATCH(MAX(@C2:C41),@C2:C41,0),2)",
    'SUMPRODUCT((@B2:B41={"A","B"})*@C2:C41)',
)
ARRAYS = (
    "@C2:C6*2",
    "ROUND(@C2:C6,0)",
    'IF(@D2:D6>0,@C2:C6,"")',
    "ISBLANK(@D2:D9)",
    "TRANSPOSE(@A2:A6)",
    "FREQUENCY(@C2:C41,{100;500})",
    'MATCH(@B2:B6,{"A";"B";"C"},0)',
    "VLOOKUP(@A2:A6,@A2:F41,3,FALSE)",
    "COUNTIF(@B2:B41,@B2:B6)",
    'SUMIF(@B2:B41,{"A";"B"},@C2:C41)',
    "MMULT(@A2:A4,{1,2})",
    "@A2:A4*{1,2,3}",
    "MOD(@A2:A6,{2,3})",
    "INDEX(@A2:C6,0,3)",
    "RANK(@C2:C6,@C2:C41)",
    "LARGE(@C2:C41,{1;2;3})",
    "SMALL(@C2:C41,ROW(1:3))",
    'MAX(IF(@B2:B41="A",@C2:C41))',
    "MIN(IF(@D2:D41>0,@C2:C41))",
    'SUM(IF(@B2:B41="A",IF(@D2:D41>0,@C2:C41)))',
    "AVERAGE(IF(ISNUMBER(@D2:D41),@D2:D41))",
    "COUNT(IF(@D2:D41>0,@C2:C41))",
    "SUM(ROUND(@C2:C41,-1))",
    "IFERROR(1/@D2:D9,0)",
    "YEAR(@E2:E6)",
    "EOMONTH(+@E2:E4,0)",
    'TEXT(@E2:E4,"yyyymm")',
    'LEFT(@B2:B6,1)&"-"&@A2:A6',
    "CHOOSE({1,2},@A2:A4,@C2:C4)",
    "LINEST(@C2:C41,@A2:A41)",
    'IF(@C2:C6>500,"H",IF(@C2:C6>200,"M","L"))',
    "NORM.S.DIST(@A2:A4/10,TRUE)",
    "AND(@A2:A6>0)",
    'SUM((@B2:B41="A")*(@D2:D41>0)*@C2:C41)',
    'PERCENTILE(IF(@B2:B41="A",@C2:C41),0.5)',
    'MEDIAN(IF(@B2:B41="B",@C2:C41))',
    'STDEV(IF(@B2:B41="B",@C2:C41))',
    "NPV(0.1,@C2:C6*2)",
    "SUMPRODUCT(@A2:A6,@C2:C6*2)",
    "PRODUCT(@A2:A4+1)",
    "PMT(@A2:A4/100,10,1000)",
    "SUM(1/COUNTIF(@B2:B41,@B2:B41))",
    "INDEX(@B2:B41,MATCH(MAX(@C2:C41),@C2:C41,0))",
    'CONCAT(IF(@D2:D9>0,@B2:B9,""))',
    "ISERROR(@C2:C4/@D2:D4)",
    "NOT(@F2:F5)",
    "INT(@C2:C5/100)",
    "POWER(@A2:A4,{1,2})",
    "COUNTA(IF(@C2:C41>500,1))",
    '@A2:A4&""',
    'MATCH(1,(@B2:B41="A")*(@C2:C41>300),0)',
    'OR(@B2:B41="Z")',
    "DATE(2020,@A2:A6,1)",
    "N(@A2)",
    'SUM(LEN(@B2:B41)-LEN(SUBSTITUTE(@B2:B41,"A","")))',
    "ROUND(PERCENTRANK(@C2:C41,@C2:C4),3)",
    "QUARTILE(@C2:C41,{1;2;3})",
    "ABS(@A2:A4-3)",
    "WEEKDAY(@E2:E5,2)",
    "TREND(@C2:C6,@A2:A6)",
)
# Where LibreOffice differs from Excel: what Excel gives, by its documentation.
EXCEL = {
    "ROWS(Loans)": 40,  # LibreOffice counts the header
    'COUNT({1,"a",TRUE})': 1,
    'CONCATENATE("a",1,TRUE)': "a1TRUE",
    '"a"&1&TRUE': "a1TRUE",
    'TRUE>"z"': True,
}
DIGITS = ("PERCENTRANK",)  # Excel cuts after three digits, LibreOffice rounds
COUNTS_FALSE = ("COUNTA(IF(",)  # FALSE is a value to Excel's COUNTA
FUTURE = [
    "BINOM.DIST",
    "CHISQ.INV",
    "CONCAT",
    "IFNA",
    "IFS",
    "LET",
    "MAXIFS",
    "MINIFS",
    "NORM.DIST",
    "NORM.S.DIST",
    "NORM.S.INV",
    "SWITCH",
    "T.INV",
    "TEXTJOIN",
    "XLOOKUP",
    "XOR",
]
NEWER = re.compile(rf"(?<![A-Z.])({'|'.join(map(re.escape, FUTURE))})\(")


def stored(formula):
    """A formula as a file holds it."""
    text = NEWER.sub(r"_xlfn.\1(", formula.replace("@", DATA))
    return "=" + text.replace("LET(x,5,x*2)", "LET(_xlpm.x,5,_xlpm.x*2)")


@pytest.fixture(scope="module")
def workbooks(tmp_path_factory, program):
    """The same workbook computed here and by LibreOffice."""
    folder = tmp_path_factory.mktemp("referee")
    book = openpyxl.Workbook()
    data = book.active
    data.title = DATA.strip("'!")
    data.append(["id", "seg", "amt", "dpd", "date", "flag"])
    chance = random.Random(3)  # noqa: S311 - test data
    for number in range(1, 41):
        segment = chance.choice(["A", "B", "C", "小微"])
        overdue = chance.choice([0, 0, 0, 15, 45, 95, None])
        amount = round(chance.uniform(1, 1000), 2)
        day = 44000 + chance.randrange(700)
        data.append([number, segment, amount, overdue, day, chance.random() < 0.5])
    data.add_table(Table(displayName="Loans", ref="A1:F41"))
    book.defined_names["Cut"] = DefinedName("Cut", attr_text=f"{DATA}$C$5")
    book.defined_names["Amts"] = DefinedName("Amts", attr_text=f"{DATA}$C$2:$C$41")
    plain, arrays = book.create_sheet("plain"), book.create_sheet("arrays")
    for row, formula in enumerate(PLAIN, 1):
        plain.cell(row, 1, stored(formula))
    for index, formula in enumerate(ARRAYS):
        first = 1 + index * (ROOM + 1)
        ref = f"A{first}:E{first + ROOM - 1}"
        arrays.cell(first, 1, ArrayFormula(ref, stored(formula)))
    path = folder / "book.xlsx"
    book.save(path)
    with private_office(recalculate=False, program=program) as office:
        result = office.convert(path, "xlsx:Calc MS Excel 2007 XML")
        theirs = openpyxl.load_workbook(result, data_only=True)
    ours = Workbook.open(path)
    report = calculate(ours)
    assert not report.uncomputed
    return ours, theirs


def same(ours, theirs, tolerance=TOLERANCE):
    if hasattr(theirs, "year") or hasattr(theirs, "hour"):
        theirs = to_excel(theirs)
    ours = ours.code if hasattr(ours, "code") else ours
    if isinstance(ours, bool) or isinstance(theirs, bool):
        return ours == theirs  # LibreOffice writes the booleans of arrays as 0 and 1
    if isinstance(ours, int | float) and isinstance(theirs, int | float):
        return math.isclose(ours, theirs, rel_tol=tolerance, abs_tol=1e-12)
    return ours == theirs or (ours in ("", None) and theirs in ("", None))


def tolerance_of(formula):
    return 1e-2 if any(name in formula for name in DIGITS) else TOLERANCE


@pytest.mark.parametrize("number", range(len(PLAIN)), ids=lambda n: PLAIN[n])
def test_a_plain_formula_gives_what_libreoffice_gives(workbooks, number):
    ours, theirs = workbooks
    formula = PLAIN[number]
    expected = EXCEL.get(formula, theirs["plain"].cell(number + 1, 1).value)
    assert same(ours.sheet("plain").value(number + 1, 1), expected, tolerance_of(formula))


@pytest.mark.parametrize("number", range(len(ARRAYS)), ids=lambda n: ARRAYS[n])
def test_an_array_formula_gives_what_libreoffice_gives(workbooks, number):
    ours, theirs = workbooks
    formula = ARRAYS[number]
    if formula.startswith(COUNTS_FALSE):
        assert ours.sheet("arrays").value(1 + number * (ROOM + 1), 1) == 40
        return
    for row in range(1 + number * (ROOM + 1), 1 + number * (ROOM + 1) + ROOM):
        for column in range(1, ROOM + 1):
            left = ours.sheet("arrays").value(row, column)
            right = theirs["arrays"].cell(row, column).value
            assert same(left, right, tolerance_of(formula)), (row, column)
