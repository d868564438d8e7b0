from pathlib import Path

from odoo.models import LOG_ACCESS_COLUMNS
from odoo.tests import TransactionCase, tagged

#: Fields that Odoo adds to every model.
AUTOMATIC = (*LOG_ACCESS_COLUMNS, "id", "display_name")


@tagged("post_install", "-at_install")
class TestConventions(TransactionCase):
    """What users are promised of every field and menu."""

    def _get_own_fields(self):
        for model in self.env.registry.values():
            for field in model._fields.values():
                # A choice added to a selection of Odoo's leaves the field Odoo's.
                own = (field._modules or ("",))[0] == "asi_coc"
                if own and field.name not in AUTOMATIC:
                    yield field

    def test_every_field_has_a_help_text(self):
        own = list(self._get_own_fields())
        self.assertGreater(len(own), 200)
        self.assertEqual([str(field) for field in own if not field.help], [])

    def test_fields_on_models_of_odoo_start_with_coc(self):
        strangers = [
            str(field)
            for field in self._get_own_fields()
            if not field.model_name.startswith("asi.coc.")
            and not field.name.startswith("coc_")
        ]
        self.assertEqual(strangers, [])

    def test_nothing_computed_is_stored_on_moves(self):
        stored = [
            str(field)
            for field in self._get_own_fields()
            if field.model_name in ("stock.move", "stock.move.line")
            and field.store
            and field.compute
        ]
        self.assertEqual(stored, [])

    def test_every_model_has_access_rights_and_a_rule(self):
        for model in self.env.registry.values():
            if not model._name.startswith("asi.coc.") or model._abstract:
                continue
            record = self.env["ir.model"]._get(model._name)
            with self.subTest(model=model._name):
                self.assertTrue(record.access_ids)
                if "company_id" in model._fields:
                    self.assertTrue(record.rule_ids)

    def test_every_file_of_tests_is_imported(self):
        """Odoo's own runner runs those only that the package imports."""
        folder = Path(__file__).parent
        imported = (folder / "__init__.py").read_text(encoding="utf-8").split()
        missing = [
            file.stem
            for file in sorted(folder.glob("test_*.py"))
            if f"{file.stem}," not in imported
        ]
        self.assertEqual(missing, [])
