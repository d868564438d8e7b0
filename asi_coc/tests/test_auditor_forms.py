"""What an auditor opens from a figure, a list or the evidence is shown whole."""

from lxml import etree

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_everything import EverythingCase

#: Odoo's records that entries, evidence and findings lead to.
OPENED = (
    *("sale.order", "purchase.order", "stock.picking", "mrp.production", "mrp.bom"),
    *("res.partner", "product.template", "product.product", "stock.lot"),
    *("stock.location", "stock.move.line", "survey.survey"),
)


@tagged("post_install", "-at_install")
class TestAuditorForms(EverythingCase):
    """The values that views ask for, as the browser does: with all that is in them."""

    def setUp(self):
        super().setUp()
        self.order(self.slab, 2).action_confirm()
        self.produce(self.coil, 1, [(self.slab, 1)], self.casthouse_place)
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": self.coil.product_tmpl_id.id,
                "bom_line_ids": [
                    Command.create({"product_id": self.slab.id, "product_qty": 1})
                ],
            }
        )
        self.env["stock.lot"].create({"name": "L1", "product_id": self.slab.id})
        self.env.flush_all()

    def test_auditor_opens_views(self):
        self.check_views(self.auditor)

    def test_officer_opens_views(self):
        """Without any group of Odoo's on sales, purchases or manufacturing."""
        self.check_views(self.user("only_officer", "asi_coc.group_officer"))

    def test_orders_open_without_their_journal_entries(self):
        """Whoever may read those by another group goes on reading them."""
        bills = self.env["account.move"].search([("move_type", "=", "in_invoice")])
        self.assertTrue(bills)
        accountant = self.user(
            "auditing_accountant",
            "asi_coc.group_auditor",
            "account.group_account_readonly",
        )
        for name in ("account.move", "account.move.line"):
            entries = self.env[name].with_user(self.auditor)
            self.assertFalse(entries.search_count([]))
            self.assertTrue(entries.with_user(accountant).search_count([]))
        with self.assertRaises(AccessError):
            bills.with_user(self.auditor).read(["name"])

    def check_views(self, user):
        own = [
            name
            for name, model in self.env.registry.items()
            if name.startswith("asi.coc.") and not (model._abstract or model._transient)
        ]
        opened = 0
        for name in (*OPENED, *sorted(own)):
            model = self.env[name].with_env(self.env(user=user.id, su=False))
            if not model.has_access("read"):
                self.assertNotIn(name, OPENED)
                continue
            records = model.search([], limit=5, order="id desc")
            for view_type in ("form", "list"):
                with self.subTest(model=name, view=view_type):
                    self.assertTrue(records or name.startswith("asi.coc."))
                    view = model.get_views([(False, view_type)])["views"][view_type]
                    asked = self.get_specification(
                        model, etree.fromstring(view["arch"])
                    )
                    self.env.invalidate_all()
                    self.assertEqual(len(records.web_read(asked)), len(records))
                    opened += 1
        self.assertGreater(opened, 150)

    def get_specification(self, model, node):
        """Return what the browser asks for to show the fields below ``node``."""
        asked = {}
        for child in node:
            field = model._fields.get(child.get("name"))
            if child.tag != "field" or not field:
                asked |= self.get_specification(model, child)
            elif field.type in ("one2many", "many2many"):
                below = self.env[field.comodel_name].with_env(model.env)
                shown = {}
                for view in child:
                    shown |= self.get_specification(below, view)
                asked[field.name] = {"fields": shown or {"display_name": {}}}
            elif field.type == "many2one":
                asked[field.name] = {"fields": {"display_name": {}}}
            else:
                asked[field.name] = {}
        return asked
