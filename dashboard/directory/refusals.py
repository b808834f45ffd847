"""What the directory refuses beyond what a single field may hold, and how a field's own fault becomes a word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from dashboard.refusal import NotThere, Refused

Entry = TypeVar("Entry", bound=BaseModel)


class Unknown(NotThere):
    """There is nothing of that id: told only to whom nothing is hidden (`Reach.missing`). Pages answer 404."""

    def __init__(self, kind: str, key: str) -> None:
        super().__init__(f"directory.refused.unknown_{kind}", kind, id=key)


WORDS: Final[Mapping[str, str]] = {
    "missing": "missing",
    "string_too_short": "missing",
    "string_too_long": "too_long",
    "string_type": "not_understood",
    "string_unicode": "control_character",
    "control_character": "control_character",
    "greater_than": "more_than",
    "greater_than_equal": "at_least",
    "less_than_equal": "at_most",
    "int_parsing": "no_whole_number",
    "int_parsing_size": "no_whole_number",
    "int_type": "no_whole_number",
    "int_from_float": "no_whole_number",
    "float_parsing": "no_number",
    "float_type": "no_number",
    "finite_number": "no_number",
    "bool_parsing": "no_yes_or_no",
    "bool_type": "no_yes_or_no",
    "date_from_datetime_parsing": "no_date",
    "date_from_datetime_inexact": "no_date",
    "date_parsing": "no_date",
    "date_type": "no_date",
    "literal_error": "no_choice",
    "string_pattern_mismatch": "no_choice",
    "time_of_day": "no_time_of_day",
    "time_zone": "no_time_zone",
    "interval": "no_choice",
    "amber_above_red": "amber_above_red",
}
"""pydantic's (and our) types of faults → the sentence, with the prefix `directory.refused.`."""

_LIMITS: Final = {"max_length": "most", "ge": "least", "gt": "least", "le": "most"}


def checked(model: type[Entry], values: Mapping[str, object]) -> Entry:
    """The entry that these values make. Raises `Refused` for the first fault; a key that the model has not is our own."""
    try:
        return model(**values)
    except ValidationError as error:
        raise _refused(error.errors(include_url=False)[0]) from None


def _refused(fault: ErrorDetails) -> Refused:
    if fault["type"] == "extra_forbidden":
        raise TypeError(f"There is no field {fault['loc']}.")
    context: Mapping[str, Any] = fault.get("ctx", {})
    field = str(fault["loc"][0]) if fault["loc"] else str(context.get("field", ""))
    values = {name: context[key] for key, name in _LIMITS.items() if key in context}
    key = str(fault["loc"][1]) if len(fault["loc"]) > 1 and field == "state_limits_s" else ""
    return Refused(
        f"directory.refused.{WORDS.get(fault['type'], 'not_understood')}", f"{field}.{key}" if key else field, **values
    )


@contextmanager
def named(key: str) -> Iterator[None]:
    """Says of which of many entries a refusal is: its field becomes `key:field`."""
    try:
        yield
    except Refused as refused:
        refused.field = f"{key}:{refused.field}"
        raise
