from math import ceil
from unicodedata import east_asian_width

from odoo import api, models

from ..formatting import format_day, format_number
from .qr_code import draw_qr_code

#: Types of CoC Material a document names (9.2g); scrap only where there is some.
MATERIAL_TYPES = ("bauxite", "alumina", "aluminium")
#: Room for lines on the first and on further pages, in px of the layout.
FIRST_PAGE = 760
NEXT_PAGE = 1340
#: Height that the code for checking the document adds to the first page, in px.
CODE = 120
#: Height of one line of text and what a row adds to it, in px.
TEXT_LINE = 25
LINE_PADDING = 11
#: Latin characters that fit in the form's column.
FORM_CHARACTERS = 36


class ReportDocument(models.AbstractModel):
    _name = "report.asi_coc.report_document_pages"
    _description = "CoC Document as Printed"

    @api.model
    def _get_report_values(self, docids, data=None):
        documents = self.env["asi.coc.document"].browse(docids)
        documents.check_access("read")
        return {
            "docs": documents,
            "pages": [self._get_page(document) for document in documents],
        }

    @api.model
    def _get_page(self, document):
        """Return everything a CoC Document prints (9.2 to 9.4), as text.

        Masses are tonnes, written with as many decimals as they have.
        """
        # sudo: who may read the document may read what it names
        document = document.sudo().with_context(lang=self._get_lang(document))
        self = self.with_env(document.env)
        page = {
            "id": document.id,
            "lang": document.env.context["lang"],
            "is_record": document.direction == "received",
            "notice": self._get_notice(document),
            "issuer": document.issuer_name,
            "logo": self._get_logo(document),
            "date": format_day(self.env, document.date),
            "number": document.name or "–",
            "check": self._get_check(document),
            "parties": self._get_parties(document),
            "types": self._get_types(document),
            "chunks": self._get_chunks(document),
            "sustainability": self._get_sustainability(document),
            "supplementary": self._get_supplementary(document),
            "shipments": self._get_shipments(document),
            "lots": self._get_lots(document),
            "is_signed": document.direction == "issued",
        }
        return document._conceal(page)

    def _get_lang(self, document):
        """A document speaks its reader's language: an issued one the customer's."""
        # sudo: who may read the document may read what it names
        document = document.sudo()
        customer = document.direction == "issued" and document.customer_id.lang
        return customer or self.env.lang or "en_US"

    def _get_notice(self, document):
        if document.state == "draft":
            return self.env._("DRAFT – not valid as a CoC Document")
        if document.direction == "received" and document.state == "withdrawn":
            return self.env._(
                "Record of a received CoC Document – verification withdrawn"
            )
        if document.direction == "received":
            return self.env._(
                "Record of a received CoC Document – the issuing entity's original "
                "prevails"
            )
        if document.state == "void":
            return self.env._("VOID – this CoC Document does not count any more")
        if document.state == "replaced":
            number = document._get_replacement_number()
            if not number:
                return self.env._("VOID – this CoC Document is being replaced")
            return self.env._(
                "REPLACED BY %(number)s – this CoC Document does not count any more",
                number=number,
            )
        return ""

    def _get_check(self, document):
        """Return where holders check the document, and a code of the address (9.5)."""
        url = document.direction == "issued" and document.verification_url
        return {"url": url, "code": draw_qr_code(url)} if url else None

    def _get_logo(self, document):
        """Return the issuing company's logo as a data URI, or nothing."""
        company = document.company_id
        own = document.direction == "issued" and not company.uses_default_logo
        if not own or not company.logo:
            return None
        images = self.env["ir.qweb.field.image"].with_context(webp_as_jpg=True)
        try:
            return images._get_src_data_b64(company.logo, {})
        except ValueError:
            # An unreadable logo must not keep a delivery from its document.
            return None

    def _get_parties(self, document):
        """Issuing entity and receiving customer, side by side (9.2c to 9.2e)."""
        return [
            {
                "label": label,
                "issuer": issuer,
                "customer": customer,
            }
            for label, issuer, customer in (
                (
                    self.env._("Company name"),
                    document.issuer_name,
                    document.customer_name,
                ),
                (
                    self.env._("Address"),
                    document.issuer_address,
                    document.customer_address,
                ),
                (
                    self.env._("ASI CoC Certification number"),
                    document.issuer_certificate,
                    document.customer_certificate,
                ),
                (
                    self.env._("Responsible employee"),
                    document.responsible,
                    document.customer_responsible,
                ),
            )
        ]

    def _get_types(self, document):
        """Return ``(label, checked)`` per type of CoC Material (9.2g)."""
        present = set(document.line_ids.mapped("material"))
        labels = {
            "bauxite": self.env._("ASI Bauxite"),
            "alumina": self.env._("ASI Alumina"),
            "aluminium": self.env._("ASI Aluminium"),
            "scrap": self.env._("Eligible Scrap"),
        }
        shown = [name for name in labels if name in MATERIAL_TYPES or name in present]
        return [(labels[name], name in present) for name in shown]

    def _get_chunks(self, document):
        """Return the lines page by page, so that each page repeats the head.

        Debian's wkhtmltopdf cannot; a page that turns out longer than
        estimated here breaks between two lines, without a head.
        """
        lines = [self._get_line(line) for line in document.line_ids]
        total = self._get_total(document)
        if total:
            lines.append(total)
        addresses = (document.issuer_address or "", document.customer_address or "")
        room = FIRST_PAGE - TEXT_LINE * max(text.count("\n") for text in addresses)
        room -= CODE if document.verification_url else 0
        chunks = [[]]
        for line in lines:
            texts = filter(None, (line["form"], line["pieces"]))
            height = sum(self._count_text_lines(text) for text in texts)
            room -= LINE_PADDING + TEXT_LINE * height
            if room < 0 and chunks[-1]:
                chunks.append([])
                room = NEXT_PAGE
            chunks[-1].append(line)
        return chunks

    @staticmethod
    def _count_text_lines(text):
        # Chinese characters are twice as wide as Latin ones.
        width = sum(1 + (east_asian_width(letter) in "FW") for letter in text)
        return ceil(width / FORM_CHARACTERS)

    def _get_line(self, line):
        return {
            "form": line.form,
            "pieces": self._describe_pieces(line),
            "coc_mass": format_number(self.env, line.coc_mass),
            "total_mass": format_number(self.env, line.total_mass),
            "unit": self._get_unit(line.material),
            "is_total": False,
        }

    def _describe_pieces(self, line):
        """Tell the share (m·n)/M of pieces that contain other materials (9.2)."""
        if not line.shipped_mass or line.shipped_mass == line.total_mass:
            return ""
        numbers = {
            name: format_number(self.env, line[name], digits)
            for name, digits in (
                ("material_share", 2),
                ("item_count", 6),
                ("item_mass", 6),
                ("shipped_mass", 6),
            )
        }
        if not line.item_count:
            return self.env._(
                "Net material %(material_share)s %% of %(shipped_mass)s t shipped",
                **numbers,
            )
        return self.env._(
            "Net material %(material_share)s %%: %(item_count)s items of "
            "%(item_mass)s t in %(shipped_mass)s t shipped",
            **numbers,
        )

    def _get_unit(self, material):
        if material == "bauxite":
            return self.env._("dry tonnes")
        return self.env._("tonnes")

    def _get_total(self, document):
        """Sum the lines of one material; different materials never mix."""
        materials = set(document.line_ids.mapped("material"))
        if len(document.line_ids) < 2 or len(materials) > 1:
            return None
        return {
            "form": self.env._("Total"),
            "pieces": "",
            "coc_mass": format_number(self.env, document.coc_mass),
            "total_mass": format_number(self.env, document.total_mass),
            "unit": self._get_unit(*materials),
            "is_total": True,
        }

    def _get_sustainability(self, document):
        """Return ``(label, text)`` of what was given of 9.3."""
        footprint = document.carbon_footprint and document._format_footprint(
            document.carbon_footprint, document.cradle_to_gate
        )
        method = (
            self.env._("Method of the footprint")
            if footprint
            else self.env._("Carbon footprint and its method")
        )
        rows = [
            (
                self.env._("Average carbon footprint of the CoC Material"),
                footprint,
            ),
            (method, document.carbon_method),
            (
                self.env._("Information on the source of the ASI Aluminium"),
                document.origin_information,
            ),
            (
                self.env._("Post-casthouse: ASI Performance Standard status"),
                document.performance_status,
            ),
            (
                self.env._("Post-casthouse: recycled content and its method"),
                document.print_recycled_content and document.recycled_content,
            ),
        ]
        return [(label, text) for label, text in rows if text]

    def _get_supplementary(self, document):
        """Return the statements: as issued, or as a draft would be (9.4)."""
        if document.state == "draft" and document.direction == "issued":
            return document._compose_statements()
        return document.supplementary_information

    def _get_shipments(self, document):
        """Name the transfers, so that document and goods lead to each other (9.1)."""
        scope = document.scope_id
        return [
            " · ".join(
                filter(
                    None,
                    [
                        picking.name,
                        picking.date_done
                        and format_day(self.env, scope._get_day(picking.date_done)),
                        picking.origin,
                    ],
                )
            )
            for picking in document.picking_ids.sorted("id")
        ]

    def _get_lots(self, document):
        """Name the lots that left, or came in, as CoC Material (5.2)."""
        groups = self.env["asi.coc.entry"]._read_group(
            [
                ("picking_id", "in", document.picking_ids.ids),
                ("scope_id", "=", document.scope_id.id),
                ("flow", "in", ("input", "output")),
                ("status", "=", "coc"),
                ("lot_id", "!=", False),
            ],
            ["lot_id"],
            having=[("mass:sum", ">", 0)],
        )
        return ", ".join(sorted(lot.name for (lot,) in groups))
