"""What Excel's functions take and give, and what IronCalc makes of arrays in them.

Measured with IronCalc 0.9.1: it computes about 490 functions, but only some of them element by
element when an argument is an array. The others quietly use the first element or give 0, so
`native_text` rewrites such calls. Tests repeat the measurements.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import ironcalc


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


LIFTED: Final = _names("""
    ABS ACOS ACOSH ACOT ACOTH ASIN ASINH ATAN ATANH CLEAN COS COSH COT COTH CSC CSCH DATE DAY
    DEGREES EVEN EXACT EXP FACT FACTDOUBLE FIND IFERROR IFNA INT ISOWEEKNUM LEFT LEN LN LOG10 LOWER
    MID MONTH ODD POWER PROPER RADIANS REPLACE REPT RIGHT SEARCH SEC SECH SIN SINH SQRT SUBSTITUTE
    TAN TANH TEXT TRIM UPPER YEAR
""")
"""Functions of single values that IronCalc computes element by element by itself."""

ELEMENTWISE: Final = LIFTED | _names("""
    ACCRINT ACCRINTM ADDRESS AMORDEGRC AMORLINC ARABIC ATAN2 BASE BESSELI BESSELJ BESSELK BESSELY
    BETA.DIST BETA.INV BETADIST BETAINV BIN2DEC BIN2HEX BIN2OCT BINOM.DIST BINOM.DIST.RANGE
    BINOM.INV BINOMDIST BITAND BITLSHIFT BITOR BITRSHIFT BITXOR CEILING CEILING.MATH CEILING.PRECISE
    CHAR CHIDIST CHIINV CHISQ.DIST CHISQ.DIST.RT CHISQ.INV CHISQ.INV.RT CODE COMBIN COMBINA COMPLEX
    CONFIDENCE CONFIDENCE.NORM CONFIDENCE.T CONVERT COUPDAYBS COUPDAYS COUPDAYSNC COUPNCD COUPNUM
    COUPPCD CRITBINOM CUMIPMT CUMPRINC DATEDIF DATEVALUE DAYS DAYS360 DB DDB DEC2BIN DEC2HEX DEC2OCT
    DECIMAL DELTA DISC DOLLAR DOLLARDE DOLLARFR DURATION ECMA.CEILING EDATE EFFECT ENCODEURL EOMONTH
    ERF ERF.PRECISE ERFC ERFC.PRECISE ERROR.TYPE EXPON.DIST EXPONDIST F.DIST F.DIST.RT F.INV
    F.INV.RT FDIST FINV FISHER FISHERINV FIXED FLOOR FLOOR.MATH FLOOR.PRECISE FV GAMMA GAMMA.DIST
    GAMMA.INV GAMMADIST GAMMAINV GAMMALN GAMMALN.PRECISE GAUSS GESTEP HEX2BIN HEX2DEC HEX2OCT HOUR
    HYPERLINK HYPGEOM.DIST HYPGEOMDIST IMABS IMAGINARY IMARGUMENT IMCONJUGATE IMCOS IMDIV IMEXP IMLN
    IMLOG10 IMLOG2 IMPOWER IMREAL IMSIN IMSQRT IMSUB INTRATE IPMT ISBLANK ISERR ISERROR ISEVEN
    ISLOGICAL ISNA ISNONTEXT ISNUMBER ISO.CEILING ISODD ISPMT ISTEXT LOG LOGINV LOGNORM.DIST
    LOGNORM.INV LOGNORMDIST MDURATION MINUTE MOD MROUND N NEGBINOM.DIST NEGBINOMDIST NOMINAL
    NORM.DIST NORM.INV NORM.S.DIST NORM.S.INV NORMDIST NORMINV NORMSDIST NORMSINV NOT NPER
    NUMBERVALUE OCT2BIN OCT2DEC OCT2HEX ODDFPRICE ODDFYIELD ODDLPRICE ODDLYIELD PDURATION PERMUT
    PERMUTATIONA PHI PMT POISSON POISSON.DIST PPMT PRICE PRICEDISC PRICEMAT PV QUOTIENT RATE
    RECEIVED REGEXEXTRACT REGEXREPLACE REGEXTEST ROMAN ROUND ROUNDDOWN ROUNDUP RRI SECOND SIGN SLN
    SQRTPI STANDARDIZE SWITCH SYD T T.DIST T.DIST.2T T.DIST.RT T.INV T.INV.2T TBILLEQ TBILLPRICE
    TBILLYIELD TDIST TEXTAFTER TEXTBEFORE TIME TIMEVALUE TINV TRUNC UNICHAR UNICODE VALUE
    VALUETOTEXT VDB WEEKDAY WEEKNUM WEIBULL WEIBULL.DIST YEARFRAC YIELD YIELDDISC YIELDMAT
