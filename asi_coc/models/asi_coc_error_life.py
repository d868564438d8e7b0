from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from .asi_coc_error import STATES

STEPS = [state for state, _label in STATES]
#: What each step needs, and what it needs besides in some cases.
NEEDED = {
    "found": ("found",),
    "agreed": ("partner_id", "agreed_correction", "agreed_with", "agreed_on"),
    "corrected": ("corrected_on",),
    "prevented": ("cause", "prevention", "review_due"),
    "reviewed": ("effective", "effectiveness_remark"),
}
#: From the prevention to the review of its effectiveness.
REVIEW_AFTER = timedelta(days=90)
#: Written anew after a review that found the prevention without effect.
BEGUN_ANEW = (
    "corrected_on",
    "prevention",
    "review_due",
    "effective",
    "effectiveness_remark",
)
STEP_ACTIVITY = "asi_coc.mail_activity_error"
OVERDUE_ACTIVITY = "asi_coc.mail_activity_error_overdue"


class AsiCocError(models.Model):
    """The steps of an error's life, and who is reminded of the next one."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.error"

    # -- what a step needs ----------------------------------------------------
    def _get_needed(self, step):
        """Return the names of the fields that ``step`` needs."""
        self.ensure_one()
        names = list(NEEDED[step])
        if step == "agreed" and self.criterion != "2.5":
            names.append("course")
        if step == "corrected":
            if self.course in ("returned", "kept", "replaced"):
                names.append("document_id")
            if self.course == "replaced":
                names.append("replacement_document_id")
            if self.kind == "physical_swap":
                names.append("double_counting")
        if step == "reviewed" and self.is_fraud_suspected:
            names.append("reported_on")
        return names

    def _check_step(self, step):
        missing = [name for name in self._get_needed(step) if not self[name]]
        if not missing:
            return
        values = {
            "error": self.display_name,
            "step": self._get_state_label(step),
            "criterion": self.criterion,
            "missing": ", ".join(map(self._get_label, missing)),
        }
        if "reported_on" in missing:
            raise UserError(
                self.env._(
                    "Error %(error)s is suspected fraud and cannot come to "
                    '"%(step)s" before ASI was told (10.4). Missing: %(missing)s. '
                    "Report it to ASI, then use the button Reported to ASI.",
                    **values,
                )
            )
        raise UserError(
            self.env._(
                'Error %(error)s needs more to be at "%(step)s" (%(criterion)s). '
                "Missing: %(missing)s. Enter it on the error.",
                **values,
            )
        )

    def _check_complete(self):
        """Make sure that what the steps taken needed is still there."""
        for error in self:
            for step in STEPS[: STEPS.index(error.state) + 1]:
                error._check_step(step)

    def _get_state_label(self, state):
        return dict(self._fields["state"]._description_selection(self.env))[state]

    # -- steps ----------------------------------------------------------------
    def action_agree(self):
        """The correction is agreed with the other party (2.5, 9.6, 10.4).

        This and the following steps raise UserError naming what is missing, or the
        error's status where it is another step's turn.
        """
        return self._advance("agreed")

    def action_correct(self):
        """The agreed correction is carried out."""
        return self._advance("corrected")

    def action_prevent(self):
        """Action against recurrence is in place; its review is due in 90 days."""
        self._check_turn("prevented")
        for error in self.filtered(lambda one: not one.review_due):
            error.review_due = error.scope_id._get_today() + REVIEW_AFTER
        return self._advance("prevented")

    def action_review(self):
        """End the error where its prevention is effective; else open it again."""
        self._check_turn("reviewed")
        for error in self:
            error._check_step("reviewed")
        self.filtered(lambda one: one.effective == "no")._open_again()
        for error in self.filtered(lambda one: one.effective == "yes"):
            # sudo: who reviewed, and when, is written by this step only
            error.sudo().write(
                {
                    "reviewed_on": error.scope_id._get_today(),
                    "reviewed_by_id": self.env.uid,
                }
            )
            error._advance("reviewed")
        return True

    def action_step_back(self):
        """Take errors a step back, with a line in the chatter."""
        self.check_access("write")
        for error in self:
            if error.state == "found":
                raise UserError(
                    self.env._(
                        "Error %(error)s is at its first step; there is none before.",
                        error=error.name,
                    )
                )
            before = STEPS[STEPS.index(error.state) - 1]
            body = self.env._(
                'Taken a step back, from "%(state)s" to "%(before)s".',
                state=error._get_state_label(error.state),
                before=error._get_state_label(before),
            )
            error.message_post(body=body)
            # sudo: written by the steps only
            error.sudo().write(
                {"state": before, "reviewed_on": False, "reviewed_by_id": False}
            )
        self._plan_next_step()
        return True

    def _advance(self, step):
        self._check_turn(step)
        for error in self:
            error._check_step(step)
        self.activity_feedback([STEP_ACTIVITY, OVERDUE_ACTIVITY])
        # sudo: written by the steps only
        self.sudo().write({"state": step, "is_kept": True})
        self._plan_next_step()
        return True

    def _advance_to(self, state):
        """Go through all steps up to ``state``."""
        actions = {
            "agreed": self.action_agree,
            "corrected": self.action_correct,
            "prevented": self.action_prevent,
            "reviewed": self.action_review,
        }
        for step in STEPS[STEPS.index(self.state) + 1 : STEPS.index(state) + 1]:
            actions[step]()

    def _check_turn(self, step):
        self.check_access("write")
        before = STEPS[STEPS.index(step) - 1]
        for error in self:
            if error.state != before:
                raise UserError(
                    self.env._(
                        'Error %(error)s is at "%(state)s". It comes to "%(step)s" '
                        'only from "%(before)s" (%(criterion)s).',
                        error=error.name,
                        state=error._get_state_label(error.state),
                        step=error._get_state_label(step),
                        before=error._get_state_label(before),
                        criterion=error.criterion,
                    )
                )

    def _open_again(self):
        """Go back to the agreed correction: the error recurred or may recur."""
        for error in self:
            error.message_post(
                body=self.env._(
                    "Reviewed as not effective: %(remark)s Corrected on %(day)s. "
                    "Prevention so far: %(prevention)s",
                    remark=error.effectiveness_remark,
                    day=error.corrected_on,
                    prevention=error.prevention,
                )
            )
        # sudo: written by the steps only
        self.sudo().write({"state": "agreed", **dict.fromkeys(BEGUN_ANEW, False)})
        self._plan_next_step()

    @api.model
    def _record(self, values):
        """Record errors for what other parts of the application do or find.

        ``values`` is one dict or a list of them; scope, criterion and other party
        follow from the document or the transfer. With ``state``, an error goes
        through the steps up to it, and each is checked. Returns the errors.
        """
        vals_list = [values] if isinstance(values, dict) else values
        # sudo: who runs into an error need not keep the register
        errors = self.sudo().create(
            [
                {name: value for name, value in vals.items() if name != "state"}
                for vals in vals_list
            ]
        )
        for error, vals in zip(errors, vals_list, strict=True):
            error._advance_to(vals.get("state", "found"))
        return self.browse(errors.ids)

    # -- reminding ------------------------------------------------------------
    def _plan_next_step(self):
        """Give one person of the scope the next step to do, in place of another."""
        self.activity_unlink([STEP_ACTIVITY, OVERDUE_ACTIVITY])
        summaries = {
            "found": self.env._("Agree on the correction with the other party"),
            "agreed": self.env._("Carry out the agreed correction"),
            "corrected": self.env._("Find the cause and prevent a recurrence"),
            "prevented": self.env._("Review the effectiveness of the prevention"),
        }
        week = timedelta(days=7)
        waiting = self.filtered(lambda one: one.state in summaries)
        for (scope, state, due), errors in waiting.grouped(
            lambda one: (one.scope_id, one.state, one.review_due)
        ).items():
            person = scope._get_persons("responsible_id")[:1]
            if person:
                errors.activity_schedule(
                    STEP_ACTIVITY,
                    date_deadline=due
                    if state == "prevented"
                    else scope._get_today() + week,
                    summary=summaries[state],
                    user_id=person.id,
                )

    @api.model
    def _cron_remind_reviews(self):
        """Tell the representatives of effectiveness reviews that are overdue."""
        # Somewhere it is tomorrow already; the scope's own day decides.
        tomorrow = fields.Date.today() + timedelta(days=1)
        errors = self.search(
            [("state", "=", "prevented"), ("review_due", "<", tomorrow)]
        ).filtered(lambda one: one.review_due < one.scope_id._get_today())
        told = errors.activity_search([OVERDUE_ACTIVITY]).mapped("res_id")
        untold = errors.filtered(lambda one: one.id not in told)
        for scope, own in untold.grouped("scope_id").items():
            for person in scope._get_persons("representative_ids"):
                own.activity_schedule(
                    OVERDUE_ACTIVITY,
                    summary=self.env._("The effectiveness review is overdue"),
                    user_id=person.id,
                )

    # -- opening --------------------------------------------------------------
    @api.model
    def _action_open(self, domain, **defaults):
        """Return the action that shows the errors of ``domain``."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "asi_coc.action_asi_coc_error"
        )
        return action | {"domain": list(domain), "context": defaults}
