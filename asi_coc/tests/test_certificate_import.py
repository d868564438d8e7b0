import base64
import io
import random
import struct
import zipfile
from datetime import date

import openpyxl
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.workbook.external_link import ExternalLink

from odoo.exceptions import AccessError, UserError
from odoo.tests import BaseCase, tagged

from ..core import certification_list
from ..core.certification_list import UnreadableList, read_list
from ..core.certification_row import (
    UnknownValue,
    parse_activities,
    parse_day,
    parse_standard,
    parse_status,
)
from .test_certificates import CertificateCase

HEADINGS = [
    "Certificate Number",
    "Entity",
    "Activities",
    "Valid From",
    "Valid Until",
    "Status",
    "Effective Date",
]
ACME = ["C00015", "Acme Alumina", "Alumina Refining", "2024-01-01", "2026-12-31"]
ROLLERS = ["C00059", "Rollers United", "Post-Casthouse", "2025-01-01", "2027-12-31"]


def to_csv(*rows, delimiter=",", encoding="utf-8"):
    lines = [delimiter.join(row) for row in (HEADINGS, *rows)]
    return "\n".join(lines).encode(encoding)


def to_xlsx(*rows, workbook=None):
    workbook = workbook or openpyxl.Workbook()
    for row in (HEADINGS, *rows):
        workbook.active.append(row)
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def repack(content, change):
    """Pack an XLSX file anew; ``change`` maps a part's name and bytes to bytes."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            target.writestr(name, change(name, source.read(name)))
    return buffer.getvalue()


class TestReading(BaseCase):
    """Files as they come, and files that nobody should open."""

    def refuse(self, content, reason):
        with self.assertRaises(UnreadableList) as caught:
            read_list(content)
        self.assertEqual(caught.exception.reason, reason)

    def test_delimiters_and_encodings(self):
        row = ["C1", "Sept-Îles Métal", *ACME[2:]]
        for delimiter in ",;\t|":
            for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
                with self.subTest(delimiter=delimiter, encoding=encoding):
                    read = read_list(
                        to_csv(row, delimiter=delimiter, encoding=encoding)
                    )
                    self.assertEqual(read.headings, tuple(HEADINGS))
                    self.assertEqual(read.rows[0][1][:2], ("C1", "Sept-Îles Métal"))
                    self.assertEqual(read.delimiter, delimiter)

    def test_chinese(self):
        for encoding in ("utf-8", "utf-16", "gbk", "gb18030"):
            with self.subTest(encoding=encoding):
                content = "证书编号,公司名称\n458,青海百河铝业\n".encode(encoding)
                read = read_list(content)
                self.assertEqual(read.headings, ("证书编号", "公司名称"))
                self.assertEqual(read.rows, ((2, ("458", "青海百河铝业")),))

    def test_quotes_and_line_breaks(self):
        read = read_list(b'Number,Entity\n\n1,"Smith, Jones\nand ""Sons"""\n2,X\n')
        self.assertEqual(
            read.rows, ((3, ("1", 'Smith, Jones\nand "Sons"')), (5, ("2", "X")))
        )

    def test_workbook(self):
        read = read_list(
            to_xlsx([458, "Acme Alumina", None, date(2024, 1, 1), "31.12.2026"])
        )
        self.assertEqual(read.encoding, "XLSX")
        self.assertEqual(
            read.rows,
            ((2, ("458", "Acme Alumina", "", "2024-01-01", "31.12.2026", "", "")),),
        )

    def test_formulas_stay_text(self):
        read = read_list(to_xlsx(["=1+1", '=HYPERLINK("http://x.example")']))
        self.assertEqual(
            read.rows[0][1][:2], ("=1+1", '=HYPERLINK("http://x.example")')
        )

    def test_empty(self):
        for content in (b"", b" \n\n", to_csv(), to_xlsx()):
            self.refuse(content, "empty")

    def test_too_large(self):
        self.refuse(b"a" * 5_000_001, "too_large")

    def test_too_many_rows(self):
        self.refuse(to_csv(*[ACME] * 5_001), "too_many_rows")
        self.assertEqual(len(read_list(to_csv(*[ACME] * 5_000)).rows), 5_000)

    def test_endless_sheet(self):
        workbook = openpyxl.Workbook()
        workbook.active["A1048576"] = "end"
        self.refuse(to_xlsx(ACME, workbook=workbook), "too_many_rows")

    def test_too_many_columns(self):
        self.refuse(b"a," * 50 + b"b\n1\n", "too_many_columns")
        self.refuse(to_xlsx(["x"] * 51), "too_many_columns")

    def test_cell_too_long(self):
        self.refuse(to_csv(["x" * 2_001]), "cell_too_long")
        self.refuse(to_xlsx(["x" * 2_001]), "cell_too_long")

    def test_quote_that_never_ends(self):
        self.refuse(b'Number\n"C1\nC2\n', "damaged")

    def test_nul_bytes(self):
        self.refuse(to_csv(["C1\0"]), "not_text")

    def test_pictures(self):
        self.refuse(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "not_text")
        self.refuse(b"%PDF-1.7\n\x01\x02\n", "not_text")

    def test_old_or_encrypted_excel(self):
        self.refuse(
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old_or_encrypted"
        )

    def test_encrypted_package(self):
        content = bytearray(to_xlsx(ACME))
        directory = content.find(b"PK\x01\x02")
        content[directory + 8] |= 1
        self.refuse(bytes(content), "old_or_encrypted")

    def test_zip_bomb(self):
        content = repack(
            to_xlsx(ACME),
            lambda name, part: part + b" " * 31_000_000 if "sheet1" in name else part,
        )
        self.assertLess(len(content), 100_000)
        self.refuse(content, "packed_too_large")

    def test_zip_bomb_that_lies(self):
        """What says it is small is read no further than it says."""
        bomb = b"<worksheet>" + b" " * 31_000_000
        content = bytearray(repack(to_xlsx(ACME), lambda name, part: bomb))
        position = 0
        while (position := content.find(b"PK\x01\x02", position)) >= 0:
            content[position + 24 : position + 28] = struct.pack("<I", 100)
            position += 4
        self.refuse(bytes(content), "damaged")

    def test_many_parts(self):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as package:
            for number in range(201):
                package.writestr(f"part{number}", "")
        self.refuse(buffer.getvalue(), "packed_too_large")

    def test_links_to_other_workbooks(self):
        workbook = openpyxl.Workbook()
        link = ExternalLink()
        link.file_link = openpyxl.packaging.relationship.Relationship(
            type="externalLinkPath", Target="//server/share.xlsx", TargetMode="External"
        )
        link.externalBook = openpyxl.workbook.external_link.external.ExternalBook()
        workbook._external_links.append(link)
        self.refuse(to_xlsx(ACME, workbook=workbook), "links")

    def test_entities(self):
        laughs = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">]>'
        self.refuse(
            repack(
                to_xlsx(ACME),
                lambda name, part: laughs + part if "sheet1" in name else part,
            ),
            "damaged",
        )

    def test_other_packages(self):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as package:
            package.writestr("mimetype", "application/vnd.oasis.opendocument")
        self.refuse(buffer.getvalue(), "damaged")
        self.refuse(buffer.getvalue()[:40], "damaged")

    def test_a_cell_far_right_is_not_waited_for(self):
        workbook = openpyxl.Workbook()
        for row in range(2, 2_000):
            workbook.active.cell(row, 16_384, "x")
        self.assertEqual(
            len(read_list(to_xlsx(ACME, workbook=workbook)).rows[0][1]), len(HEADINGS)
        )


