#!/usr/bin/env python3
"""Makes a header with the names of countries in other languages, of the package iso-codes.

Usage: country_names.py iso_3166-1.json LOCALES HEADER.h LANGUAGE...

LOCALES is where catalogues are (/usr/share/locale). A language without one there has no rows: small
systems leave them out, and pages then have the standard's own names.
"""
import gettext
import json
import sys
from pathlib import Path

source, locales, header, *languages = sys.argv[1:]
countries = json.loads(Path(source).read_text(encoding="utf-8"))["3166-1"]
rows = []
for language in sorted(languages):
    words = gettext.translation("iso_3166-1", locales, [language], fallback=True)
    for country in sorted(countries, key=lambda one: one["alpha_2"]):
        name = words.gettext(country["name"])
        if name != country["name"]:
            text = "".join(f"\\{byte:03o}" for byte in name.encode())
            rows.append(f'    X("{language}", "{country["alpha_2"]}", "{text}")')
Path(header).write_text(
    f"/* Of iso-codes, made by {Path(sys.argv[0]).name}. */\n"
    "#define COUNTRY_NAME_TABLE(X) \\\n" + " \\\n".join(rows) + "\n"
)
