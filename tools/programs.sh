#!/bin/sh
# Programs that are no Python packages, installed by apt where that may be done: a Chromium with fonts for the dashboard's
# tests, LibreOffice and Poppler for the tests of documents, PostgreSQL for those of a shared store, lp_solve and GLPK for
# those of the programme's files. What is there already is left alone; what cannot be installed is said, and its tests are skipped.
set -eu

has() { command -v "$1" >/dev/null 2>&1; }
# Debian keeps the server's programs out of the path.
has_postgres() { has postgres || ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1; }
has_browser() {
    has chromium-headless-shell || has chromium || has chromium-browser || has google-chrome || [ -n "${CHROMIUM:-}" ]
}
has_korean() { has fc-list && fc-list :lang=ko | grep -q .; }

missing=
has_browser || missing="$missing chromium"
has fc-list || missing="$missing fontconfig"
has_browser || missing="$missing fonts-dejavu-core fonts-liberation"
has_korean || missing="$missing fonts-nanum"
has soffice || missing="$missing libreoffice-calc libreoffice-writer"
has pdftoppm || missing="$missing poppler-utils"
has_postgres || missing="$missing postgresql"
has lp_solve || missing="$missing lp-solve"
has glpsol || missing="$missing glpk-utils"
[ -n "$missing" ] || exit 0

as_root=
[ "$(id -u)" = 0 ] || as_root="sudo -n"
if ! has apt-get || ! $as_root true 2>/dev/null; then
    echo "not found, and not to be installed here:$missing; tests that need them will be skipped" >&2
    exit 0
fi
echo "installing by apt:$missing" >&2
case $missing in *postgresql*)
    # Only the programs are wanted: no server is set up or started on this machine.
    $as_root mkdir -p /etc/postgresql-common/createcluster.d
    echo "create_main_cluster = false" | $as_root tee /etc/postgresql-common/createcluster.d/tests_only.conf >/dev/null ;;
esac
$as_root apt-get update -q >/dev/null
# The same browser without windows, where it is packaged by itself: a third less work for the tests.
case $missing in *chromium*)
    if [ -n "$(apt-cache madison chromium-headless-shell 2>/dev/null)" ]; then
        missing="$(echo "$missing" | sed 's/ chromium/ chromium-headless-shell/')"
    fi ;;
esac
# shellcheck disable=SC2086  # a list of names
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing >/dev/null
