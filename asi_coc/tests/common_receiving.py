"""Receipts whose CoC Document is typed, or read from a file."""

import base64

from odoo.exceptions import UserError
from odoo.tests import new_test_user

from ..core import twin
from .common import UserCase

#: What a supplier's file says where a test changes nothing.
PAYLOAD = {
    "schema": "asi-coc-document",
    "version": "1.0",
    "number": "ACME-9",
    "date": "2025-03-10",
    "conformance": twin.CONFORMANCE,
    "issuer": {
        "name": "Acme Alumina",
        "address": "1000 Element Rd\nPeel",
        "certificate": "C00015",
        "responsible": "Jan Rogers, VP Sales",
    },
    "customer": {
        "name": "Melt & Roll",
        "address": "1 Potline Road\nPeel",
        "certificate": "C00037",
    },
    "lines": [
        {
            "material": "aluminium",
            "form": "Slab",
            "unit": "t",
            "coc_mass": "6",
            "total_mass": "10",
        }
    ],
    "shipments": [{"reference": "OUT/7", "date": "2025-03-09"}],
}


class ReceivingCase(UserCase):
    """The casthouse receives slab; nothing is verified unless a test does it."""

    def arrive(self, *amounts, partner=None, validate=True, **values):
        """Receive ``(product, tonnes, claimed tonnes)``."""
        suppliers = self.env.ref("stock.stock_location_suppliers")
        receipt = self.plan(
            "in",
            suppliers,
            self.casthouse_place,
            [
                {"product": product, "quantity": mass, "coc_claimed_mass": claimed}
                for product, mass, claimed in amounts
            ],
            partner or self.supplier,
            **values,
        )
        if validate:
            self.validate(receipt)
        return receipt

    def enter(self, receipt, **values):
        """Type a receipt's document as the storekeeper does; nothing is verified."""
        receipt = receipt.with_user(self.coc_storekeeper)
        action = receipt.action_coc_received_document()
        document = receipt.env["asi.coc.document"].browse(action["res_id"])
        paper = {"date": "2025-03-10", "responsible": "Jan Rogers", "conformance": True}
        document.write({**paper, **values})
        return document

    def typed(self, mass=10, claimed=6, reference="ACME-7", **values):
        """Receive slab and type its document; return both."""
        receipt = self.arrive(
            (self.slab, mass, claimed), coc_document_reference=reference
        )
        return receipt, self.enter(receipt, **values)

    def payload(self, **changes):
        """Return :data:`PAYLOAD` with changes; a dict changes inside."""
        payload = dict(PAYLOAD)
        for name, value in changes.items():
            if isinstance(value, dict) and isinstance(payload.get(name), dict):
                value = {**payload[name], **value}
            payload[name] = value
        return payload

    def line(self, **changes):
        return {**PAYLOAD["lines"][0], **changes}

    def upload(self, receipt, content, name="coc-document.json", user=None):
        """Upload a file with the wizard as the storekeeper; return the document."""
        if isinstance(content, dict):
            content = twin.dump(content)
        receipt = receipt.with_user(user or self.coc_storekeeper)
        wizard = receipt.env["asi.coc.document.upload"].create(
            {
                "picking_id": receipt.id,
                "file": base64.b64encode(content),
                "filename": name,
            }
        )
        action = wizard.action_read()
        return self.env["asi.coc.document"].browse(action["res_id"])

    def find_failed(self, document):
        """Check again and return ``{code: (criterion, finding)}`` of what failed."""
        if document.state == "draft":
            document.action_check()
        return {
            check.code: (check.criterion, check.message)
            for check in document.sudo().check_ids
            if not check.passed
        }

    def assert_fails(self, document, **fragments):
        """Expect these checks to fail, and no other; nothing else changes.

        ``fragments`` are ``code=(criterion, fragment of the finding)``.
        """
        failed = self.find_failed(document)
        self.assertEqual(sorted(failed), sorted(fragments))
        for code, (criterion, fragment) in fragments.items():
            self.assertEqual(failed[code][0], criterion)
            self.assertIn(fragment, failed[code][1])
        document = document.sudo()
        receipts = document.picking_ids
        with self.refused(UserError, "stays Non-CoC", "(10.4)"):
            document.with_user(self.officer).action_verify()
        self.assertEqual(document.state, "draft")
        self.assertFalse(receipts.coc_received_document_id)
        entries = self.env["asi.coc.entry"].sudo()
        self.assertFalse(
            entries.search([("picking_id", "in", receipts.ids), ("status", "=", "coc")])
        )
        self.assertEqual(self.env["asi.coc.total"]._find_differences(), [])

    def coc_input(self, receipts):
        """Return the CoC mass that counts of receipts, in tonnes."""
        entries = self.env["asi.coc.entry"].sudo()
        groups = entries._read_group(
            [
                ("picking_id", "in", receipts.ids),
                ("flow", "=", "input"),
                ("status", "=", "coc"),
            ],
            [],
            ["mass:sum"],
        )
        return round(groups[0][0] or 0, 6)

    def snapshot(self):
        """Return what an upload that is refused must not change."""
        return [
            self.env[name].sudo().search_count(domain)
            for name, domain in (
                ("asi.coc.document", []),
                ("asi.coc.document.check", []),
                ("asi.coc.entry", []),
                ("stock.move", [("coc_claimed_mass", ">", 0)]),
                ("stock.picking", [("coc_document_reference", "!=", False)]),
                ("ir.attachment", [("res_model", "=like", "asi.coc.document%")]),
            )
        ]

    def another_company(self, **values):
        """Return another company and its user of CoC Documents and stock."""
        company = self.env["res.company"].create({"name": "Others", **values})
        user = new_test_user(
            self.env,
            "coc-other",
            "stock.group_stock_user,asi_coc.group_officer",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        return company, user
