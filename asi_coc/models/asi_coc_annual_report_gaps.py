from datetime import date

from odoo import models

from ..core.period import ONE_DAY
from ..formatting import format_day


class AsiCocAnnualReport(models.Model):
    """Lists what is missing from a report, each line with its records (1.7)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.annual.report"

    def _get_gaps(self, periods):
        """Return what is missing from the year, as lines that open their records.

        Dicts with ``key``, ``text``, ``model``, ``domain`` and ``is_note``: a note
        says something and need not be explained.
        """
        # sudo: what is missing counts, whatever its reader may see
        report = self.sudo()
        return [
            *report._get_missing_days(periods.sudo()),
            *report._get_open_periods(periods),
            *report._get_unclassified(),
            *report._get_claims(),
            *report._get_documents(),
            *report._get_scrap(),
            *report._get_drift(periods),
            *report._get_contractor_gaps(periods.sudo()),
            *report._get_late_notes(),
        ]

    def _gap(self, key, text, model, records, is_note=False):
        """Return a gap of ``records``, or nothing where there are none."""
        if not records:
            return []
        domain = [("id", "in", records.ids)]
        return [self._gap_of(key, text, model, domain, is_note)]

    @staticmethod
    def _gap_of(key, text, model, domain, is_note=False):
        return {
            "key": key,
            "text": text,
            "model": model,
            "domain": domain,
            "is_note": is_note,
        }

    def _get_accounted(self, pickings):
        """Return those of ``pickings`` that the scope accounts for in the year.

        By the day of their entries: another scope of the entity has its own, and a
        transfer may be of another day than it was entered on.
        """
        groups = self.env["asi.coc.entry"]._read_group(
            [
                ("scope_id", "=", self.scope_id.id),
                ("picking_id", "in", pickings.ids),
                ("date", ">=", date(self.year, 1, 1)),
                ("date", "<=", date(self.year, 12, 31)),
            ],
            ["picking_id"],
            # What was moved to another day adds up to nothing on this one.
            having=[("mass:sum", "!=", 0)],
        )
        return pickings & self.env["stock.picking"].union(*(one for (one,) in groups))

    # -- days ---------------------------------------------------------------
    def _get_missing_days(self, periods):
        """Days on which nobody accounted: before the first period, after the last."""
        start, last = date(self.year, 1, 1), date(self.year, 12, 31)
        since = self._get_certified_since()
        spans = []
        if not periods:
            if not since or since <= last:
                spans = [(max(start, since or start), last)]
        else:
            first, end = periods[0].date_start, periods[-1].date_end
            began = max(start, since or first)
            if began < first:
                spans.append((began, first - ONE_DAY))
            if end < last:
                spans.append((end + ONE_DAY, last))
        texts = [
            self.env._(
                "No Material Accounting Period accounts for %(start)s to %(end)s "
                "(8.2).",
                start=format_day(self.env, one),
                end=format_day(self.env, other),
            )
            for one, other in spans
        ]
        domain = [("scope_id", "=", self.scope_id.id)]
        return [
            self._gap_of(f"days_{number}", text, "asi.coc.period", domain)
            for number, text in enumerate(texts)
        ]

    def _get_certified_since(self):
        """Return the first day of the entity's CoC certificates, or ``None``."""
        scope = self.scope_id
        certificates = scope.certificate_id | scope.earlier_certificate_ids
        return min(filter(None, certificates.mapped("date_start")), default=None)

    def _get_open_periods(self, periods):
        """Periods whose balances are provisional; a note on what ends after the year.

        The balances of such a period are for the next report, which also makes good
        what was provisional of part g.
        """
        gaps, last = [], date(self.year, 12, 31)
        for period in periods.filtered(lambda one: one.state != "closed"):
            goes_on = period.date_end > last
            if goes_on:
                text = self.env._(
                    "Period %(period)s goes on after %(day)s: the shares of its "
                    "intra-entity flows are provisional, and made good in the next "
                    "report; its balances are reported there (1.7 d to g).",
                    period=period.display_name,
                    day=format_day(self.env, last),
                )
            else:
                text = self.env._(
                    "Period %(period)s is not closed: its balances are provisional "
                    "(8.7 to 8.9).",
                    period=period.display_name,
                )
            key = f"period_{period.id}"
            gaps += self._gap(key, text, "asi.coc.period", period, is_note=goes_on)
        return gaps

    # -- entries and documents -------------------------------------------------
    def _get_unclassified(self):
        entries = self.env["asi.coc.entry"]
        entries = entries.search(
            [
                ("id", "in", entries._get_unclassified_ids(self.scope_id)),
                ("date", "<=", date(self.year, 12, 31)),
            ]
        )
        return self._gap(
            "unclassified",
            self.env._(
                "%(count)s ledger entries are unclassified, and in no figure (8.1).",
                count=len(entries),
            ),
            "asi.coc.entry",
            entries,
        )

    def _get_claims(self):
        pickings = self.env["stock.picking"].search(self.scope_id._get_claims_domain())
        pickings = self._get_accounted(pickings)
        return self._gap(
            "claims",
            self.env._(
                "%(count)s receipts have a CoC claim that is not verified; they count "
                "as Non-CoC Material (10.2).",
                count=len(pickings),
            ),
            "stock.picking",
            pickings,
        )

    def _get_documents(self):
        documents = self.env["asi.coc.document"]
        found = documents.search(
            [
                ("scope_id", "=", self.scope_id.id),
                ("direction", "=", "issued"),
                ("state", "=", "issued"),
                ("date", ">=", date(self.year, 1, 1)),
                ("date", "<=", date(self.year, 12, 31)),
            ]
        )._get_contradicted()
        drafts = documents.search(
            [
                ("scope_id", "=", self.scope_id.id),
                ("direction", "=", "issued"),
                ("state", "=", "draft"),
                ("picking_ids.state", "=", "done"),
            ]
        )
        delivered = self._get_accounted(drafts.picking_ids)
        drafts = drafts.filtered(lambda one: one.picking_ids & delivered)
        return self._gap(
            "contradicted",
            self.env._(
                "%(count)s CoC Documents say another mass than the ledger (9.2, 9.6).",
                count=len(found),
            ),
            "asi.coc.document",
            found,
        ) + self._gap(
            "drafts",
            self.env._(
                "%(count)s CoC Documents for what was delivered as CoC Material are "
                "not issued yet (9.1).",
                count=len(drafts),
            ),
            "asi.coc.document",
            drafts,
        )

    def _get_scrap(self):
        scrap = self.env["asi.coc.scrap.to.assess"].search(
            [
                ("scope_id", "=", self.scope_id.id),
                ("date", ">=", date(self.year, 1, 1)),
                ("date", "<=", date(self.year, 12, 31)),
            ]
        )
        return self._gap(
            "scrap",
            self.env._(
                "%(count)s receipts of scrap are not assessed: their pre-consumer and "
                "post-consumer shares are unknown (1.7b, 4.2).",
                count=len(scrap),
            ),
            "asi.coc.scrap.to.assess",
            scrap,
        )

    # -- differences -----------------------------------------------------------
    def _get_drift(self, periods):
        drift = self.env["asi.coc.drift"].search(
            [
                ("period_id", "in", periods.ids),
                ("state", "=", "found"),
                "|",
                ("date", "=", False),
                ("date", "<=", date(self.year, 12, 31)),
            ]
        )
        # As last reconciled: a closed period was, when it was closed.
        rows = self.env["asi.coc.reconciliation"].search(
            [
                ("period_id", "in", periods.ids),
                ("is_beyond", "=", True),
                ("period_id.state", "!=", "closed"),
            ]
        )
        return self._gap(
            "drift",
            self.env._(
                "%(count)s findings of drift wait for a decision (8.1).",
                count=len(drift),
            ),
            "asi.coc.drift",
            drift,
        ) + self._gap(
            "reconciliation",
            self.env._(
                "%(count)s products or lots do not reconcile to stock (8.1).",
                count=len(rows),
            ),
            "asi.coc.reconciliation",
            rows,
        )

    def _get_contractor_gaps(self, periods):
        # Days after the year, of a period that goes on, are the next report's.
        last = date(self.year, 12, 31)
        statements = self.env["asi.coc.contractor.statement"].search(
            [
                ("period_id", "in", periods.ids),
                ("state", "!=", "confirmed"),
                ("date_start", "<=", last),
            ]
        )
        contractors = self.env["asi.coc.contractor"].search(
            [("scope_id", "=", self.scope_id.id), ("validity_ids", "!=", False)]
        )
        silent = contractors.filtered(
            lambda one: any(
                start <= last
                for period in periods
                if period.state != "closed"
                for start, _end in one._get_missing_windows(period)
            )
        )
        held = self.env["asi.coc.contractor.reconciliation"].search(
            [
                ("statement_id.period_id", "in", periods.ids),
                ("statement_id.date_start", "<=", last),
                ("state", "=", "held"),
            ]
        )
        return (
            self._gap(
                "statements",
                self.env._(
                    "%(count)s statements of contractors are not confirmed (2.3).",
                    count=len(statements),
                ),
                "asi.coc.contractor.statement",
                statements,
            )
            + self._gap(
                "contractors",
                self.env._(
                    "%(names)s did not report on all days (2.3).",
                    names=", ".join(silent.mapped("display_name")),
                ),
                "asi.coc.contractor",
                silent,
            )
            + self._gap(
                "held",
                self.env._(
                    "%(count)s differences with contractors are not resolved (2.4).",
                    count=len(held),
                ),
                "asi.coc.contractor.reconciliation",
                held,
            )
        )

    # -- opening ---------------------------------------------------------------
    def action_open_gap(self, key):
        """Open the records behind one line of what is missing."""
        self.ensure_one()
        for gap in self._get_report()["gaps"]:
            if gap["key"] == key:
                return {
                    "type": "ir.actions.act_window",
                    "name": gap["text"],
                    "res_model": gap["model"],
                    "views": [[False, "list"], [False, "form"]],
                    "domain": gap["domain"],
                    "context": {"create": False},
                }
        return False
