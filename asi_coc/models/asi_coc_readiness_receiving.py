from odoo import api, models


class AsiCocReadinessRules(models.AbstractModel):
    """Section 10, receiving CoC Documents, and 11, claims and communications."""

    # One file per section keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.readiness.rules"

    @api.model
    def _rule_10_1(self, scope):
        verified = self._find_received(scope, self.env._("Verified documents"))
        waiting = self._find_own(
            "asi.coc.document",
            self.env._("Received documents not verified"),
            scope,
            [("direction", "=", "received"), ("state", "=", "draft")],
        )
        return self._judge(
            [verified, waiting],
            attention=[
                waiting.count
                and self.env._(
                    "%(count)s received documents wait to be completed and verified.",
                    count=waiting.count,
                )
            ],
            in_order=self.env._("No received document waits."),
        )

    @api.model
    def _rule_10_2(self, scope):
        verified = self._find_received(scope, self.env._("Verified documents"))
        unverified = self._find_own(
            "asi.coc.unverified.receipt",
            self.env._("Received without a verified document"),
            scope,
        )
        return self._judge(
            [verified, unverified],
            attention=[
                unverified.count
                and self.env._(
                    "%(count)s receipts claim CoC Material without a verified "
                    "document; they count as Non-CoC until then.",
                    count=unverified.count,
                )
            ],
            in_order=self.env._(
                "Nothing counts before document and material were found to agree."
            ),
        )

    @api.model
    def _rule_10_3(self, scope):
        suppliers = self.env["asi.coc.certificate"]._get_of_suppliers(
            scope, scope._get_today()
        )
        checks = self._find(
            self.env._("Checks of certificates"),
            "asi.coc.certificate.check",
            [("certificate_id", "in", suppliers.ids)],
        )
        due = suppliers._get_due_checks(scope, scope._get_today())
        lapsed = suppliers.filtered(lambda one: not one.is_valid)
        return self._judge(
            [
                self._find(
                    self.env._("Certificates of suppliers"),
                    suppliers._name,
                    [("id", "in", suppliers.ids)],
                ),
                checks,
            ],
            attention=[
                lapsed
                and self.env._(
                    "Not valid today: %(certificates)s.",
                    certificates=", ".join(lapsed.mapped("display_name")),
                )
            ],
            missing=[
                due
                and self.env._(
                    "%(count)s certificates are due to be looked up with ASI.",
                    count=len(due),
                )
            ],
            in_order=self.env._("Certificates of suppliers were looked up in time."),
        )

    @api.model
    def _rule_10_4(self, scope):
        return self._judge_errors(scope, "10.4")

    def _find_received(self, scope, label):
        return self._find_own(
            "asi.coc.document",
            label,
            scope,
            [("direction", "=", "received"), ("state", "=", "verified")],
        )

    # -- claims -------------------------------------------------------------------
    @api.model
    def _rule_11_1a(self, scope):
        published = self._find_claims(scope)
        guide = self.env["asi.coc.claims.guide"]._get_in_force(scope._get_today())
        older = self._find_own(
            "asi.coc.claim",
            self.env._("Published against an earlier Claims Guide"),
            scope,
            [("state", "=", "published"), ("guide_id", "!=", guide.id)],
        )
        return self._judge(
            [published, older],
            attention=[
                older.count
                and self.env._(
                    "%(count)s claims were approved against an earlier version of "
                    "the Claims Guide.",
                    count=older.count,
                )
            ],
            in_order=self._say_claims(published),
        )

    @api.model
    def _rule_11_1b(self, scope):
        published = self._find_claims(scope)
        expired = self._find_own(
            "asi.coc.claim",
            self.env._("Published although expired"),
            scope,
            [("is_expired", "=", True)],
        )
        return self._judge(
            [published, expired],
            missing=[
                expired.count
                and self.env._(
                    "The evidence of %(count)s published claims has ended; withdraw "
                    "them.",
                    count=expired.count,
                )
            ],
            in_order=self._say_claims(published),
        )

    @api.model
    def _rule_11_1c(self, scope):
        published = self._find_claims(scope)
        claims = self.env["asi.coc.claim"].search(
            [("scope_id", "=", scope.id), ("state", "in", ["draft", "published"])]
        )
        trainings = self.env["asi.coc.training"]
        today = scope._get_today()
        untrained = claims.author_id.filtered(
            lambda one: not trainings._is_trained_in_claims(
                one, scope.company_id, today
            )
        )
        return self._judge(
            [
                published,
                self._find(
                    self.env._("Claims trainings"),
                    "asi.coc.training",
                    [
                        ("scope_id", "=", scope.id),
                        ("topic_id.is_claims", "=", True),
                        ("state", "=", "held"),
                    ],
                ),
            ],
            missing=[
                untrained
                and self.env._(
                    "Without a valid claims training: %(authors)s.",
                    authors=", ".join(untrained.mapped("name")),
                )
            ],
            in_order=self._say_claims(published),
        )

    def _find_claims(self, scope):
        return self._find_own(
            "asi.coc.claim",
            self.env._("Published claims"),
            scope,
            [("state", "=", "published")],
        )

    def _say_claims(self, published):
        if published.count:
            return self.env._("Claims are approved with evidence by trained people.")
        return self.env._("No claim is made outside of CoC Documents.")