""")
"""Functions whose every argument is a single value."""

AGGREGATES: Final = _names("""
    AND AREAS ARRAYTOTEXT AVEDEV AVERAGE AVERAGEA CELL COLUMNS CONCAT CONCATENATE COUNT COUNTA
    COUNTBLANK DAVERAGE DCOUNT DCOUNTA DEVSQ DGET DMAX DMIN DPRODUCT DSTDEV DSTDEVP DSUM DVAR DVARP
    FORMULATEXT GCD GEOMEAN HARMEAN IMPRODUCT IMSUM INFO ISFORMULA ISREF KURT LCM MAX MAXA MEDIAN
    MIN MINA MODE MODE.SNGL MULTINOMIAL OR PERCENTOF PRODUCT ROWS SHEET SHEETS SKEW SKEW.P STDEV
    STDEV.P STDEV.S STDEVA STDEVP STDEVPA SUM SUMSQ TYPE VAR VAR.P VAR.S VARA VARP VARPA XOR
""")
"""Functions from ranges to one value."""

ARRAY_AGGREGATES: Final = _names("""
    CHISQ.TEST CHITEST CORREL COVAR COVARIANCE.P COVARIANCE.S F.TEST FTEST INTERCEPT MDETERM PEARSON
    RSQ SLOPE STEYX SUMPRODUCT SUMX2MY2 SUMX2PY2 SUMXMY2
""")
"""Functions to one value that compute their arguments as arrays even in a plain formula."""

SPILLING: Final = _names("""
    BYCOL BYROW CHOOSECOLS CHOOSEROWS DROP EXPAND FILTER FREQUENCY GROWTH HSTACK LINEST LOGEST
    MAKEARRAY MAP MINVERSE MMULT MODE.MULT MUNIT RANDARRAY REDUCE SCAN SEQUENCE SORT SORTBY TAKE
    TEXTSPLIT TOCOL TOROW TRANSPOSE TREND TRIMRANGE UNIQUE VSTACK WRAPCOLS WRAPROWS
""")
"""Functions that give arrays."""

# Arguments by place: s a single value, r a range or its values, a an array. The last letters in
# brackets repeat.
PLACES: Final[dict[str, str]] = {
    "ANCHORARRAY": "r",
    "AVERAGEIF": "rsr",
    "AVERAGEIFS": "r(rs)",
    "CHOOSE": "s(r)",
    "COLUMN": "r",
    "COUNTIF": "rs",
    "COUNTIFS": "(rs)",
    "FALSE": "",
    "FORECAST": "saa",
    "FORECAST.ETS": "saasss",
    "FORECAST.LINEAR": "saa",
    "FVSCHEDULE": "sr",
    "HLOOKUP": "sass",
    "IF": "srr",
    "IFS": "(sr)",
    "INDEX": "asss",
    "INDIRECT": "ss",
    "IRR": "rs",
    "ISOMITTED": "r",
    "LAMBDA": "(a)",
    "LARGE": "rs",
    "LET": "(a)",
    "LOOKUP": "saa",
    "MATCH": "sas",
    "MAXIFS": "r(rs)",
    "MINIFS": "r(rs)",
    "MIRR": "rss",
    "NA": "",
    "NETWORKDAYS": "ssr",
    "NETWORKDAYS.INTL": "sssr",
    "NOW": "",
    "NPV": "s(r)",
    "OFFSET": "rssss",
    "PERCENTILE": "rs",
    "PERCENTILE.EXC": "rs",
    "PERCENTILE.INC": "rs",
    "PERCENTRANK": "rss",
    "PERCENTRANK.EXC": "rss",
    "PERCENTRANK.INC": "rss",
    "PI": "",
    "PROB": "aass",
    "QUARTILE": "rs",
    "QUARTILE.EXC": "rs",
    "QUARTILE.INC": "rs",
    "RAND": "",
    "RANDBETWEEN": "ss",
    "RANK": "srs",
    "RANK.AVG": "srs",
    "RANK.EQ": "srs",
    "ROW": "r",
    "SERIESSUM": "sssa",
    "SINGLE": "r",
    "SMALL": "rs",
    "SUBTOTAL": "s(r)",
    "SUMIF": "rsr",
    "SUMIFS": "r(rs)",
    "T.TEST": "aass",
    "TEXTJOIN": "ss(r)",
    "TODAY": "",
    "TRIMMEAN": "rs",
    "TRUE": "",
    "TTEST": "aass",
    "VLOOKUP": "sass",
    "WORKDAY": "ssr",
    "WORKDAY.INTL": "sssr",
    "XIRR": "rrs",
    "XLOOKUP": "saasss",
    "XMATCH": "sass",
    "XNPV": "srr",
    "Z.TEST": "rss",
    "ZTEST": "rss",
}

ARRAYS_TAKEN: Final = SPILLING | _names("""
    AND ARRAYTOTEXT AVEDEV COLUMNS COUNTA DEVSQ GCD HLOOKUP IF INDEX IRR LAMBDA LCM LET LOOKUP MATCH
    MAX MAXA MDETERM MIN MINA MULTINOMIAL OR ROWS STDEV STDEV.P STDEV.S STDEVP SUM SUMPRODUCT SUMSQ
    VAR VAR.P VAR.S VLOOKUP XMATCH XOR
