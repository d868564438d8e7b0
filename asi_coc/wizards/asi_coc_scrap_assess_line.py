from odoo import api, fields, models

from ..core.quantity import to_mass
from ..models.asi_coc_scrap_assessment import CONTENT_BASES, SPLIT_BASES

WHOLE = {
    "pre_consumer": "pre_percentage",
    "post_consumer": "post_percentage",
    "dross": "dross_percentage",
}


class AsiCocScrapAssessLine(models.TransientModel):
    _name = "asi.coc.scrap.assess.line"
    _description = "Scrap to Assess"

    wizard_id = fields.Many2one(
        "asi.coc.scrap.assess",
        required=True,
        ondelete="cascade",
        help="Assessment the row belongs to.",
    )
    move_id = fields.Many2one(
        "stock.move", required=True, ondelete="cascade", help="Received move."
    )
    reference = fields.Char(
        related="move_id.reference", string="Receipt", help="Receipt of the scrap."
    )
    product_id = fields.Many2one(
        related="move_id.product_id", help="Scrap that was received."
    )
    gross_mass = fields.Float(
        string="Gross (t)",
        digits=(16, 6),
        compute="_compute_gross_mass",
        help="Tonnes that came, with all that is not aluminium.",
    )
    entity_id = fields.Many2one(
        "res.partner",
        compute="_compute_entity",
        help="Entity that delivered.",
    )
    pre_percentage = fields.Integer(
        string="Pre-Consumer (%)",
        help="In percent of mass. Eligible by a verified CoC Document or a closed loop "
        "(4.2a).",
    )
    post_percentage = fields.Integer(
        string="Post-Consumer (%)",
        help="In percent of mass. Eligible with the supplier's due diligence (4.2b).",
    )
    dross_percentage = fields.Integer(
        string="Dross (%)",
        help="In percent of mass: dross and other aluminium-bearing waste. Eligible "
        "with the supplier's due diligence (4.2c).",
    )
    split_basis = fields.Selection(
        SPLIT_BASES,
        string="Told By",
        required=True,
        default="visual",
        help="How the parts were told; both ways allow steps of 25 %.",
    )
    confidence_ground = fields.Text(
        help="Why the parts are known to 10 % or 5 %: sorted on arrival, sampled, one "
        "known process … (4.2)."
    )
    content_basis = fields.Selection(
        CONTENT_BASES,
        string="Content Known By",
        required=True,
        default="product",
        help="As the product or lot says, estimated for this receipt, or analysed.",
    )
    aluminium_percentage = fields.Float(
        string="Aluminium (%)",
        digits=(5, 2),
        help="Aluminium content of this receipt, in percent of mass (8.3).",
    )
    due_diligence = fields.Boolean(
        string="Due Diligence Accepted",
        compute="_compute_entity",
        help="The supplier's due diligence was accepted on the day the scrap came.",
    )
    closed_loop_id = fields.Many2one(
        "asi.coc.closed.loop",
        compute="_compute_closed_loop_id",
        store=True,
        readonly=False,
        help="Closed loop through which the pre-consumer part came back (4.2a).",
    )
    loop_mass = fields.Float(
        string="Through the Loop (t)",
        digits=(16, 6),
        compute="_compute_loop_mass",
        store=True,
        readonly=False,
        help="Pre-consumer tonnes of aluminium that the loop makes eligible; never "
        "more than what was sent and has not come back.",
    )

    @api.depends("move_id")
    def _compute_gross_mass(self):
        for line in self:
            # sudo: the storekeeper sees what the receipt says
            move = line.sudo().move_id
            line.gross_mass = float(move._coc_get_gross_mass()) if move else 0

    @api.depends("move_id")
    def _compute_entity(self):
        # sudo: whoever may read the move sees who brought it, and whether due
        # diligence is accepted
        moves = self.move_id.sudo()
        facts = self.env["asi.coc.scrap.assessment"].sudo()._get_facts(moves)
        for line in self:
            move = line.move_id._origin.sudo()
            received = facts.get(move.id)
            entity = received and received.partner.commercial_partner_id
            line.entity_id = entity and entity.id
            line.due_diligence = bool(entity) and entity._coc_has_due_diligence(
                received.day, move.company_id
            )

    @api.depends("move_id", "pre_percentage")
    def _compute_closed_loop_id(self):
        # sudo: storekeepers use the loops that officers keep
        loops = (
            self.env["asi.coc.closed.loop"]
            .sudo()
            .search(
                [
                    ("partner_id", "in", self.entity_id.ids),
                    ("company_id", "in", self.move_id.sudo().company_id.ids),
                ]
            )
        )
        for line in self:
            company = line.move_id.sudo().company_id
            line.closed_loop_id = loops.filtered(
                lambda loop, line=line, company=company: line.pre_percentage
                and loop.partner_id == line.entity_id
                and loop.company_id == company
            )

    @api.depends(
        "closed_loop_id", "pre_percentage", "content_basis", "aluminium_percentage"
    )
    def _compute_loop_mass(self):
        assessments = self.env["asi.coc.scrap.assessment"]
        moves = self.wizard_id.line_ids.move_id or self.move_id
        facts = assessments._get_facts(moves.sudo())
        left = {}
        for line in self:
            loop, move = line.closed_loop_id.sudo(), line.move_id._origin
            if not loop or move.id not in facts:
                line.loop_mass = 0
                continue
            received = facts[move.id]
            day = received.day
            if (loop, day) not in left:
                left[loop, day] = loop._get_available(day, moves.ids)
            row = {
                "move": move,
                "pre_percentage": line.pre_percentage,
                "content_basis": line.content_basis,
                "aluminium_percentage": line.aluminium_percentage,
            }
            fitting = assessments._get_pre_consumer_mass(row, received.mass)
            taken = min(fitting, left[loop, day])
            left[loop, day] -= taken
            line.loop_mass = float(to_mass(taken))

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        # The row shows what the move says: only to whoever may read it.
        lines.move_id.check_access("read")
        return lines

    def write(self, vals):
        result = super().write(vals)
        if "move_id" in vals:
            self.move_id.check_access("read")
        return result

    @api.model
    def _get_proposals(self, moves):
        """Return values of one row per move: as assessed before, else as usual.

        Else as the supplier's last load of the product was, else by its form.
        """
        moves.check_access("read")
        assessments = self.env["asi.coc.scrap.assessment"].sudo()
        own = {
            one.move_id.id: one
            for one in assessments.search(
                [("move_id", "in", moves.ids), ("state", "=", "valid")]
            )
        }
        moves = moves.sudo()
        facts = assessments._get_facts(moves)
        partners = self.env["res.partner"].union(
            *(one.partner for one in facts.values())
        )
        last = {}
        for one in assessments.search_fetch(
            [
                ("product_id", "in", moves.product_id.ids),
                ("partner_id", "in", partners.ids),
                ("company_id", "in", moves.company_id.ids),
                ("state", "=", "valid"),
            ],
            order="id desc",
            limit=200,
        ):
            last.setdefault((one.product_id, one.partner_id, one.company_id), one)
        proposals = []
        for move in moves:
            received = facts.get(move.id)
            usual = received and last.get(
                (move.product_id, received.partner, move.company_id)
            )
            proposals.append(
                {
                    "move_id": move.id,
                    **self._get_split(move, own.get(move.id), usual),
                }
            )
        return proposals

    @api.model
    def _get_split(self, move, own, usual):
        template = own or usual
        if not template:
            name = WHOLE.get(move.product_id.coc_form_id.scrap_kind)
            return {name: 100} if name else {}
        names = [*WHOLE.values(), "split_basis", "confidence_ground"]
        values = {name: template[name] for name in names}
        if template.aluminium_percentage:
            values |= {
                # Another load's analysis is an estimate of this one.
                "content_basis": own.content_basis if own else "estimated",
                "aluminium_percentage": template.aluminium_percentage,
            }
        return values
