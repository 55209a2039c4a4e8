"""The two languages of the workbooks."""

from __future__ import annotations

from typing import Final, Literal, get_args

from workbook_templates.errors import UnknownTemplateError

Lang = Literal["en", "zh"]
LANGUAGES: Final[tuple[Lang, ...]] = get_args(Lang)


def language(text: str) -> Lang:
    """The language of a code.

    Raises:
        UnknownTemplateError: the templates do not speak it.
    """
    for lang in LANGUAGES:
        if text.strip().casefold() == lang:
            return lang
    raise UnknownTemplateError(f"lang must be one of {', '.join(LANGUAGES)}; got {text!r}.")


class Speaker:
    """Chooses between an English and a Chinese wording.

    Example:
        >>> say = Speaker("zh")
        >>> say("Guide", "使用说明")
        '使用说明'
    """

    def __init__(self, lang: Lang) -> None:
        self.lang: Final[Lang] = lang

    def __call__(self, en: str, zh: str) -> str:
        """The wording in the speaker's language."""
        return zh if self.lang == "zh" else en
