import io
import json
import time
import tracemalloc
import zlib

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase
from odoo.tools.pdf import PdfFileReader, PdfFileWriter

from ..core import twin
from ..core.pdf_twin import embed, extract, read_upload
from ..core.twin_messages import TwinError
from .common_twin import (
    ATTACHED,
    FILE,
    attached,
    figure_12,
    flate,
    make_packed_pdf,
    make_pdf,
    print_pages,
    stream,
)

#: Seconds of the processor and bytes of memory an upload may take.
TIME_LIMIT = 2
MEMORY_LIMIT = 150 * 2**20
MEGABYTE = 2**20
TWIN = twin.dump(figure_12())


class HostileCase(BaseCase):
    def result_of(self, data):
        """Return the code of what is wrong with an upload, or its payload."""
        start = time.process_time()
        try:
            return read_upload("upload", data)
        except TwinError as error:
            self.assertTrue(str(error))
            return error.code
        finally:
            self.assertLess(time.process_time() - start, TIME_LIMIT)

    def check(self, data, code):
        self.assertEqual(self.result_of(data), code)
        tracemalloc.start()
        try:
            with self.assertRaises(TwinError):
                read_upload("upload", data)
            self.assertLess(tracemalloc.get_traced_memory()[1], MEMORY_LIMIT)
        finally:
            tracemalloc.stop()

    def check_json(self, code, path=None, **changes):
        """Check that figure 12 with ``changes`` is refused, naming ``path``."""
        data = json.dumps(figure_12(**changes)).encode()
        with self.subTest(path=path, changes=str(changes)[:80]):
            with self.assertRaises(TwinError) as caught:
                twin.load(data)
            self.assertEqual(caught.exception.code, code)
            self.assertEqual(caught.exception.parameters.get("path"), path)


