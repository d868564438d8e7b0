from odoo import api, fields, models


class AsiCocReadinessRules(models.AbstractModel):
    """Section 4, recycled aluminium and Eligible Scrap."""

    # One file per section keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.readiness.rules"

    @api.model
    def _rule_4_1a(self, scope):
        return self._judge_scope(scope, "remelting_refining")

    @api.model
    def _rule_4_1b(self, scope):
        return self._judge_performance(scope, "remelting_refining")

    @api.model
    def _rule_4_2a(self, scope):
        loops = self._find(
            self.env._("Closed loops"),
            "asi.coc.closed.loop",
            [("company_id", "=", scope.company_id.id)],
        )
        lapsed = (
            self.env["asi.coc.closed.loop"]
            .search([("company_id", "=", scope.company_id.id)])
            .filtered(lambda one: not one.has_due_diligence)
        )
        return self._judge_scrap(
            scope,
            [("pre_percentage", ">", 0)],
            [loops],
            [
                lapsed
                and self.env._(
                    "Without due diligence on the facility nothing comes back as "
                    "Eligible Scrap: %(loops)s.",
                    loops=", ".join(lapsed.mapped("display_name")),
                )
            ],
        )

    @api.model
    def _rule_4_2b(self, scope):
        return self._judge_scrap(scope, [("post_percentage", ">", 0)])

    @api.model
    def _rule_4_2c(self, scope):
        return self._judge_scrap(scope, [("dross_percentage", ">", 0)])

    def _judge_scrap(self, scope, domain, evidence=(), attention=()):
        """Judge assessments of one kind; what is not assessed is not eligible yet."""
        assessed = self._find(
            self.env._("Assessments of scrap"),
            "asi.coc.scrap.assessment",
            [
                ("company_id", "=", scope.company_id.id),
                ("state", "=", "valid"),
                *domain,
            ],
        )
        waiting = self._find_own(
            "asi.coc.scrap.to.assess", self.env._("Scrap to assess"), scope
        )
        return self._judge(
            [assessed, *evidence, waiting],
            attention=[
                *attention,
                waiting.count
                and self.env._(
                    "%(count)s receipts of scrap are not assessed; they count as not "
                    "eligible until then.",
                    count=waiting.count,
                ),
            ],
            in_order=self.env._("Every receipt of scrap is assessed."),
        )

    def _get_scrap_suppliers(self, scope):
        return (
            self.env["res.partner"]
            .with_company(scope.company_id)
            .search(
                [
                    ("coc_is_scrap_supplier", "=", True),
                    ("company_id", "in", [scope.company_id.id, False]),
                ]
            )
        )

    @api.model
    def _rule_4_3a(self, scope):
        suppliers = self._get_scrap_suppliers(scope)
        today = scope._get_today()
        incomplete = suppliers.filtered("coc_is_identity_incomplete")
        due = (suppliers - incomplete).filtered(
            lambda one: (
                one.coc_identity_review_due and one.coc_identity_review_due < today
            )
        )
        return self._judge(
            [
                self._find(
                    self.env._("Scrap suppliers"),
                    "res.partner",
                    [("id", "in", suppliers.ids)],
                )
            ],
            missing=[
                incomplete
                and self.env._(
                    "Identity, principals, places of operation or evidence are not "
                    "complete: %(suppliers)s.",
                    suppliers=", ".join(incomplete.mapped("display_name")),
                )
            ],
            attention=[
                due
                and self.env._(
                    "To be reviewed again: %(suppliers)s.",
                    suppliers=", ".join(due.mapped("display_name")),
                )
            ],
            in_order=self.env._("Who supplies scrap is known, with evidence."),
        )

    @api.model
    def _rule_4_3b(self, scope):
        records = self._find(
            self.env._("Financial records"),
            "asi.coc.financial.record",
            [("company_id", "=", scope.company_id.id)],
        )
        limits = self._find(
            self.env._("Legal limits of cash payments"),
            "asi.coc.cash.limit",
            [("date_start", "<=", fields.Date.to_string(scope._get_today()))],
        )
        unpaid = self._find(
            self.env._("Scrap received in the last year"),
            "asi.coc.entry",
            [
                ("scope_id", "=", scope.id),
                ("flow", "=", "input"),
                ("material", "=", "scrap"),
                (
                    "date",
                    ">=",
                    fields.Date.to_string(
                        fields.Date.subtract(scope._get_today(), years=1)
                    ),
                ),
            ],
        )
        return self._judge(
            [records, limits],
            attention=[
                unpaid.count
                and not records.count
                and self.env._(
                    "Scrap was received, and no bill or payment of a scrap supplier is "
                    "on file."
                )
            ],
            in_order=self.env._(
                "Cash beyond the limit is refused; every transaction is on file."
            ),
        )
