#!/bin/sh
# Proves that enduse's two commands need nothing but Debian 12: makes a minimal system (debootstrap
# minbase with make, git and ca-certificates) and, in a fresh clone of HEAD below a path with a space,
# runs `make demo`, what CI runs, and set-up and build once more, as root; then in another such
# system as an ordinary user with sudo. Prints how long each took. Needs root and debootstrap.
#
# Usage: tools/check_bare.sh FOLDER [root | user]
#   FOLDER   where the systems are made, about 3 GB; what is there already is used again, and removing
#            it is yours
#   root, user   only this one; both when none is named
#   MIRROR   the Debian mirror; without it, the one this machine uses
# This machine's settings for apt (proxies, sources) and its certificates are copied into the systems.
set -eu
cd "$(dirname "$0")/.."
case "$#:${2:-}" in 1: | 2:root | 2:user) ;; *) sed -n '2,/^set/s/^# \{0,1\}//p' "$0" >&2; exit 1 ;; esac
[ "$(id -u)" = 0 ] || { echo "check_bare: only root can make a system of its own" >&2; exit 1; }

mkdir -p "$1"
folder=$(cd "$1" && pwd)
# The first source that apt knows, as its URI; nothing where apt knows none.
MIRROR=${MIRROR:-$(apt-get indextargets --format '$(REPO_URI)' 2>/dev/null | head -n 1)}

unmount() {
    for made in "$folder/root" "$folder/user"; do
        umount "$made/proc" "$made/dev/pts" "$made/dev" 2>/dev/null || :
    done
}
trap unmount EXIT
trap 'exit 1' HUP INT TERM

# Made once; each system is a copy.
if [ ! -f "$folder/minbase/made" ]; then
    rm -rf "$folder/minbase"
    debootstrap --variant=minbase --include=make,git,ca-certificates bookworm "$folder/minbase" \
        $MIRROR >"$folder/debootstrap.log" 2>&1 || {
        tail -n 20 "$folder/debootstrap.log" >&2
        exit 1
    }
    for settings in apt.conf.d sources.list.d; do
        cp -R /etc/apt/$settings/. "$folder/minbase/etc/apt/$settings/"
    done
    [ -z "$(ls /etc/apt/sources.list.d)" ] || rm -f "$folder/minbase/etc/apt/sources.list"
    cp -R /etc/ssl/certs/. "$folder/minbase/etc/ssl/certs/"
    cp /etc/resolv.conf "$folder/minbase/etc/resolv.conf"
    touch "$folder/minbase/made"
fi

inside() { # SYSTEM COMMAND...: with a bare environment, but for the proxies of this one
    system=$1
    shift
    for name in http_proxy https_proxy no_proxy; do
        eval "value=\${$name:-}"
        [ -z "$value" ] || set -- "$name=$value" "$@"
    done
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin TERM=dumb chroot "$system" /usr/bin/env "$@"
}

# One step in the clone: what it took, and the line of its output that says how it went.
step() { # SYSTEM CLONE NAME SHELL-COMMAND TOLD COMMAND...
    system=$1 clone=$2 step=$3 line=$4 told=$5
    shift 5
    start=$(date +%s)
    log=$system.$step.log
    inside "$system" "$@" sh -c 'cd "$1" && eval "$2"' sh "$clone" "$line" \
        >"$log" 2>&1 </dev/null || {
        tail -n 40 "$log" >&2
        echo "check_bare: this failed; the log is $log" >&2
        failed=1
    }
    echo "${system##*/}, $step: $(($(date +%s) - start)) s, $(grep -e "$told" "$log" | tail -n 1)"
}

prove() { # SYSTEM CLONE COMMAND...: both commands, and set-up and build a second time
    system=$1
    clone=$2
    shift 2
    step "$system" "$clone" demo 'make demo' ' uses declared' "$@"
    step "$system" "$clone" check .ci/run ' passed, ' "$@"
    step "$system" "$clone" again 'make setup && make' 'no work to do' "$@"
}

failed=0
for who in ${2:-root user}; do
    system=$folder/$who
    unmount
    # What is still mounted there is this machine's own: never removed.
    if grep -q " $system/" /proc/mounts; then
        echo "check_bare: something is still mounted below $system; unmount it first" >&2
        exit 1
    fi
    rm -rf --one-file-system "$system"
    cp -a "$folder/minbase" "$system"
    mount -t proc proc "$system/proc"
    mount --bind /dev "$system/dev"
    mount -t devpts devpts "$system/dev/pts"
    git clone -q . "$system/srv/a clone"
    if [ $who = root ]; then
        prove "$system" "/srv/a clone"
    else
        inside "$system" sh -c 'apt-get -q update && apt-get -q -y install sudo &&
            useradd --create-home --home-dir /srv/officer officer && chown -R officer "/srv/a clone" &&
            echo "officer ALL=(ALL) NOPASSWD: ALL" >/etc/sudoers.d/officer' \
            >"$system.made.log" 2>&1
        prove "$system" "/srv/a clone" setpriv --reuid officer --regid officer --init-groups \
            env HOME=/srv/officer
    fi
done
exit $failed
