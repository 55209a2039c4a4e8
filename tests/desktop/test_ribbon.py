"""The ribbon: its XML, its texts, and that everything it calls exists."""

import re
from collections import Counter

import pytest
from lxml import etree

import udfs
from addin.desktop.actions import ACTIONS
from addin.desktop.ribbon import (
    BUTTONS,
    GROUPS,
    MESSAGES,
    RIBBON_MODULE,
    actions,
    buttons,
    ribbon_rows,
    ribbon_xml,
)
from addin.desktop.ribbon_code import WORKBOOK_EVENTS, ribbon_module
from workbook_templates.registry import TEMPLATES

NAMESPACE = "{http://schemas.microsoft.com/office/2006/01/customui}"
TREE = etree.fromstring(ribbon_xml().encode())
CONTROLS = [node for node in TREE.iter() if node.get("id")]
# From the schema of the ribbon (MS-CUSTOMUI): what may stand in what, and with which attributes.
CHILDREN = {
    "customUI": {"ribbon"},
    "ribbon": {"tabs"},
    "tabs": {"tab"},
    "tab": {"group"},
    "group": {"button", "menu"},
    "menu": {"button", "menu", "menuSeparator"},
}
LOOKS = {"id", "imageMso", "getLabel", "label", "getScreentip", "screentip", "getSupertip", "tag"}
ATTRIBUTES = {
    "tab": {"id", "getLabel"},
    "group": {"id", "getLabel"},
    "button": LOOKS | {"size", "onAction"},
    "menu": LOOKS | {"size"},
    "menuSeparator": {"id"},
}
# A callback's parameters, by the attribute that names it (MS-CUSTOMUI 3).
PARAMETERS = {
    "getLabel": "control As IRibbonControl, ByRef returned As Variant",
    "getScreentip": "control As IRibbonControl, ByRef returned As Variant",
    "getSupertip": "control As IRibbonControl, ByRef returned As Variant",
    "onAction": "control As IRibbonControl",
}
SOURCE = ribbon_module().source


def kind(node):
    assert node.tag.startswith(NAMESPACE)
    return node.tag.removeprefix(NAMESPACE)


@pytest.mark.parametrize("node", list(TREE.iter()), ids=lambda n: n.get("id") or n.tag[-8:])
def test_element_stands_where_the_schema_lets_it(node):
    name, inside = kind(node), node.getparent()
    if inside is not None:
        assert name in CHILDREN[kind(inside)]
    allowed = ATTRIBUTES.get(name, set())
    assert set(node.keys()) <= allowed
    if inside is not None and kind(inside) == "menu":
        assert "size" not in node.keys()  # noqa: SIM118 - an XML element


def test_ids_are_unique_and_names_in_xml():
    counts = Counter(node.get("id") for node in CONTROLS)
    assert set(counts.values()) == {1}
    assert all(re.fullmatch(r"[A-Za-z_][\w.-]*", name) for name in counts)


@pytest.mark.parametrize("attribute", PARAMETERS)
def test_every_callback_is_a_public_procedure_with_its_parameters(attribute):
    called = {node.get(attribute) for node in TREE.iter()} - {None}
    assert called
    for name in called:
        module, _, procedure = name.partition(".")
        assert module == RIBBON_MODULE
        assert f"Public Sub {procedure}({PARAMETERS[attribute]})\n" in SOURCE


def test_buttons_and_actions_are_the_same():
    pressed = [
        node.get("id") for node in CONTROLS if node.get("onAction") == f"{RIBBON_MODULE}.OnAction"
    ]
    assert sorted(pressed) == sorted(actions()) == sorted(ACTIONS)


def test_every_template_has_a_button():
    assert {f"new_{name}" for name in TEMPLATES} <= set(ACTIONS)


def test_every_template_with_a_worked_case_has_a_button_to_leave_it_out():
    wanted = {f"empty_{name}" for name, one in TEMPLATES.items() if one.has_case}
    assert {one for one in ACTIONS if one.startswith("empty_")} == wanted


def test_every_function_has_a_button_in_its_family():
    for name, function in udfs.FUNCTIONS.items():
        (node,) = [one for one in CONTROLS if one.get("tag") == name]
        assert node.getparent().get("id") == f"{function.family}Family"
        assert node.get("label") == name


def test_every_text_that_is_asked_for_stands_on_the_sheet_in_both_languages():
    rows = {row[0]: row[1:] for row in ribbon_rows()}
    assert len(rows) == len(ribbon_rows())
    for node in CONTROLS:
        if node.get("getLabel"):
            assert all(rows[node.get("id")][:2]), node.get("id")
        if node.get("getScreentip"):
            assert all(rows[node.get("id")][2:]), node.get("id")
    told = set(re.findall(r'Words\("(\w+)"\)', SOURCE))
    assert told == set(MESSAGES)
    for name in told:
        assert all(rows[name][:2])


def test_texts_fit_into_a_tip():
    for row in ribbon_rows():
        assert all(len(text) <= 1024 for text in row)
    for function in udfs.FUNCTIONS.values():
        assert len(function.help["zh"].summary) <= 1024


def test_groups_are_those_that_have_a_label():
    assert list(BUTTONS) == list(GROUPS)


def test_large_buttons_stand_on_the_ribbon_itself():
    inside = [one for button in buttons() for one in button.menu]
    assert not any(one.large for one in inside)


def test_find_of_the_user_and_active_settings_are_left_alone():
    assert ".Find(" not in SOURCE
    assert "ThisWorkbook.Saved = True" in SOURCE


def test_help_waits_for_a_workbook():
    assert "Private WithEvents host As Application" in WORKBOOK_EVENTS
    assert "If helped Or ActiveWorkbook Is Nothing Then Exit Sub" in WORKBOOK_EVENTS
