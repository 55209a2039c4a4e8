"""The add-in's file: every function, in both languages, as LibreOffice wants it."""

import io
import re
import sys
import zipfile
from pathlib import Path

import pytest
from lxml import etree

import udfs
from addin.calc import extension
from addin.calc.office import OfficeError
from udfs.kinds import Date, Dates

OOR = "{http://openoffice.org/2001/registry}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
IDENTIFIER = re.compile(r"[a-z][A-Za-z0-9]*")


@pytest.fixture(scope="module")
def parts():
    return extension.extension_parts()


@pytest.fixture(scope="module")
def nodes(parts):
    """The node of every function in the configuration, by the function's name."""
    root = etree.fromstring(parts["CalcAddIns.xcu"].encode())
    found = root.iterfind(f".//node[@{OOR}name='AddInFunctions']/node")
    return {texts(node, "DisplayName")["en"]: node for node in found}


def texts(node, name):
    values = node.iterfind(f"prop[@{OOR}name='{name}']/value")
    return {value.get(LANG): value.text for value in values}


def test_every_function_is_there_and_calc_files_know_it_by_its_plain_name(nodes):
    assert set(nodes) == set(udfs.FUNCTIONS)
    assert all(texts(node, "CompatibilityName")["en"] == name for name, node in nodes.items())


def test_summaries_stand_in_both_languages_with_their_family(nodes):
    for name, node in nodes.items():
        function = udfs.FUNCTIONS[name]
        english, chinese = udfs.FAMILIES[function.family]
        assert texts(node, "Description") == {
            "en": f"{english}: {function.help['en'].summary}",
            "zh-CN": f"{chinese}：{function.help['zh'].summary}",
        }


def test_arguments_have_their_names_and_help_in_order(nodes):
    for name, node in nodes.items():
        shown = [
            (texts(one, "DisplayName")["en"], texts(one, "Description"))
            for one in node.iterfind(f"node[@{OOR}name='Parameters']/node")
            if one.get(f"{OOR}name") != "document"
        ]
        wanted = udfs.FUNCTIONS[name].arguments
        assert [argument for argument, _ in shown] == [argument.name for argument in wanted]
        for (_, help_texts), argument in zip(shown, wanted, strict=True):
            assert help_texts["en"].endswith(argument.help["en"])
            assert help_texts["zh-CN"].endswith(argument.help["zh"])
            assert help_texts["en"].startswith("Required. ") is argument.required
            assert help_texts["zh-CN"].startswith("必填。") is argument.required


def test_only_functions_of_dates_are_told_the_document(parts):
    declared = dict(re.findall(r"> (\w+)\((.*)\);", parts["XFunctions.idl"]))
    for method in extension.methods():
        dates = any(isinstance(a.kind, Date | Dates) for a in method.function.arguments)
        assert ("XPropertySet" in declared[method.name]) is dates
        assert declared[method.name].count("[in] any") == len(method.function.arguments)


def test_method_names_are_different_and_valid():
    names = [method.name for method in extension.methods()]
    assert len(set(names)) == len(names) == len(udfs.FUNCTIONS)
    assert all(IDENTIFIER.fullmatch(name) for name in names)


def test_functions_of_texts_are_declared_so(parts):
    found = re.findall(r"sequence<(\w+)> > (\w+)\(", parts["XFunctions.idl"])
    kinds = {name: kind for kind, name in found}
    assert kinds["crGrade"] == kinds["crRisktier"] == "string"
    assert kinds["crPd"] == kinds["crStrategy"] == kinds["crSchedule"] == "any"


def test_the_manifest_names_every_part_that_libreoffice_loads(parts):
    manifest = etree.fromstring(parts["META-INF/manifest.xml"].encode())
    listed = {entry.get(f"{{{manifest.nsmap['manifest']}}}full-path") for entry in manifest}
    assert listed == {"XFunctions.idl", "CalcAddIns.xcu", "component.py"}
    assert listed < set(parts)


def test_the_description_asks_for_a_new_enough_libreoffice(parts):
    text = parts["description.xml"]
    etree.fromstring(text.encode())
    assert 'LibreOffice-minimal-version value="25.2"' in text


def test_the_settings_name_this_environment():
    settings = extension.settings(extension.methods())
    assert settings["python"] == list(sys.version_info[:2])
    assert (Path(settings["paths"][0]) / "udfs" / "catalogue.py").is_file()
    assert all(Path(path).is_absolute() for path in settings["paths"])


def test_the_same_catalogue_gives_the_same_bytes(tmp_path):
    first = extension.build_extension(tmp_path)
    assert first == tmp_path / "creditcells.oxt"
    assert first.read_bytes() == extension.extension_bytes()
    with zipfile.ZipFile(io.BytesIO(extension.extension_bytes())) as file:
        assert file.testzip() is None


def test_a_file_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "taken").write_text("")
    with pytest.raises(OfficeError, match=r"taken.*cannot be written"):
        extension.build_extension(tmp_path / "taken" / "x.oxt")
