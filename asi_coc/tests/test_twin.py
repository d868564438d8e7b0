import io
import json

from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from odoo.tests import BaseCase
from odoo.tools.misc import file_open
from odoo.tools.pdf import PdfFileReader, PdfFileWriter

from ..core import twin
from ..core.pdf_twin import embed, extract, read_upload
from ..core.twin_messages import CONTRADICTIONS, ERRORS, MISSING, TwinError
from ..core.twin_structure import clean_text
from .common_twin import (
    FIGURE_12,
    attached,
    figure_12,
    flate,
    make_packed_pdf,
    make_pdf,
    print_pages,
    put,
    stream,
)

with file_open("asi_coc/static/schema/coc-document-1.0.json") as file:
    SCHEMA = json.load(file)
VALIDATOR = Draft202012Validator(
    SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER
)


def to_json(payload):
    """Return a payload as somebody else's program writes it."""
    return json.dumps(payload, indent=2).encode()


class TestTwin(BaseCase):
    """What the twin of a CoC Document says and how it is written (9.2 to 9.4)."""

    def test_figure_12_of_the_guidance(self):
        payload = twin.load(to_json(FIGURE_12))
        self.assertEqual(payload, FIGURE_12)
        self.assertEqual(twin.find_missing(payload), [])
        self.assertEqual(twin.find_contradictions(payload), [])
        self.assertEqual(list(VALIDATOR.iter_errors(payload)), [])

    def test_same_content_gives_the_same_bytes(self):
        other = figure_12(
            lines__0__coc_mass="2000.000000", issuer__name="The 1886 Smelting Company"
        )
        other["lines"][0].pop("items")
        other.pop("replaces")
        backwards = dict(reversed(other.items()))
        self.assertEqual(twin.dump(backwards), twin.dump(FIGURE_12))
        self.assertEqual(twin.load(twin.dump(FIGURE_12)), FIGURE_12)

    def test_bytes_of_a_small_one(self):
        payload = {"version": "1.0", "schema": "asi-coc-document", "number": "Ü 1"}
        self.assertEqual(
            twin.dump(payload).decode(),
            '{"conformance":null,"customer":{"address":null,"certificate":null,'
            '"contact":null,"name":null},"date":null,"extensions":{},"internal":false,'
            '"issuer":{"address":null,"certificate":null,"name":null,'
            '"responsible":null},"lines":[],"number":"Ü 1","replaces":null,'
            '"schema":"asi-coc-document","shipments":[],"supplementary":[],'
            '"sustainability":{"carbon_footprint":null,"carbon_method":null,'
            '"origin":null,"performance_status":null,"recycled_content":null},'
            '"verification_url":null,"version":"1.0"}',
        )

    def test_own_texts_are_cleaned_before_they_are_written(self):
        self.assertEqual(
            clean_text(" Lot\x07 1100\r\nMetals Park\r"), "Lot 1100\nMetals Park"
        )
        self.assertIsNone(clean_text(False))

    def test_extensions_are_kept(self):
        extensions = {"acme": {"seal": [1, 2.5, True, None, "x\ty"]}}
        payload = twin.load(to_json(figure_12(extensions=extensions)))
        self.assertEqual(payload["extensions"], extensions)


