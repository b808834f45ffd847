"""Every reason has one clear sentence in each language."""

from __future__ import annotations

import pytest

from dashboard.supervision.reasons import Reason
from layouts.texts import LANGUAGES, catalogue


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_reason_is_told_in_one_sentence(lang: str) -> None:
    words = catalogue(lang, "monitor").words
    told = {reason: words[f"reason.{reason}"] for reason in Reason}
    ends = "。" if lang == "zh-CN" else "."
    assert [
        reason for reason, sentence in told.items() if not sentence.endswith(ends) or sentence.count(ends) != 1
    ] == []
    assert len(set(told.values())) == len(told)
    assert {name.removeprefix("reason.") for name in words if name.startswith("reason.")} >= set(Reason)
