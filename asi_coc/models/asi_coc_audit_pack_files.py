from datetime import timedelta

from odoo import models
from odoo.tools.misc import split_every

from ..core.pack_files import Names, make_name, split_extension
from .audit_pack_registers import BY_NAME, REGISTERS

#: CoC Documents, or records with evidence, written in one step.
STEP = 100


class AsiCocAuditPack(models.Model):
    """Writes statements, CoC Documents, reports and evidence files."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.audit.pack"

    def _plan_files(self):
        """Return the steps that write files; the large ones in several."""
        plan = [["record_register", ""]]
        plan += [["statements", one.id] for one in self._find_closed_periods()]
        plan += [
            ["documents", [ids[0], ids[-1]]]
            for ids in split_every(STEP, self._find_documents().ids, list)
        ]
        plan += [["reports", one.id] for one in self._find_versions()]
        plan += [["audits", one.id] for one in self._find_audits()]
        for register in REGISTERS:
            if self._may_have_files(register):
                records = self._find_records(register, self._get_day_domain(register))
                plan += [
                    ["evidence", [register.name, ids[0], ids[-1]]]
                    for ids in split_every(STEP, records.ids, list)
                ]
        return plan

    def _get_day_domain(self, register):
        """Return the domain of records of the pack's days, and of no day."""
        if not register.day:
            return []
        field = register.day
        return [
            "|",
            (field, "=", False),
            "&",
            (field, ">=", self.date_start),
            (field, "<", self.date_end + timedelta(days=1)),
        ]

    def _write_record_register(self, _key):
        """Print which records are kept for each criterion, and how long (1.6)."""
        scope = self._as_reader().scope_id
        path = self._get_pack_folder() / "records-register.pdf"
        path.write_bytes(self._print("asi_coc.report_records", scope))
        for record in scope._get_record_classes():
            self._note_written(record, path)

    # -- statements -----------------------------------------------------------
    def _find_closed_periods(self):
        return (
            self._as_reader()
            .env["asi.coc.period"]
            .search(
                [
                    ("scope_id", "=", self.scope_id.id),
                    ("state", "=", "closed"),
                    ("date_start", "<=", self.date_end),
                    ("date_end", ">=", self.date_start),
                ],
                order="date_start",
            )
        )

    def _write_statements(self, period_id):
        """Write the statement of a closed period as XLSX and PDF (8.4)."""
        env = self._as_reader().env
        period, statements = (
            env["asi.coc.period"].browse(period_id),
            env["asi.coc.statement"],
        )
        folder = self._get_pack_folder("statements")
        name = make_name(statements._get_filename(period))
        statements._write_xlsx(period, str(folder / f"{name}.xlsx"))
        pdf = self._print("asi_coc.report_statement", period)
        (folder / f"{name}.pdf").write_bytes(pdf)
        for extension in ("pdf", "xlsx"):
            path = f"statements/{name}.{extension}"
            self._note_file(period._name, period.id, path)
            for record in (*period.balance_ids, *period.closing_ids):
                self._note_file(record._name, record.id, path)

    def _print(self, report, record):
        reports = record.env["ir.actions.report"]
        reports = reports.with_context(force_report_rendering=True)
        content, _extension = reports._render_qweb_pdf(report, record.ids)
        return content

    # -- CoC Documents --------------------------------------------------------
    def _find_documents(self, domain=()):
        register = BY_NAME["documents"]
        days = self._get_day_domain(register)
        return self._find_records(register, [*days, ("state", "!=", "draft"), *domain])

    def _write_documents(self, span):
        """Write CoC Documents: files and twins as they were issued or received."""
        first, last = span
        found = self._find_documents([("id", ">=", first), ("id", "<=", last)])
        for document in found:
            if document.direction == "issued":
                # sudo: who may read the document may have its PDF
                file, name = document._ensure_pdf().sudo(), document.name
            else:
                # sudo: as above; numbers of other issuers may be the same
                file = document.sudo().source_attachment_id
                name = f"{document.name or ''} ({document.id})"
            folder = self._get_pack_folder("documents", document.direction)
            name = make_name((name or "").replace("/", "-"))
            if file:
                extension = split_extension(file.name)[1] or ".pdf"
                self._write_file(document, file, folder / f"{name}{extension}")
            if document.payload:
                twin = folder / f"{name}.json"
                # A document that was received as its twin is one already.
                if not (file and twin.exists() and twin.suffix == extension):
                    twin.write_text(document.payload, encoding="utf-8")
                    self._note_written(document, twin)
        self.env.invalidate_all()

    # -- reports --------------------------------------------------------------
    def _find_versions(self):
        return (
            self._as_reader()
            .env["asi.coc.annual.report.version"]
            .search(
                [
                    ("report_id.scope_id", "=", self.scope_id.id),
                    ("report_id.year", ">=", self.date_start.year - 1),
                    ("report_id.year", "<=", self.date_end.year),
                ],
                order="id",
            )
        )

    def _write_reports(self, version_id):
        """Write a version of a report to ASI as it was handed in (1.7)."""
        env = self._as_reader().env
        version = env["asi.coc.annual.report.version"].browse(version_id)
        folder = self._get_pack_folder("reports-to-asi")
        for name in ("xlsx_attachment_id", "pdf_attachment_id"):
            # sudo: who may read the report may read its file
            file = version.sudo()[name]
            if file:
                path = folder / make_name(file.name)
                self._write_file(version, file, path)
                self._note_written(version.report_id, path)

    def _find_audits(self):
        register = BY_NAME["audits"]
        days = self._get_day_domain(register)
        return self._find_records(register, [*days, ("state", "=", "reported")])

    def _write_audits(self, audit_id):
        """Print the report of an audit."""
        audit = self._as_reader().env["asi.coc.audit"].browse(audit_id)
        folder = self._get_pack_folder("audits")
        path = (
            folder / f"{make_name(f'Audit Report {audit.name}'.replace('/', '-'))}.pdf"
        )
        path.write_bytes(self._print("asi_coc.report_audit", audit))
        self._note_written(audit, path)
        for finding in audit.finding_ids:
            self._note_written(finding, path)

    # -- evidence -------------------------------------------------------------
    def _may_have_files(self, register):
        return bool(self._get_file_fields(register)) or (
            register.chatter and "message_ids" in self.env[register.model]
        )

    def _get_file_fields(self, register):
        """Return the fields whose values are files, and binary fields of records."""
        return [
            field
            for field in self.env[register.model]._fields.values()
            if field.store
            and field.name not in register.own_files
            and self._is_own_open(field)
            and (
                field.comodel_name == "ir.attachment"
                or field.type == "binary"
                and field.attachment
            )
        ]

    def _write_evidence(self, span):
        """Write the files of some records of a register, a folder for each."""
        name, first, last = span
        register = BY_NAME[name]
        days = self._get_day_domain(register)
        records = self._find_records(
            register, [*days, ("id", ">=", first), ("id", "<=", last)]
        )
        found = self._find_files(register, records)
        for record in records.filtered(lambda one: found.get(one.id)):
            names = Names()
            label = make_name((record.display_name or "").replace("/", "-"), "record")
            folder = self._get_pack_folder(
                "evidence", register.model, f"{record.id} {label}"[:60].rstrip(". ")
            )
            for title, file in found[record.id]:
                self._write_file(record, file, folder / names.take(title))
        self.env.invalidate_all()

    def _find_files(self, register, records):
        """Return ``{record id: pairs of name and file}``, each file once."""
        file_fields = self._get_file_fields(register)
        found = {}
        own = {
            file.id for field in register.own_files for file in records.sudo()[field]
        }

        def add(record_id, file, title):
            files = found.setdefault(record_id, {})
            if file.id not in own:
                files.setdefault(file.id, (title, file))

        for field in file_fields:
            if field.comodel_name:
                for record in records:
                    for file in record[field.name].sorted("id"):
                        add(record.id, file, file._coc_get_file_name())
        for file in self._find_attached(register, records, file_fields):
            record = records.browse(file.res_id)
            add(file.res_id, file, self._get_attached_name(record, file))
        return {one: list(files.values()) for one, files in found.items()}

    def _find_attached(self, register, records, file_fields):
        """Return the files attached to records, in their fields and beside."""
        names = [field.name for field in file_fields if field.type == "binary"]
        kinds = [*names, False] if register.chatter else names
        return records.env["ir.attachment"].search(
            [
                ("res_model", "=", register.model),
                ("res_id", "in", records.ids),
                ("res_field", "in", kinds),
            ],
            order="id",
        )

    def _get_attached_name(self, record, file):
        if not file.res_field:
            return file._coc_get_file_name()
        name_field = f"{file.res_field}_name"
        name = name_field in record and record[name_field]
        return name or file._coc_get_file_name()

    # -- writing --------------------------------------------------------------
    def _write_file(self, record, file, path):
        # sudo: the reader found it, and may read it
        if file.sudo()._coc_write_to(path):
            self._note_written(record, path)
        else:
            self._note(
                "missing",
                model=record._name,
                id=record.id,
                record=record.display_name,
                name=file.sudo().name,
            )

    def _note_written(self, record, path):
        relative = path.relative_to(self._get_folder() / "pack").as_posix()
        self._note_file(record._name, record.id, relative)
