from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import CocCase


@tagged("post_install", "-at_install")
class TestPartnerEntity(CocCase):
    """A contact of the ledger does not take its goods to another entity."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        partners = cls.env["res.partner"]
        cls.works = partners.create(
            {"name": "Pier Works", "parent_id": cls.supplier.id, "type": "delivery"}
        )
        cls.other = partners.create({"name": "Other Scrap", "is_company": True})
        cls.supplier, cls.head = cls.works, cls.supplier

    def test_contact_without_goods_moves(self):
        self.works.parent_id = self.other
        self.assertEqual(self.works.commercial_partner_id, self.other)

    def test_contact_of_the_ledger_stays(self):
        self.receive(self.slab, 10)
        with self.assertRaisesRegex(
            UserError, "Pier Works.*of Acme Alumina.*contact of Other Scrap"
        ):
            self.works.parent_id = self.other
        with self.assertRaisesRegex(UserError, "Archive the contact"):
            self.works.write({"parent_id": False})

    def test_contact_of_the_ledger_becomes_no_entity_of_its_own(self):
        self.receive(self.slab, 10)
        with self.assertRaisesRegex(UserError, "Archive the contact"):
            self.works.is_company = True

    def test_whole_entity_does_not_become_anothers_contact(self):
        self.receive(self.slab, 10)
        self.head.is_company = False
        with self.assertRaisesRegex(UserError, "Archive the contact"):
            self.head.parent_id = self.other

    def test_same_entity_may_be_arranged_anew(self):
        self.receive(self.slab, 10)
        site = self.env["res.partner"].create(
            {"name": "North Site", "parent_id": self.head.id}
        )
        self.works.parent_id = site
        self.assertEqual(self.works.commercial_partner_id, self.head)
