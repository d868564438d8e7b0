from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import ormcache

from odoo.addons.base.models.res_partner import _tz_get

from ..core.balance import SHORT_TERM_NEGATIVE, STOCK_BACKED, STRICT
from .ledger_guard import get_changes


class AsiCocScope(models.Model):
    _name = "asi.coc.scope"
    _description = "CoC Certification Scope"
    _inherit = ["asi.coc.protected", "mail.thread", "mail.activity.mixin"]
    _order = "company_id, name"
    _check_company_auto = True
    _coc_protected_fields = frozenset({"state", "sequence_id"})

    name = fields.Char(
        required=True,
        tracking=True,
        help="Name of the CoC Certification Scope (1.2).",
    )
    active = fields.Boolean(default=True, help="Archive a scope that has ended.")
    company_id = fields.Many2one(
        "res.company",
        string="Entity",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        help="Certified entity: the company whose stock this scope accounts for.",
    )
    state = fields.Selection(
        [("draft", "Draft"), ("active", "Active"), ("suspended", "Suspended")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
        help="The ledger follows stock moves while the scope is active.",
    )
    certificate_id = fields.Many2one(
        "asi.coc.certificate",
        string="CoC Certificate",
        domain="[('standard', '=', 'chain_of_custody')]",
        check_company=True,
        tracking=True,
        help="The entity's own certificate, printed on the CoC Documents it issues "
        "(9.2c).",
    )
    membership_class = fields.Selection(
        [
            ("production_transformation", "Production and Transformation"),
            ("industrial_user", "Industrial Users"),
        ],
        tracking=True,
        help="ASI membership class of the entity (1.1).",
    )
    member_since = fields.Date(
        tracking=True, help="Day on which the entity became an ASI Member (1.1)."
    )
    representative_ids = fields.Many2many(
        "res.users",
        "asi_coc_scope_representative_rel",
        string="Management Representatives",
        tracking=True,
        help="Persons with overall responsibility for conformance (1.4).",
    )
    responsible_id = fields.Many2one(
        "res.users",
        string="Responsible for CoC Documents",
        default=lambda self: self.env.user,
        help="Employee who verifies the information in CoC Documents (9.2e). Left "
        "empty, whoever issues the document is named.",
    )
    availability_policy = fields.Selection(
        [
            (STRICT, "Strict"),
            (STOCK_BACKED, "Stock-backed"),
            (SHORT_TERM_NEGATIVE, "Short-term negative"),
        ],
        required=True,
        default=STRICT,
        tracking=True,
        help="What may be designated before the period ends (8.7). Strict: only "
        "what has left counts as outflow. Stock-backed: output material on hand "
        "counts as outflow to come. Short-term negative: confirmed purchase orders "
        "for CoC Material from certified suppliers count, with a manager's reason "
        "(8.2). At period end both limits hold as written.",
    )
    tz = fields.Selection(
        _tz_get,
        string="Timezone",
        required=True,
        default=lambda self: self.env.user.tz or "UTC",
        help="Decides on which day, and so in which Material Accounting Period, a "
        "move falls.",
    )
    tolerance = fields.Float(
        string="Tolerance (t)",
        digits=(16, 6),
        help="Difference in tonnes that is accepted between a CoC Document and the "
        "mass received (10.2).",
    )
    issue_automatically = fields.Boolean(
        string="Issue CoC Documents Automatically",
        default=True,
        help="Issue the CoC Document as soon as a delivery that designates CoC "
        "Material is done. Otherwise a draft is made.",
    )
    verify_automatically = fields.Boolean(
        string="Verify CoC Documents Automatically",
        default=True,
        help="A document that was read from the issuer's file and passes all checks "
        "counts at once. Otherwise, as with typed ones, an officer verifies it (10.2).",
    )
    send_automatically = fields.Boolean(
        string="E-mail CoC Documents Automatically",
        help="Send the PDF to the customer as soon as it is made. Otherwise somebody "
        "sends it from the document.",
    )
    sequence_id = fields.Many2one(
        "ir.sequence",
        string="CoC Document Numbers",
        readonly=True,
        copy=False,
        help="Numbers CoC Documents of this scope without a gap (9.2b).",
    )
    facility_ids = fields.One2many(
        "asi.coc.facility",
        "scope_id",
        string="Facilities",
        help="Facilities, and contractors' sites, inside the scope (1.2, 2.1).",
    )
    supply_chain_activity_ids = fields.Many2many(
        "asi.coc.activity",
        string="Supply Chain Activities",
        compute="_compute_supply_chain_activity_ids",
        help="Supply chain activities of the scope's facilities.",
    )
    period_ids = fields.One2many(
        "asi.coc.period",
        "scope_id",
        string="Periods",
        help="Material Accounting Periods, contiguous and of 12 months at most (8.2).",
    )
    unclassified_count = fields.Integer(
        compute="_compute_unclassified_count",
        help="Ledger entries that cannot be classed yet and block the close.",
    )
    claim_count = fields.Integer(
        compute="_compute_claim_count",
        help="Receipts whose CoC claim waits for verification (10.2).",
    )

    @api.depends("facility_ids.activity_id", "facility_ids.active")
    def _compute_supply_chain_activity_ids(self):
        for scope in self:
            scope.supply_chain_activity_ids = scope.facility_ids.activity_id.sorted(
                "sequence"
            )

    def _compute_unclassified_count(self):
        counts = self.env["asi.coc.entry"]._count_unclassified(self)
        for scope in self:
            scope.unclassified_count = counts.get(scope.id, 0)

    def _compute_claim_count(self):
        # sudo: only the number is shown
        pickings = self.env["stock.picking"].sudo()
        for scope in self:
            scope.claim_count = pickings.search_count(scope._get_claims_domain())

    @api.model_create_multi
    def create(self, vals_list):
        scopes = super().create(vals_list)
        for scope in scopes:
            # sudo: written by the scope itself only
            scope.sudo().sequence_id = scope._create_sequence()
        self.env.registry.clear_cache()
        return scopes

    def write(self, vals):
        if "active" in vals and not self.env.su:
            # Archived, a scope no longer follows stock moves.
            self._check_representative()
        self._check_unledgered(vals)
        result = super().write(vals)
        if vals.keys() & {"state", "active", "company_id"}:
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_entries(self):
        for scope in self:
            if self.env["asi.coc.entry"].search_count(
                [("scope_id", "=", scope.id)], limit=1
            ):
                raise UserError(
                    self.env._(
                        "Scope %(scope)s has ledger entries, which are kept. "
                        "Suspend or archive it instead.",
                        scope=scope.name,
                    )
                )

    def _check_unledgered(self, vals):
        """Refuse another company or time zone once entries say whose and which day."""
        for scope in self:
            names = get_changes(scope, vals, {"company_id", "tz"})
            if names and self.env["asi.coc.entry"].search_count(
                [("scope_id", "=", scope.id)], limit=1
            ):
                raise UserError(
                    self.env._(
                        "Scope %(scope)s has ledger entries; its %(fields)s cannot "
                        "change any more, or they would be another entity's or "
                        "another day's (8.1). Set up another scope.",
                        scope=scope.name,
                        fields=", ".join(
                            self._fields[name]._description_string(self.env)
                            for name in sorted(names)
                        ),
                    )
                )

    def _create_sequence(self):
        # sudo: an officer sets up a scope without rights on sequences
        return (
            self.env["ir.sequence"]
            .sudo()
            .create(
                {
                    "name": self.env._("CoC Documents of %(scope)s", scope=self.name),
                    "implementation": "no_gap",
                    "prefix": "COC/%(year)s/",
                    "padding": 5,
                    "company_id": self.company_id.id,
                }
            )
        )

    # -- actions -----------------------------------------------------------
    def action_activate(self):
        """Put the scope into force (1.1, 1.4).

        Raises UserError naming what is missing.
        """
        for scope in self:
            missing = scope._get_missing_for_activation()
            if missing:
                raise UserError(
                    self.env._(
                        "Scope %(scope)s cannot be activated yet. Missing: "
                        "%(missing)s.",
                        scope=scope.name,
                        missing=", ".join(missing),
                    )
                )
        self._set_state("active")
        return True

    def action_suspend(self):
        """Stop following stock moves; what was posted stays."""
        self._set_state("suspended")
        return True

    def _set_state(self, state):
        self._check_representative()
        # sudo: written by these actions only
        self.sudo().state = state

    def _check_representative(self):
        if not self.env.user.has_group("asi_coc.group_representative"):
            raise UserError(
                self.env._(
                    "Only a Management Representative activates or suspends scope "
                    "%(scope)s (1.4).",
                    scope=", ".join(self.mapped("name")),
                )
            )

    def _get_missing_for_activation(self):
        self.ensure_one()
        needed = [
            (
                self.membership_class and self.member_since,
                self.env._("ASI membership class and date (1.1)"),
            ),
            (
                self.representative_ids,
                self.env._("a Management Representative (1.4)"),
            ),
            (self.facility_ids, self.env._("a facility (1.2)")),
            (self.period_ids, self.env._("a Material Accounting Period (8.2)")),
        ]
        return [label for present, label in needed if not present]

    def action_classify(self):
        """Class again what could not be classed, now that the cause is cured.

        Raises UserError when more would be CoC Material than is available (8.7).
        """
        self.check_access("write")
        entries = self.env["asi.coc.entry"]
        for scope in self:
            moves = entries._get_unclassified_moves(scope)
            # Some of a designated delivery may not have been classed with the rest.
            moves._coc_check_available(entries._post_moves(moves))
        return True

    def action_open_unclassified(self):
        """Open the moves that cannot be classed yet."""
        return self.env["asi.coc.entry"]._action_open(
            [("scope_id", "in", self.ids), ("is_unclassified", "=", True)],
            self.env._("Unclassified"),
        )

    def action_open_claims(self):
        """Open the receipts whose claim waits for verification (10.2)."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Claims to Verify"),
            "res_model": "stock.picking",
            "view_mode": "list,form",
            "domain": self._get_claims_domain(),
            "context": {"coc_claims": True, "create": False},
        }

    # -- what others ask ------------------------------------------------------
    def _get_claims_domain(self):
        return [
            ("company_id", "=", self.company_id.id),
            ("coc_claim_state", "=", "to_verify"),
        ]

    @api.model
    def _get_active(self, companies):
        """Return the active scopes of ``companies``."""
        return self.sudo().browse(self._get_active_ids(tuple(sorted(companies.ids))))

    @api.model
    @ormcache("company_ids")
    def _get_active_ids(self, company_ids):
        # sudo: a storekeeper without any CoC group posts to the ledger too
        scopes = self.sudo().search(
            [("company_id", "in", company_ids), ("state", "=", "active")]
        )
        return tuple(scopes.ids)

    def _get_today(self):
        """Return today's date where the scope is."""
        self.ensure_one()
        return fields.Date.context_today(self.with_context(tz=self.tz))

    def _get_day(self, moment):
        """Return the day of a UTC ``moment`` where the scope is."""
        self.ensure_one()
        local = self.with_context(tz=self.tz)
        return fields.Datetime.context_timestamp(local, moment).date()
