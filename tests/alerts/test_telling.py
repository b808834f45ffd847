"""Each kind of channel against a real server: what arrives there, and what is made of its answer."""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from aiosmtpd.controller import Controller

from dashboard.alerts.addresses import Address, Channel, Kind, checked
from dashboard.alerts.message import Text
from dashboard.alerts.telling import TOLD, Fate, tell
from dashboard.mail import MailServer
from dashboard.refusal import Refused
from dashboard.settings import MailSettings
from tests.alerts.clouds import Clouds, clouds
from tests.ports import free_port

TEXT = Text("[告警] 售前：排队数 ≥ 5", "规则：排队过多\n11-22 10:42:07 起\n<b>&amp;\"'")
NO_MAIL = MailServer(MailSettings())
TEAMS = "https://prod-01.westus.logic.azure.com:443/workflows/643e69f83c8944/triggers/manual/paths/invoke"
URLS: dict[str, tuple[str, str]] = {
    "wecom": ("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa", ""),
    "dingtalk": ("https://oapi.dingtalk.com/robot/send?access_token=" + "a1b2" * 16, "SEC" + "5c" * 32),
    "feishu": ("https://open.feishu.cn/open-apis/bot/v2/hook/3f1c2d3e-aaaa-bbbb-cccc-0123456789ab", ""),
    "slack": ("https://hooks.slack.com/services/T12345678/B12345678/ABCDEFGHIJKLMNOPQRSTUVWX", ""),
    "teams": (
        f"{TEAMS}?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=KODuebWbDGYFr0z0eu",
        "",
    ),
}


@pytest.fixture
def cloud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clouds]:
    with clouds(tmp_path) as running:
        for name, value in running.environment().items():
            monkeypatch.setenv(name, value)
        yield running


def channel(kind: str, url: str, secret: str = "") -> Channel:
    kinds: dict[str, Kind] = {one: one for one in ("wecom", "dingtalk", "feishu", "slack", "teams", "webhook", "mail")}
    return Channel("id", "name", kinds[kind], Address(url, secret), "zh-CN")


def everything(found: Any) -> str:
    """All text of a JSON value."""
    if isinstance(found, dict):
        return "\n".join(everything(one) for one in found.values())
    if isinstance(found, list):
        return "\n".join(everything(one) for one in found)
    return found if isinstance(found, str) else ""


@pytest.mark.parametrize("kind", URLS)
def test_each_chat_gets_the_message_at_its_own_address(cloud: Clouds, kind: str) -> None:
    url, secret = URLS[kind]
    cloud.answer = {"teams": (202, ""), "slack": (200, "ok")}.get(kind, cloud.answer)
    assert tell(channel(kind, url, secret), TEXT, NO_MAIL) == TOLD
    (got,) = cloud.received
    assert (got.is_tls, got.host) == (True, urlsplit(url).hostname)
    assert urlsplit(got.target).path.rstrip("/") == urlsplit(url).path
    sent, wanted = parse_qs(urlsplit(got.target).query), parse_qs(urlsplit(url).query)
    assert {name: sent.get(name) for name in wanted} == wanted
    text = everything(got.json)
    assert TEXT.title in text
    assert "规则：排队过多\n11-22 10:42:07 起" in text.replace("\r\n", "\n")


def test_what_the_chats_get_has_the_form_that_they_document(cloud: Clouds) -> None:
    for kind in ("wecom", "dingtalk", "feishu"):
        tell(channel(kind, *URLS[kind]), TEXT, NO_MAIL)
    wecom, dingtalk, feishu = (got.json for got in cloud.received)
    assert (wecom["msgtype"], list(wecom["text"])) == ("text", ["content"])
    assert (dingtalk["msgtype"], dingtalk["at"]["isAtAll"]) == ("text", False)
    assert feishu["msg_type"] == "text"
    assert TEXT.title in feishu["content"]["text"]


