"""One ratio of all customers against their peers: percentile and gap to the median."""

from __future__ import annotations

from typing import Annotated, Any, Final

import numpy as np
import pandas as pd

from udfs import errors
from udfs.binding import Whole
from udfs.catalogue import udf
from udfs.cells import Faults, faulty
from udfs.errors import CallError, CellError, Words
from udfs.kinds import Bounds, Choice, FloatArray, Language, Number, Numbers, TextArray, Texts
from udfs.ratios.peer_groups import (
    BETTER,
    LEVELS,
    NO_GROUP,
    QUARTERS,
    Peers,
    Standing,
    peers_of,
    quarter_of,
    standing_of,
)

LEAST: Final = 20
"""How many customers a peer group must have by default."""

_ALL: Final = 2
_OUTPUTS: Final = Choice(
    {
        "value": ("值", "结果", "percentile", "百分位"),
        "gap": ("差距",),
        "quarter": ("四分位", "quartile"),
        "why": ("reason", "原因", "理由"),
        "table": ("all", "明细", "表"),
        "quartiles": ("同业表", "peers"),
    }
)
_HEADERS: Final = {
    "en": ("value", "peers", "customers", "percentile", "median", "gap", "quarter"),
    "zh": ("数值", "同业范围", "客户数", "百分位", "中位数", "差距", "四分位"),
}
PEER_HEADERS: Final = {
    "en": ("industry", "size", "customers", "lower_quartile", "median", "upper_quartile"),
    "zh": ("行业", "规模", "客户数", "下四分位数", "中位数", "上四分位数"),
}
_SENTENCE: Final = {
    "en": "{:.6g} is better than {:.1%} of {} peers ({}): median {:.6g}, gap {:+.6g}, {}{}.",
    "zh": "{:.6g} 优于 {:.1%} 的同业（{} 户，{}）：中位数 {:.6g}，差距 {:+.6g}，{}{}。",
}
_SMALL: Final = {
    "en": ("; {} has only {}", "; industry or size is not known"),
    "zh": ("；{}仅 {} 户", "；行业或规模未知"),
}


@udf(
    "CR_BENCH",
    family="ratios",
    zh="""全体客户：一个比率在同业（同行业同规模）中的百分位、与中位数的差距和所处四分位。

    同行业同规模的客户不足 least 户时依次放宽到同行业、全部，理由中注明。百分位为优于其余同业的占比，数值相同各计一半。

    参数：
        value: 每个客户的比率。
        industry: 行业，任意文本；代码过细时请先用 CR_INDUSTRY 归到门类或大类。空白者与全部比较。
        size: 规模，如 CR_SIZE 的结果。
        better: "higher" 越高越好（默认）；"lower" 越低越好。
        least: 同业至少多少户（含本户），默认 20。
        out: "value" 百分位，1 最好（默认）；"gap" 减去中位数之差；"quarter" 四分位；"why" 理由；"table" 明细；"quartiles" 各组四分位数表，供 CR_PEER 使用。
        lang: 文字与表头的语言，"en" 或 "zh"。
    结果：
        每行一个 0 至 1 的小数，或文本；"quartiles" 为带表头的表。
    错误：
        缺少数值的行不计入；全部客户仍不足 least 户为 #N/A。
    来源：
        四分位数同 Excel QUARTILE.INC；百分位 =（平均名次 - 1）/（n - 1）；同业放宽次序为 creditcells 默认。
    """,
)
def benchmark(
    value: Annotated[FloatArray, Numbers()],
    industry: Annotated[TextArray | None, Texts()] = None,
    size: Annotated[TextArray | None, Texts()] = None,
    better: Annotated[str, BETTER] = "higher",
    least: Annotated[float, Number(bounds=Bounds(lower=2, whole=True))] = LEAST,
    out: Annotated[str, _OUTPUTS] = "value",
    lang: Language = "en",
) -> FloatArray | TextArray | pd.DataFrame | Whole:
    """All customers together: percentile of a ratio among peers of the same industry and size.

    Where fewer than least customers share industry and size, the industry counts, then all, and
    the reason says so. The percentile is the share of the other peers that do worse; equal ones
    count half.

    Args:
        value: Ratio of each customer.
        industry: Industry, any text; bring fine codes to sections or divisions by CR_INDUSTRY
            first. A customer whose industry is blank is compared with all.
        size: Size, such as that of CR_SIZE.
        better: "higher" values are better (default); "lower" values are better.
        least: How many customers a peer group needs, itself included; default 20.
        out: "value" the percentile, 1 is best (default); "gap" to the median; "quarter" of the
            peers; "why" the reason; "table" all of it; "quartiles" of every group, for CR_PEER.
        lang: Language of texts and headers, "en" or "zh".

    Returns:
        A decimal from 0 to 1 per row, or a text; "quartiles" is a table with headers.

    Errors:
        A row without a value is not counted; #N/A where even all customers are fewer than least.

    Example:
        =CR_BENCH({1;2;3;4;9},{"C";"C";"C";"F";"F"},,,3) -> {0;0.5;1;0.75;1}
        =CR_BENCH({1;2;3;4;9},{"C";"C";"C";"F";"F"},,"lower",3,"gap") -> {-1;0;1;1;6}

    Source:
        Quartiles as Excel's QUARTILE.INC; percentile (RANK.AVG - 1) / (n - 1); the order in which
        peer groups are widened: creditcells default.
    """
    peers = peers_of(len(value), industry, size)
    standing = standing_of(value, peers, int(least))
    higher = better == "higher"
    faults = too_few(standing, int(least))
    share = standing.share if higher else 1 - standing.share
    gap = value - standing.quartiles[:, 1]
    if out in ("value", "gap"):
        chosen = share if out == "value" else gap
        return faulty(chosen, faults.items()) if faults else chosen
    if out == "quartiles":
        return Whole(_quartile_table(value, peers, standing, int(least)), PEER_HEADERS[lang])
    quarter = np.array(QUARTERS[lang], dtype=object)[
        quarter_of(value, standing.quartiles, higher=higher)
    ]
    if out == "quarter":
        return faulty(quarter, faults.items())
    names = group_names(peers, standing, lang)
    if out == "table":
        columns = (value, names, standing.count, share, standing.quartiles[:, 1], gap, quarter)
        kept = (
            column if i == 0 else faulty(column, faults.items()) for i, column in enumerate(columns)
        )
        return pd.DataFrame(dict(zip(_HEADERS[lang], kept, strict=True)), dtype=object)
    rows = zip(
        value.tolist(),
        share.tolist(),
        standing.count.tolist(),
        names,
        standing.quartiles[:, 1].tolist(),
        gap.tolist(),
        quarter,
        _widened(peers, standing, lang),
        strict=True,
    )
    reasons = np.empty(len(value), dtype=object)
    reasons[:] = [_SENTENCE[lang].format(*row) for row in rows]
    return faulty(reasons, faults.items())


