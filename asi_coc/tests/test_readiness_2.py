"""Readiness on section 2: outsourcing contractors."""

from odoo import Command
from odoo.tests import tagged
from odoo.tools import SQL

from .common import UserCase
from .common_contractors import ContractorBase
from .common_readiness import ReadinessMixin

CODES = ("2.1", "2.2a", "2.2b", "2.2c", "2.3", "2.4", "2.5")


class ContractorReadinessCase(ReadinessMixin, ContractorBase, UserCase):
    """A contractor in the scope, with tolerances that a difference goes beyond."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contractor_record.write({"expected_loss": 10, "tolerance": 5})
        cls.statements = cls.env["asi.coc.contractor.statement"]

    def work(self):
        """20 t of slab sent; 9 t of coil come back, 10 t of slab stay."""
        self.receive(self.slab, 20, claimed=10, place=self.stock)
        _sent, receipt = self.have_coil_made(9)
        self.validate(receipt)
        self.move_inside(self.slab, 10, self.stock, self.site)


@tagged("post_install", "-at_install")
class TestReadiness2(ContractorReadinessCase):
    def test_applies_while_there_are_contractors(self):
        for code in CODES:
            self.assertNotEqual(self.row(code).state, "not_applicable", code)
        # one that left answers for the period that is open
        self.contractor_record.action_leave()
        for code in CODES[:4]:
            self.assert_state(code, "not_applicable", "no outsourcing contractor")
        for code in CODES[4:]:
            self.assertNotEqual(self.row(code).state, "not_applicable", code)
        self.close(self.period)
        self.at("2026-01-02")
        for code in CODES:
            self.assert_state(code, "not_applicable", "no outsourcing contractor")

    def test_only_contractors_of_the_scope_count(self):
        other = self.scope.copy({"name": "Second Scope"})
        for code in CODES:
            self.assert_state(code, "not_applicable", scope=other)
            self.assertFalse(self.row(code, other).evidence_ids)

    def test_2_1_named_with_services_and_sites(self):
        record = self.contractor_record
        self.assert_state("2.1", "in_order")
        self.assert_evidence("2.1", "Contractors", record)
        draft = self.record_contractor(self.customer, since=None)
        draft.services = False
        self.assert_state("2.1", "attention", "Not in the scope yet", "Rollers United")
        self.assert_evidence("2.1", "Contractors", record | draft)
        draft.unlink()
        # what its acceptance rested on can be taken away once that has lapsed
        self.at("2030-01-01")
        record.services = False
        self.assert_state("2.1", "missing", "Rolling Contractor", "Enter them")
        record.services = "Rolling"
        self.assert_state("2.1", "in_order")

    def test_2_2a_ownership_or_control(self):
        record = self.contractor_record
        self.assert_state("2.2a", "in_order", "with evidence")
        # Evidence in force is not taken away: below every guard.
        field = record._fields["evidence_ids"]
        self.env.cr.execute(
            SQL(
                "DELETE FROM %s WHERE %s = %s",
                SQL.identifier(field.relation),
                SQL.identifier(field.column1),
                record.id,
            )
        )
        self.assert_state("2.2a", "missing", "Rolling Contractor", "with the contract")
        record.evidence_ids = [Command.create(self._file("contract.pdf"))]
        self.assert_state("2.2a", "in_order")

    def test_2_2b_declaration(self):
        record = self.contractor_record
        self.assert_state("2.2b", "in_order")
        self.at("2030-01-01")
        for name in ("declared_on", "declared_by"):
            with self.subTest(name):
                before = record[name]
                record[name] = False
                self.assert_state("2.2b", "missing", "Rolling Contractor", "signed")
                record[name] = before
                self.assert_state("2.2b", "in_order")

    def test_2_2b_declaration_s_file(self):
        record = self.contractor_record
        declaration = record.declaration
        # A declaration in force is not taken away: below every guard.
        self.env.cr.execute(
            "UPDATE ir_attachment SET res_field = NULL WHERE res_model = %s "
            "AND res_id = %s AND res_field = 'declaration'",
            [record._name, record.id],
        )
        self.assert_state("2.2b", "missing", "Rolling Contractor", "signed")
        record.declaration = declaration
        self.assert_state("2.2b", "in_order")

    def test_2_2c_risk_assessment(self):
        record = self.contractor_record
        first = record.assessment_ids
        self.assert_state("2.2c", "in_order")
        self.assert_evidence("2.2c", "Accepted risk assessments", first)
        first.action_withdraw()
        self.at("2025-03-11")
        self.assert_state("2.2c", "missing", "Rolling Contractor", "Assess the risk")
        second = self.accept()
        self.assert_state("2.2c", "in_order")
        self.assert_evidence("2.2c", "Accepted risk assessments", second)
        self.at("2026-02-09")
        self.assert_state(
            "2.2c", "attention", "assessed again", "Rolling Contractor (March 11, 2026)"
        )
        self.at("2026-09-12")
        self.assert_state("2.2c", "missing", "Rolling Contractor")
        third = self.accept()
        self.assert_state("2.2c", "in_order")
        self.assert_evidence("2.2c", "Accepted risk assessments", second | third)

    def test_2_3_statements(self):
        self.assert_state("2.3", "in_order", "No statement was due yet")
        self.work()
        self.at("2026-01-05")
        self.statements._cron_ask()
        statement = self.contractor_record.statement_ids
        self.assert_state("2.3", "attention", "Waiting for an answer")
        self.assert_evidence("2.3", "Statements not confirmed yet", statement)
        self.at("2026-01-15")
        self.assert_state(
            "2.3", "missing", "by their deadline", "Rolling Contractor, 2025"
        )
        self.assert_evidence("2.3", "Statements not answered in time", statement)
        self.report(statement)
        self.assert_state("2.3", "attention", "confirmation")
        self.assert_evidence("2.3", "Statements not confirmed yet", statement)
        statement.action_confirm()
        self.assert_state("2.3", "in_order", "confirmed")
        self.assert_evidence("2.3", "Confirmed statements", statement)

    def test_2_4_reconciliation(self):
        self.assert_state("2.4", "in_order", "nothing to reconcile yet")
        self.work()
        self.at("2025-07-01")
        statement = self.statements.create(
            {
                "contractor_id": self.contractor_record.id,
                "date_start": "2025-01-01",
                "date_end": "2025-06-30",
            }
        )
        self.report(statement, closing_mass=5)
        row = statement.reconciliation_ids
        self.assert_state("2.4", "attention", "beyond the tolerance")
        self.assert_evidence("2.4", "Differences beyond the tolerance", row)
        statement.action_confirm()
        self.assertEqual(row.state, "held")
        self.assert_state("2.4", "attention", "until it is resolved")
        # the error that it opened is corrected, and the difference resolved
        self.correct(row.error_id)
        row.release_reason = "Found on the neighbour's lorry, and counted"
        row.action_release()
        self.assert_state("2.4", "in_order", "agree")
        self.assert_evidence("2.4", "Reconciliations", row)
        self.assert_evidence("2.4", "Differences beyond the tolerance", row.browse())

    def correct(self, error):
        today = self.scope._get_today()
        error.write(
            {
                "agreed_correction": "Weigh again",
                "agreed_with": "Jan Rogers",
                "agreed_on": today,
            }
        )
        error.action_agree()
        error.corrected_on = today
        error.action_correct()

    def test_2_5_errors(self):
        self.assert_state("2.5", "in_order", "No error was found")
        error = self.env["asi.coc.error"].create(
            {
                "scope_id": self.scope.id,
                "criterion": "2.5",
                "partner_id": self.contractor.id,
                "found": "Coils without tags",
            }
        )
        self.assert_state("2.5", "attention", "Not corrected", "ERR/2025")
        self.assert_evidence("2.5", "Errors not reviewed yet", error)
        self.correct(error)
        error.write({"cause": "No printer", "prevention": "Two printers"})
        error.action_prevent()
        self.assert_state("2.5", "attention")
        error.review_due = "2025-06-10"
        self.at("2025-06-11")
        self.assert_state(
            "2.5", "missing", "effectiveness review is overdue", "ERR/2025"
        )
        self.assert_evidence("2.5", "Overdue effectiveness reviews", error)
        error.write({"effective": "yes", "effectiveness_remark": "All tagged"})
        error.with_user(self.representative).action_review()
        self.assert_state("2.5", "in_order", "corrected and reviewed")
        self.assert_evidence("2.5", "Errors", error)
