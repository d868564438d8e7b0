from odoo import fields, models

from ..core.quantity import to_mass
from ..formatting import format_day, format_number
from .asi_coc_closing_check import Obstacle

KINDS = ("blocks", "explain", "notice", "forecast")


class AsiCocPeriod(models.Model):
    """What stands between now and a closed period (8.2, 8.8, 8.9)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.period"

    close_step_ids = fields.One2many(
        "asi.coc.close.step",
        "period_id",
        string="Steps to the Close",
        readonly=True,
        copy=False,
        help="What blocks the close, what is cleared or explained, what the close "
        "will do, and what is expected by the end of the period.",
    )

    def action_open_close_steps(self):
        """Work out what stands between now and the close, and open it."""
        self.ensure_one()
        self._refresh_close_steps()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "asi_coc.action_asi_coc_close_step"
        )
        return action | {
            "name": self.env._("Steps to the Close of %(name)s", name=self.name),
            "domain": [("period_id", "=", self.id)],
            "context": {
                "search_default_group_by_kind": 1,
                "coc_close_period_id": self.id,
            },
        }

    def _refresh_close_steps(self):
        """Work the steps out anew."""
        self.check_access("read")
        for period in self:
            found = period._get_close_steps() if period.state != "closed" else {}
            # sudo: written here only, and the same whoever looks
            steps = self.env["asi.coc.close.step"].sudo()
            period.sudo().close_step_ids.unlink()
            steps.create(
                [
                    {
                        "period_id": period.id,
                        "sequence": KINDS.index(kind),
                        "kind": kind,
                        "text": one.text,
                        "res_model": one.res_model,
                        "domain": repr(one.domain),
                    }
                    for kind in KINDS
                    for one in found.get(kind, [])
                ]
            )

    def _get_close_steps(self):
        """Return ``{kind: [Obstacle]}``; see the kinds of ``asi.coc.close.step``."""
        self.ensure_one()
        closings = self.env["asi.coc.closing"]
        missing = closings._get_explainable(self)
        explained = missing and self._get_explained()
        return {
            "blocks": self._get_time_obstacles() + closings._get_blocking(self),
            "explain": [] if explained else missing,
            "notice": (explained + missing if explained else [])
            + self._get_notices()
            + self._get_carried_overdraws(),
            "forecast": self._get_forecasts(),
        }

    def _get_time_obstacles(self):
        found = []
        previous = self._get_previous()
        if previous and previous.state != "closed":
            found.append(
                Obstacle(
                    self.env._(
                        "Period %(previous)s is closed first: its balance is carried "
                        "into this one (8.9).",
                        previous=previous.display_name,
                    ),
                    "asi.coc.period",
                    [("id", "=", previous.id)],
                )
            )
        if self.scope_id._get_today() <= self.date_end:
            found.append(
                Obstacle(
                    self.env._(
                        "The period runs until %(day)s (8.2).",
                        day=format_day(self.env, self.date_end),
                    ),
                    "asi.coc.period",
                    [("id", "=", self.id)],
                )
            )
        return found

    def _get_explained(self):
        """Return who explained what is missing, and how, if somebody did."""
        if not self.closing_explanation:
            return []
        text = self.env._(
            "Explained by %(name)s: %(text)s",
            name=self.closing_explained_by_id.name,
            text=self.closing_explanation,
        )
        return [Obstacle(text, "asi.coc.period", [("id", "=", self.id)])]

    def _get_notices(self):
        """Return what expires with the close, and what is to be made up (8.8, 8.9)."""
        found = []
        for balance in self.balance_ids:
            left = to_mass(balance.positive_balance_brought) - to_mass(
                balance.positive_balance_used
            )
            if left > 0:
                found.append(
                    self._about(
                        balance,
                        self.env._(
                            "%(activity)s: %(mass)s t of the positive balance brought "
                            "forward are not used and expire with the close (8.9b).",
                            **self._say(balance, left),
                        ),
                    )
                )
            if balance.overdraw_brought:
                found.append(
                    self._about(
                        balance,
                        self.env._(
                            "%(activity)s: %(mass)s t of internal overdraw are made up "
                            "in this period (8.8c).",
                            **self._say(balance, balance.overdraw_brought),
                        ),
                    )
                )
        return found

    def _get_carried_overdraws(self):
        """Return which internal overdraw the close lets pass, to be made up (8.8c)."""
        overdrawn = self.balance_ids.filtered("overdraw")
        if not overdrawn:
            return []
        problems = self.env["asi.coc.closing"]._get_limit_problems(self)
        broken = {code for code, _problem in problems}
        return [
            self._about(
                balance,
                self.env._(
                    "%(activity)s: %(mass)s t of internal overdraw are carried with "
                    "the close, and are to be made up in the next period (8.8c).",
                    **self._say(balance, balance.overdraw),
                ),
            )
            for balance in overdrawn
            if balance.activity_id.code not in broken
        ]

    def _get_forecasts(self):
        found = []
        for balance in self.balance_ids:
            if balance.expected_overdraw:
                text = self.env._(
                    "%(activity)s: once open orders are done, %(mass)s t of internal "
                    "overdraw are expected (8.8). Order CoC Material, or designate "
                    "less.",
                    **self._say(balance, balance.expected_overdraw),
                )
            else:
                text = self.env._(
                    "%(activity)s: once open orders are done, %(mass)s t of positive "
                    "balance are expected, and %(available)s t can still be designated "
                    "(8.7, 8.9a).",
                    available=format_number(self.env, balance.expected_available),
                    **self._say(balance, balance.expected_positive_balance),
                )
            found.append(self._about(balance, text))
        return found

    def _say(self, balance, mass):
        return {
            "activity": balance.activity_id.name,
            "mass": format_number(self.env, mass),
        }

    def _about(self, balance, text):
        return Obstacle(text, "asi.coc.balance", [("id", "=", balance.id)])
