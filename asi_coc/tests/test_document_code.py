import base64
import re

import qrcode
from lxml import etree

from odoo.tests import tagged

from odoo.addons.asi_coc.reports.qr_code import draw_qr_code

from .common_public import PublicCase
from .common_reports import ReportCase


def read_modules(uri):
    """Return the dark modules ``{(column, row)}`` that an SVG data URI draws."""
    prefix = "data:image/svg+xml;base64,"
    assert uri.startswith(prefix)
    tree = etree.fromstring(base64.b64decode(uri.removeprefix(prefix)))
    (path,) = tree.iter("{http://www.w3.org/2000/svg}path")
    squares = re.findall(
        r"M([\d.]+),([\d.]+)H([\d.]+)V([\d.]+)H([\d.]+)z", path.get("d")
    )
    assert "".join(path.get("d").split()).count("M") == len(squares)
    size = float(squares[0][2]) - float(squares[0][0])
    return {
        (round(float(left) / size), round(float(top) / size))
        for left, top, *_others in squares
    }


@tagged("post_install", "-at_install")
class TestDocumentCode(PublicCase, ReportCase):
    """The PDF leads whoever holds it to the page that checks it (9.5)."""

    def page(self, document):
        return self.env["report.asi_coc.report_document_pages"]._get_page(document)

    def test_code(self):
        """The code holds the address: module by module what the standard draws."""
        url = f"{self.document.get_base_url()}{self.path(self.document)}"
        check = self.page(self.document)["check"]
        self.assertEqual(check["url"], url)
        code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M)
        code.add_data(url)
        code.make()
        matrix = code.get_matrix()
        expected = {
            (column, row)
            for row, modules in enumerate(matrix)
            for column, dark in enumerate(modules)
            if dark
        }
        self.assertEqual(read_modules(check["code"]), expected)
        # Four light modules around, or no reader finds it.
        self.assertEqual(min(expected), (4, 4))
        self.assertNotEqual(read_modules(draw_qr_code(f"{url}A")), expected)

    def test_printed(self):
        (text,) = self.read_pages("report_document", self.document)
        self.assert_facts(text, "Check this document", "Page 1 of 1")
        self.assertIn(self.document.verification_url, text.replace(" ", ""))

    def test_draft(self):
        self.scope.issue_automatically = False
        draft = self.deliver(self.slab, 10, designated=7).coc_document_ids
        self.assertIsNone(self.page(draft)["check"])
        (text,) = self.read_pages("report_document", draft)
        self.assertNotIn("Check this document", text)
        self.assertNotIn("/coc/document", text.replace(" ", ""))

    def test_received(self):
        received = self.env["asi.coc.document"].search(
            [("scope_id", "=", self.scope.id), ("direction", "=", "received")]
        )
        self.assertIsNone(self.page(received)["check"])

    def test_void(self):
        self.void(self.document, "kept")
        (text,) = self.read_pages("report_document", self.document)
        self.assert_facts(
            text,
            "VOID – this CoC Document does not count any more",
            "Check this document",
        )

    def test_replaced(self):
        replacement = self.void(self.document, "replaced", issue_now=False)
        (text,) = self.read_pages("report_document", self.document)
        self.assert_facts(text, "VOID – this CoC Document is being replaced")
        replacement.action_issue()
        (text,) = self.read_pages("report_document", self.document)
        self.assert_facts(
            text,
            f"REPLACED BY {replacement.name} – this CoC Document does not count",
        )

    def test_names_as_written(self):
        """A document printed again names whom it was issued to."""
        self.customer.name = "Renamed Rollers"
        self.void(self.document, "kept")
        (text,) = self.read_pages("report_document", self.document)
        self.assert_facts(text, "Company name Melt & Roll Rollers United")
