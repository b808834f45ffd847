"""Letters through a real mail server: what arrives, what cannot be smuggled in, and what is said when nothing arrives."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from pathlib import Path

import pytest
from pydantic import ValidationError

from dashboard.mail import Attachment, Letter, MailFailed, MailServer, addresses_in
from dashboard.mail.addresses import MOST
from dashboard.refusal import Refused
from dashboard.settings import MailSettings
from layouts.texts import LANGUAGES, catalogue
from tests.mail.post_office import certificate, post_office
from tests.ports import free_port

BOSS, OTHER = "boss@example.com", "other@example.com"
LETTER = Letter(
    (BOSS, OTHER),
    "日报 · 2026-11-21",
    "合计: 进线 100\n.\n..一点\n结束",
    "<p>合计 <b>100</b></p>",
    (Attachment("report.xlsx", "application/octet-stream", bytes(range(256))),),
)


def test_what_is_sent_is_what_arrives(tmp_path: Path) -> None:
    with post_office(tmp_path) as office:
        assert MailServer(office.settings(), now_ms=lambda: 1_795_000_000_000).send(LETTER) == {}
    (got,) = office.received
    letter = got.letter
    assert (got.sender, got.to) == ("floor@example.com", (BOSS, OTHER))
    assert (letter["From"], letter["Subject"]) == ("Floorwatch 报表 <floor@example.com>", "日报 · 2026-11-21")
    assert (letter["To"], letter["Auto-Submitted"]) == (f"{BOSS}, {OTHER}", "auto-generated")
    assert letter["Date"].datetime.timestamp() == 1_795_000_000
    plain, html = letter.get_body(("plain",)), letter.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert plain.get_content().splitlines() == LETTER.text.splitlines()
    assert html.get_content().strip() == LETTER.html
    (file,) = letter.iter_attachments()
    assert (file.get_filename(), file.get_content()) == ("report.xlsx", bytes(range(256)))
    assert got.raw.isascii()


def test_lines_of_dots_end_no_letter(tmp_path: Path) -> None:
    lines = ["first", ".", "..", ".QUIT", "", "last"]
    with post_office(tmp_path) as office:
        assert MailServer(office.settings()).send(Letter((BOSS,), "s", "\n".join(lines))) == {}
    (got,) = office.received
    assert got.letter.get_content().splitlines() == lines


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # it knows only STARTTLS for such
@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_the_link_is_secret_the_certificate_checked_and_the_account_shown_only_there(tmp_path: Path, tls: str) -> None:
    with post_office(tmp_path, tls=tls, wants_login=True) as office:
        account = {"security": tls, "username": "floor", "secret": "geheim"}
        with pytest.raises(MailFailed) as refused:  # nobody vouches for it
            MailServer(office.settings(**account)).send(LETTER)
        assert (refused.value.word, refused.value.fate) == ("mail.failed.certificate", "later")
        trusted = account | {"tls_ca": str(tmp_path / "ca.pem")}
        with pytest.raises(MailFailed) as refused:  # and not for this name
            MailServer(office.settings(**trusted, host="127.0.0.1")).send(LETTER)
        assert refused.value.word == "mail.failed.certificate"
        assert MailServer(office.settings(**trusted)).send(LETTER) == {}
        office.login_ok = False
        with pytest.raises(MailFailed) as refused:
            MailServer(office.settings(**trusted)).send(LETTER)
        assert (refused.value.word, refused.value.fate) == ("mail.failed.login", "later")
        assert "geheim" not in str(refused.value)
    (got,) = office.received
    assert (got.was_tls, got.login) == (True, "floor")


def test_no_secret_link_no_letter(tmp_path: Path) -> None:
    """A server, or somebody between, that offers no STARTTLS gets nothing; in plain text only this machine does."""
    with post_office(tmp_path) as office:
        with pytest.raises(MailFailed) as refused:
            MailServer(office.settings(security="starttls")).send(LETTER)
        assert refused.value.word == "mail.failed.no_starttls"
        with pytest.raises(MailFailed) as refused:
            MailServer(office.settings(security="tls")).send(LETTER)
        assert refused.value.word == "mail.failed.tls"
    assert office.received == []
    with pytest.raises(ValidationError, match="only for a server on this machine"):
        MailSettings(host="mail.example.com", security="none", sender="a@example.com")


def test_a_name_that_leads_elsewhere_gets_no_plain_text(monkeypatch: pytest.MonkeyPatch) -> None:
    own = next((one for one in _own_addresses() if not one.startswith("127.")), None)
    if own is None:
        pytest.skip("this machine has no address but the loopback")
    with socket.create_server((own, 0)) as elsewhere:
        settings = MailSettings(
            host="localhost", port=elsewhere.getsockname()[1], security="none", sender="a@b.example"
        )
        threading.Thread(target=_greet, args=(elsewhere,), daemon=True).start()
        there = socket.getaddrinfo(own, settings.port, type=socket.SOCK_STREAM)
        monkeypatch.setattr("socket.getaddrinfo", lambda *_args, **_more: there)
        with pytest.raises(MailFailed) as refused:
            MailServer(settings).send(LETTER)
    assert refused.value.word == "mail.failed.not_here"


def _greet(listening: socket.socket) -> None:
    link, _ = listening.accept()
    with link:
        link.sendall(b"220 hello\r\n")
        assert link.recv(1) == b""  # not a word


def _own_addresses() -> list[str]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing: only asks which address would be used
        except OSError:
            return []
        return [probe.getsockname()[0]]


def test_nothing_that_people_type_becomes_a_header_or_a_command(tmp_path: Path) -> None:
    with post_office(tmp_path) as office:
        server = MailServer(office.settings(sender="Floor\r\nBcc: spy@example.com <floor@example.com>"))
        subject = "日报\r\nBcc: spy@example.com\r\n\r\nbody"
        file = Attachment('a.csv"\r\nX-Spy: 1', "text/csv", b"1")
        assert (
            server.send(Letter((BOSS,), subject, "text\r\n.\r\nMAIL FROM:<x@example.com>", attachments=(file,))) == {}
        )
        for address in (
            "a@example.com\r\nRCPT TO:<spy@example.com>", "a@example.com>,<spy@example.com", "a b@example.com", '"a"@example.com',
            "a@", "@example.com", "a@exa_mple.com", "a@[127.0.0.1]", "名@example.com", f"{'a' * 65}@example.com", "a@b@example.com", "",
        ):  # fmt: skip
            with pytest.raises(Refused) as refused:
                server.send(Letter((address,), "s", "t"))
            assert refused.value.word == "mail.refused.address"
    (got,) = office.received
    assert got.to == (BOSS,)
    assert (got.letter["Bcc"], got.letter["X-Spy"], got.letter["To"]) == (None, None, BOSS)
    assert got.letter["Subject"] == "日报 Bcc: spy@example.com body"


def test_to_whom_mail_may_go() -> None:
    server = MailServer(MailSettings(host="localhost", security="none", sender="a@b.example", domains=("Example.com",)))
    assert server.checked(addresses_in(" boss@EXAMPLE.com；other@example.com、boss@EXAMPLE.com,\n")) == (
        "boss@EXAMPLE.com", "other@example.com",
    )  # fmt: skip
    for addresses, word in (
        ((), "nobody"), (("a@example.com.evil",), "domain"), (("a@sub.example.com",), "domain"),
        (tuple(f"a{n}@example.com" for n in range(MOST + 1)), "too_many"),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            server.checked(addresses)
        assert refused.value.word == f"mail.refused.{word}"


def test_who_was_refused_is_named_and_the_others_have_it(tmp_path: Path) -> None:
    with post_office(tmp_path) as office:
        office.refuses = {OTHER: "550 no such person", "slow@example.com": "451 come back later"}
        letter = Letter((BOSS, OTHER, "slow@example.com"), "s", "t")
        server = MailServer(office.settings())
        found = server.send(letter)
        assert {address: (one.code, one.is_final) for address, one in found.items()} == {
            OTHER: (550, True), "slow@example.com": (451, False),
        }  # fmt: skip
        assert found[OTHER].words == "no such person"
        office.refuses = {}
        assert server.send(letter, only=("slow@example.com",)) == {}
        office.refuses = {BOSS: "550 nobody"}
        assert list(server.send(Letter((BOSS,), "s", "t"))) == [BOSS]
    assert [got.to for got in office.received] == [(BOSS,), ("slow@example.com",)]


@pytest.mark.parametrize(
    ("answer", "fate"), [("451 try later", "later"), ("554 no spam here", "never"), ("552 too large", "never")]
)
def test_a_letter_that_is_refused_has_not_arrived(tmp_path: Path, answer: str, fate: str) -> None:
    with post_office(tmp_path) as office:
        office.answer = answer
        with pytest.raises(MailFailed) as refused:
            MailServer(office.settings()).send(LETTER)
    assert (refused.value.word, refused.value.fate) == ("mail.failed.letter", fate)
    assert refused.value.values["code"] == int(answer[:3])


def test_a_server_that_says_nothing_after_the_last_byte_leaves_it_unknown(tmp_path: Path) -> None:
    with post_office(tmp_path) as office:
        office.waits_s = 20
        begun = time.monotonic()
        with pytest.raises(MailFailed) as unknown:
            MailServer(office.settings(), answer_s=1).send(LETTER)
        assert (unknown.value.word, unknown.value.fate) == ("mail.failed.unknown", "unknown")
        office.waits_s, office.loses_line = 0, True
        with pytest.raises(MailFailed) as unknown:
            MailServer(office.settings()).send(LETTER)
        assert unknown.value.fate == "unknown"
        assert time.monotonic() - begun < 15
    assert len(office.received) == 2  # it had them, which is why nobody may say that it had not


def test_a_letter_larger_than_the_server_takes_is_not_even_begun(tmp_path: Path) -> None:
    with post_office(tmp_path, size=4096) as office:
        with pytest.raises(MailFailed) as refused:
            MailServer(office.settings()).send(Letter((BOSS,), "s", "x" * 5000))
        assert (refused.value.word, refused.value.fate) == ("mail.failed.too_large", "never")
        office.sender_answer = "550 not you"
        with pytest.raises(MailFailed) as refused:
            MailServer(office.settings()).send(Letter((BOSS,), "s", "t"))
        assert (refused.value.word, refused.value.fate) == ("mail.failed.sender", "never")


def test_no_server_stretches_its_time(tmp_path: Path) -> None:
    """It sends a byte of its greeting now and then, and never ends; with TLS wanted, of its handshake."""
    certificate(tmp_path)
    for security, beginning in (("none", b"220 "), ("tls", b"\x16\x03\x03\x40\x00")):
        with socket.create_server(("localhost", 0)) as listening:
            threading.Thread(target=_drip, args=(listening, beginning), daemon=True).start()
            settings = MailSettings(
                host="localhost", port=listening.getsockname()[1], security=security, sender="a@b.example",
                tls_ca=str(tmp_path / "ca.pem"),
            )  # fmt: skip
            begun = time.monotonic()
            with pytest.raises(MailFailed) as slow:
                MailServer(settings, answer_s=5, deadline_s=0.3).send(LETTER)
            assert (slow.value.word, slow.value.fate) == ("mail.failed.slow", "later")
            assert time.monotonic() - begun < 4, "not the 5 s of each answer, nor the 50 s of its bytes"


def _drip(listening: socket.socket, beginning: bytes) -> None:
    link, _ = listening.accept()
    with link, contextlib.suppress(OSError):
        for sign in beginning + bytes(999):
            link.send(bytes([sign]))
            time.sleep(0.05)


def test_nobody_there_is_said_in_both_languages() -> None:
    with pytest.raises(MailFailed) as failed:
        MailServer(MailSettings()).send(LETTER)
    assert (failed.value.word, MailServer(MailSettings()).is_there) == ("mail.failed.no_server", False)
    settings = MailSettings(host="localhost", port=free_port(), security="none", sender="a@b.example")
    with pytest.raises(MailFailed) as failed:
        MailServer(settings).send(LETTER)
    assert (failed.value.word, failed.value.fate) == ("mail.failed.away", "later")
    for lang in LANGUAGES:
        said = catalogue(lang, "mail")(failed.value.word, **failed.value.values)
        assert f"localhost:{settings.port}" in said
