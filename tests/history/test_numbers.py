"""A number is found again however it was written, and by nobody without the key."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.history import HistoryError
from dashboard.history.numbers import Numbers, key_of, normal

SAME = (
    ("13812345678", "+86 138 1234 5678", "013812345678", "86-138-1234-5678", "0086 13812345678", "(138) 1234.5678"),
    ("02155551234", "+86 21 5555 1234", "021-5555-1234", "00862155551234"),
    ("+44 20 7946 0958", "00442079460958"),
    ("8001", "8001 "),
)


def test_one_line_has_one_hash_and_two_lines_have_two() -> None:
    numbers = Numbers(b"a key of thirty-two bytes, or so")
    hashes = [{numbers.hash(one) for one in line} for line in SAME]
    assert [len(line) for line in hashes] == [1] * len(SAME)
    assert len(set.union(*hashes)) == len(SAME)
    assert all(len(one or b"") == 16 for line in hashes for one in line)
    assert normal("8612345678") == "8612345678"  # not every number that begins with 86 is abroad's


@pytest.mark.parametrize("nobody", ["", "anonymous", "12", "+", "sip:a@b"])
def test_what_is_no_number_is_nobody_found_again(nobody: str) -> None:
    assert Numbers(b"k" * 32).hash(nobody) is None


def test_whole_numbers_only_if_wanted() -> None:
    assert Numbers(b"k" * 32)("13812345678")[::2] == ("138****5678", None)
    assert Numbers(b"k" * 32, keeps=True)("13812345678").whole == "13812345678"
    assert Numbers(b"k" * 32, keeps=True)(None) == (None, None, None)


def test_the_key_is_made_once_for_its_user_alone(tmp_path: Path) -> None:
    file = tmp_path / "secrets" / "history.key"
    key = key_of(file)
    assert (len(key), file.stat().st_mode & 0o777) == (32, 0o600)
    assert key_of(file) == key
    for wrong in ("", "not a key", "ab"):
        file.write_text(wrong)
        with pytest.raises(HistoryError, match=r"history\.key"):
            key_of(file)
