from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import tagged

from .common import UserCase


@tagged("post_install", "-at_install")
class TestCloseSteps(UserCase):
    """What stands between now and a closed period, and opens its records."""

    def steps(self, kind):
        action = self.period.with_user(self.officer).action_open_close_steps()
        return (
            self.env["asi.coc.close.step"]
            .with_user(self.officer)
            .search([*action["domain"], ("kind", "=", kind)])
        )

    def opened(self, step):
        action = step.action_open()
        return self.env[action["res_model"]].search(action["domain"])

    def test_period_that_has_not_ended(self):
        step = self.steps("blocks")
        self.assertEqual(step.text, "The period runs until December 31, 2025 (8.2).")
        self.assertEqual(self.opened(step), self.period)

    def test_claim_to_verify_opens_its_receipt_and_goes_when_verified(self):
        receipt = self.receive(self.slab, 10, claimed=10, verify=False)
        step = self.steps("explain")
        self.assertEqual(
            step.text, "1 receipts have a CoC claim that is not verified (10.2)."
        )
        self.assertEqual(self.opened(step), receipt)
        self.verify(receipt)
        self.assertFalse(self.steps("explain"))

    def test_unclassified_entry_opens(self):
        lost = self._create_location("Yard")
        self.receive(self.slab, 10, place=lost)
        step = self.steps("explain")
        self.assertIn("1 ledger entries are unclassified (8.1)", step.text)
        self.assertEqual(self.opened(step).product_id, self.slab)

    def test_broken_limit_opens_its_balance(self):
        # 130 t in, 110 t out as CoC, then 30 t go back: 10 t are overdrawn.
        self.have_stock(self.slab, 10)
        self.receive(self.slab, 100, claimed=100)
        contract = self.receive(self.slab, 30, claimed=30)
        self.deliver(self.slab, 110, designated=110)
        self.give_back(contract, 30)
        self.at("2026-01-01")
        step = self.steps("blocks")
        self.assertIn("Casthouse: internal overdraw of 10 t", step.text)
        self.assertEqual(self.opened(step).activity_id.code, "casthouse")

    def test_nothing_blocks_after_the_end(self):
        self.at("2026-01-01")
        self.assertFalse(self.steps("blocks"))

    def test_steps_are_those_the_close_refuses_for(self):
        self.receive(self.slab, 10, claimed=10, verify=False)
        text = self.steps("explain").text
        self.at("2026-01-01")
        with self.assertRaises(UserError) as refusal:
            self.period.action_close()
        self.assertIn(text, str(refusal.exception))

    def test_positive_balance_about_to_expire(self):
        self.receive(self.slab, 100, claimed=100)
        self.deliver(self.slab, 60, designated=60)
        self.close(self.period)
        following = self.period._get_next()
        self.at("2026-02-01")
        self.period = following
        expiring = self.steps("notice")
        self.assertEqual(
            expiring.text,
            "Casthouse: 40 t of the positive balance brought forward are not used and "
            "expire with the close (8.9b).",
        )
        self.assertEqual(self.opened(expiring).positive_balance_brought, 40)
        self.deliver(self.slab, 40, designated=40)
        self.assertFalse(self.steps("notice"))

    def test_overdraw_is_passed_on_and_made_up(self):
        self.have_stock(self.slab, 10)
        self.receive(self.slab, 100, claimed=100)
        contract = self.receive(self.slab, 30, claimed=30)
        self.deliver(self.slab, 110, designated=110)
        self.give_back(contract, 30)
        self.force_majeure(10)
        self.at("2026-01-01")
        self.assertFalse(self.steps("blocks"))
        step = self.steps("notice")
        self.assertEqual(
            step.text,
            "Casthouse: 10 t of internal overdraw are carried with the close, and are "
            "to be made up in the next period (8.8c).",
        )
        self.assertEqual(self.opened(step).overdraw, 10)
        self.period.action_close()
        self.period = self.period._get_next()
        step = self.steps("notice")
        self.assertEqual(
            step.text,
            "Casthouse: 10 t of internal overdraw are made up in this period (8.8c).",
        )

    def test_what_is_explained_no_longer_stands_in_the_way(self):
        receipt = self.receive(self.slab, 10, claimed=10, verify=False)
        text = self.steps("explain").text
        representative = self.representative
        self.period.with_user(representative).closing_explanation = "Lost in the post"
        self.assertFalse(self.steps("explain"))
        explained, claim = self.steps("notice")
        self.assertEqual(
            explained.text, f"Explained by {representative.name}: Lost in the post"
        )
        self.assertEqual(self.opened(explained), self.period)
        self.assertEqual(claim.text, text)
        self.assertEqual(self.opened(claim), receipt)

    def test_worked_out_again_from_the_list(self):
        receipt = self.receive(self.slab, 10, claimed=10, verify=False)
        action = self.period.with_user(self.officer).action_open_close_steps()
        steps = self.env["asi.coc.close.step"].with_user(self.officer)
        domain = [*action["domain"], ("kind", "=", "explain")]
        self.assertTrue(steps.search(domain))
        self.verify(receipt)
        # As the list does, where nothing is chosen.
        button = ("action_refresh", [[]], {"context": action["context"]})
        call_kw(steps, *button)
        self.assertFalse(steps.search(domain))
        with self.assertRaises(AccessError):
            call_kw(steps.with_user(self.buyer), *button)

    def test_forecast_counts_open_orders(self):
        self.receive(self.slab, 100, claimed=100)
        self.order(self.slab, 30, 30).action_confirm()
        forecast = self.steps("forecast").filtered(
            lambda one: one.text.startswith("Casthouse")
        )
        self.assertEqual(
            forecast.text,
            "Casthouse: once open orders are done, 70 t of positive balance are "
            "expected, and 0 t can still be designated (8.7, 8.9a).",
        )

    def test_earlier_period_first(self):
        following = self.env["asi.coc.period"].create(
            {
                "scope_id": self.scope.id,
                "date_start": "2026-01-01",
                "date_end": "2026-12-31",
            }
        )
        earlier, self.period = self.period, following
        step = self.steps("blocks").filtered(lambda one: "closed first" in one.text)
        self.assertEqual(self.opened(step), earlier)

    def test_closed_period_has_no_steps(self):
        self.close(self.period)
        self.period.with_user(self.officer).action_open_close_steps()
        self.assertFalse(self.period.close_step_ids)

    def test_nobody_writes_steps(self):
        step = self.steps("blocks")
        with self.assertRaises(AccessError):
            step.write({"text": "Nothing"})
        self.period.with_user(self.auditor).action_open_close_steps()
        with self.assertRaises(AccessError):
            self.period.with_user(self.buyer).action_open_close_steps()