def test_dingtalk_signs(cloud: Clouds) -> None:
    url, secret = URLS["dingtalk"]
    tell(channel("dingtalk", url, secret), TEXT, NO_MAIL)
    query = parse_qs(urlsplit(cloud.received[0].target).query)
    at_ms = query["timestamp"][0]
    wanted = base64.b64encode(hmac.new(secret.encode(), f"{at_ms}\n{secret}".encode(), hashlib.sha256).digest())
    assert query["sign"] == [wanted.decode()]


@pytest.mark.parametrize("kind", URLS)
def test_a_rule_s_name_calls_nobody(cloud: Clouds, kind: str) -> None:
    text = Text("<!channel> now", '<!everyone> & <@U1> <at user_id="all"> [pay](http://evil.example)')
    tell(channel(kind, *URLS[kind]), text, NO_MAIL)
    sent = everything(cloud.received[0].json)
    assert "<" not in sent
    assert "](" not in sent  # no name of ours becomes a link with another's words


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("wecom", '{"errcode":93000,"errmsg":"invalid webhook url"}'),
        ("dingtalk", '{"errcode":310000,"errmsg":"keywords not in content"}'),
        ("feishu", '{"code":19021,"msg":"sign match fail"}'),
    ],
)
def test_a_chat_that_answers_200_and_took_nothing_was_not_told(cloud: Clouds, kind: str, said: str) -> None:
    cloud.answer = (200, said)
    fate = tell(channel(kind, *URLS[kind]), TEXT, NO_MAIL)
    assert (fate.is_told, fate.word, str(fate.number) in said) == (False, "said", True)


@pytest.mark.parametrize(
    ("status", "is_final"), [(500, False), (429, False), (403, True), (404, True), (410, True), (302, False)]
)
def test_what_a_status_means(cloud: Clouds, status: int, is_final: bool) -> None:  # noqa: FBT001 — a table
    cloud.answer, cloud.location = (status, "{}"), f"http://127.0.0.1:{cloud.port}/elsewhere"
    fate = tell(channel("webhook", f"http://127.0.0.1:{cloud.port}/hook"), TEXT, NO_MAIL)
    assert fate == Fate(False, "answered", status, is_final)
    assert len(cloud.received) == 1  # and no redirect was followed


def test_a_webhook_gets_json_with_what_programs_need(cloud: Clouds) -> None:
    url = f"http://user:pass%40word@127.0.0.1:{cloud.port}/hook/a?token=x%26y&z=1"
    assert tell(channel("webhook", url), TEXT, NO_MAIL, {"what": "began", "metric": "waiting", "about": "售前"}) == TOLD
    (got,) = cloud.received
    assert urlsplit(got.target).path == "/hook/a"
    assert parse_qs(urlsplit(got.target).query) == {"token": ["x&y"], "z": ["1"]}
    assert got.headers["authorization"] == "Basic " + base64.b64encode(b"user:pass@word").decode()
    assert (got.json["title"], got.json["message"]) == (TEXT.title, TEXT.body)
    assert (got.json["what"], got.json["metric"], got.json["about"]) == ("began", "waiting", "售前")


def test_nobody_there(cloud: Clouds) -> None:
    port = cloud.port
    cloud.close()
    assert tell(channel("webhook", f"http://127.0.0.1:{port}/hook"), TEXT, NO_MAIL) == Fate(False, "no_answer")
    cloud.__post_init__()  # for the fixture's end


