#!/bin/sh
# Fails, naming file and line, when an include breaks a rule of floors.txt, when a folder of src has
# no floor or no face header, or when a public header or an example shows what is inside.
#
# Usage: tools/check_floors.sh [TREE]
set -eu
tools=$(cd "$(dirname "$0")" && pwd)
cd "${1:-$tools/..}"

folders=
for folder in src include examples; do
    [ ! -d $folder ] || folders="$folders $folder"
done
# shellcheck disable=SC2086
find $folders -name '*.[ch]' | LC_ALL=C sort | awk -v rules="$tools/floors.txt" '
    function complain(place, words)
    {
        print place ": " words
        complaints++
    }

    function read_rules(    row, field)
    {
        while ((getline row < rules) > 0) {
            if (split(row, field) == 0 || field[1] ~ /^#/)
                continue
            if (field[1] == "floor")
                floor[field[2]] = field[3]
            else if (field[1] == "only")
                only[folder_of(field[2]), field[3]] = field[2]
            else if (field[1] == "sibling")
                sibling[field[2], field[3]] = 1
            else if (field[1] == "never")
                never[field[2], field[3]] = 1
            else if (field[1] == "outside")
                outside[field[2]] = field[3]
            else
                complain(rules, "no such rule: " row)
        }
        if (!("base" in floor))
            complain(rules, "no floors in it")
    }

    function folder_of(path)
    {
        return substr(path, 1, index(path, "/") - 1)
    }

    # A line of a file in src/: path is without the src/, header without its quotes.
    function check_inside(place, path, header,    from, to, stem)
    {
        stem = path
        sub(/\.[ch]$/, "", stem)
        from = folder_of(path)
        to = folder_of(header)
        if (to == "") {
            complain(place, "\"" header "\" names no folder: write \"" from "/" header "\"")
        } else if (!(to in floor)) {
            complain(place, to " has no floor in tools/floors.txt")
        } else if (to != from) {
            if (floor[to] > floor[from])
                complain(place, from " (floor " floor[from] ") climbs to " to " (floor " floor[to] ")")
            else if (floor[to] == floor[from] && !((stem, to) in sibling))
                complain(place, from " includes its sibling " to " (floor " floor[to] ")")
            else if ((from, to) in only && only[from, to] != path)
                complain(place, from " includes " to " in " only[from, to] " only")
            if (!((from, to) in edge))
                edge[from, to] = place
        }
    }

    function check_outside(place, path, header,    name)
    {
        for (name in outside)
            if ((header == name || (name ~ /\/$/ && index(header, name) == 1)) &&
                folder_of(path) != outside[name])
                complain(place, "only " outside[name] " includes <" name ">")
    }

    function check_file(file,    line, number, place, header, path, inside)
    {
        inside = file ~ /^src\//
        path = substr(file, 5)
        if (inside && !(folder_of(path) in floor))
            complain(file, "its folder has no floor in tools/floors.txt")
        if (inside)
            used[folder_of(path)] = 1
        seen[file] = 1
        while ((getline line < file) > 0) {
            number++
            if (line !~ /^[ \t]*#[ \t]*include[ \t]*["<]/)
                continue
            place = file ":" number
            header = line
            sub(/^[^"<]*["<]/, "", header)
            sub(/[">].*$/, "", header)
            if (inside && line ~ /"/)
                check_inside(place, path, header)
            else if (inside)
                check_outside(place, path, header)
            else if (folder_of(header) in floor)
                complain(place, "shows what is inside src/" folder_of(header))
            else if (line ~ /"/ && file ~ /^include\//)
                complain(place, "a public header includes headers of the system only")
        }
        close(file)
    }

    # Folders that include one another by way of others: the closure of edge, one middle at a time.
    function check_reach(    a, b, middle)
    {
        for (middle in floor)
            for (a in floor)
                for (b in floor)
                    if ((a, middle) in edge && (middle, b) in edge && !((a, b) in edge))
                        edge[a, b] = edge[a, middle] ", then " edge[middle, b]
        for (a in floor)
            for (b in floor)
                if ((a, b) in never && (a, b) in edge)
                    complain(edge[a, b], a " must never reach " b)
    }

    BEGIN { read_rules() }
    { check_file($0) }
    END {
        check_reach()
        for (folder in used)
            if (folder != "cli" && !(("src/" folder "/" folder ".h") in seen))
                complain("src/" folder, "has no face header " folder "/" folder ".h")
        exit complaints ? 1 : 0
    }
'
