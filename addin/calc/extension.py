"""The add-in for LibreOffice Calc, made from the catalogue: ``creditcells.oxt``.

It belongs to the Python environment that built it: it holds the way there, and no code of
creditcells but the component that LibreOffice loads.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import udfs
from addin.calc.office import OLDEST, cannot_be_written
from addin.calc.results import gives_texts
from udfs.catalogue import Argument, Function
from udfs.helpers.about import version
from udfs.kinds import Date, Dates

FILE_NAME: Final = "creditcells.oxt"
IDENTIFIER: Final = "org.creditcells"
IMPLEMENTATION: Final = "org.creditcells.Functions"
SETTINGS: Final = "settings.json"

_TYPES: Final = "XFunctions.idl"
_CONFIGURATION: Final = "CalcAddIns.xcu"
_COMPONENT: Final = "component.py"
_STAMP: Final = (2026, 1, 1, 0, 0, 0)
_XML: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_CELLS: Final = "sequence< sequence<any> >"
_TEXTS: Final = "sequence< sequence<string> >"
_DOCUMENT: Final = "com::sun::star::beans::XPropertySet"
_LOCALES: Final = {"en": "en", "zh": "zh-CN"}
_MARK: Final = {"en": ": ", "zh": "："}
_REQUIRED: Final = {"en": "Required. ", "zh": "必填。"}
# The one group of the function wizard that holds add-ins; the family stands in the description.
_CATEGORY: Final = "Add-In"
_TITLE: Final = {"en": "creditcells: credit risk functions", "zh": "creditcells：信用风险函数"}
_MEDIA: Final = {
    _TYPES: "application/vnd.sun.star.uno-typelibrary;type=RDB",
    _CONFIGURATION: "application/vnd.sun.star.configuration-data",
    _COMPONENT: "application/vnd.sun.star.uno-component;type=Python",
}


@dataclass(frozen=True, slots=True)
class Method:
    """A function as the component has it.

    Attributes:
        name: a name that UNO allows, such as crPd2grade.
        function: the function of the catalogue.
        texts: whether it gives texts and nothing else.
        needs_document: whether it must know from which year the document counts its days.
    """

    name: str
    function: Function
    texts: bool
    needs_document: bool


def build_extension(path: Path) -> Path:
    """Write the add-in for LibreOffice; the same catalogue and environment give the same bytes.

    Args:
        path: the file, or a folder for it.

    Returns:
        The file.

    Raises:
        OfficeError: it cannot be written.
    """
    file = path / FILE_NAME if path.is_dir() else path
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(extension_bytes())
    except OSError as error:
        raise cannot_be_written(file, error) from None
    return file


def extension_bytes() -> bytes:
    """The add-in as a file."""
    stream = io.BytesIO()
    with ZipFile(stream, "w") as file:
        for name, text in extension_parts().items():
            file.writestr(ZipInfo(name, _STAMP), text.encode(), ZIP_DEFLATED)
    return stream.getvalue()


def unpack_extension(folder: Path) -> None:
    """Write the add-in's parts into a folder, as a private LibreOffice loads them."""
    for name, text in extension_parts().items():
        part = folder / name
        part.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(text, "utf-8", newline="\n")


def extension_parts() -> dict[str, str]:
    """The add-in's parts by their names."""
    listed = methods()
    component = resources.files("addin.calc.inside").joinpath(_COMPONENT).read_text("utf-8")
    return {
        "META-INF/manifest.xml": _manifest(_MEDIA),
        "description.xml": _description(),
        _TYPES: _interface(listed),
        _CONFIGURATION: "".join(_configuration(listed)),
        _COMPONENT: component,
        SETTINGS: json.dumps(settings(listed), ensure_ascii=False, indent=1),
    }


def methods() -> list[Method]:
    """Every function of the catalogue as a method of the component."""
    return [
        Method(
            _method_name(name),
            function,
            gives_texts(name),
            any(isinstance(argument.kind, Date | Dates) for argument in function.arguments),
        )
        for name, function in sorted(udfs.FUNCTIONS.items())
    ]


def _method_name(name: str) -> str:
    first, *words = name.split("_")
    return first.lower() + "".join(word.capitalize() for word in words)


def settings(listed: list[Method]) -> dict[str, Any]:
    """What the component must know: its environment, and which method is which function."""
    return {
        "version": version(),
        "python": list(sys.version_info[:2]),
        "paths": environment_paths(),
        "functions": [[m.name, m.function.name, m.needs_document] for m in listed],
    }


