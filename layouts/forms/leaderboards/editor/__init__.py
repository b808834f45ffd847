"""`/admin/leaderboards/new/` and `/admin/leaderboards/<id>/`: what counts, of whom, over which period, in words a team lead knows.

Each part of a score says what its numbers mean by an example; `assets/js/forms/leaderboard.js` keeps it up to date while one types, from
the same fields. Without a script the example is that of the form as it was sent last.
"""

from layouts.forms.leaderboards.editor.page import editor
from layouts.forms.leaderboards.editor.view import ROOT, SPARE, EditorChoices, EditorView, MetricOption

__all__ = ["ROOT", "SPARE", "EditorChoices", "EditorView", "MetricOption", "editor"]
