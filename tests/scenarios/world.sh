# A small world of keys and signed documents, made with the program itself. Source it in an empty
# folder with $enduse set; it stops at the first command that fails.
export ENDUSE_ROOT=0001.root
unset ENDUSE_KEY ENDUSE_URL

quietly() {
    "$@" >quietly.out 2>&1 || {
        cat quietly.out
        echo "Bail out! $*"
        exit 1
    }
}

for name in defence defence2 foreign foreign2 state supervisor operator court prosecutor lease log \
    guard stranger; do
    quietly "$enduse" key new $name
done

person() { # ID NAME KEY
    printf '{"id": "%s", "name": "%s", "roles": ["desk", "reviewer", "signatory"],
        "key": {"$key": "%s.pub"}}' "$1" "$2" "$3"
}

cat >root.json <<END
{
  "version": 1, "name": "Authority of a test", "demo": true,
  "issued": "2026-01-01T00:00:00Z",
  "ministries": [
    {"id": "defence", "name": "Ministry of Defence", "threshold": 1, "people": [
      $(person D-01 "Defence One" defence), $(person D-02 "Defence Two" defence2)]},
    {"id": "foreign", "name": "Ministry of Foreign Affairs", "threshold": 1, "people": [
      $(person F-01 "Foreign One" foreign), $(person F-02 "Foreign Two" foreign2)]}
  ]
}
END
quietly "$enduse" root make root.json --key defence.key -o 0001.root
quietly "$enduse" root sign 0001.root --key foreign.key
