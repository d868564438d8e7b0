"""The page that an audit pack is read from: no script, no network, plain links."""

from html import escape
from urllib.parse import quote

STYLE = """
body{font:15px/1.45 "DejaVu Sans",Verdana,sans-serif;color:#1d2a30;max-width:1060px;
margin:24px auto;padding:0 16px}
h1{font-size:26px}h2{font-size:20px;margin-top:36px;border-bottom:2px solid #c9d3d8}
h3{font-size:16px;margin:22px 0 4px}table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:4px 10px 4px 0;
border-bottom:1px solid #e2e8eb;overflow-wrap:anywhere}th{font-weight:600}
a{color:#0b5c8a}.state{border-radius:3px;padding:1px 7px;font-size:13px;
background:#e2e8eb}.in_order{background:#cfe9d4}.attention{background:#fbe6b2}
.missing{background:#f6c6c2}.quiet{color:#5b6a72}ul{margin:4px 0;padding-left:22px}
p{margin:4px 0;white-space:pre-line}summary{cursor:pointer}
@media print{details{display:block}}
"""


def make_link(path, text=None):
    """Return a relative link to a file of the pack.

    >>> make_link("documents/issued/COC 1#2.pdf", "A & B")
    '<a href="documents/issued/COC%201%232.pdf">A &amp; B</a>'
    """
    return f'<a href="{quote(path)}">{escape(text or path)}</a>'


def write_html(page, index, files, words):
    """Write the page to an open text file, piece by piece.

    ``index`` is what ``index.json`` holds, ``files`` all paths of the pack in order,
    and ``words`` what the page says in the reader's language.
    """
    write = page.write
    write(
        f'<!DOCTYPE html>\n<html lang="{escape(words["lang"])}"><head>'
        '<meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "style-src 'unsafe-inline'\">"
        f"<title>{escape(words['title'])}</title><style>{STYLE}</style></head><body>\n"
    )
    write(f"<h1>{escape(words['title'])}</h1>\n<table>\n")
    for label, text in words["facts"]:
        write(f"<tr><th>{escape(label)}</th><td>{escape(text)}</td></tr>\n")
    write(f"</table>\n<p class='quiet'>{escape(words['how'])}</p>\n")
    _write_list(
        write,
        words["findings"],
        [escape(_tell_finding(one)) for one in index["pack"]["ledger_findings"]],
    )
    _write_list(
        write,
        words["missing"],
        [escape(f"{one['record']}: {one['name']}") for one in index["missing_files"]],
    )
    _write_contents(write, index, words)
    _write_criteria(write, index, words)
    _write_registers(write, index, words)
    _write_files(write, files, words)
    write("</body></html>\n")


def _tell_finding(finding):
    number = finding["number"]
    return finding["what"] if number is None else f"{number}: {finding['what']}"


def _write_list(write, title, items):
    if items:
        write(f"<h2>{escape(title)}</h2>\n<ul>\n")
        write("".join(f"<li>{item}</li>\n" for item in items))
        write("</ul>\n")


def _make_badge(criterion):
    state, label = criterion["state"], criterion["state_label"]
    return f'<span class="state {escape(state)}">{escape(label)}</span>'


def _write_contents(write, index, words):
    """Write the criteria as a list of contents, with how each stands."""
    write(f"<h2>{escape(words['criteria'])}</h2>\n<table>\n")
    for one in index["criteria"]:
        code = escape(one["code"])
        write(
            f'<tr><td><a href="#c{code}">{code}</a></td><td>{escape(one["name"])}</td>'
            f"<td>{_make_badge(one)}</td></tr>\n"
        )
    write("</table>\n")


def _write_criteria(write, index, words):
    section = None
    for one in index["criteria"]:
        if one["section"] != section:
            section = one["section"]
            write(f"<h2>{escape(section)}</h2>\n")
        code = escape(one["code"])
        write(
            f'<h3 id="c{code}">{code} {escape(one["name"])} {_make_badge(one)}</h3>\n'
        )
        if one["explanation"]:
            write(f"<p>{escape(one['explanation'])}</p>\n")
        if not any(kind["count"] for kind in one["evidence"]):
            write(f"<p class='quiet'>{escape(words['none'])}</p>\n")
        for kind in one["evidence"]:
            if kind["count"]:
                _write_kind(write, kind, words)


def _write_kind(write, kind, words):
    """Write the records of one kind: number, name, row of the register, files."""
    label = f"{kind['label']}: {kind['count']}"
    register = kind["register"]
    link = f" ({make_link(register, words['register'])})" if register else ""
    write(f"<details><summary>{escape(label)}</summary>{link}\n<ul>\n")
    for record in kind["records"]:
        place = ""
        for name in ("row", "item"):
            if record[name]:
                place = f", {make_link(register, words[name](record[name]))}"
        files = "".join(
            f"<br>{make_link(path, path.rpartition('/')[2])}"
            for path in record["files"]
        )
        write(
            f"<li>{escape(record['name'])} <span class='quiet'>"
            f"({record['id']}{place})</span>{files}</li>\n"
        )
    rest = kind["count"] - len(kind["records"])
    if rest > 0:
        write(f"<li class='quiet'>{escape(words['more'](rest))}</li>\n")
    write("</ul></details>\n")


def _write_registers(write, index, words):
    write(f"<h2>{escape(words['registers'])}</h2>\n<table>\n")
    for one in index["registers"]:
        write(
            f"<tr><td>{make_link(one['file'], one['title'])}</td>"
            f"<td>{escape(words['records'])}: {one['records']}</td></tr>\n"
        )
    write("</table>\n")


def _write_files(write, files, words):
    """Write a link to every file, by folder."""
    write(f"<h2>{escape(words['files'])}</h2>\n")
    folder = None
    for path in files:
        own = path.rpartition("/")[0]
        if own != folder:
            write("</ul></details>\n" if folder is not None else "")
            write(f"<details><summary>{escape(own or '.')}</summary><ul>\n")
            folder = own
        write(f"<li>{make_link(path, path.rpartition('/')[2])}</li>\n")
    write("</ul></details>\n")