class TestReadingFuzzed(BaseCase):
    """Whatever bytes come, there is a list or one kind of refusal."""

    def survive(self, content):
        try:
            read = read_list(content)
        except UnreadableList as error:
            self.assertIn(error.reason, UnreadableList.REASONS)
            return
        width = len(read.headings)
        self.assertLessEqual(width, certification_list.MAX_COLUMNS)
        for _line, texts in read.rows:
            self.assertEqual(len(texts), width)
            for text in texts:
                self.assertNotIn("\0", text)
                text.encode()
                self.read_cell(text)

    def read_cell(self, text):
        for parse in (parse_day, parse_status, parse_standard, parse_activities):
            try:
                parse(text)
            except UnknownValue:
                continue

    @given(st.binary(max_size=400))
    @settings(derandomize=True, max_examples=300, deadline=None)
    def test_bytes(self, content):
        self.survive(content)
        self.survive(b"PK\x03\x04" + content)

    @given(st.text(max_size=200), st.sampled_from(["utf-8", "utf-16", "gb18030"]))
    @settings(derandomize=True, max_examples=200, deadline=None)
    def test_text(self, text, encoding):
        self.survive(text.encode(encoding, "replace"))

    @given(st.text(max_size=30))
    @settings(derandomize=True, max_examples=300, deadline=None)
    def test_cells(self, text):
        self.read_cell(text)

    @given(st.integers(0, 2**32), st.integers(1, 12))
    @settings(derandomize=True, max_examples=200, deadline=None)
    def test_damaged_workbooks(self, seed, changes):
        self.survive(self.damage(self.workbook, seed, changes))

    @given(st.integers(0, 2**32), st.integers(1, 12))
    @settings(derandomize=True, max_examples=200, deadline=None)
    def test_damaged_parts(self, seed, changes):
        """Bytes change inside, so that what unpacks is damaged XML."""
        self.survive(
            repack(
                self.workbook,
                lambda name, part: self.damage(part, seed, changes)
                if name.endswith(("sheet1.xml", "workbook.xml", "sharedStrings.xml"))
                else part,
            )
        )

    @given(st.integers(0, 2**32), st.integers(1, 12))
    @settings(derandomize=True, max_examples=200, deadline=None)
    def test_damaged_texts(self, seed, changes):
        self.survive(self.damage(to_csv(ACME, ROLLERS), seed, changes))

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.workbook = to_xlsx(ACME, [458, "=1+1", date(2024, 1, 1), 1.5, True])

    def damage(self, content, seed, changes):
        chance = random.Random(seed)
        content = bytearray(content)
        for _change in range(changes):
            position = chance.randrange(len(content))
            if chance.random() < 0.2:
                del content[position : position + chance.randrange(40)]
                content = content or bytearray(b"x")
            else:
                content[position] = chance.randrange(256)
        return bytes(content)


