from datetime import date, timedelta

from odoo import api, fields, models

from .asi_coc_readiness_rules import NAMED, SOON

#: What the form of scrap says it is, by the criterion's kind.
FORM_KINDS = {"pre": "pre_consumer", "post": "post_consumer", "dross": "dross"}
#: So old a receipt has its bill.
BILLED_WITHIN = timedelta(days=30)


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
        loops = self.env["asi.coc.closed.loop"].search(
            [("company_id", "=", scope.company_id.id)]
        )
        day = scope._get_today()
        asked = {loop: (loop.partner_id, loop.company_id, day) for loop in loops}
        standings = self.env["res.partner"]._coc_get_standings(asked.values())
        lapsed = loops.filtered(lambda one: standings.get(asked[one]) != "current")
        return self._judge_scrap(
            scope,
            "pre",
            [self._find_these(self.env._("Closed loops"), loops)],
            [
                lapsed
                and self.env._(
                    "Without current due diligence nothing comes back as Eligible "
                    "Scrap through the closed loops with: %(loops)s. Renew it, or "
                    "archive the loop.",
                    loops=self._list_names(lapsed),
                )
            ],
        )

    @api.model
    def _rule_4_2b(self, scope):
        return self._judge_scrap(scope, "post")

    @api.model
    def _rule_4_2c(self, scope):
        return self._judge_scrap(scope, "dross")

    def _judge_scrap(self, scope, kind, evidence=(), attention=()):
        """Judge assessments of one kind; what is not assessed is not eligible yet."""
        assessed = self._find(
            self.env._("Assessments of scrap in force"),
            "asi.coc.scrap.assessment",
            [
                ("company_id", "=", scope.company_id.id),
                ("state", "=", "valid"),
                (f"{kind}_percentage", ">", 0),
            ],
        )
        forms = self.env["asi.coc.form"].with_context(active_test=False)
        others = forms.search([("scrap_kind", "not in", [FORM_KINDS[kind], False])])
        waiting = self._find_own(
            "asi.coc.scrap.to.assess",
            self.env._("Scrap to assess"),
            scope,
            [("form_id", "not in", others.ids)],
        )
        return self._judge(
            [assessed, *evidence, waiting],
            attention=[
                *attention,
                waiting.count
                and self.env._(
                    "Scrap is not assessed: %(receipts)s. It counts as not eligible "
                    "until then. Assess it, on the receipt.",
                    receipts=self._list_found(waiting),
                ),
            ],
            in_order=self.env._("Every receipt of such scrap is assessed.")
            if assessed.count
            else self.env._("No such scrap was received."),
        )

    def _get_scrap_suppliers(self, scope):
        """Return who supplies Recyclable Scrap Material to the entity directly."""
        return self.env["res.partner"].search(
            [
                ("coc_is_scrap_supplier", "=", True),
                ("company_id", "in", [scope.company_id.id, False]),
            ]
        )

    @api.model
    def _rule_4_3a(self, scope):
        suppliers = self._get_scrap_suppliers(scope)
        gaps = {
            supplier: missing
            for supplier, missing in suppliers._coc_get_identity_gaps().items()
            if missing
        }
        incomplete = suppliers.filtered(lambda one: one in gaps)
        soon = scope._get_today() + SOON
        due = (suppliers - incomplete).filtered(
            lambda one: one.coc_identity_review_due <= soon
        )
        return self._judge(
            [
                self._find_these(self.env._("Scrap suppliers"), suppliers),
                self._find_these(self.env._("Scrap suppliers not known"), incomplete),
                *self._find_identities(suppliers),
            ],
            missing=[
                incomplete
                and self.env._(
                    "Who supplies scrap is not known in full. Enter what is missing "
                    "on the contact: %(suppliers)s.",
                    suppliers=self._enumerate(
                        [
                            f"{one.display_name} ({', '.join(gaps[one])})"
                            for one in incomplete[:NAMED]
                        ],
                        len(incomplete),
                    ),
                )
            ],
            attention=[
                due
                and self.env._(
                    "Their identity is to be reviewed again within 30 days: "
                    "%(suppliers)s.",
                    suppliers=self._list_names(due),
                )
            ],
            in_order=self.env._("Every scrap supplier is known, with evidence.")
            if suppliers
            else self.env._("Nobody has supplied scrap."),
        )

    def _find_identities(self, suppliers):
        """Return what is on file of who suppliers are, with its files."""
        return [
            self._find(label, model, [("partner_id", "in", suppliers.ids)])
            for label, model in (
                (self.env._("Principals"), "asi.coc.supplier.principal"),
                (self.env._("Places of operation"), "asi.coc.supplier.place"),
                (self.env._("Evidence of the identity"), "asi.coc.supplier.evidence"),
            )
        ]

    @api.model
    def _rule_4_3b(self, scope):
        entity = scope.company_id.root_id
        records = self._find(
            self.env._("Financial records"),
            "asi.coc.financial.record",
            [("company_id", "=", scope.company_id.id)],
        )
        limits = self._find(
            self.env._("Legal limits of cash payments"),
            "asi.coc.cash.limit",
            [
                ("country_id", "=", entity.country_id.id),
                ("date_start", "<=", scope._get_today()),
            ],
        )
        unbilled = self._get_unbilled(scope)
        near = self._get_scrap_suppliers(scope).filtered("coc_is_near_cash_limit")
        return self._judge(
            [
                records,
                limits,
                self._find_these(self.env._("Suppliers without a record"), unbilled),
                self._find_these(self.env._("Suppliers near the limit"), near),
            ],
            attention=[
                unbilled
                and self.env._(
                    "Scrap came more than 30 days ago, and neither bill nor payment is "
                    "on file of: %(suppliers)s. Enter the bill.",
                    suppliers=self._list_names(unbilled),
                ),
                near
                and self.env._(
                    "Cash payments have come to 80 %% of the limit or more: "
                    "%(suppliers)s. Pay by bank transfer.",
                    suppliers=self._list_names(near),
                ),
            ],
            in_order=self.env._(
                "Transactions with scrap suppliers are on file; cash beyond the limit "
                "is refused."
            ),
        )

    def _get_unbilled(self, scope):
        """Return whose scrap came 30 days to a year ago, with nothing on file since.

        A bill or payment of up to 30 days before the latest of it counts: it may have
        been made out when the scrap was loaded.
        """
        today = scope._get_today()
        came = self.env["asi.coc.entry"]._read_group(
            [
                ("scope_id", "=", scope.id),
                ("flow", "=", "input"),
                ("material", "=", "scrap"),
                ("partner_id", "!=", False),
                ("date", ">=", fields.Date.subtract(today, years=1)),
                ("date", "<", today - BILLED_WITHIN),
            ],
            ["partner_id"],
            ["date:max"],
            having=[("mass:sum", ">", 0)],
        )
        latest = {}
        for supplier, day in came:
            entity = supplier.commercial_partner_id
            latest[entity] = max(latest.get(entity, day), day)
        recorded = dict(
            self.env["asi.coc.financial.record"]._read_group(
                [("company_id", "=", scope.company_id.id)],
                ["partner_id"],
                ["date:max"],
            )
        )
        own = scope.company_id.partner_id.commercial_partner_id
        return (
            self.env["res.partner"].union(
                *(
                    entity
                    for entity, day in latest.items()
                    if recorded.get(entity, date.min) < day - BILLED_WITHIN
                )
            )
            - own
        )