class TestHostileJson(HostileCase):
    """Whatever is uploaded as JSON is a payload or a clear error."""

    def test_no_json(self):
        self.check(b"", "upload_unknown")
        self.check(b"\x89PNG\r\n", "upload_unknown")
        self.check(b"null", "upload_unknown")
        self.check(b"[]", "not_an_object")
        self.check(b'{"schema": ', "twin_not_json")
        self.check(TWIN + b"}", "twin_not_json")
        self.check(TWIN.replace(b"Rollers", b"R\xff"), "twin_not_utf8")
        self.check("{}".encode("utf-16"), "upload_unknown")
        self.check(b'{"a": "\x00"}', "twin_not_json")
        for bad in (b"{'a': 1}", b'{"a": 01}', b'{"a": 1,}', b'{"a": 1} {}'):
            self.check(bad, "twin_not_json")

    def test_where_it_stops_being_json(self):
        with self.assertRaises(TwinError) as caught:
            twin.load(b'{"schema":\n  oops}')
        self.assertEqual(str(caught.exception), "This is not JSON (line 2, column 3).")

    def test_huge(self):
        self.check(b"{" + b" " * MEGABYTE, "twin_too_large")
        self.check(b'{"a":' + b" " * (MEGABYTE - 6), "twin_not_json")
        self.check(b'{"a":[' + b"[]," * 300_000 + b"[]]}", "missing")
        self.check(b'{"a":"' + b'\\"' * 500_000, "twin_not_json")
        with self.assertRaises(TwinError):
            twin.dump(figure_12(extensions={"a": "é" * (MEGABYTE // 2)}))

    def test_nesting(self):
        for data in (b'{"a":' * 100_000, b"[" * MEGABYTE, b'{"a":' + b"[" * 100_000):
            self.check(data, "twin_too_deep")
        deep = []
        for _level in range(900):
            deep = [deep]
        self.check_json("not_a_text", "$.schema", schema=deep)
        self.check_json("not_a_text", "$.number", number=deep)
        self.check_json("twin_too_deep", extensions={"a": deep})

    def test_two_values_for_one_name(self):
        twice = TWIN.replace(b'"coc_mass"', b'"coc_mass":"1","coc_mass"')
        self.check(twice, "twin_duplicate_key")
        twice = TWIN.replace(b'"coc_mass"', b'"coc\\u005fmass":"1","coc_mass"')
        self.check(twice, "twin_duplicate_key")

    def test_numbers_that_are_none(self):
        for number in ("NaN", "Infinity", "-Infinity", "1e999", "9" * 21, "9" * 10**6):
            data = TWIN.replace(b'"items":null', b'"items":' + number.encode())
            self.check(data, "twin_number_too_large")

    def test_another_schema_or_version(self):
        self.check_json("twin_wrong_schema", schema="asi-coc-statement")
        self.check_json("twin_wrong_schema", schema=None)
        self.check_json("twin_wrong_version", version="2.0")
        self.check(b'{"version": "1.0"}', "missing")
        self.check(b'{"schema": "asi-coc-document"}', "missing")

    def test_other_types(self):
        self.check_json("not_a_text", "$.number", number=98904280)
        self.check_json("not_a_text", "$.date", date=20200729)
        self.check_json("not_a_text", "$.issuer.name", issuer__name=["x"])
        self.check_json("not_an_object", "$.customer", customer="Rollers United")
        self.check_json("not_a_list", "$.lines", lines={})
        self.check_json("not_an_object", "$.lines[1]", lines=[{}, "x"])
        self.check_json("not_a_text", "$.lines[0].coc_mass", lines__0__coc_mass=2000)
        self.check_json("not_a_text", "$.lines[0].lots[1]", lines__0__lots=["a", 2])
        self.check_json("not_a_whole_number", "$.lines[0].items", lines__0__items="5")
        self.check_json("not_a_whole_number", "$.lines[0].items", lines__0__items=True)
        self.check_json("not_a_whole_number", "$.lines[0].items", lines__0__items=2.5)
        self.check_json("not_true_or_false", "$.internal", internal=1)
        self.check_json("not_an_object", "$.extensions", extensions=[])

    def test_unknown_properties(self):
        self.check_json("unknown_property", "$.colour", colour="red")
        self.check_json("unknown_property", "$.lines[0].mass", lines__0__mass="1")
        self.check_json(
            "unknown_property", "$.x\ufffd" + "y" * 57 + "…", **{"x\x00" + "y" * 99: 1}
        )

    def test_too_much(self):
        self.check_json("too_long", "$.number", number="9" * 65)
        self.check_json("too_long", "$.issuer.address", issuer__address="x" * 2001)
        self.check_json(
            "too_long", "$.lines[0].total_mass", lines__0__total_mass="1" * 50
        )
        self.check_json("too_many", "$.lines", lines=[{}] * 501)
        self.check_json("too_many", "$.lines[0].lots", lines__0__lots=["x"] * 1001)
        self.check_json("too_many", "$.shipments", shipments=[{}] * 501)

    def test_dates_that_do_not_exist(self):
        for day in (
            "2020-02-30",
            "2021-02-29",
            "0000-01-01",
            "29.07.2020",
            "2020-7-29",
        ):
            self.check_json("not_a_date", "$.date", date=day)
        self.check_json("not_a_date", "$.shipments[0].date", shipments__0__date="x")

    def test_masses_that_are_none(self):
        path = "$.lines[0].coc_mass"
        for mass in ("-1", "-0", "10000000000", "0002"):
            self.check_json("out_of_range", path, lines__0__coc_mass=mass)
        for mass in (
            "1,5",
            "1e3",
            "1.1234567",
            "NaN",
            "Infinity",
            ".5",
            "1_0",
            "١",
            " 1",
        ):
            self.check_json("not_a_number", path, lines__0__coc_mass=mass)
        self.check_json("out_of_range", "$.lines[0].items", lines__0__items=-1)
        self.check_json("out_of_range", "$.lines[0].items", lines__0__items=1e300)

    def test_words_nobody_knows(self):
        self.check_json("not_allowed", "$.lines[0].material", lines__0__material="gold")
        self.check_json("not_allowed", "$.lines[0].unit", lines__0__unit="kg")

    def test_addresses_one_must_not_be_sent_to(self):
        for address in (
            *("javascript:alert(1)", "data:text/html,x", "ftp://a.example", "//a"),
            *("file:///etc/passwd", " https://a", "https://a b", "HTTPS:a", "https://"),
        ):
            self.check_json(
                "not_a_web_address", "$.verification_url", verification_url=address
            )

    def test_characters_that_cannot_be_shown(self):
        for bad in ("\x00", "\x1b[31m", "\x7f", "\x85", "\ud800", "\u202e", "\ufffe"):
            self.check_json("control_character", "$.number", number=f"1{bad}")
            self.check_json(
                "control_character", "$.issuer.address", issuer__address=bad
            )
            self.check_json(
                "control_character", "$.extensions", extensions={"a": [bad]}
            )
            self.check_json("control_character", "$.extensions", extensions={bad: 1})
        self.check_json("control_character", "$.number", number="1\n2")
        self.check_json("control_character", "$.date", date="2020-07-29\n")
        self.check_json(
            "control_character", "$.verification_url", verification_url="http://a\n"
        )


class TestHostilePdf(HostileCase):
    """Whatever is uploaded as PDF is a payload or a clear error."""

    def test_files_of_these_tests_are_read_when_nothing_is_wrong(self):
        for make in (make_pdf, make_packed_pdf):
            self.assertEqual(self.result_of(make(attached(flate(TWIN)))), figure_12())

    def test_no_pdf(self):
        self.check(b"%PDF-", "pdf_broken")
        self.check(b"%PDF-1.7\n" + b"\x00" * 5000, "pdf_broken")
        with self.assertRaises(TwinError) as caught:
            extract(TWIN)
        self.assertEqual(caught.exception.code, "pdf_not_a_pdf")

    def test_huge(self):
        self.check(print_pages() + b" " * (10 * MEGABYTE), "pdf_too_large")

    def test_encrypted(self):
        writer = PdfFileWriter()
        writer.appendPagesFromReader(
            PdfFileReader(io.BytesIO(embed(print_pages(), TWIN)), strict=False)
        )
        writer.encrypt("secret", algorithm="RC4-128")
        result = io.BytesIO()
        writer.write(result)
        self.check(result.getvalue(), "pdf_encrypted")
        self.check(make_pdf(attached(flate(TWIN)), b"/Encrypt<<>>"), "pdf_encrypted")

    def test_without_twin(self):
        self.check(print_pages(), "pdf_without_twin")
        other = attached(flate(TWIN), _4=FILE.replace(b"coc-document", b"other"))
        self.check(make_pdf(other), "pdf_without_twin")
        self.check(make_pdf({1: b"null"}), "pdf_without_twin")
        self.check(make_pdf({1: b"<<>>"}), "pdf_without_twin")

    def test_several_twins(self):
        two = ATTACHED.replace(b"4 0 R]", b"4 0 R(coc-document.json)6 0 R]")
        objects = attached(
            flate(TWIN), two, _6=FILE.replace(b"5 0", b"7 0"), _7=flate(TWIN)
        )
        self.check(make_pdf(objects), "pdf_ambiguous")
        # One file, but another one for readers of another kind of name.
        file = FILE.replace(b"<</F 5 0 R>>", b"<</F 5 0 R/UF 6 0 R>>")
        objects = attached(flate(TWIN), _4=file, _6=flate(TWIN))
        self.check(make_pdf(objects), "pdf_ambiguous")
        associated = ATTACHED.replace(b"<</Type", b"<</AF[6 0 R]/Type", 1)
        objects = attached(
            flate(TWIN), associated, _6=FILE.replace(b"5 0", b"7 0"), _7=flate(TWIN)
        )
        self.check(make_pdf(objects), "pdf_ambiguous")

    def test_twin_that_is_none(self):
        self.check(make_pdf(attached(flate(b"{"))), "twin_not_json")
        self.check(make_pdf(attached(flate(b"%PDF-1.7"))), "twin_not_json")
        self.check(make_pdf(attached(b"<<>>")), "pdf_broken")
        self.check(make_pdf(attached(b"null")), "pdf_broken")
        self.check(
            make_pdf(attached(stream(TWIN, b"/Filter/LZWDecode"))), "pdf_unknown_filter"
        )
        twice = stream(zlib.compress(TWIN), b"/Filter[/FlateDecode/FlateDecode]")
        self.check(make_pdf(attached(twice)), "pdf_unknown_filter")
        self.check(
            make_pdf(attached(stream(b"no zlib", b"/Filter/FlateDecode"))), "pdf_broken"
        )
        cut = stream(zlib.compress(TWIN)[:-8], b"/Filter/FlateDecode")
        self.check(make_pdf(attached(cut)), "pdf_broken")

    def test_decompression_bombs(self):
        bomb = b" " * (300 * MEGABYTE)
        packed = zlib.compress(bomb, 9)
        head = b"/Filter/FlateDecode/Params<</Size 9>>"
        del bomb
        self.check(make_pdf(attached(stream(packed, head))), "twin_too_large")
        pack = stream(packed, head + b"/Type/ObjStm/N 1/First 5")
        self.check(self._make_with_table([(1, (9, 0)), (9, pack)]), "pdf_too_complex")
        table = b"/Type/XRef/W[1 3 1]/Size 9/Root 1 0 R"
        pdf = b"%%PDF-1.7\n1 0 obj\n%s\nendobj\nstartxref\n9\n" % stream(
            packed, head + table
        )
        self.check(pdf, "pdf_too_complex")
        small = zlib.compress(b"\x02" + b"a" * (8 * MEGABYTE - 9), 9)
        head += b"/DecodeParms<</Predictor 12/Columns 1>>"
        pdf = b"%%PDF-1.7\n1 0 obj\n%s\nendobj\nstartxref\n9\n" % stream(
            small, head + table
        )
        self.check(pdf, "pdf_too_complex")

    def _make_with_table(self, objects):
        """Return a PDF whose table is a stream that says what it is told."""
        result, rows = b"%PDF-1.7\n", b""
        for number, text in objects:
            kind, place, index = 1, len(result), 0
            if isinstance(text, tuple):
                kind, (place, index) = 2, text
            else:
                result += b"%d 0 obj\n%s\nendobj\n" % (number, text)
            rows += bytes([kind]) + place.to_bytes(4, "big") + bytes([index])
        index = b" ".join(b"%d 1" % number for number, _text in objects)
        head = b"/Type/XRef/W[1 4 1]/Size 99/Root 1 0 R/Index[%s]" % index
        table = b"98 0 obj\n%s\nendobj\n" % stream(rows, head)
        return result + table + b"startxref\n%d\n" % len(result)

    def test_object_streams_in_circles(self):
        self.check(self._make_with_table([(1, (1, 0))]), "pdf_broken")
        self.check(self._make_with_table([(1, (2, 0)), (2, (1, 0))]), "pdf_broken")
        pack = stream(b"1 0 <<>>", b"/Type/ObjStm/N 1/First 4/Filter 1 0 R")
        self.check(self._make_with_table([(1, (9, 0)), (9, pack)]), "pdf_broken")
        chain = [(1, (10, 0))]
        for number in range(10, 60):
            head = b"/N 1/First 4/Filter %d 0 R" % (number + 101)
            chain += [(number, stream(b"1 0 1", head)), (number + 101, (number + 1, 0))]
        self.check(self._make_with_table(chain), "pdf_broken")

    def test_object_streams_that_lie(self):
        for head, content in (
            (b"/N 9999999/First 4", b"2 0 <<>>"),
            (b"/N 1/First 99999", b"1 0 <<>>"),
            (b"/N -1/First 4", b"1 0 <<>>"),
            (b"/N 1/First(4)", b"1 0 <<>>"),
            (b"/N 1/First 4", b"x 0 <<>>"),
            (b"/N 1/First 15", b"1 99999999999 <<>>"),
            (b"/N 1/First 13", b"1 9999999999 <<>>"),
        ):
            pack = stream(content, b"/Type/ObjStm" + head)
            pdf = self._make_with_table([(1, (9, 0)), (9, pack)])
            with self.subTest(head):
                self.check(pdf, "pdf_broken")
        pack = stream(b"9" * 2 * MEGABYTE, b"/Type/ObjStm/N 1/First 2000000")
        self.check(self._make_with_table([(1, (9, 0)), (9, pack)]), "pdf_too_complex")

    def test_length_is_not_trusted(self):
        for length in (0, 5, -1, 10**11, 2 * len(TWIN)):
            pdf = make_pdf(attached(stream(TWIN, length=length)))
            self.assertEqual(self.result_of(pdf), figure_12())
        for length in (b"5 0 R", b"77 0 R", b"1 0 R", b"(x)", b"[5 0 R]"):
            data = b"<</Length %s>>\nstream\n%s\nendstream" % (length, TWIN)
            self.assertEqual(self.result_of(make_pdf(attached(data))), figure_12())
        self.check(
            make_pdf(attached(stream(TWIN).replace(b"endstream", b""))), "pdf_broken"
        )

    def test_tables_that_lie(self):
        good = make_pdf(attached(flate(TWIN)))
        for place in (0, 3, 10**9, len(good)):
            self.check(make_pdf(attached(flate(TWIN)), places={1: place}), "pdf_broken")
        for old, new in (
            (b"startxref\n", b"startxref\n9"),
            (b"startxref", b"startxxxx"),
            (b"startxref\n", b"startxref\n-"),
            (b"trailer", b"trail"),
            (b"0 1\n0000000000", b"0 9999999999\n0000000000"),
            (b"0000000000 65535 f", b"x"),
            (b"/Root 1 0 R", b"/Root 4711 0 R"),
            (b"/Root 1 0 R", b"/Root(x)"),
            (b"/Root", b"/Prev(x)/Root"),
            (b"/Root", b"/Prev 99999999999/Root"),
            (b"<</Size", b"[/Size"),
        ):
            with self.subTest(new):
                code = "pdf_without_twin" if b"4711" in new else "pdf_broken"
                self.check(good.replace(old, new), code)

    def test_table_streams_that_lie(self):
        good = self._make_with_table([(1, b"<<>>")])
        self.assertEqual(self.result_of(good), "pdf_without_twin")
        for old, new in (
            (b"W[1 4 1]", b"W[]"),
            (b"W[1 4 1]", b"W[0 0 0]"),
            (b"W[1 4 1]", b"W[1 99999999 1]"),
            (b"W[1 4 1]", b"W[1 -4 1]"),
            (b"W[1 4 1]", b"W 98 0 R"),
            (b"Index[1 1]", b"Index[1 999999999]"),
            (b"Index[1 1]", b"Index(x)"),
            (b"/Index[1 1]", b"/Size null"),
            (b"/Type/XRef", b"/Type/Page"),
            (b"/Size 99", b"/Size 99/DecodeParms[<</Predictor(x)>>]"),
        ):
            with self.subTest(new):
                self.assertIn(
                    self.result_of(good.replace(old, new)),
                    ("pdf_broken", "pdf_unknown_filter"),
                )
        self.check(
            good.replace(b"/Size 99", b"/DecodeParms<</Predictor 2>>"),
            "pdf_unknown_filter",
        )

    def test_tables_in_circles(self):
        good = make_pdf(attached(flate(TWIN)))
        start = good.rsplit(b"startxref\n", 1)[1].split()[0]
        for key in (b"/Prev ", b"/XRefStm "):
            self.check(good.replace(b"/Root", key + start + b"/Root"), "pdf_broken")

    def test_endless_tables(self):
        pdf, start = b"%PDF-1.7\n", 0
        for _table in range(200):
            pdf, start = (
                pdf + b"xref\ntrailer<</Root 1 0 R/Prev %d>>\n" % start,
                len(pdf),
            )
        self.check(pdf + b"startxref\n%d\n" % start, "pdf_too_complex")

    def test_huge_table(self):
        rows = b"0000000009 00000 n \n" * 400_000
        pdf = b"%PDF-1.7\nxref\n0 400000\n" + rows + b"trailer<<>>\nstartxref\n9\n"
        self.check(pdf, "pdf_too_complex")

    def test_attachments_in_circles(self):
        for kids in (b"7 0 R", b"6 0 R 6 0 R", b"8 0 R"):
            catalog = b"<</Names<</EmbeddedFiles 7 0 R>>>>"
            objects = attached(flate(TWIN), catalog, _6=b"<<>>")
            objects |= {7: b"<</Kids[%s]>>" % kids, 8: b"<</Kids[7 0 R]>>"}
            self.check(make_pdf(objects), "pdf_broken")

    def test_references_in_circles(self):
        objects = {1: b"2 0 R", 2: b"1 0 R"}
        self.check(make_pdf(objects), "pdf_broken")
        chain = {number: b"%d 0 R" % (number + 1) for number in range(1, 99)}
        self.check(make_pdf(chain | {99: b"<<>>"}), "pdf_broken")

    def test_thousands_of_attachments(self):
        names = b"(x.txt) 4 0 R " * 5000
        catalog = b"<</Names<</EmbeddedFiles<</Names[%s]>>>>>>" % names
        self.check(make_pdf(attached(flate(TWIN), catalog)), "pdf_too_complex")
        catalog = b"<</Names<</EmbeddedFiles<</Kids[%s]>>>>>>" % (b"<<>>" * 5000)
        self.check(make_pdf(attached(flate(TWIN), catalog)), "pdf_too_complex")
        catalog = b"<</AF[%s]>>" % (b"4 0 R " * 5000)
        self.check(make_pdf(attached(flate(TWIN), catalog)), "pdf_too_complex")

    def test_values_of_the_wrong_kind(self):
        for catalog in (
            *(b"<</Names 4>>", b"<</Names[]>>", b"<</Names<</EmbeddedFiles(x)>>>>"),
            *(
                b"<</AF 4>>",
                b"<</AF[4]>>",
                b"<</AF[(x)]>>",
                b"[]",
                b"(x)",
                b"/x",
                b"1.5",
            ),
            b"<</Names<</EmbeddedFiles<</Names[1 2]>>>>>>",
            b"<</Names<</EmbeddedFiles<</Names[(coc-document.json)<</EF 1>>]>>>>>>",
            b"<</AF[<</UF(coc-document.json)/EF<</F<<>>>>>>]>>",
            *(
                b"<</A>>",
                b"<<1 2>>",
                b"<</A 1",
                b"<</A(",
                b"<</A<zz>>>",
                b"<</A oops>>",
            ),
            *(b"]", b">>", b"", b"}", b")"),
        ):
            with self.subTest(catalog):
                self.check(make_pdf(attached(flate(TWIN), catalog)), "pdf_broken")

    def test_expensive_syntax(self):
        for text in (
            *(b"[" * 4 * MEGABYTE, b"<</A" * MEGABYTE, b"[" + b"1 " * 4 * MEGABYTE),
            *(
                b"(" * 4 * MEGABYTE,
                b"(" + b"\\" * 4 * MEGABYTE,
                b"[" + b"()" * MEGABYTE,
            ),
            *(
                b"[" + b"% %" * MEGABYTE,
                b"[" + b"%\n" * MEGABYTE,
                b"[" + b"/ " * MEGABYTE,
            ),
            *(b"[" + b"1 0 R " * MEGABYTE, b"<" + b"a" * 9 * MEGABYTE),
        ):
            with self.subTest(text[:10]):
                code = self.result_of(make_pdf({1: text}))
                self.assertIn(code, ("pdf_too_complex", "pdf_broken"))

    def test_objects_that_share_what_is_expensive(self):
        """Each object is a comment in the one before; all end in one white space."""
        numbers = range(10, 900)
        kids = b" ".join(b"%d 0 R" % number for number in numbers)
        heads = [b"%d 0 obj%%" % number for number in numbers]
        tail = b"\n" + b" " * 5 * MEGABYTE + b"<<>>"
        objects = {
            1: b"<</Names<</EmbeddedFiles<</Kids[%s]>>>>>>" % kids,
            9: b"".join(heads) + tail,
        }
        start = make_pdf(objects).index(heads[0])
        places = {}
        for number, head in zip(numbers, heads, strict=True):
            places[number] = start
            start += len(head)
        self.check(make_pdf(objects, places=places), "pdf_too_complex")


SEEDS = [
    TWIN,
    embed(print_pages(), TWIN),
    make_pdf(attached(flate(TWIN))),
    make_packed_pdf(attached(flate(TWIN))),
    make_packed_pdf(attached(stream(TWIN)), predictor=False),
]
PIECES = [
    *(b"<<", b">>", b"[", b"]", b"(", b")", b"<", b">", b"%", b"\\", b"/", b"\x00"),
    *(b"obj", b"endobj", b"stream\n", b"endstream", b"xref", b"trailer", b"startxref"),
    *(b"1 0 R", b"5 0 R", b"98 0 R", b"-1", b"0", b"9999999999", b"1.5", b"null"),
    *(b"/Length", b"/Filter", b"/FlateDecode", b"/Prev", b"/Kids", b"/Names", b"/W"),
    *(b"/DecodeParms", b"/Predictor", b"/Index", b"/Size", b"/Root", b"/N", b"/First"),
    *(b'"', b"{", b"}", b":", b",", b"1e999", b"\\ud800", b"\xff", b"true", b"[[[["),
]


@st.composite
def mutations(draw):
    """Good uploads with a few bytes replaced, put in, left out or repeated."""
    data = draw(st.sampled_from(SEEDS))
    for _mutation in range(draw(st.integers(1, 5))):
        start = draw(st.integers(0, len(data)))
        end = start + draw(st.integers(0, 8) | st.integers(0, len(data)))
        piece = draw(
            st.sampled_from(PIECES)
            | st.binary(max_size=4)
            | st.just(data[start:end])
            | st.just(data[start:end] * 2)
        )
        data = data[:start] + piece + data[end:]
    return data


class TestFuzz(HostileCase):
    """Nothing but a payload or TwinError comes out, within two seconds."""

    def check_any(self, data):
        result = self.result_of(data)
        if isinstance(result, dict):
            self.assertEqual(twin.load(twin.dump(result)), result)
            twin.find_missing(result)
            twin.find_contradictions(result)

    @settings(derandomize=True, deadline=None, max_examples=300)
    @given(st.sampled_from([b"", b"{", b"%PDF-1.7\n"]), st.binary(max_size=500))
    def test_any_bytes(self, head, data):
        self.check_any(head + data)

    @settings(derandomize=True, deadline=None, max_examples=2500)
    @given(mutations())
    def test_mutated_uploads(self, data):
        self.check_any(data)

    @settings(derandomize=True, deadline=None, max_examples=500)
    @given(st.lists(st.sampled_from(PIECES) | st.binary(max_size=3), max_size=40))
    def test_any_catalog(self, pieces):
        self.check_any(make_pdf(attached(flate(TWIN), b" ".join(pieces))))

    @settings(derandomize=True, deadline=None, max_examples=300)
    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        ),
        st.sampled_from(sorted(figure_12())),
    )
    def test_any_json(self, value, name):
        self.check_any(json.dumps(figure_12(**{name: value})).encode())
