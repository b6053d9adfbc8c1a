#!/bin/sh
# Registers out and in: exported as JSON and tables, imported elsewhere, and an offence schedule from
# a table.
set -eu
. "$2/tests/scenarios/scenario.sh" "$1" "$2"
. "$scenarios/world.sh"
. "$scenarios/office.sh"

# Every kind is written, both ways, and nobody gets what their role does not see.
exits 1 "nobody is logged in" register export exporter --format csv
exits 3 "--format is csv or json" register export exporter --format xml --key defence.key
exits 1 "not a kind of file" register export kings --format csv --key defence.key
for kind in exporter product application form certificate licence installation order withdrawal \
    delegation account schedule case complainant signal inspection usage ruling campaign settings \
    country agency body; do
    exits 0 '"rows"' register export $kind --format json --key defence.key
    exits 0 'number,' register export $kind --format csv --key defence.key
done
exits 0 "XA-202,Penal Code,fraud,0,71,2010-01-01T00:00:00Z,,,,accepted" \
    register export schedule --format csv --key defence.key
exits 0 "now.installations-left,now.period-from" register export licence --format csv \
    --key defence.key
exits 0 "cell" register export --help

# Exporters and products as somebody wrote them, with what a spreadsheet must not run.
printf 'number,name,address,country,owners\r
EX-0100,"Systems, Ltd.","1 Street\nTown",IL,"An Owner\nB Owner"\r
EX-0101,'"'"'=1+1,Elsewhere,IL,Owner\r
' >bad.csv
exits 3 "bad.csv: line 2" register import exporter bad.csv --key defence.key
printf 'number,name,address,country,owners\r
EX-0100,"Systems, Ltd.",1 Street,IL,"An Owner\nB Owner"\r
EX-0101,'"'"'=1+1,Elsewhere,IL,Owner\r
EX-0102,=1+1,Elsewhere,IL,Owner\r
' >formula.csv
exits 3 "line 5, column 9" register import exporter formula.csv --key defence.key
exits 1 "404" file show exporter/EX-0100 --key defence.key
head -4 formula.csv >exporters.csv
sed 's/country/land/' exporters.csv >unknown.csv
exits 3 "line 1, column 21" register import exporter unknown.csv --key defence.key
sed 's/,country//; s/,IL//' exporters.csv >missing.csv
exits 3 "a required column is missing (expected country)" register import exporter missing.csv \
    --key defence.key
exits 3 "exporter, product, country, account, agency or body" register import licence exporters.csv \
    --key defence.key

# A dry run says what would be done, and does nothing; the import again does nothing either.
size() { "$enduse" verify events office/office.db --demo | sed -n 's/^events: \([0-9]*\),.*/\1/p'; }
before=$(size)
exits 0 "line 2: exporter/EX-0100 would get draft, submit" register import exporter exporters.csv \
    --dry-run --key defence.key
same "a dry run adds no event" "$before" size
exits 0 "2 done, 0 there already" register import exporter exporters.csv --key defence.key
same "two acts for each exporter" $((before + 4)) size
exits 0 "0 done, 2 there already" register import exporter exporters.csv --key defence.key
prints_json register import exporter exporters.csv --json --key defence.key
same "the import again adds no event" $((before + 4)) size
exits 0 "name: =1+1" file show exporter/EX-0101 --key defence.key

# It stops at the first refusal, which names the line; what stands before is done.
printf 'number,exporter,name,summary,functions
P-0200,EX-0031,A tool,Reads.,location
P-0201,EX-0100,A tool,Reads.,location
P-0202,EX-0031,A tool,Reads.,location
' >products.csv
exits 1 "products.csv: line 3: refused (422)" register import product products.csv --key defence.key
exits 0 "state: submitted" file show product/P-0200 --key defence.key
exits 1 "404" file show product/P-0202 --key defence.key
sed -i 's/P-0201,EX-0100/P-0201,EX-0031/' products.csv
exits 0 "2 done, 1 there already" register import product products.csv --key defence.key
sed 's/A tool/Another tool/' products.csv >otherwise.csv
exits 1 "one that says otherwise" register import product otherwise.csv --key defence.key

# Half an import goes on where it stopped.
quietly "$enduse" exporter draft EX-0103 name=N address=A country=IL owners=O --key defence.key
printf 'number,name,address,country,owners\nEX-0103,N,A,IL,O\n' >half.csv
exits 0 "exporter/EX-0103 has got submit" register import exporter half.csv --key defence.key

