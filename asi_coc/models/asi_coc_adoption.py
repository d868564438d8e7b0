from pytz import timezone, utc

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..formatting import format_day, format_number

#: States in which the background job has something to do.
WORKING = ("previewing", "running")


class AsiCocAdoption(models.Model):
    """Adopts done stock moves from before the ledger followed them (8.1).

    Looks first, posts after: in batches, in the background, so that it can be
    interrupted and goes on where it stopped. It stays on file who adopted what.
    """

    _name = "asi.coc.adoption"
    _description = "Adopted History"
    _inherit = ["asi.coc.protected", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True
    _coc_protected_fields = frozenset(
        {
            "state",
            "total_count",
            "previewed_on",
            "adopted_by_id",
            "adopted_on",
            "finished_on",
        }
    )

    scope_id = fields.Many2one(
        "asi.coc.scope",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self._default_scope(),
        help="CoC Certification Scope whose ledger adopts the history. Other active "
        "scopes of the same entity go along: a move may concern two of them.",
    )
    company_id = fields.Many2one(
        "res.company",
        related="scope_id.company_id",
        string="Entity",
        store=True,
        index=True,
        help="Entity of the scope.",
    )
    date_from = fields.Date(
        string="From",
        compute="_compute_date_from",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        tracking=True,
        help="Done stock moves dated on this day or later are adopted. Material "
        "Accounting Periods must reach back to it (8.2).",
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("previewing", "Looking"),
            ("previewed", "Previewed"),
            ("running", "Running"),
            ("interrupted", "Interrupted"),
            ("done", "Done"),
        ],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        tracking=True,
        help="Looking: the preview is being made. Running: entries are being posted "
        "in the background. Interrupted: it goes on where it stopped.",
    )
    total_count = fields.Integer(
        string="Moves",
        readonly=True,
        copy=False,
        help="Done stock moves there were to look at when this began.",
    )
    processed_count = fields.Integer(
        string="Processed",
        compute="_compute_processed",
        help="Stock moves that are done with.",
    )
    entry_count = fields.Integer(
        string="Entries",
        compute="_compute_processed",
        help="Ledger entries posted.",
    )
    unclassified_count = fields.Integer(
        string="Unclassified Entries",
        compute="_compute_processed",
        help="Entries posted that could not be classed; see Unclassified on the scope.",
    )
    progress = fields.Float(
        compute="_compute_processed", help="Part of the moves done with, in percent."
    )
    previewed_on = fields.Datetime(
        readonly=True, copy=False, help="When the preview was asked for."
    )
    adopted_by_id = fields.Many2one(
        "res.users",
        string="Adopted By",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="Management Representative who had the history adopted.",
    )
    adopted_on = fields.Datetime(readonly=True, copy=False, help="When adopting began.")
    finished_on = fields.Datetime(
        readonly=True, copy=False, help="When the last move was adopted."
    )
    batch_ids = fields.One2many(
        "asi.coc.adoption.batch",
        "adoption_id",
        string="Batches",
        readonly=True,
        domain=[("is_preview", "=", False)],
        help="What was posted, batch by batch.",
    )
    product_line_ids = fields.One2many(
        "asi.coc.adoption.line",
        "adoption_id",
        string="Products",
        readonly=True,
        domain=[("kind", "=", "product")],
        help="Products whose moves are adopted.",
    )
    location_line_ids = fields.One2many(
        "asi.coc.adoption.line",
        "adoption_id",
        string="Locations",
        readonly=True,
        domain=[("kind", "=", "location")],
        help="Locations the goods were in, and the facilities these belong to.",
    )
    unclassified_line_ids = fields.One2many(
        "asi.coc.adoption.line",
        "adoption_id",
        string="Cannot Be Classed",
        readonly=True,
        domain=[("kind", "=", "unclassified")],
        help="Moves that would be posted as unclassified, and why.",
    )
    period_line_ids = fields.One2many(
        "asi.coc.adoption.line",
        "adoption_id",
        string="Periods",
        readonly=True,
        domain=[("kind", "=", "period")],
        help="Material Accounting Periods the moves are accounted in.",
    )
    left_out_line_ids = fields.One2many(
        "asi.coc.adoption.line",
        "adoption_id",
        string="Left Out",
        readonly=True,
        domain=[("kind", "in", ("ignored", "kept"))],
        help="Stored products that were moved and have no CoC Material, and moves "
        "that a Management Representative decided to keep out of the ledger.",
    )

    def _default_scope(self):
        scopes = self.env["asi.coc.scope"].search(
            [("company_id", "in", self.env.companies.ids), ("state", "=", "active")],
            limit=2,
        )
        return scopes if len(scopes) == 1 else False

    @api.depends("scope_id")
    def _compute_date_from(self):
        for adoption in self:
            periods = adoption.scope_id.period_ids.sorted("date_start")
            is_open = periods.filtered(lambda period: period.state != "closed")
            adoption.date_from = (is_open or periods)[:1].date_start

    @api.depends("scope_id", "date_from")
    def _compute_display_name(self):
        for adoption in self:
            if adoption.scope_id and adoption.date_from:
                adoption.display_name = self.env._(
                    "%(scope)s from %(day)s",
                    scope=adoption.scope_id.name,
                    day=format_day(self.env, adoption.date_from),
                )
            else:
                adoption.display_name = self.env._("New")

    @api.depends("state", "total_count", "batch_ids")
    def _compute_processed(self):
        groups = self.env["asi.coc.adoption.batch"]._read_group(
            [("adoption_id", "in", self.ids)],
            ["adoption_id", "is_preview"],
            ["move_count:sum", "entry_count:sum", "unclassified_count:sum"],
        )
        sums = {(adoption.id, preview): rest for adoption, preview, *rest in groups}
        for adoption in self:
            is_preview = adoption.state in ("draft", "previewing", "previewed")
            moves, entries, unclassified = sums.get((adoption.id, is_preview), [0] * 3)
            adoption.processed_count = moves
            adoption.entry_count = entries
            adoption.unclassified_count = unclassified
            adoption.progress = adoption._get_progress(moves)

    def _get_progress(self, moves):
        if self.state in ("previewed", "done"):
            return 100
        return min(100 * moves / self.total_count, 100) if self.total_count else 0

    @api.constrains("date_from")
    def _check_date_from(self):
        for adoption in self:
            if adoption.date_from > adoption.scope_id._get_today():
                raise ValidationError(
                    self.env._(
                        "History from %(day)s is still to come. Choose a day that is "
                        "past.",
                        day=format_day(self.env, adoption.date_from),
                    )
                )

    def write(self, vals):
        chosen = {"scope_id", "date_from"} & vals.keys()
        if chosen:
            self.check_access("write")
            self._check_not_begun()
            result = super().write(vals)
            # sudo: a preview of another day is none of this one
            self.sudo()._clear_preview("draft")
            return result
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_begun(self):
        self._check_not_begun()

    # -- checks -------------------------------------------------------------
    @api.model
    def _check_representative(self):
        """Raise UserError unless the user may adopt history (1.4)."""
        if not self.env.user.has_group("asi_coc.group_representative"):
            raise UserError(
                self.env._(
                    "Only a Management Representative adopts history into the ledger "
                    "(1.4)."
                )
            )

    def _check_not_begun(self):
        for adoption in self.filtered("adopted_on"):
            raise UserError(
                self.env._(
                    "%(adoption)s has begun to post entries, which are kept, and so is "
                    "who adopted what from when.",
                    adoption=adoption.display_name,
                )
            )

    def _check_ready(self):
        """Raise UserError naming what adopting needs first."""
        self.ensure_one()
        self._check_representative()
        self.check_access("write")
        scope = self.scope_id
        if scope.state != "active" or not scope.active:
            raise UserError(
                self.env._(
                    "Activate scope %(scope)s first: from then on the ledger follows "
                    "new moves, and history is adopted up to them.",
                    scope=scope.name,
                )
            )
        first = scope.period_ids.sorted("date_start")[:1]
        if self.date_from < first.date_start:
            raise UserError(
                self.env._(
                    "History from %(day)s needs Material Accounting Periods from that "
                    "day on (8.2); the first one of %(scope)s, %(period)s, starts on "
                    "%(start)s. Add the periods before it, or adopt from "
                    "%(start)s.",
                    day=format_day(self.env, self.date_from),
                    scope=scope.name,
                    period=first.name,
                    start=format_day(self.env, first.date_start),
                )
            )

    def _check_alone(self):
        # sudo: whichever scope of the entity it is
        other = self.sudo().search(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "=", "running"),
                ("id", "!=", self.id),
            ],
            limit=1,
        )
        if other:
            raise UserError(
                self.env._(
                    "%(other)s is being adopted. Wait for it, or interrupt it first.",
                    other=other.display_name,
                )
            )

    def _check_state(self, *states):
        if self.state not in states:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(adoption)s is %(state)s: this cannot be done now.",
                    adoption=self.display_name,
                    state=labels[self.state],
                )
            )

    # -- actions ------------------------------------------------------------
    def action_preview(self):
        """Look at what adopting would post; nothing is posted."""
        self._check_ready()
        self._check_state("draft", "previewed")
        # sudo: written by these actions only
        self.sudo()._begin_preview()
        return True

    def action_adopt(self):
        """Have the history posted, in the background."""
        self._check_ready()
        self._check_state("previewed")
        self._check_alone()
        # sudo: written by these actions only
        self.sudo()._begin_adopting()
        return True

    def action_interrupt(self):
        """Stop after the batch under way; what was posted stays."""
        self.ensure_one()
        self._check_representative()
        self.check_access("write")
        self._check_state(*WORKING)
        # sudo: written by these actions only
        adoption = self.sudo()
        if self.state == "previewing":
            adoption._clear_preview("draft")
        else:
            adoption.state = "interrupted"
        return True

    def action_resume(self):
        """Go on where it stopped."""
        self._check_ready()
        self._check_state("interrupted")
        self._check_alone()
        # sudo: written by these actions only
        self.sudo().state = "running"
        self._wake_job()
        return True

    def action_refresh(self):
        """Show how far it is."""
        return True

    def action_open_entries(self):
        """Open the entries this adoption posted."""
        self.ensure_one()
        batches = self.batch_ids.filtered("entry_count")
        return self.env["asi.coc.entry"]._action_open(
            [
                ("company_id", "=", self.company_id.id),
                ("create_uid", "=", self.adopted_by_id.id),
                ("id", ">=", min(batches.mapped("first_entry_id"), default=0)),
                ("id", "<=", max(batches.mapped("last_entry_id"), default=0)),
            ],
            self.env._("Entries of %(adoption)s", adoption=self.display_name),
        )

    def action_open_unclassified(self):
        """Open what cannot be classed yet, of the whole scope."""
        return self.scope_id.action_open_unclassified()

    # -- what others ask ----------------------------------------------------
    def _get_start_moment(self):
        """Return the first moment that is adopted, in UTC."""
        zone = timezone(self.scope_id.tz)
        midnight = fields.Datetime.to_datetime(self.date_from)
        return zone.localize(midnight).astimezone(utc).replace(tzinfo=None)

    def _log_finished(self):
        self.message_post(
            body=self.env._(
                "History adopted: %(moves)s moves, %(entries)s entries, "
                "%(unclassified)s of them unclassified.",
                moves=format_number(self.env, self.processed_count),
                entries=format_number(self.env, self.entry_count),
                unclassified=format_number(self.env, self.unclassified_count),
            )
        )
