from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .test_supplier_assessment import DiligenceCase


@tagged("post_install", "-at_install")
class TestSupplierDecided(DiligenceCase):
    """What was decided on rests on known origins, and stays as it was (7.2)."""

    def decide(self, partner=None, result="low"):
        assessment = self.assess(partner or self.dealer, result)
        assessment = assessment.with_user(self.officer)
        assessment.action_review()
        assessment.action_accept()
        return assessment

    def refuse(self, *attempts):
        for number, attempt in enumerate(attempts):
            with self.subTest(attempt=number):
                with self.refused(UserError, "7.2"):
                    attempt()

    # -- source and origin --------------------------------------------------------
    def test_each_material_needs_source_and_origin(self):
        self.buy(self.scrap, 5)
        assessment = self.assess(self.dealer).with_user(self.officer)
        known = assessment.supply_ids
        assessment.supply_ids = [Command.create({"material": "aluminium"})]
        unknown = assessment.supply_ids - known
        assessment.action_review()
        with self.refused(UserError, "Aluminium", "Source", "Country of Origin", "7.2"):
            assessment.action_accept()
        unknown.source = "Rolling mill in Duisburg"
        with self.refused(UserError, "Aluminium: Country of Origin", "7.2"):
            assessment.action_accept()
        unknown.country_id = self.env.ref("base.de")
        known.source = " "
        with self.refused(UserError, "Scrap: Source"):
            assessment.action_accept()
        known.source = "Own collection"
        assessment.action_accept()
        self.assertEqual(assessment.state, "accepted")
        self.assertEqual(self.dealer.coc_due_diligence_state, "current")

    def test_not_accepted_because_the_origin_is_not_told(self):
        assessment = self.assess(self.dealer)
        assessment.supply_ids.country_id = False
        assessment.decision_remark = "The dealer does not say where it is from."
        assessment.action_review()
        assessment.action_refuse()
        self.assertEqual(assessment.state, "refused")

    # -- what was decided stays ---------------------------------------------------
    def test_findings(self):
        assessment = self.assess(self.dealer, "high")
        finding = self.find(assessment)
        for area in assessment.risk_ids.area_id - finding.area_id:
            self.mitigate(finding.copy({"area_id": area.id}))
        self.mitigate(finding)
        assessment.action_review()
        assessment.action_accept()
        other = self.assess(self.supplier)
        late = self.find(assessment, "anti_corruption", "low")
        for own in (finding.with_user(self.officer), late.with_user(self.officer)):
            self.refuse(
                lambda own=own: own.write({"result": "medium"}),
                lambda own=own: own.write(
                    {"area_id": self.area("responsible_sourcing").id}
                ),
                lambda own=own: own.write({"name": "Nothing"}),
                lambda own=own: own.write({"found_on": "2020-01-01"}),
                lambda own=own: own.write({"assessment_id": other.id}),
                own.unlink,
            )
        self.assertEqual((finding.result, finding.name[:9]), ("high", "Passports"))

    def test_findings_whose_mitigation_began(self):
        finding = self.find(self.assess(self.dealer))
        finding.result = "medium"
        self.mitigate(finding)
        own = finding.with_user(self.officer)
        self.refuse(
            lambda: own.write({"result": "low"}),
            lambda: own.write({"name": "Nothing"}),
        )

    def test_what_mitigation_needs(self):
        """Findings are added, described and mitigated also after the decision."""
        assessment = self.decide()
        finding = self.find(assessment).with_user(self.officer)
        finding.description = "Seen on 3 March."
        mitigation = self.mitigate(finding)
        mitigation.progress = "Half of them are back."
        self.end(mitigation)
        again = self.mitigate(finding, "suspend")
        self.assertEqual(assessment.standing, "suspended")
        self.assertEqual(finding.mitigation_ids, mitigation | again)

    def test_risks(self):
        assessment = self.decide()
        risk = assessment.risk_ids[:1]
        other = self.assess(self.supplier).with_user(self.officer)
        self.env["asi.coc.risk.area"].create({"name": "Water"})
        water = self.env["asi.coc.risk.area"].search([("name", "=", "Water")])
        other.risk_ids = [Command.create({"area_id": water.id, "result": "low"})]
        loose = other.risk_ids.filtered(lambda row: row.area_id == water)
        other.risk_ids.filtered(lambda row: row.area_id == risk.area_id).unlink()
        self.refuse(
            lambda: risk.write({"result": "high"}),
            lambda: risk.write({"remark": "Other"}),
            lambda: risk.write({"area_id": water.id}),
            lambda: risk.write({"assessment_id": other.id}),
            lambda: loose.write({"assessment_id": assessment.id}),
            lambda: risk.create({"assessment_id": assessment.id, "area_id": water.id}),
            lambda: assessment.write({"risk_ids": [Command.delete(risk.id)]}),
            lambda: assessment.write({"risk_ids": [Command.link(loose.id)]}),
            lambda: assessment.write({"risk_ids": [Command.clear()]}),
            risk.unlink,
        )

    def test_supplies(self):
        assessment = self.decide()
        supply = assessment.supply_ids
        other = self.assess(self.supplier).with_user(self.officer)
        self.refuse(
            lambda: supply.write({"source": "Elsewhere"}),
            lambda: supply.write({"assessment_id": other.id}),
            lambda: other.supply_ids.write({"assessment_id": assessment.id}),
            lambda: assessment.write({"supply_ids": [Command.clear()]}),
            lambda: supply.create(
                {"assessment_id": assessment.id, "material": "alumina"}
            ),
            assessment.action_fill_supplies,
            supply.unlink,
        )

    def test_the_way_out_is_a_new_assessment(self):
        first = self.decide()
        second = first.browse(first.action_new_assessment()["res_id"])
        second.supply_ids.source = "Elsewhere"
        second.risk_ids.result = "medium"
        second.action_review()
        second.action_accept()
        self.assertEqual(first.state, "superseded")
        self.assertEqual(first.risk_ids.mapped("result"), ["low"] * 4)

    # -- the goal -----------------------------------------------------------------
    def test_the_goal_stays(self):
        for course in ("continue", "suspend"):
            mitigation = self.stop(course).with_user(self.officer)
            with self.refused(ValidationError, "six months", "7.2"):
                mitigation.improvement_due = False
            self.assertEqual(str(mitigation.improvement_due), "2025-09-10")
        draft = self.env["asi.coc.supplier.mitigation"].create(
            {"finding_id": mitigation.finding_id.id, "course": "suspend"}
        )
        with self.refused(ValidationError, "six months"):
            draft.improvement_due = False
        draft.course = "terminate"
        self.assertFalse(draft.improvement_due)
        with self.refused(ValidationError, "six months"):
            draft.write({"course": "continue", "improvement_due": False})
        draft.course = "continue"
        self.assertEqual(str(draft.improvement_due), "2025-09-10")

    def test_the_goal_of_what_ended_stays(self):
        mitigation = self.stop("continue").with_user(self.officer)
        mitigation.improvement_due = "2025-08-01"
        self.end(mitigation)
        with self.refused(UserError, "Improvement Due", "7.2"):
            mitigation.improvement_due = "2025-09-10"
