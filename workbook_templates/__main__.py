"""``python -m workbook_templates FOLDER``: build every template without computed values.

The workbooks that the package ships carry values; ``python -m addin.templates`` makes those.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from workbook_templates.archive import save
from workbook_templates.language import LANGUAGES
from workbook_templates.registry import TEMPLATES


def main(arguments: Sequence[str] | None = None) -> int:
    """Write every template in every language to the folder given."""
    given = sys.argv[1:] if arguments is None else arguments
    if len(given) != 1:
        sys.stderr.write("Usage: python -m workbook_templates FOLDER\n")
        return 2
    folder = Path(given[0])
    folder.mkdir(parents=True, exist_ok=True)
    for template in TEMPLATES.values():
        for lang in LANGUAGES:
            path = folder / template.file_name(lang)
            save(template.build(lang), path)
            sys.stdout.write(f"{path}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
