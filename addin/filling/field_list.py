"""What a file can fill in a template: its data tables and their fields, in words."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final

from workbook_templates.fields import Field
from workbook_templates.template import Template

_KINDS: Final = {
    "en": {"number": "number", "text": "text", "date": "date", "flag": "yes or no"},
    "zh": {"number": "数字", "text": "文本", "date": "日期", "flag": "是或否"},
}


@dataclass(frozen=True, slots=True)
class ListedField:
    """A field in words.

    Attributes:
        name: what mappings call it.
        header: what the workbook calls it.
        kind: what stands in it, with its unit or the words allowed.
        needed: whether a row without it cannot be used.
        help: what to enter.
    """

    name: str
    header: str
    kind: str
    needed: bool
    help: str


@dataclass(frozen=True, slots=True)
class ListedTable:
    """A data table in words.

    Attributes:
        name: what mappings and the command line call it.
        sheet: the title of its sheet.
        rows: for how many rows it has room unless asked for more.
        most: for how many it may have room.
        fields: its fields, in the order of its columns.
    """

    name: str
    sheet: str
    rows: int
    most: int
    fields: tuple[ListedField, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain values for ``--json``."""
        return asdict(self)


def field_list(template: Template, lang: str) -> list[ListedTable]:
    """The data tables of a template in a language; none where it has no such tables."""
    return [
        ListedTable(
            name=table.name,
            sheet=table.titles[lang],
            rows=table.rows,
            most=table.most,
            fields=tuple(_listed(one, lang) for one in table.fields),
        )
        for table in template.tables
    ]


def _listed(one: Field, lang: str) -> ListedField:
    kind = _KINDS[lang][one.kind]
    if one.options and one.kind == "text":
        kind = (", " if lang == "en" else "、").join(one.option_labels(lang))
    elif one.unit[lang]:
        kind = f"{kind} ({one.unit[lang]})" if lang == "en" else f"{kind}（{one.unit[lang]}）"
    return ListedField(one.name, one.header(lang), kind, one.required, one.help[lang])
