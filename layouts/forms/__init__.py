"""Pages that are documents with forms: htpy elements, made on the server, usable without any script."""

from layouts.forms.fields import (
    Option,
    actions,
    area_field,
    button,
    check_field,
    checks_field,
    choice_field,
    file_field,
    form,
    hidden_field,
    link_button,
    text_field,
)
from layouts.forms.frame import Frame, Tab, frame
from layouts.forms.notice import notice, shown_once
from layouts.forms.panel import Fact, facts, panel
from layouts.forms.table import Column, badge, table

__all__ = [
    "Column",
    "Fact",
    "Frame",
    "Option",
    "Tab",
    "actions",
    "area_field",
    "badge",
    "button",
    "check_field",
    "checks_field",
    "choice_field",
    "facts",
    "file_field",
    "form",
    "frame",
    "hidden_field",
    "link_button",
    "notice",
    "panel",
    "shown_once",
    "table",
    "text_field",
]
