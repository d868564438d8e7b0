from odoo import Command
from odoo.tests import tagged

from .common_readiness import ReadinessCase


@tagged("post_install", "-at_install")
class TestReadinessRecords(ReadinessCase):
    def test_1_6_records(self):
        classes = self.scope._get_record_classes()
        self.assertGreater(len(classes), 30)
        classes.owner_id = self.officer
        self.assert_state("1.6", "in_order", "where, how long and by whom")
        self.assert_evidence("1.6", "Record classes", classes)
        trainings = classes.filtered(lambda one: one.model == "asi.coc.training")
        trainings.owner_id = False
        self.assert_state("1.6", "missing", "without an owner", trainings.name)
        trainings.owner_id = self.officer
        self.assert_state("1.6", "in_order")

    def test_1_6_criterion_without_records(self):
        classes = self.scope._get_record_classes()
        classes.owner_id = self.officer
        criterion = self.env.ref("asi_coc.criterion_1_3")
        reviews = classes.filtered(lambda one: criterion in one.criterion_ids)
        before = {one: one.criterion_ids for one in reviews}
        for one in reviews:
            one.criterion_ids = [Command.unlink(criterion.id)]
        self.assert_state("1.6", "missing", "kept for: 1.3")
        for one, criteria in before.items():
            one.criterion_ids = criteria
        self.assert_state("1.6", "in_order")
