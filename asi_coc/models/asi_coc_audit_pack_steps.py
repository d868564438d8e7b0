import logging
import shutil

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from .asi_coc_audit_pack import WORKING

_logger = logging.getLogger(__name__)

#: How often a step is begun before the pack is given up.
ATTEMPTS = 3


class AsiCocAuditPack(models.Model):
    """Makes packs step by step, each in a transaction of its own.

    A job that ends between two steps, or in the middle of one, goes on there.
    """

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.audit.pack"

    # -- the background job ---------------------------------------------------
    @api.model
    def _cron_make(self):
        """Make what was asked for, the oldest first."""
        progress = self.env["ir.cron"]
        waiting = self.search([("state", "in", WORKING)], order="id")
        progress._commit_progress(remaining=sum(one._count_left() for one in waiting))
        for pack in waiting:
            while pack.state in WORKING:
                pack._advance()
                left = sum(one._count_left() for one in waiting)
                if not progress._commit_progress(1, remaining=left):
                    return

    def _count_left(self):
        if self.state not in WORKING:
            return 0
        # Never none: at the least, the plan is to be made.
        return max(len(self.plan or ()) - self.position, 1)

    def _advance(self):
        """Take the next step; note what goes wrong on the pack."""
        self.ensure_one()
        if self.attempts >= ATTEMPTS:
            self._fail(
                self.env._(
                    "It was interrupted %(count)s times while writing: %(step)s.",
                    count=self.attempts,
                    step=self.current or self.env._("Plan"),
                )
            )
            return
        self.attempts += 1
        # Kept, should the step end the process.
        self.env["ir.cron"]._commit_progress()
        try:
            with self.env.cr.savepoint():
                self._check_requester()
                self._take_step()
        except (*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, ConcurrencyError):
            # Others go on working meanwhile: begin the step anew.
            self.env.cr.rollback()
            self.env.transaction.clear()
        except UserError as error:
            self._fail(str(error))
        except Exception as error:
            _logger.exception("Audit pack %s: %s", self.id, self.current)
            self._fail(f"{type(error).__name__}: {error}")

    def _take_step(self):
        if self.state == "requested" or not self._get_folder().is_dir():
            self._begin()
            return
        kind, key = self.plan[self.position]
        self._forget_notes()
        getattr(self, f"_write_{kind}")(key)
        self.env.flush_all()
        self.write({"position": self.position + 1, "attempts": 0})
        if self.position == len(self.plan):
            self._finish()

    def _begin(self):
        folder = self._get_folder()
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "pack").mkdir(parents=True)
        (folder / "notes").mkdir()
        self._get_parts().unlink()
        plan = self._make_plan()
        self.write({"state": "running", "plan": plan, "position": 0, "attempts": 0})

    def _finish(self):
        shutil.rmtree(self._get_folder(), ignore_errors=True)
        self.write(
            {
                "state": "done",
                "finished_on": fields.Datetime.now(),
                "expires_on": self._get_expiry(),
            }
        )
        self._tell("success", self.env._("The audit pack is ready."))

    def _fail(self, reason):
        shutil.rmtree(self._get_folder(), ignore_errors=True)
        self._get_parts().unlink()
        self.write({"state": "failed", "reason": reason, "attempts": 0})
        self._tell("danger", self.env._("The audit pack could not be made."))

    def _tell(self, kind, message):
        self.requested_by_id._bus_send(
            "simple_notification",
            {"type": kind, "title": self.display_name, "message": message},
        )

    # -- with whose eyes ------------------------------------------------------
    def _check_requester(self):
        user = self.requested_by_id
        if not user.active:
            raise UserError(
                self.env._(
                    "%(user)s, who asked for audit pack %(pack)s, is archived. "
                    "Somebody else may try again.",
                    user=user.name,
                    pack=self.display_name,
                )
            )
        self._as_reader().scope_id._check_may_request_pack()

    def _as_reader(self, **context):
        """Return the pack as who asked for it sees it, and of its entity only.

        What that user may not read is not in the pack.
        """
        user = self.requested_by_id
        return (
            self.with_user(user)
            .with_company(self.company_id)
            .with_context(
                allowed_company_ids=self.company_id.ids,
                lang=user.lang,
                tz=self.scope_id.tz,
                **context,
            )
        )

    # -- the plan -------------------------------------------------------------
    def _make_plan(self):
        """Return the steps: pairs of what is written and which part of it."""
        return [
            # First, for it seals what was not yet: the index names sealed items.
            ["ledger", ""],
            ["verification", ""],
            ["readiness", ""],
            # Before the registers: CoC Documents that have no PDF yet are printed.
            *self._plan_files(),
            *self._plan_registers(),
            ["index", ""],
            ["archive", ""],
        ]

    def _describe_step(self, kind, key):
        """Return what a step writes, for whoever waits."""
        if kind == "registers":
            return self._get_register_title(key)
        if kind == "evidence":
            return self.env._(
                "Evidence files: %(register)s",
                register=self._get_register_title(key[0]),
            )
        return {
            "readiness": self.env._("Readiness of the criteria"),
            "record_register": self.env._("Register of records"),
            "statements": self.env._("Statements of closed periods"),
            "documents": self.env._("CoC Documents"),
            "reports": self.env._("Reports to ASI"),
            "audits": self.env._("Reports of audits"),
            "ledger": self.env._("Ledger"),
            "verification": self.env._("Verification of the ledger"),
            "index": self.env._("Index"),
            "archive": self.env._("Archive"),
        }[kind]
