from odoo import Command, api, fields, models


class AsiCocScrapAssess(models.TransientModel):
    _name = "asi.coc.scrap.assess"
    _description = "Assess Scrap"

    line_ids = fields.One2many(
        "asi.coc.scrap.assess.line",
        "wizard_id",
        string="Scrap",
        help="One row per received move.",
    )
    analysed_on = fields.Date(
        help="Day of the analysis that the aluminium contents are from."
    )
    evidence_ids = fields.Many2many(
        "ir.attachment",
        string="Evidence",
        help="Laboratory report, pictures, the supplier's statement. An analysis needs "
        "its report (8.3).",
    )
    has_analysis = fields.Boolean(
        compute="_compute_has_analysis", help="Some content is from an analysis."
    )

    has_loop = fields.Boolean(
        compute="_compute_has_loop", help="Some supplier has a closed loop."
    )

    @api.depends("line_ids.entity_id")
    def _compute_has_loop(self):
        for wizard in self:
            # sudo: storekeepers use the loops that officers keep
            loops = self.env["asi.coc.closed.loop"].sudo()
            wizard.has_loop = bool(
                loops.search_count(
                    [
                        ("partner_id", "in", wizard.line_ids.entity_id.ids),
                        ("company_id", "in", self.env.companies.ids),
                    ],
                    limit=1,
                )
            )

    @api.depends("line_ids.content_basis")
    def _compute_has_analysis(self):
        for wizard in self:
            wizard.has_analysis = "analysed" in wizard.line_ids.mapped("content_basis")

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        moves = self.env["stock.move"].browse(
            self.env.context.get("default_move_ids") or ()
        )
        if "line_ids" in fields and moves:
            lines = self.env["asi.coc.scrap.assess.line"]
            values["line_ids"] = [
                Command.create(row) for row in lines._get_proposals(moves)
            ]
        return values

    def action_assess(self):
        """Put the assessments in force; the ledger follows (4.2, 8.3)."""
        self.ensure_one()
        # Files would go with the wizard when Odoo tidies it up.
        own = self.evidence_ids.filtered(lambda one: one.res_model == self._name)
        own.write({"res_model": False, "res_id": 0})
        self.env["asi.coc.scrap.assessment"]._assess(
            [
                {
                    "move": line.move_id,
                    **{
                        name: line[name]
                        for name in (
                            "pre_percentage",
                            "post_percentage",
                            "dross_percentage",
                            "split_basis",
                            "confidence_ground",
                            "content_basis",
                            "aluminium_percentage",
                            "closed_loop_id",
                        )
                    },
                    "loop_mass": line.loop_mass if line.closed_loop_id else None,
                    "analysed_on": self.analysed_on,
                    "evidence_ids": self.evidence_ids.ids,
                }
                for line in self.line_ids
            ]
        )
        return {"type": "ir.actions.act_window_close"}
