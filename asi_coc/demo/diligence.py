"""Whom refinery, smelters and mill buy from (7.1, 7.2, 10.3).

In November 2024 each company adopts its Responsible Sourcing Policy. Late each month,
and three days ago, the officer sends it to suppliers who were not told, assesses those
without current due diligence, and looks up certificates whose check is due. The
recycler's suppliers have a story of their own, in :mod:`.recycler_suppliers`.

At the mill the certificate of Harbour Casthouse is overlooked, as the internal audit
finds: whoever does the year-end checks it, before the claim that waits is verified.
"""

from datetime import timedelta

from .files import attach_pdf

VISITED, VISITED_LATELY = 25, timedelta(days=3)
#: Company and supplier whose certificate nobody looks up.
OVERLOOKED = ("Rollers United", "Harbour Casthouse")
#: What ends so soon is renewed.
RENEWED_WITHIN = timedelta(days=35)
#: Who supplied within so long still does.
SUPPLIES = timedelta(days=365)
POLICY = {
    "anti_corruption": "Nobody at {company} gives or takes bribes, and whoever "
    "supplies us does neither.",
    "responsible_sourcing": "{company} buys material whose origin is told, from "
    "suppliers who care for people and the environment.",
    "human_rights": "Suppliers respect human rights, and look for risks to them in "
    "their own supply chains.",
    "high_risk_areas": "We take no material that finances conflict; what comes from "
    "conflict-affected and high-risk areas is asked about before it is bought.",
}


class Diligence:
    """What the officer of one company sees to, and the representative adopts."""

    def __init__(self, works):
        self.works = works

    @property
    def scope(self):
        """The company's CoC Certification Scope."""
        return self.works.company.scope

    def plan(self, month):
        """Yield ``(day, what happens)`` of a month."""
        yield month.replace(day=VISITED), self.visit

    def plan_until(self, today):
        """Yield ``(day, what happens)`` of the last days before ``today``."""
        yield today - VISITED_LATELY, self.visit

    def visit(self):
        """See to policy, suppliers and certificates."""
        env = self.works.acting("officer")
        # Registers are as of today.
        env.invalidate_all()
        scope = self.scope.with_env(env)
        if not env["asi.coc.sourcing.policy"]._get_in_force(scope):
            self.adopt_policy(env)
        self.tell(env)
        for supplier in self._get_unassessed(env):
            self.assess(supplier)
        self.look_up(scope)

    def look_up(self, scope):
        """Check certificates of suppliers with ASI where that is due (10.3)."""
        today = scope._get_today()
        certificates = scope.env["asi.coc.certificate"]._get_of_suppliers(scope, today)
        reasons = certificates._get_due_checks(scope, today)
        certificates.filtered(
            lambda one: (
                reasons[one.id] and (scope.name, one.partner_id.name) != OVERLOOKED
            )
        ).action_record_check()

    def adopt_policy(self, env):
        """The Management Representative adopts the policy (7.1)."""
        areas = {
            area: text.format(company=self.scope.company_id.name)
            for area, text in POLICY.items()
        }
        draft = env["asi.coc.sourcing.policy"].create(
            {
                "scope_id": self.scope.id,
                "version": "1.0",
                "evidence_ids": [attach_pdf(env, "Policy", areas.values())],
                **areas,
            }
        )
        draft.with_env(self.works.acting("representative")).action_adopt()

    def tell(self, env):
        """Send the policy to those who were not told (7.1)."""
        scope = self.scope.with_env(env)
        untold = env["asi.coc.policy.supplier"].search(
            [("scope_id", "=", scope.id), ("state", "=", "not_told")]
        )
        for supplier in untold.partner_id:
            if not supplier.email:
                name = supplier.name.lower().replace(" ", "-")
                supplier.email = f"sales@{name}.example.com"
            env["asi.coc.policy.communication"].create(
                {
                    "policy_id": untold.policy_id.id,
                    "partner_id": supplier.id,
                }
            ).action_send()

    def _get_unassessed(self, env):
        """Return who supplies without due diligence, or soon will."""
        today = self.scope._get_today()
        standings = env["asi.coc.supplier.standing"].search(
            [
                ("company_id", "=", self.scope.company_id.id),
                ("last_on", ">=", today - SUPPLIES),
                "|",
                ("standing", "in", ["none", "expired"]),
                ("valid_until", "<=", today + RENEWED_WITHIN),
            ]
        )
        return standings.partner_id

    def assess(self, supplier):
        """Assess a supplier, whose risks are low, and accept it (7.2)."""
        assessment = supplier.env["asi.coc.supplier.assessment"].create(
            {
                "scope_id": self.scope.id,
                "partner_id": supplier.id,
                "circumstances": "None: known for years, and audited by others.",
            }
        )
        assessment.supply_ids.write(
            {
                "source": "Made by the supplier itself",
                "country_id": supplier.country_id.id,
            }
        )
        assessment.risk_ids.result = "low"
        assessment.action_review()
        assessment.action_accept()
