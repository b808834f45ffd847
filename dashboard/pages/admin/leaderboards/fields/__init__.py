"""Between a leaderboard and the fields of its form: names of fields are paths in the document, so that every mistake finds its field.

Rows without a metric (a prize without words) are left out, and what follows moves up: what is shown again is what was understood.

`filling` goes from a leaderboard to its form, `reading` back; `posted` has the fields, `typed` what one of them holds.
"""

from dashboard.pages.admin.leaderboards.fields.filling import fields_of
from dashboard.pages.admin.leaderboards.fields.icons import ICONS
from dashboard.pages.admin.leaderboards.fields.mistaken import errors_of
from dashboard.pages.admin.leaderboards.fields.numbers import is_ratio, number_of
from dashboard.pages.admin.leaderboards.fields.posted import posted_fields, rows
from dashboard.pages.admin.leaderboards.fields.reading import document_of

__all__ = ["ICONS", "document_of", "errors_of", "fields_of", "is_ratio", "number_of", "posted_fields", "rows"]
