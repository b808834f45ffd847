"""Numbers are masked wherever they stand in a text, and nothing else is."""

from __future__ import annotations

import pytest

from dashboard.access.masking import HIDDEN, masked, masked_in


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("回拨13812345678。", "回拨138****5678。"),
        ("tel:+86 138 1234 5678, now", "tel:+86 13****5678, now"),
        ("13812345678,13987654321", "138****5678,139****4321"),
        ("(021) 6123-4567", "(021) ****4567"),
        ("from 13812345678@pbx", "from 138****5678@pbx"),
        ("SIP/13812345678", "SIP/138****5678"),
        ("2026-11-21 23:50:59", "2026-11-21 23:50:59"),
        ("1700000000.123", "1700000000.123"),
        ("PJSIP/1001", "PJSIP/1001"),
        ("order A13812345678B", "order A13812345678B"),
        ("staff 20230001", "staff 20230001"),
        ("9f3a1b2c4d5e6f70", "9f3a1b2c4d5e6f70"),
    ],
)
def test_numbers_in_a_text_are_masked_and_nothing_else(text: str, shown: str) -> None:
    assert masked_in(text) == shown


def test_in_prose_local_numbers_are_masked_too() -> None:
    assert masked_in("打 87654321 或 6543210", is_prose=True) == "打 ****4321 或 ****10"
    assert masked_in("2026-11-21 已处理 3 次", is_prose=True) == "2026-11-21 已处理 3 次"


def test_masking_again_changes_nothing() -> None:
    once = masked_in("回拨 13812345678 或 +8613812345678")
    assert masked_in(once) == once


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("", HIDDEN),
        ("110", HIDDEN),
        ("10086", HIDDEN),
        ("100861", "****61"),
        ("6543210", "****10"),
        ("87654321", "****4321"),
        ("0217654321", "****4321"),
        ("02187654321", "021****4321"),
        ("13812345678", "138****5678"),
        ("+8613812345678", "+86138****5678"),
        ("+86 138 1234 5678", "+86 13****5678"),
        ("sip:anna@pbx", HIDDEN),
        ("１３８１２３４５６７８", HIDDEN),
    ],
)
def test_what_is_left_of_a_number(number: str, shown: str) -> None:
    assert masked(number) == shown
