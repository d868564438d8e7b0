import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError

#: What is kept as it was once a supplier was told, and has acknowledged.
FROZEN_FIELDS = {
    "to_send": set(),
    "sent": {"policy_id", "partner_id"},
    "acknowledged": {"policy_id", "partner_id", "contact_id", "evidence_ids"},
}


class AsiCocPolicyCommunication(models.Model):
    """A supplier is told of a version of the Responsible Sourcing Policy (7.1)."""

    _name = "asi.coc.policy.communication"
    _description = "Communication of the Responsible Sourcing Policy"
    _inherit = [
        "asi.coc.protected",
        "asi.coc.evidence",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "sent_on desc, id desc"
    _rec_name = "partner_id"
    _coc_evidence_criteria = "7.1, 1.6"
    _coc_protected_fields = frozenset(
        {
            "state",
            "email",
            "sent_by",
            "sent_on",
            "sent_by_id",
            "last_sent_on",
            "reminder_count",
            "send_error",
            "access_token",
            "acknowledged_on",
            "acknowledged_by",
            "acknowledged_user_id",
            "acknowledged_how",
        }
    )

    policy_id = fields.Many2one(
        "asi.coc.sourcing.policy",
        string="Version",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('state', '=', 'adopted')]",
        default=lambda self: self._default_policy_id(),
        help="Version of the policy that the supplier is told of.",
    )
    scope_id = fields.Many2one(
        related="policy_id.scope_id",
        store=True,
        precompute=True,
        index=True,
        help="CoC Certification Scope of the policy.",
    )
    company_id = fields.Many2one(
        related="policy_id.company_id",
        store=True,
        precompute=True,
        index=True,
        help="Entity of the scope.",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Supplier",
        required=True,
        index=True,
        ondelete="restrict",
        help="Supplier who is told, as an entity.",
    )
    contact_id = fields.Many2one(
        "res.partner",
        string="Sent To",
        compute="_compute_contact_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="restrict",
        domain="[('id', 'child_of', partner_id)]",
        help="Contact who gets the policy: the supplier's own address, else its first "
        "contact with one.",
    )
    state = fields.Selection(
        [
            ("to_send", "To Be Sent"),
            ("sent", "Sent"),
            ("acknowledged", "Acknowledged"),
        ],
        string="Status",
        required=True,
        default="to_send",
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
        help="How far the supplier has been told (7.1).",
    )
    email = fields.Char(
        string="E-mail Address",
        readonly=True,
        copy=False,
        help="Address that the version was sent to.",
    )
    sent_by = fields.Selection(
        [("email", "E-mail"), ("other", "Otherwise")],
        readonly=True,
        copy=False,
        help="By e-mail from here, or otherwise, with evidence.",
    )
    sent_on = fields.Datetime(
        readonly=True, copy=False, help="When the supplier was first told."
    )
    sent_by_id = fields.Many2one(
        "res.users",
        string="Sent By User",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="Who had it sent, or gave it to the supplier.",
    )
    last_sent_on = fields.Datetime(
        string="Last Sent",
        readonly=True,
        copy=False,
        help="When it was last sent, reminders included.",
    )
    reminder_count = fields.Integer(
        string="Reminders",
        readonly=True,
        copy=False,
        help="Reminders sent because nobody acknowledged it.",
    )
    send_error = fields.Char(
        string="Not Sent",
        readonly=True,
        copy=False,
        help="Why it could not be sent, and what to do about it.",
    )
    is_undelivered = fields.Boolean(
        string="Not Delivered",
        compute="_compute_is_undelivered",
        help="An e-mail with the policy could not be delivered.",
    )
    access_token = fields.Char(
        readonly=True,
        copy=False,
        # whoever reads it could acknowledge in the supplier's name
        groups=fields.NO_ACCESS,
        index="btree_not_null",
        help="Secret part of the address in the e-mail, at which the supplier reads "
        "and acknowledges the policy without an account.",
    )
    acknowledged_on = fields.Datetime(
        readonly=True, copy=False, help="When the supplier acknowledged the version."
    )
    acknowledged_by = fields.Char(
        readonly=True, copy=False, help="Name of the person who acknowledged it."
    )
    acknowledged_user_id = fields.Many2one(
        "res.users",
        string="Acknowledged By User",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="User of the portal who acknowledged it, or who recorded that somebody "
        "did.",
    )
    acknowledged_how = fields.Selection(
        [
            ("portal", "Portal"),
            ("link", "Link in the E-mail"),
            ("recorded", "Recorded with Evidence"),
        ],
        string="Acknowledged Through",
        readonly=True,
        copy=False,
        help="How it was acknowledged.",
    )

    _supplier_told_once = models.Constraint(
        "UNIQUE (policy_id, partner_id)",
        "The supplier is told of this version already; open that communication.",
    )

    @api.model
    def _default_policy_id(self):
        scope = self.env["asi.coc.scope"]._get_default()
        return scope and self.env["asi.coc.sourcing.policy"]._get_in_force(scope)

    @api.depends("partner_id", "policy_id")
    def _compute_display_name(self):
        for communication in self:
            communication.display_name = self.env._(
                "%(policy)s to %(supplier)s",
                policy=communication.policy_id.display_name,
                supplier=communication.partner_id.display_name,
            )

    @api.depends("partner_id")
    def _compute_contact_id(self):
        for communication in self:
            supplier = communication.partner_id
            reachable = (supplier | supplier.child_ids).filtered("email")
            communication.contact_id = reachable[:1] or supplier

    def _compute_is_undelivered(self):
        # sudo: only whether there is one is shown
        groups = (
            self.env["mail.mail"]
            .sudo()
            ._read_group(
                [
                    ("model", "=", self._name),
                    ("res_id", "in", self.ids),
                    ("state", "=", "exception"),
                ],
                ["res_id"],
            )
        )
        failed = {res_id for (res_id,) in groups}
        for communication in self:
            communication.is_undelivered = communication.id in failed

    @api.model_create_multi
    def create(self, vals_list):
        partners = self.env["res.partner"]
        for vals in vals_list:
            if vals.get("partner_id"):
                # The entity is told, whichever of its contacts was chosen.
                partner = partners.browse(vals["partner_id"])
                vals["partner_id"] = partner.commercial_partner_id.id
        return super().create(vals_list)

    def write(self, vals):
        for communication in self:
            frozen = FROZEN_FIELDS[communication.state] & vals.keys()
            if frozen:
                raise UserError(
                    self.env._(
                        "%(supplier)s was told of %(policy)s on %(day)s; %(fields)s "
                        "cannot change any more (7.1, 1.6).",
                        supplier=communication.partner_id.display_name,
                        policy=communication.policy_id.display_name,
                        day=communication.scope_id._get_day(communication.sent_on),
                        fields=", ".join(
                            self._fields[name]._description_string(self.env)
                            for name in sorted(frozen)
                        ),
                    )
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_told(self):
        kept = self._coc_within_retention()
        for communication in kept.filtered(lambda one: one.state != "to_send"):
            raise UserError(
                self.env._(
                    "%(supplier)s was told of %(policy)s on %(day)s; that stays on "
                    "file (7.1, 1.6).",
                    supplier=communication.partner_id.display_name,
                    policy=communication.policy_id.display_name,
                    day=communication.scope_id._get_day(communication.sent_on),
                )
            )

    def _filter_evidence_kept(self):
        return self.filtered(lambda one: one.state != "to_send")

    def _ensure_token(self):
        """Return the token of the address at which the supplier acknowledges."""
        self.ensure_one()
        # sudo: written here only
        own = self.sudo()
        if not own.access_token:
            own.access_token = secrets.token_urlsafe(24)
        return own.access_token

    def _get_public_url(self):
        """Return the address that the e-mail leads to."""
        return f"{self.get_base_url()}/coc/policy/{self._ensure_token()}"
