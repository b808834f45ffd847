#!/bin/sh
# What the tests start for themselves: Chromium with a Chinese font, Redis, PostgreSQL, and processes with another clock
# (faketime). Found, else installed where this account may (Debian packages).
set -eu
has() { command -v "$1" >/dev/null 2>&1; }
browser() { has chromium-headless-shell || has chromium || has chromium-browser || has google-chrome; }
fonts() { has fc-list && fc-list :lang=zh 2>/dev/null | grep -q .; }
postgres() { has postgres || ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1; }
packages=""
browser || packages="$packages chromium"
fonts || packages="$packages fonts-noto-cjk fontconfig"
has redis-server || packages="$packages redis-server"
postgres || packages="$packages postgresql"
has faketime || packages="$packages faketime"
if [ -z "$packages" ]; then exit 0; fi
if [ "$(id -u)" = 0 ] && has apt-get; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    # Without windows of its own Chromium is the same engine at a fifth less work; not every release has it as a package.
    if ! browser && apt-cache show chromium-headless-shell >/dev/null 2>&1; then
        packages=$(echo "$packages" | sed 's/ chromium/ chromium-headless-shell/')
    fi
    # shellcheck disable=SC2086
    apt-get install -y -qq --no-install-recommends $packages >/dev/null
else
    echo "Missing, and this account may not install packages:$packages" >&2
    echo "The tests that need them will be skipped. On Debian: apt-get install$packages" >&2
fi
