import pytest

import udfs
from udfs.errors import CellError
from udfs.tables import builtin

PROVINCES = builtin("provinces").rows
# National Bureau of Statistics, 东西中部和东北地区划分方法, typed in a second time.
REGIONS = {
    "东部": "北京 天津 河北 上海 江苏 浙江 福建 山东 广东 海南",
    "中部": "山西 安徽 江西 河南 湖北 湖南",
    "西部": "内蒙古 广西 重庆 四川 贵州 云南 西藏 陕西 甘肃 青海 宁夏 新疆",
    "东北": "辽宁 吉林 黑龙江",
    "港澳台": "台湾 香港 澳门",
}


@pytest.mark.parametrize("region", REGIONS)
def test_provinces_of_each_region(region):
    names = [[name] for name in REGIONS[region].split()]
    assert udfs.call("CR_REGION", names, "region", "zh") == [[region]] * len(names)


def test_table_holds_all_thirty_four_provinces_once():
    listed = [name for names in REGIONS.values() for name in names.split()]
    assert sorted(PROVINCES["short_zh"]) == sorted(listed)
    assert PROVINCES["code"].is_unique
    assert len(PROVINCES) == 34


@pytest.mark.parametrize(
    ("code", "province"),
    [
        (11, "北京市"),
        ("1101", "北京市"),
        (440305, "广东省"),
        ("440305001", "广东省"),
        ("440305001001", "广东省"),
        (440305001001, "广东省"),
        ("６５００００", "新疆维吾尔自治区"),
        ("广西", "广西壮族自治区"),
        ("Inner Mongolia", "内蒙古自治区"),
        ("guangdong province", "广东省"),
        ("吉林省长春市", "吉林省"),
        ("北京市朝阳区", "北京市"),
    ],
)
def test_code_name_or_address_gives_the_province(code, province):
    assert udfs.call("CR_REGION", code, "province", "zh") == [[province]]


@pytest.mark.parametrize(
    "code", ["99", "990000", "1", "110", "11010", "海南藏族自治州", "Canton", "11.5"]
)
def test_what_is_no_province_is_refused_in_both_languages(code):
    (error,) = udfs.call("CR_REGION", code)[0]
    assert error.code == "#VALUE!"
    assert code in error.reason
    assert code in error.reason_zh


@pytest.mark.parametrize(
    ("level", "en", "zh"),
    [
        ("province", "Guangdong Province", "广东省"),
        ("short", "Guangdong", "广东"),
        ("region", "East", "东部"),
        ("area", "Central South China", "中南"),
        ("code", "44", "44"),
    ],
)
def test_every_level_in_both_languages(level, en, zh):
    assert udfs.call("CR_REGION", "440305", level) == [[en]]
    assert udfs.call("CR_REGION", "440305", level, "zh") == [[zh]]


def test_shape_blanks_and_errors_stay_in_their_cells():
    result = udfs.call("CR_REGION", [["11", None], ["#N/A", "zz"]], "short")
    assert result == [["Beijing", None], [CellError("#N/A"), CellError("#VALUE!")]]
