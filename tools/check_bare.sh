#!/bin/sh
# Proves that enduse's two commands need nothing but Debian 12: makes a minimal system (debootstrap
# minbase with make, git and ca-certificates) and, in a fresh clone of HEAD below a path with a space,
# runs `make demo`, what CI runs, and set-up and build once more, as root; then in another such
# system as an ordinary user with sudo. Prints how long each took. Needs root and debootstrap.
#
# Usage: tools/check_bare.sh FOLDER [root | user [COMMAND]]
#   FOLDER   where the systems are made, about 3 GB; what is there already is used again, and removing
#            it is yours
#   root, user   only this one; both when none is named
#   COMMAND  run only this line of shell, in the clone of the system that is there: to look at what
#            failed. The system is made where there is none
#   MIRROR   the Debian mirror; without it, the one this machine uses
# This machine's settings for apt (proxies, sources) and its certificates are copied into the systems.
# A system has /proc and /dev of its own, and what is mounted there is seen by this command's processes
# alone: it is gone with them, however they end.
set -eu
cd "$(dirname "$0")/.."
apart=no
[ "${1:-}" != --apart ] || { apart=yes; shift; }
case "$#:${2:-}" in
1: | [23]:root | [23]:user) ;;
*)
    sed -n '2,/^set/s/^# \{0,1\}//p' "$0" >&2
    exit 1
    ;;
esac
[ "$(id -u)" = 0 ] || { echo "check_bare: only root can make a system of its own" >&2; exit 1; }
[ $apart = yes ] ||
    exec unshare --mount --pid --fork --kill-child --mount-proc "$PWD/tools/check_bare.sh" --apart "$@"
trap 'exit 1' HUP INT TERM

mkdir -p "$1"
folder=$(cd "$1" && pwd)
# The first source that apt knows, as its URI; nothing where apt knows none.
MIRROR=${MIRROR:-$(apt-get indextargets --format '$(REPO_URI)' 2>/dev/null | head -n 1)}

# Removes a system; never one below which anything is mounted, which would be this machine's own.
remove() { # SYSTEM
    if grep -qF " $(echo "$1" | sed 's/ /\\040/g')/" /proc/mounts; then
        echo "check_bare: something is mounted below $1; unmount it first" >&2
        exit 1
    fi
    rm -rf --one-file-system "$1"
}

# A system's own /proc and /dev: debootstrap made the devices, which the copy keeps.
mount_in() { # SYSTEM
    mount -t proc proc "$1/proc"
    mount -t devpts -o newinstance,ptmxmode=666,mode=620,gid=5 devpts "$1/dev/pts"
    mount -t tmpfs -o nosuid,nodev,mode=1777 shm "$1/dev/shm"
}

# Made once; each system is a copy.
if [ ! -f "$folder/minbase/made" ]; then
    remove "$folder/minbase"
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

run() { # SYSTEM CLONE COMMAND...: only the line that was given
    system=$1
    clone=$2
    shift 2
    inside "$system" "$@" sh -c 'cd "$1" && eval "$2"' sh "$clone" "$only" || failed=1
}

failed=0
only=${3:-}
for who in ${2:-root user}; do
    system=$folder/$who
    clone="$system/srv/a clone"
    made=no
    if [ $# -lt 3 ] || [ ! -d "$clone" ]; then
        remove "$system"
        cp -a "$folder/minbase" "$system"
        made=yes
    fi
    mount_in "$system"
    if [ $made = yes ] && [ "$who" = user ]; then
        inside "$system" sh -c 'apt-get -q update && apt-get -q -y install sudo &&
            useradd --create-home --home-dir /srv/officer officer &&
            echo "officer ALL=(ALL) NOPASSWD: ALL" >/etc/sudoers.d/officer' \
            >"$system.made.log" 2>&1
    fi
    if [ $made = yes ]; then
        git clone -q . "$clone"
        [ "$who" = root ] || inside "$system" chown -R officer "/srv/a clone"
    fi
    command=prove
    if [ $# = 3 ]; then
        command=run
    fi
    if [ "$who" = root ]; then
        $command "$system" "/srv/a clone"
    else
        $command "$system" "/srv/a clone" setpriv --reuid officer --regid officer --init-groups \
            env HOME=/srv/officer
    fi
done
exit $failed