def environment_paths() -> list[str]:
    """Where this Python finds creditcells and the packages it needs."""
    own = Path(udfs.__file__).resolve().parents[1]
    packages = [path for path in sys.path if Path(path).name in ("site-packages", "dist-packages")]
    return list(dict.fromkeys([str(own), *packages]))


def _interface(listed: list[Method]) -> str:
    declared = "\n".join(
        f"  {_TEXTS if m.texts else _CELLS} {m.name}({', '.join(_parameters(m))});" for m in listed
    )
    return (
        "module org { module creditcells {\n"
        f"interface XFunctions : com::sun::star::uno::XInterface {{\n{declared}\n}};\n"
        "}; };\n"
    )


def _parameters(method: Method) -> Iterator[str]:
    # LibreOffice fills in a parameter of this type itself: the document, unseen by the user.
    if method.needs_document:
        yield f"[in] {_DOCUMENT} document"
    for i in range(len(method.function.arguments)):
        yield f"[in] any {_parameter_name(i)}"


def _parameter_name(position: int) -> str:
    # Not the argument's own name: UNO keeps words such as `out` for itself.
    return f"a{position + 1}"


def _configuration(listed: list[Method]) -> Iterator[str]:
    yield _XML
    yield '<oor:component-data xmlns:oor="http://openoffice.org/2001/registry" '
    yield 'xmlns:xs="http://www.w3.org/2001/XMLSchema" oor:name="CalcAddIns" '
    yield 'oor:package="org.openoffice.Office">\n<node oor:name="AddInInfo">\n'
    yield f'<node oor:name="{IMPLEMENTATION}" oor:op="replace"><node oor:name="AddInFunctions">\n'
    for method in listed:
        yield from _function_node(method)
    yield "</node></node>\n</node>\n</oor:component-data>\n"


def _function_node(method: Method) -> Iterator[str]:
    function = method.function
    family = dict(zip(("en", "zh"), udfs.FAMILIES[function.family], strict=True))
    yield f'<node oor:name="{method.name}" oor:op="replace">'
    yield _property("DisplayName", dict.fromkeys(_LOCALES, function.name))
    # Under this name Calc writes and reads the function in xlsx files.
    yield _property("CompatibilityName", dict.fromkeys(_LOCALES, function.name))
    yield _property(
        "Description",
        {lang: family[lang] + _MARK[lang] + function.help[lang].summary for lang in _LOCALES},
    )
    yield f'<prop oor:name="Category"><value>{_CATEGORY}</value></prop>'
    yield '<node oor:name="Parameters">'
    if method.needs_document:
        yield '<node oor:name="document" oor:op="replace"/>'
    for i, argument in enumerate(function.arguments):
        yield f'<node oor:name="{_parameter_name(i)}" oor:op="replace">'
        yield _property("DisplayName", dict.fromkeys(_LOCALES, argument.name))
        yield _property("Description", {lang: _help(argument, lang) for lang in _LOCALES})
        yield "</node>"
    yield "</node></node>\n"


def _help(argument: Argument, lang: str) -> str:
    return (_REQUIRED[lang] if argument.required else "") + argument.help[lang]


def _property(name: str, texts: dict[str, str]) -> str:
    values = "".join(
        f'<value xml:lang="{_LOCALES[lang]}">{escape(text)}</value>' for lang, text in texts.items()
    )
    return f'<prop oor:name="{name}">{values}</prop>'


def _manifest(media: dict[str, str]) -> str:
    entries = "".join(
        f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type={quoteattr(kind)}/>\n'
        for name, kind in media.items()
    )
    space = "http://openoffice.org/2001/manifest"
    return f'{_XML}<manifest:manifest xmlns:manifest="{space}">\n{entries}</manifest:manifest>\n'


def _description() -> str:
    names = "".join(
        f'<name lang="{_LOCALES[lang]}">{escape(text)}</name>' for lang, text in _TITLE.items()
    )
    oldest = ".".join(map(str, OLDEST))
    return (
        f'{_XML}<description xmlns="http://openoffice.org/extensions/description/2006" '
        'xmlns:l="http://libreoffice.org/extensions/description/2011">\n'
        f'<identifier value="{IDENTIFIER}"/>\n<version value={quoteattr(_number())}/>\n'
        f"<display-name>{names}</display-name>\n"
        f'<dependencies><l:LibreOffice-minimal-version value="{oldest}" '
        f'l:name="LibreOffice {oldest}"/></dependencies>\n</description>\n'
    )


def _number() -> str:
    """The version as LibreOffice takes it: numbers and dots."""
    found = version()
    return found if found.replace(".", "").isdigit() else "0"
