import json
from typing import NamedTuple

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

SOURCINGS = [
    ("direct", "Directly from a Certified Entity"),
    ("trader", "Through a Trader"),
    ("not_certified", "Not Certified"),
]
STATUSES = [
    ("able", "Able to Count"),
    ("unable", "Will Not Count"),
    ("counted", "Counts"),
]


class Sourced(NamedTuple):
    """Material of ``supplier``, certified by ``source`` (empty: the same), on a day.

    It comes to ``place`` (product, location, operation type) on the day ``arrival``.
    """

    company: models.BaseModel
    supplier: models.BaseModel
    source: models.BaseModel
    material: str
    day: object
    place: tuple
    arrival: object

    @property
    def issuer(self):
        """Who must issue the CoC Document: the entity, whichever contact is named."""
        return (self.source or self.supplier).commercial_partner_id


class AsiCocSourcing(models.AbstractModel):
    """Orders that show whether what they order as CoC Material will be able to count.

    The status depends on certificates, checks and due diligence of other records and
    on the day, so it is never stored: lists filter and group by it all the same.
    """

    _name = "asi.coc.sourcing"
    _description = "Sourcing of CoC Material Ordered"

    coc_sourcing_status = fields.Selection(
        STATUSES,
        string="CoC Status",
        compute="_compute_coc_sourcing",
        search="_search_coc_sourcing_status",
        help="Whether what is ordered as CoC Material, and still to come, will be able "
        "to count once its CoC Document is verified (3.1c to 6.1c, 10.3).",
    )
    coc_sourcing_reasons = fields.Text(
        string="Why It Will Not Count",
        compute="_compute_coc_sourcing",
        help="Every reason why it will not count, and the way out of it.",
    )

    def _compute_coc_sourcing(self):
        raise NotImplementedError

    @api.model
    def _coc_get_open_statuses(self):
        """Return ``{id: status}`` of the records that order CoC Material to come."""
        raise NotImplementedError

    def _search_coc_sourcing_status(self, operator, value):
        if operator != "in":
            return NotImplemented
        statuses = self._coc_get_open_statuses()
        found = Domain("id", "in", [key for key in statuses if statuses[key] in value])
        if False in value:
            found |= Domain("id", "not in", list(statuses))
        return found

    @api.model
    def fields_get(self, allfields=None, attributes=None):
        # Only asks whether one can group, not into what.
        describing = self.with_context(coc_describing=True)
        return super(AsiCocSourcing, describing).fields_get(allfields, attributes)

    def _read_group_groupby(self, alias, groupby_spec, query):
        if groupby_spec != "coc_sourcing_status":
            return super()._read_group_groupby(alias, groupby_spec, query)
        self._check_field_access(self._fields[groupby_spec], "read")
        describing = self.env.context.get("coc_describing")
        statuses = {} if describing else self._coc_get_open_statuses()
        if not statuses:
            return SQL("NULL::varchar")
        return SQL(
            "(%s::jsonb ->> %s::varchar)",
            json.dumps(statuses),
            SQL.identifier(alias, "id"),
        )
