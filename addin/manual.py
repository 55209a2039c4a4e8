"""A function's page of the manual, as text, made from the catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import udfs
from udfs.catalogue import Argument, Function
from udfs.kinds import Choice

_WORDS: Final = {
    "en": {
        "arguments": "Arguments",
        "optional": " (optional)",
        "colon": ":",
        "then": ": ",
        "result": "Result",
        "errors": "Errors",
        "examples": "Examples",
        "source": "Source",
    },
    "zh": {
        "arguments": "参数",
        "optional": "（可选）",
        "colon": "：",
        "then": "：",
        "result": "结果",
        "errors": "错误",
        "examples": "示例",
        "source": "来源",
    },
}


def function_page(function: Function, lang: str = "en") -> str:
    """The help of one function: call, summary, arguments, result, errors, examples, source."""
    words, text = _WORDS[lang], function.help[lang]
    lines = [function.signature(), "", text.summary]
    if text.details:
        lines += ["", text.details]
    lines += ["", f"{words['arguments']}{words['colon']}"]
    lines += [f"  {line}" for line in _argument_lines(function.arguments, lang)]
    for part in ("result", "errors"):
        lines += ["", f"{words[part]}{words['then']}{getattr(text, part)}"]
    lines += ["", f"{words['examples']}{words['colon']}"]
    lines += [f"  {example}" for example in function.help["en"].examples]
    lines += ["", f"{words['source']}{words['then']}{text.source}"]
    return "\n".join(lines)


def _argument_lines(arguments: tuple[Argument, ...], lang: str) -> Iterator[str]:
    words = _WORDS[lang]
    for argument in arguments:
        mark = "" if argument.required else words["optional"]
        yield f"{argument.name}{mark}{words['then']}{argument.help[lang]}"
        if isinstance(argument.kind, Choice):
            yield "    " + " | ".join(f'"{option}"' for option in argument.kind.options)


def functions_by_family() -> dict[str, list[Function]]:
    """All functions, in the order of the families and of their names."""
    families: dict[str, list[Function]] = {family: [] for family in udfs.FAMILIES}
    for name in sorted(udfs.FUNCTIONS):
        function = udfs.FUNCTIONS[name]
        families[function.family].append(function)
    return families
