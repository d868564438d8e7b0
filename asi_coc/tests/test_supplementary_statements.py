from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import UserCase


@tagged("post_install", "-at_install")
class TestSupplementaryStatements(UserCase):
    """What documents say besides needs objective evidence (9.4)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.write({"street": "2 Coil Street", "city": "Essen"})

    def setUp(self):
        super().setUp()
        self.receive(self.slab, 100, claimed=100)

    def state(self, name="ISO 14001", evidence=True, **values):
        if evidence:
            values["evidence_ids"] = [
                Command.create({"name": f"{name}.pdf", "raw": name.encode()})
            ]
        return self.env["asi.coc.supplementary.statement"].create(
            {
                "name": name,
                "text": f"We hold {name}.",
                "scope_id": self.scope.id,
                **values,
            }
        )

    def ship(self, quantity=10):
        return self.deliver(self.slab, quantity, designated=quantity).coc_document_ids

    def draft(self):
        self.scope.issue_automatically = False
        return self.ship()

    def test_on_every_document(self):
        statement = self.state()
        self.state("ISO 9001", sequence=1)
        self.state("Chosen", print_by_default=False)
        document = self.ship()
        self.assertEqual(document.state, "issued")
        self.assertEqual(
            document.supplementary_information,
            "We hold ISO 9001.\nWe hold ISO 14001.",
        )
        self.assertEqual(
            sorted(document.evidence_ids.mapped("name")),
            ["ISO 14001.pdf", "ISO 9001.pdf"],
        )
        self.assertEqual(statement.document_count, 1)
        self.assertEqual(
            self.env["asi.coc.document"].search(
                statement.action_open_documents()["domain"]
            ),
            document,
        )

    def test_chosen_per_document(self):
        self.state()
        chosen = self.state("Offsets", print_by_default=False)
        document = self.draft()
        document.with_user(self.officer).statement_ids = chosen
        document.with_user(self.officer).action_issue()
        self.assertEqual(document.supplementary_information, "We hold Offsets.")

    def test_storekeeper_without_any_coc_group(self):
        self.state()
        self.as_user(self.storekeeper)
        delivery = self.deliver(self.slab, 10, designated=10)
        self.env = self.env(su=True)
        document = delivery.sudo().coc_document_ids
        self.assertEqual(document.state, "issued")
        self.assertEqual(document.supplementary_information, "We hold ISO 14001.")
        self.assertEqual(document.evidence_ids.name, "ISO 14001.pdf")

    def test_nothing_free_on_an_issued_document(self):
        """Text typed into the draft, by RPC, has no evidence: it is not printed."""
        document = self.draft()
        document.with_user(self.officer).supplementary_information = "Best of all"
        document.action_issue()
        self.assertFalse(document.supplementary_information)

    def test_without_evidence_the_draft_waits(self):
        """The truck leaves; somebody is asked for the evidence."""
        statement = self.state(evidence=False)
        delivery = self.deliver(self.slab, 10, designated=10)
        document = delivery.coc_document_ids
        self.assertEqual((delivery.state, document.state), ("done", "draft"))
        self.assertIn("ISO 14001", document.activity_ids.note)
        with self.refused(UserError, "evidence for statement ISO 14001", "(9.4)"):
            document.with_user(self.officer).action_issue()
        statement.evidence_ids = [Command.create({"name": "Proof", "raw": b"1"})]
        document.with_user(self.officer).action_issue()
        self.assertEqual(document.state, "issued")

    def test_leaving_it_out_helps_too(self):
        self.state(evidence=False)
        document = self.ship()
        document.statement_ids = False
        document.action_issue()
        self.assertEqual(document.state, "issued")
        self.assertFalse(document.supplementary_information)

    def test_out_of_its_validity(self):
        """The day of issue is 10 March 2025."""
        statement = self.state(date_start="2024-01-01", date_end="2025-03-09")
        document = self.ship()
        self.assertEqual(document.state, "draft")
        with self.refused(
            UserError, "ISO 14001", "holds on March 10, 2025", "March 9, 2025", "renew"
        ):
            document.action_issue()
        statement.date_end = "2025-03-10"
        document.action_issue()
        self.assertEqual(document.supplementary_information, "We hold ISO 14001.")

    def test_chosen_before_it_begins(self):
        early = self.state(date_start="2025-03-11")
        document = self.draft()
        self.assertFalse(document.statement_ids)
        document.statement_ids = early
        with self.refused(UserError, "ISO 14001", "March 11, 2025", "(9.4)"):
            document.action_issue()

    def test_customer_language(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.customer.lang = "de_DE"
        statement = self.state()
        statement.with_context(lang="de_DE").text = "Wir haben ISO 14001."
        self.assertEqual(self.ship().supplementary_information, "Wir haben ISO 14001.")

    def test_issued_text_is_frozen(self):
        statement = self.state()
        document = self.ship()
        statement.write({"text": "Something else", "active": False})
        self.assertEqual(document.supplementary_information, "We hold ISO 14001.")
        self.assertEqual(document.statement_ids, statement)
        for values in (
            {"statement_ids": False},
            {"evidence_ids": False},
            {"supplementary_information": "Something else"},
        ):
            with self.refused(UserError, document.name, "Issued"):
                document.with_user(self.officer).write(values)

    # -- evidence stays -----------------------------------------------------
    def test_issued_document_is_not_taken_off_its_statement(self):
        self.state()
        document = self.ship()
        later = self.state("Later")
        for statement, commands in (
            (document.statement_ids, [Command.clear()]),
            (later, [Command.link(document.id)]),
        ):
            with self.assertRaises(AccessError):
                statement.with_user(self.officer).document_ids = commands
        self.assertEqual(document.statement_ids.name, "ISO 14001")

    def test_evidence_of_an_issued_document_stays(self):
        statement = self.state()
        evidence = statement.evidence_ids
        document = self.ship()
        with self.refused(UserError, "ISO 14001.pdf", document.name, "(9.4)"):
            evidence.with_user(self.officer).unlink()
        with self.refused(UserError, "ISO 14001.pdf", "neither changed nor deleted"):
            evidence.with_user(self.officer).raw = b"another"
        with self.refused(UserError, "ISO 14001", document.name, "Archive it"):
            statement.with_user(self.officer).unlink()
        self.assertEqual(evidence.raw, b"ISO 14001")

    def test_evidence_may_be_stored_elsewhere(self):
        """What an administrator does to move files from disk to database."""
        evidence = self.state().evidence_ids
        self.ship()
        self.env["ir.config_parameter"].set_param("ir_attachment.location", "db")
        evidence.write({"raw": evidence.raw, "mimetype": evidence.mimetype})
        self.assertEqual(evidence.raw, b"ISO 14001")

    def test_renewed_evidence_leaves_the_old_one_with_its_document(self):
        statement = self.state()
        old = statement.evidence_ids
        document = self.ship()
        statement.evidence_ids = [
            Command.set([]),
            Command.create({"name": "New", "raw": b"new"}),
        ]
        self.assertEqual(document.evidence_ids, old)
        with self.refused(UserError, "ISO 14001.pdf", document.name):
            old.unlink()
        self.assertEqual(self.ship().evidence_ids.name, "New")

    def test_evidence_of_a_draft_may_go(self):
        statement = self.state()
        document = self.draft()
        statement.evidence_ids.with_user(self.officer).unlink()
        statement.with_user(self.officer).unlink()
        self.assertFalse(document.statement_ids)

    def test_auditor_opens_evidence_and_changes_nothing(self):
        statement = self.state()
        document = self.ship()
        self.assertEqual(
            document.with_user(self.auditor).evidence_ids.raw, b"ISO 14001"
        )
        with self.assertRaises(AccessError):
            statement.with_user(self.auditor).text = "Mine"

    # -- refusals -----------------------------------------------------------
    def test_statement_of_another_scope(self):
        other = self.env["asi.coc.scope"].create(
            {"name": "Foundry", "company_id": self.company.id}
        )
        document = self.draft()
        with self.refused(ValidationError, "ISO 14001", "Foundry", "Melt & Roll"):
            document.statement_ids = self.state(scope_id=other.id)

    def test_other_companies_see_nothing(self):
        statement = self.state()
        data = self.env["asi.coc.sustainability"].create({"period_id": self.period.id})
        other = self.env["res.company"].create({"name": "Other Melters"})
        stranger = self.user("stranger", "asi_coc.group_representative")
        stranger.write(
            {"company_ids": [Command.set(other.ids)], "company_id": other.id}
        )
        for record in (statement, data):
            seen = record.with_user(stranger).with_context(
                allowed_company_ids=other.ids
            )
            self.assertFalse(seen._filtered_access("read"))

    # -- reminders ----------------------------------------------------------
    def test_reminder_a_month_before_the_end(self):
        statement = self.state(date_end="2025-04-09")
        self.state("Later", date_end="2025-04-10")
        self.state("Chosen", date_end="2025-03-01", print_by_default=False)
        model = self.env["asi.coc.supplementary.statement"]
        model._cron_remind()
        model._cron_remind()
        reminded = model.search(
            [("scope_id", "=", self.scope.id), ("activity_ids", "!=", False)]
        )
        self.assertEqual(reminded, statement)
        self.assertEqual(len(statement.activity_ids), 1)
        self.assertEqual(statement.activity_ids.user_id, self.scope.responsible_id)
        self.assertIn("April 9, 2025", statement.activity_ids.note)
