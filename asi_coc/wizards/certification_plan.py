"""What an import of a certification list would do, row by row (10.3)."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from odoo import fields
from odoo.tools import SQL

from ..core.certification_row import (
    UnknownValue,
    parse_activities,
    parse_day,
    parse_standard,
    parse_status,
)
from ..models.ledger_guard import describe_value


class RowError(Exception):
    """The row cannot be imported; the argument tells the user why."""


@dataclass
class Decision:
    """What becomes of one row of the list."""

    line: int
    number: str
    entity: str
    outcome: str = "error"
    note: str = ""
    partner: object = None
    certificate: object = None
    values: dict = field(default_factory=dict)
    #: ``(status, effective day)`` that the history lacks.
    status: tuple[str, date] | None = None


class CertificationPlan:
    """Compares the rows of a list with the certificates on file.

    ``rows`` are pairs of line number and ``{column name: text}``. Reads only.
    """

    def __init__(self, wizard, rows):
        self.env = wizard.env
        self.wizard = wizard
        self.rows = rows
        self.today = fields.Date.context_today(wizard)
        self.activities = {
            activity.code: activity.id
            for activity in self.env["asi.coc.activity"].search([])
        }
        self.may_create_contacts = self.env["res.partner"].has_access("create")
        self._load_certificates()
        self._load_partners()

    def _load_certificates(self):
        self.certificates = defaultdict(self.env["asi.coc.certificate"].browse)
        found = self.env["asi.coc.certificate"].search(
            [
                ("number", "in", list({cells["number"] for _line, cells in self.rows})),
                ("company_id", "in", (False, self.env.company.id)),
            ]
        )
        for certificate in found:
            self.certificates[certificate.number, certificate.standard] |= certificate

    def _load_partners(self):
        """Find all contacts of the list's names and VAT numbers at once."""
        names = {_fold(cells["entity"]) for _line, cells in self.rows} - {""}
        vats = {_fold_vat(cells["vat"]) for _line, cells in self.rows} - {""}
        self.env["res.partner"].flush_model(["name", "vat", "commercial_partner_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id FROM res_partner
                 WHERE active AND commercial_partner_id = id
                   AND (lower(trim(name)) = ANY(%(names)s)
                        OR lower(replace(vat, ' ', '')) = ANY(%(vats)s))
                """,
                names=list(names),
                vats=list(vats),
            )
        )
        # Searched, so that only contacts this user may see are matched.
        partners = self.env["res.partner"].search([("id", "in", [r[0] for r in rows])])
        self.by_name = partners.grouped(lambda partner: _fold(partner.name))
        self.by_vat = partners.grouped(lambda partner: _fold_vat(partner.vat))

    def decide(self):
        """Return a :class:`Decision` for each row."""
        seen = defaultdict(list)
        decisions = []
        for line, cells in self.rows:
            decision = Decision(line, cells["number"], cells["entity"])
            try:
                self._decide(decision, cells, seen)
            except RowError as error:
                decision.outcome, decision.note = "error", str(error)
            decisions.append(decision)
        return decisions

    def _decide(self, decision, cells, seen):
        if not decision.number:
            raise RowError(self.env._("No certificate number."))
        parsed = self._parse(cells)
        standard = parsed.pop("standard") or self.wizard.standard
        decision.partner = self._find_partner(decision, cells, standard)
        self._check_once(decision, standard, parsed, seen)
        if not decision.partner and self.wizard.missing_entities == "skip":
            decision.outcome = "skip"
            decision.note = self.env._("Not a contact of yours.")
            return
        certificate = self._find_certificate(decision, standard, parsed)
        decision.certificate = certificate
        start = parsed["date_start"] or certificate.date_start
        end = parsed["date_end"] or certificate.date_end
        self._check_period(certificate, start, end)
        status, day = parsed.pop("status"), parsed.pop("status_date")
        decision.status = self._get_news(certificate, status, day, start, end)
        decision.values = self._get_changes(certificate, parsed)
        self._conclude(decision, standard, cells)

    def _conclude(self, decision, standard, cells):
        if decision.certificate:
            changed = decision.values or decision.status
            decision.outcome = "update" if changed else "unchanged"
            decision.note = self._describe(decision)
            return
        decision.outcome = "create"
        decision.values |= {"number": decision.number, "standard": standard}
        if not decision.partner:
            decision.note = self.env._("With a new contact.")
            decision.values["vat"] = cells["vat"]

    # -- cells ------------------------------------------------------------------
    def _parse(self, cells):
        day = partial(parse_day, day_first=self.wizard.date_order == "day_first")
        parsers = {
            "standard": (parse_standard, self.env._("Unknown standard “%s”.")),
            "activities": (parse_activities, self.env._("Unknown activity “%s”.")),
            "status": (parse_status, self.env._("Unknown status “%s”.")),
            "date_start": (day, self.env._("“%s” in Valid From is no date.")),
            "date_end": (day, self.env._("“%s” in Valid Until is no date.")),
            "status_date": (day, self.env._("“%s” in Status Date is no date.")),
        }
        parsed = {"scope_description": cells["scope_description"]}
        for name, (parse, message) in parsers.items():
            try:
                parsed[name] = parse(cells[name]) if cells[name] else None
            except UnknownValue as error:
                raise RowError(message % error) from error
        return parsed

    def _check_once(self, decision, standard, parsed, seen):
        """Refuse a second row of a certificate and period."""
        start = parsed["date_start"] or date.min
        end = parsed["date_end"] or date.max
        key = decision.number, standard, _fold(decision.entity)
        for first, other_start, other_end in seen[key]:
            if start <= other_end and other_start <= end:
                raise RowError(
                    self.env._("The same certificate as line %(line)s.", line=first)
                )
        seen[key].append((decision.line, start, end))

    def _check_period(self, certificate, start, end):
        if not (start and end):
            raise RowError(
                self.env._("A new certificate needs Valid From and Valid Until.")
            )
        if start > end:
            raise RowError(
                self.env._("It cannot end on %(end)s before it starts.", end=end)
            )
        outside = certificate.status_ids.filtered(
            lambda row: not start <= row.date <= end
        )
        if outside:
            raise RowError(
                self.env._(
                    "Its status from %(day)s on would be outside the new period.",
                    day=outside[0].date,
                )
            )

    # -- entity and certificate -------------------------------------------------
    def _find_partner(self, decision, cells, standard):
        """Return the contact: by VAT, then name, then number; or an empty set."""
        none = self.env["res.partner"]
        holders = self.certificates[decision.number, standard].partner_id
        vat = _fold_vat(cells["vat"])
        found = (vat and self.by_vat.get(vat)) or self.by_name.get(
            _fold(decision.entity), none
        )
        found = (found & holders) or found
        if len(found) > 1:
            raise RowError(
                self.env._(
                    "%(count)s contacts are “%(entity)s”; give the VAT number, or "
                    "merge them.",
                    count=len(found),
                    entity=decision.entity or cells["vat"],
                )
            )
        if found and holders and found not in holders:
            raise RowError(
                self.env._(
                    "The number is on file as %(holder)s's.",
                    holder=holders[0].display_name,
                )
            )
        partner = found or holders[:1]
        if not partner:
            self._check_missing(decision)
        return partner

    def _check_missing(self, decision):
        if self.wizard.missing_entities == "skip":
            return
        if not decision.entity:
            raise RowError(self.env._("No entity."))
        if self.wizard.missing_entities == "refuse":
            raise RowError(
                self.env._("Unknown entity “%(entity)s”.", entity=decision.entity)
            )
        if not self.may_create_contacts:
            raise RowError(
                self.env._(
                    "Unknown entity “%(entity)s”, and you may not create contacts.",
                    entity=decision.entity,
                )
            )

    def _find_certificate(self, decision, standard, parsed):
        """Return the one on file whose period meets the row's, or an empty set."""
        held = self.certificates[decision.number, standard].filtered(
            lambda one: one.partner_id == decision.partner
        )
        start = parsed["date_start"] or parsed["date_end"]
        end = parsed["date_end"] or parsed["date_start"]
        if start:
            held = held.filtered(
                lambda one: one.date_start <= end and start <= one.date_end
            )
        return held.sorted("date_end")[-1:]

    # -- what is new -----------------------------------------------------------
    def _get_news(self, certificate, status, day, start, end):
        """Return ``(status, day)`` for the history, or None where it has that."""
        if not status or status == "expired":
            if status and end >= self.today:
                raise RowError(self.env._("Expired, but valid until %(end)s.", end=end))
            return None
        in_force = certificate._get_status_row(day or self.today)
        if (in_force.status or "certified") == status:
            return None
        if not day:
            raise RowError(
                self.env._(
                    "The status changes, and the day it takes effect is missing (10.3)."
                )
            )
        if not start <= day <= end:
            raise RowError(
                self.env._(
                    "The status takes effect on %(day)s, outside the period of the "
                    "certificate.",
                    day=day,
                )
            )
        if in_force.date == day:
            raise RowError(
                self.env._(
                    "On file it is %(status)s from that day on; correct its history.",
                    status=describe_value(
                        self.env, in_force._fields["status"], in_force.status
                    ),
                )
            )
        return status, day

    def _get_changes(self, certificate, parsed):
        values = {
            name: parsed[name]
            for name in ("date_start", "date_end", "scope_description")
            if parsed[name] and parsed[name] != certificate[name]
        }
        activity_ids = {self.activities[code] for code in parsed["activities"] or ()}
        if activity_ids and activity_ids != set(
            certificate.supply_chain_activity_ids.ids
        ):
            values["supply_chain_activity_ids"] = sorted(activity_ids)
        return values

    def _describe(self, decision):
        labels = [
            decision.certificate._fields[name]._description_string(self.env)
            for name in decision.values
        ]
        if decision.status:
            status, day = decision.status
            field = decision.certificate._fields["status"]
            labels.append(
                self.env._(
                    "%(status)s from %(day)s on",
                    status=describe_value(self.env, field, status),
                    day=day,
                )
            )
        return ", ".join(labels)


def _fold(text):
    return (text or "").strip().lower()


def _fold_vat(text):
    return _fold(text).replace(" ", "")
