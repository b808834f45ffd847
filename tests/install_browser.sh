#!/bin/sh
# The browser tests need Chromium and a Chinese font: found, else installed where this account may (Debian packages).
set -eu
for name in chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null 2>&1; then found=$name; break; fi
done
fonts() { command -v fc-list >/dev/null 2>&1 && fc-list :lang=zh 2>/dev/null | grep -q .; }
if [ -n "${found:-}" ] && fonts && command -v redis-server >/dev/null 2>&1; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk fontconfig redis-server >/dev/null
else
    echo "Chromium, a Chinese font or redis-server is missing and this account may not install packages:" >&2
    echo "the tests that need them will be skipped. On Debian: apt-get install chromium fonts-noto-cjk redis-server" >&2
fi
