from base64 import b64encode

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import UserCase
from .common_contractors import ContractorBase
from .test_supplier_assessment import DiligenceCase

NEW = b64encode(b"Signed again.")


class EvidenceCase(UserCase):
    """Files that decisions rest on stay; new ones are added beside (1.6)."""

    def upload(self, name="visit.txt", content=b"Seen"):
        return (
            self.env["ir.attachment"]
            .with_user(self.officer)
            .create({"name": name, "raw": content})
        )

    def add(self, record, **values):
        file = self.upload(**values)
        record.with_user(self.officer).evidence_ids = [Command.link(file.id)]
        return file

    def refuse(self, record, file, *fragments):
        """Let the officer and the superuser try to get rid of ``file``."""
        content = file.sudo().raw
        for env in (self.env(user=self.officer.id, su=False), self.env):
            own, held = record.with_env(env), file.with_env(env)
            for attempt in (
                held.unlink,
                lambda held=held: held.write({"raw": b"other"}),
                lambda held=held: held.write({"datas": NEW}),
                lambda held=held: held.write({"type": "url", "url": "https://x"}),
                lambda held=held: held.write({"res_id": False}),
                lambda held=held: held.write(
                    {"res_model": "res.partner", "res_id": self.supplier.id}
                ),
                *(
                    lambda own=own, command=command: own.write(
                        {"evidence_ids": [command]}
                    )
                    for command in (
                        Command.unlink(file.id),
                        Command.delete(file.id),
                        Command.clear(),
                        Command.set([]),
                        Command.update(file.id, {"raw": b"other"}),
                    )
                ),
            ):
                with self.refused(UserError, *fragments):
                    attempt()
        self.env.invalidate_all()
        self.assertEqual(file.sudo().raw, content)
        self.assertIn(file, record.sudo().evidence_ids)


@tagged("post_install", "-at_install")
class TestEvidenceOfSuppliers(DiligenceCase, EvidenceCase):
    def test_free_until_decided(self):
        assessment = self.assess(self.dealer).with_user(self.officer)
        file = self.add(assessment)
        file.raw = b"Seen again"
        assessment.evidence_ids = [Command.unlink(file.id)]
        file.unlink()
        self.add(assessment)
        assessment.unlink()

    def test_of_a_decided_assessment(self):
        assessment = self.assess(self.dealer).with_user(self.officer)
        file = self.add(assessment)
        assessment.action_review()
        assessment.action_accept()
        self.refuse(assessment, file, "visit.txt", "Quick Metal", "7.2", "beside")
        other = self.add(assessment, name="visit-2.txt")
        self.assertEqual(assessment.evidence_ids, file | other)
        # files of others are not concerned
        self.upload("loose.txt").unlink()

    def test_of_a_finding_whose_mitigation_began(self):
        finding = self.find(self.assess(self.dealer))
        file = self.add(finding)
        self.mitigate(finding)
        self.refuse(finding, file, "visit.txt", "Passports", "7.2")

    def test_a_file_of_another_record(self):
        """Where a file lies does not matter: it is evidence where it is named."""
        file = self.env["ir.attachment"].create(
            {
                "name": "visit.txt",
                "raw": b"Seen",
                "res_model": "res.partner",
                "res_id": self.dealer.id,
            }
        )
        assessment = self.assess(self.dealer)
        assessment.evidence_ids = [Command.link(file.id)]
        assessment.action_review()
        assessment.action_accept()
        with self.refused(UserError, "visit.txt"):
            file.unlink()


