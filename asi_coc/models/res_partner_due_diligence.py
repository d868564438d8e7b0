from odoo import api, fields, models
from odoo.tools import SQL

from .due_diligence_query import (
    ACCEPTED,
    STANDINGS,
    latest_query,
    need_query,
    standing_on,
)
from .res_partner import COC_GROUPS


class ResPartner(models.Model):
    """How a supplier stands: what its assessments say (7.2)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.partner"

    coc_assessment_ids = fields.One2many(
        "asi.coc.supplier.assessment",
        "partner_id",
        string="Supplier Assessments",
        groups=COC_GROUPS,
        help="Risk assessments of the supplier (7.2).",
    )
    coc_due_diligence_state = fields.Selection(
        STANDINGS,
        string="Due Diligence",
        compute="_compute_coc_due_diligence",
        compute_sudo=True,
        search="_search_coc_due_diligence_state",
        groups=COC_GROUPS,
        help="How the supplier stands today with the current company (7.2). Not needed "
        "where nothing is bought that asks for due diligence.",
    )
    coc_due_diligence_until = fields.Date(
        string="Due Diligence Accepted Until",
        compute="_compute_coc_due_diligence",
        compute_sudo=True,
        help="Last day for which the latest assessment accepts the due diligence on "
        "the supplier (7.2).",
    )
    coc_due_diligence_by_id = fields.Many2one(
        "res.users",
        string="Due Diligence Accepted By",
        compute="_compute_coc_due_diligence",
        compute_sudo=True,
        help="Who accepted the latest assessment of the supplier (7.2).",
    )

    @api.depends(
        "commercial_partner_id",
        "coc_assessment_ids.state",
        "coc_assessment_ids.decided_on",
        "coc_assessment_ids.valid_until",
        "coc_assessment_ids.mitigation_ids.state",
        "coc_assessment_ids.mitigation_ids.outcome_on",
    )
    @api.depends_context("company")
    def _compute_coc_due_diligence(self):
        entities = self.commercial_partner_id._origin
        found = entities._coc_read_states(self.env.company)
        for partner in self:
            entity = partner.commercial_partner_id._origin
            standing, until, by_id = found.get(entity.id, ("not_needed", None, None))
            partner.coc_due_diligence_state = standing
            partner.coc_due_diligence_until = until
            partner.coc_due_diligence_by_id = by_id

    def _search_coc_due_diligence_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        # sudo: as the field is computed
        suppliers = self.sudo()._coc_find_suppliers(self.env.company)
        states = suppliers._coc_read_states(self.env.company)
        # Of all others none is needed.
        operator = "not in" if "not_needed" in value else "in"
        ids = [
            entity_id
            for entity_id, (standing, *_rest) in states.items()
            if (standing in value) == (operator == "in")
        ]
        return [("commercial_partner_id", operator, ids)]

    # -- what others ask -----------------------------------------------------------
    def _coc_has_due_diligence(self, day, company=None):
        """Tell whether the supplier's due diligence is accepted for ``day`` (7.2).

        ``company`` is the current one unless given. It is what was accepted and in
        force on that day: neither a later acceptance nor a later suspension counts.
        """
        self.ensure_one()
        key = (self, company or self.env.company, day)
        return self._coc_get_standings([key])[key] == "current"

    @api.model
    def _coc_get_standings(self, asked):
        """Return ``{(partner, company, day): standing}`` for all keys in ``asked``.

        One query however many. A standing is one of "current", "none", "expired",
        "suspended" and "terminated", as it was on that day (7.2).
        """
        asked = list(asked)
        if not asked:
            return {}
        self._coc_flush_assessments()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT asked.number, %(standing)s
                  FROM unnest(%(numbers)s::int[], %(partners)s::int[],
                              %(companies)s::int[], %(days)s::date[])
                       AS asked (number, partner_id, company_id, day)
                """,
                standing=standing_on(
                    SQL("asked.partner_id"), SQL("asked.company_id"), SQL("asked.day")
                ),
                numbers=list(range(len(asked))),
                # sudo: which entity a contact belongs to is no secret here
                partners=[
                    partner.sudo().commercial_partner_id.id
                    for partner, _company, _day in asked
                ],
                companies=[company.id for _partner, company, _day in asked],
                days=[day for _partner, _company, day in asked],
            )
        )
        return {asked[number]: standing for number, standing in rows}

    @api.model
    def _coc_get_day(self, company):
        """Return today where the company's scope is."""
        # sudo: the day is the same for everybody
        scopes = self.env["asi.coc.scope"].sudo().with_company(company)
        scope = scopes._get_default()
        return scope._get_today() if scope else fields.Date.context_today(self)

    def _coc_read_standings(self, company, day):
        """Return ``{id: (standing, accepted until, accepted by)}`` on ``day``."""
        if not self:
            return {}
        self._coc_flush_assessments()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT partner.id, %(standing)s,
                       CASE WHEN decided.state = ANY(%(accepted)s)
                            THEN decided.valid_until END,
                       CASE WHEN decided.state = ANY(%(accepted)s)
                            THEN decided.decided_by_id END
                  FROM res_partner partner
             LEFT JOIN LATERAL (%(latest)s) AS decided ON TRUE
                 WHERE partner.id = ANY(%(ids)s)
                """,
                standing=standing_on(
                    SQL("partner.id"), SQL("%s", company.id), SQL("%s::date", day)
                ),
                accepted=list(ACCEPTED),
                latest=latest_query(
                    SQL("partner.id"), SQL("%s", company.id), SQL("%s::date", day)
                ),
                ids=self.ids,
            )
        )
        return {row[0]: tuple(row[1:]) for row in rows}

    def _coc_read_states(self, company):
        """Return ``{id: (state, accepted until, accepted by)}`` of entities, today."""
        found = self._coc_read_standings(company, self._coc_get_day(company))
        needed = self._coc_find_needed(company)
        return {
            entity_id: (
                "not_needed"
                if standing == "none" and entity_id not in needed
                else standing,
                *rest,
            )
            for entity_id, (standing, *rest) in found.items()
        }

    @api.model
    def _coc_find_suppliers(self, company):
        """Return the entities that may be anything but not needed."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT partner_id FROM (%(needed)s) AS supplied
                 WHERE company_id = %(company)s
                 UNION
                SELECT partner_id FROM asi_coc_supplier_assessment
                 WHERE company_id = %(company)s
                 UNION
                SELECT id FROM res_partner
                 WHERE coc_is_trader AND commercial_partner_id = id
                """,
                needed=need_query(),
                company=company.id,
            )
        )
        return self.browse(partner_id for (partner_id,) in rows)

    def _coc_find_needed(self, company):
        """Return the ids of those who supply what asks for due diligence (7.2)."""
        if not self:
            return set()
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                "SELECT partner_id FROM (%s) AS supplied WHERE company_id = %s",
                need_query(SQL("partner.id = ANY(%s)", self.ids)),
                company.id,
            )
        )
        traders = self.filtered("coc_is_trader")
        return {row[0] for row in rows} | set(traders.ids)

    @api.model
    def _coc_flush_assessments(self):
        self.env["asi.coc.supplier.assessment"].flush_model()
        self.env["asi.coc.supplier.mitigation"].flush_model()

    def _coc_works_by(self, boms):
        """Tell whether the contact, or its entity, is a contractor of ``boms``."""
        self.ensure_one()
        return bool((self | self.commercial_partner_id) & boms.subcontractor_ids)

    def action_coc_open_assessments(self):
        """Open the assessments of the supplier's entity."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "asi_coc.action_asi_coc_supplier_assessment"
        )
        entity = self.commercial_partner_id
        return action | {
            "domain": [("partner_id", "=", entity.id)],
            "context": {"default_partner_id": entity.id},
        }
