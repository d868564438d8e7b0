from odoo import fields, models
from odoo.tools import float_repr, html2plaintext
from odoo.tools.misc import split_every

from ..core.pack_files import Table, guard_text
from .audit_pack_registers import BY_NAME, REGISTERS, SUPPLIERS

#: Records read at a time.
BATCH = 1000
#: Kinds of fields that a table has no cell for.
NOT_WRITTEN = ("binary", "image", "json", "one2many", "properties", "serialized")
AUDITOR = "asi_coc.group_auditor"


def _comes_last(field):
    return field.name in models.LOG_ACCESS_COLUMNS


class AsiCocAuditPack(models.Model):
    """Writes the registers of the module as tables."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.audit.pack"

    def _get_register_title(self, name):
        """Return the title of a register: what its records are."""
        if name == SUPPLIERS:
            return self.env._("Scrap Suppliers")
        return self.env["ir.model"]._get(BY_NAME[name].model).name

    def _plan_registers(self):
        return [["registers", register.name] for register in REGISTERS]

    def _write_registers(self, name):
        """Write the table of a register; note where the records of the index are."""
        register = BY_NAME[name]
        columns = self._get_columns(register)
        wanted = self._get_wanted().get(register.model, set())
        path = self._get_pack_folder("registers") / f"{name}.csv"
        with Table(path, [self._label_column(field) for field in columns]) as table:
            for record in self._iter_records(register):
                table.write_row([self._format_cell(record, field) for field in columns])
                if record.id in wanted:
                    self._note(
                        "rows",
                        model=register.model,
                        id=record.id,
                        register=name,
                        row=table.count + 1,
                    )
        self._note("registers", name=name, model=register.model, count=table.count)

    def _get_wanted(self):
        """Return ``{model: ids}`` of the records that the index names."""
        wanted = {}
        for one in self._iter_notes("evidence"):
            for record in one["records"]:
                wanted.setdefault(one["model"], set()).add(record["id"])
        return wanted

    # -- records --------------------------------------------------------------
    def _find_records(self, register, domain=()):
        """Return the records of a register, archived ones too, oldest first."""
        reader = self._as_reader(active_test=False)
        return reader.env[register.model].search(
            [*register.get_domain(self.scope_id), *domain], order="id"
        )

    def _iter_records(self, register):
        """Yield the records of a register, reading a batch at a time."""
        records = self._find_records(register)
        for ids in split_every(BATCH, records.ids):
            yield from records.browse(ids)
            # What was read is not needed any more, and may be much.
            self.env.invalidate_all()

    # -- columns --------------------------------------------------------------
    def _get_columns(self, register):
        """Return the fields of a register's table; the first is the number.

        Fields that only officers read are left out, whoever made the pack: it is
        handed to auditors.
        """
        model = self.env[register.model]
        own = [
            field
            for field in sorted(model._fields.values(), key=_comes_last)
            if field.store
            and field.name not in register.without
            and field.type not in NOT_WRITTEN
            and self._is_own_open(field)
        ]
        return [
            model._fields["id"],
            *own,
            *(model._fields[name] for name in register.extra),
        ]

    def _is_own_open(self, field):
        """Tell whether a field is the module's own and one that auditors read."""
        own = (field._modules or ("",))[0] == "asi_coc"
        return own and (not field.groups or AUDITOR in field.groups.split(","))

    def _label_column(self, field):
        if field.name == "id":
            return "id"
        label = field._description_string(self._as_reader().env)
        return f"{label} [{field.name}]"

    # -- cells ----------------------------------------------------------------
    def _format_cell(self, record, field):
        """Return a value as text: exact, and no formula.

        Figures have a decimal point and no separators, moments are UTC.
        """
        value = record[field.name]
        if field.type == "boolean":
            return "1" if value else "0"
        if field.type == "integer":
            return str(value or 0)
        if field.type in ("float", "monetary"):
            return self._format_figure(field, value)
        if value is None or value is False:
            return ""
        return guard_text(self._format_text(record, field, value))

    def _format_figure(self, field, value):
        digits = field.type == "float" and field.get_digits(self.env)
        if not digits:
            return repr(value)
        text = float_repr(value, digits[1])
        return text.rstrip("0").rstrip(".") if "." in text else text

    def _format_text(self, record, field, value):
        if field.type == "date":
            return fields.Date.to_string(value)
        if field.type == "datetime":
            return fields.Datetime.to_string(value)
        if field.type == "selection":
            labels = field._description_selection(record.env)
            return dict(labels).get(value, str(value))
        if field.relational:
            # sudo: the record says whom it names, as its form does
            return "; ".join(one.display_name or "" for one in value.sudo())
        if field.type == "html":
            return html2plaintext(value)
        return str(value)
