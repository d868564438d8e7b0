from pytz import timezone, utc

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ..core.period import first_break, is_too_long, longest_end


class AsiCocPeriod(models.Model):
    _name = "asi.coc.period"
    _description = "Material Accounting Period"
    _inherit = ["asi.coc.protected", "mail.thread", "mail.activity.mixin"]
    _order = "date_start desc, id desc"
    _coc_protected_fields = frozenset({"state", "closing_explained_by_id"})

    name = fields.Char(
        compute="_compute_name",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        help="Name of the Material Accounting Period.",
    )
    scope_id = fields.Many2one(
        "asi.coc.scope",
        required=True,
        index=True,
        ondelete="restrict",
        help="CoC Certification Scope this period accounts for.",
    )
    company_id = fields.Many2one(
        related="scope_id.company_id", store=True, help="Entity of the scope."
    )
    date_start = fields.Date(
        string="Start Date",
        required=True,
        tracking=True,
        help="First day of the period (8.2).",
    )
    date_end = fields.Date(
        string="End Date",
        required=True,
        tracking=True,
        help="Last day of the period, at most 12 months after the first (8.2).",
    )
    state = fields.Selection(
        [("open", "Open"), ("closing", "Closing"), ("closed", "Closed")],
        required=True,
        default="open",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        help="Open and closing periods take entries; a closed one is frozen.",
    )
    balance_ids = fields.One2many(
        "asi.coc.balance",
        "period_id",
        string="Balances",
        readonly=True,
        help="One balance per supply chain activity of the scope (8.4).",
    )
    closing_ids = fields.One2many(
        "asi.coc.closing",
        "period_id",
        string="Closings",
        readonly=True,
        help="Every version of the closed figures, kept when the period is reopened.",
    )
    force_majeure_ids = fields.One2many(
        "asi.coc.force.majeure",
        "period_id",
        string="Force Majeure Situations",
        help="Force majeure situations that can explain an internal overdraw (8.8).",
    )
    closing_explanation = fields.Text(
        tracking=True,
        help="Why the period may close although something is still missing, by a "
        "Management Representative. Broken limits cannot be explained away.",
    )
    closing_explained_by_id = fields.Many2one(
        "res.users",
        string="Explained By",
        readonly=True,
        copy=False,
        help="Management Representative who gave the explanation.",
    )
    entry_count = fields.Integer(
        compute="_compute_entry_count", help="Ledger entries in this period."
    )

    _dates_ordered = models.Constraint(
        "CHECK (date_end >= date_start)", "A period cannot end before it starts."
    )

    @api.depends("date_start", "date_end")
    def _compute_name(self):
        for period in self:
            start, end = period.date_start, period.date_end
            if not (start and end):
                period.name = period.name or self.env._("New")
            elif (start.month, start.day, end) == (
                1,
                1,
                start.replace(month=12, day=31),
            ):
                period.name = str(start.year)
            else:
                period.name = f"{start} – {end}"

    @api.depends("name", "scope_id")
    def _compute_display_name(self):
        for period in self:
            names = (period.scope_id.name, period.name)
            period.display_name = " ".join(filter(None, names))

    def _compute_entry_count(self):
        groups = self.env["asi.coc.entry"]._read_group(
            [("period_id", "in", self.ids)], ["period_id"], ["__count"]
        )
        counts = {period.id: count for period, count in groups}
        for period in self:
            period.entry_count = counts.get(period.id, 0)

    @api.onchange("date_start")
    def _onchange_date_start(self):
        if self.date_start and not self.date_end:
            self.date_end = longest_end(self.date_start)

    @api.constrains("date_start", "date_end")
    def _check_length(self):
        for period in self:
            if is_too_long(period.date_start, period.date_end):
                raise ValidationError(
                    self.env._(
                        "Period %(period)s runs from %(start)s to %(end)s. A Material "
                        "Accounting Period has 12 months at most (8.2); it may end "
                        "on %(longest)s.",
                        period=period.display_name,
                        start=period.date_start,
                        end=period.date_end,
                        longest=longest_end(period.date_start),
                    )
                )

    @api.constrains("date_start", "date_end", "scope_id")
    def _check_contiguous(self):
        for scope in self.scope_id:
            periods = self.search([("scope_id", "=", scope.id)])
            found = first_break(
                (period.date_start, period.date_end) for period in periods
            )
            if found:
                raise ValidationError(self._get_break_message(scope, *found))
            self._check_before_closed(periods)

    def _check_before_closed(self, periods):
        """Refuse an open period before a closed one: nothing can be carried in."""
        closed = periods.filtered(lambda period: period.state == "closed")
        for period in (periods & self) - closed:
            later = closed.filtered(
                lambda other, period=period: other.date_start > period.date_start
            )
            if later:
                raise ValidationError(
                    self.env._(
                        "Period %(period)s lies before %(later)s, which is closed and "
                        "can take no balance from it any more (8.9). Start it after "
                        "the last period.",
                        period=period.display_name,
                        later=later[-1].display_name,
                    )
                )

    def _get_break_message(self, scope, kind, before, after):
        values = {
            "scope": scope.name,
            "before_start": before[0],
            "before_end": before[1],
            "after_start": after[0],
            "after_end": after[1],
        }
        if kind == "overlap":
            return self.env._(
                "Periods of %(scope)s overlap: %(before_start)s to %(before_end)s "
                "and %(after_start)s to %(after_end)s. Each day belongs to one "
                "Material Accounting Period (8.2); start the second one the day "
                "after the first ends.",
                **values,
            )
        return self.env._(
            "Periods of %(scope)s leave a gap between %(before_end)s and "
            "%(after_start)s. Material Accounting Periods follow each other day on "
            "day (8.2); start the second one the day after the first ends.",
            **values,
        )

    @api.model_create_multi
    def create(self, vals_list):
        periods = super().create(vals_list)
        explained = periods.filtered("closing_explanation")
        if explained and not self.env.su:
            explained._check_representative()
            # sudo: kept with the explanation, not written by hand
            explained.sudo().closing_explained_by_id = self.env.user
        periods._create_missing_balances()
        return periods

    def write(self, vals):
        frozen = {"date_start", "date_end", "scope_id"} & vals.keys()
        if frozen:
            self._check_not_closed(frozen)
            self._check_no_entries(frozen)
        if "closing_explanation" in vals and not self.env.su:
            self._check_representative()
            result = super().write(vals)
            # sudo: kept with the explanation, not written by hand
            self.sudo().closing_explained_by_id = self.env.user
            return result
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_entries(self):
        for period in self:
            if (period._get_previous() - self) and (period._get_next() - self):
                raise UserError(
                    self.env._(
                        "Period %(period)s lies between two others; without it they "
                        "would leave a gap (8.2). Delete the last one first.",
                        period=period.display_name,
                    )
                )
            if period.entry_count or period.closing_ids:
                raise UserError(
                    self.env._(
                        "Period %(period)s holds %(count)s ledger entries, which are "
                        "kept. Only an empty period can be deleted.",
                        period=period.display_name,
                        count=period.entry_count,
                    )
                )

    def _check_not_closed(self, field_names):
        for period in self:
            if period.state == "closed":
                raise UserError(
                    self.env._(
                        "Period %(period)s is closed; its %(fields)s cannot change. "
                        "Post the discovery in the open period, or have the "
                        "Management Representative reopen it.",
                        period=period.display_name,
                        fields=self._get_labels(field_names),
                    )
                )

    def _check_no_entries(self, field_names):
        for period in self:
            if period.entry_count:
                raise UserError(
                    self.env._(
                        "Period %(period)s holds %(count)s ledger entries; its "
                        "%(fields)s cannot change any more. Add a new period for "
                        "other days.",
                        period=period.display_name,
                        count=period.entry_count,
                        fields=self._get_labels(field_names),
                    )
                )

    def _check_representative(self):
        if not self.env.user.has_group("asi_coc.group_representative"):
            raise UserError(
                self.env._(
                    "Only a Management Representative can do this on period "
                    "%(period)s.",
                    period=", ".join(self.mapped("display_name")),
                )
            )

    def _get_labels(self, field_names):
        return ", ".join(
            self._fields[name]._description_string(self.env)
            for name in sorted(field_names)
        )

    def _get_end_moment(self):
        """Return the first moment after the period, in UTC."""
        zone = timezone(self.scope_id.tz)
        midnight = fields.Datetime.to_datetime(fields.Date.add(self.date_end, days=1))
        return zone.localize(midnight).astimezone(utc).replace(tzinfo=None)

    def _create_missing_balances(self, activities=None):
        """Give every activity of the scope a balance, also one without a flow."""
        activities = activities or self.env["asi.coc.activity"]
        # sudo: balances are written by the system only
        balances = self.env["asi.coc.balance"].sudo()
        balances.create(
            [
                {"period_id": period.id, "activity_id": activity.id}
                for period in self.filtered(lambda period: period.state != "closed")
                for activity in (period.scope_id.supply_chain_activity_ids | activities)
                - period.balance_ids.activity_id
            ]
        )

    def _get_previous(self):
        """Return the period that ends the day before this one starts."""
        self.ensure_one()
        day_before = fields.Date.subtract(self.date_start, days=1)
        return self.search(
            [("scope_id", "=", self.scope_id.id), ("date_end", "=", day_before)]
        )

    def _get_next(self):
        """Return the period that starts the day after this one ends."""
        self.ensure_one()
        day_after = fields.Date.add(self.date_end, days=1)
        return self.search(
            [("scope_id", "=", self.scope_id.id), ("date_start", "=", day_after)]
        )

    @api.model
    def _lock_for_posting(self, scopes):
        """Keep the periods of ``scopes`` from being closed until this commits."""
        # Compiling the posting of a large batch would take far longer than it.
        self.env.cr.execute(
            SQL(
                """
                SELECT id, set_config('jit', 'off', true) FROM asi_coc_period
                 WHERE scope_id = ANY(%s) AND state != 'closed'
                   FOR SHARE
                """,
                scopes.ids,
            )
        )

    # -- actions ------------------------------------------------------------
    def action_start_closing(self):
        """Say that the period is being closed; entries are still taken."""
        self.check_access("write")
        # sudo: written by these actions only
        self.sudo().filtered(lambda period: period.state == "open").state = "closing"
        return True

    def action_stop_closing(self):
        """Go back to open while the period is only being closed."""
        self.check_access("write")
        # sudo: written by these actions only
        self.sudo().filtered(lambda period: period.state == "closing").state = "open"
        return True

    def action_close(self):
        """Close: list what is missing, or freeze the figures (8.7 to 8.9)."""
        for period in self.sorted("date_start"):
            self.env["asi.coc.closing"]._close(period)
        return True

    def action_reopen(self):
        """Ask for the reason to reopen the last closed period."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reopen %(period)s", period=self.display_name),
            "res_model": "asi.coc.period.reopen",
            "view_mode": "form",
            "target": "new",
            "context": {"default_period_id": self.id},
        }

    def action_export_statement(self):
        """Download the statement of the period as XLSX (8.4)."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/asi_coc/statement/{self.id}.xlsx",
            "target": "download",
        }

    def action_open_entries(self):
        """Open the ledger entries of the period."""
        self.ensure_one()
        return self.env["asi.coc.entry"]._action_open(
            [("period_id", "=", self.id)],
            self.env._("Entries of %(period)s", period=self.display_name),
        )
