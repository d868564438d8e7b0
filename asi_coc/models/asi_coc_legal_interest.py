from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..core.certification import CRITERIA
from ..core.quantity import to_mass
from ..formatting import format_day
from .ledger_guard import get_changes
from .legal_interest_query import received_query

#: What receipts under the interest were checked against.
CHECKED_FIELDS = {"scope_id", "partner_id", "activity_id"}


class AsiCocLegalInterest(models.Model):
    """Production of another certified entity that is partly ours (3.1a to 6.1a)."""

    _name = "asi.coc.legal.interest"
    _description = "Legal Interest in Production"
    _inherit = [
        "asi.coc.protected",
        "asi.coc.evidence",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date_start desc, id desc"
    _check_company_auto = True
    _coc_protected_fields = frozenset({"state"})

    name = fields.Char(
        string="Agreement",
        required=True,
        tracking=True,
        help="Agreement that gives the entity its interest, for example of a joint "
        "venture. Attach it as evidence.",
    )
    active = fields.Boolean(default=True, help="Archive an interest that is over.")
    scope_id = fields.Many2one(
        "asi.coc.scope",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        default=lambda self: self.env["asi.coc.scope"]._get_default(),
        help="CoC Certification Scope that takes the production in.",
    )
    company_id = fields.Many2one(
        related="scope_id.company_id", store=True, help="Entity of the scope."
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Producing Entity",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
        help="Other CoC certified entity in whose scope the production lies.",
    )
    activity_id = fields.Many2one(
        "asi.coc.activity",
        required=True,
        ondelete="restrict",
        tracking=True,
        help="Supply chain activity of the production.",
    )
    material = fields.Selection(
        related="activity_id.output_material",
        string="CoC Material",
        help="CoC Material that the activity puts out.",
    )
    certificate_id = fields.Many2one(
        "asi.coc.certificate",
        string="Producer's CoC Certificate",
        required=True,
        ondelete="restrict",
        tracking=True,
        domain="[('standard', '=', 'chain_of_custody'), "
        "('partner_id', '=', partner_id)]",
        check_company=True,
        help="Certificate of the producing entity; its scope covers the activity.",
    )
    basis = fields.Selection(
        [
            ("equity_share", "Equity Share"),
            ("production_share", "Production Share"),
            ("otherwise_agreed", "Otherwise Agreed"),
        ],
        required=True,
        default="equity_share",
        tracking=True,
        help="How the CoC Material is allocated to the parties: in proportion to "
        "equity or to production, or as they agreed otherwise.",
    )
    share = fields.Float(
        string="Share (%)",
        digits=(16, 4),
        tracking=True,
        help="The entity's share of the production in percent; each period starts "
        "from it.",
    )
    terms = fields.Text(
        help="What the parties agreed on the allocation of CoC Material."
    )
    date_start = fields.Date(
        string="In Force From",
        required=True,
        tracking=True,
        default=fields.Date.context_today,
        help="First day of the interest.",
    )
    date_end = fields.Date(
        string="In Force Until",
        tracking=True,
        help="Last day of the interest; empty while it goes on.",
    )
    state = fields.Selection(
        [("draft", "Draft"), ("active", "In Force")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
        help="Receipts can be taken under an interest in force.",
    )
    allocation_ids = fields.One2many(
        "asi.coc.legal.interest.allocation",
        "interest_id",
        string="Allocations",
        help="What is allocated to the entity per Material Accounting Period.",
    )

    _dates_ordered = models.Constraint(
        "CHECK (date_end IS NULL OR date_end >= date_start)",
        "A legal interest cannot end before it starts.",
    )
    _share_valid = models.Constraint(
        "CHECK (share IS NULL OR (share >= 0 AND share <= 100))",
        "A share is between 0 and 100 %.",
    )

    @api.depends("name", "partner_id")
    def _compute_display_name(self):
        for interest in self:
            names = (interest.name, interest.partner_id.display_name)
            interest.display_name = ", ".join(filter(None, names))

    @api.constrains("certificate_id", "partner_id", "activity_id")
    def _check_certificate(self):
        for interest in self:
            certificate = interest.certificate_id
            entity = interest.partner_id.commercial_partner_id
            own = interest.company_id.partner_id.commercial_partner_id
            if (
                certificate.standard == "chain_of_custody"
                and certificate.partner_id.commercial_partner_id == entity
                and interest.activity_id in certificate.supply_chain_activity_ids
                and entity != own
            ):
                continue
            raise ValidationError(
                self.env._(
                    "Legal interest %(interest)s: certificate %(certificate)s is no "
                    "CoC certificate of another entity, %(partner)s, that covers "
                    "%(activity)s (%(criterion)s). Choose its certificate, or record "
                    "the activities that ASI publishes.",
                    interest=interest.name,
                    certificate=certificate.display_name,
                    partner=interest.partner_id.display_name,
                    activity=interest.activity_id.name,
                    criterion=interest._get_criterion(),
                )
            )

    @api.constrains("state", "basis", "share", "terms", "evidence_ids")
    def _check_basis(self):
        for interest in self.filtered(lambda one: one.state == "active"):
            interest._check_complete()

    def write(self, vals):
        for interest in self:
            changes = get_changes(interest, vals, CHECKED_FIELDS)
            if changes and interest._get_received():
                raise UserError(
                    self.env._(
                        "%(fields)s of legal interest %(interest)s cannot change: CoC "
                        "Material was verified under it (%(criterion)s). Set up "
                        "another interest for what comes from now on.",
                        fields=", ".join(
                            self._fields[name]._description_string(self.env)
                            for name in sorted(changes)
                        ),
                        interest=interest.display_name,
                        criterion=interest._get_criterion(),
                    )
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_received(self):
        for interest in self._coc_within_retention():
            if interest.state != "draft" or interest._get_received():
                raise UserError(
                    self.env._(
                        "Legal interest %(interest)s is in force and stays on file "
                        "(1.6). Enter its last day, and archive it instead.",
                        interest=interest.display_name,
                    )
                )

    # -- actions ------------------------------------------------------------
    def action_activate(self):
        """Put the interest into force: receipts may be taken under it.

        Raises UserError naming what it lacks (3.1a to 6.1a).
        """
        self.check_access("write")
        for interest in self:
            interest._check_complete()
        # sudo: written by these actions only
        self.sudo().state = "active"
        return True

    def action_draft(self):
        """Take an interest back that nothing came in under yet.

        Raises UserError when CoC Material was verified under it.
        """
        self.check_access("write")
        for interest in self:
            if interest._get_received():
                raise UserError(
                    self.env._(
                        "CoC Material was verified under legal interest %(interest)s: "
                        "it stays in force. Enter its last day instead.",
                        interest=interest.display_name,
                    )
                )
        # sudo: written by these actions only
        self.sudo().state = "draft"
        return True

    def action_open_entries(self):
        """Open the ledger entries of what came in under the interest."""
        self.ensure_one()
        return self._action_open_entries(self.display_name)

    def _action_open_entries(self, name, period=None):
        found = self._get_received_entries()
        ids = [
            entry_id
            for (_interest_id, period_id), entry_ids in found.items()
            if period is None or period_id == period.id
            for entry_id in entry_ids
        ]
        return self.env["asi.coc.entry"]._action_open([("id", "in", ids)], name)

    def _check_complete(self):
        needed = [
            # sudo: whether there is a file, whoever may read it
            (self.sudo().evidence_ids, self.env._("the agreement as evidence")),
            (
                self.share or self.basis == "otherwise_agreed",
                self.env._("the share of the production"),
            ),
            (
                self.terms or self.basis != "otherwise_agreed",
                self.env._("what was agreed otherwise"),
            ),
        ]
        missing = [label for present, label in needed if not present]
        if missing:
            raise UserError(
                self.env._(
                    "Legal interest %(interest)s cannot be in force yet "
                    "(%(criterion)s). Missing: %(missing)s.",
                    interest=self.display_name,
                    criterion=self._get_criterion(),
                    missing=", ".join(missing),
                )
            )

    # -- what others ask ----------------------------------------------------
    def _get_criterion(self):
        """Return the criterion that allows for the interest: 3.1a to 6.1a."""
        return f"{CRITERIA[self.activity_id.code]}a" if self.activity_id else "3.1a"

    def _is_in_force(self, day):
        """Tell whether receipts of ``day`` can be taken under the interest."""
        self.ensure_one()
        return (
            self.state == "active"
            and self.date_start <= day
            and (not self.date_end or day <= self.date_end)
        )

    @api.model
    def _get_in_force(self, companies):
        """Return the interests of ``companies`` that are in force today."""
        # sudo: whoever orders or receives is offered them
        found = self.sudo().search(
            [("company_id", "in", companies.ids), ("state", "=", "active")]
        )
        return found.filtered(lambda one: one._is_in_force(one.scope_id._get_today()))

    def _choose(self, company, partner, materials):
        """Return the one of these that a receipt of ``materials`` is taken under.

        Empty where none fits, or several do.
        """
        fitting = self.filtered(
            lambda one: one.company_id == company
            and one.partner_id.commercial_partner_id == partner.commercial_partner_id
            and one.material in materials
        )
        return fitting if len(fitting) == 1 else self.browse()

    def _get_received(self, left_out=None):
        """Return ``{(interest id, period id): CoC input in tonnes}``.

        The moves ``left_out`` do not count.
        """
        return {key: mass for key, (mass, _ids) in self._query_received(left_out)}

    def _get_received_entries(self):
        """Return ``{(interest id, period id): ids of the entries}``."""
        return {key: ids for key, (_mass, ids) in self._query_received()}

    def _query_received(self, left_out=None):
        if not self.ids:
            return []
        self.env.flush_all()
        rows = self.env.execute_query(
            received_query(
                self, self.env["stock.move"] if left_out is None else left_out
            )
        )
        return [
            ((interest_id, period_id), (to_mass(mass), entry_ids))
            for interest_id, period_id, mass, entry_ids in rows
        ]

    def _describe_unfit(self, move):
        """Say why a received move cannot be taken under the interest, or False."""
        day = self.scope_id._get_day(move.date)
        values = {
            "interest": self.display_name,
            "criterion": self._get_criterion(),
            "day": format_day(self.env, day),
            "product": move.product_id.display_name,
        }
        if not self._is_in_force(day):
            return self.env._(
                "%(interest)s was not in force on %(day)s, when the goods came "
                "(%(criterion)s). Take it off the order or the receipt.",
                **values,
            )
        if move.product_id.coc_material != self.material:
            return self.env._(
                "%(interest)s is not about %(product)s (%(criterion)s). Take it off "
                "the order or the receipt.",
                **values,
            )
        return False
