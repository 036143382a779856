#!/bin/sh
# System packages some tests use. Installs what it may; says what will be skipped otherwise. Never fails the build.
need() { # command, Debian package, what is skipped without it
    command -v "$1" >/dev/null 2>&1 && return 0
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        echo "Installing $2 for the tests ..."
        { apt-get install -y --no-install-recommends "$2" || { apt-get update && apt-get install -y --no-install-recommends "$2"; }; } >/dev/null 2>&1
    fi
    command -v "$1" >/dev/null 2>&1 || echo "No $1 here: $3 will be skipped. (On Debian: apt-get install $2)"
}
need chromium chromium "the tests that drive the page in a browser"
need node nodejs "the tests with discord.js"
need npm npm "the tests with discord.js"
exit 0
