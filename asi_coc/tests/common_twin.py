"""Twins and PDFs to test with, made without the code under test."""

import copy
import io
import zlib

from reportlab.pdfgen.canvas import Canvas

FIGURE_12 = {
    "schema": "asi-coc-document",
    "version": "1.0",
    "number": "98904280",
    "date": "2020-07-29",
    "conformance": "The information provided in this CoC Document is in conformance "
    "with the ASI CoC Standard.",
    "issuer": {
        "name": "The 1886 Smelting Company",
        "address": "2 Hall-Heroult Avenue\nCrystal Falls, Quebec\nCanada",
        "certificate": "C00037",
        "responsible": "Pierre Thiebault, Receiving Department",
    },
    "customer": {
        "name": "Rollers United",
        "address": "Lot 1100, Metals Park\nDearborn, MI\nUSA",
        "certificate": "C00059",
        "contact": "Matthew Johnson",
    },
    "lines": [
        {
            "material": "aluminium",
            "form": "Rolling slab",
            "unit": "t",
            "coc_mass": "2000",
            "total_mass": "2000",
            "items": None,
            "net_mass_per_item": None,
            "mass_shipped": None,
            "lots": ["H-1001"],
        }
    ],
    "shipments": [
        {"reference": "WH/OUT/00012", "date": "2020-07-29", "order": "PO 4711"}
    ],
    "sustainability": {
        "carbon_footprint": "5.7",
        "carbon_method": "IAI 2021 for Primary Aluminium (100%) input",
        "origin": None,
        "recycled_content": None,
        "performance_status": None,
    },
    "supplementary": [
        "Our policy on responsible sourcing: "
        "www.1886smelting.example/responsiblesourcing"
    ],
    "verification_url": "https://1886smelting.example/coc/verify/abc",
    "replaces": None,
    "internal": False,
    "extensions": {},
}


def figure_12(**changes):
    """Return the document of the guidance's figure 12; ``changes`` by path.

    A path joins names and places with ``__``: ``lines__0__form="Billet"``.
    """
    payload = copy.deepcopy(FIGURE_12)
    for path, value in changes.items():
        put(
            payload,
            [int(key) if key.isdigit() else key for key in path.split("__")],
            value,
        )
    return payload


def put(payload, keys, value):
    """Set the value that ``keys`` lead to."""
    for key in keys[:-1]:
        payload = payload[key]
    payload[keys[-1]] = value


def print_pages(count=1):
    """Return a PDF of ``count`` pages as another program makes it."""
    result = io.BytesIO()
    canvas = Canvas(result)
    for number in range(count):
        canvas.drawString(72, 720, f"CoC Document, page {number + 1}")
        canvas.showPage()
    canvas.save()
    return result.getvalue()


#: Catalog and pages of a small PDF; what is attached comes from object 4 on.
PAGES = {
    2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
    3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
}
ATTACHED = (
    b"<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles<</Names["
    b"(coc-document.json) 4 0 R]>>>>>>"
)
FILE = b"<</Type/Filespec/UF(coc-document.json)/EF<</F 5 0 R>>>>"


def stream(data, dictionary=b"", length=None):
    """Return a stream object; ``length`` is what it claims to be long."""
    length = len(data) if length is None else length
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (dictionary, length, data)


def flate(data, dictionary=b""):
    """Return a compressed stream object."""
    return stream(zlib.compress(data, 9), b"/Filter/FlateDecode" + dictionary)


def attached(twin, catalog=ATTACHED, **more):
    """Return the objects of a PDF with a twin; ``twin`` is a stream object."""
    objects = {1: catalog, **PAGES, 4: FILE, 5: twin}
    return objects | {int(name[1:]): value for name, value in more.items()}


def make_pdf(objects, trailer=b"", places=None):
    """Return a PDF of ``objects`` with a table; ``places`` overrides where it says."""
    result = b"%PDF-1.7\n"
    found = {}
    for number, text in objects.items():
        found[number] = len(result)
        result += b"%d 0 obj\n%s\nendobj\n" % (number, text)
    start = len(result)
    result += b"xref\n0 1\n0000000000 65535 f \n"
    for number, place in sorted((found | (places or {})).items()):
        result += b"%d 1\n%010d 00000 n \n" % (number, place)
    size = max(objects) + 1
    result += b"trailer\n<</Size %d/Root 1 0 R%s>>\n" % (size, trailer)
    return result + b"startxref\n%d\n%%%%EOF\n" % start


def make_packed_pdf(objects, predictor=True, trailer=b""):
    """Return a PDF whose plain objects and whose table are compressed (PDF 1.5)."""
    plain = {n: text for n, text in objects.items() if not text.endswith(b"stream")}
    result = b"%PDF-1.7\n"
    places = {}
    pack, table = max(objects) + 1, max(objects) + 2
    contents, body = b"", b""
    for number, text in plain.items():
        contents += b"%d %d " % (number, len(body))
        body += text + b"\n"
    head = b"/Type/ObjStm/N %d/First %d" % (len(plain), len(contents))
    written = {n: text for n, text in objects.items() if n not in plain}
    for number, text in {**written, pack: flate(contents + body, head)}.items():
        places[number] = len(result)
        result += b"%d 0 obj\n%s\nendobj\n" % (number, text)
    places[table] = len(result)
    index = {number: place for place, number in enumerate(plain)}
    rows = [bytes([0, 0, 0, 0, 0])]
    for number in range(1, table + 1):
        if number in index:
            rows.append(b"\x02" + pack.to_bytes(3, "big") + bytes([index[number]]))
        else:
            rows.append(b"\x01" + places.get(number, 0).to_bytes(3, "big") + b"\x00")
    head = b"/Type/XRef/Size %d/W[1 3 1]/Root 1 0 R%s" % (table + 1, trailer)
    if predictor:
        head += b"/DecodeParms<</Predictor 12/Columns 5>>"
        rows = _subtract_rows(rows)
    result += b"%d 0 obj\n%s\nendobj\n" % (table, flate(b"".join(rows), head))
    return result + b"startxref\n%d\n%%%%EOF\n" % places[table]


def _subtract_rows(rows):
    above = [bytes(5), *rows]
    return [
        b"\x02" + bytes((a - b) & 255 for a, b in zip(row, last, strict=True))
        for row, last in zip(rows, above, strict=False)
    ]
