#!/bin/sh
# Installs what is missing: the Debian packages of the lists named, and the npm modules of
# package.json. Quick when nothing is missing. Downloads by apt and npm only, each with the
# machine's own settings.
#
# Usage: tools/setup.sh [--look] LIST...
#   --look  install nothing: fail and say what is missing
set -eu
cd "$(dirname "$0")/.."

look=no
if [ "$1" = --look ]; then
    look=yes
    shift
fi
log=build/setup.log

say() { echo "set-up: $*"; }
fail() {
    say "$@" >&2
    exit 1
}

# Node.js 18 or later, with npm, wherever it came from.
node_is_there() {
    command -v npm >/dev/null &&
        node -e 'process.exit(parseInt(process.versions.node) >= 18 ? 0 : 1)' 2>/dev/null
}

# The packages of the lists that dpkg does not know as installed, one line, each after a space.
missing_packages() {
    wanted=$(sed 's/#.*//' "$@")
    if [ -f package.json ] && ! node_is_there; then
        wanted="$wanted nodejs npm"
    fi
    # shellcheck disable=SC2086
    installed=" $(dpkg-query -W -f '${db:Status-Status}=${Package} ' $wanted 2>/dev/null || :)"
    for package in $wanted; do
        case "$installed" in
        *" installed=$package "*) ;;
        *) printf ' %s' "$package" ;;
        esac
    done
}

# Runs a command as root. sudo drops the environment, so that the proxies are handed over by name.
as_root() {
    set -- DEBIAN_FRONTEND=noninteractive "$@"
    for name in http_proxy https_proxy ftp_proxy no_proxy; do
        eval "value=\${$name:-}"
        [ -z "$value" ] || set -- "$name=$value" "$@"
    done
    if [ "$(id -u)" = 0 ]; then
        env "$@"
    elif [ -n "${CI:-}" ]; then
        sudo -n env "$@"
    else
        sudo env "$@"
    fi
}

install_packages() { # PACKAGE...
    say "$# Debian packages are missing: $*"
    if [ "$(id -u)" = 0 ]; then
        how=apt-get
    elif command -v sudo >/dev/null; then
        how="apt-get through sudo"
    else
        fail "installing them needs root, and there is no sudo here. As root, run:
  apt-get install --no-install-recommends $*
and then this again."
    fi
    say "installing them with $how; this can take some minutes (log: $log)"
    if ! {
        as_root apt-get -q -o DPkg::Lock::Timeout=600 update &&
            as_root apt-get -q -y -o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0 \
                install --no-install-recommends "$@"
    } >>"$log" 2>&1; then
        tail -n 15 "$log" >&2
        fail "the packages could not be installed; the last lines of $log are above.
Put that right and run this again, or install the packages yourself:
  apt-get install --no-install-recommends $*"
    fi
    say "the packages are installed"
}

# npm ci, whenever the lock file is not the one that was last installed. No package's own scripts
# run, because they may download what they like.
install_modules() {
    cmp -s package-lock.json node_modules/.installed-lock.json && return
    say "installing the npm modules of package-lock.json (log: $log)"
    if ! npm ci --ignore-scripts >>"$log" 2>&1; then
        tail -n 15 "$log" >&2
        fail "npm ci failed; the last lines of $log are above."
    fi
    cp package-lock.json node_modules/.installed-lock.json
    say "the npm modules are installed"
}

if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    [ $look = no ] || exit 0
    # shellcheck disable=SC2046
    fail "this is not a Debian system, so nothing can be installed for you. Install what these
Debian packages hold, then add SETUP=no to the command:
 " $(sed 's/#.*//' "$@")
fi

missing=$(missing_packages "$@")
if [ $look = yes ]; then
    [ -z "$missing" ] || fail "Debian packages are missing:$missing
\`make setup\` installs them; \`make SETUP=no\` builds without this check."
    exit 0
fi

mkdir -p build
if [ -n "$missing" ]; then
    # shellcheck disable=SC2086
    install_packages $missing
fi
if [ -f package.json ]; then
    install_modules
fi