def test_secrets_are_in_no_log_and_no_fate(cloud: Clouds, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    cloud.answer = (400, "your key 693a91f6 and KODuebWbDGYFr0z0eu are wrong")
    for kind, (url, secret) in URLS.items():
        fate = tell(channel(kind, url, secret), TEXT, NO_MAIL)
        assert fate.kept == "answered:400"
    ours = "\n".join(record.getMessage() for record in caplog.records)
    for secret in ("693a91f6", "a1b2", "3f1c2d3e", "ABCDEFGHIJ", "KODuebWb"):
        assert secret not in ours


WRONG = [
    ("webhook", "file:///etc/passwd", "address"),
    ("webhook", "file://host/etc/passwd", "scheme"),
    ("webhook", "gopher://127.0.0.1/", "scheme"),
    ("webhook", "http://169.254.169.254/latest", "link_local"),
    ("webhook", "http://[fe80::1]/", "link_local"),
    ("webhook", "http://[::ffff:169.254.169.254]/", "link_local"),
    ("webhook", "http://0.0.0.0/", "link_local"),
    ("webhook", "http://2852039166/", "link_local"),
    ("webhook", "http://0xA9.0xFE.43518/", "link_local"),
    ("webhook", "http://0251.0376.0251.0376/", "link_local"),
    ("webhook", "http://[fe80::1%25eth0]/", "link_local"),
    ("webhook", "http://0/", "link_local"),
    ("webhook", "nothing", "address"),
    ("webhook", "http://host:99999/", "address"),
    ("webhook", "http://ho st/", "address"),
    ("webhook", "http://host/\n", "address"),
    ("webhook", "", "address_missing"),
    ("wecom", "http://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1", "host"),
    ("wecom", "https://qyapi.weixin.qq.com.evil.example/cgi-bin/webhook/send?key=1", "host"),
    ("wecom", "https://qyapi.weixin.qq.com@evil.example/cgi-bin/webhook/send?key=1", "host"),
    ("teams", "https://logic.azure.com.evil.example/workflows/1/triggers/manual/paths/invoke?sig=1", "host"),
    ("slack", "https://127.0.0.1/services/A/B/C", "host"),
    ("telegram", "https://example.com/", "kind"),
]


@pytest.mark.parametrize(("kind", "url", "word"), WRONG)
def test_what_is_no_address_of_its_kind_is_refused_and_never_asked(
    cloud: Clouds, kind: str, url: str, word: str
) -> None:
    with pytest.raises(Refused) as refused:
        checked(kind, Address(url))
    assert refused.value.word == f"alert.refused.{word}"
    if kind != "telegram":
        assert tell(channel(kind, url), TEXT, NO_MAIL) == Fate(False, "address", is_final=True)
    assert cloud.received == []


def test_a_right_host_without_a_key_is_none_either(cloud: Clouds) -> None:
    for kind, url in (
        ("wecom", "https://qyapi.weixin.qq.com/"),
        ("slack", "https://hooks.slack.com/x"),
        ("feishu", "https://open.feishu.cn/x"),
    ):
        assert tell(channel(kind, url), TEXT, NO_MAIL) == Fate(False, "address", is_final=True)
    assert cloud.received == []


class Postbox:
    """Keeps what arrives; refuses `refused@`."""

    def __init__(self) -> None:
        self.letters: list[tuple[list[str], bytes]] = []

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        if address.startswith("refused"):
            return "550 no such person"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.letters.append((envelope.rcpt_tos, envelope.content))
        return "250 OK"


@pytest.fixture
def post() -> Iterator[tuple[Postbox, MailServer]]:
    box = Postbox()
    port = free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    settings = MailSettings(host="127.0.0.1", port=port, security="none", sender="floor@example.com")
    yield box, MailServer(settings)
    controller.stop()


def test_mail_goes_through_the_one_sender(post: tuple[Postbox, MailServer]) -> None:
    from email import message_from_bytes, policy

    box, server = post
    assert tell(channel("mail", "a@example.com, b@example.com"), TEXT, server) == TOLD
    ((to, content),) = box.letters
    letter = message_from_bytes(content, policy=policy.default)
    assert to == ["a@example.com", "b@example.com"]
    assert letter["Subject"] == TEXT.title
    assert letter.get_content().replace("\r\n", "\n").startswith(TEXT.body)


def test_mail_that_some_do_not_take(post: tuple[Postbox, MailServer]) -> None:
    _, server = post
    assert tell(channel("mail", "a@example.com, refused@example.com"), TEXT, server) == Fate(True, "mail_some", 1)
    assert tell(channel("mail", "refused@example.com"), TEXT, server) == Fate(False, "mail_refused", is_final=True)
    assert tell(channel("mail", "not an address"), TEXT, server) == Fate(False, "address", is_final=True)
    assert tell(channel("mail", "a@example.com"), TEXT, NO_MAIL).is_told is False
