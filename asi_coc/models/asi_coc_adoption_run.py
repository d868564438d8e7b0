import random
import time

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from ..core.flows import split_by_origin
from .adoption_query import (
    candidates_query,
    count_query,
    left_out_query,
    preview_query,
)
from .asi_coc_adoption import WORKING

#: Moves looked at, or posted, in one transaction.
BATCH = 5000
#: Seconds a preview may take while its user waits; the job does the rest.
PATIENCE = 15
#: How often a batch is tried that others' postings got in the way of.
ATTEMPTS = 10
#: Seconds, and moves in one transaction, that leave room for others.
PAUSE = 1.5
SMALLEST = 200


class Pace:
    """How much is posted at a time: less, and with pauses, while others post too.

    Who validates a transfer must not have to start again and again because the
    past is posted to the same running total.
    """

    def __init__(self):
        self.size = BATCH
        self.pause = 0

    def slow_down(self):
        self.size = max(self.size // 4, min(SMALLEST, BATCH))
        self.pause = PAUSE
        self._wait()

    def speed_up(self):
        self._wait()
        self.size = min(self.size * 2, BATCH)
        if self.size == BATCH:
            self.pause = 0

    def _wait(self):
        time.sleep(random.uniform(self.pause / 2, self.pause))


class AsiCocAdoption(models.Model):
    """Goes through the moves: batch by batch, each with its own transaction."""

    _inherit = "asi.coc.adoption"

    # -- beginning ----------------------------------------------------------
    def _begin_preview(self):
        self._clear_preview("previewing")
        self.previewed_on = fields.Datetime.now()
        self.total_count = self._count_candidates()
        self.env.cr.execute(left_out_query(self))
        self.invalidate_recordset()
        until = time.monotonic() + PATIENCE
        while self._process_batch():
            if time.monotonic() > until:
                self._wake_job()
                return
        self._finish()

    def _begin_adopting(self):
        self.write(
            {
                "state": "running",
                "adopted_by_id": self.env.uid,
                "adopted_on": fields.Datetime.now(),
                "total_count": self._count_candidates(),
            }
        )
        self._wake_job()

    def _clear_preview(self, state):
        previews = [("adoption_id", "in", self.ids), ("is_preview", "=", True)]
        self.env["asi.coc.adoption.batch"].search(previews).unlink()
        self.env["asi.coc.adoption.line"].search(previews[:1]).unlink()
        self.write({"state": state, "previewed_on": False, "total_count": 0})

    def _wake_job(self):
        # sudo: whoever adopts has no rights on scheduled actions
        self.env.ref("asi_coc.cron_adopt_history").sudo()._trigger()

    def _count_candidates(self):
        self.env.flush_all()
        self.env.cr.execute(count_query(self))
        return self.env.cr.fetchone()[0]

    # -- the background job -------------------------------------------------
    @api.model
    def _cron_adopt(self):
        """Do what is left of all previews and adoptions, a batch at a time."""
        progress = self.env["ir.cron"]
        waiting = self.search([("state", "in", WORKING)], order="id")
        left = {one: one._count_left() for one in waiting}
        progress._commit_progress(remaining=sum(left.values()))
        pace = Pace()
        for adoption in waiting:
            while count := adoption._process_batch_safely(pace):
                left[adoption] = max(left[adoption] - count, 1)
                if not progress._commit_progress(count, remaining=sum(left.values())):
                    return
            if count is None:
                # The warehouse is busy; the job is called again soon.
                return
            left[adoption] = 0
            if not progress._commit_progress(1, remaining=sum(left.values())):
                return

    def _count_left(self):
        # Never none: at the least, the adoption is to be declared done.
        return max(self.total_count - self.processed_count, 1)

    def _process_batch_safely(self, pace):
        """Process the next batch and keep it; return how many moves it had.

        The warehouse goes on meanwhile: when both change the same running total
        PostgreSQL makes one of the two start again. Returns None when it is
        better to try later.
        """
        for _attempt in range(ATTEMPTS):
            try:
                count = self._process_and_commit(pace.size)
            except UserError as error:
                self._roll_back()
                self._give_up(error)
                return 0
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                self._roll_back()
                pace.slow_down()
            else:
                pace.speed_up()
                return count
        return None

    def _process_and_commit(self, size):
        # Who presses Interrupt does so in another transaction.
        self.env.invalidate_all()
        if self.state not in WORKING:
            return 0
        count = self._process_batch(size)
        if not count:
            self._finish()
        self.env["ir.cron"]._commit_progress()
        return count

    def _roll_back(self):
        self.env.cr.rollback()
        self.env.transaction.clear()

    def _give_up(self, error):
        """Interrupt, and tell whoever looks why."""
        self.state = "draft" if self.state == "previewing" else "interrupted"
        self.message_post(body=str(error))
        self.env["ir.cron"]._commit_progress()

    def _finish(self):
        if self.state == "previewing":
            self.state = "previewed"
            return
        self.write({"state": "done", "finished_on": fields.Datetime.now()})
        self.invalidate_recordset()
        self._log_finished()

    # -- batches ------------------------------------------------------------
    def _process_batch(self, size=None):
        """Process the next ``size`` moves; return how many there were."""
        self.ensure_one()
        is_preview = self.state == "previewing"
        batches = self.env["asi.coc.adoption.batch"]
        last = batches.search(
            [("adoption_id", "=", self.id), ("is_preview", "=", is_preview)],
            order="last_move_id desc",
            limit=1,
        )
        after = last.last_move_id
        self.env.flush_all()
        # Compiling the posting's statement takes 15 s, running it half a second.
        self.env.cr.execute("SET LOCAL jit = off")
        self.env.cr.execute(candidates_query(self, after, size or BATCH))
        candidates = self.env.cr.fetchall()
        if candidates:
            counts = self._preview(candidates) if is_preview else self._post(candidates)
            batches.create(
                {
                    "adoption_id": self.id,
                    "is_preview": is_preview,
                    "previous_move_id": after,
                    "last_move_id": candidates[-1][0],
                    "move_count": len(candidates),
                    **counts,
                }
            )
        return len(candidates)

    def _preview(self, candidates):
        scopes = self.env["asi.coc.scope"]._get_active(self.company_id)
        moves = self.env["stock.move"].browse(
            move_id for move_id, _origin in candidates
        )
        self.env.cr.execute(preview_query(self, moves, scopes))
        self.env["asi.coc.adoption.line"].invalidate_model()
        self.invalidate_recordset()
        return {}

    def _post(self, candidates):
        """Post the batch in the name of whoever adopts; return what came of it."""
        entries = self.env["asi.coc.entry"].with_user(self.adopted_by_id).sudo()
        scopes = self.env["asi.coc.scope"]._get_active(self.company_id)
        before = self._get_last_entry_id()
        for ids in split_by_origin(candidates):
            moves = self.env["stock.move"].browse(ids)
            posted = entries._post_moves_of(scopes, moves)
            # History is not designated; should a move be, the limits hold (8.7).
            moves._coc_check_available(posted)
        return self._count_posted(before, candidates)

    def _get_last_entry_id(self):
        self.env.cr.execute("SELECT COALESCE(max(id), 0) FROM asi_coc_entry")
        return self.env.cr.fetchone()[0]

    def _count_posted(self, before, candidates):
        self.env.cr.execute(
            SQL(
                """
                SELECT count(*) AS entry_count,
                       count(*) FILTER (WHERE status = 'unclassified')
                           AS unclassified_count,
                       min(id) AS first_entry_id, max(id) AS last_entry_id
                  FROM asi_coc_entry
                 WHERE id > %s AND move_id = ANY(%s)
                """,
                before,
                [move_id for move_id, _origin in candidates],
            )
        )
        return self.env.cr.dictfetchone()
