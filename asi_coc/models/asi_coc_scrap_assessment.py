from odoo import api, fields, models
from odoo.exceptions import UserError

from .asi_coc_form import SCRAP_KINDS

SPLIT_BASES = [
    ("visual", "Visual Inspection"),
    ("supplier", "Supplier's Information"),
]
CONTENT_BASES = [
    ("product", "As on the Product"),
    ("estimated", "Estimated"),
    ("analysed", "After Analysis"),
]


class AsiCocScrapAssessment(models.Model):
    """What one received move of scrap is, and what of it is eligible (4.2, 8.3).

    Nobody changes an assessment: assessing again makes a new one in force, and
    the one before stays on file. The posting reads the one in force.
    """

    _name = "asi.coc.scrap.assessment"
    _description = "Assessment of Received Scrap"
    _inherit = ["asi.coc.protected", "asi.coc.evidence"]
    _order = "date desc, id desc"
    _coc_evidence_criteria = "4.2"

    move_id = fields.Many2one(
        "stock.move",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
        help="Received move that was assessed.",
    )
    picking_id = fields.Many2one(
        "stock.picking",
        string="Receipt",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        help="Receipt of the scrap.",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Supplier",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        help="Who delivered the scrap.",
    )
    product_id = fields.Many2one(
        "product.product",
        required=True,
        readonly=True,
        ondelete="restrict",
        help="Scrap that was received.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        ondelete="restrict",
        help="Entity that received the scrap.",
    )
    date = fields.Date(
        string="Received On",
        required=True,
        readonly=True,
        help="Day on which the scrap came; due diligence counts as of this day.",
    )
    state = fields.Selection(
        [
            ("valid", "In Force"),
            ("replaced", "Replaced"),
            ("withdrawn", "Withdrawn"),
        ],
        required=True,
        readonly=True,
        default="valid",
        help="In force: the ledger follows it. Replaced: the scrap was assessed again. "
        "Withdrawn: the scrap counts as if it had never been assessed.",
    )
    pre_percentage = fields.Integer(
        string="Pre-Consumer (%)",
        readonly=True,
        help="Part that is pre-consumer scrap, in percent of mass. It is eligible by a "
        "verified CoC Document or a closed loop only (4.2a).",
    )
    post_percentage = fields.Integer(
        string="Post-Consumer (%)",
        readonly=True,
        help="Part that is post-consumer scrap, in percent of mass. It is eligible "
        "when the supplier's due diligence was accepted on the day it came (4.2b).",
    )
    dross_percentage = fields.Integer(
        string="Dross (%)",
        readonly=True,
        help="Part that is dross or other aluminium-bearing waste, in percent of mass. "
        "Eligible as post-consumer scrap is (4.2c).",
    )
    kind = fields.Selection(
        [*SCRAP_KINDS, ("mixed", "Mixed")],
        compute="_compute_kind",
        store=True,
        help="What the scrap is; mixed where it is of several kinds.",
    )
    split_basis = fields.Selection(
        SPLIT_BASES,
        string="Told By",
        required=True,
        readonly=True,
        help="How the parts were told: both ways allow steps of 25 % (4.2).",
    )
    confidence_ground = fields.Text(
        readonly=True,
        help="Why the parts are known better than to 25 %: it allows steps of 10 % or "
        "5 % (4.2).",
    )
    content_basis = fields.Selection(
        CONTENT_BASES,
        string="Content Known By",
        required=True,
        readonly=True,
        help="Scrap counts by the aluminium in it: as the product or lot says, as it "
        "was estimated on arrival, or as it was analysed (8.3).",
    )
    aluminium_percentage = fields.Float(
        string="Aluminium Content (%)",
        digits=(5, 2),
        readonly=True,
        help="Aluminium content of this receipt, in percent of mass; zero where the "
        "product or lot says it.",
    )
    analysed_on = fields.Date(
        readonly=True, help="Day of the analysis that the aluminium content is from."
    )
    due_diligence = fields.Boolean(
        string="Due Diligence Accepted",
        readonly=True,
        help="The supplier's due diligence was accepted on the day the scrap came. "
        "What came then stays eligible, whatever becomes of the supplier (4.2b, c).",
    )
    closed_loop_id = fields.Many2one(
        "asi.coc.closed.loop",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        help="Closed loop through which own CoC Material came back (4.2a).",
    )
    loop_mass = fields.Float(
        string="Through the Closed Loop (t)",
        digits=(16, 6),
        readonly=True,
        help="Pre-consumer scrap, in tonnes, that the closed loop makes eligible.",
    )
    mass = fields.Float(
        string="Received (t)",
        digits=(16, 6),
        readonly=True,
        help="Tonnes of aluminium that came in, as the ledger counts them.",
    )
    eligible_mass = fields.Float(
        string="Eligible (t)",
        digits=(16, 6),
        readonly=True,
        help="Tonnes of it that the ledger counts as Eligible Scrap, by this "
        "assessment and by a verified CoC Document.",
    )
    eligible_percentage = fields.Float(
        string="Eligible (%)",
        digits=(5, 2),
        compute="_compute_eligible_percentage",
        help="Eligible part of what came in.",
    )
    note = fields.Text(
        readonly=True, help="Why the assessment was made anew, where nobody made it."
    )
    withdrawn_by_id = fields.Many2one(
        "res.users", readonly=True, ondelete="restrict", help="Who withdrew it."
    )
    withdrawn_on = fields.Datetime(readonly=True, help="When it was withdrawn.")

    _in_force = models.UniqueIndex(
        "(move_id) WHERE state = 'valid'",
        "The scrap was assessed by somebody else at the same moment. Look again.",
    )
    _whole = models.Constraint(
        "CHECK (pre_percentage >= 0 AND post_percentage >= 0"
        " AND dross_percentage >= 0"
        " AND pre_percentage + post_percentage + dross_percentage = 100)",
        "The parts of a load add up to 100 % (4.2).",
    )
    _content = models.Constraint(
        "CHECK (aluminium_percentage >= 0 AND aluminium_percentage <= 100)",
        "The aluminium content is between 0 and 100 percent (8.3).",
    )
    _loop_mass_positive = models.Constraint(
        "CHECK (loop_mass IS NULL OR loop_mass >= 0)",
        "What a closed loop makes eligible cannot be negative (4.2a).",
    )
    _supplier = models.Index("(product_id, partner_id, id DESC) WHERE state = 'valid'")

    @api.depends("pre_percentage", "post_percentage", "dross_percentage")
    def _compute_kind(self):
        for one in self:
            whole = {
                one.pre_percentage: "pre_consumer",
                one.post_percentage: "post_consumer",
                one.dross_percentage: "dross",
            }
            one.kind = whole.get(100, "mixed")

    @api.depends("mass", "eligible_mass")
    def _compute_eligible_percentage(self):
        for one in self:
            one.eligible_percentage = (
                100 * one.eligible_mass / one.mass if one.mass else 0
            )

    @api.depends("picking_id", "product_id", "move_id")
    def _compute_display_name(self):
        for one in self:
            # sudo: only the name of the receipt
            reference = one.sudo().move_id.reference
            one.display_name = ", ".join(
                filter(None, (reference, one.product_id.display_name))
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_on_file(self):
        for one in self:
            raise UserError(
                self.env._(
                    "The assessment of %(name)s stays on file (1.6, 4.2). Withdraw it, "
                    "or assess the scrap again.",
                    name=one.display_name,
                )
            )

    def _filter_evidence_kept(self):
        return self

    # -- actions ------------------------------------------------------------
    def action_withdraw(self):
        """Let the ledger count the scrap as if it had never been assessed (4.2).

        Raises UserError for an assessment that is not in force, and for users
        who may not assess.
        """
        self._check_assessor(self.move_id)
        for one in self:
            if one.state != "valid":
                raise UserError(
                    self.env._(
                        "The assessment of %(name)s is not in force any more; there is "
                        "nothing to withdraw.",
                        name=one.display_name,
                    )
                )
        # sudo: assessments are written by these methods only
        own = self.sudo()
        own.write(
            {
                "state": "withdrawn",
                "withdrawn_by_id": self.env.uid,
                "withdrawn_on": fields.Datetime.now(),
            }
        )
        own._post(own.move_id)
        return True

    def action_assess_again(self):
        """Open the wizard for the scrap of this assessment."""
        return self._action_assess(self.move_id)

    @api.model
    def _action_assess(self, moves):
        """Return the action that asks what the scrap of ``moves`` is (4.2)."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Assess Scrap"),
            "res_model": "asi.coc.scrap.assess",
            "view_mode": "form",
            "target": "new",
            "context": {"default_move_ids": moves.ids, "dialog_size": "extra-large"},
        }

    def action_open_entries(self):
        """Open the ledger entries of the received scrap and its returns."""
        self.ensure_one()
        # sudo: only ids are read
        moves = self.sudo().move_id
        return self.env["asi.coc.entry"]._action_open(
            [("move_id", "in", (moves | moves.returned_move_ids).ids)],
            self.display_name,
        )

    def action_open_receipt(self):
        """Open the receipt."""
        self.ensure_one()
        return self.picking_id.get_formview_action()
