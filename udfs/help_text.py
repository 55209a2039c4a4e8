"""Docstrings as help: what a credit officer reads in the function wizard and the manual."""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass
from typing import Final

from udfs.chinese import joined

_SECTIONS: Final = {
    "args": "arguments",
    "参数": "arguments",
    "returns": "result",
    "结果": "result",
    "errors": "errors",
    "错误": "errors",
    "example": "examples",
    "示例": "examples",
    "source": "source",
    "来源": "source",
}
_HEADING: Final = re.compile(r"(?P<title>[A-Za-z]+|[\u4e00-\u9fff]{2})[:：]\s*")
_ENTRY: Final = re.compile(r"(?P<name>[a-z][a-z0-9_]*)[:：]\s*(?P<text>.*)")


@dataclass(frozen=True, slots=True)
class Help:
    """The parts of a help text in one language.

    Attributes:
        summary: the first paragraph, in one line.
        details: the further paragraphs.
        arguments: what each argument is, by its name.
        result: what comes back and in which shape.
        errors: which errors may show and when.
        examples: formulas with their results, as written: ``=CR_X(1) -> 2``.
        source: where the method comes from.
    """

    summary: str
    details: str
    arguments: dict[str, str]
    result: str
    errors: str
    examples: tuple[str, ...]
    source: str


def parse_help(text: str) -> Help:
    """The parts of a docstring, or of its Chinese twin.

    Raises:
        ValueError: a section stands twice, or a line of arguments has no name.
    """
    sections = _split(inspect.cleandoc(text))
    opening = "\n".join(sections[""]).split("\n\n")
    paragraphs = [joined(*part.split("\n")) for part in opening if part.strip()]
    return Help(
        summary=paragraphs[0] if paragraphs else "",
        details="\n\n".join(paragraphs[1:]),
        arguments=_entries(sections.get("arguments", [])),
        result=joined(*sections.get("result", [])),
        errors=joined(*sections.get("errors", [])),
        examples=tuple(line.strip() for line in sections.get("examples", []) if line.strip()),
        source=joined(*sections.get("source", [])),
    )


def _split(text: str) -> dict[str, list[str]]:
    sections: dict[str, list[str]] = {"": []}
    current = ""
    for line in text.splitlines():
        heading = _HEADING.fullmatch(line)
        key = _SECTIONS.get(heading["title"].casefold()) if heading else None
        if key is None:
            sections[current].append(line)
        elif key in sections:
            raise ValueError(f"the section {line!r} stands twice.")
        else:
            current = key
            sections[key] = []
    return sections


def _entries(lines: list[str]) -> dict[str, str]:
    entries: dict[str, str] = {}
    name = ""
    for line in lines:
        indent = len(line) - len(line.lstrip())
        entry = _ENTRY.fullmatch(line.strip()) if indent <= 4 else None  # noqa: PLR2004 - google style
        if entry:
            name = entry["name"]
            entries[name] = entry["text"]
        elif line.strip():
            if not name:
                raise ValueError(f"an argument's line must start with its name; got {line!r}.")
            entries[name] = joined(entries[name], line)
    return entries
