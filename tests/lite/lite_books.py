"""Workbooks with web extensions, built as Excel writes them."""

import json
import zipfile

import openpyxl

TYPES = "application/vnd.ms-office"
WE = "http://schemas.microsoft.com/office/webextensions/webextension/2010/11"
KIND = "http://schemas.microsoft.com/office/2011/relationships"
HEADER = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
OTHER = (
    f'{HEADER}<we:webextension xmlns:we="{WE}" id="{{0A2C0F0B-9C2B-4E0B-8F6B-1C4F5A0E7D11}}">'
    '<we:reference id="wa104379279" version="2.1.0.0" store="en-US" storeType="OMEX"/>'
    '<we:properties><we:property name="chart" value="&quot;bars&quot;"/></we:properties>'
    "<we:bindings/></we:webextension>"
)


def plain_book(path):
    book = openpyxl.Workbook()
    book.active["A1"] = 0.01
    book.active["B1"] = "=CR_PD2GRADE(A1)"
    book.save(path)
    return path


def lite_extension(properties):
    """A web extension as xlwings Lite leaves it, with settings of its own."""
    held = "".join(
        f'<we:property name="{name}" value="{escaped(json.dumps(value))}"/>'
        for name, value in properties.items()
    )
    return (
        f'{HEADER}<we:webextension xmlns:we="{WE}" id="{{7F1C1D0A-52D5-4E4B-9F0E-3B9A6A1D2C33}}">'
        '<we:reference id="WA200008175" version="1.0.0.0" store="en-US" storeType="OMEX"/>'
        f"<we:properties>{held}</we:properties><we:bindings/></we:webextension>"
    )


def escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def book_with(path, *extensions):
    """A plain workbook with these web extensions, each in a task pane."""
    plain = plain_book(path.with_name(f"plain-{path.name}"))
    numbers = range(1, len(extensions) + 1)
    panes = "".join(
        f'<wetp:taskpane dockstate="right" visibility="0" width="350" row="{n}">'
        f'<wetp:webextensionref r:id="rId{n}"/></wetp:taskpane>'
        for n in numbers
    )
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{KIND}/webextension" Target="webextension{n}.xml"/>'
        for n in numbers
    )
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name).decode() if name.endswith((".xml", ".rels")) else old.read(name)
            if name == "[Content_Types].xml":
                parts = "".join(
                    f'<Override PartName="/xl/webextensions/webextension{n}.xml"'
                    f' ContentType="{TYPES}.webextension+xml"/>'
                    for n in numbers
                )
                parts += (
                    '<Override PartName="/xl/webextensions/taskpanes.xml"'
                    f' ContentType="{TYPES}.webextensiontaskpanes+xml"/>'
                )
                data = data.replace("</Types>", f"{parts}</Types>")
            if name == "_rels/.rels":
                link = (
                    f'<Relationship Id="rId9" Type="{KIND}/webextensiontaskpanes"'
                    ' Target="xl/webextensions/taskpanes.xml"/>'
                )
                data = data.replace("</Relationships>", f"{link}</Relationships>")
            new.writestr(name, data)
        new.writestr(
            "xl/webextensions/taskpanes.xml",
            f"{HEADER}<wetp:taskpanes"
            ' xmlns:wetp="http://schemas.microsoft.com/office/webextensions/taskpanes/2010/11"'
            ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
            f"{panes}</wetp:taskpanes>",
        )
        new.writestr(
            "xl/webextensions/_rels/taskpanes.xml.rels",
            f"{HEADER}<Relationships"
            ' xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f"{links}</Relationships>",
        )
        for n, extension in zip(numbers, extensions, strict=True):
            new.writestr(f"xl/webextensions/webextension{n}.xml", extension)
    return path


def parts_of(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
