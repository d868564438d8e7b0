from odoo import api, fields, models


class AsiCocReadinessRules(models.AbstractModel):
    """Section 9, issuing CoC Documents."""

    # One file per section keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.readiness.rules"

    def _get_issued_domain(self, scope):
        return [
            ("scope_id", "=", scope.id),
            ("direction", "=", "issued"),
            ("state", "in", ["issued", "void", "replaced"]),
        ]

    @api.model
    def _rule_9_1(self, scope):
        drafts = self._find(
            self.env._("Drafts of documents to issue"),
            "asi.coc.document",
            [
                ("scope_id", "=", scope.id),
                ("direction", "=", "issued"),
                ("state", "=", "draft"),
            ],
        )
        return self._judge(
            [self._find_issued(scope), drafts],
            attention=[
                drafts.count
                and self.env._(
                    "%(count)s shipments of CoC Material have no CoC Document yet; "
                    "issue the drafts.",
                    count=drafts.count,
                )
            ],
            in_order=self.env._("Every shipment of CoC Material has its document."),
        )

    @api.model
    def _rule_9_2a(self, scope):
        return self._judge_content(scope, ["date"])

    @api.model
    def _rule_9_2b(self, scope):
        return self._judge_content(scope, ["name"])

    @api.model
    def _rule_9_2c(self, scope):
        return self._judge_content(
            scope, ["issuer_name", "issuer_address", "issuer_certificate"]
        )

    @api.model
    def _rule_9_2d(self, scope):
        return self._judge_content(scope, ["customer_name", "customer_address"])

    @api.model
    def _rule_9_2e(self, scope):
        return self._judge_content(scope, ["responsible"])

    @api.model
    def _rule_9_2f(self, scope):
        return self._judge_content(scope, ["pdf_attachment_id"])

    @api.model
    def _rule_9_2g(self, scope):
        return self._judge_content(scope, ["line_ids.material"])

    @api.model
    def _rule_9_2h(self, scope):
        return self._judge_content(scope, ["coc_mass"])

    @api.model
    def _rule_9_2i(self, scope):
        return self._judge_content(scope, ["total_mass"])

    @api.model
    def _rule_9_3a(self, scope):
        return self._judge_optional(scope, "carbon_footprint", "carbon_method")

    @api.model
    def _rule_9_3b(self, scope):
        return self._judge_optional(scope, "origin_information")

    @api.model
    def _rule_9_3c(self, scope):
        return self._judge_optional(scope, "recycled_content")

    @api.model
    def _rule_9_3d(self, scope):
        return self._judge_optional(scope, "performance_status")

    @api.model
    def _rule_9_4(self, scope):
        statements = self.env["asi.coc.supplementary.statement"].search(
            [("scope_id", "=", scope.id)]
        )
        if not statements:
            return self._not_applicable(
                self.env._("Documents carry no supplementary statement.")
            )
        bare = statements.filtered(lambda one: not one.evidence_ids)
        today = scope._get_today()
        over = statements.filtered(lambda one: one.date_end and one.date_end < today)
        return self._judge(
            [
                self._find(
                    self.env._("Supplementary statements"),
                    statements._name,
                    [("id", "in", statements.ids)],
                )
            ],
            missing=[
                bare
                and self.env._(
                    "Without evidence: %(statements)s.",
                    statements=", ".join(bare.mapped("name")),
                )
            ],
            attention=[
                over
                and self.env._(
                    "No longer in force; archive or renew: %(statements)s.",
                    statements=", ".join(over.mapped("name")),
                )
            ],
            in_order=self.env._("Every statement has its evidence."),
        )

    @api.model
    def _rule_9_5(self, scope):
        own = [("scope_id", "=", scope.id)]
        today = fields.Date.to_string(scope._get_today())
        every = self._find(self.env._("Requests"), "asi.coc.verification.request", own)
        unanswered = [*own, ("answered_on", "=", False)]
        waiting = self._find(
            self.env._("Unanswered requests"),
            "asi.coc.verification.request",
            unanswered,
        )
        late = self._find(
            self.env._("Requests unanswered after their deadline"),
            "asi.coc.verification.request",
            [*unanswered, ("deadline", "<", today)],
        )
        return self._judge(
            [every, waiting, late],
            missing=[
                late.count
                and self.env._(
                    "%(count)s requests are not answered in time.", count=late.count
                )
            ],
            attention=[
                waiting.count
                and self.env._(
                    "%(count)s requests wait for an answer.", count=waiting.count
                )
            ],
            in_order=self.env._("Every request to verify a document is answered."),
        )

    @api.model
    def _rule_9_6(self, scope):
        found = self._judge_errors(scope, "9.6")
        void = self._find(
            self.env._("Void and replaced documents"),
            "asi.coc.document",
            [
                ("scope_id", "=", scope.id),
                ("direction", "=", "issued"),
                ("state", "in", ["void", "replaced"]),
            ],
        )
        return found._replace(evidence=[*found.evidence, void])

    # -- what the rules share ---------------------------------------------------
    def _find_issued(self, scope, domain=()):
        return self._find(
            self.env._("Issued documents"),
            "asi.coc.document",
            [*self._get_issued_domain(scope), *domain],
        )

    def _judge_content(self, scope, names):
        """Judge whether issued documents have what 9.2 asks for."""
        lacking = self._find(
            self.env._("Documents without"),
            "asi.coc.document",
            [
                *self._get_issued_domain(scope),
                *["|"] * (len(names) - 1),
                *[(name, "in", [False, 0]) for name in names],
            ],
        )
        return self._judge(
            [self._find_issued(scope), lacking],
            missing=[
                lacking.count
                and self.env._(
                    "%(count)s documents do not say it. Void and replace them.",
                    count=lacking.count,
                )
            ],
            in_order=self.env._("A document is issued only when it says so."),
        )

    def _judge_optional(self, scope, name, needed=None):
        """Judge sustainability data, which is optional (9.3)."""
        telling = [*self._get_issued_domain(scope), (name, "not in", [False, 0, ""])]
        found = self._find(
            self.env._("Documents that say it"), "asi.coc.document", telling
        )
        if not found.count:
            return self._not_applicable(
                self.env._("No document of the scope says it; it is optional.")
            )
        bare = [*telling, (needed, "in", [False, ""])] if needed else []
        lacking = needed and self._find(
            self.env._("Documents without the method"), "asi.coc.document", bare
        )
        return self._judge(
            [found, *([lacking] if lacking else [])],
            missing=[
                lacking
                and lacking.count
                and self.env._(
                    "%(count)s documents do not name the method.", count=lacking.count
                )
            ],
            in_order=self.env._("It is printed as recorded under Sustainability Data."),
        )
