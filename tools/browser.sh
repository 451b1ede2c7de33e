#!/bin/sh
# A Chromium and fonts for the browser tests and for figures in documents; installed by apt where that may be done.
set -eu
find_browser() {
    for name in chromium chromium-browser google-chrome; do
        if command -v "$name" >/dev/null 2>&1; then return 0; fi
    done
    [ -n "${CHROMIUM:-}" ]
}
if find_browser; then exit 0; fi
as_root=
[ "$(id -u)" = 0 ] || as_root="sudo -n"
if ! command -v apt-get >/dev/null 2>&1 || ! $as_root true 2>/dev/null; then
    echo "no Chromium was found and none may be installed here: browser tests will be skipped" >&2
    exit 0
fi
echo "installing Chromium and fonts by apt" >&2
$as_root apt-get update -q >/dev/null
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
    chromium fonts-dejavu-core fonts-liberation libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 >/dev/null
