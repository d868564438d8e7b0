import copy
import json

from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from odoo.tests import BaseCase
from odoo.tools.misc import file_open

from ..core import twin
from ..core.twin_messages import CONTRADICTIONS, ERRORS, MISSING, TwinError
from ..core.twin_structure import clean_text
from .common_twin import FIGURE_12, figure_12, put

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
        value = draw(values | st.text(max_size=4) | st.integers(-2, 2))
        # The next change may be made within it.
        holder[key] = copy.deepcopy(value)
    return payload


class TestSchema(BaseCase):
    """The published schema says what the program does."""

    @settings(derandomize=True, deadline=None, max_examples=600)
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
