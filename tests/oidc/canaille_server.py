"""Canaille, a real OpenID provider, in a process of its own on loopback: `python -m tests.oidc.canaille_server REDIRECT_URI…`.

Says its address in one JSON line. Then each line on its standard input, `{"user": …, "groups": […]}`, sets the groups of a person,
as an administrator of the provider would; `{"rotate": true}` gives it new keys. It answers each with `{}`.
"""

from __future__ import annotations

import datetime as dt
import json
import socket
import sys
import threading
import warnings
from typing import Any

from flask import Flask
from werkzeug.serving import make_server

CLIENT_ID = "floorwatch"
CLIENT_SECRET = "the-secret-of-floorwatch-at-the-provider"
PASSWORD = "a good password at the provider"
PEOPLE = {
    "li.na": ("李娜", ["floor-managers"]),
    "wang.wei": ("王伟", ["sales-leads", "choir"]),
    "nobody": ("Nobody <img src=x onerror=alert(1)>", ["choir"]),
    "boss": ("老板", ["admins"]),
}


def main() -> None:
    """Serves until its standard input ends."""
    warnings.simplefilter("ignore")  # of a product that is not ours
    listening = socket.create_server(("127.0.0.1", 0))
    host = f"127.0.0.1:{listening.getsockname()[1]}"
    app = _app(host)
    _fill(app, sys.argv[1:])
    server = make_server("127.0.0.1", 0, app, threaded=True, fd=listening.fileno())
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(json.dumps({"issuer": f"http://{host}"}), flush=True)
    for line in sys.stdin:
        _obey(app, json.loads(line))
        print("{}", flush=True)


def _app(host: str) -> Flask:
    from canaille import create_app
    from canaille.oidc.jose import make_default_rsa_jwk

    settings = {
        "SECRET_KEY": "for-tests-alone",
        "SERVER_NAME": host,
        "PREFERRED_URL_SCHEME": "http",
        "CANAILLE": {"DATABASE": "memory", "JAVASCRIPT": False, "HTMX": False, "LOGGING": {"version": 1}},
        "CANAILLE_OIDC": {"ACTIVE_JWKS": [make_default_rsa_jwk().as_dict(private=True)]},
    }
    app: Flask = create_app(settings)
    _look_for_all_attributes()
    return app


def _look_for_all_attributes() -> None:
    """Asked for a code of a client, its memory gives any code of that client too: with two sign-ins at once it takes one for
    the other. Its databases do not; here what was found is looked at once more."""
    from canaille.backends.memory.backend import MemoryBackend, listify

    any_of_them = MemoryBackend.do_query

    def all_of_them(backend: Any, model: Any, *args: Any, **wanted: Any) -> list[Any]:
        kept = [(name, value) for name, values in wanted.items() for value in model.serialize(listify(values))]
        found = any_of_them(backend, model, *args, **wanted)
        return [one for one in found if all(value in listify(one._state.get(name)) for name, value in kept)]

    MemoryBackend.do_query = all_of_them


def _fill(app: Flask, redirect_uris: list[str]) -> None:
    from canaille.app import models
    from canaille.backends import Backend

    with app.app_context(), Backend.instance.session():
        for user_name, (name, groups) in PEOPLE.items():
            user = models.User(
                user_name=user_name,
                formatted_name=name,
                family_name=name,
                emails=[f"{user_name}@example.test"],
                password=PASSWORD,
            )
            Backend.instance.save(user)
            _join(user_name, groups)
        client = models.Client(
            client_id=CLIENT_ID,
            client_secret=CLIENT_SECRET,
            client_name="Floorwatch",
            client_uri="http://127.0.0.1",
            client_id_issued_at=dt.datetime.now(dt.UTC),
            redirect_uris=redirect_uris,
            grant_types=["authorization_code"],
            response_types=["code"],
            scope=["openid", "profile", "email", "groups"],
            token_endpoint_auth_method="client_secret_basic",
        )
        Backend.instance.save(client)
        client.audience = [client]
        Backend.instance.save(client)


def _join(user_name: str, groups: list[str]) -> None:
    """Makes `groups` the person's groups."""
    from canaille.app import models
    from canaille.backends import Backend

    for group in Backend.instance.query(models.Group):
        if any(member.user_name == user_name for member in group.members):
            group.members = [member for member in group.members if member.user_name != user_name]
            Backend.instance.save(group) if group.members else Backend.instance.delete(group)
    user = Backend.instance.get(models.User, user_name=user_name)
    for name in groups:
        group = Backend.instance.get(models.Group, display_name=name) or models.Group(display_name=name, members=[])
        group.members = [*group.members, user]
        Backend.instance.save(group)


def _obey(app: Flask, order: dict[str, object]) -> None:
    from canaille.backends import Backend
    from canaille.oidc.jose import make_default_rsa_jwk

    if "rotate" in order:
        app.config["CANAILLE_OIDC"]["ACTIVE_JWKS"] = [make_default_rsa_jwk().as_dict(private=True)]
        return
    with app.app_context(), Backend.instance.session():
        groups = order["groups"]
        assert isinstance(groups, list)
        _join(str(order["user"]), groups)


if __name__ == "__main__":
    main()