""")
"""Functions that IronCalc computes from an array as from a range; the rest need a range.

With an array, AVERAGE and MEDIAN count FALSE as 0, COUNT and NPV give 0, others the wrong error.
"""

ADDRESS_ONLY: Final = _names("AREAS COLUMN COLUMNS FORMULATEXT ISFORMULA ISREF ROW ROWS SHEET")
"""Functions that look at where a reference is, not at what its cells hold."""

DYNAMIC: Final = _names("INDIRECT OFFSET")
"""Functions whose precedents only show while they are computed."""

VOLATILE: Final = _names("NOW RAND RANDARRAY RANDBETWEEN TODAY INFO CELL")
"""Functions that give another value each time or on each machine."""

BLANKS_PASS: Final = SPILLING | _names("""
    CHOOSE HLOOKUP IF IFERROR IFNA IFS INDEX INDIRECT LET LOOKUP OFFSET SINGLE SWITCH VLOOKUP
    XLOOKUP
""")
"""Functions that can hand a blank cell on as blank; in a cell of its own it would become 0."""

CLIPPED: Final = _names("""
    AVERAGE CORREL COUNT COUNTA HLOOKUP INTERCEPT LARGE LOOKUP MATCH MAX MEDIAN MIN PERCENTILE
    PERCENTILE.EXC PERCENTILE.INC QUARTILE QUARTILE.INC RANK RANK.AVG RANK.EQ RSQ SLOPE SMALL
    SUBTOTAL SUM VLOOKUP
""")
"""Functions that read every row of a whole column but to which blank rows make no difference."""

DATES: Final = _names("""
    DATE DATEDIF DATEVALUE DAY DAYS360 EDATE EOMONTH ISOWEEKNUM MONTH NETWORKDAYS NETWORKDAYS.INTL
    NOW TEXT TODAY WEEKDAY WEEKNUM WORKDAY WORKDAY.INTL YEAR YEARFRAC
""")
"""Functions that know what day a serial number is; IronCalc counts from 1900 only."""

BINDERS: Final = _names("LET LAMBDA")

WORKBOOK_ONLY: Final = _names("CELL INFO SHEET SHEETS FORMULATEXT GETPIVOTDATA ISFORMULA")
"""Functions that ask about the workbook itself, of which IronCalc sees only a part."""


LANGUAGE: Final = _names("ASC DBCS FINDB LEFTB LENB MIDB PHONETIC REPLACEB RIGHTB SEARCHB")
"""Functions whose result depends on the language of Excel (a Chinese one counts two bytes)."""


@cache
def places(name: str) -> str | None:
    """The letters of a function's arguments as in `PLACES`; None for a function not listed.

    Args:
        name: in capitals, without prefixes.
    """
    if name in PLACES:
        return PLACES[name]
    if name in ELEMENTWISE:
        return "(s)"
    if name in AGGREGATES:
        return "(r)"
    if name in ARRAY_AGGREGATES or name in SPILLING:
        return "(a)"
    return None


@cache
def place(name: str, index: int) -> str:
    """The letter of one argument, counted from 0; `r` where it is not known."""
    letters = places(name)
    if letters is None:
        return "r"
    fixed, _, repeated = letters.rstrip(")").partition("(")
    if index < len(fixed):
        return fixed[index]
    return repeated[(index - len(fixed)) % len(repeated)] if repeated else "s"


NEED_AREAS: Final = _names("""
    AVERAGEIF AVERAGEIFS CORREL COUNTIF COUNTIFS HLOOKUP INDEX LARGE LOOKUP MATCH MAXIFS MINIFS RANK
    RANK.AVG RANK.EQ SMALL SUMIF SUMIFS VLOOKUP XLOOKUP XMATCH
""")
"""Functions that IronCalc refuses one cell where Excel takes it as a range of one cell."""


@cache
def known(name: str) -> bool:
    """Whether IronCalc has a function of this name (it shows unknown ones in small letters)."""
    model = ironcalc.create("probe")
    model.set_user_input(0, 1, 1, f"={name}()")
    return bool(model.get_cell_formula(0, 1, 1) == f"={name}()")
