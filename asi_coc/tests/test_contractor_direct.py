import io
import json

from lxml import html
from pypdf import PdfReader

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged

from ..core import pdf_twin
from .common_contractors import ContractorBase
from .common_portal import PortalUserMixin


class DirectCase(PortalUserMixin, ContractorBase):
    """Coil is made at the contractor's and goes from there to the customer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        route = cls.env.ref("stock_dropshipping.route_drop_shipping")
        route.active = True
        cls.coil.route_ids = route

    def setUp(self):
        super().setUp()
        self.receive(self.slab, 10, claimed=10, place=self.stock)
        self.move_inside(self.slab, 10, self.stock, self.site)


@tagged("post_install", "-at_install")
class TestDirectDelivery(DirectCase):
    """It proposes what the customer wants, as any delivery does (9.1)."""

    def test_proposes_what_is_wanted(self):
        picking = self.sell_from_contractor(9, wanted=4)
        self.assertEqual(picking.move_ids.coc_designated_qty, 4)
        self.validate(picking)
        self.assertEqual(
            self.entries(picking), {("output", "coc"): 4, ("output", "non_coc"): 5}
        )
        document = picking.coc_document_ids
        self.assertEqual(document.state, "issued")
        self.assertEqual(document.customer_id, self.customer)
        self.assertEqual(document.line_ids.coc_mass, 4)

    def test_follows_the_order(self):
        """Until it is done; what was taken off is not put back with the rest."""
        picking = self.sell_from_contractor(9, wanted=4)
        sale_line = picking.move_ids.sale_line_id
        sale_line.coc_wanted_qty = 6
        self.assertEqual(picking.move_ids.coc_designated_qty, 6)
        picking.move_ids.coc_designated_qty = 2
        rest = self.validate_part(picking, 4.5)
        self.assertEqual(picking.move_ids.coc_designated_qty, 2)
        self.assertEqual(rest.move_ids.coc_designated_qty, 0)

    def test_more_is_ordered_of_the_contractor(self):
        """The order line grows: so does its delivery, and what is wanted of it."""
        picking = self.sell_from_contractor(9, wanted=9)
        sale_line = picking.move_ids.sale_line_id
        sale_line.write({"product_uom_qty": 18, "coc_wanted_qty": 12})
        orders = sale_line.purchase_line_ids.order_id
        orders.filtered(lambda one: one.state == "draft").button_confirm()
        moves = sale_line.move_ids.filtered(
            lambda move: move.location_dest_id == self.customers
        )
        self.assertEqual(sorted(moves.mapped("coc_designated_qty")), [3, 9])

    def test_what_a_supplier_delivers_is_never_ours(self):
        """From a supplier straight to the customer nothing is claimed (3.1c)."""
        self.coil.seller_ids = [
            Command.clear(),
            self._sell_to_all(self.supplier),
        ]
        sale = self.order(self.coil, 9, wanted=4)
        sale.action_confirm()
        order = sale.order_line.purchase_line_ids.order_id
        order.button_confirm()
        move = order.picking_ids.move_ids
        self.assertEqual(move.location_id.usage, "supplier")
        self.assertEqual(move.coc_designated_qty, 0)
        sale.order_line.coc_wanted_qty = 5
        self.assertEqual(move.coc_designated_qty, 0)

    def test_without_a_sale_it_goes_to_the_address_of_the_order(self):
        """The contractor, whom the transfer names, is not the customer (9.2d)."""
        dropship = self.env["stock.picking.type"].search(
            [("code", "=", "dropship"), ("company_id", "=", self.company.id)], limit=1
        )
        order = self.purchase(
            self.contractor,
            self.coil,
            9,
            dropship,
            dest_address_id=self.customer.id,
        )
        picking = order.picking_ids.filtered(
            lambda one: one.location_dest_id == self.customers
        )
        self.assertEqual(picking._coc_get_customers(), self.customer)


@tagged("post_install", "-at_install")
class TestOutsideTheScope(DirectCase):
    accepted = None

    def test_what_is_wanted_is_refused(self):
        """The contractor has no accepted assessment: said before the truck leaves."""
        picking = self.sell_from_contractor(9, wanted=4)
        with self.refused(UserError, "Rolling Contractor", "assessment"):
            self.validate(picking)


@tagged("post_install", "-at_install")
class TestConfidential(DirectCase, HttpCase):
    """2.1: nothing published names a contractor that is confidential."""

    def setUp(self):
        super().setUp()
        self.contractor_record.is_confidential = True
        self.contractor.write(
            {"street": "7 Secret Lane", "coc_registered_name": "Rolling C. Ltd"}
        )
        self.coil.tracking = "none"
        self.scope.responsible_id = self.user("jan", "asi_coc.group_officer")
        self.matthew = self.portal_user("matthew", self.customer)
        picking = self.sell_from_contractor(9, wanted=4)
        # Whatever people write where it is printed.
        picking.origin = "S1 for rolling contractor / ROLLING C. LTD"
        self.coil.coc_form_id = self.env["asi.coc.form"].create(
            {"name": "Coil of Rolling Contractor", "material": "aluminium"}
        )
        self.validate(picking)
        self.picking = picking
        self.document = picking.coc_document_ids
        self.assertEqual(self.document.state, "issued")

    def check(self, text, *fragments):
        for secret in ("rolling contractor", "rolling c.", "secret lane"):
            self.assertNotIn(secret, text.casefold())
        for fragment in (self.document.name, "Confidential contractor", *fragments):
            self.assertIn(fragment, text)

    def read_pdf(self, pdf):
        """Return the text of a PDF, with single spaces."""
        pages = PdfReader(io.BytesIO(pdf)).pages
        return " ".join(" ".join(page.extract_text() for page in pages).split())

    def test_pdf_and_twin(self):
        pdf = self.document._ensure_pdf().raw
        self.check(self.read_pdf(pdf), self.customer.name, self.picking.name)
        self.check(self.document.payload)
        self.assertEqual(
            pdf_twin.extract(pdf).decode(), self.document.payload, "embedded"
        )
        json.loads(self.document.payload)

    def test_public_page(self):
        page = self.url_open(f"/coc/document/{self.document.verification_token}")
        self.check(" ".join(html.fromstring(page.content).itertext()))

    def test_portal(self):
        """Also by pages and files of a document that is void by now."""
        self.sign_in(self.matthew)
        path = f"/my/coc_documents/{self.document.id}"
        self.check(self.url_open(path).text, self.picking.name)
        self.check(self.url_open(f"{path}/json").text)
        # sudo: voided by its own dialog elsewhere
        self.document.sudo().state = "void"
        self.check(self.read_pdf(self.url_open(f"{path}/pdf").content), "VOID")

    def test_customer_is_named(self):
        """A contractor that buys is on its own document (9.2d)."""
        document = self.document.copy({"customer_id": self.contractor.id})
        document.customer_name = self.contractor.name
        payload = document._get_payload()
        self.assertEqual(payload["customer"]["name"], "Rolling Contractor")
