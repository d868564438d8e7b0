from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class AsiCocTraining(models.Model):
    """A training session: material, attendees, and until when it counts (1.5)."""

    _name = "asi.coc.training"
    _description = "Training Session"
    _inherit = ["asi.coc.settled", "asi.coc.evidence", "mail.thread"]
    _order = "date desc, id desc"
    _check_company_auto = True
    _coc_protected_fields = frozenset({"state", "held_by_id"})
    _coc_open_state = "planned"
    _coc_settled_fields = frozenset(
        {
            "topic_id",
            "scope_id",
            "date",
            "valid_until",
            "attendee_ids",
            "trainer",
            "evidence_ids",
        }
    )

    topic_id = fields.Many2one(
        "asi.coc.training.topic",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
        help="What the session is about.",
    )
    scope_id = fields.Many2one(
        "asi.coc.scope",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env["asi.coc.scope"]._get_default(),
        help="CoC Certification Scope whose staff is trained.",
    )
    company_id = fields.Many2one(
        related="scope_id.company_id", store=True, help="Entity of the scope."
    )
    date = fields.Date(
        required=True,
        default=fields.Date.context_today,
        tracking=True,
        help="Day of the session.",
    )
    valid_until = fields.Date(
        compute="_compute_valid_until",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        help="Last day on which the training counts; from the topic's validity unless "
        "entered.",
    )
    trainer = fields.Char(tracking=True, help="Who held the session.")
    attendee_ids = fields.Many2many(
        "res.partner",
        "asi_coc_training_attendee_rel",
        "training_id",
        "partner_id",
        string="Attendees",
        ondelete="restrict",
        help="Who took part: users' contacts, and staff without a login.",
    )
    evidence_ids = fields.Many2many(
        string="Material",
        help="Training material and list of attendees (1.5).",
    )
    state = fields.Selection(
        [("planned", "Planned"), ("held", "Held")],
        string="Status",
        required=True,
        default="planned",
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
        help="Only sessions that were held count; they stay as they are.",
    )
    held_by_id = fields.Many2one(
        "res.users",
        string="Confirmed By",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="Who confirmed that the session was held.",
    )

    @api.depends("topic_id", "date")
    def _compute_display_name(self):
        for training in self:
            training.display_name = (
                f"{training.topic_id.name or ''} {training.date or ''}"
            ).strip()

    @api.depends("date", "topic_id.validity_months")
    def _compute_valid_until(self):
        for training in self:
            # A session that was held counts for as long as was said then.
            if training.state == "held" and training.valid_until:
                continue
            months = training.topic_id.validity_months
            training.valid_until = training.date and training.date + relativedelta(
                months=months, days=-1
            )

    @api.constrains("date", "valid_until")
    def _check_days(self):
        for training in self:
            if training.valid_until and training.valid_until < training.date:
                raise ValidationError(
                    self.env._(
                        "Training %(training)s counts until %(until)s, before it is "
                        "held. Enter a later day.",
                        training=training.display_name,
                        until=training.valid_until,
                    )
                )

    def _describe_settled(self, names):
        return self.env._(
            "Training %(training)s was held and stays on file as it is (1.5, 1.6).",
            training=names,
        )

    def action_hold(self):
        """Confirm that the session was held; from now on it counts (1.5).

        Raises UserError naming what is missing.
        """
        self.check_access("write")
        self._check_open()
        for training in self:
            training._check_holdable()
        # sudo: written by this method only
        self.sudo().write({"state": "held", "held_by_id": self.env.uid})
        return True

    def _check_holdable(self):
        missing = [
            self._fields[name]._description_string(self.env)
            for name in ("attendee_ids", "evidence_ids", "trainer", "valid_until")
            if not self[name]
        ]
        if self.date > self.scope_id._get_today():
            missing.append(self.env._("a day that has come"))
        if missing:
            raise UserError(
                self.env._(
                    "Training %(training)s is missing: %(missing)s (1.5).",
                    training=self.display_name,
                    missing=", ".join(missing),
                )
            )

    # -- what others ask ------------------------------------------------------
    @api.model
    def _is_trained_in_claims(self, user, company, day):
        """Tell whether ``user`` is trained in claims on ``day`` (11.1c)."""
        # sudo: who approves a claim need not read everybody's trainings
        return bool(
            self.sudo().search_count(
                [
                    ("company_id", "=", company.id),
                    ("topic_id.is_claims", "=", True),
                    ("state", "=", "held"),
                    ("date", "<=", day),
                    ("valid_until", ">=", day),
                    ("attendee_ids", "in", user.partner_id.ids),
                ],
                limit=1,
            )
        )
