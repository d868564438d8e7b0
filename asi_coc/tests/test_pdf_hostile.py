import io
import zlib

from odoo.tools.pdf import PdfFileReader, PdfFileWriter

from ..core.pdf_twin import embed, extract
from ..core.twin_messages import TwinError
from .common_hostile import MEGABYTE, TWIN, HostileCase
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
        for start, piece, code in (
            (b"[", b"[", "pdf_too_complex"),
            (b"", b"<</A", "pdf_too_complex"),
            (b"[", b"1 ", "pdf_too_complex"),
            (b"[", b"()", "pdf_too_complex"),
            (b"[", b"/ ", "pdf_too_complex"),
            (b"[", b"1 0 R ", "pdf_too_complex"),
            (b"[", b"%\n", "pdf_too_complex"),
            (b"[", b"% %", "pdf_broken"),
            (b"", b"(", "pdf_too_complex"),
            (b"(", b"\\n", "pdf_too_complex"),
            (b"(", b"a", "pdf_broken"),
            (b"<", b"a ", "pdf_broken"),
            (b"/", b"#41", "pdf_broken"),
            (b"", b"9", "pdf_broken"),
        ):
            with self.subTest(start + piece):
                text = start + piece * (4 * MEGABYTE // len(piece))
                self.check(make_pdf({1: text}), code)
        text = b"<" + b"a " * 4 * MEGABYTE + b">"
        self.check(make_pdf({1: text}), "pdf_broken")

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
