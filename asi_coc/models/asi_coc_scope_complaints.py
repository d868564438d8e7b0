from odoo import api, fields, models
from odoo.tools import is_html_empty


class AsiCocScope(models.Model):
    """How complaints reach the entity, and by when they are dealt with (7.3)."""

    _name = "asi.coc.scope"
    _inherit = ["asi.coc.scope", "mail.alias.mixin.optional"]

    complaint_procedure = fields.Html(
        string="Complaints Procedure",
        translate=True,
        copy=False,
        help="Which complaints are admissible and how they are dealt with, as printed "
        "on the public form (7.3). Left empty, the standard text is shown.",
    )
    complaint_contact = fields.Text(
        string="Other Ways to Complain",
        help="Postal address, telephone or person that takes complaints, too; shown "
        "on the public form.",
    )
    complaint_acknowledge_days = fields.Integer(
        string="Days to Acknowledge",
        required=True,
        default=5,
        help="Days within which the receipt of a complaint is acknowledged (7.3).",
    )
    complaint_admissibility_days = fields.Integer(
        string="Days to Decide on Admissibility",
        required=True,
        default=15,
        help="Days within which it is decided whether a complaint is admissible (7.3).",
    )
    complaint_answer_days = fields.Integer(
        string="Days to Answer Complaints",
        required=True,
        default=60,
        help="Days within which a complaint is answered (7.3).",
    )
    complaint_appeal_days = fields.Integer(
        string="Days to Appeal",
        required=True,
        default=30,
        help="Days within which a complainant may appeal against the answer, once "
        "(7.3).",
    )
    complaint_url = fields.Char(
        string="Complaints Page",
        compute="_compute_complaint_url",
        help="Public page where anybody can complain; every CoC Document names it "
        "(7.3).",
    )
    complaint_count = fields.Integer(
        string="Open Complaints",
        compute="_compute_complaint_count",
        groups="asi_coc.group_officer,asi_coc.group_auditor",
        help="Complaints that are not closed.",
    )

    _complaint_days_positive = models.Constraint(
        "CHECK (complaint_acknowledge_days > 0 AND complaint_admissibility_days > 0 "
        "AND complaint_answer_days > 0 AND complaint_appeal_days > 0)",
        "Complaints are dealt with within a day at least (7.3).",
    )

    def _compute_complaint_url(self):
        for scope in self:
            path = scope._get_complaint_path()
            scope.complaint_url = path and f"{scope.get_base_url()}{path}"

    def _compute_complaint_count(self):
        complaints = self.env["asi.coc.complaint"]
        groups = complaints._read_group(
            [("scope_id", "in", self.ids), *complaints._get_open_domain()],
            ["scope_id"],
            ["__count"],
        )
        counts = {scope.id: count for scope, count in groups}
        for scope in self:
            scope.complaint_count = counts.get(scope.id, 0)

    def _get_complaint_path(self):
        """Return the path of the public form, of a scope that is in force once."""
        self.ensure_one()
        return f"/coc/complaint/{self.id}" if self._origin.id else ""

    @api.model
    def _find_for_complaints(self, scope_id):
        """Return the scope (sudo) whose form is at that number, or none."""
        # sudo: the form is public; only what it prints is shown
        scope = self.sudo().browse(scope_id).exists()
        return scope.filtered(lambda one: one.state != "draft")

    def _get_complaint_page(self):
        """Return what the public form prints of the scope, as text and safe HTML."""
        self.ensure_one()
        own = self.complaint_procedure
        return {
            "entity": self.company_id.name,
            "procedure": False if is_html_empty(own) else own,
            "contact": self.complaint_contact or "",
            "email": self.alias_email or "",
            "days": {
                "acknowledge": self.complaint_acknowledge_days,
                "admissibility": self.complaint_admissibility_days,
                "answer": self.complaint_answer_days,
                "appeal": self.complaint_appeal_days,
            },
        }

    def _alias_get_creation_values(self):
        """Have e-mails to the scope's alias become complaints (7.3)."""
        values = super()._alias_get_creation_values()
        values["alias_model_id"] = self.env["ir.model"]._get_id("asi.coc.complaint")
        if self.id:
            values["alias_defaults"] = {"scope_id": self.id}
        return values

    def action_open_complaints(self):
        """Open the complaints of the scope."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "asi_coc.action_asi_coc_complaint"
        )
        return action | {"domain": [("scope_id", "=", self.id)]}

    def action_fill_complaint_procedure(self):
        """Write the standard text into the procedure, to be adapted, per language."""
        self.check_access("write")
        field = self._fields["complaint_procedure"]
        for scope in self:
            text = scope._render_procedure("en_US")
            scope.with_context(lang="en_US").complaint_procedure = text
            terms = field.get_trans_terms(scope.complaint_procedure)
            for code, _name in self.env["res.lang"].get_installed():
                own = field.get_trans_terms(scope._render_procedure(code))
                # The text was put together alike; else it stays to be translated.
                if code != "en_US" and len(own) == len(terms):
                    translations = dict(zip(terms, own, strict=True))
                    scope.update_field_translations(field.name, {code: translations})
        return True

    def _render_procedure(self, lang):
        return self.env["ir.qweb"]._render(
            "asi_coc.complaint_procedure_standard",
            {"page": self._get_complaint_page()},
            lang=lang,
        )
