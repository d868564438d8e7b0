from odoo.tests import tagged

from odoo.addons.asi_coc.models.due_diligence_query import STANDINGS

from .test_supplier_assessment import DiligenceCase


@tagged("post_install", "-at_install")
class TestSupplierSearch(DiligenceCase):
    """How suppliers stand is searched as it is shown, and as the list says (7.2)."""

    def _in_every_state(self):
        """Return suppliers in every state there is, and their contacts."""
        names = (
            "plain draft review refused needed needed_draft needed_refused current "
            "expired suspended terminated trader archived"
        ).split()
        partners = self.env["res.partner"].create(
            [{"name": name, "is_company": True} for name in names]
        )
        found = dict(zip(names, partners, strict=True))
        for name in ("draft", "review", "refused", "needed_draft", "needed_refused"):
            assessment = self.assess(found[name], decision_remark="No answers")
            if name != "draft" and name != "needed_draft":
                assessment.action_review()
            if name.endswith("refused"):
                assessment.action_refuse()
        for name in ("needed", "needed_draft", "needed_refused"):
            self.buy(self.alumina, 1, partner=found[name])
        self.accept_due_diligence(found["current"])
        self.accept_due_diligence(found["expired"], "2025-03-09")
        for name, course in (("suspended", "suspend"), ("terminated", "terminate")):
            self.mitigate(self.find(self.assess(found[name])), course)
        (found["trader"] | found["archived"]).coc_is_trader = True
        found["archived"].active = False
        contacts = partners.create(
            [{"name": f"of {one.name}", "parent_id": one.id} for one in partners]
        )
        return found, (partners | contacts).with_context(active_test=False)

    def _compare_search(self, partners):
        """Hold the search to the field, for every state and operator."""
        partners.invalidate_recordset()
        states = [state for state, _label in STANDINGS]
        asked = [("in", [one, other]) for one in states for other in states]
        asked += [("not in", value) for _operator, value in asked]
        asked += [(sign, one) for one in [*states, False] for sign in ("=", "!=")]
        for operator, value in asked:
            with self.subTest(operator=operator, value=value):
                values = value if isinstance(value, list) else [value]
                expected = partners.filtered(
                    lambda one, values=values, operator=operator: (
                        (one.coc_due_diligence_state in values)
                        == (operator in ("=", "in"))
                    )
                )
                term = ("coc_due_diligence_state", operator, value)
                found = partners.search([("id", "in", partners.ids), term])
                self.assertEqual(found.sorted("id"), expected.sorted("id"))

    def test_search_is_the_field(self):
        found, partners = self._in_every_state()
        states = {name: one.coc_due_diligence_state for name, one in found.items()}
        self.assertEqual(
            states,
            {
                "plain": "not_needed",
                "draft": "not_needed",
                "review": "not_needed",
                "refused": "not_needed",
                "needed": "none",
                "needed_draft": "none",
                "needed_refused": "none",
                "current": "current",
                "expired": "expired",
                "suspended": "suspended",
                "terminated": "terminated",
                "trader": "none",
                "archived": "none",
            },
        )
        self._compare_search(partners)
        rows = self.env["asi.coc.supplier.standing"].search(
            [("company_id", "=", self.company.id)]
        )
        self.assertEqual(
            {row.partner_id.name: row.standing for row in rows},
            {
                name: states[name]
                for name in states
                if name not in ("plain", "archived")
            },
        )

    def test_search_is_the_field_without_a_scope_in_force(self):
        _found, partners = self._in_every_state()
        self.scope.action_suspend()
        self._compare_search(partners)

    def test_search_is_the_field_in_each_company(self):
        _found, partners = self._in_every_state()
        other = self.env["res.company"].create({"name": "Foil Makers"})
        self.env.user.company_ids += other
        self._compare_search(partners.with_company(other))
        self._compare_search(partners.with_user(self.buyer))
