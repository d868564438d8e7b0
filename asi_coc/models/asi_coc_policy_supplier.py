from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .certificate_query import SUPPLIES_FOR_DAYS
from .policy_query import supplied_query

NOT_TOLD_TYPE = "asi_coc.mail_activity_policy_not_told"


class AsiCocPolicySupplier(models.Model):
    """Who must be told of the Responsible Sourcing Policy, and has been (7.1).

    One row per scope and supplier of Non-CoC Material, of CoC Material through
    traders, or of Recyclable Scrap Material: with an order to deliver, or a delivery
    within a year.
    """

    _name = "asi.coc.policy.supplier"
    _description = "Supplier to Be Told of the Responsible Sourcing Policy"
    _auto = False
    _rec_name = "partner_id"
    _order = "last_supplied_on desc, id"
    _depends = {
        "purchase.order": ["partner_id", "company_id", "state", "coc_source_id"],
        "purchase.order.line": [
            "coc_ordered_qty",
            "coc_source_id",
            "product_id",
            "product_qty",
            "qty_received",
        ],
        "stock.move": ["state", "coc_claimed_mass", "picking_id", "product_id"],
        "stock.picking": [
            "coc_received_document_id",
            "coc_source_id",
            "company_id",
            "date_done",
            "partner_id",
            "picking_type_id",
        ],
        "product.product": ["product_tmpl_id"],
        "product.template": ["coc_material"],
        "res.partner": ["commercial_partner_id", "coc_is_trader"],
        "asi.coc.document": ["issuer_id"],
        "asi.coc.entry": ["move_id", "flow", "status", "mass"],
        "asi.coc.scope": ["company_id", "state", "tz", "active"],
        "asi.coc.sourcing.policy": ["scope_id", "state", "date_start"],
        "asi.coc.policy.communication": ["policy_id", "partner_id", "state"],
    }

    scope_id = fields.Many2one(
        "asi.coc.scope", readonly=True, help="CoC Certification Scope that is supplied."
    )
    company_id = fields.Many2one(
        "res.company", readonly=True, help="Entity that is supplied."
    )
    partner_id = fields.Many2one(
        "res.partner", string="Supplier", readonly=True, help="Who supplies."
    )
    supplies_non_coc = fields.Boolean(
        string="Non-CoC Material",
        readonly=True,
        help="Supplies bauxite, alumina or aluminium that is not CoC Material.",
    )
    supplies_through_trade = fields.Boolean(
        string="CoC Material as a Trader",
        readonly=True,
        help="Supplies CoC Material that another entity certifies.",
    )
    supplies_scrap = fields.Boolean(
        string="Recyclable Scrap Material",
        readonly=True,
        help="Supplies scrap, whether or not it is eligible.",
    )
    last_supplied_on = fields.Date(
        string="Last Supply",
        readonly=True,
        help="Day of the last receipt; of the last order where nothing came yet.",
    )
    policy_id = fields.Many2one(
        "asi.coc.sourcing.policy",
        string="Version in Force",
        readonly=True,
        help="Version of the policy that is in force today.",
    )
    communication_id = fields.Many2one(
        "asi.coc.policy.communication",
        readonly=True,
        help="How the supplier was told of that version.",
    )
    state = fields.Selection(
        [
            ("no_policy", "No Policy in Force"),
            ("not_told", "Not Yet Told"),
            ("to_send", "To Be Sent"),
            ("sent", "Sent"),
            ("acknowledged", "Acknowledged"),
        ],
        string="Status",
        readonly=True,
        help="Whether the supplier was told of the version in force, and acknowledged "
        "it (7.1).",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT scope.id::bigint * 2147483648 + supplied.partner_id AS id,
                   scope.id AS scope_id, scope.company_id, supplied.partner_id,
                   supplied.is_non_coc AS supplies_non_coc,
                   supplied.is_traded AS supplies_through_trade,
                   supplied.is_scrap AS supplies_scrap,
                   %(last_day)s AS last_supplied_on,
                   policy.id AS policy_id, told.id AS communication_id,
                   CASE WHEN policy.id IS NULL THEN 'no_policy'
                        ELSE COALESCE(told.state, 'not_told') END AS state
              FROM asi_coc_scope scope
              JOIN res_company company ON company.id = scope.company_id
              JOIN (%(supplied)s) AS supplied
                ON supplied.company_id = scope.company_id
         LEFT JOIN LATERAL (
                       SELECT version.id
                         FROM asi_coc_sourcing_policy version
                        WHERE version.scope_id = scope.id
                          AND version.state != 'draft'
                          AND version.date_start <= %(today)s
                     ORDER BY version.date_start DESC
                        LIMIT 1
                   ) AS policy ON TRUE
         LEFT JOIN asi_coc_policy_communication told
                ON told.policy_id = policy.id
               AND told.partner_id = supplied.partner_id
             WHERE scope.active AND scope.state = 'active'
               AND supplied.partner_id != company.partner_id
               AND (supplied.is_non_coc OR supplied.is_traded OR supplied.is_scrap)
            """,
            supplied=supplied_query(
                fields.Datetime.subtract(fields.Datetime.now(), days=SUPPLIES_FOR_DAYS)
            ),
            last_day=_local_day(SQL("supplied.last_at")),
            today=_local_day(SQL("%s::timestamp", fields.Datetime.now())),
        )

    # -- telling ----------------------------------------------------------------
    def action_send(self):
        """Tell the chosen suppliers of the version in force, one after the other.

        Raises UserError where no version is in force.
        """
        return self._queue()

    @api.model
    def action_send_all(self):
        """Tell every supplier who was not told yet (7.1); see :meth:`action_send`."""
        return self.search(
            [
                ("company_id", "in", self.env.companies.ids),
                ("state", "in", ("no_policy", "not_told")),
            ]
        )._queue()

    def _queue(self):
        communications = self.env["asi.coc.policy.communication"]
        communications.check_access("create")
        # What was told in the same transaction is told.
        self.invalidate_model()
        without = self.filtered(lambda one: one.state == "no_policy")
        if without:
            raise UserError(
                self.env._(
                    "Scope %(scope)s has no Responsible Sourcing Policy in force, so "
                    "%(suppliers)s cannot be told of it (7.1). Adopt one first.",
                    scope=", ".join(without.scope_id.mapped("name")),
                    suppliers=", ".join(without.partner_id.mapped("name")),
                )
            )
        queued = communications.create(
            [
                {"policy_id": row.policy_id.id, "partner_id": row.partner_id.id}
                for row in self.filtered(lambda one: one.state == "not_told")
            ]
        )
        waiting = self.communication_id.filtered(lambda one: one.state == "to_send")
        (queued | waiting)._send_soon()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Communication of the Policy"),
            "res_model": communications._name,
            "view_mode": "list,form",
            "domain": [("policy_id", "in", self.policy_id.ids)],
            "context": {"search_default_group_by_state": 1},
        }

    @api.model
    def _queue_untold(self, scope):
        """Tell all of ``scope``'s suppliers of the version that came into force."""
        rows = self.search([("scope_id", "=", scope.id), ("state", "=", "not_told")])
        rows._queue()

    @api.model
    def _cron_follow(self):
        """Let versions take effect, and remind officers of suppliers not told (7.1)."""
        self.env["asi.coc.sourcing.policy"]._refresh_states()
        groups = self._read_group(
            [("state", "=", "not_told")], ["policy_id"], ["__count"]
        )
        untold = {policy: count for policy, count in groups}
        policies = self.env["asi.coc.sourcing.policy"].search(
            [("state", "=", "adopted")]
        )
        told = policies.activity_search([NOT_TOLD_TYPE]).mapped("res_id")
        for policy in policies:
            person = policy.scope_id._get_persons("responsible_id")[:1]
            if policy not in untold:
                policy.activity_feedback([NOT_TOLD_TYPE])
            elif person and policy.id not in told:
                policy.activity_schedule(
                    NOT_TOLD_TYPE,
                    user_id=person.id,
                    note=self.env._(
                        "%(count)s suppliers were not told of the policy yet (7.1).",
                        count=untold[policy],
                    ),
                )

    def action_open_communication(self):
        """Open how the supplier was told, or else the supplier."""
        self.ensure_one()
        return (self.communication_id or self.partner_id).get_formview_action()


def _local_day(moment):
    return SQL("(%s AT TIME ZONE 'UTC' AT TIME ZONE scope.tz)::date", moment)