class ImportCase(CertificateCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.importer = cls.user(
            "importer", "asi_coc.group_officer", "base.group_partner_manager"
        )

    def open_list(self, content, filename="list.csv", **values):
        wizard = (
            self.env["asi.coc.certificate.import"]
            .with_user(self.importer)
            .create({"file": base64.b64encode(content), "filename": filename, **values})
        )
        wizard.action_read()
        return wizard

    def outcomes(self, wizard):
        return [(line.line, line.outcome, line.note) for line in wizard.line_ids]

    def bring_in(self, *rows, **values):
        wizard = self.open_list(to_csv(*rows), **values)
        wizard.action_import()
        return wizard

    def found(self, number):
        return self.env["asi.coc.certificate"].search([("number", "=", number)])


@tagged("post_install", "-at_install")
class TestImport(ImportCase):
    """A list comes in as a whole, and each row is a check (10.3)."""

    def test_dry_run_changes_nothing(self):
        wizard = self.open_list(
            to_csv(
                ACME,
                [*ROLLERS, "Suspended", "2025-06-01"],
                ["C00081", "Crystal Falls Foundry", "Casthouses", *ROLLERS[3:]],
            ),
            missing_entities="create",
        )
        self.assertEqual(
            self.outcomes(wizard),
            [
                (2, "unchanged", ""),
                (3, "create", ""),
                (4, "create", "With a new contact."),
            ],
        )
        self.assertEqual(
            wizard.summary,
            "2 new, 0 to change, 1 unchanged, 0 left out, 0 errors",
        )
        self.assertFalse(self.found("C00059"))
        self.assertFalse(self.supplied.check_ids)
        self.assertFalse(
            self.env["res.partner"].search([("name", "=", "Crystal Falls Foundry")])
        )

    def test_import(self):
        self.bring_in(
            ACME,
            [*ROLLERS, "Suspended", "2025-06-01"],
            ["C00081", "Crystal Falls Foundry", "Casthouses; AS", *ROLLERS[3:]],
            ["P00081", "CRYSTAL FALLS FOUNDRY", "", *ROLLERS[3:]],
            missing_entities="create",
        )
        rollers = self.found("C00059")
        self.assertEqual(rollers.partner_id, self.customer)
        self.assertEqual(rollers.date_start, date(2025, 1, 1))
        self.assertEqual(rollers.date_end, date(2027, 12, 31))
        self.assertEqual(
            rollers.supply_chain_activity_ids, self._activity("post_casthouse")
        )
        self.assertEqual(rollers.status_ids.status, "suspended")
        self.assertEqual(rollers.status_ids.date, date(2025, 6, 1))
        self.assertIn("list.csv", rollers.status_ids.source)
        self.assertTrue(rollers._is_valid_on(date(2025, 5, 31)))
        self.assertFalse(rollers._is_valid_on(date(2025, 6, 1)))
        foundry = self.found("C00081")
        self.assertEqual(foundry.partner_id.name, "Crystal Falls Foundry")
        self.assertTrue(foundry.partner_id.is_company)
        self.assertEqual(self.found("P00081").partner_id, foundry.partner_id)
        self.assertEqual(
            set(foundry.supply_chain_activity_ids.mapped("code")),
            {"casthouse", "smelting"},
        )
        for certificate in (self.supplied, rollers, foundry):
            check = certificate.check_ids
            self.assertEqual(check.result, "unchanged")
            self.assertEqual(check.checked_by_id, self.importer)
            self.assertEqual(check.checked_on, date(2025, 3, 10))
            self.assertIn("list.csv", check.source)

    def test_changes(self):
        wizard = self.bring_in(
            [*ACME[:2], "BM; AR", "2024-01-01", "2026-06-30", "Withdrawn", "2025-02-01"]
        )
        self.assertEqual(wizard.line_ids.outcome, "update")
        for fragment in (
            "Valid Until",
            "Supply Chain Activities",
            "Withdrawn from 2025-02-01 on",
        ):
            self.assertIn(fragment, wizard.line_ids.note)
        self.assertEqual(self.supplied.date_end, date(2026, 6, 30))
        self.assertTrue(self.supplied._covers("bauxite"))
        self.assertEqual(self.supplied.status, "withdrawn")
        self.assertEqual(self.supplied.check_ids.result, "changed")
        self.assertEqual(
            self.outcomes(self.open_list(to_csv(ACME[:2] + [""] * 3 + ["Withdrawn"]))),
            [(2, "unchanged", "")],
        )

    def test_renewal(self):
        self.bring_in([*ACME[:3], "2027-01-01", "2029-12-31"])
        self.assertEqual(len(self.found("C00015")), 2)
        self.assertEqual(self.supplied.date_end, date(2026, 12, 31))

    def test_twice_is_once(self):
        rows = ACME, [*ROLLERS, "Suspended", "2025-06-01"]
        self.bring_in(*rows)
        wizard = self.bring_in(*rows)
        self.assertEqual(wizard.line_ids.mapped("outcome"), ["unchanged"] * 2)
        self.assertEqual(len(self.found("C00059").status_ids), 1)
        self.assertEqual(len(self.found("C00059").check_ids), 2)

    def test_by_vat_and_by_number(self):
        self.customer.vat = "BE0477472701"
        headings = "Certificate No;VAT;Entity;From;To\n"
        wizard = self.open_list(
            (
                headings
                + "C00059;BE 0477472701;Rollers Ltd;2025-01-01;2027-12-31\n"
                + "C00015;;Acme Alumina Pty;;\n"
            ).encode()
        )
        wizard.action_import()
        self.assertEqual(self.found("C00059").partner_id, self.customer)
        self.assertEqual(len(self.supplied.check_ids), 1)

    def test_workbook(self):
        wizard = self.open_list(
            to_xlsx([*ROLLERS[:3], date(2025, 1, 1), date(2027, 12, 31)]), "list.xlsx"
        )
        self.assertEqual(wizard.reading, "XLSX")
        wizard.action_import()
        self.assertEqual(self.found("C00059").date_start, date(2025, 1, 1))

    def test_columns_are_guessed_and_can_be_changed(self):
        wizard = self.open_list(
            b"Code,Entity,Valid To,End\nC00015,Acme Alumina,2027,x\n"
        )
        self.assertEqual(
            wizard.column_ids.mapped(lambda one: (one.heading, one.sample, one.target)),
            [
                ("Code", "C00015", False),
                ("Entity", "Acme Alumina", "entity"),
                ("Valid To", "2027", "date_end"),
                ("End", "x", False),
            ],
        )
        self.assertFalse(wizard.line_ids)
        wizard.column_ids[0].target = "number"
        wizard.column_ids[2].target = False
        wizard.action_preview()
        self.assertEqual(self.outcomes(wizard), [(2, "unchanged", "")])
        wizard.action_import()
        self.assertEqual(len(self.supplied.check_ids), 1)

    def test_month_first(self):
        row = [*ROLLERS[:3], "03/04/2025", "12/31/2027"]
        self.bring_in(row, date_order="month_first")
        self.assertEqual(self.found("C00059").date_start, date(2025, 3, 4))

    def test_left_out(self):
        wizard = self.bring_in(
            ACME, ["C1", "Nobody We Know", *ACME[2:]], missing_entities="skip"
        )
        self.assertEqual(wizard.line_ids.mapped("outcome"), ["unchanged", "skip"])
        self.assertFalse(self.found("C1"))

    def test_twenty_rows_are_planned_with_as_many_queries_as_one(self):
        counts = []
        for number in (1, 20):
            wizard = self.open_list(
                to_csv(
                    *(
                        [f"C{number}-{one}", f"Entity {number}-{one}", *ACME[2:]]
                        for one in range(number)
                    )
                ),
                missing_entities="skip",
            )
            wizard._decide()
            before = self.env.cr.sql_log_count
            self.assertEqual(len(wizard._decide()), number)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts)


