"""The workbooks, built by code, and the field dictionary their data follow."""

from workbook_templates.errors import UnknownFieldError, UnknownTemplateError
from workbook_templates.fields import TABLES, Field, field, fields
from workbook_templates.language import LANGUAGES, Lang
from workbook_templates.registry import TEMPLATES, Template, build, template

__all__ = [
    "LANGUAGES",
    "TABLES",
    "TEMPLATES",
    "Field",
    "Lang",
    "Template",
    "UnknownFieldError",
    "UnknownTemplateError",
    "build",
    "field",
    "fields",
    "template",
]