class TestMissing(BaseCase):
    """10.1: each field of 9.2 that a document lacks is named, and alone."""

    fields = {
        "date": ("date",),
        "number": ("number",),
        "issuer_name": ("issuer", "name"),
        "issuer_address": ("issuer", "address"),
        "issuer_certificate": ("issuer", "certificate"),
        "customer_name": ("customer", "name"),
        "customer_address": ("customer", "address"),
        "responsible": ("issuer", "responsible"),
        "conformance": ("conformance",),
        "material": ("lines", 0, "material"),
        "form": ("lines", 0, "form"),
        "unit": ("lines", 0, "unit"),
        "coc_mass": ("lines", 0, "coc_mass"),
        "total_mass": ("lines", 0, "total_mass"),
    }

    def missing_in(self, payload):
        return twin.find_missing(twin.load(to_json(payload)))

    def test_each_field_that_is_null_empty_or_left_out(self):
        self.assertEqual(list(self.fields), list(MISSING))
        for code, keys in self.fields.items():
            for value in (None, ""):
                payload = figure_12()
                put(payload, keys, value)
                with self.subTest(code=code, value=value):
                    self.assertEqual(self.missing_in(payload), [code])
            payload = figure_12()
            holder = payload
            for key in keys[:-1]:
                holder = holder[key]
            del holder[keys[-1]]
            with self.subTest(code=code, value="left out"):
                self.assertEqual(self.missing_in(payload), [code])

    def test_blank_text_is_none(self):
        self.assertEqual(self.missing_in(figure_12(number=" \u00a0 ")), ["number"])

    def test_one_line_of_several_is_enough(self):
        line = {**FIGURE_12["lines"][0], "form": "Billet", "unit": None}
        payload = figure_12(lines=[*FIGURE_12["lines"], line])
        self.assertEqual(self.missing_in(payload), ["unit"])

    def test_document_without_lines_or_parties(self):
        payload = figure_12(lines=None, customer=None)
        self.assertEqual(
            self.missing_in(payload),
            ["customer_name", "customer_address"]
            + ["material", "form", "unit", "coc_mass", "total_mass"],
        )

    def test_another_statement_is_none(self):
        self.assertEqual(
            self.missing_in(figure_12(conformance="All is well.")), ["conformance"]
        )

    def test_no_mass_is_a_mass(self):
        self.assertEqual(self.missing_in(figure_12(lines__0__coc_mass="0")), [])

    def test_what_9_2_lets_one_leave_out(self):
        payload = figure_12(customer__certificate=None, customer__contact=None)
        payload |= {"sustainability": None, "shipments": None, "verification_url": None}
        self.assertEqual(self.missing_in(payload), [])


class TestContradictions(BaseCase):
    """10.2: what a document says cannot be true together."""

    def found_in(self, **changes):
        payload = twin.load(to_json(figure_12(**changes)))
        found = twin.find_contradictions(payload)
        return [(code, CONTRADICTIONS[code] % parameters) for code, parameters in found]

    def test_more_coc_material_than_material(self):
        message = (
            "Line 1: 2000.000001 of CoC Material in only 2000 of total material "
            "(9.2h, 9.2i)."
        )
        self.assertEqual(
            self.found_in(lines__0__coc_mass="2000.000001"),
            [("coc_exceeds_total", message)],
        )

    def test_line_that_claims_nothing(self):
        self.assertEqual(
            self.found_in(lines__0__coc_mass="0.000"),
            [("no_coc_mass", "Line 1: no CoC Material (9.2h).")],
        )

    def test_unit_of_another_material(self):
        message = "Line 1: aluminium is measured in t, not in t dry."
        self.assertEqual(
            self.found_in(lines__0__unit="t dry"), [("wrong_unit", message)]
        )
        message = "Line 1: bauxite is measured in t dry, not in t."
        self.assertEqual(
            self.found_in(lines__0__material="bauxite"), [("wrong_unit", message)]
        )

    def test_form_with_two_lines(self):
        line = {**FIGURE_12["lines"][0], "form": "ROLLING  SLAB"}
        message = (
            "Line 2: the same material and form as line 1; each form has one line."
        )
        self.assertEqual(
            self.found_in(lines=[*FIGURE_12["lines"], line]),
            [("duplicate_line", message)],
        )

    def test_more_net_material_than_was_shipped(self):
        message = "Line 1: 2000 of net material in only 1999.5 shipped."
        self.assertEqual(
            self.found_in(lines__0__mass_shipped="1999.5"),
            [("total_exceeds_shipped", message)],
        )

    def test_items_heavier_than_what_was_shipped(self):
        """Of 3 items, 0.7 t of net material each make 2.1 t, not within 2 t."""
        message = "Line 1: 3 items of 0.7 of net material in only 2 shipped."
        changes = {"coc_mass": "1", "total_mass": "2", "mass_shipped": "2"}
        changes |= {"items": 3, "net_mass_per_item": "0.7"}
        changes = {f"lines__0__{name}": value for name, value in changes.items()}
        self.assertEqual(self.found_in(**changes), [("items_exceed_shipped", message)])

    def test_document_that_replaces_itself(self):
        self.assertEqual(
            self.found_in(replaces="98904280"),
            [("replaces_itself", "Document 98904280 cannot replace itself (9.6).")],
        )


