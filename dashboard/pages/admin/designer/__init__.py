"""The designer of boards: the page, its fields made from the document's types, and what it offers."""

from dashboard.pages.admin.designer.page import register

__all__ = ["register"]
