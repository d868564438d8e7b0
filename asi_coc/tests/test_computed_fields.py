from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import UserCase
from .common_contractors import ContractorBase
from .test_supplier_assessment import DiligenceCase

#: What officers write there goes into the certificate's history (10.3).
HISTORY = {"asi.coc.certificate": {"status", "status_date"}}


class ComputedCase(UserCase):
    def refuse(self, record, **values):
        """Let officer and representative try to write ``values`` over RPC."""
        before = record.read(list(values))
        for user in (self.officer, self.representative):
            with self.refused(AccessError, "cannot be written directly"):
                record.with_user(user).write(values)
        self.assertEqual(record.read(list(values)), before)


@tagged("post_install", "-at_install")
class TestComputedFields(ComputedCase):
    """What is computed and kept is nobody's to write: Odoo would let RPC (8.1)."""

    def get_computed(self):
        """Yield ``(model, names)`` of fields that only their computation writes."""
        for name, model in sorted(self.env.registry.items()):
            if not name.startswith("asi.coc.") or model._abstract:
                continue
            names = {
                field.name
                for field in model._fields.values()
                if field.store
                and field.compute
                and field.readonly
                and not field.inverse
            }
            if names := names - HISTORY.get(name, set()):
                yield name, names

    def test_no_model_takes_them(self):
        computed = dict(self.get_computed())
        self.assertIn("partner_id", computed["asi.coc.supplier.mitigation"])
        self.assertIn("period_id", computed["asi.coc.contractor.statement"])
        self.assertGreaterEqual(len(computed), 30)
        for name, fields in computed.items():
            for user in (self.officer, self.representative):
                records = self.env[name].with_user(user)
                for field in sorted(fields):
                    with self.subTest(model=name, field=field, user=user.login):
                        # closed figures refuse all that is written
                        closed = name == "asi.coc.closing"
                        with self.assertRaises(UserError if closed else AccessError):
                            records.write({field: False})
                        with self.assertRaises(AccessError):
                            records.create({field: False})

    def test_defaults_of_the_context_do_not_set_them(self):
        for name, fields in self.get_computed():
            records = self.env[name].with_user(self.representative)
            given = {f"default_{field}": False for field in fields}
            with self.subTest(model=name):
                defaults = records.with_context(**given).default_get(list(fields))
                self.assertEqual(defaults, {})


@tagged("post_install", "-at_install")
class TestComputedOfSuppliers(DiligenceCase, ComputedCase):
    def test_a_suspension_stays_the_supplier_s(self):
        mitigation = self.stop()
        other = self.assess(self.supplier)
        self.refuse(mitigation, partner_id=self.supplier.id)
        self.refuse(mitigation, company_id=self.env.company.create({"name": "B"}).id)
        self.refuse(mitigation, assessment_id=other.id)
        self.refuse(mitigation.finding_id, partner_id=self.supplier.id)
        self.assertEqual(mitigation.partner_id, self.dealer)
        with self.refused(AccessError, "Supplier", "cannot be written directly"):
            mitigation.with_user(self.officer).create(
                {
                    "finding_id": mitigation.finding_id.id,
                    "partner_id": self.supplier.id,
                }
            )

    def test_the_overall_risk_stays_the_worst(self):
        assessment = self.assess(self.dealer, "high")
        self.refuse(assessment, overall_result="low")
        self.refuse(assessment.risk_ids[:1], proposed="low")
        self.assertEqual(assessment.overall_result, "high")

    def test_a_questionnaire_stays_the_supplier_s(self):
        questionnaire = self.env["asi.coc.questionnaire"].create(
            {
                "assessment_id": self.assess(self.dealer).id,
                "survey_id": self.env.ref("asi_coc.survey_supplier").id,
                "contact_id": self.contact.id,
            }
        )
        self.refuse(questionnaire, partner_id=self.supplier.id)

    def test_defaults_do_not_hand_a_mitigation_on(self):
        finding = self.find(self.assess(self.dealer))
        mitigation = (
            self.env["asi.coc.supplier.mitigation"]
            .with_user(self.officer)
            .with_context(default_partner_id=self.supplier.id)
            .create({"finding_id": finding.id})
        )
        self.assertEqual(mitigation.partner_id, self.dealer)


@tagged("post_install", "-at_install")
class TestComputedOfContractors(ContractorBase, ComputedCase):
    def test_a_statement_stays_the_contractor_s_and_the_period_s(self):
        _sent, receipt = self.send()
        self.validate(receipt)
        self.at("2026-01-05")
        self.env["asi.coc.contractor.statement"]._cron_ask()
        statement = self.contractor_record.statement_ids
        self.refuse(statement, partner_id=self.supplier.id)
        self.refuse(statement, period_id=self.next_period().id)
        self.refuse(statement.line_ids[:1], material="scrap")
