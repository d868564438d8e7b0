from dataclasses import dataclass, field

from odoo import fields, models
from odoo.exceptions import UserError

from ..core.balance import closing_problems
from ..core.quantity import ZERO
from ..formatting import format_number


@dataclass(frozen=True)
class Obstacle:
    """What stands between a period and its close, and the records to look at."""

    text: str
    res_model: str = "asi.coc.balance"
    domain: list = field(default_factory=list)

    def __str__(self):
        return self.text


class AsiCocClosing(models.Model):
    """Lists what a close is missing: what can be explained and what cannot."""

    _inherit = "asi.coc.closing"

    def _check_complete(self, period):
        """Return what is missing and was explained, as :class:`Obstacle` objects."""
        previous = period._get_previous()
        if previous and previous.state != "closed":
            raise UserError(
                self.env._(
                    "Close period %(previous)s first: its balance is carried into "
                    "%(period)s (8.9).",
                    previous=previous.display_name,
                    period=period.display_name,
                )
            )
        broken = self._get_blocking(period)
        missing = self._get_explainable(period)
        if broken or (missing and not period.closing_explanation):
            raise UserError(
                self.env._(
                    "Period %(period)s cannot be closed:\n%(problems)s",
                    period=period.display_name,
                    problems="\n".join(f"• {line}" for line in broken + missing),
                )
            )
        return missing

    def _get_blocking(self, period):
        """Return what nobody can explain away."""
        return self._get_broken_limits(period) + self._get_wrong_totals(period)

    def _get_explainable(self, period):
        """Return what a Management Representative may explain."""
        return (
            self._get_missing(period)
            + self._get_contradicted_documents(period)
            + self._get_unreconciled(period)
        )

    def _get_broken_limits(self, period):
        return [
            Obstacle(
                self._describe(period, code, *problem),
                domain=[
                    ("period_id", "=", period.id),
                    ("activity_id.code", "=", code),
                ],
            )
            for code, problem in self._get_limit_problems(period)
        ]

    def _get_limit_problems(self, period):
        """Return ``(activity code, (criterion, figure, limit))`` of what is broken."""
        affected = period.force_majeure_ids._get_affected_masses()
        return [
            (code, problem)
            for code, balance in period._strike().items()
            for problem in closing_problems(balance, affected.get(code, ZERO))
        ]

    def _get_wrong_totals(self, period):
        """Return that figures would be frozen which the ledger does not back."""
        count = len(self.env["asi.coc.total"]._find_differences(period))
        if not count:
            return []
        return [
            Obstacle(
                self.env._(
                    "%(count)s running totals are not the sums of the ledger (8.1). "
                    "Check the scope for drift; a Management Representative posts what "
                    "is found.",
                    count=count,
                ),
                "asi.coc.entry",
                [("period_id", "=", period.id)],
            )
        ]

    def _get_contradicted_documents(self, period):
        """Return which issued documents say something else than the ledger (9.6)."""
        # sudo: the check is over all documents of the entity
        documents = self.env["asi.coc.document"].sudo()
        issued = documents.search(
            [
                ("scope_id", "=", period.scope_id.id),
                ("direction", "=", "issued"),
                ("state", "=", "issued"),
                ("date", ">=", period.date_start),
                ("date", "<=", period.date_end),
            ]
        )
        return [
            Obstacle(
                one._describe_contradiction(),
                "asi.coc.document",
                [("id", "=", one.id)],
            )
            for one in issued._get_contradicted()
        ]

    def _get_unreconciled(self, period):
        """Return where stock and ledger differ, for a manager to explain (8.1)."""
        missing = []
        rows = period._reconcile()
        for product in rows.product_id:
            own = rows.filtered(lambda row, product=product: row.product_id == product)
            text = self._describe_unreconciled(
                product, sum(own.mapped("difference_mass"))
            )
            missing.append(
                Obstacle(
                    text,
                    "asi.coc.reconciliation",
                    [("period_id", "=", period.id), ("product_id", "=", product.id)],
                )
            )
        # sudo: the count is over all findings of the entity
        findings = self.env["asi.coc.drift"].sudo()
        waiting = [("period_id", "=", period.id), ("state", "=", "found")]
        drift = findings.search_count(waiting)
        if drift:
            text = self.env._(
                "%(count)s findings of drift wait for a decision (8.1).", count=drift
            )
            missing.append(Obstacle(text, "asi.coc.drift", waiting))
        return missing

    def _describe_unreconciled(self, product, mass):
        values = {
            "product": product.display_name,
            "mass": format_number(self.env, abs(mass)),
        }
        if mass < 0:
            return self.env._(
                "%(product)s does not reconcile to stock: the ledger has %(mass)s t "
                "less than the stock (8.1). Reconciliation names the moves.",
                **values,
            )
        return self.env._(
            "%(product)s does not reconcile to stock: the ledger has %(mass)s t more "
            "than the stock (8.1). Reconciliation names the moves.",
            **values,
        )

    def _describe(self, period, code, criterion, figure, limit):
        activity = period.balance_ids.activity_id.filtered(lambda a: a.code == code)
        values = {
            "activity": activity.name,
            "figure": format_number(self.env, figure),
            "limit": format_number(self.env, limit),
        }
        if criterion == "8.8":
            return self.env._(
                "%(activity)s: internal overdraw of %(figure)s t without a force "
                "majeure record (8.8). Record the situation, take designations back, "
                "or allocate less to intra-entity flows.",
                **values,
            )
        if criterion == "8.8a":
            return self.env._(
                "%(activity)s: internal overdraw of %(figure)s t exceeds 20 %% of the "
                "CoC input, %(limit)s t (8.8a). Take designations back.",
                **values,
            )
        if criterion == "8.8b":
            return self.env._(
                "%(activity)s: internal overdraw of %(figure)s t exceeds the mass "
                "struck by force majeure, %(limit)s t (8.8b). Take designations back, "
                "or record all that was struck.",
                **values,
            )
        if criterion == "8.6":
            return self.env._(
                "%(activity)s: %(figure)s t of Eligible Scrap exceed the share of "
                "%(limit)s t (8.6). Take designations back.",
                **values,
            )
        return self.env._(
            "%(activity)s: CoC outflow of %(figure)s t exceeds its share of the "
            "outflow, %(limit)s t (8.7). Take designations back.",
            **values,
        )

    def _get_missing(self, period):
        """Return what a manager may explain: open entries, claims, late moves."""
        ended = period._get_end_moment()
        found = (
            (
                "asi.coc.entry",
                [
                    ("scope_id", "=", period.scope_id.id),
                    ("date", "<=", fields.Date.to_string(period.date_end)),
                    ("is_unclassified", "=", True),
                ],
                self.env._(
                    "%(count)s ledger entries are unclassified (8.1). Class them from "
                    "the scope."
                ),
            ),
            (
                "stock.picking",
                [
                    *period.scope_id._get_claims_domain(),
                    ("date_done", "<", fields.Datetime.to_string(ended)),
                ],
                self.env._(
                    "%(count)s receipts have a CoC claim that is not verified (10.2)."
                ),
            ),
            (
                "asi.coc.entry",
                [("period_id", "=", period.id), ("late", "=", True)],
                self.env._(
                    "%(count)s ledger entries are late: their own date falls in a "
                    "period that was closed already (8.2)."
                ),
            ),
        )
        missing = []
        for model, domain, text in found:
            # sudo: the count is over all records of the entity
            count = self.env[model].sudo().search_count(domain)
            if count:
                missing.append(Obstacle(text % {"count": count}, model, domain))
        return missing
