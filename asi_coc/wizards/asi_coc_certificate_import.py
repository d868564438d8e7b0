import base64
import binascii

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..core.certification_list import MAX_BYTES, UnreadableList, read_list
from ..core.certification_row import COLUMNS, guess_columns
from ..models.asi_coc_certificate import STANDARDS
from .certification_plan import CertificationPlan

#: Row errors that fit into a message.
SHOWN_ERRORS = 10


class AsiCocCertificateImport(models.TransientModel):
    """Brings a certification list into the certificates, all of it or nothing."""

    _name = "asi.coc.certificate.import"
    _description = "Import of a Certification List"
    _rec_name = "filename"

    file = fields.Binary(
        attachment=False,
        help="Certification list as CSV or XLSX, 5 MB and 5,000 rows at most. The "
        "first row with content names the columns.",
    )
    filename = fields.Char(help="Name of the file; the checks it makes name it.")
    state = fields.Selection(
        [("file", "File"), ("preview", "Preview")],
        required=True,
        default="file",
        help="The file is read first, and what an import would do is shown.",
    )
    reading = fields.Char(
        string="Read As", readonly=True, help="Kind of file, encoding and delimiter."
    )
    date_order = fields.Selection(
        [
            ("day_first", "03/04/2026 is 3 April"),
            ("month_first", "03/04/2026 is March 4"),
        ],
        string="Dates",
        required=True,
        default="day_first",
        help="How to read days that can be read in two ways.",
    )
    standard = fields.Selection(
        STANDARDS,
        string="Standard, Unless Given",
        required=True,
        default="chain_of_custody",
        help="ASI Standard of rows that name none.",
    )
    missing_entities = fields.Selection(
        [
            ("refuse", "List as errors"),
            ("skip", "Leave out"),
            ("create", "Create contacts"),
        ],
        string="Unknown Entities",
        required=True,
        default="refuse",
        help="What to do with entities that are no contact by VAT number, name or the "
        "number of a certificate.",
    )
    column_ids = fields.One2many(
        "asi.coc.certificate.import.column",
        "import_id",
        string="Columns",
        help="What each column of the file is.",
    )
    line_ids = fields.One2many(
        "asi.coc.certificate.import.line",
        "import_id",
        string="Rows",
        readonly=True,
        help="What an import would do with each row.",
    )
    summary = fields.Char(compute="_compute_summary", help="How many rows become what.")
    error_count = fields.Integer(
        compute="_compute_summary", help="Rows that keep the list from being imported."
    )

    @api.depends("line_ids.outcome")
    def _compute_summary(self):
        for wizard in self:
            counts = {
                outcome: len(lines)
                for outcome, lines in wizard.line_ids.grouped("outcome").items()
            }
            wizard.error_count = counts.get("error", 0)
            wizard.summary = self.env._(
                "%(create)s new, %(update)s to change, %(unchanged)s unchanged, "
                "%(skip)s left out, %(error)s errors",
                **{
                    outcome: counts.get(outcome, 0)
                    for outcome in ("create", "update", "unchanged", "skip", "error")
                },
            )

    # -- steps --------------------------------------------------------------------
    def action_read(self):
        """Read the file, guess its columns and show what an import would do.

        Raises UserError telling why the file cannot be read.
        """
        self.ensure_one()
        read = self._read()
        samples = [
            next((texts[index] for _line, texts in read.rows if texts[index]), "")
            for index in range(len(read.headings))
        ]
        self.column_ids = [
            Command.clear(),
            *(
                Command.create(
                    {
                        "position": index,
                        "heading": read.headings[index],
                        "sample": samples[index],
                        "target": guess or False,
                    }
                )
                for index, guess in enumerate(guess_columns(read.headings))
            ),
        ]
        delimiter = "" if not read.delimiter else repr(read.delimiter)
        self.reading = " ".join(filter(None, [read.encoding, delimiter]))
        self.state = "preview"
        if "number" in self.column_ids.mapped("target"):
            return self.action_preview()
        # The user has to say which column it is.
        self.line_ids = [Command.clear()]
        return self._reopen()

    def action_preview(self):
        """Show what an import with these columns would do; nothing is changed.

        Raises UserError when a column is named twice, or the number not at all.
        """
        self.ensure_one()
        self.line_ids = [
            Command.clear(),
            *(
                Command.create(
                    {
                        "line": decision.line,
                        "number": decision.number,
                        "entity": decision.entity,
                        "outcome": decision.outcome,
                        "note": decision.note,
                    }
                )
                for decision in self._decide()
            ),
        ]
        return self._reopen()

    def action_back(self):
        """Choose another file."""
        self.ensure_one()
        self.write({"state": "file", "column_ids": [Command.clear()]})
        self.line_ids = [Command.clear()]
        return self._reopen()

    def action_import(self):
        """Import the list: all of it, or nothing (10.3).

        Raises UserError listing what is wrong.
        """
        self.ensure_one()
        # What the preview showed may be out of date, or made up.
        decisions = self._decide()
        self._check_errors(decisions)
        certificates = self._apply(
            [decision for decision in decisions if decision.outcome != "skip"]
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Imported Certificates"),
            "res_model": "asi.coc.certificate",
            "view_mode": "list,kanban,form",
            "domain": [("id", "in", certificates.ids)],
        }

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Import Certification List"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    # -- reading -------------------------------------------------------------------
    def _read(self):
        encoded = self.with_context(bin_size=False).file or b""
        try:
            if len(encoded) > MAX_BYTES * 4 // 3 + 4:
                raise UnreadableList("too_large", limit=MAX_BYTES // 1_000_000)
            return read_list(base64.b64decode(encoded))
        except UnreadableList as error:
            raise UserError(self._explain(error)) from error
        except binascii.Error as error:
            raise UserError(self._explain(UnreadableList("damaged", line=0))) from error

    def _explain(self, error):
        messages = {
            "empty": self.env._("it has no row below its headings."),
            "too_large": self.env._("it has more than %(limit)s MB. Split it."),
            "too_many_rows": self.env._(
                "it has more than %(limit)s rows. Split it, or delete empty rows."
            ),
            "too_many_columns": self.env._(
                "line %(line)s has more than %(limit)s columns."
            ),
            "cell_too_long": self.env._(
                "line %(line)s has a cell of more than %(limit)s characters."
            ),
            "not_text": self.env._(
                "line %(line)s is no text. Save the list as CSV or XLSX."
            ),
            "damaged": self.env._(
                "it is damaged, or no list (line %(line)s). Save it as CSV or XLSX "
                "once more."
            ),
            "old_or_encrypted": self.env._(
                "it has a password, or is of an old Excel version. Save it as XLSX "
                "without a password."
            ),
            "packed_too_large": self.env._(
                "unpacked it is more than %(limit)s MB. Split it."
            ),
            "links": self.env._(
                "it has links to other workbooks, which are not followed. Save it "
                "with values only."
            ),
        }
        return self.env._(
            "%(file)s cannot be read: %(reason)s Nothing was changed.",
            file=self.filename or self.env._("The file"),
            reason=messages[error.reason] % error.details,
        )

    def _decide(self):
        read = self._read()
        indexes = self._get_indexes(len(read.headings))
        rows = [
            (
                line,
                {
                    name: texts[indexes[name]] if name in indexes else ""
                    for name in COLUMNS
                },
            )
            for line, texts in read.rows
        ]
        return CertificationPlan(self, rows).decide()

    def _get_indexes(self, width):
        """Return ``{what a column is: its position}``."""
        indexes = {}
        for column in self.column_ids.filtered("target"):
            if column.target in indexes:
                raise UserError(
                    self.env._(
                        "Two columns are “%(target)s”. Leave one of them empty.",
                        target=column._get_target_label(),
                    )
                )
            if 0 <= column.position < width:
                indexes[column.target] = column.position
        if "number" not in indexes:
            raise UserError(
                self.env._("No column is the certificate number. Choose which one is.")
            )
        return indexes

    # -- importing -----------------------------------------------------------------
    def _check_errors(self, decisions):
        errors = [decision for decision in decisions if decision.outcome == "error"]
        if not errors:
            return
        lines = [
            self.env._(
                "Line %(line)s, %(number)s: %(reason)s",
                line=error.line,
                number=error.number or "–",
                reason=error.note,
            )
            for error in errors[:SHOWN_ERRORS]
        ]
        if len(errors) > SHOWN_ERRORS:
            more = len(errors) - SHOWN_ERRORS
            lines.append(self.env._("… and %(count)s more.", count=more))
        raise UserError(
            self.env._(
                "Nothing was imported: %(count)s rows have errors.\n%(errors)s",
                count=len(errors),
                errors="\n".join(lines),
            )
        )

    def _apply(self, decisions):
        """Write what was decided; return the certificates."""
        self._create_partners(decisions)
        self._create_certificates(
            [decision for decision in decisions if decision.outcome == "create"]
        )
        source = self.env._("Certification list %(file)s", file=self.filename or "")
        results = {"update": "changed"}
        for decision in decisions:
            if decision.outcome == "update" and decision.values:
                decision.certificate.write(decision.values)
        self.env["asi.coc.certificate.status"].create(
            [
                {
                    "certificate_id": decision.certificate.id,
                    "status": decision.status[0],
                    "date": decision.status[1],
                    "source": source,
                }
                for decision in decisions
                if decision.status
            ]
        )
        # Every row is a look at what is published (10.3).
        self.env["asi.coc.certificate.check"].create(
            [
                {
                    "certificate_id": decision.certificate.id,
                    "result": results.get(decision.outcome, "unchanged"),
                    "source": source,
                }
                for decision in decisions
            ]
        )
        return self.env["asi.coc.certificate"].union(
            *(decision.certificate for decision in decisions)
        )

    def _create_partners(self, decisions):
        """One contact for each entity that is missing, however many rows it has."""
        missing = {}
        for decision in decisions:
            vat = decision.values.pop("vat", "")
            if not decision.partner:
                missing.setdefault(
                    decision.entity.casefold(),
                    {"name": decision.entity, "vat": vat or False, "is_company": True},
                )
        partners = self.env["res.partner"].create(list(missing.values()))
        created = dict(zip(missing, partners, strict=True))
        for decision in decisions:
            if not decision.partner:
                decision.partner = created[decision.entity.casefold()]

    def _create_certificates(self, decisions):
        certificates = self.env["asi.coc.certificate"].create(
            [
                {**decision.values, "partner_id": decision.partner.id}
                for decision in decisions
            ]
        )
        for decision, certificate in zip(decisions, certificates, strict=True):
            decision.certificate = certificate
