"""Several of many, folded into one line that says what is chosen. Works without a script: the browser's own `details`."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import htpy as h

from layouts.forms.fields import Option
from layouts.texts import Catalogue

MOST: int = 500
"""So many options are offered at most; what is chosen is always among them."""


def picker(
    name: str,
    label: str,
    options: Sequence[Option],
    chosen: Collection[str],
    texts: Catalogue,
    *,
    all_word: str,
    error: str = "",
) -> h.Element:
    """Every chosen value travels under the same name; none: `all_word`. What was chosen and is no option stays chosen."""
    strangers = [Option(value, value) for value in chosen if value not in {option.value for option in options}]
    first = [option for option in options if option.value in chosen]
    rest = [option for option in options if option.value not in chosen][: max(0, MOST - len(first))]
    shown = [*strangers, *first, *rest]
    said = texts.listing(option.label for option in (*strangers, *first)) or all_word
    return h.div(class_=["field", "picker", error and "wrong"])[
        h.span(class_="label", id=f"{name}-label")[label],
        h.details[
            h.summary(aria_labelledby=f"{name}-label {name}-said")[h.span(id=f"{name}-said")[said]],
            h.fieldset[
                h.legend(class_="unseen")[label],
                (
                    h.label(class_="check", for_=f"{name}-{number}")[
                        h.input(
                            type="checkbox",
                            id=f"{name}-{number}",
                            name=name,
                            value=option.value,
                            checked=option.value in chosen,
                        ),
                        h.span[option.label, option.hint and h.small[option.hint]],
                    ]
                    for number, option in enumerate(shown)
                ),
            ],
        ],
        error and h.p(class_="error", id=f"{name}-error")[error],
    ]
