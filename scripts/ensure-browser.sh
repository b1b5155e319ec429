#!/bin/sh
# Makes sure that there is a Chromium for the browser tests: the distribution's where root can install it, else the one
# that Playwright brings.
#
# usage: scripts/ensure-browser.sh PYTHON   (PYTHON: an interpreter that has the playwright package)
set -eu
python=$1

if command -v chromium >/dev/null 2>&1; then
    exit 0
fi
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing chromium from the distribution ..." >&2
    log=$(mktemp)
    # On Ubuntu the package only points to a snap, which does not run everywhere: then Playwright's is taken.
    if { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends chromium; } \
        >"$log" 2>&1 && chromium --version >/dev/null 2>&1; then
        rm -f "$log"
        exit 0
    fi
    tail -n 5 "$log" >&2
    rm -f "$log"
fi
exec "$python" -m playwright install chromium