@tagged("post_install", "-at_install")
class TestImportRefused(ImportCase):
    """What is wrong is listed, and nothing is half-imported."""

    def refuse_row(self, row, *fragments, **values):
        """One bad row beside a good one: both stay out."""
        wizard = self.open_list(to_csv(ROLLERS, row), **values)
        bad = wizard.line_ids.filtered(lambda line: line.outcome == "error")
        self.assertEqual(bad.line, 3, self.outcomes(wizard))
        self.assertEqual(wizard.error_count, 1)
        with self.refused(UserError, "Nothing was imported: 1 rows", "Line 3"):
            wizard.action_import()
        for fragment in fragments:
            self.assertIn(fragment, bad.note)
        self.assertFalse(self.found("C00059"))
        self.assertFalse(self.supplied.check_ids)

    def test_no_number(self):
        self.refuse_row(["", *ACME[1:]], "No certificate number")

    def test_no_entity(self):
        self.refuse_row(["C1", "", *ACME[2:]], "No entity")

    def test_unknown_entity(self):
        self.refuse_row(["C1", "Nobody", *ACME[2:]], "Unknown entity “Nobody”")

    def test_two_contacts_of_one_name(self):
        self.env["res.partner"].create([{"name": "Metro Slab"}, {"name": "metro slab"}])
        self.refuse_row(["C1", "Metro Slab", *ACME[2:]], "2 contacts", "VAT")

    def test_number_of_another_entity(self):
        self.refuse_row(["C00015", "Rollers United", *ACME[2:]], "Acme Alumina's")

    def test_bad_date(self):
        self.refuse_row(
            [*ACME[:3], "2024-02-30", ACME[4]], "“2024-02-30” in Valid From is no date"
        )

    def test_formula_for_a_date(self):
        self.refuse_row([*ACME[:3], "=TODAY()", ACME[4]], "“=TODAY()”")

    def test_unknown_activity(self):
        self.refuse_row([*ACME[:2], "Alchemy", *ACME[3:]], "activity “Alchemy”")

    def test_unknown_status(self):
        self.refuse_row([*ACME, "Under review"], "status “Under review”")

    def test_unknown_standard(self):
        content = b"Number,Entity,Standard\nC00015,Acme Alumina,ISO 9001\n"
        self.assertEqual(
            self.outcomes(self.open_list(content)),
            [(2, "error", "Unknown standard “ISO 9001”.")],
        )

    def test_duplicate_row(self):
        wizard = self.open_list(to_csv(ACME, ROLLERS, ACME))
        self.assertEqual(
            self.outcomes(wizard)[2], (4, "error", "The same certificate as line 2.")
        )

    def test_new_without_dates(self):
        self.refuse_row(["C1", "Acme Alumina", "", "2024-01-01", ""], "Valid Until")

    def test_ends_before_it_starts(self):
        self.refuse_row(
            ["C1", "Acme Alumina", "", "2024-01-01", "2023-12-31"], "2023-12-31"
        )

    def test_suspended_without_a_day(self):
        self.refuse_row([*ACME, "Suspended"], "the day it takes effect", "(10.3)")

    def test_status_outside_the_period(self):
        self.refuse_row([*ACME, "Suspended", "2027-01-01"], "2027-01-01", "outside")

    def test_status_against_the_history(self):
        self.history(self.supplied, ("2025-02-01", "suspended"))
        self.refuse_row([*ACME, "Withdrawn", "2025-02-01"], "Suspended", "history")

    def test_history_outside_the_new_period(self):
        self.history(self.supplied, ("2026-12-01", "suspended"))
        self.refuse_row([*ACME[:4], "2026-11-30"], "2026-12-01", "outside")

    def test_expired_and_yet_valid(self):
        self.refuse_row([*ACME, "Expired"], "Expired", "2026-12-31")

    def test_contacts_the_user_may_not_create(self):
        self.importer = self.officer
        self.refuse_row(
            ["C1", "Nobody", *ACME[2:]],
            "may not create contacts",
            missing_entities="create",
        )

    def test_columns_named_twice_or_not_at_all(self):
        wizard = self.open_list(to_csv(ACME))
        entity = wizard.column_ids.filtered(lambda one: one.target == "entity")
        entity.target = "number"
        with self.refused(UserError, "Two columns are “Certificate Number”"):
            wizard.action_preview()
        wizard.column_ids.target = False
        with self.refused(UserError, "No column is the certificate number"):
            wizard.action_import()

    def test_a_change_after_the_preview_is_seen(self):
        wizard = self.open_list(to_csv([*ROLLERS]))
        self.customer.name = "Rollers Reunited"
        with self.refused(UserError, "Unknown entity “Rollers United”"):
            wizard.action_import()

    def test_unreadable_files(self):
        self.assertEqual(len(UnreadableList.REASONS), 10)
        for content, fragments in (
            (b"", ("list.csv", "no row")),
            (b"a" * 5_000_001, ("5 MB",)),
            (to_csv(*[ACME] * 5_001), ("5000 rows",)),
            (b"a," * 50 + b"b\n1\n", ("line 1", "50 columns")),
            (to_csv(["x" * 2_001]), ("line 2", "2000 characters")),
            (to_csv(["C1\0"]), ("line 2", "no text")),
            (b'Number\n"C1\n', ("damaged",)),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 ", ("password",)),
            (
                repack(
                    to_xlsx(ACME),
                    lambda name, part: part
                    + (b" " * 31_000_000 if "sheet1" in name else b""),
                ),
                ("30 MB",),
            ),
        ):
            with self.refused(UserError, *fragments, "Nothing was changed"):
                self.open_list(content)

    def test_not_base64(self):
        wizard = self.open_list(to_csv(ACME))
        wizard.file = b"abc"
        with self.refused(UserError, "damaged"):
            wizard.action_import()

    def test_others_do_not_import(self):
        for user in (self.coc_storekeeper, self.auditor):
            with self.assertRaises(AccessError):
                self.env["asi.coc.certificate.import"].with_user(user).create({})
