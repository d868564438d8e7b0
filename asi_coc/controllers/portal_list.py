from odoo.fields import Domain
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal, pager

#: What the home of the portal counts: the model of each counter.
COUNTERS = {
    "coc_document_count": "asi.coc.document",
    "coc_policy_count": "asi.coc.policy.communication",
    "coc_questionnaire_count": "asi.coc.questionnaire",
    "coc_contractor_statement_count": "asi.coc.contractor.statement",
}


class PortalList(CustomerPortal):
    """What the portal's lists of the module have in common."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        for counter in COUNTERS.keys() & set(counters):
            values[counter] = request.env[COUNTERS[counter]]._count_for_portal()
        return values

    def _render_coc_list(
        self,
        template,
        model,
        page,
        domain=Domain.TRUE,
        order=None,
        url_args=None,
        **values,
    ):
        """Render a page of the records of ``model`` that the user's entity sees.

        ``values`` are the template's own, with ``default_url``, the list's address.
        """
        records = request.env[model]
        pages = pager(
            url=values["default_url"],
            total=records._count_for_portal(domain),
            page=page,
            step=self._items_per_page,
            url_args=url_args,
        )
        found = records._find_for_portal(
            domain, order=order, limit=self._items_per_page, offset=pages["offset"]
        )
        return request.render(
            template,
            {
                **self._prepare_portal_layout_values(),
                "rows": found._get_portal_rows(),
                "pager": pages,
                **values,
            },
        )

    def _get_coc_record(self, model, record_id):
        """Return a record of the user's own entity; to others there is none."""
        found = request.env[model]._find_one_for_portal(record_id)
        if not found:
            raise request.not_found()
        return found
