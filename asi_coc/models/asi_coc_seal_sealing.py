import logging

from psycopg2 import IntegrityError

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..core.verify_ledger import VERSION, closing_content, digest, seal_hash
from .seal_query import insert_query, waiting_query

_logger = logging.getLogger(__name__)
#: Items sealed in one statement, and by the job in one transaction.
BATCH = 5000
#: Items a close seals itself; a longer chain is the job's.
AT_CLOSE = 20000


class AsiCocSeal(models.Model):
    """Seals what was posted: in order, under a lock, never while a move is done."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.seal"

    @api.model
    def _cron_seal(self):
        """Seal what is waiting in all scopes, a batch per transaction."""
        progress = self.env["ir.cron"]
        scopes = self.env["asi.coc.scope"].with_context(active_test=False)
        scopes = scopes.search([("state", "!=", "draft")])
        progress._commit_progress(remaining=len(scopes))
        for scope in scopes:
            while count := self._seal_safely(scope):
                if not progress._commit_progress(count):
                    return
            if not progress._commit_progress(1):
                return

    def _seal_safely(self, scope):
        """Seal a batch; return how many items, none when another is at it."""
        try:
            return self._seal(scope, BATCH) or 0
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            # A period was closed meanwhile. The next run sees it.
            _logger.info("Scope %s is being sealed by another transaction", scope.id)
            self.env.cr.rollback()
            self.env.transaction.clear()
            return 0
        except IntegrityError:
            # Head or seals were tampered with; the verification tells where.
            _logger.exception("Scope %s cannot be sealed", scope.id)
            self.env.cr.rollback()
            self.env.transaction.clear()
            return 0

    @api.model
    def _seal_at_close(self, scope):
        """Seal all that a closing or reopening rests on, then itself (8.9).

        When the job is at it, or far behind, it goes on with the closing.
        """
        if self._seal(scope, AT_CLOSE) in (None, AT_CLOSE):
            # sudo: whoever closes has no rights on scheduled actions
            self.env.ref("asi_coc.cron_seal_ledger").sudo()._trigger()

    @api.model
    def _seal(self, scope, limit):
        """Seal up to ``limit`` items of ``scope``; return how many there were.

        None when another transaction seals. Raises a serialization failure when one
        has sealed since this one began: it is to be run again.
        """
        heads = self.env["asi.coc.seal.head"]
        self.env.flush_all()
        head = heads._take(scope)
        if not head:
            return None
        state, count = dict(head), 0
        # Closings after all entries, as they rest on them.
        for source in (self._get_entries, self._get_closings):
            while count < limit and (
                items := source(scope, state, min(BATCH, limit - count))
            ):
                self._append(scope, state, items)
                count += len(items)
        if count < limit:
            self._settle(state)
        heads._move(head, state)
        self.invalidate_model()
        return count

    def _get_entries(self, scope, state, limit):
        """Return entries without a seal: dicts of what their seals hold."""
        # First what is new; then what committed after a higher id was sealed.
        for after, until in (
            (state["last_id"], None),
            (state["sealed_id"], state["last_id"]),
        ):
            self.env.cr.execute(waiting_query(scope, after, until, limit))
            items = self.env.cr.dictfetchall()
            if items:
                break
        for item in items:
            state["last_id"] = max(state["last_id"], item["entry_id"])
            # Entries of before version 2 keep no content; their seal does.
            if item["content"] is not None:
                item["item_hash"] = digest(item["content"])
        return items

    def _get_closings(self, scope, _state, limit):
        """Return closings and reopenings without a seal, as they happened."""
        closings = self.env["asi.coc.closing"].search(
            [("period_id.scope_id", "=", scope.id)]
        )
        sealed = set()
        for closing, kind in self._read_group(
            [("closing_id", "in", closings.ids)], ["closing_id", "kind"]
        ):
            sealed.add((kind, closing))
        found = [(one.closed_on, one.id, "closing", one) for one in closings]
        found += [
            (one.reopened_on, one.id, "reopening", one)
            for one in closings
            if one.state == "reopened"
        ]
        found.sort(key=lambda row: row[:3])
        waiting = [row[2:] for row in found if row[2:] not in sealed]
        items = []
        for kind, closing in waiting[:limit]:
            content = closing_content(closing._get_sealed_content(kind))
            items.append(
                {
                    "kind": kind,
                    "closing_id": closing.id,
                    "refers_to": closing._get_sealed_ids(kind),
                    "content": content,
                    "item_hash": digest(content),
                }
            )
        return items

    def _append(self, scope, state, items):
        """Write the seals of ``items`` at the end of the chain."""
        sealed_on = fields.Datetime.to_string(fields.Datetime.now())
        for item in items:
            state["number"] += 1
            state["hash"] = seal_hash(
                state["number"],
                state["hash"],
                item["kind"],
                sealed_on,
                item["item_hash"],
            )
            item |= {"number": state["number"], "hash": state["hash"]}
        self.env.cr.execute(insert_query(scope, VERSION, sealed_on, items))

    def _settle(self, state):
        """Note how far all entries are sealed, now that none is waiting.

        Later runs look at what came after only. See the head's docstring.
        """
        if state["waiting_for"] and not (state["settled"] or state["is_strange"]):
            return
        if state["settled"]:
            state["sealed_id"] = state["waiting_id"]
        is_new = state["last_id"] > state["sealed_id"]
        state["waiting_id"] = state["last_id"]
        state["waiting_for"] = state["now"] if is_new else None
