"""The VBA is VBA: read by a parser that is made from Microsoft's grammar (MS-VBAL)."""

import pytest

from addin.desktop.vba_project import CODE_PAGE
from addin.desktop.xlam import modules

antlr4 = pytest.importorskip("antlr4", reason="antlr4-vba reads VBA")
lexer = pytest.importorskip("antlr4_vba.vbaLexer", reason="antlr4-vba reads VBA")
parser = pytest.importorskip("antlr4_vba.vbaParser", reason="antlr4-vba reads VBA")

# The module of xlwings is not ours, and its directives for the compiler are not in this grammar.
OURS = [module for module in modules([]) if module.name != "xlwings"]


def faults(source):
    """What the parser does not understand: line, column and message."""
    found = []

    class Listener(antlr4.error.ErrorListener.ErrorListener):
        def syntaxError(self, recognizer, symbol, line, column, message, error):  # noqa: N802 - ANTLR's name
            del recognizer, symbol, error
            found.append((line, column, message))

    listener = Listener()
    scanned = lexer.vbaLexer(antlr4.InputStream(source))
    parsed = parser.vbaParser(antlr4.CommonTokenStream(scanned))
    for one in (scanned, parsed):
        one.removeErrorListeners()
        one.addErrorListener(listener)
    parsed.startRule()
    return found


def source_of(module):
    """The source without the attributes of a workbook's module, which only the project knows."""
    lines = module.stored().decode(CODE_PAGE).split("\r\n")
    if not module.document:
        return "\n".join(lines)
    kept = [line for line in lines[1:] if not line.startswith("Attribute ")]
    return "\n".join([lines[0], *kept])


@pytest.mark.long
@pytest.mark.parametrize("module", OURS, ids=lambda m: m.name)
def test_module_is_read_without_a_fault(module):
    assert faults(source_of(module)) == []


@pytest.mark.parametrize(
    "source",
    [
        "Sub A()\n    If x Then\nEnd Sub\n",
        "Function A(\nEnd Function\n",
        "Sub A()\n    b = \nEnd Sub\n",
        "Sub A()\n    For i = 1 2\n    Next i\nEnd Sub\n",
    ],
)
def test_parser_finds_faults(source):
    assert faults('Attribute VB_Name = "M"\n' + source)
