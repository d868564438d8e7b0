from datetime import datetime, time, timedelta
from decimal import Decimal

from pytz import timezone, utc

from odoo import models
from odoo.fields import Domain

from ..core.quantity import ZERO, to_mass
from ..formatting import format_number
from .asi_coc_contractor_reconciliation import OWN, REPORTED_NAMES
from .contractor_posting_query import held_query
from .contractor_query import handled_query
from .posting_query import READ_MODELS


class AsiCocContractorStatement(models.Model):
    """Reconciles a statement with the entity's own moves (2.4)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.contractor.statement"

    def action_reconcile(self):
        """Compare again with the moves as they are now (2.4)."""
        self.check_access("write")
        self._check_open()
        # sudo: figures are written by the system only
        self.sudo()._reconcile()
        return True

    def _get_handled(self):
        """Return what was handled per material, from done moves, as dicts (tonnes)."""
        self.ensure_one()
        if not self.contractor_id.location_ids:
            return []
        self.env.flush_all()
        self.env.cr.execute(handled_query(self.env, self))
        return self.env.cr.dictfetchall()

    def _reconcile(self):
        """Compare, and once confirmed have differences held and made errors of."""
        rows = self.env["asi.coc.contractor.reconciliation"].sudo()
        for statement in self.sudo():
            handled = {row["material"]: row for row in statement._get_handled()}
            reported = statement._get_reported()
            known = {row.material: row for row in statement.reconciliation_ids}
            for material in sorted(handled.keys() | reported.keys() | known.keys()):
                figures = statement._compare(
                    handled.get(material, {}), reported.get(material, {})
                )
                row = known.get(material)
                before = row and to_mass(row.difference)
                if row:
                    row.write(figures)
                else:
                    row = rows.create(
                        {"statement_id": statement.id, "material": material, **figures}
                    )
                statement._judge(row, before)
            statement._post_held()

    def _get_reported(self):
        """Return ``{material: {figure: tonnes}}`` of the statement's lines."""
        groups = self.env["asi.coc.contractor.statement.line"]._read_group(
            [("statement_id", "=", self.id)],
            ["material"],
            [
                "received_mass:sum",
                "returned_mass:sum",
                "delivered_mass:sum",
                "loss_mass:sum",
                "closing_mass:sum",
            ],
        )
        return {
            material: {
                f"reported_{name}": to_mass(mass)
                for name, mass in zip(REPORTED_NAMES, masses, strict=True)
            }
            for material, *masses in groups
        }

    def _compare(self, handled, reported):
        """Return the figures of one material: ours, theirs, and the difference.

        In tonnes: opening + sent − returned − delivered − expected loss is the stock
        that should be there.
        """
        own = {name: to_mass(handled.get(name)) for name in OWN}
        theirs = {
            f"reported_{name}": reported.get(f"reported_{name}", ZERO)
            for name in REPORTED_NAMES
        }
        percent = Decimal(100)
        loss = to_mass(own["own_consumed"] * to_mass(self.expected_loss) / percent)
        given = own["own_opening"] + own["own_sent"]
        if not own["own_consumed"]:
            # made of another material: the work gives it …
            given += own["own_produced"]
        elif not own["own_produced"]:
            # … and takes what it is made of
            loss = own["own_consumed"]
        expected = given - own["own_returned"] - own["own_delivered"] - loss
        gaps = (
            expected - theirs["reported_closing"],
            own["own_sent"] - theirs["reported_received"],
            own["own_returned"] - theirs["reported_returned"],
            own["own_delivered"] - theirs["reported_delivered"],
        )
        figures = {
            **own,
            **theirs,
            "expected_loss": loss,
            "expected_closing": expected,
            "difference": max(gaps, key=abs),
            "stock_difference": own["own_closing"] - theirs["reported_closing"],
            "allowed": to_mass(given * to_mass(self.tolerance) / percent),
        }
        return {name: float(mass) for name, mass in figures.items()}

    def _judge(self, row, before):
        """Say what becomes of the difference; one that changed is not resolved.

        ``before`` is the difference that was resolved, or none (tonnes).
        """
        if row.state == "released":
            if before == to_mass(row.difference):
                return
            row.write(
                {
                    "state": "beyond",
                    "error_id": False,
                    "released_by_id": False,
                    "released_on": False,
                    "release_reason": False,
                }
            )
        beyond = abs(to_mass(row.difference)) > to_mass(row.allowed)
        mass = min(
            abs(to_mass(row.difference)),
            to_mass(row.own_opening) + to_mass(row.own_sent),
        )
        if not beyond:
            row.write({"state": "agrees", "held_mass": 0})
        elif self.state != "confirmed":
            row.write({"state": "beyond", "held_mass": 0})
        else:
            row.write({"state": "held", "held_mass": float(max(mass, ZERO))})
            if not row.error_id:
                row.error_id = self._record_difference(row)

    def _record_difference(self, row):
        labels = dict(row._fields["material"]._description_selection(self.env))
        return self.env["asi.coc.error"]._record(
            {
                "scope_id": self.scope_id.id,
                "criterion": "2.5",
                "kind": "contractor_error",
                "partner_id": self.partner_id.id,
                "found_on": self.scope_id._get_today(),
                "found": self.env._(
                    "%(statement)s: %(material)s differs by %(difference)s t, more "
                    "than the tolerance of %(allowed)s t (2.4). Expected in stock: "
                    "%(expected)s t, reported: %(reported)s t.",
                    statement=self.display_name,
                    material=labels[row.material],
                    difference=format_number(self.env, row.difference),
                    allowed=format_number(self.env, row.allowed),
                    expected=format_number(self.env, row.expected_closing),
                    reported=format_number(self.env, row.reported_closing),
                ),
            }
        )

    # -- the ledger -------------------------------------------------------------------
    def _post_held(self):
        """Hold the CoC status of differences back in the ledger, or release it (2.4).

        What is held counts as Non-CoC input in place of CoC input. Posting again
        posts nothing.
        """
        # sudo: the ledger is the system's
        entries = self.env["asi.coc.entry"].sudo()
        for statement in self.sudo():
            scopes = self.env["asi.coc.scope"]._get_active(statement.company_id)
            rows = [
                (row.material, str(to_mass(row.held_mass)))
                for row in statement.reconciliation_ids
            ]
            contractor = statement.contractor_id
            if (
                not rows
                or statement.scope_id not in scopes
                or not (contractor.location_ids)
            ):
                continue
            for name in READ_MODELS:
                self.env[name].flush_model()
            self.env["asi.coc.period"]._lock_for_posting(scopes)
            entries._insert(held_query(statement, scopes, rows))

    # -- opening -------------------------------------------------------------------
    def _get_lines_domain(self, material, sign, usages):
        """Return which done move lines make up a figure of the reconciliation."""
        sites = self.contractor_id.location_ids.ids
        zone = timezone(self.scope_id.tz)
        start, end = (
            zone.localize(datetime.combine(day, time.min))
            .astimezone(utc)
            .replace(tzinfo=None)
            for day in (self.date_start, self.date_end + timedelta(days=1))
        )
        coming = Domain("location_dest_id", "child_of", sites) & ~Domain(
            "location_id", "child_of", sites
        )
        going = Domain("location_id", "child_of", sites) & ~Domain(
            "location_dest_id", "child_of", sites
        )
        if usages:
            coming &= Domain("location_id.usage", "in", usages)
            going &= Domain("location_dest_id.usage", "in", usages)
        ways = {1: coming, -1: going}
        return (
            ways.get(sign, coming | going)
            & Domain("state", "=", "done")
            & Domain("company_id", "=", self.company_id.id)
            & Domain("product_id.coc_material", "=", material)
            & Domain("date", ">=", start)
            & Domain("date", "<", end)
        )
