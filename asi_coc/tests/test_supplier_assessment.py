import base64
from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import UserCase


class DiligenceCase(UserCase):
    """Suppliers of the smelter, assessed by an officer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.scope.responsible_id = cls.officer
        cls.dealer = cls.env["res.partner"].create(
            {"name": "Quick Metal", "is_company": True}
        )
        cls.contact = cls.env["res.partner"].create(
            {
                "name": "Jan Rogers",
                "parent_id": cls.dealer.id,
                "email": "jan@quick.example.com",
            }
        )

    def area(self, name):
        return self.env.ref(f"asi_coc.risk_area_{name}")

    def buy(self, product, quantity, price=1, partner=None, coc=0):
        """Order ``quantity`` and confirm."""
        order = self.draft(product, quantity, price, partner, coc)
        order.button_confirm()
        return order

    def draft(self, product, quantity, price=1, partner=None, coc=0):
        return self.env["purchase.order"].create(
            {
                "partner_id": (partner or self.dealer).id,
                "company_id": self.company.id,
                "picking_type_id": self.warehouse.in_type_id.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_qty": quantity,
                            "price_unit": price,
                            "coc_ordered_qty": coc,
                            "tax_ids": False,
                        }
                    )
                ],
            }
        )

    def find(self, assessment, area="human_rights", result="high"):
        return self.env["asi.coc.supplier.finding"].create(
            {
                "assessment_id": assessment.id,
                "name": "Passports are kept by the plant",
                "area_id": self.area(area).id,
                "result": result,
            }
        )

    def mitigate(self, finding, course="continue", **values):
        mitigation = self.env["asi.coc.supplier.mitigation"].create(
            {
                "finding_id": finding.id,
                "course": course,
                "measure": "Give all passports back",
                "indicator": "No passport in the office",
                "responsible_id": self.officer.id,
                **values,
            }
        )
        mitigation.action_begin()
        return mitigation

    def stop(self, course="suspend", partner=None):
        """Suspend or terminate a supplier today."""
        assessment = self.assess(partner or self.dealer, "high")
        return self.mitigate(self.find(assessment), course)

    def end(self, mitigation, outcome="achieved"):
        mitigation.write({"outcome": outcome, "outcome_remark": "Seen on site"})
        mitigation.action_end()


@tagged("post_install", "-at_install")
class TestSupplierAssessment(DiligenceCase):
    """The risk of direct suppliers is assessed and mitigated (7.2)."""

    def accept(self, assessment, user=None):
        assessment = assessment.with_user(user or self.officer)
        assessment.action_review()
        assessment.action_accept()

    # -- filled from what is really bought ------------------------------------------
    def test_new_assessment(self):
        self.buy(self.alumina, 10, price=300)
        self.buy(self.scrap, 5, price=1000)
        assessment = self.env["asi.coc.supplier.assessment"].create(
            {"partner_id": self.contact.id, "scope_id": self.scope.id}
        )
        self.assertEqual(assessment.partner_id, self.dealer)
        self.assertEqual(assessment.name, "SUP/2025/0001")
        self.assertEqual(
            [
                (one.material, one.kind, one.value)
                for one in assessment.supply_ids.sorted("material")
            ],
            [("alumina", "non_coc", 3000), ("scrap", "scrap", 5000)],
        )
        self.assertEqual(
            assessment.risk_ids.mapped("area_id.criterion"),
            ["PS 1.2", "PS 2.4", "PS 9.1", "PS 9.8"],
        )

    def test_purchases_of_12_months_in_the_entity_s_currency(self):
        self.at("2024-01-10")
        self.buy(self.alumina, 100, price=300)
        self.at("2025-03-10")
        other = self.env["res.currency"].create(
            {
                "name": "XCC",
                "symbol": "X",
                "rate_ids": [
                    Command.create(
                        {
                            "name": "2025-01-01",
                            "rate": 4,
                            "company_id": self.company.id,
                        }
                    )
                ],
            }
        )
        order = self.draft(self.alumina, 10, price=200)
        order.currency_id = other
        order.order_line.price_unit = 200
        order.button_confirm()
        assessment = self.assess(self.dealer)
        self.assertEqual(assessment.supply_ids.value, 500)

    # -- deciding ---------------------------------------------------------------------
    def test_overall_is_the_worst(self):
        assessment = self.assess(self.dealer)
        self.assertEqual(assessment.overall_result, "low")
        assessment.risk_ids[2].result = "medium"
        self.assertEqual(assessment.overall_result, "medium")
        assessment.risk_ids[1].result = "high"
        self.assertEqual(assessment.overall_result, "high")

    def test_a_named_person_accepts(self):
        assessment = self.assess(self.dealer).with_user(self.officer)
        with self.refused(UserError, '"Under Review"', '"Accepted"', "7.2"):
            assessment.action_accept()
        assessment.action_review()
        assessment.action_accept()
        self.assertEqual(
            (
                assessment.state,
                assessment.decided_on,
                assessment.decided_by_id,
                assessment.valid_until,
                assessment.review_on,
                assessment.standing,
            ),
            (
                "accepted",
                date(2025, 3, 10),
                self.officer,
                date(2026, 3, 10),
                date(2026, 3, 10),
                "current",
            ),
        )
        self.assertEqual(self.dealer.coc_due_diligence_until, date(2026, 3, 10))
        self.assertEqual(self.contact.coc_due_diligence_by_id, self.officer)

    def test_validity_is_limited(self):
        self.scope.due_diligence_max_months = 18
        assessment = self.assess(self.dealer, valid_until="2026-09-11")
        assessment.action_review()
        with self.refused(
            UserError, "September 11, 2026", "September 10, 2026", "18 months", "7.2"
        ):
            assessment.action_accept()
        assessment.valid_until = "2025-03-09"
        with self.refused(UserError, "March 9, 2025"):
            assessment.action_accept()
        assessment.valid_until = "2026-09-10"
        assessment.action_accept()
        self.assertEqual(assessment.valid_until, date(2026, 9, 10))

    def test_incomplete_is_not_decided_on(self):
        assessment = self.assess(self.dealer)
        assessment.risk_ids[3].result = False
        assessment.circumstances = False
        assessment.action_review()
        with self.refused(
            UserError, "Conflict-Affected and High-Risk Areas", "Unusual Circumstances"
        ):
            assessment.action_accept()
        assessment.action_draft()
        assessment.risk_ids[0].unlink()
        assessment.action_review()
        with self.refused(UserError, "Anti-Corruption"):
            assessment.action_accept()

    def test_further_areas(self):
        assessment = self.assess(self.dealer)
        assessment.risk_ids = [
            Command.create({"area_id": self.area("informal_sector").id})
        ]
        assessment.action_review()
        with self.refused(UserError, "Informal Sector"):
            assessment.action_accept()
        assessment.risk_ids[-1].result = "medium"
        assessment.action_accept()
        self.assertEqual(assessment.overall_result, "medium")
        with self.refused(UserError, "Informal Sector", "Archive"):
            self.area("informal_sector").unlink()

    def test_high_risk_needs_mitigation(self):
        assessment = self.assess(self.dealer)
        assessment.risk_ids[2].result = "high"
        assessment.action_review()
        with self.refused(UserError, "Human Rights Due Diligence", "mitigation", "7.2"):
            assessment.action_accept()
        finding = self.find(assessment)
        mitigation = self.env["asi.coc.supplier.mitigation"].create(
            {"finding_id": finding.id, "measure": "Talk"}
        )
        with self.refused(UserError, "Human Rights Due Diligence"):
            assessment.action_accept()
        with self.refused(UserError, "Measured By"):
            mitigation.action_begin()
        mitigation.indicator = "No passport in the office"
        mitigation.action_begin()
        assessment.action_accept()
        self.assertEqual(assessment.standing, "current")

    def test_not_accepted(self):
        self.accept_due_diligence(self.dealer)
        assessment = self.assess(self.dealer, "high")
        assessment.action_review()
        with self.refused(UserError, "Decision Remark"):
            assessment.action_refuse()
        assessment.decision_remark = "Origin unknown"
        assessment.action_refuse()
        self.assertEqual(assessment.state, "refused")
        self.assertFalse(self.dealer._coc_has_due_diligence(date(2025, 3, 10)))
        self.assertTrue(self.dealer._coc_has_due_diligence(date(2025, 3, 9)))
        self.assertFalse(self.dealer.coc_due_diligence_until)

    def test_next_assessment_supersedes(self):
        first = self.assess(self.dealer)
        self.accept(first)
        self.at("2025-09-01")
        action = first.action_new_assessment()
        second = first.browse(action["res_id"])
        self.assertEqual(
            (second.state, second.decided_on, second.supply_ids.mapped("material")),
            ("draft", False, ["aluminium"]),
        )
        self.assertEqual(set(second.risk_ids.mapped("result")), {False})
        second.circumstances = "Nothing unusual"
        second.risk_ids.result = "low"
        self.accept(second, self.representative)
        self.assertEqual((first.state, second.state), ("superseded", "accepted"))

    # -- what stays ------------------------------------------------------------
    def test_decided_stays(self):
        assessment = self.assess(self.dealer)
        self.accept(assessment)
        own = assessment.with_user(self.officer)
        for change in (
            lambda: own.write({"valid_until": "2029-01-01"}),
            lambda: own.write({"partner_id": self.supplier.id}),
            lambda: own.risk_ids[0].write({"result": "high"}),
            lambda: own.risk_ids[0].unlink(),
            lambda: own.supply_ids.write({"source": "Elsewhere"}),
            lambda: own.write({"supply_ids": [Command.create({"material": "scrap"})]}),
            lambda: own.unlink(),
        ):
            with self.refused(UserError, "7.2", assessment.name):
                change()
        own.review_on = "2025-06-01"
        self.find(own, result="medium")
        self.assertEqual(assessment.finding_ids.result, "medium")

    def test_nothing_is_written_past_the_methods(self):
        assessment = self.assess(self.dealer).with_user(self.representative)
        for values in (
            {"state": "accepted"},
            {"decided_on": "2024-01-01"},
            {"decided_by_id": self.officer.id},
            {"is_taken_over": True},
        ):
            with self.refused(AccessError, "cannot be written directly"):
                assessment.write(values)
            with self.refused(AccessError, "cannot be written directly"):
                assessment.create({"partner_id": self.supplier.id, **values})
        with self.refused(AccessError, "Judged By"):
            assessment.risk_ids.write({"decided_by_id": self.auditor.id})
        mitigation = self.mitigate(self.find(assessment))
        for values in ({"state": "ended"}, {"outcome_on": "2025-01-01"}):
            with self.refused(AccessError, "cannot be written directly"):
                mitigation.with_user(self.officer).write(values)

    def test_who_judges_is_noted(self):
        assessment = self.assess(self.dealer)
        risk = assessment.risk_ids[0]
        risk.with_user(self.representative).result = "medium"
        self.assertEqual(risk.decided_by_id, self.representative)

    def test_others_read_only(self):
        assessment = self.assess(self.dealer)
        for user in (self.buyer, self.auditor):
            own = assessment.with_user(user)
            self.assertEqual(own.risk_ids[0].result, "low")
            for change in (
                lambda own=own: own.action_review(),
                lambda own=own: own.action_accept(),
                lambda own=own: own.write({"circumstances": "None"}),
                lambda own=own: own.create({"partner_id": self.supplier.id}),
            ):
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    change()

    def test_other_companies_see_nothing(self):
        assessment = self.assess(self.dealer)
        finding = self.find(assessment)
        other = self.env["res.company"].create({"name": "Foil Makers"})
        stranger = self.user("stranger", "asi_coc.group_representative")
        stranger.write(
            {"company_ids": [Command.set(other.ids)], "company_id": other.id}
        )
        assessment = assessment.with_context(allowed_company_ids=other.ids)
        finding = finding.with_context(allowed_company_ids=other.ids)
        for record in (assessment, assessment.risk_ids, assessment.supply_ids, finding):
            with self.assertRaises(AccessError):
                record.with_user(stranger).read(["company_id"])
        self.assertFalse(assessment.with_user(stranger).search([]))

    def test_evidence_is_for_the_auditor(self):
        assessment = self.assess(self.dealer).with_user(self.officer)
        file = (
            self.env["ir.attachment"]
            .with_user(self.officer)
            .create({"name": "visit.txt", "datas": base64.b64encode(b"seen")})
        )
        assessment.evidence_ids = [Command.link(file.id)]
        self.assertEqual(file.with_user(self.auditor).raw, b"seen")

    # -- mitigation ------------------------------------------------------------
    def test_six_month_goal(self):
        mitigation = self.mitigate(self.find(self.assess(self.dealer)))
        self.assertEqual(mitigation.improvement_due, date(2025, 9, 10))
        self.assertEqual(mitigation.finding_id.improvement_due, date(2025, 9, 10))
        with self.refused(ValidationError, "March 9, 2025", "March 10, 2025"):
            mitigation.improvement_due = "2025-03-09"
        with self.refused(ValidationError, "September 11", "six months", "7.2"):
            mitigation.improvement_due = "2025-09-11"
        mitigation.improvement_due = "2025-06-30"
        with self.refused(UserError, "Outcome", "Outcome Remark"):
            mitigation.action_end()
        self.at("2025-06-20")
        self.end(mitigation.with_user(self.officer), "improved")
        self.assertEqual(
            (mitigation.state, mitigation.outcome_on, mitigation.outcome_by_id),
            ("ended", date(2025, 6, 20), self.officer),
        )

    def test_what_is_in_force_stays(self):
        mitigation = self.stop().with_user(self.officer)
        for values in (
            {"course": "continue"},
            {"date_start": "2025-01-01"},
            {"measure": "Nothing"},
        ):
            with self.refused(UserError, "Quick Metal", "7.2"):
                mitigation.write(values)
        with self.refused(UserError, "stays on file"):
            mitigation.unlink()
        with self.refused(UserError, "stays as it is"):
            mitigation.finding_id.unlink()
        with self.refused(UserError, "stays on file"):
            mitigation.assessment_id.unlink()
        mitigation.progress = "Half of them returned"

    def test_a_suspension_does_not_begin_in_the_past(self):
        finding = self.find(self.assess(self.dealer))
        with self.refused(UserError, "March 9, 2025", "Quick Metal"):
            self.mitigate(finding, "suspend", date_start="2025-03-09")
        # What is measured may have begun before it was recorded.
        self.mitigate(finding, "continue", date_start="2025-03-01")

    def test_a_failed_suspension_sets_nobody_free(self):
        mitigation = self.stop()
        mitigation.write({"outcome": "failed", "outcome_remark": "Still kept"})
        with self.refused(UserError, "set the supplier free", "7.2"):
            mitigation.action_end()
        self.mitigate(mitigation.finding_id, "terminate")
        mitigation.action_end()
        self.assertEqual(mitigation.finding_id.course, "terminate")
        self.assertEqual(self.dealer.coc_due_diligence_state, "terminated")

    def test_terminated_is_not_accepted(self):
        assessment = self.stop("terminate").assessment_id
        assessment.risk_ids.result = "low"
        assessment.action_review()
        with self.refused(UserError, "terminated since March 10, 2025", "Passports"):
            assessment.action_accept()

    # -- screens ---------------------------------------------------------------
    def test_form_of_the_officer(self):
        form = Form(self.env["asi.coc.supplier.assessment"].with_user(self.officer))
        form.partner_id = self.dealer
        with form.supply_ids.new() as line:
            line.material = "scrap"
            line.kind = "scrap"
            line.source = "Collection in Peel"
            line.country_id = self.env.ref("base.au")
        form.circumstances = "Pays in cash"
        assessment = form.save()
        with Form(assessment) as form:
            for number in range(4):
                with form.risk_ids.edit(number) as line:
                    line.result = "low"
        assessment.action_review()
        assessment.action_accept()
        self.assertEqual(assessment.decided_by_id, self.officer)

    # -- reminders -------------------------------------------------------------
    def remind(self):
        self.env["asi.coc.supplier.assessment"]._cron_remind()

    def test_reminded_of_the_review(self):
        assessment = self.assess(self.dealer)
        assessment.user_id = self.officer
        self.accept(assessment)
        assessment.review_on = "2025-09-01"
        self.at("2025-08-01")
        self.remind()
        self.assertFalse(assessment.activity_ids)
        self.at("2025-08-02")
        self.remind()
        self.remind()
        self.assertEqual(assessment.activity_ids.user_id, self.officer)
        self.assertEqual(assessment.activity_ids.date_deadline, date(2025, 9, 1))
        assessment.with_user(self.officer).action_reviewed()
        self.assertFalse(assessment.activity_ids)
        self.assertEqual(
            (assessment.last_reviewed_on, assessment.review_on),
            (date(2025, 8, 2), date(2026, 2, 2)),
        )

    def test_expires(self):
        assessment = self.assess(self.dealer, valid_until="2025-06-30")
        self.accept(assessment)
        self.at("2025-06-30")
        self.remind()
        self.assertEqual(assessment.state, "accepted")
        self.at("2025-07-01")
        self.assertEqual(self.dealer.coc_due_diligence_state, "expired")
        self.remind()
        self.assertEqual(assessment.state, "expired")
        self.assertTrue(self.dealer._coc_has_due_diligence(date(2025, 6, 30)))
        self.assertTrue(assessment.activity_ids)

    def test_reminded_of_the_goal(self):
        mitigation = self.mitigate(self.find(self.assess(self.dealer)))
        self.at("2025-08-11")
        self.remind()
        self.assertEqual(mitigation.activity_ids.user_id, self.officer)
        self.assertEqual(mitigation.activity_ids.date_deadline, date(2025, 9, 10))
        self.end(mitigation)
        self.assertFalse(mitigation.activity_ids)
