from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..formatting import format_day
from .ledger_guard import get_changes

#: Days within which payments are linked where nothing else was set.
DEFAULT_DAYS = 30


class AsiCocCashWindow(models.Model):
    """Within how many days cash payments to a supplier are linked (4.3b).

    A change is another row with its day. Payments of earlier days keep the window of
    theirs, so a shorter window never parts what is linked already.
    """

    _name = "asi.coc.cash.window"
    _description = "Window of Linked Cash Payments"
    _inherit = ["mail.thread"]
    _order = "company_id, date_start desc"
    _rec_name = "reason"

    company_id = fields.Many2one(
        "res.company",
        string="Entity",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company.root_id,
        domain="[('parent_id', '=', False)]",
        tracking=True,
        help="Entity whose payments are looked at, its branches included.",
    )
    date_start = fields.Date(
        string="From",
        required=True,
        default=lambda self: self.env["res.partner"]._coc_get_day(self.env.company),
        tracking=True,
        help="First day of payments that the window holds for.",
    )
    days = fields.Integer(
        required=True,
        default=DEFAULT_DAYS,
        tracking=True,
        help="Cash payments to one supplier with no more days between them are "
        "linked, whatever order they are for (4.3b).",
    )
    reason = fields.Char(
        required=True,
        tracking=True,
        help="Why the window is what it is, for example what the law says on linked "
        "operations.",
    )

    _one_per_day = models.Constraint(
        "UNIQUE (company_id, date_start)",
        "An entity has one window from a day on. Correct or delete the other one.",
    )
    _days_positive = models.Constraint(
        "CHECK (days > 0)",
        "Cash payments of one day are linked at least with those of the next (4.3b).",
    )

    @api.constrains("company_id")
    def _check_company(self):
        for window in self:
            if window.company_id.parent_id:
                raise ValidationError(
                    self.env._(
                        "%(branch)s is a branch: what it pays counts with "
                        "%(entity)s. Set the window there (4.3b).",
                        branch=window.company_id.name,
                        entity=window.company_id.root_id.name,
                    )
                )

    @api.constrains("date_start")
    def _check_not_earlier(self):
        for window in self:
            today = self.env["res.partner"]._coc_get_day(window.company_id)
            if window.date_start < today:
                raise ValidationError(
                    self.env._(
                        "The window of %(days)s days cannot hold from %(day)s: "
                        "payments of that day were held to another one (4.3b). "
                        "Let it begin today or later.",
                        days=window.days,
                        day=format_day(self.env, window.date_start),
                    )
                )

    def write(self, vals):
        for window in self:
            if get_changes(window, vals, {"company_id", "date_start", "days"}):
                window._check_not_in_force()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_force(self):
        self._check_not_in_force()

    def _check_not_in_force(self):
        for window in self:
            today = self.env["res.partner"]._coc_get_day(window.company_id)
            if window.date_start <= today:
                raise UserError(
                    self.env._(
                        "The window of %(days)s days of %(entity)s holds since %(day)s "
                        "and stays as it is (4.3b). Enter the new one with the day "
                        "from which it holds.",
                        days=window.days,
                        entity=window.company_id.name,
                        day=format_day(self.env, window.date_start),
                    )
                )