@tagged("post_install", "-at_install")
class TestEvidenceOfContractors(ContractorBase, EvidenceCase):
    def get_declaration(self):
        return self.env["ir.attachment"].search(
            [
                ("res_model", "=", "asi.coc.contractor"),
                ("res_field", "=", "declaration"),
                ("res_id", "=", self.contractor_record.id),
            ]
        )

    def test_of_ownership_and_control(self):
        record = self.contractor_record
        self.refuse(record, record.evidence_ids, "contract.pdf", "Rolling Contractor")
        other = self.add(record)
        self.assertIn(other, record.evidence_ids)

    def test_also_after_it_left(self):
        record = self.contractor_record
        record.with_user(self.representative).action_leave()
        self.refuse(record, record.evidence_ids, "contract.pdf", "2.2a")

    def test_declaration_is_kept_when_it_is_replaced(self):
        record = self.contractor_record.with_user(self.officer)
        contract = record.evidence_ids
        record.write(
            {"declaration": NEW, "declared_on": "2025-03-01", "declared_by": "Ann"}
        )
        self.assertEqual(record.declaration, NEW)
        old = record.evidence_ids - contract
        self.assertEqual(old.raw, b"Nothing is outsourced further.")
        self.assertIn("2019-01-01", old.name)
        self.refuse(record, old, old.name)
        # the same file again is nothing new
        record.declaration = NEW
        self.assertEqual(record.evidence_ids, contract | old)

    def test_declaration_is_neither_deleted_nor_overwritten(self):
        declaration = self.get_declaration()
        for user in (self.officer, self.env.user):
            own = declaration.with_user(user)
            for attempt in (
                own.unlink,
                lambda own=own: own.write({"raw": b"other"}),
                lambda own=own: own.write({"datas": NEW}),
                lambda own=own: own.write({"res_id": False}),
                lambda own=own: own.write({"res_field": False}),
            ):
                with self.refused(UserError, "Rolling Contractor", "2.2"):
                    attempt()
        self.contractor_record.with_user(self.representative).action_leave()
        with self.refused(UserError, "Rolling Contractor", "2.2"):
            self.contractor_record.with_user(self.officer).declaration = False
        self.assertEqual(declaration.raw, b"Nothing is outsourced further.")

    def test_of_a_risk_assessment_that_was_decided(self):
        assessment = self.env["asi.coc.contractor.assessment"].create(
            {
                "contractor_id": self.contractor_record.id,
                "findings": "Coils are tagged and kept apart.",
                "result": "acceptable",
            }
        )
        file = self.add(assessment)
        assessment.with_user(self.representative).action_accept()
        self.refuse(assessment, file, "2.2c")

    def test_of_a_statement_that_was_answered(self):
        _sent, receipt = self.send()
        self.validate(receipt)
        self.at("2026-01-05")
        self.env["asi.coc.contractor.statement"]._cron_ask()
        statement = self.contractor_record.statement_ids
        self.report(statement)
        file = statement.evidence_ids
        self.refuse(statement, file, "statement.pdf", "2.3")
        statement.action_confirm()
        self.refuse(statement, file, "statement.pdf", "2.3")
        # sent back, what was once reported stays all the same
        statement.rejection = "Are these tonnes?"
        statement.action_send_back()
        self.refuse(statement, file, "statement.pdf", "2.3")
        with self.refused(UserError, "stays on file"):
            statement.with_user(self.officer).unlink()


@tagged("post_install", "-at_install")
class TestDecidedContractorsStay(ContractorBase, EvidenceCase):
    accepted = None

    def test_a_draft_whose_assessment_was_rejected(self):
        record = self.env["asi.coc.contractor"].create(
            {"scope_id": self.scope.id, "partner_id": self.supplier.id}
        )
        assessment = self.env["asi.coc.contractor.assessment"].create(
            {
                "contractor_id": record.id,
                "findings": "Coils are mixed up.",
                "result": "not_acceptable",
            }
        )
        file = self.add(record)
        assessment.with_user(self.representative).action_reject()
        self.assertEqual(record.state, "draft")
        with self.refused(UserError, "Acme Alumina", "stays", "2.2c"):
            record.with_user(self.officer).unlink()
        self.refuse(record, file, "visit.txt")

    def test_a_draft_without_decisions_is_deleted(self):
        record = self.env["asi.coc.contractor"].create(
            {
                "scope_id": self.scope.id,
                "partner_id": self.supplier.id,
                "declaration": NEW,
                "assessment_ids": [Command.create({"findings": "None yet."})],
            }
        )
        file = self.add(record)
        record.declaration = b64encode(b"Another.")
        self.assertEqual(record.evidence_ids, file)
        record.with_user(self.officer).unlink()
        self.assertFalse(file.exists())
