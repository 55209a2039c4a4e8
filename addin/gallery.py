"""The gallery: one picture per workbook, and the pages that show them, made from the registry.

``python -m addin.gallery`` writes ``docs/gallery.md`` and ``docs/gallery.zh.md``, the gallery's
lines in the READMEs, and the pictures under ``docs/pictures`` (those need LibreOffice and
poppler); with names of templates it makes the pictures of those alone.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Final

import openpyxl
from PIL import Image, ImageChops

from addin import rendering
from workbook_templates.language import LANGUAGES, Lang, Speaker
from workbook_templates.registry import TEMPLATES, Template
from workbook_templates.style import TAB_RESULT

ROOT: Final = Path(__file__).parents[1]
PAGES: Final[dict[Lang, str]] = {"en": "docs/gallery.md", "zh": "docs/gallery.zh.md"}
READMES: Final[dict[Lang, str]] = {"en": "README.md", "zh": "README.zh.md"}
PICTURES: Final = "docs/pictures"
_LINES: Final = re.compile(r"(?<=<!-- gallery -->\n).*?(?=<!-- /gallery -->)", re.DOTALL)
_WIDTH: Final = 1320
_COLOURS: Final = 64
_MARGIN: Final = 24


def gallery_page(lang: Lang) -> str:
    """The gallery as a Markdown page."""
    say = Speaker(lang)
    twin = say("[中文](gallery.zh.md)", "[English](gallery.md)")
    opening = say(
        "Each workbook comes in English and Chinese with a worked case, every result a live "
        "formula. `--empty` leaves the worked case out. This page is made by "
        "`python -m addin.gallery`.",
        "每个工作簿均有中英文两版并附示例，所有结果均为公式。加 `--empty` 则不带示例。"
        "本页由 `python -m addin.gallery` 生成。",
    )
    parts = [say("# Gallery", "# 工作簿图集"), twin, opening]
    for one in TEMPLATES.values():
        parts += [
            f"## {one.name}",
            one.title[lang],
            f"```sh\ncreditcells new {one.name} {one.name}.xlsx --lang {lang}\n```",
            f"![{one.title[lang]}](pictures/{picture_name(one, lang)})",
        ]
    return "\n\n".join(parts) + "\n"


def readme_lines(lang: Lang) -> str:
    """The gallery's lines in a README: what each workbook is for, with its picture."""
    lines = [
        f"- [`{one.name}`](docs/pictures/{picture_name(one, lang)}): {one.title[lang]}"
        if lang == "en"
        else f"- [`{one.name}`](docs/pictures/{picture_name(one, lang)})：{one.title[lang]}"
        for one in TEMPLATES.values()
    ]
    return "\n".join(["", *lines, ""]) + "\n"


def with_readme_lines(text: str, lang: Lang) -> str:
    """A README's text with the gallery's lines between their marks brought up to the registry."""
    return _LINES.sub(lambda _: readme_lines(lang), text)


def picture_name(one: Template, lang: Lang) -> str:
    """Such as ``portfolio.zh.png``."""
    return f"{one.name}.{lang}.png"


def cover(one: Template, lang: Lang) -> str:
    """The sheet that shows a template: the one it names, or its first sheet of results."""
    if one.cover:
        return one.cover[lang]
    with resources.as_file(one.file(lang)) as path:
        book = openpyxl.load_workbook(path)
    tabs = {sheet.title: sheet.sheet_properties.tabColor for sheet in book.worksheets}
    results = (title for title, tab in tabs.items() if tab and str(tab.rgb).endswith(TAB_RESULT))
    return next(results, book.sheetnames[0])


def take_picture(one: Template, lang: Lang, folder: Path) -> Path:
    """Print a template's cover sheet and save its first page as a small picture.

    Raises:
        WorkbookError: the programs for it are not installed, or cannot print it.
        ValueError: the template's cover is not among its printed sheets.
    """
    made = folder / picture_name(one, lang)
    with tempfile.TemporaryDirectory() as room, resources.as_file(one.file(lang)) as path:
        pdf = rendering.to_pdf(path, Path(room))
        pages = rendering.pages_of(pdf, one.cover[lang])
        if not pages:
            raise ValueError(
                f"cover must be a printed sheet of {one.name}; got {one.cover[lang]!r}."
            )
        big = rendering.picture(pdf, pages[0], Path(room) / "page", width=_WIDTH)
        with Image.open(big) as image:
            _cropped(image.convert("RGB")).quantize(_COLOURS, dither=Image.Dither.NONE).save(
                made, optimize=True
            )
    return made


def _cropped(image: Image.Image) -> Image.Image:
    """The picture without the white around it, but for a margin."""
    white = Image.new("RGB", image.size, "white")
    left, top, right, bottom = ImageChops.difference(image, white).getbbox() or (0, 0, *image.size)
    return image.crop(
        (
            max(0, left - _MARGIN),
            max(0, top - _MARGIN),
            min(image.width, right + _MARGIN),
            min(image.height, bottom + _MARGIN),
        )
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Write pages and pictures; of the templates named, or of all."""
    names = sys.argv[1:] if arguments is None else arguments
    (ROOT / PICTURES).mkdir(exist_ok=True)
    for lang in LANGUAGES:
        (ROOT / PAGES[lang]).write_text(gallery_page(lang), encoding="utf-8")
        readme = ROOT / READMES[lang]
        text = readme.read_text(encoding="utf-8")
        readme.write_text(with_readme_lines(text, lang), encoding="utf-8")
        for one in TEMPLATES.values():
            if not names or one.name in names:
                made = take_picture(one, lang, ROOT / PICTURES)
                sys.stdout.write(f"{made.relative_to(ROOT)}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
