#!/bin/sh
# tools/setup.sh on machines of every kind, played by programs of our own on PATH.
set -eu
root=$1
. "$1/tests/house/tap.sh"
unset http_proxy https_proxy ftp_proxy no_proxy

# A machine: nothing on PATH but these. dpkg-query knows $tree/installed; apt-get adds to it and
# notes its command and proxy in $tree/calls.
machine() {
    fresh
    mkdir -p "$tree/tools" "$tree/bin"
    cp "$root/tools/setup.sh" "$tree/tools"
    for tool in sh cat cmp cp dirname env grep mkdir sed tail; do
        ln -s "$(command -v $tool)" "$tree/bin/$tool"
    done
    : >"$tree/calls"
    program id 'echo 0'
    program dpkg-query 'shift 3
        for name; do ! grep -qx "$name" installed || printf "installed=%s " "$name"; done'
    program apt-get 'echo "apt-get $* proxy=${http_proxy:-}" >>calls
        case "$*" in *" install "*) ;; *) exit 0 ;; esac
        for name; do case "$name" in -* | *=*) ;; *) echo "$name" >>installed ;; esac; done'
    printf 'alpha # the first\n# no package\n\nbeta    # the second\n' | file tools/list.txt
    echo alpha | file installed
}
program() { # NAME SCRIPT
    printf '#!/bin/sh\n%s\n' "$2" | file "bin/$1"
    chmod +x "$tree/bin/$1"
}
setup() { (cd "$tree" && PATH="$tree/bin" CI="${ci-}" "$tree/tools/setup.sh" "$@"); }

machine
reject "--look names what is missing" "missing Debian packages: beta" \
    setup --look tools/list.txt
same "--look installs nothing" "" cat "$tree/calls"
accept "root installs" setup tools/list.txt
accept "only what was missing" grep -q 'install --no-install-recommends beta proxy=$' "$tree/calls"
: >"$tree/calls"
same "the second run says nothing" "" setup tools/list.txt
same "and does nothing" "" cat "$tree/calls"

machine
program apt-get 'echo "E: no route to the mirror" >&2; exit 100'
reject "apt's failure is shown" "E: no route to the mirror" setup tools/list.txt
reject "with what to do" "apt-get install --no-install-recommends beta" setup tools/list.txt

machine
program id 'echo 1000'
reject "neither root nor sudo" "needs root, and there is no sudo here" setup tools/list.txt
same "neither root nor sudo: apt is not called" "" cat "$tree/calls"

machine
program id 'echo 1000'
program sudo 'echo "sudo $1" >>calls; [ "$1" != -n ] || shift; exec env -u http_proxy "$@"'
export http_proxy=proxy.example:3128
accept "sudo installs" setup tools/list.txt
accept "sudo hands the proxy over" grep -q 'beta proxy=proxy.example:3128$' "$tree/calls"
ci=true
echo alpha | file installed
: >"$tree/calls"
accept "sudo in CI" setup tools/list.txt
accept "sudo in CI asks nothing" grep -qx 'sudo -n' "$tree/calls"
unset http_proxy
ci=

machine
program id 'echo 1000'
program sudo 'echo "sudo: a password is required" >&2; exit 1'
reject "sudo refuses" "sudo: a password is required" setup tools/list.txt

machine
rm "$tree/bin/apt-get"
reject "not Debian" "alpha" setup tools/list.txt
accept "not Debian: --look trusts" setup --look tools/list.txt

# npm: Debian's only where there is no Node.js 18; modules anew when the lock file changes.
machine
echo 'npm:web_side # its modules' | file tools/list.txt
echo '{"a": 1}' | file web_side/package-lock.json
program npm 'echo "$PWD: npm $*" >>"$CALLS"; mkdir -p node_modules'
program node 'exit 0'
CALLS=$tree/calls
export CALLS
npm_ci="$tree/web_side: npm ci --ignore-scripts"
reject "--look names folders without modules" "missing npm modules in web_side" \
    setup --look tools/list.txt
accept "npm modules" setup tools/list.txt
same "npm modules: the npm that is there is used" "$npm_ci" cat "$tree/calls"
: >"$tree/calls"
accept "npm, second run" setup tools/list.txt
same "npm, second run: nothing to do" "" cat "$tree/calls"
echo '{"a": 2}' | file web_side/package-lock.json
accept "npm, another lock file" setup tools/list.txt
same "npm, another lock file: installed anew" "$npm_ci" cat "$tree/calls"
program node 'exit 1'
accept "an old Node.js" setup tools/list.txt
accept "an old Node.js: Debian's instead" grep -q 'recommends nodejs npm proxy=' "$tree/calls"
program npm 'echo "npm ERR! no registry" >&2; exit 1'
echo '{"a": 3}' | file web_side/package-lock.json
reject "npm's failure is shown" "npm ERR! no registry" setup tools/list.txt

finish
