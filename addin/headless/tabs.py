"""Adding, deleting and renaming worksheets, and the defined names that follow them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from lxml import etree

from addin.errors import WorkbookError
from addin.headless import xml
from addin.headless.package import relationships_name
from addin.headless.references import cell_name

if TYPE_CHECKING:
    from addin.headless.sheet import Sheet
    from addin.headless.workbook import Workbook

WORKSHEET_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
FORBIDDEN: Final = re.compile(r"[\\/?*\[\]:]|\A'|'\Z")
MAX_NAME: Final = 31
# Children of <workbook> that stand before <definedNames> in the schema.
BEFORE_NAMES: Final = ("sheets", "functionGroups", "externalReferences")


def add(workbook: Workbook, name: str, position: int) -> None:
    """Adds an empty worksheet.

    Args:
        workbook: the workbook.
        name: the new tab's name.
        position: which tab it becomes, from 0.

    Raises:
        WorkbookError: the name is taken or not allowed.
    """
    check_name(workbook, name)
    root = workbook.root
    group = _group(workbook, root)
    namespace = etree.QName(root).namespace or ""
    part = workbook.package.unused_name("xl/worksheets/sheet{}.xml")
    data = f'<worksheet xmlns="{namespace}"><sheetData/></worksheet>'.encode()
    workbook.package.add(part, xml.HEADER + data, WORKSHEET_TYPE)
    key = workbook.package.relate(workbook.part, "worksheet", part)
    numbers = [int(e.get("sheetId", "0")) for e in group if isinstance(e.tag, str)]
    element = etree.Element(f"{{{namespace}}}sheet", name=name, sheetId=str(max(numbers) + 1))
    element.set(workbook.id_attribute, key)
    group.insert(position, element)
    _renumber(root, lambda old: old + 1 if old >= position else old)
    workbook.package.replace_xml(workbook.part, root)


def delete(workbook: Workbook, sheet: Sheet) -> None:
    """Deletes a worksheet with all that belongs to it alone.

    Raises:
        WorkbookError: it is the last visible one, or formulas or names refer to it.
    """
    visible = [other for other in workbook.sheets if other.visible == "visible"]
    if visible == [sheet]:
        raise WorkbookError(
            workbook.path,
            f"sheet {sheet.name!r} is the only visible one.",
            "Add another sheet first.",
        )
    _refuse_if_used(workbook, sheet, "deleted")
    position = workbook.tab_names.index(sheet.name)
    root = workbook.root
    group = _group(workbook, root)
    group.remove(group[position])
    _drop_local_names(root, position)
    _renumber(root, lambda old: old - 1 if old > position else old)
    workbook.package.replace_xml(workbook.part, root)
    workbook.package.unrelate(workbook.part, sheet.part)
    _remove_with_own_parts(workbook, sheet.part)
    workbook.formulas_changed = True


def rename(workbook: Workbook, sheet: Sheet, name: str) -> None:
    """Gives a worksheet another name.

    Raises:
        WorkbookError: the name is taken or not allowed, or formulas or names refer to the sheet.
    """
    if name.casefold() != sheet.name.casefold():
        check_name(workbook, name)
    _refuse_if_used(workbook, sheet, "renamed")
    root = workbook.root
    _group(workbook, root)[workbook.tab_names.index(sheet.name)].set("name", name)
    workbook.package.replace_xml(workbook.part, root)


def set_visible(workbook: Workbook, sheet: Sheet, state: str) -> None:
    """Shows or hides a worksheet: `visible`, `hidden` or `veryHidden`."""
    visible = [other for other in workbook.sheets if other.visible == "visible"]
    if state != "visible" and visible == [sheet]:
        raise WorkbookError(
            workbook.path,
            f"sheet {sheet.name!r} is the only visible one.",
            "Show another sheet first.",
        )
    root = workbook.root
    element = _group(workbook, root)[workbook.tab_names.index(sheet.name)]
    if state == "visible":
        element.attrib.pop("state", "")
    else:
        element.set("state", state)
    workbook.package.replace_xml(workbook.part, root)
    sheet.visible = state


def set_name(workbook: Workbook, name: str, text: str, scope: str | None = None) -> None:
    """Defines a name, or gives an existing one another meaning.

    Args:
        workbook: the workbook.
        name: the name.
        text: what it refers to, without `=`.
        scope: the sheet it belongs to; None for the whole workbook.
    """
    root = workbook.root
    group = next(root.iter("{*}definedNames"), None)
    local = None if scope is None else str(workbook.tab_names.index(scope))
    namespace = etree.QName(root).namespace or ""
    if group is None:
        group = etree.Element(f"{{{namespace}}}definedNames")
        places = [i for i, e in enumerate(root) if _is_one_of(e, BEFORE_NAMES)]
        root.insert(max(places) + 1, group)
    for element in group:
        if _same_name(element, name, local):
            element.text = text
            break
    else:
        element = etree.Element(f"{{{namespace}}}definedName", name=name)
        if local is not None:
            element.set("localSheetId", local)
        element.text = text
        # Excel keeps the names in alphabetical order and repairs a file that does not.
        later = [i for i, e in enumerate(group) if e.get("name", "").casefold() > name.casefold()]
        group.insert(later[0] if later else len(group), element)
    workbook.package.replace_xml(workbook.part, root)


def delete_name(workbook: Workbook, name: str, scope: str | None = None) -> None:
    """Takes a defined name away."""
    root = workbook.root
    local = None if scope is None else str(workbook.tab_names.index(scope))
    for group in root.iter("{*}definedNames"):
        for element in list(group):
            if _same_name(element, name, local):
                group.remove(element)
        if not len(group):
            root.remove(group)
    workbook.package.replace_xml(workbook.part, root)


def check_name(workbook: Workbook, name: str) -> None:
    """Raises WorkbookError where a sheet cannot have this name."""
    if not name or len(name) > MAX_NAME or FORBIDDEN.search(name):
        raise WorkbookError(
            workbook.path,
            f"a sheet cannot be called {name!r}.",
            f"Use 1 to {MAX_NAME} characters without \\ / ? * [ ] : and no ' at either end.",
        )
    if name.casefold() in (tab.casefold() for tab in workbook.tab_names):
        raise WorkbookError(workbook.path, f"has a sheet {name!r} already.", "Choose another name.")


def _same_name(element: etree._Element, name: str, local: str | None) -> bool:
    same = element.get("name", "").casefold() == name.casefold()
    return same and element.get("localSheetId") == local


def _is_one_of(element: etree._Element, names: tuple[str, ...]) -> bool:
    return isinstance(element.tag, str) and xml.local_name(element) in names


def _group(workbook: Workbook, root: etree._Element) -> etree._Element:
    group = next(root.iter("{*}sheets"), None)
    if group is None:
        raise xml.broken(workbook.path, workbook.part, "it lists no sheets")
    return group


def _renumber(root: etree._Element, moved: Callable[[int], int]) -> None:
    """Names and views count tabs; the count changes where a tab comes or goes."""
    for element in root.iter("{*}definedName"):
        scope = element.get("localSheetId")
        if scope is not None:
            element.set("localSheetId", str(moved(int(scope))))
    for element in root.iter("{*}workbookView"):
        for attribute in ("activeTab", "firstSheet"):
            tab = element.get(attribute)
            if tab is not None:
                last = len(next(root.iter("{*}sheets"))) - 1
                element.set(attribute, str(min(moved(int(tab)), last)))


def _drop_local_names(root: etree._Element, position: int) -> None:
    for group in root.iter("{*}definedNames"):
        for element in list(group):
            if element.get("localSheetId") == str(position):
                group.remove(element)
        if not len(group):
            root.remove(group)


def _refuse_if_used(workbook: Workbook, sheet: Sheet, done: str) -> None:
    quoted = sheet.name.replace("'", "''")
    mark = re.compile(rf"(?:(?<![\w.']){re.escape(quoted)}|{re.escape(quoted)}')!", re.IGNORECASE)
    users = [
        f"{other.name}!{cell_name(found.row, found.col)}"
        for other in workbook.sheets
        if other is not sheet
        for found in other.formulas()
        if mark.search(found.text)
    ]
    users += [
        f"the name {found.name}"
        for found in workbook.names
        if found.sheet != sheet.name and mark.search(found.text)
    ]
    if users:
        raise WorkbookError(
            workbook.path,
            f"sheet {sheet.name!r} cannot be {done}: {users[0]} refers to it"
            + (f", and {len(users) - 1} more." if len(users) > 1 else "."),
            "Change what refers to it first.",
        )


def _remove_with_own_parts(workbook: Workbook, part: str) -> None:
    """Removes a part, and the parts that nothing but it refers to."""
    package = workbook.package
    targets = [r.target for r in package.relationships(part).values() if not r.external]
    package.remove(part)
    sources = [n for n in package.names() if n and relationships_name(n) in package]
    used = {
        relationship.target.lower()
        for source in ["", *sources]
        for relationship in package.relationships(source).values()
    }
    for target in targets:
        if target in package and target.lower() not in used:
            _remove_with_own_parts(workbook, target)
