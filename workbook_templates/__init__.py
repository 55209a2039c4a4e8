"""The workbooks, built by code, and the field dictionary their data follow."""

from workbook_templates.errors import UnknownFieldError, UnknownTemplateError
from workbook_templates.fields import TABLES, Field, field, fields

__all__ = ["TABLES", "Field", "UnknownFieldError", "UnknownTemplateError", "field", "fields"]
