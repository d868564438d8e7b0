from ast import literal_eval
from datetime import date

from odoo import api, models
from odoo.tools import is_html_empty

from ..core.annual_transfers import puts_out_several
from ..formatting import format_day

#: Ledger flows behind the parts that balances are reported in.
CARRIED, USED, OVERDRAWN = (
    "positive_balance_carried",
    "positive_balance_used",
    "overdraw",
)


class AsiCocReadinessRules(models.AbstractModel):
    """The report to ASI (1.7), and the complaints resolution mechanism (7.3)."""

    # One file per section keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.readiness.rules"

    # -- report to ASI --------------------------------------------------------
    @api.model
    def _rule_1_7a(self, scope):
        return self._judge_report(
            scope,
            self._find_reported(
                scope,
                self.env._("CoC inputs and outputs"),
                [("flow", "in", ["input", "output"]), ("status", "=", "coc")],
            ),
        )

    @api.model
    def _rule_1_7b(self, scope):
        codes = scope.supply_chain_activity_ids.mapped("code")
        crossed = [("material", "=", "scrap"), ("flow", "in", ["input", "output"])]
        ever = self._find_own("asi.coc.entry", "", scope, crossed)
        if "remelting_refining" not in codes and not ever.count:
            return self._not_applicable(
                self.env._("No scrap has come into the scope, or left it.")
            )
        return self._judge_report(
            scope,
            self._find_reported(scope, self.env._("Scrap in and out"), crossed),
        )

    @api.model
    def _rule_1_7c(self, scope):
        return self._judge_report(
            scope,
            self._find_reported(
                scope,
                self.env._("Non-CoC inflows and outflows"),
                [("flow", "in", ["input", "output"]), ("status", "=", "non_coc")],
            ),
        )

    @api.model
    def _rule_1_7d(self, scope):
        return self._judge_balances(
            scope, CARRIED, self.env._("Positive balances carried over")
        )

    @api.model
    def _rule_1_7e(self, scope):
        return self._judge_balances(scope, USED, self.env._("Positive balances used"))

    @api.model
    def _rule_1_7f(self, scope):
        return self._judge_balances(scope, OVERDRAWN, self.env._("Internal overdraws"))

    @api.model
    def _rule_1_7g(self, scope):
        activities = scope.supply_chain_activity_ids
        materials = {
            one.code: (one.input_material, one.output_material) for one in activities
        }
        if not puts_out_several(materials):
            return self._not_applicable(
                self.env._("The scope puts out one type of CoC Material only.")
            )
        return self._judge_report(
            scope,
            self._find_reported(
                scope,
                self.env._("Intra-entity flows of CoC Material"),
                [("flow", "=", "intra_entity_out"), ("status", "=", "coc")],
            ),
        )

    def _judge_balances(self, scope, flow, label):
        year = scope._get_today().year - 1
        closings = self._find(
            self.env._("Closings of periods in %(year)s", year=year),
            "asi.coc.closing",
            [
                ("period_id.scope_id", "=", scope.id),
                ("state", "=", "valid"),
                ("period_id.date_start", "<=", date(year, 12, 31)),
                ("period_id.date_end", ">=", date(year, 1, 1)),
            ],
        )
        return self._judge_report(
            scope, self._find_reported(scope, label, [("flow", "=", flow)]), closings
        )

    def _find_reported(self, scope, label, domain):
        """Return the entries of last calendar year that a part is about."""
        year = scope._get_today().year - 1
        return self._find_own(
            "asi.coc.entry",
            self.env._("%(label)s in %(year)s", label=label, year=year),
            scope,
            [
                *domain,
                ("date", ">=", date(year, 1, 1)),
                ("date", "<=", date(year, 12, 31)),
            ],
        )

    def _judge_report(self, scope, *evidence):
        """The report of last calendar year is submitted, or due."""
        today = scope._get_today()
        year, reports = today.year - 1, self.env["asi.coc.annual.report"]
        own = reports.search([("scope_id", "=", scope.id)])
        last = own.filtered(lambda one: one.year == year)
        overdue = own.filtered(lambda one: one.year < year and one.is_overdue)
        late = overdue.mapped("year")
        due = date(today.year, 6, 30)
        is_open = last.state != "submitted" and self._is_to_be_reported(scope, year)
        if is_open and due < today:
            late.append(year)
        return self._judge(
            [
                self._find_own(reports._name, self.env._("Reports to ASI"), scope),
                *evidence,
            ],
            missing=[
                late
                and self.env._(
                    "The report to ASI of %(years)s is overdue; it was due by June 30 "
                    "of the following year. Close the periods of the year, and submit "
                    "it under Reports to ASI.",
                    years=", ".join(map(str, sorted(late))),
                )
            ],
            attention=[
                is_open
                and due >= today
                and self.env._(
                    "The report to ASI of %(year)s is due by %(day)s. Close the "
                    "periods of the year, and submit it under Reports to ASI.",
                    year=year,
                    day=format_day(self.env, due),
                ),
                *(
                    change["text"]
                    for change in last.version_id
                    and last._get_changes(last._thaw(last.version_id.figures))
                ),
            ],
            in_order=self._say_reported(scope, last),
        )

    def _is_to_be_reported(self, scope, year):
        """Tell whether the entity was certified in ``year``."""
        report = self.env["asi.coc.annual.report"].new({"scope_id": scope.id})
        since = report._get_certified_since()
        return bool(since) and since.year <= year

    def _say_reported(self, scope, last):
        if last.state == "submitted":
            return self.env._(
                "The report to ASI of %(year)s was submitted on %(day)s by %(user)s.",
                year=last.year,
                day=format_day(self.env, scope._get_day(last.submitted_on)),
                user=last.submitted_by_id.name,
            )
        year = scope._get_today().year
        if self._is_to_be_reported(scope, year):
            return self.env._(
                "The first report to ASI, of %(year)s, is due by %(day)s.",
                year=year,
                day=format_day(self.env, date(year + 1, 6, 30)),
            )
        return self.env._(
            "Nothing is to be reported to ASI before the entity is certified."
        )

    # -- complaints -----------------------------------------------------------
    @api.model
    def _rule_7_3(self, scope):
        register = self.env["asi.coc.complaint"]
        every, _records = self._find_complaints(scope, self.env._("Complaints"), [])
        still_open, waiting = self._find_complaints(
            scope, self.env._("Open complaints"), register._get_open_domain()
        )
        overdue, late = self._find_complaints(
            scope, self.env._("Overdue complaints"), register._get_overdue_domain()
        )
        to_forward, concerns = self._find_complaints(
            scope,
            self.env._("Concerns that ASI was not told of"),
            register._get_to_forward_domain(),
        )
        procedures = self._find_own(
            "asi.coc.procedure",
            self.env._("Procedures in force on complaints"),
            scope,
            [("state", "=", "approved"), ("criterion_ids.code", "=", "7.3")],
        )
        page = self._find(
            self.env._("Scope with the public form"),
            scope._name,
            [("id", "=", scope.id), ("state", "!=", "draft")],
        )
        return self._judge(
            [page, procedures, every, still_open, overdue, to_forward],
            missing=[
                not page.count
                and self.env._(
                    "The public form is not there: scope %(scope)s is a draft. "
                    "Activate it.",
                    scope=scope.name,
                ),
                late
                and self.env._(
                    "The next step is overdue on complaints %(complaints)s. Take it, "
                    "or agree on another day with the complainant.",
                    complaints=self._list_names(late),
                ),
            ],
            attention=[
                page.count
                and is_html_empty(scope.complaint_procedure)
                and self.env._(
                    "The form shows the standard text. Fill in the procedure on the "
                    "scope, and adapt it to the entity."
                ),
                concerns
                and self.env._(
                    "These complaints concern CoC Material, and ASI was not told: "
                    "%(complaints)s. Bring them to ASI's attention, and note it on the "
                    "complaint.",
                    complaints=self._list_names(concerns),
                ),
                waiting - late
                and self.env._(
                    "Complaints that are dealt with, within their days: "
                    "%(complaints)s.",
                    complaints=self._list_names(waiting - late),
                ),
            ],
            in_order=self.env._(
                "The public form is at %(page)s; no complaint is open.",
                page=scope._get_complaint_path(),
            ),
        )

    def _find_complaints(self, scope, label, domain):
        """Return the :class:`Evidence` of complaints to the scope, and these."""
        evidence = self._find_own("asi.coc.complaint", label, scope, domain)
        return evidence, self.env[evidence.res_model].search(
            literal_eval(evidence.domain)
        )
