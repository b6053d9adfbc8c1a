#!/bin/sh
# Installs what is missing of the lists named: Debian packages, and (rows npm:FOLDER) the npm modules
# that FOLDER/package-lock.json pins. Quick when nothing is missing. Downloads by apt and npm only,
# each with the machine's own settings.
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

# The packages wanted that dpkg does not know as installed, each after a space.
missing_packages() { # PACKAGE...
    # A name of which dpkg has never heard is an error to it, and missing to us.
    installed=" $(dpkg-query -W -f '${db:Status-Status}=${Package} ' "$@" 2>/dev/null || :)"
    for package; do
        case "$installed" in
        *" installed=$package "*) ;;
        *) printf ' %s' "$package" ;;
        esac
    done
}

# The folders whose lock file is not the one that was last installed, each after a space.
missing_modules() { # FOLDER...
    for folder; do
        cmp -s "$folder/package-lock.json" "$folder/node_modules/.installed-lock.json" ||
            printf ' %s' "$folder"
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
    say "missing Debian packages: $*"
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

# npm ci in each folder. No module's own scripts run, because they may download what they like.
install_modules() { # FOLDER...
    for folder; do
        say "installing the npm modules of $folder (log: $log)"
        if ! (cd "$folder" && npm ci --ignore-scripts) >>"$log" 2>&1; then
            tail -n 15 "$log" >&2
            fail "npm ci failed in $folder; the last lines of $log are above."
        fi
        cp "$folder/package-lock.json" "$folder/node_modules/.installed-lock.json"
    done
    say "the npm modules are installed"
}

packages=
folders=
for row in $(sed 's/#.*//' "$@"); do
    case "$row" in
    npm:*) folders="$folders ${row#npm:}" ;;
    *) packages="$packages $row" ;;
    esac
done
if [ -n "$folders" ] && ! node_is_there; then
    packages="$packages nodejs npm"
fi

if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    [ $look = no ] || exit 0
    fail "this is not a Debian system, so nothing can be installed for you. Install what these
Debian packages hold, then add SETUP=no to the command:
 $packages"
fi

# shellcheck disable=SC2086
missing=$(missing_packages $packages)
# shellcheck disable=SC2086
stale=$(missing_modules $folders)
if [ $look = yes ]; then
    [ -z "$missing" ] || say "missing Debian packages:$missing" >&2
    [ -z "$stale" ] || say "missing npm modules in$stale" >&2
    [ -z "$missing$stale" ] ||
        fail "\`make setup\` installs them; \`make SETUP=no\` builds without this check."
    exit 0
fi

mkdir -p build
# shellcheck disable=SC2086
[ -z "$missing" ] || install_packages $missing
# shellcheck disable=SC2086
[ -z "$stale" ] || install_modules $stale
