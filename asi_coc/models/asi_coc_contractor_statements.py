from odoo import fields, models


class AsiCocContractor(models.Model):
    """Knows which statements a period needs (2.3)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.contractor"

    statement_count = fields.Integer(
        compute="_compute_statement_count", help="Statements of the contractor."
    )
    open_statement_count = fields.Integer(
        compute="_compute_statement_count",
        search="_search_open_statement_count",
        help="Statements that are not confirmed yet.",
    )
    held_count = fields.Integer(
        string="Differences",
        compute="_compute_held_count",
        search="_search_held_count",
        help="Differences beyond the tolerance that are not resolved (2.4).",
    )

    def _compute_statement_count(self):
        for contractor in self:
            statements = contractor.statement_ids
            contractor.statement_count = len(statements)
            contractor.open_statement_count = len(
                statements.filtered(lambda one: one.state != "confirmed")
            )

    def _search_open_statement_count(self, operator, value):
        return self._search_count(
            "asi.coc.contractor.statement", "!=", "confirmed", operator, value
        )

    def _compute_held_count(self):
        for contractor in self:
            contractor.held_count = len(
                contractor.reconciliation_ids.filtered(lambda one: one.state == "held")
            )

    def _search_held_count(self, operator, value):
        return self._search_count(
            "asi.coc.contractor.reconciliation", "=", "held", operator, value
        )

    def _search_count(self, model, comparison, state, operator, value):
        if (operator, value) != (">", 0):
            return NotImplemented
        groups = self.env[model]._read_group(
            [("state", comparison, state)], ["contractor_id"]
        )
        return [("id", "in", [contractor.id for (contractor,) in groups])]

    def _get_windows(self, period):
        """Return the (first day, last day) that the contractor reports on (2.3)."""
        self.ensure_one()
        months = self.statement_months or 12
        windows, start = [], period.date_start
        while start <= period.date_end:
            following = fields.Date.add(start, months=months)
            end = min(fields.Date.subtract(following, days=1), period.date_end)
            windows.append((start, end))
            start = fields.Date.add(end, days=1)
        return windows

    def _was_in_scope(self, period):
        """Tell whether any day of ``period`` was covered by an assessment."""
        scope = self.scope_id
        return any(
            scope._get_day(one.date_start) <= period.date_end
            and scope._get_day(one.date_end) >= period.date_start
            for one in self.sudo().validity_ids
        )

    def _prepare_statements(self, period):
        """Make what is missing of the statements of ``period`` that are due (2.3).

        Days that a statement covers already are not asked for again.
        """
        self.ensure_one()
        today = self.scope_id._get_today()
        for start, end in self._get_missing_windows(period):
            if end < today:
                self.env["asi.coc.contractor.statement"].create(
                    {"contractor_id": self.id, "date_start": start, "date_end": end}
                )

    def _get_missing_windows(self, period):
        """Return the days of ``period`` that no statement covers, and should (2.3).

        A contractor who held nothing and got nothing has nothing to report.
        """
        if not self._was_in_scope(period):
            return []
        statements = self.env["asi.coc.contractor.statement"]
        missing = []
        for start, end in self._get_windows(period):
            for day_start, day_end in self._subtract_statements(start, end):
                probe = statements.new(
                    {
                        "contractor_id": self.id,
                        "date_start": day_start,
                        "date_end": day_end,
                    }
                )
                if probe._get_handled():
                    missing.append((day_start, day_end))
        return missing

    def _subtract_statements(self, start, end):
        """Return the spans of days from ``start`` to ``end`` without a statement."""
        spans = []
        for statement in self.statement_ids.sorted("date_start"):
            if statement.date_end < start or statement.date_start > end:
                continue
            if statement.date_start > start:
                spans.append(
                    (start, fields.Date.subtract(statement.date_start, days=1))
                )
            start = fields.Date.add(statement.date_end, days=1)
        if start <= end:
            spans.append((start, end))
        return spans

    def action_ask_statement(self):
        """Ask for the statements that are due now, and open them (2.3)."""
        self.ensure_one()
        self.check_access("write")
        for period in self.scope_id.period_ids.sorted("date_start"):
            if period.state != "closed":
                self._prepare_statements(period)
        self.statement_ids.filtered(lambda one: one.state == "draft")._ask_where_ended()
        return self.action_open_statements()

    def action_open_statements(self):
        """Open the contractor's statements."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "asi_coc.action_asi_coc_contractor_statement"
        )
        return action | {
            "domain": [("contractor_id", "=", self.id)],
            "context": {"default_contractor_id": self.id},
        }

    def action_open_entries(self):
        """Open the ledger entries that the contractor, and no move, brought about."""
        self.ensure_one()
        return self.env["asi.coc.entry"]._action_open(
            [("contractor_id", "=", self.id)], self.display_name
        )
