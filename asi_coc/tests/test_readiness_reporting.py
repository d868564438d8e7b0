"""Readiness on the report to ASI (1.7) and on the complaints mechanism (7.3)."""

from odoo import Command
from odoo.tests import tagged

from .common_annual_report import AnnualReportMixin
from .common_readiness import ReadinessCase

#: Parts that every entity reports; the others depend on the scope.
ALWAYS = ("1.7a", "1.7c", "1.7d", "1.7e", "1.7f")


@tagged("post_install", "-at_install")
class TestReadinessReporting(AnnualReportMixin, ReadinessCase):
    """A scope that is certified, and accounts, from January 1, 2025 on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.certificate.date_start = "2025-01-01"
        cls.scope.representative_ids = cls.representative

    def close_year(self):
        """Close 2025, and come back on a day in 2026 on which the report is due."""
        self.next_period()
        self.close(self.period)

    def submit_year(self):
        report = self.report(2025)
        report.with_user(self.representative).action_submit()
        return report

    # -- report to ASI --------------------------------------------------------
    def test_1_7_first_year(self):
        for code in ALWAYS:
            self.assert_state(code, "in_order", "of 2025", "June 30, 2026")
        self.certificate.date_start = "2026-01-01"
        self.assert_state("1.7a", "in_order", "before the entity is certified")

    def test_1_7_due_overdue_submitted(self):
        self.receive(self.slab, 100, claimed=60)
        self.close_year()
        for code in ALWAYS:
            self.assert_state(code, "attention", "2025 is due by June 30, 2026")
        self.at("2026-06-30")
        self.assert_state("1.7a", "attention", "Reports to ASI")
        self.at("2026-07-01")
        for code in ALWAYS:
            self.assert_state(code, "missing", "2025 is overdue", "Close the periods")
        report = self.submit_year()
        for code in ALWAYS:
            self.assert_state(
                code,
                "in_order",
                "2025 was submitted on July 1, 2026 by representative",
            )
            self.assert_evidence(code, "Reports to ASI", report)

    def test_1_7_evidence(self):
        self.receive(self.slab, 100, claimed=60)
        self.deliver(self.slab, 50, designated=20)
        self.close_year()
        self.receive(self.slab, 10, claimed=10)
        entries = self.env["asi.coc.entry"].search(
            [("scope_id", "=", self.scope.id), ("date", "<=", "2025-12-31")]
        )
        for code, label, flows, status in (
            ("1.7a", "CoC inputs and outputs in 2025", ("input", "output"), "coc"),
            (
                "1.7c",
                "Non-CoC inflows and outflows in 2025",
                ("input", "output"),
                "non_coc",
            ),
            (
                "1.7d",
                "Positive balances carried over in 2025",
                ("positive_balance_carried",),
                None,
            ),
        ):
            expected = entries.filtered(
                lambda one, flows=flows, status=status: (
                    one.flow in flows and status in (None, one.status)
                )
            )
            self.assertTrue(expected, code)
            self.assert_evidence(code, label, expected)
        closing = self.period.closing_ids
        self.assertEqual(len(closing), 1)
        for code in ("1.7d", "1.7e", "1.7f"):
            self.assert_evidence(code, "Closings of periods in 2025", closing)
        self.assert_evidence("1.7e", "Positive balances used in 2025", entries.browse())
        self.assert_evidence("1.7f", "Internal overdraws in 2025", entries.browse())

    def test_1_7_reopened_after_submission(self):
        self.receive(self.slab, 100, claimed=60)
        self.close_year()
        self.submit_year()
        self.assert_state("1.7d", "in_order")
        wizard = self.env["asi.coc.period.reopen"].with_user(self.representative)
        wizard.create({"period_id": self.period.id, "reason": "A load"}).action_reopen()
        self.assert_state("1.7d", "attention", "2025 was reopened")

    def test_1_7_earlier_year(self):
        """A year that was begun and never submitted is overdue beside the last one."""
        self.certificate.date_start = "2024-01-01"
        self.assert_state("1.7a", "attention", "2024 is due by June 30, 2025")
        self.at("2026-02-01")
        self.report(2024)
        self.assert_state("1.7a", "missing", "2024 is overdue", "2025 is due by June")

    def test_1_7b_scrap(self):
        self.assert_state("1.7b", "not_applicable", "No scrap")
        self.deliver_scrap()
        self.assert_state("1.7b", "in_order", "of 2025")
        self.close_year()
        self.assert_state("1.7b", "attention", "2025 is due")
        scrap = self.env["asi.coc.entry"].search(
            [("scope_id", "=", self.scope.id), ("material", "=", "scrap")]
        )
        self.assert_evidence(
            "1.7b",
            "Scrap in and out in 2025",
            scrap.filtered(lambda one: one.flow == "output"),
        )
        self.at("2026-07-01")
        self.assert_state("1.7b", "missing", "2025 is overdue")
        self.report(2025).explanation = "Known"
        self.submit_year()
        self.assert_state("1.7b", "in_order", "was submitted")

    def deliver_scrap(self):
        self.have_stock(self.scrap, 5, self.mill_place)
        self.deliver(self.scrap, 5, place=self.mill_place)

    def test_1_7b_remelter(self):
        self.assert_state("1.7b", "not_applicable")
        place = self._create_location("Remelter")
        self.add_facility("Remelter", "remelting_refining", place)
        self.assert_state("1.7b", "in_order", "of 2025")
        self.facility("Remelter").active = False
        self.assert_state("1.7b", "not_applicable", "No scrap")

    def test_1_7g_several_materials(self):
        self.assert_state("1.7g", "not_applicable", "one type of CoC Material")
        place = self._create_location("Refinery")
        self.add_facility("Refinery", "alumina_refining", place)
        bauxite = self._create_product("Bauxite", "bauxite", self.tonne)
        self.receive(bauxite, 100, claimed=100, place=place)
        self.produce(self.alumina, 40, [(bauxite, 100)], place)
        moved = self.move_inside(self.alumina, 40, place, self.smelter_place)
        self.assert_state("1.7g", "in_order", "of 2025")
        self.close_year()
        self.assert_state("1.7g", "attention", "2025 is due")
        entries = self.env["asi.coc.entry"].search(
            [
                ("move_id", "in", moved.move_ids.ids),
                ("flow", "=", "intra_entity_out"),
                ("status", "=", "coc"),
            ]
        )
        label = "Intra-entity flows of CoC Material in 2025"
        self.assert_evidence("1.7g", label, entries)
        self.at("2026-07-01")
        self.assert_state("1.7g", "missing", "2025 is overdue")
        self.submit_year()
        self.assert_state("1.7g", "in_order", "was submitted")

    # -- complaints -----------------------------------------------------------
    def complain(self, **values):
        return self.env["asi.coc.complaint"].create(
            {
                "scope_id": self.scope.id,
                "concern": "Dust from the dross heap blows over the village.",
                **values,
            }
        )

    def take_through(self, complaint):
        """Investigate, decide and answer, as an officer does."""
        own = complaint.with_user(self.officer)
        own.action_admit()
        own.action_investigate()
        own.write(
            {
                "outcome": "substantiated",
                "decision": "The heap is covered.",
                "answer": "We cover the heap.",
                "log_ids": [Command.create({"kind": "visit", "what": "Dust seen."})],
            }
        )
        own.action_decide()
        own.action_answer()

    def test_7_3_form_and_procedure(self):
        self.assert_state("7.3", "attention", "standard text", "Fill in")
        self.scope.action_fill_complaint_procedure()
        path = f"/coc/complaint/{self.scope.id}"
        self.assert_state("7.3", "in_order", path, "no complaint is open")
        self.assert_evidence("7.3", "Scope with the public form", self.scope)
        draft = self._another_scope()
        self.assertEqual(draft.state, "draft")
        self.assert_state("7.3", "missing", "Second", "Activate it", scope=draft)

    def _another_scope(self):
        """Return the draft scope of another company."""
        company = self.env["res.company"].create({"name": "Second"})
        self.env.user.company_ids += company
        return self.env["asi.coc.scope"].create(
            {
                "name": "Second",
                "company_id": company.id,
                "representative_ids": [Command.set(self.env.user.ids)],
            }
        )

    def test_7_3_complaints(self):
        self.scope.action_fill_complaint_procedure()
        complaint = self.complain()
        self.assert_state("7.3", "attention", "within their days", complaint.name)
        self.assert_evidence("7.3", "Open complaints", complaint)
        self.at("2025-03-16")
        self.assert_state("7.3", "missing", "overdue", complaint.name)
        self.assert_evidence("7.3", "Overdue complaints", complaint)
        complaint.with_user(self.officer).action_acknowledge()
        self.assert_state("7.3", "attention", "within their days")
        self.take_through(complaint)
        complaint.with_user(self.officer).action_close()
        self.assert_state("7.3", "in_order", "no complaint is open")
        self.assert_evidence("7.3", "Complaints", complaint)
        self.assert_evidence("7.3", "Open complaints", complaint.browse())

    def test_7_3_forwarding(self):
        self.scope.action_fill_complaint_procedure()
        complaint = self.complain(concerns_material=True)
        label = "Concerns that ASI was not told of"
        self.assert_state("7.3", "attention", "ASI was not told", complaint.name)
        self.assert_evidence("7.3", label, complaint)
        own = complaint.with_user(self.officer)
        own.action_forward()
        self.assert_evidence("7.3", label, complaint.browse())
        own.action_acknowledge()
        self.take_through(complaint)
        own.action_close()
        self.assert_state("7.3", "in_order")

    def test_7_3_other_scopes(self):
        """What was complained about elsewhere is no concern of this scope."""
        self.scope.action_fill_complaint_procedure()
        other = self._another_scope()
        self.complain(scope_id=other.id, concerns_material=True)
        self.assert_state("7.3", "in_order")
