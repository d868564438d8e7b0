from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ..core.quantity import ZERO
from ..formatting import format_day, format_number
from .closed_loop_query import sent_query


class AsiCocClosedLoop(models.Model):
    """The account with an uncertified facility: CoC sent, scrap back (4.2a i).

    What was sent and has not come back stays in the loop from one Material
    Accounting Period to the next: it is no positive balance, for it is not
    where the entity's material is accounted. Archiving the loop ends it.
    """

    _name = "asi.coc.closed.loop"
    _description = "Closed Loop with an Uncertified Facility"
    _inherit = ["mail.thread", "asi.coc.evidence", "asi.coc.protected"]
    _rec_name = "partner_id"
    _order = "partner_id, id"
    _coc_protected_fields = frozenset({"use_count"})

    partner_id = fields.Many2one(
        "res.partner",
        string="Uncertified Facility",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
        help="Entity that works the CoC Material and sends the scrap back. A facility "
        "that is an account of its own is a company contact of its own.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        ondelete="restrict",
        help="Entity whose CoC Material goes through the loop.",
    )
    date_start = fields.Date(
        string="Counts From",
        required=True,
        default=lambda self: self._default_date_start(),
        tracking=True,
        help="CoC Material delivered from this day on is in the loop.",
    )
    tracing = fields.Text(
        string="How It Is Traced",
        required=True,
        tracking=True,
        help="How the material is followed through the facility and back: alloys, "
        "forms, separate bays, what the scrap is made from (4.2a).",
    )
    active = fields.Boolean(
        default=True,
        tracking=True,
        help="Archive a loop that has ended: nothing more comes back through it.",
    )
    use_count = fields.Integer(
        readonly=True,
        help="Counts what bears on the loop. Writing it makes a second one at the same "
        "moment wait and look again.",
    )
    has_due_diligence = fields.Boolean(
        string="Due Diligence Accepted",
        compute="_compute_has_due_diligence",
        help="The facility's due diligence is accepted today (7.2).",
    )
    sent_mass = fields.Float(
        string="CoC Material Sent (t)",
        digits=(16, 6),
        compute="_compute_masses",
        help="CoC Material delivered to the facility and not returned, by the ledger.",
    )
    back_mass = fields.Float(
        string="Eligible Scrap Back (t)",
        digits=(16, 6),
        compute="_compute_masses",
        help="Scrap that came back and counts as eligible through this loop.",
    )
    remaining_mass = fields.Float(
        string="Remaining (t)",
        digits=(16, 6),
        compute="_compute_masses",
        help="What may still come back as Eligible Scrap: sent less back (4.2a).",
    )
    assessment_ids = fields.One2many(
        "asi.coc.scrap.assessment",
        "closed_loop_id",
        domain=[("state", "=", "valid")],
        string="Assessments",
        help="Assessments in force of scrap that came back.",
    )
    assessment_count = fields.Integer(
        compute="_compute_assessment_count",
        help="Number of assessments of scrap that came back, in force.",
    )

    _partner_unique = models.UniqueIndex(
        "(company_id, partner_id)",
        "There is a closed loop with this facility already, perhaps an archived one; "
        "the material sent would count twice (4.2a). Use that loop.",
    )

    @api.model
    def _default_date_start(self):
        """Return the first day of the period that is running, else today."""
        today = self.env["res.partner"]._coc_get_day(self.env.company)
        period = self.env["asi.coc.period"].search(
            [
                ("company_id", "=", self.env.company.id),
                ("date_start", "<=", today),
                ("date_end", ">=", today),
            ],
            limit=1,
        )
        return period.date_start or today

    @api.depends("partner_id", "company_id")
    def _compute_has_due_diligence(self):
        for loop in self:
            # sudo: whoever sees the loop sees whether it can be used
            partner = loop.sudo().partner_id
            today = partner._coc_get_day(loop.company_id)
            loop.has_due_diligence = bool(partner) and partner._coc_has_due_diligence(
                today, loop.company_id
            )

    @api.depends("partner_id", "company_id", "date_start")
    def _compute_masses(self):
        figures = self._get_figures()
        for loop in self:
            sent, back = figures.get(loop._origin.id, (ZERO, ZERO))
            loop.sent_mass = float(sent)
            loop.back_mass = float(back)
            loop.remaining_mass = float(sent - back)

    @api.depends("assessment_ids")
    def _compute_assessment_count(self):
        groups = self.env["asi.coc.scrap.assessment"]._read_group(
            [("closed_loop_id", "in", self.ids), ("state", "=", "valid")],
            ["closed_loop_id"],
            ["__count"],
        )
        counts = {loop.id: count for loop, count in groups}
        for loop in self:
            loop.assessment_count = counts.get(loop.id, 0)

    @api.constrains("partner_id", "company_id")
    def _check_partner(self):
        for loop in self:
            partner = loop.partner_id
            today = partner._coc_get_day(loop.company_id)
            if partner != partner.commercial_partner_id:
                raise ValidationError(
                    self.env._(
                        "%(facility)s is an address of %(entity)s. A closed loop is "
                        "with an entity (4.2a): choose %(entity)s, or make the "
                        "facility a company contact.",
                        facility=partner.display_name,
                        entity=partner.commercial_partner_id.display_name,
                    )
                )
            if not partner._coc_has_due_diligence(today, loop.company_id):
                raise ValidationError(
                    self.env._(
                        "The due diligence on %(facility)s is not accepted for "
                        "%(day)s, so no closed loop can be opened with it (4.2a, 7.2). "
                        "Have it accepted first.",
                        facility=partner.display_name,
                        day=format_day(self.env, today),
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        loops = super().create(vals_list)
        self.env.registry.clear_cache()
        for loop in loops:
            loop._check_uncertified(loop.partner_id._coc_get_day(loop.company_id))
        return loops

    def write(self, vals):
        if vals.keys() & {"partner_id", "company_id"}:
            self._check_unused()
        result = super().write(vals)
        if "date_start" in vals:
            self._lock()
            self._check_not_overdrawn()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self._check_unused()

    def _check_unused(self):
        """Refuse to give a loop that scrap came through to another, or to delete it."""
        # sudo: assessments of any state, history too
        used = self.env["asi.coc.scrap.assessment"].sudo()
        for loop in self:
            found = used.search([("closed_loop_id", "=", loop.id)], limit=1)
            if found:
                raise UserError(
                    self.env._(
                        "Closed loop %(loop)s stays as it is: scrap of %(receipt)s "
                        "came back through it (4.2a). Archive it when it has ended.",
                        loop=loop.display_name,
                        receipt=found.display_name,
                    )
                )

    def _check_not_overdrawn(self):
        for loop in self:
            sent, back = loop._get_figures()[loop.id]
            if back > sent:
                raise UserError(
                    self.env._(
                        "Closed loop %(loop)s would have %(back)s t of eligible scrap "
                        "back from %(sent)s t of CoC Material sent since %(day)s: "
                        "never more comes back than was sent (4.2a). Choose an earlier "
                        "day, or withdraw assessments first.",
                        loop=loop.display_name,
                        back=format_number(self.env, back),
                        sent=format_number(self.env, sent),
                        day=format_day(self.env, loop.date_start),
                    )
                )

    def _check_uncertified(self, day):
        """Refuse a facility that is certified: its scrap needs its CoC Document."""
        certificates = self.env["asi.coc.certificate"].sudo()
        certificates = certificates.search(
            [
                ("partner_id", "=", self.partner_id.id),
                ("standard", "=", "chain_of_custody"),
                ("company_id", "in", (self.company_id.id, False)),
            ]
        )
        certificate = certificates.filtered(lambda one: one._is_valid_on(day))[:1]
        if certificate:
            raise UserError(
                self.env._(
                    "%(facility)s holds CoC certificate %(number)s on %(day)s, so its "
                    "pre-consumer scrap is eligible with its own CoC Document, not "
                    "through a closed loop (4.2a). Have the document verified.",
                    facility=self.partner_id.display_name,
                    number=certificate.number,
                    day=format_day(self.env, day),
                )
            )

    # -- actions ------------------------------------------------------------
    def action_open_sent(self):
        """Open the entries of CoC Material that was sent."""
        self.ensure_one()
        self.check_access("read")
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                "SELECT entry.id FROM asi_coc_closed_loop loop"
                " CROSS JOIN LATERAL (%s) AS entry WHERE loop.id = %s",
                sent_query(SQL.identifier("loop")),
                self.id,
            )
        )
        return self.env["asi.coc.entry"]._action_open(
            [("id", "in", [id_ for (id_,) in rows])],
            self.env._("CoC Material Sent to %s", self.display_name),
        )

    def action_open_back(self):
        """Open the entries of scrap that came back as eligible."""
        self.ensure_one()
        return self.env["asi.coc.entry"]._action_open(
            [("closed_loop_id", "=", self.id)],
            self.env._("Eligible Scrap Back from %s", self.display_name),
        )

    def action_open_assessments(self):
        """Open the assessments of scrap that came back."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "asi_coc.action_asi_coc_scrap_assessment"
        )
        return action | {"domain": [("closed_loop_id", "=", self.id)], "context": {}}
