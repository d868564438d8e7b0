from datetime import date
from decimal import Decimal
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..core.quantity import ZERO, to_mass
from ..core.scrap import COARSE_STEP, FINE_STEP, split_problem
from ..formatting import format_day, format_number
from .contractor_query import comes_from_contractor

PARTS = ("pre_percentage", "post_percentage", "dross_percentage")


class Received(NamedTuple):
    """What the ledger has of a received move: its day, tonnes, and who brought it."""

    day: date
    mass: Decimal
    partner: models.Model


class AsiCocScrapAssessment(models.Model):
    """Assesses received scrap, and has the ledger follow (4.2, 8.3)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.scrap.assessment"

    @api.model
    def _assess(self, rows):
        """Assess received scrap; what was assessed before is replaced (4.2).

        ``rows`` are dicts of ``move`` and of the assessment's own fields: the
        three percentages, ``split_basis``, ``confidence_ground``,
        ``content_basis``, ``aluminium_percentage``, ``analysed_on``,
        ``evidence_ids`` and ``closed_loop_id`` with ``loop_mass`` (tonnes; what
        fits when it is ``None``). The number of queries does not depend on how
        many rows there are.

        Returns the assessments. Raises UserError naming receipt, value, rule and
        the way out.
        """
        moves = self.env["stock.move"].union(*(row["move"] for row in rows))
        self._check_assessor(moves)
        # sudo: whoever assesses need not read contacts, documents and the ledger
        moves = moves.sudo()
        facts = self._get_facts(moves)
        for row in rows:
            self._check_row(row, facts)
        # As sudo writes them: naming a file's id must not open it to others.
        self.env["ir.attachment"].browse(
            {file for row in rows for file in row.get("evidence_ids") or ()}
        ).check_access("read")
        before = self.sudo().search(
            [("move_id", "in", moves.ids), ("state", "=", "valid")]
        )
        loops = self.env["asi.coc.closed.loop"].sudo()
        loops = loops.union(*(row.get("closed_loop_id") or loops for row in rows))
        (loops | before.closed_loop_id)._lock()
        values = self._prepare(rows, facts)
        before.write({"state": "replaced"})
        before.flush_recordset(["state"])
        assessments = self.sudo().create(values)
        self._post(moves)
        assessments._settle_loop_mass()
        return assessments.with_env(self.env)

    @api.model
    def _check_assessor(self, moves):
        if not (self.env.su or self.env.user.has_group("asi_coc.group_user")):
            raise AccessError(
                self.env._(
                    "Only users of ASI CoC assess scrap (4.2): %(receipts)s.",
                    receipts=", ".join(moves.sudo().mapped("reference")),
                )
            )
        moves.check_access("read")

    @api.model
    def _get_facts(self, moves):
        """Return ``{move id: Received}`` of what the ledger has as input.

        Who brought it is who the ledger named first, whatever the receipt says now;
        where it named nobody, who was entered since.
        """
        for name in ("stock.move", "stock.move.line"):
            self.env[name].flush_model()
        self.env.cr.execute(
            SQL(
                """
                SELECT entry.move_id, (array_agg(entry.date ORDER BY entry.id DESC))[1],
                       COALESCE(sum(entry.mass) FILTER (
                           WHERE entry.status != 'unclassified'), 0)::text
                  FROM asi_coc_entry entry
                  JOIN stock_move move ON move.id = entry.move_id
                 WHERE entry.move_id = ANY(%s) AND entry.flow = 'input'
                   AND entry.material = 'scrap' AND NOT %s
              GROUP BY entry.move_id
                HAVING sum(entry.quantity) > 0 OR sum(entry.mass) > 0
                """,
                moves.ids,
                comes_from_contractor(SQL.identifier("move", "location_id")),
            )
        )
        rows = self.env.cr.fetchall()
        named = moves._coc_get_named_partners()
        facts = {}
        for move_id, day, mass in rows:
            move = moves.browse(move_id)
            partner = named.get(move) or move.picking_id.partner_id or move.partner_id
            facts[move_id] = Received(day, Decimal(mass), partner)
        return facts

    # -- checking -----------------------------------------------------------
    @api.model
    def _check_row(self, row, facts):
        move = row["move"].sudo()
        names = {
            "receipt": move.reference or move.display_name,
            "product": move.product_id.display_name,
        }
        if move.id not in facts:
            raise UserError(
                self.env._(
                    "%(product)s of %(receipt)s cannot be assessed: the ledger has no "
                    "scrap from outside the scope there (4.2). Assess a done receipt "
                    "of a product whose CoC Material is scrap.",
                    **names,
                )
            )
        self._check_split(row, names)
        self._check_content(row, move, names)
        loop = row.get("closed_loop_id")
        if loop and not row["pre_percentage"]:
            raise UserError(
                self.env._(
                    "%(product)s of %(receipt)s has no pre-consumer part, so closed "
                    "loop %(loop)s makes nothing of it eligible (4.2a). Leave the loop "
                    "empty.",
                    loop=loop.sudo().display_name,
                    **names,
                )
            )

    @api.model
    def _check_split(self, row, names):
        ground = (row.get("confidence_ground") or "").strip()
        found = split_problem([row[name] for name in PARTS], bool(ground))
        if not found:
            return
        rule, value = found
        if rule == "sum":
            message = self.env._(
                "The parts of %(product)s of %(receipt)s add up to %(value)s %%. They "
                "are 100 %% of the load (4.2).",
                value=value,
                **names,
            )
        elif rule == "range":
            message = self.env._(
                "%(value)s %% is no part of %(product)s of %(receipt)s: parts are "
                "between 0 and 100 %% (4.2).",
                value=value,
                **names,
            )
        elif ground:
            message = self.env._(
                "%(value)s %% of %(product)s of %(receipt)s is finer than a load can "
                "be told: use steps of %(step)s %% (4.2).",
                value=value,
                step=FINE_STEP,
                **names,
            )
        else:
            message = self.env._(
                "%(value)s %% of %(product)s of %(receipt)s: by visual inspection or "
                "the supplier's word parts are told in steps of %(step)s %% (4.2). For "
                "steps of 10 %% or 5 %% record the ground for confidence.",
                value=value,
                step=COARSE_STEP,
                **names,
            )
        raise UserError(message)

    @api.model
    def _check_content(self, row, move, names):
        basis, content = row["content_basis"], row.get("aluminium_percentage") or 0
        if basis == "product":
            return
        if not 0 < content <= 100:
            raise UserError(
                self.env._(
                    "%(content)s %% is no aluminium content of %(product)s of "
                    "%(receipt)s: it is above 0 and at most 100 %% (8.3).",
                    content=format_number(self.env, content),
                    **names,
                )
            )
        uoms = move.move_line_ids.product_uom_id
        if not all(move.product_id._coc_is_mass(uom) for uom in uoms):
            raise UserError(
                self.env._(
                    "%(product)s of %(receipt)s is counted in %(uom)s, which an "
                    "aluminium content of %(content)s %% does not turn into tonnes "
                    '(8.3). Choose "As on the Product": its net material mass, or '
                    "that of its lot, tells the aluminium in it.",
                    uom=", ".join(uoms.mapped("name")),
                    content=format_number(self.env, content),
                    **names,
                )
            )
        if basis == "analysed":
            self._check_analysis(row, names)

    @api.model
    def _check_analysis(self, row, names):
        day = fields.Date.to_date(row.get("analysed_on"))
        company = row["move"].sudo().company_id
        if not day or day > self.env["res.partner"]._coc_get_day(company):
            raise UserError(
                self.env._(
                    "%(day)s is no day of an analysis of %(product)s of %(receipt)s "
                    "(8.3). Enter the day the laboratory gives, or choose "
                    '"Estimated".',
                    day=format_day(self.env, day) if day else self.env._("Nothing"),
                    **names,
                )
            )
        if not row.get("evidence_ids"):
            raise UserError(
                self.env._(
                    "The analysis of %(product)s of %(receipt)s of %(day)s has no "
                    "laboratory report (8.3). Attach it as evidence, or choose "
                    '"Estimated".',
                    day=format_day(self.env, day),
                    **names,
                )
            )

    # -- writing ------------------------------------------------------------
    @api.model
    def _prepare(self, rows, facts):
        """Return the values of new assessments, once their loops are locked."""
        accepted = {}
        loops = self.env["asi.coc.closed.loop"]
        allocated = {"moves": [row["move"].id for row in rows]}
        values = []
        for row in rows:
            move = row["move"].sudo()
            received = facts[move.id]
            day, partner = received.day, received.partner
            company = move.company_id
            key = (partner.commercial_partner_id, company, day)
            if key not in accepted:
                accepted[key] = bool(partner) and partner._coc_has_due_diligence(
                    day, company
                )
            loop = (row.get("closed_loop_id") or loops).sudo()
            analysed = row["content_basis"] == "analysed"
            by_product = row["content_basis"] == "product"
            values.append(
                {
                    "move_id": move.id,
                    "picking_id": move.picking_id.id,
                    "partner_id": partner.id,
                    "product_id": move.product_id.id,
                    "company_id": move.company_id.id,
                    "date": day,
                    **{name: row[name] for name in PARTS},
                    "split_basis": row["split_basis"],
                    "confidence_ground": row.get("confidence_ground"),
                    "content_basis": row["content_basis"],
                    "aluminium_percentage": 0
                    if by_product
                    else row["aluminium_percentage"],
                    "analysed_on": analysed and row["analysed_on"],
                    "evidence_ids": [
                        fields.Command.set(list(row.get("evidence_ids") or ()))
                    ],
                    "due_diligence": accepted[key],
                    "closed_loop_id": loop.id,
                    "loop_mass": loop._allocate(
                        move,
                        received,
                        row.get("loop_mass"),
                        self._get_pre_consumer_mass(row, received.mass),
                        allocated,
                    )
                    if loop
                    else 0,
                }
            )
        return values

    @api.model
    def _get_pre_consumer_mass(self, row, mass):
        """Return the pre-consumer part of a row, of ``mass`` counted so far (t)."""
        if row["content_basis"] != "product":
            content = Decimal(str(row["aluminium_percentage"]))
            mass = row["move"].sudo()._coc_get_gross_mass() * content / 100
        return to_mass(mass * row["pre_percentage"] / 100)

    @api.model
    def _post(self, moves):
        """Have the ledger follow the assessments of ``moves`` and their returns."""
        moves = (moves | moves.returned_move_ids).filtered(
            lambda move: move.state == "done"
        )
        self.env["asi.coc.entry"]._post_moves(moves)

    @api.model
    def _refresh_masses(self, moves):
        """Tell what the ledger counts of assessed ``moves`` after a posting (tonnes).

        Only the posting calls this.
        """
        self.env.cr.execute(
            SQL(
                """
                UPDATE asi_coc_scrap_assessment assessment
                   SET mass = counted.mass, eligible_mass = counted.eligible_mass
                  FROM (
                    SELECT move_id, sum(mass) AS mass,
                           COALESCE(sum(mass) FILTER (WHERE status = 'coc'), 0)
                               AS eligible_mass
                      FROM asi_coc_entry
                     WHERE move_id = ANY(%s) AND flow = 'input'
                       AND material = 'scrap' AND status != 'unclassified'
                  GROUP BY move_id
                  ) AS counted
                 WHERE assessment.move_id = counted.move_id
                   AND assessment.state = 'valid'
                """,
                moves.ids,
            )
        )
        self.invalidate_model(["mass", "eligible_mass"])

    def _settle_loop_mass(self):
        """Keep of a closed loop what the load's pre-consumer part takes (4.2a)."""
        looped = self.filtered("closed_loop_id")
        groups = (
            self.env["asi.coc.entry"]
            .sudo()
            ._read_group(
                [
                    ("move_id", "in", looped.move_id.ids),
                    ("closed_loop_id", "!=", False),
                ],
                ["move_id"],
                ["mass:sum"],
            )
        )
        taken = {move.id: mass for move, mass in groups}
        for one in looped.filtered("mass"):
            mass = to_mass(taken.get(one.move_id.id, ZERO))
            # A verified document takes the place of the loop, and may be withdrawn.
            if mass and mass < to_mass(one.loop_mass):
                one.loop_mass = float(mass)

    def _get_loop_contributions(self):
        """Return ``{assessment id: tonnes through its loop}``, returns taken off."""
        entries = self.env["asi.coc.entry"].sudo()
        domain = [("closed_loop_id", "in", self.closed_loop_id.ids)]
        masses = {}
        for move, mass in entries._read_group(domain, ["move_id"], ["mass:sum"]):
            masses[move.id] = masses.get(move.id, ZERO) + to_mass(mass)
            origin = move.origin_returned_move_id.id
            masses[origin] = masses.get(origin, ZERO) + to_mass(mass)
        return {one.id: masses.get(one.move_id.id, ZERO) for one in self}

    def _replace_loop_mass(self, mass, note):
        """Put a new assessment in force, with ``mass`` tonnes through the loop."""
        self.ensure_one()
        values = self.copy_data()[0]
        self.state = "replaced"
        self.flush_recordset(["state"])
        return self.create(
            {
                **values,
                "loop_mass": mass,
                "note": note,
                "evidence_ids": [fields.Command.set(self.evidence_ids.ids)],
            }
        )
