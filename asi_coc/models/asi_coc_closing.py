from psycopg2.errors import SerializationFailure

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..core.period import longest_end
from ..core.quantity import to_mass
from ..formatting import format_day
from .append_only import refuse_changes

#: Figures that a close posts as ledger entries of its own period (8.8, 8.9).
POSTED_FIGURES = (
    "positive_balance_used",
    "positive_balance_expired",
    "positive_balance_carried",
    "overdraw",
)
#: What they become in the next period.
BROUGHT_FORWARD = {
    "positive_balance_carried": "positive_balance_brought",
    "overdraw": "overdraw_brought",
}


class AsiCocClosing(models.Model):
    _name = "asi.coc.closing"
    _description = "Closed Figures of a Material Accounting Period"
    _inherit = ["asi.coc.protected"]
    _order = "period_id, version desc"

    period_id = fields.Many2one(
        "asi.coc.period",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        help="Period that was closed.",
    )
    company_id = fields.Many2one(
        related="period_id.company_id", store=True, help="Entity of the scope."
    )
    version = fields.Integer(
        required=True, readonly=True, help="Counts the closings of one period."
    )
    state = fields.Selection(
        [("valid", "Valid"), ("reopened", "Reopened")],
        required=True,
        default="valid",
        readonly=True,
        help="The period's figures are those of its valid closing.",
    )
    figures = fields.Json(
        required=True,
        readonly=True,
        help="Figures of each activity as closed (tonnes, %), with all digits.",
    )
    explanation = fields.Text(
        readonly=True,
        help="What was missing at the close, and the manager's explanation.",
    )
    explained_by_id = fields.Many2one(
        "res.users",
        readonly=True,
        help="Management Representative who explained what was missing.",
    )
    closed_by_id = fields.Many2one(
        "res.users", required=True, readonly=True, help="Who closed the period."
    )
    closed_on = fields.Datetime(
        required=True, readonly=True, help="When the period was closed."
    )
    reopened_by_id = fields.Many2one(
        "res.users", readonly=True, help="Management Representative who reopened it."
    )
    reopened_on = fields.Datetime(readonly=True, help="When it was reopened.")
    reopen_reason = fields.Text(readonly=True, help="Why it was reopened.")
    entry_ids = fields.One2many(
        "asi.coc.entry",
        "closing_id",
        string="Entries",
        help="Entries that carry, draw and expire balances (8.9).",
    )

    _version_unique = models.Constraint(
        "UNIQUE (period_id, version)", "A period has one closing per version."
    )

    def init(self):
        """Hold closed figures, and what was said at a reopening, below the ORM too."""
        refuse_changes(
            self.env,
            self._table,
            "closing",
            "Closed figures stay as they are; reopening keeps both versions.",
            (
                (
                    "append_only",
                    SQL(
                        "UPDATE OF period_id, version, figures, explanation, "
                        "explained_by_id, closed_by_id, closed_on OR DELETE"
                    ),
                    SQL("TRUE"),
                ),
                (
                    "reopened",
                    SQL("UPDATE OF state, reopened_by_id, reopened_on, reopen_reason"),
                    SQL("OLD.state = 'reopened'"),
                ),
            ),
        )

    @api.depends("period_id", "version")
    def _compute_display_name(self):
        for closing in self:
            closing.display_name = self.env._(
                "%(period)s, version %(version)s",
                period=closing.period_id.display_name,
                version=closing.version,
            )

    def write(self, vals):
        reopening = {"state", "reopened_by_id", "reopened_on", "reopen_reason"}
        if vals.keys() - reopening or any(one.state == "reopened" for one in self):
            raise UserError(self._get_refusal())
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise UserError(self._get_refusal())

    def _get_refusal(self):
        return self.env._(
            "Closed figures stay on file (8.9): %(closings)s cannot be changed or "
            "deleted. Reopening keeps both versions.",
            closings=", ".join(self.mapped("display_name")),
        )

    # -- closing ------------------------------------------------------------
    @api.model
    def _close(self, period):
        """Close ``period``: check, write the figures, carry over and freeze.

        Raises UserError that lists what is missing, with criterion, figure and
        limit (8.6 to 8.9).
        """
        period.check_access("write")
        if period.state == "closed":
            raise UserError(
                self.env._(
                    "Period %(period)s is closed already.", period=period.display_name
                )
            )
        self._check_ended(period)
        self._lock(period)
        missing = self._check_complete(period)
        following = period._get_next() or self._create_next(period)
        following._create_missing_balances(period.balance_ids.activity_id)
        # sudo: closings and entries are written by the system only
        closing = self.sudo().create(self._prepare_closing(period, missing))
        self.env["asi.coc.entry"]._post_carry(
            closing, closing._get_carry_rows(following)
        )
        # sudo: the state is written by closing and reopening only
        period.sudo().state = "closed"
        return closing

    def _lock(self, period):
        """Wait for postings under way; start again if one was not seen."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE asi_coc_period SET state = 'closing' WHERE id = %s", [period.id]
        )
        period.invalidate_recordset(["state"])
        # Fails when a posting changed a total since our snapshot was taken …
        self.env.cr.execute(
            "SELECT id FROM asi_coc_total WHERE period_id = %s FOR UPDATE", [period.id]
        )
        # … but cannot tell of new totals, nor of what has no total.
        latest = """
            SELECT 'total', id FROM asi_coc_total WHERE period_id = %(period)s
         UNION ALL
            SELECT 'entry', id FROM asi_coc_entry
             WHERE scope_id = %(scope)s AND status = 'unclassified'
        """
        keys = {"period": period.id, "scope": period.scope_id.id}
        self.env.cr.execute(latest, keys)
        seen = set(self.env.cr.fetchall())
        with self.env.registry.cursor() as fresh:
            fresh.execute(latest, keys)
            committed = set(fresh.fetchall())
        if committed - seen:
            # Odoo runs the request again, with a snapshot that has the entry.
            raise SerializationFailure()

    def _check_ended(self, period):
        if period.scope_id._get_today() <= period.date_end:
            raise UserError(
                self.env._(
                    "Period %(period)s runs until %(end)s. It can be closed from the "
                    "day after, when nothing more can happen in it (8.2).",
                    period=period.display_name,
                    end=format_day(self.env, period.date_end),
                )
            )

    def _create_next(self, period):
        """Open the period that follows, of the same length, to carry into."""
        start = fields.Date.add(period.date_end, days=1)
        months = (start.year - period.date_start.year) * 12
        months += start.month - period.date_start.month
        end = fields.Date.subtract(
            fields.Date.add(start, months=max(months, 1)), days=1
        )
        end = min(end, longest_end(start))
        return period.create(
            {"scope_id": period.scope_id.id, "date_start": start, "date_end": end}
        )

    def _prepare_closing(self, period, missing):
        return {
            "period_id": period.id,
            "version": len(period.closing_ids) + 1,
            "figures": {
                code: {name: str(figure) for name, figure in figures.items()}
                for code, figures in period._get_figures().items()
            },
            "explanation": self._get_explanation(period, missing),
            "explained_by_id": period.closing_explained_by_id.id,
            "closed_by_id": self.env.uid,
            "closed_on": fields.Datetime.now(),
        }

    def _get_explanation(self, period, missing):
        return (
            "\n".join([*map(str, missing), period.closing_explanation or ""])
            if missing
            else ""
        )

    def _get_carry_rows(self, following):
        """Return the entries to post as (period, activity, flow, mass in tonnes)."""
        self.ensure_one()
        rows = []
        for activity in self.period_id.balance_ids.activity_id:
            figures = self.figures[activity.code]
            for name in POSTED_FIGURES:
                mass = to_mass(figures[name])
                if not mass:
                    continue
                rows.append((self.period_id, activity, name, mass))
                if name in BROUGHT_FORWARD:
                    rows.append((following, activity, BROUGHT_FORWARD[name], mass))
        return rows

    # -- reopening ----------------------------------------------------------
    def _reopen(self, reason):
        """Reopen the last closed period; both versions stay on file.

        Raises UserError when a later period is closed or the user is not a
        Management Representative.
        """
        self.ensure_one()
        period = self.period_id
        period._check_representative()
        following = period._get_next()
        if following.state == "closed":
            raise UserError(
                self.env._(
                    "Only the last closed period can be reopened: %(following)s, which "
                    "follows %(period)s, is closed too.",
                    following=following.display_name,
                    period=period.display_name,
                )
            )
        # sudo: closings are written by the system only
        self.sudo().write(
            {
                "state": "reopened",
                "reopened_by_id": self.env.uid,
                "reopened_on": fields.Datetime.now(),
                "reopen_reason": reason,
            }
        )
        # sudo: the state is written by closing and reopening only
        # What was explained at the first close is no word on the second.
        period.sudo().write(
            {
                "state": "open",
                "closing_explanation": False,
                "closing_explained_by_id": False,
            }
        )
        taken_back = [
            (where, activity, flow, -mass)
            for where, activity, flow, mass in self._get_carry_rows(following)
        ]
        self.env["asi.coc.entry"]._post_carry(self, taken_back)
        period.message_post(body=self.env._("Reopened: %(reason)s", reason=reason))
