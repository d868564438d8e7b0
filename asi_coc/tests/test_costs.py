from datetime import date, timedelta

from odoo.tests import tagged
from odoo.tools import SQL

from .common import CocCase
from .common_scrap import ScrapCase

#: Tables that grow with every transfer.
LARGE = ("asi_coc_entry", "stock_move", "stock_move_line", "stock_picking")


@tagged("post_install", "-at_install")
class TestCosts(CocCase):
    """What is shown costs no more when there is more of it."""

    def count_queries(self, read):
        """Return how many queries ``read`` needs with no record in the cache."""
        read()  # fills what the registry caches
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        read()
        return self.env.cr.sql_log_count - before

    def test_availability_of_twenty_lines_costs_as_much_as_of_one(self):
        counts = []
        for lines in (1, 20):
            products = [
                self._create_product(f"Slab {lines}-{number}", "aluminium", self.tonne)
                for number in range(lines)
            ]
            for product in products:
                self.receive(product, 10)
            delivery = self.deliver_each(products)
            counts.append(
                self.count_queries(
                    lambda picking=delivery: picking.move_ids.mapped(
                        "coc_available_qty"
                    )
                )
            )
        self.assertLess(counts[1] - counts[0], 5, counts)

    def deliver_each(self, products):
        return self.transfer(
            "out",
            self.casthouse_place,
            self.env.ref("stock.stock_location_customers"),
            [{"product": product, "quantity": 10} for product in products],
            self.customer,
        )

    def test_stock_on_hand_costs_as_much_with_twelve_open_periods_as_with_one(self):
        """Overdraws of the earlier periods bind, and those need no stock (8.8c)."""
        self.at("2025-12-10")
        with_one = self.count_extra_when_stock_backed()
        self.period.unlink()
        starts = [date(2025, month, 1) for month in range(1, 13)] + [date(2026, 1, 1)]
        for start, following in zip(starts, starts[1:], strict=False):
            self.open_period(start, following - timedelta(days=1))
        self.assertEqual(self.count_extra_when_stock_backed(), with_one)

    def count_extra_when_stock_backed(self):
        """Return how many queries more than under the strict policy are needed."""
        counts = []
        for policy in ("strict", "stock_backed"):
            self.scope.availability_policy = policy
            counts.append(self.count_queries(self.scope._strike_today))
        strict, stock_backed = counts
        self.assertGreater(stock_backed, strict)
        return stock_backed - strict


@tagged("post_install", "-at_install")
class TestCostsOfScrap(ScrapCase):
    """Opening a receipt of scrap costs no more when the ledger is large (4.2)."""

    def check_books(self):
        """The ledger is filled below every guard here: no books to check."""

    def test_the_receipts_question_stays_with_the_receipt(self):
        receipt = self.take_in(self.cans, 10)
        self.fill_ledger(receipt)
        query = self.env["asi.coc.scrap.to.assess"]._get_waiting_query(receipt.move_ids)
        for node in self.explain(query):
            if node.get("Relation Name") in LARGE:
                self.assertNotEqual(node["Node Type"], "Seq Scan", node)
                self.assertLess(node["Actual Rows"] * node["Actual Loops"], 10, node)
        receipt.invalidate_recordset()
        self.assertEqual(receipt.coc_scrap_state, "to_assess")

    def test_the_list_reads_scrap_only(self):
        self.fill_ledger(self.take_in(self.cans, 10))
        nodes = self.explain(self.env["asi.coc.scrap.to.assess"]._table_query)
        indexes = {node.get("Index Name") for node in nodes}
        self.assertIn("asi_coc_entry_scrap_in", indexes)
        self.assertLess(max(node["Actual Rows"] for node in nodes), 3000)

    def test_twenty_receipts_need_as_many_queries_as_one(self):
        counts = []
        for number in (1, 20):
            receipts = self.env["stock.picking"].union(
                *(self.take_in(self.cans, 10) for _index in range(number))
            )
            receipts.mapped("coc_scrap_state")
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(set(receipts.mapped("coc_scrap_state")), {"to_assess"})
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts)

    def fill_ledger(self, receipt):
        """Put 2,000 receipts of scrap into the ledger, and 40,000 other entries."""
        self.env.flush_all()
        self.env.cr.execute(
            """
            WITH move AS (
                INSERT INTO stock_move
                SELECT (jsonb_populate_record(move, jsonb_build_object(
                           'id', nextval('stock_move_id_seq'), 'picking_id', NULL))).*
                  FROM stock_move move
            CROSS JOIN generate_series(1, 2000)
                 WHERE move.picking_id = %(receipt)s
             RETURNING id
            )
            INSERT INTO asi_coc_entry
            SELECT (jsonb_populate_record(entry, jsonb_build_object(
                       'id', nextval('asi_coc_entry_id_seq'), 'picking_id', NULL,
                       'move_line_id', NULL, 'move_id', other.move_id,
                       'material', other.material))).*
              FROM asi_coc_entry entry
        CROSS JOIN (
                SELECT id AS move_id, 'scrap' AS material FROM move
             UNION ALL
                SELECT NULL, 'aluminium' FROM generate_series(1, 40000)
              ) AS other
             WHERE entry.picking_id = %(receipt)s
            """,
            {"receipt": receipt.id},
        )
        self.env.cr.execute("ANALYZE asi_coc_entry, stock_move")
        self.env.invalidate_all()

    def explain(self, query):
        """Return the nodes of the plan that PostgreSQL runs ``query`` by."""
        (((plan,),),) = self.env.execute_query(
            SQL("EXPLAIN (ANALYZE, FORMAT JSON) %s", query)
        )
        nodes = [plan["Plan"]]
        for node in nodes:
            nodes += node.get("Plans", [])
        return nodes
