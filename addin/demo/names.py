"""Names of customers that cannot be mistaken for real ones: each says that it is a sample."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

PLACES: Final = (
    ("Eastlake", "东湖"), ("Northgate", "北门"), ("Redcliff", "赤岩"), ("Silverford", "银渡"),
    ("Greenbank", "绿岸"), ("Longbridge", "长桥"), ("Whitehill", "白丘"), ("Cloudport", "云港"),
    ("Stonebay", "石湾"), ("Goldfield", "金原"), ("Pineridge", "松岭"), ("Rivermouth", "江口"),
    ("Westmarch", "西陵"), ("Sunvale", "阳谷里"), ("Moonlake", "月泽"), ("Ironpeak", "铁峰"),
    ("Fairhaven", "和港"), ("Brightwater", "明水河"), ("Oakden", "橡庄"), ("Southmoor", "南塬"),
)  # fmt: skip
WORDS: Final = (
    ("Harmony", "和顺"), ("Summit", "峰达"), ("Pioneer", "先拓"), ("Evergreen", "常青"),
    ("Beacon", "明灯"), ("Anchor", "安泊"), ("Unity", "众合"), ("Prosper", "兴隆源"),
    ("Horizon", "远景"), ("Keystone", "拱石"), ("Crown", "冠成"), ("Swift", "迅驰"),
)  # fmt: skip
BUSINESS: Final = {
    "A": ("Farms", "农业"), "B": ("Mining", "矿业"), "C": ("Works", "制造"),
    "D": ("Energy", "能源"), "E": ("Construction", "建设"), "F": ("Trading", "商贸"),
    "G": ("Logistics", "物流"), "H": ("Hotels", "餐旅"), "I": ("Software", "软件"),
    "K": ("Estates", "置业"), "L": ("Services", "商务"), "M": ("Technology", "科技"),
    "N": ("Environment", "环境"), "O": ("Household Services", "服务"), "R": ("Media", "文化"),
}  # fmt: skip
GIVEN: Final = (
    ("Alex", "安"), ("Billie", "贝"), ("Charlie", "晨"), ("Dana", "丹"), ("Ellis", "励"),
    ("Frankie", "凡"), ("Glenn", "歌"), ("Harper", "禾"), ("Jules", "珏"), ("Kit", "可"),
)  # fmt: skip
OWNERS: Final = tuple((f"Manager {letter}", f"客户经理{letter}") for letter in "ABCDEFGHJKLM")


def company_names(
    section: npt.NDArray[np.str_], chinese: npt.NDArray[np.bool_], rng: np.random.Generator
) -> list[str]:
    """One name per company, in Chinese or English, with its line of business in it."""
    places = rng.integers(len(PLACES), size=len(section))
    words = rng.integers(len(WORDS), size=len(section))
    names = []
    for i, (letter, is_chinese) in enumerate(zip(section, chinese, strict=True)):
        place, word, business = PLACES[places[i]], WORDS[words[i]], BUSINESS[letter]
        if is_chinese:
            names.append(f"{place[1]}{word[1]}{business[1]}（示例{i + 1}）有限公司")
        else:
            names.append(f"{place[0]} {word[0]} {business[0]} (Sample {i + 1}) Ltd")
    return names


def person_names(count: int, chinese: npt.NDArray[np.bool_], rng: np.random.Generator) -> list[str]:
    """One name per person, a given name and a number."""
    given = rng.integers(len(GIVEN), size=count)
    return [
        f"示例个人{GIVEN[pick][1]}{i + 1}" if is_chinese else f"Sample {GIVEN[pick][0]} {i + 1}"
        for i, (pick, is_chinese) in enumerate(zip(given, chinese, strict=True))
    ]
