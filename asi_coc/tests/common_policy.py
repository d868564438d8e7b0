"""Versions of the Responsible Sourcing Policy, and suppliers who are told."""

from odoo import Command

from .common import UserCase

AREAS = {
    "anti_corruption": "We neither give nor take bribes, and expect the same.",
    "responsible_sourcing": "Suppliers care for people and the environment.",
    "human_rights": "Suppliers respect human rights and look for risks to them.",
    "high_risk_areas": "No material finances conflict.",
}


class PolicyCase(UserCase):
    """A draft of the policy, and three suppliers beside the certified one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.scope.responsible_id = cls.officer
        cls.policies = cls.env["asi.coc.sourcing.policy"]
        cls.told = cls.env["asi.coc.policy.communication"]
        cls.rows = cls.env["asi.coc.policy.supplier"]
        cls.smelter, cls.trader, cls.scrapyard = cls.env["res.partner"].create(
            [
                {"name": name, "is_company": True, "email": f"{name[:5]}@example.com"}
                for name in ("North Smelting", "Metal Trading", "Green Scrapyard")
            ]
        )

    def file(self, name="policy.pdf", content=b"%PDF-1.4 policy"):
        """Upload a file that belongs to nothing yet, as the officer does."""
        files = self.env["ir.attachment"].with_user(self.officer)
        return files.create({"name": name, "raw": content}).with_env(self.env)

    def draft(self, version="1.0", **values):
        return self.policies.create(
            {
                "scope_id": self.scope.id,
                "version": version,
                "evidence_ids": [Command.link(self.file(f"policy-{version}.pdf").id)],
                **AREAS,
                **values,
            }
        )

    def adopt(self, version="1.0", **values):
        policy = self.draft(version, **values)
        policy.with_user(self.representative).action_adopt()
        return policy

    def purchase(self, supplier, product=None, quantity=10, coc=0, **values):
        """Order and confirm."""
        order = self.env["purchase.order"].create(
            {
                "partner_id": supplier.id,
                "company_id": self.company.id,
                "picking_type_id": self.warehouse.in_type_id.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": (product or self.slab).id,
                            "product_qty": quantity,
                            "coc_ordered_qty": coc,
                            "price_unit": 1,
                        }
                    )
                ],
                **values,
            }
        )
        order.button_confirm()
        return order

    def bring(self, order):
        """Let what was ordered come to the casthouse."""
        receipt = order.picking_ids
        receipt.location_dest_id = self.casthouse_place
        receipt.move_ids.location_dest_id = self.casthouse_place
        self.validate(receipt)
        return receipt

    def states(self):
        """Return ``{supplier: status}`` of whom must be told."""
        self.rows.invalidate_model()
        found = self.rows.search([("company_id", "=", self.company.id)])
        return {row.partner_id.name: row.state for row in found}

    def row(self, supplier):
        self.rows.invalidate_model()
        return self.rows.search(
            [("company_id", "=", self.company.id), ("partner_id", "=", supplier.id)]
        )

    def tell(self, policy, supplier, send=True, **values):
        """Tell a supplier of the policy, as an officer does."""
        communication = self.told.with_user(self.officer).create(
            {"policy_id": policy.id, "partner_id": supplier.id, **values}
        )
        if send:
            communication.action_send()
        return communication.with_env(self.env)

    def mails(self, communications):
        return self.env["mail.mail"].search(
            [
                ("model", "=", communications._name),
                ("res_id", "in", communications.ids),
            ],
            order="id",
        )

    def run_job(self, job):
        """Let a scheduled job run, in a cursor of its own."""
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref(f"asi_coc.{job}").sudo().method_direct_trigger()
        self.env.invalidate_all()
