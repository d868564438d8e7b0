"""What public pages that a secret address leads to have in common."""

from odoo.http import request

#: Nothing is kept, passed on, indexed, framed or fetched from elsewhere.
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}


class PublicPage:
    """Mixin of controllers whose pages are found by a token, a few times an hour."""

    #: Model that finds a record by its token, and the page where there is none.
    _model = None
    _unknown = None
    #: Page for who comes too often.
    _refused = "asi_coc.verification_refused"

    def _answer(self, token, kind, respond, params=None):
        """Count the visit, find the record, and let ``respond`` answer."""
        throttle = request.env["asi.coc.throttle"]
        client = throttle._identify(request.httprequest.remote_addr)
        # Who tried too many addresses sees none at all, so that guessing stops.
        wait = throttle._get_wait("unknown", client) or throttle._count(kind, client)
        if wait:
            return self._refuse(wait)
        record = self._find(token)
        if not record:
            throttle._count("unknown", client)
            return self._render(self._unknown, {}, status=404)
        return respond(record, params)

    def _find(self, token):
        return request.env[self._model]._find_by_token(token)

    def _refuse(self, wait):
        response = self._render(self._refused, {"minutes": -(-wait // 60)}, status=429)
        response.headers["Retry-After"] = str(wait)
        return response

    def _render(self, template, values, status=200):
        response = request.render(template, values, status=status)
        response.headers.update(HEADERS)
        return response
