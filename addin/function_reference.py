"""The reference of all functions as Markdown, in both languages, made from the catalogue.

``python -m addin.function_reference`` writes ``docs/functions.md`` and ``docs/functions.zh.md``;
a test keeps them current.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import udfs
from addin.manual import functions_by_family
from udfs import tables
from udfs.catalogue import Argument, Function

FILES: Final = {"en": "functions.md", "zh": "functions.zh.md"}
_WORDS: Final = {
    "en": {
        "title": "Functions",
        "opening": (
            "Every function of creditcells by family, as it is typed in a cell. Arguments in "
            "brackets may be left out. `creditcells functions NAME` shows the same help on the "
            "terminal. This page is made by `python -m addin.function_reference`."
        ),
        "twin": "[中文](functions.zh.md)",
        "arguments": "Arguments",
        "optional": " (optional)",
        "then": ": ",
        "result": "Result",
        "errors": "Errors",
        "examples": "Example",
        "source": "Source",
        "tables": "Built-in tables",
        "tables_opening": (
            'Regulation and policy are tables: `=CR_POLICY("name")` spills one into a sheet, where '
            "it can be read, edited and handed to the function's table argument."
        ),
        "date": ", as of {}.",
        "columns": "Columns",
        "comma": ", ",
    },
    "zh": {
        "title": "函数参考",
        "opening": (
            "creditcells 的全部函数，按类别排列，写法与单元格中相同。方括号内的参数可以省略。"
            "在终端运行 `creditcells functions NAME --lang zh` 可查看同样的说明。"
            "本页由 `python -m addin.function_reference` 生成。"
        ),
        "twin": "[English](functions.md)",
        "arguments": "参数",
        "optional": "（可选）",
        "then": "：",
        "result": "结果",
        "errors": "错误",
        "examples": "示例",
        "source": "来源",
        "tables": "内置表",
        "tables_opening": (
            '监管规定与本行政策均为表格：`=CR_POLICY("name",,"zh")` 将其展开到工作表中，'
            "可查看、修改，再传给函数的表格参数。"
        ),
        "date": "（{}）。",
        "columns": "列",
        "comma": "、",
    },
}
_MARKS: Final = re.compile(r"([\\*<~])")


def reference(lang: str) -> str:
    """The whole page in a language: contents, families with their functions, built-in tables."""
    return "\n".join([*_opening(lang), *_families(lang), *_tables(lang)])


def _opening(lang: str) -> Iterator[str]:
    words = _WORDS[lang]
    yield from (f"# {words['title']}", "", words["twin"], "", words["opening"], "")
    for family, members in functions_by_family().items():
        if members:
            links = words["comma"].join(f"[{f.name}](#{f.name.lower()})" for f in members)
            yield f"- **{_family_title(family, lang)}**{words['then']}{links}"
    yield ""


def _family_title(family: str, lang: str) -> str:
    return udfs.FAMILIES[family][1 if lang == "zh" else 0]


def _families(lang: str) -> Iterator[str]:
    for family, members in functions_by_family().items():
        if members:
            yield from (f"## {_family_title(family, lang)}", "")
            for function in members:
                yield from _function(function, lang)


def _function(function: Function, lang: str) -> Iterator[str]:
    words, text = _WORDS[lang], function.help[lang]
    yield from (f"### {function.name}", "", "```text", function.signature(), "```", "")
    yield from (_plain(text.summary), "")
    if text.details:
        yield from (_plain(text.details), "")
    if function.arguments:
        yield from (f"**{words['arguments']}**", "")
        yield from (_argument(argument, lang) for argument in function.arguments)
        yield ""
    for part in ("result", "errors"):
        yield from (f"**{words[part]}**{words['then']}{_plain(getattr(text, part))}", "")
    yield from (f"**{words['examples']}**", "", "```text")
    for example in function.help["en"].examples:
        formula, _, result = example.partition(" -> ")
        yield from (formula, f"→ {result}")
    yield from ("```", "", f"**{words['source']}**{words['then']}{_plain(text.source)}", "")


def _argument(argument: Argument, lang: str) -> str:
    words = _WORDS[lang]
    mark = "" if argument.required else words["optional"]
    return f"- `{argument.name}`{mark}{words['then']}{_plain(argument.help[lang])}"


def _tables(lang: str) -> Iterator[str]:
    words = _WORDS[lang]
    yield from (f"## {words['tables']}", "", words["tables_opening"], "")
    for name in tables.names():
        table = tables.builtin(name)
        yield from (f"### {name}", "")
        yield f"{_plain(table.title[lang])}{words['date'].format(table.date)}"
        if table.note[lang]:
            yield from ("", _plain(table.note[lang]))
        headers = words["comma"].join(table.headers(lang))
        yield from ("", f"**{words['columns']}**{words['then']}{headers}", "")
        yield from (f"**{words['source']}**{words['then']}{_plain(table.source[lang])}", "")


def _plain(text: str) -> str:
    """A text of the help with what Markdown would take for its own marked."""
    return _MARKS.sub(r"\\\1", text)


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the page in both languages into the folder given, by default ``docs``."""
    given = sys.argv[1:] if arguments is None else arguments
    folder = Path(given[0]) if given else Path(__file__).parents[1] / "docs"
    for lang, name in FILES.items():
        (folder / name).write_text(reference(lang), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
