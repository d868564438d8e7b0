"""Readiness on section 7: the policy and the due diligence on suppliers."""

from odoo.tests import tagged

from .common_policy import AREAS, PolicyCase
from .common_readiness import ReadinessMixin
from .test_supplier_assessment import DiligenceCase


@tagged("post_install", "-at_install")
class TestReadiness7Policy(ReadinessMixin, PolicyCase):
    """7.1: the Responsible Sourcing Policy, and who was told of it."""

    def test_7_1a_anti_corruption(self):
        self.check_area("7.1a", "anti_corruption", "Anti Corruption")

    def test_7_1b_responsible_sourcing(self):
        self.check_area("7.1b", "responsible_sourcing", "Responsible Sourcing")

    def test_7_1c_human_rights(self):
        self.check_area("7.1c", "human_rights", "Human Rights Due Diligence")

    def test_7_1d_high_risk_areas(self):
        self.check_area("7.1d", "high_risk_areas", "Conflict-Affected")

    def check_area(self, code, area, label):
        self.assert_state(code, "missing", "Write one", "Management Representative")
        draft = self.draft(**{area: " "})
        self.assert_state(code, "missing", "Policy 1.0", "says nothing on", label)
        draft[area] = AREAS[area]
        self.assert_state(code, "missing", "adopt the draft", "Policy 1.0", label)
        draft.with_user(self.representative).action_adopt()
        self.assert_state(code, "in_order", "Policy 1.0 covers it")
        self.assert_evidence(code, "Policy in force", draft)
        self.purchase(self.smelter)
        rows = self.row_of(self.smelter)
        self.assert_state(code, "attention", "Not told of", "North Smelting")
        self.assert_evidence(code, "Suppliers who were not told", rows)
        self.tell(draft, self.smelter)
        self.assert_state(code, "in_order", "every supplier")
        self.assert_evidence(code, "Suppliers who were told", rows)
        # the next version is told of again, from its day on
        following = self.draft("2.0", date_start="2025-04-01")
        following.with_user(self.representative).action_adopt()
        self.assert_state(code, "in_order", "Policy 1.0")
        self.at("2025-04-01")
        self.assert_state(code, "attention", "Not told of", "Policy 2.0")
        self.assert_evidence(code, "Policy in force", following)

    def row_of(self, supplier):
        return PolicyCase.row(self, supplier)

    def row(self, code, scope=None):
        # two helpers of that name
        return ReadinessMixin.row(self, code, scope)

    def test_7_1_a_scope_that_is_not_active(self):
        self.adopt()
        self.assert_state("7.1a", "in_order")
        self.scope.action_suspend()
        self.assert_state("7.1a", "attention", "Melt & Roll", "not active")
        self.assert_state("7.2", "attention", "not active")
        self.scope.action_activate()
        self.assert_state("7.1a", "in_order")


@tagged("post_install", "-at_install")
class TestReadiness7Suppliers(ReadinessMixin, DiligenceCase):
    """7.2: due diligence on those who supply."""

    def standing(self, partner=None):
        return self.env["asi.coc.supplier.standing"].search(
            [
                ("company_id", "=", self.company.id),
                ("partner_id", "=", (partner or self.dealer).id),
            ]
        )

    def accept(self, result="low", **values):
        assessment = self.assess(self.dealer, result, **values)
        assessment.action_review()
        assessment.action_accept()
        return assessment

    def test_7_2_due_diligence(self):
        self.assert_state("7.2", "in_order", "Nobody supplies")
        self.buy(self.alumina, 10)
        row = self.standing()
        self.assert_state("7.2", "missing", "Quick Metal", "major non-conformance")
        self.assert_evidence("7.2", "Suppliers without current due diligence", row)
        label = "Accepted risk assessments"
        none = self.env["asi.coc.supplier.assessment"]
        self.assert_evidence("7.2", label, none)
        self.accept(valid_until="2025-12-31")
        self.assert_state("7.2", "in_order", "Nobody supplies")
        self.assert_evidence("7.2", label, row.assessment_id)
        self.assert_evidence("7.2", "Suppliers with current due diligence", row)
        self.at("2025-12-01")
        self.assert_state("7.2", "attention", "ends within 30 days", "Quick Metal")
        self.assert_evidence("7.2", "Due diligence that ends within 30 days", row)
        self.at("2026-01-01")
        self.assert_state("7.2", "missing", "Quick Metal")
        self.accept()
        self.assert_state("7.2", "in_order")

    def test_7_2_who_no_longer_supplies(self):
        self.buy(self.alumina, 10)
        self.assert_state("7.2", "missing")
        self.at("2026-03-10")
        self.assert_state("7.2", "missing")
        self.at("2026-03-11")
        self.assert_state("7.2", "in_order", "Nobody supplies")

    def test_7_2_mitigation(self):
        self.buy(self.alumina, 10)
        assessment = self.assess(self.dealer, decision_remark="Being mitigated")
        assessment.risk_ids.filtered(
            lambda one: one.area_id == self.area("human_rights")
        ).result = "high"
        mitigation = self.mitigate(self.find(assessment))
        assessment.action_review()
        assessment.action_accept()
        self.assert_state("7.2", "in_order")
        self.at("2025-09-10")
        self.assert_state("7.2", "in_order")
        self.at("2025-09-11")
        self.assert_state("7.2", "missing", "Passports", "suspend or terminate")
        label = "Mitigations without improvement in time"
        self.assert_evidence("7.2", label, mitigation)
        self.end(mitigation)
        self.assert_state("7.2", "in_order")
        self.assert_evidence("7.2", label, mitigation.browse())

    def test_7_2_suspended(self):
        self.buy(self.alumina, 10)
        self.assert_state("7.2", "missing")
        self.stop("suspend")
        self.assert_state("7.2", "in_order")