# What a value may be replaced by: right somewhere, wrong elsewhere.
values = st.sampled_from(
    [
        *(None, True, False, 0, 1, 5.0, -1, 2.5, 10**9, 10**9 + 1, 1e300),
        *("", " ", "x", "x" * 64, "x" * 65, "x" * 301, "x" * 2001, "a\nb", "a\tb"),
        *("a\x00", "\x7f", "\u2028", "\u202e", "\u200f", "\uffff", "😀", "é" * 200),
        *("0", "0.0", "00", "-0", "-1", "1.5", "1.1234567", "1.", ".5", "1,5", "1e3"),
        *("9999999999.999999", "10000000000", "١", " 1", "1\n", "+1", "1" * 50),
        *("2020-07-29", "2020-02-30", "2020-7-29", "20200729", "0000-01-01"),
        *("2020-07-29\n", "2020-W31-3", "9999-12-31", "२०२०-०७-२९"),
        *("http://a", "https://a.example/b?c#d", "https://", "HTTPS://a", "ftp://a"),
        *(
            "javascript:alert(1)",
            "https:///a",
            "https://a b",
            "https://ä",
            "http://a\n",
        ),
        *("t", "t dry", "kg", "alumina", "Alumina", "asi-coc-document", "1.0", "1.1"),
        *([], {}, [None], ["x"], [[]], [{}], {"x": 1}, {"a\x00": 1}, {"x": ["\x00"]}),
        *(["x"] * 100, ["x"] * 101, ["x"] * 500, [{}] * 500, [{}] * 501, ["x"] * 1001),
    ]
)


@st.composite
def payloads(draw):
    """Documents in which a few values, wherever they are, are others."""
    payload = figure_12()
    for _change in range(draw(st.integers(1, 3))):
        holder = payload
        while True:
            keys = list(holder) if isinstance(holder, dict) else range(len(holder))
            new = ["new"] if isinstance(holder, dict) else []
            key = draw(st.sampled_from([*keys, *new]))
            inner = holder[key] if key in keys else None
            if not (isinstance(inner, dict | list) and inner and draw(st.booleans())):
                break
            holder = inner
        holder[key] = draw(values | st.text(max_size=4) | st.integers(-2, 2))
    return payload


class TestSchema(BaseCase):
    """The published schema says what the program does."""

    @settings(derandomize=True, deadline=None, max_examples=1500)
    @given(payloads())
    def test_schema_and_program_agree(self, payload):
        try:
            normalized = twin.load(to_json(payload))
        except TwinError:
            normalized = None
        valid = VALIDATOR.is_valid(payload)
        self.assertEqual(valid, normalized is not None)
        if valid:
            self.assertTrue(VALIDATOR.is_valid(normalized))
            self.assertEqual(twin.normalize(normalized), normalized)
            self.assertEqual(twin.load(twin.dump(normalized)), normalized)

    def test_each_value_in_each_place_of_a_line(self):
        line = SCHEMA["$defs"]["documentLine"]["properties"]
        self.assertEqual(list(line), list(FIGURE_12["lines"][0]))
        self.assertEqual(list(SCHEMA["properties"]), list(FIGURE_12))

    def test_schema_is_one(self):
        Draft202012Validator.check_schema(SCHEMA)
        self.assertEqual(SCHEMA["properties"]["version"]["const"], twin.VERSION)

    def test_each_property_is_described(self):
        bare = []

        def look(schema, path):
            for name, inner in schema.get("properties", {}).items():
                if not inner.get("description"):
                    bare.append(f"{path}.{name}")
                look(inner, f"{path}.{name}")
                look(inner.get("items", {}), f"{path}.{name}[]")

        look(SCHEMA, "$")
        look(SCHEMA["$defs"]["documentLine"], "$.lines[]")
        self.assertEqual(bare, [])

    def test_each_message_is_complete(self):
        for message in {**ERRORS, **MISSING, **CONTRADICTIONS}.values():
            self.assertNotIn("%s", message)


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
