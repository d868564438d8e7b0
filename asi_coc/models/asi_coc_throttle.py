import ipaddress
import time
from datetime import datetime, timedelta

from psycopg2.errors import SerializationFailure

from odoo import api, fields, models
from odoo.tools import SQL, hmac

HOUR = 3600
DAY = 24 * HOUR
#: What a client may do: how often, in a window of how many seconds.
LIMITS = {
    "look": (300, HOUR),
    "unknown": (20, HOUR),
    "upload": (30, HOUR),
    "request": (5, HOUR),
    "acknowledge": (20, HOUR),
    # tried, not filed: who forgets a field tries again
    "complaint": (20, HOUR),
    # of all clients together: a register nobody can flood from many addresses
    "all_requests": (200, DAY),
    "all_complaints": (100, DAY),
}
#: Who shares a counter with everybody.
EVERYBODY = "everybody"
#: Concurrent counts of one client wait for each other; then it is too busy anyway.
ATTEMPTS = 5


class AsiCocThrottle(models.Model):
    """Counts what visitors of public pages do, so that nobody tries them out."""

    _name = "asi.coc.throttle"
    _description = "Visits of Public Pages"
    _order = "window_start desc, id desc"
    # Written by one statement each; who wrote it is always the public user.
    _log_access = False

    kind = fields.Selection(
        [
            ("look", "Page Opened"),
            ("unknown", "Unknown Address Tried"),
            ("upload", "PDF Compared"),
            ("request", "Verification Requested"),
            ("all_requests", "Verification Requested by Anybody"),
            ("acknowledge", "Policy Acknowledged"),
            ("complaint", "Complaint Tried"),
            ("all_complaints", "Complaint Filed by Anybody"),
        ],
        required=True,
        readonly=True,
        help="What is counted.",
    )
    client = fields.Char(
        required=True,
        readonly=True,
        help="Keyed hash of the visitor's network address; the address is not kept.",
    )
    window_start = fields.Datetime(
        required=True,
        readonly=True,
        index=True,
        help="Beginning of the hour or day that is counted.",
    )
    hits = fields.Integer(
        required=True, readonly=True, help="How often it was done in that time."
    )

    _window = models.UniqueIndex("(kind, client, window_start)")

    @api.model
    def _identify(self, address):
        """Return the keyed hash a network address is counted under.

        An IPv6 client has a whole network of addresses: the first 64 bits count.
        """
        try:
            ip = ipaddress.ip_address(address or "")
        except ValueError:
            ip = address or ""
        else:
            if ip.version == 6:
                ip = ip.ipv4_mapped or ipaddress.ip_network((ip, 64), strict=False)
        # sudo: the key is the database's own secret
        return hmac(self.env(su=True), "asi_coc.throttle", str(ip))

    @api.model
    def _count(self, kind, client):
        """Count one ``kind`` of ``client``; return the seconds to wait, or 0.

        In a transaction of its own: what is rolled back has been tried all the same.
        """
        limit, length = LIMITS[kind]
        start, wait = self._get_window(length)
        statement = SQL(
            """
            INSERT INTO asi_coc_throttle AS throttle (kind, client, window_start, hits)
                 VALUES (%s, %s, %s, 1)
            ON CONFLICT (kind, client, window_start)
            DO UPDATE SET hits = throttle.hits + 1
              RETURNING hits
            """,
            kind,
            client,
            start,
        )
        for _attempt in range(ATTEMPTS):
            try:
                with self.env.registry.cursor() as cr:
                    cr.execute(statement, log_exceptions=False)
                    [(hits,)] = cr.fetchall()
                return wait if hits > limit else 0
            except SerializationFailure:
                continue
        return 1

    @api.model
    def _get_wait(self, kind, client):
        """Return the seconds until ``client`` may do ``kind`` again, or 0."""
        limit, length = LIMITS[kind]
        start, wait = self._get_window(length)
        # sudo: visitors have no rights at all
        spent = self.sudo().search_count(
            [
                ("kind", "=", kind),
                ("client", "=", client),
                ("window_start", "=", start),
                ("hits", ">=", limit),
            ]
        )
        return wait if spent else 0

    @api.model
    def _get_window(self, length):
        """Return the beginning of the window we are in, and the seconds it has left."""
        now = int(time.time())
        start = now - now % length
        return datetime(1970, 1, 1) + timedelta(seconds=start), start + length - now

    @api.autovacuum
    def _gc_windows(self):
        """Forget what no limit looks at any more."""
        ended = fields.Datetime.now() - timedelta(seconds=DAY)
        # sudo: rows are nobody's
        self.sudo().search([("window_start", "<", ended)]).unlink()
