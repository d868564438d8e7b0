import json

from hypothesis import given, settings
from hypothesis import strategies as st

from ..core import twin
from ..core.pdf_twin import embed
from ..core.twin_messages import TwinError
from .common_hostile import MEGABYTE, TWIN, HostileCase
from .common_twin import (
    attached,
    figure_12,
    flate,
    make_packed_pdf,
    make_pdf,
    print_pages,
    stream,
)


class TestHostileJson(HostileCase):
    """Whatever is uploaded as JSON is a payload or a clear error."""

    def check_json(self, code, path=None, **changes):
        """Check that figure 12 with ``changes`` is refused, naming ``path``."""
        data = json.dumps(figure_12(**changes)).encode()
        with self.subTest(path=path, changes=str(changes)[:80]):
            with self.assertRaises(TwinError) as caught:
                twin.load(data)
            self.assertEqual(caught.exception.code, code)
            self.assertEqual(caught.exception.parameters.get("path"), path)

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

    @settings(derandomize=True, deadline=None, max_examples=150)
    @given(st.sampled_from([b"", b"{", b"%PDF-1.7\n"]), st.binary(max_size=500))
    def test_any_bytes(self, head, data):
        self.check_any(head + data)

    @settings(derandomize=True, deadline=None, max_examples=1000)
    @given(mutations())
    def test_mutated_uploads(self, data):
        self.check_any(data)

    @settings(derandomize=True, deadline=None, max_examples=300)
    @given(st.lists(st.sampled_from(PIECES) | st.binary(max_size=3), max_size=40))
    def test_any_catalog(self, pieces):
        self.check_any(make_pdf(attached(flate(TWIN), b" ".join(pieces))))

    @settings(derandomize=True, deadline=None, max_examples=150)
    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        ),
        st.sampled_from(sorted(figure_12())),
    )
    def test_any_json(self, value, name):
        self.check_any(json.dumps(figure_12(**{name: value})).encode())
