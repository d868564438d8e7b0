import io

from odoo.tests import BaseCase
from odoo.tools.pdf import PdfFileReader, PdfFileWriter

from ..core import twin
from ..core.pdf_twin import embed, extract, read_upload
from ..core.twin_messages import TwinError
from ..reports.numbering import number_pages
from .common_twin import (
    FIGURE_12,
    attached,
    flate,
    make_packed_pdf,
    make_pdf,
    print_pages,
    stream,
)


class TestPdf(BaseCase):
    """The twin travels inside the PDF, and other programs find it there."""

    json = twin.dump(FIGURE_12)

    def read_elsewhere(self, pdf):
        return PdfFileReader(io.BytesIO(pdf), strict=False)

    def test_what_was_embedded_comes_back(self):
        pdf = embed(print_pages(), self.json)
        self.assertEqual(extract(pdf), self.json)
        self.assertEqual(read_upload("any name", pdf), FIGURE_12)

    def test_json_is_read_whatever_it_is_called(self):
        self.assertEqual(read_upload("CoC Document.pdf", self.json), FIGURE_12)
        self.assertEqual(read_upload("", b"\xef\xbb\xbf\r\n" + self.json), FIGURE_12)

    def test_pdf_as_the_add_on_prints_it(self):
        pages = number_pages(
            io.BytesIO(print_pages(2)), "98904280", lambda number, count: f"{number}"
        ).getvalue()
        pdf = embed(pages, self.json)
        self.assertEqual(extract(pdf), self.json)
        self.assertEqual(self.read_elsewhere(pdf).getNumPages(), 2)

    def test_pages_stay_byte_for_byte(self):
        pages = print_pages(3)
        self.assertTrue(embed(pages, self.json).startswith(pages))

    def test_another_program_finds_pages_and_attachment(self):
        for title, pdf in {
            "table": print_pages(3),
            "table stream": make_packed_pdf(
                attached(flate(b"x"), b"<</Type/Catalog/Pages 2 0 R>>")
            ),
        }.items():
            with self.subTest(title):
                before = self.read_elsewhere(pdf)
                reader = self.read_elsewhere(embed(pdf, self.json))
                self.assertEqual(reader.getNumPages(), before.getNumPages())
                catalog = reader.trailer["/Root"]
                file = catalog["/Names"]["/EmbeddedFiles"]["/Names"][1].getObject()
                self.assertEqual(file["/AFRelationship"], "/Alternative")
                self.assertEqual(catalog["/AF"][0].getObject(), file)
                content = file["/EF"]["/UF"].getObject()
                self.assertEqual(content["/Subtype"], "/application/json")
                self.assertEqual(content.getData(), self.json)

    def test_attachment_made_by_another_program(self):
        writer = PdfFileWriter()
        writer.appendPagesFromReader(self.read_elsewhere(print_pages()))
        writer.addAttachment("other.txt", b"other")
        writer.addAttachment("coc-document.json", self.json)
        result = io.BytesIO()
        writer.write(result)
        self.assertEqual(extract(result.getvalue()), self.json)

    def test_twin_survives_a_copy_by_another_program(self):
        writer = PdfFileWriter()
        writer.cloneReaderDocumentRoot(
            self.read_elsewhere(embed(print_pages(), self.json))
        )
        result = io.BytesIO()
        writer.write(result)
        self.assertEqual(extract(result.getvalue()), self.json)

    def test_compressed_structure(self):
        for predictor in (True, False):
            for content in (flate(self.json), stream(self.json)):
                pdf = make_packed_pdf(attached(content), predictor)
                self.assertEqual(extract(pdf), self.json)

    def test_other_attachments_stay(self):
        catalog = (
            b"<</Type/Catalog/Pages 2 0 R/Lang(en)"
            b"/Names<</Dests 6 0 R/EmbeddedFiles 7 0 R>>>>"
        )
        objects = attached(
            stream(b"one"),
            catalog,
            _4=b"<</F(zeta.txt)/EF<</F 5 0 R>>>>",
            _6=b"<</Names[]>>",
            _7=b"<</Kids[8 0 R]>>",
            _8=b"<</Limits[(zeta.txt)(zeta.txt)]/Names[(zeta.txt) 4 0 R]>>",
        )
        for make in (make_pdf, make_packed_pdf):
            pdf = embed(make(objects), self.json)
            self.assertEqual(extract(pdf), self.json)
            catalog = self.read_elsewhere(pdf).trailer["/Root"]
            names = catalog["/Names"]["/EmbeddedFiles"]["/Names"]
            self.assertEqual([names[0], names[2]], ["coc-document.json", "zeta.txt"])
            content = names[3].getObject()["/EF"]["/F"].getObject().getData()
            self.assertEqual(content, b"one")
            self.assertEqual(catalog["/Lang"], "en")
            self.assertIn("/Dests", catalog["/Names"])

    def test_associated_file_alone_is_found(self):
        catalog = b"<</Type/Catalog/Pages 2 0 R/AF[4 0 R]>>"
        self.assertEqual(extract(make_pdf(attached(stream(b"{}"), catalog))), b"{}")

    def test_names_in_utf_16_and_escaped(self):
        wide = b"<FEFF" + "coc-document.json".encode("utf-16-be").hex().encode() + b">"
        for name in (
            wide,
            b"(coc\\055document.js\\\non)",
            b"(\xef\xbb\xbfcoc-document.json)",
        ):
            file = b"<</UF%s/EF<</UF 5 0 R>>>>" % name
            self.assertEqual(extract(make_pdf(attached(stream(b"{}"), _4=file))), b"{}")

    def test_newer_table_counts(self):
        pdf = embed(
            make_pdf({1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Kids[]/Count 0>>"}),
            b"{}",
        )
        self.assertEqual(extract(pdf), b"{}")
        # An update that takes the attachment away again.
        start = len(pdf)
        pdf += b"1 0 obj<</Pages 2 0 R>>endobj\n"
        table = len(pdf)
        pdf += b"xref\n1 1\n%010d 00000 n \n" % start
        old = pdf[:start].rsplit(b"startxref\n", 1)[1].split()[0]
        pdf += b"trailer<</Size 9/Root 1 0 R/Prev %s>>\nstartxref\n%d\n%%%%EOF" % (
            old,
            table,
        )
        with self.assertRaises(TwinError) as caught:
            extract(pdf)
        self.assertEqual(caught.exception.code, "pdf_without_twin")

    def test_second_twin_is_refused(self):
        with self.assertRaises(TwinError) as caught:
            embed(embed(print_pages(), self.json), self.json)
        self.assertEqual(caught.exception.code, "pdf_ambiguous")
