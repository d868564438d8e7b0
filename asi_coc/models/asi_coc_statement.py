from decimal import Decimal
from uuid import uuid4

from odoo import api, models
from odoo.tools import SQL

from ..core.balance import net_flows_by_claim
from ..core.dross import REMELTING
from ..core.quantity import ZERO, Ratio, to_mass
from ..reports.statement_workbook import StatementWorkbook
from .asi_coc_balance import MASS_FIELDS, RATE_FIELDS

#: Rows fetched from the ledger at a time.
BATCH = 5000
#: Ledger flows that a statement lists by material, form and status.
LISTED_FLOWS = {
    "input": "inputs",
    "output": "outputs",
    "consumption": "manufacturing",
    "production": "manufacturing",
}


class AsiCocStatement(models.AbstractModel):
    """The statement of a Material Accounting Period, for PDF and XLSX alike."""

    _name = "asi.coc.statement"
    _description = "Statement of a Material Accounting Period"

    @api.model
    def _get_statement(self, period):
        """Return the statement of ``period`` as a plain dict (8.3 to 8.9).

        Masses are tonnes and shares percent, as Decimal; zero is zero. Figures
        are live for an open period and as frozen by its closing for a closed
        one::

            {
                "scope", "entity", "certificate", "period": str,
                "date_start", "date_end": date,
                "state": code of the period's state,
                "closed_by", "explanation": str or "",
                "closed_on": datetime in UTC or None, "version": int or None,
                "activities": [{  # upstream first
                    "code", "name": str,
                    "figures": {name of the balance's field: Decimal},
                    "inputs", "outputs", "manufacturing": [
                        {"flow", "material", "status": code,
                         "form": str, "mass": Decimal}],
                    "intra_entity_in", "intra_entity_out": [
                        {"code", "name": of the other activity,
                         "mass", "coc_mass": Decimal}],
                }],
            }

        Raises AccessError when the user may not read the period.
        """
        period.ensure_one()
        period.check_access("read")
        closing = period._get_closing()
        return {
            "scope": period.scope_id.name,
            "entity": period.company_id.name,
            "certificate": period.scope_id.certificate_id.number or "",
            "period": period.name,
            "date_start": period.date_start,
            "date_end": period.date_end,
            "state": period.state,
            "closed_by": closing.closed_by_id.name or "",
            "closed_on": closing.closed_on or None,
            "version": closing.version or None,
            "explanation": closing.explanation or "",
            "activities": self._get_activities(period),
        }

    def _get_activities(self, period):
        figures = period._get_figures()
        rows = self._get_rows(period)
        activities = period.balance_ids.sorted("sequence").activity_id
        listed = {
            activity.code: {
                "code": activity.code,
                "name": activity.name,
                "figures": {
                    name: Decimal(str(figures.get(activity.code, {}).get(name, 0)))
                    for name in MASS_FIELDS + RATE_FIELDS
                },
                "inputs": [],
                "outputs": [],
                "manufacturing": [],
                "intra_entity_in": [],
                "intra_entity_out": [],
            }
            for activity in activities
        }
        for row in rows:
            if row["flow"] in LISTED_FLOWS and row["activity"] in listed:
                own = listed[row["activity"]][LISTED_FLOWS[row["flow"]]]
                own.append(
                    {key: row[key] for key in ("flow", "material", "status", "form")}
                    | {"mass": row["mass"]}
                )
        self._add_intra_entity(listed, rows, activities)
        self._add_dross(listed, period)
        return list(listed.values())

    def _get_rows(self, period):
        """Sum the period's entries in PostgreSQL, with the reader's own rights."""
        groups = self.env["asi.coc.entry"]._read_group(
            [
                ("period_id", "=", period.id),
                ("flow", "in", [*LISTED_FLOWS, "intra_entity_out"]),
                ("status", "!=", "unclassified"),
            ],
            [
                "activity_id",
                "counterpart_activity_id",
                "flow",
                "status",
                "material",
                "form_id",
                "scrap_kind",
            ],
            ["mass:sum"],
            having=[("mass:sum", "!=", 0)],
        )
        kinds = dict(
            self.env["asi.coc.entry"]
            ._fields["scrap_kind"]
            ._description_selection(self.env)
        )
        rows = [
            {
                "activity": activity.code,
                "counterpart": counterpart.code,
                "flow": flow,
                "status": status,
                "material": material,
                "form": ": ".join(filter(None, (form.name, kinds.get(kind)))),
                "mass": to_mass(mass),
            }
            for (
                activity,
                counterpart,
                flow,
                status,
                material,
                form,
                kind,
                mass,
            ) in groups
        ]
        return sorted(
            rows,
            key=lambda row: (row["flow"], row["material"], row["form"], row["status"]),
        )

    def _add_intra_entity(self, listed, rows, activities):
        """Add flows between activities, net per pair, with their CoC part (8.4).

        What went against the chain, or left a facility that was not certified,
        carries no claim, as in the balance.
        """
        materials = {
            activity.code: (activity.input_material, activity.output_material)
            for activity in activities
        }
        sent, without = {}, {}
        for row in rows:
            pair = (row["activity"], row["counterpart"])
            if row["flow"] != "intra_entity_out" or not set(pair) <= materials.keys():
                continue
            (_taken, put_out), (taken_in, _put) = (materials[code] for code in pair)
            if put_out == row["material"] == taken_in:
                kind = without if row["status"] == "non_coc" else sent
                kind[pair] = kind.get(pair, ZERO) + row["mass"]
        claimed, unclaimed = net_flows_by_claim(sent, without)
        for origin, target in claimed | unclaimed:
            figures = listed[origin]["figures"]
            share = Ratio(figures["intra_entity_out"], figures["intra_entity_outflow"])
            mass = claimed.get((origin, target), ZERO)
            coc_mass = share.of(mass)
            mass += unclaimed.get((origin, target), ZERO)
            for code, other, key in (
                (origin, target, "intra_entity_out"),
                (target, origin, "intra_entity_in"),
            ):
                listed[code][key].append(
                    {
                        "code": other,
                        "name": listed[other]["name"],
                        "mass": mass,
                        "coc_mass": coc_mass,
                    }
                )

    def _add_dross(self, listed, period):
        """Add dross of other activities where it is re-melted (4.2c).

        Net per activity it came from, with its part of what is own and so eligible;
        that activity's account does not have it.
        """
        if REMELTING not in listed:
            return
        masses = {}
        for total in self.env["asi.coc.total"]._get_totals(period):
            if total.dross and total.activity == REMELTING:
                sign = {"intra_entity_in": 1, "intra_entity_out": -1}.get(total.flow, 0)
                origin = total.counterpart
                masses[origin] = masses.get(origin, ZERO) + sign * total.mass
        arrived = {code: mass for code, mass in masses.items() if mass > 0}
        remelter = listed[REMELTING]
        share = Ratio(remelter["figures"]["own_dross"], sum(arrived.values(), ZERO))
        remelter["intra_entity_in"] += [
            {
                "code": origin,
                "name": self.env._("%s: dross", listed[origin]["name"]),
                "mass": mass,
                "coc_mass": share.of(mass),
            }
            for origin, mass in arrived.items()
        ]

    # -- spreadsheet --------------------------------------------------------
    @api.model
    def _write_xlsx(self, period, file):
        """Write the statement and the period's ledger to ``file`` as XLSX.

        ``file`` is a path or a binary file open for writing. Memory stays the
        same however many entries the period has. Raises AccessError when the
        user may not read the period or its entries.
        """
        statement = self._get_statement(period)
        self.env["asi.coc.entry"].check_access("read")
        with StatementWorkbook(self.env, file) as workbook:
            workbook.write_balances(statement)
            workbook.write_flows(statement)
            workbook.write_ledger(
                self._iter_ledger(period), period.company_id.currency_id.name
            )

    @api.model
    def _get_filename(self, period):
        """Return the name of the period's statement file, without extension."""
        return f"CoC Statement {period.display_name}".replace("/", "-")

    def _iter_ledger(self, period):
        """Yield the period's entries as tuples, oldest first.

        In the order of the workbook's ledger columns; masses are tonnes.
        """
        self.env.flush_all()
        # A cursor on the server: the client never holds more than one batch.
        name = SQL.identifier(f"asi_coc_ledger_{uuid4().hex}")
        self.env.cr.execute(
            SQL("DECLARE %s NO SCROLL CURSOR FOR %s", name, self._ledger_query(period))
        )
        while True:
            self.env.cr.execute(SQL("FETCH %s FROM %s", SQL(str(BATCH)), name))
            rows = self.env.cr.fetchall()
            yield from rows
            if len(rows) < BATCH:
                break
        self.env.cr.execute(SQL("CLOSE %s", name))

    def _ledger_query(self, period):
        # The search applies the reader's record rules.
        entries = self.env["asi.coc.entry"]._search([("period_id", "=", period.id)])

        def translated(alias):
            column = SQL.identifier(alias, "name")
            lang = self.env.lang or "en_US"
            return SQL("COALESCE(%s ->> %s, %s ->> 'en_US')", column, lang, column)

        return SQL(
            """
            SELECT entry.id, entry.date, entry.late, entry.flow, entry.status,
                   entry.reason, %(activity)s, %(counterpart)s, facility.name,
                   entry.material, %(form)s, product.default_code, %(template)s,
                   lot.name, entry.mass, entry.mass_basis, entry.quantity, %(uom)s,
                   entry.value, picking.name, production.name, partner.name,
                   document.name, closing.version, entry.corrects_id,
                   entry.content_hash
              FROM (%(entries)s) AS entry
         LEFT JOIN asi_coc_activity activity ON activity.id = entry.activity_id
         LEFT JOIN asi_coc_activity counterpart
                ON counterpart.id = entry.counterpart_activity_id
         LEFT JOIN asi_coc_facility facility ON facility.id = entry.facility_id
         LEFT JOIN asi_coc_form form ON form.id = entry.form_id
         LEFT JOIN product_product product ON product.id = entry.product_id
         LEFT JOIN product_template template ON template.id = product.product_tmpl_id
         LEFT JOIN stock_lot lot ON lot.id = entry.lot_id
         LEFT JOIN uom_uom uom ON uom.id = entry.uom_id
         LEFT JOIN stock_picking picking ON picking.id = entry.picking_id
         LEFT JOIN mrp_production production ON production.id = entry.production_id
         LEFT JOIN res_partner partner ON partner.id = entry.partner_id
         LEFT JOIN asi_coc_document document ON document.id = entry.document_id
         LEFT JOIN asi_coc_closing closing ON closing.id = entry.closing_id
          ORDER BY entry.date, entry.id
            """,
            activity=translated("activity"),
            counterpart=translated("counterpart"),
            form=translated("form"),
            template=translated("template"),
            uom=translated("uom"),
            entries=entries.select(SQL("asi_coc_entry.*")),
        )
