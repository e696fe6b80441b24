#!/usr/bin/env python3
"""Compare a bibliography of ours with what another program read of it.

bib.py items FILE               one CSL item for each string of a JSON array, as CSL-JSON
bib.py same OURS THEIRS         both CSL-JSON: same ids, and of each title, authors and year alike
bib.py fields OURS THEIRS       and no other fields than ours, but for those that pandoc derives

Case, quotes and markup do not count: citation processors change them. A lone brace
has no form that BibTeX and pandoc both read, so titles with one are only counted.
"""
import json
import re
import sys
import unicodedata


def plain(text):
    text = unicodedata.normalize("NFKC", re.sub(r"</?(?:span|i|b|sup|sub)\b[^>]*>", "", text, flags=re.I))
    return re.sub("[‘’“”`'\"]", "", text).strip().lower()


def balanced(text):
    depth = 0
    for c in text:
        depth += (c == "{") - (c == "}")
        if depth < 0:
            return False
    return depth == 0


def people(item):
    names = []
    for n in item.get("author", []):
        particle = " ".join(n[p] for p in ("dropping-particle", "non-dropping-particle") if p in n)
        names.append(plain(n.get("literal") or f"{particle} {n.get('family', '')}".strip()))
    return names


def year(item):
    return item.get("issued", {}).get("date-parts", [[None]])[0][0]


def compare(ours, theirs, strict):
    faults = []
    theirs = {item["id"]: item for item in theirs}
    if len(ours) != len(theirs):
        faults.append(f"{len(ours)} items of ours, {len(theirs)} of theirs")
    for item in ours:
        other = theirs.get(item["id"], {})
        for what, of in (("title", lambda i: plain(i.get("title", ""))), ("authors", people), ("year", year)):
            if what == "title" and not balanced(item.get("title", "")):
                continue
            if of(item) != of(other):
                faults.append(f"{item['id']}: {what} {of(item)!r} became {of(other)!r}")
        extra = set(other) - set(item) - {"title-short"}
        if strict and extra:
            faults.append(f"{item['id']}: new fields {sorted(extra)}")
    return faults


def load(path):
    with open(path, encoding="utf-8-sig") as f:
        return json.load(f)


if sys.argv[1] == "items":
    print(json.dumps([{"id": f"k{n}", "type": "report", "title": s, "publisher": "House", "issued": {"date-parts": [[2020]]},
                       "author": [{"family": "Doe", "given": "Jane"}]} for n, s in enumerate(load(sys.argv[2]))]))
else:
    found = compare(load(sys.argv[2]), load(sys.argv[3]), sys.argv[1] == "fields")
    print("\n".join(found))
    sys.exit(1 if found else 0)