# The schedule of a state from a table: its faults are named by line and column, and nothing is
# half done.
cat >schedule.csv <<'END'
code,statute,title,minimum-months,maximum-months,in-force-from,in-force-until,acts,completed-by
XA-300,"Penal Code 1977, section 300",murder,0,240,2010-01-01T00:00:00Z,,,
XA-301,"Penal Code 1977, section 301",arson,12,180,2010-01-01T00:00:00Z,,"hostage-taking
threat-of-such-act",
END
table() { # SCRIPT CODE TEXT: the table so changed is refused
    sed "$1" schedule.csv >changed.csv
    exits "$2" "$3" schedule submit XA --csv changed.csv --key defence.key
}
before=$(size)
table 's/,240,/,many,/' 3 'changed.csv: line 2, column 48, "maximum-months"'
table 's/,240,/,many,/' 3 'expected a whole number, found "many"'
table 's/,12,180/,200,180/' 3 'line 3, column 45, "minimum-months"'
table 's/2010-01-01T00:00:00Z,,,/01.01.2010,,,/' 3 'line 2, column 52, "in-force-from"'
table '3,4s/XA-301//' 3 'line 3, column 1, "code"'
table 's/^code,/kode,/' 3 "line 1, column 1"
table '2s/,$//' 3 "line 2"
table 's/XA-300/XA-114/' 1 "XA-114"
exits 3 "one of --csv and --body" schedule submit XA --csv schedule.csv --body schedule.json \
    --key defence.key
exits 1 "not found" schedule submit XA --csv none.csv --key defence.key
same "refused tables add no event" "$before" size
exits 0 "file: schedule/XA" schedule submit XA --csv schedule.csv --key defence.key
same "a table is one act" $((before + 1)) size
exits 0 "threat-of-such-act" file show schedule/XA --key defence.key
head -2 schedule.csv | sed 's/XA-300/XA-114/; s/240/200/' >amendment.csv
exits 0 "file: schedule/XA" schedule amend XA --csv amendment.csv --key defence.key
exits 3 "one row" schedule amend XA --csv schedule.csv --key defence.key
quietly "$enduse" schedule review XA codes=XA-301 decision=split reasons='Two offences.' \
    --key defence2.key
quietly "$enduse" schedule review XA codes=XA-301 decision=split reasons='Two offences.' \
    --key foreign2.key
sed 's/XA-300/XA-301a/; s/XA-301,/XA-301b,/' schedule.csv >parts.csv
exits 0 "file: schedule/XA" schedule split XA code=XA-301 --csv parts.csv --key defence.key

# What was exported here and imported elsewhere is the same register there.
quietly "$enduse" register export exporter --format json -o here.json --key defence.key
quietly "$enduse" register export exporter --format csv -o here.csv --key defence.key
quietly "$enduse" register export schedule --format csv -o lines.csv --key defence.key
stop_office
quietly "$enduse" serve --init --data other --root 0001.root --demo
"$enduse" serve --data other --demo --listen 127.0.0.1:0 >other.out 2>other.log &
server=$!
while ! { [ -f other.out ] && grep -q "serving on" other.out; }; do
    kill -0 "$server" 2>/dev/null || break
    sleep 0.05
done
ENDUSE_URL=$(sed -n 's,^serving on \(.*\)/$,\1,p' other.out)
exits 0 "4 done, 0 there already" register import exporter here.csv --key defence.key
exits 0 "0 done, 4 there already" register import exporter here.json --key defence.key
quietly "$enduse" register export exporter --format csv -o there.csv --key defence.key
columns() { # FILE: what an exporter says of itself
    python3 -c 'import csv, sys
for row in csv.DictReader(open(sys.argv[1], newline="")):
    print([row[name] for name in ("number", "name", "address", "country", "owners")])' "$1"
}
columns here.csv >here.txt
columns there.csv >there.txt
accept "the exporters are the same there" cmp here.txt there.txt
python3 -c 'import csv, sys
rows = [row for row in csv.DictReader(open("lines.csv", newline="")) if row["state"] == "accepted"]
writer = csv.DictWriter(open("accepted.csv", "w", newline=""), rows[0].keys())
writer.writeheader()
writer.writerows(rows)'
exits 0 "file: schedule/XA" schedule submit XA --csv accepted.csv --key defence.key
exits 0 "XA-202,Penal Code,fraud,0,71,2010-01-01T00:00:00Z,,,,proposed" \
    register export schedule --format csv --key defence.key
stop_office

finish