def too_few(standing: Standing, least: int) -> Faults:
    """The error of each row for which even all customers are too few."""
    alone = np.flatnonzero(standing.level == NO_GROUP)
    if not len(alone):
        return {}
    count = int(standing.counts[alone[0], 2])
    error = CellError(
        errors.NA,
        f"only {count} customers have a value, and peers must be at least {least}; lower least.",
        f"有数值的客户仅 {count} 户，少于同业所需的 {least} 户；可调低 least。",
    )
    return dict.fromkeys(alone.tolist(), error)


def group_names(peers: Peers, standing: Standing, lang: str) -> TextArray:
    """The group that each row is compared with, such as "C, small" or "all"."""
    mark = "、" if lang == "zh" else ", "
    everyone = LEVELS[lang][2]
    names = np.full(len(standing.level), everyone, dtype=object)
    for row in np.flatnonzero(standing.level < _ALL).tolist():
        parts = [peers.industry[row], peers.size[row] if standing.level[row] == 0 else ""]
        names[row] = mark.join(part for part in parts if part)
    return names


def _widened(peers: Peers, standing: Standing, lang: str) -> list[str]:
    """What is said of the narrower groups that were too small."""
    small, unknown = _SMALL[lang]
    mark = "、" if lang == "zh" else ", "
    said = [""] * len(standing.level)
    by_size = bool((peers.codes[0] >= 0).any())
    by_industry = bool((peers.codes[1] >= 0).any())
    for row in np.flatnonzero(standing.level > 0).tolist():
        industry, size = peers.industry[row], peers.size[row]
        both = mark.join(part for part in (industry, size) if part)
        if by_size and peers.codes[0][row] >= 0:
            said[row] += small.format(both, standing.counts[row, 0])
        if standing.level[row] > 1 and peers.codes[1][row] >= 0:
            said[row] += small.format(industry, standing.counts[row, 1])
        if (by_industry and not industry) or (by_size and not size):
            said[row] += unknown
    return said


def _quartile_table(
    value: FloatArray, peers: Peers, standing: Standing, least: int
) -> pd.DataFrame:
    """The quartiles of each group that is large enough, the narrowest first.

    Raises:
        CallError: not even all customers together are enough.
    """
    rows: list[tuple[Any, ...]] = []
    for level, codes in enumerate(peers.codes):
        enough = np.flatnonzero((codes >= 0) & (standing.counts[:, level] >= least))
        _, first = np.unique(codes[enough], return_index=True)
        for row in enough[np.sort(first)].tolist():
            members = value[codes == codes[row]]
            industry = peers.industry[row] if level < _ALL else None
            size = peers.size[row] if level == 0 else None
            cuts = np.quantile(members, (0.25, 0.5, 0.75)).tolist()
            rows.append((industry or None, size, len(members), *cuts))
    if not rows:
        raise CallError(
            "least",
            f"{least}",
            Words(
                f"at most {len(value)}, the number of customers with a value",
                f"不大于有数值的客户数（{len(value)}）的整数",
            ),
            code=errors.NUM,
        )
    return pd.DataFrame(rows, columns=list(PEER_HEADERS["en"]), dtype=object)
