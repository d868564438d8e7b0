import random
from datetime import date, timedelta

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_cash import CashCase

FIRST = date(2025, 1, 1)
WINDOW = timedelta(days=30)


@tagged("post_install", "-at_install")
class TestCashProperties(CashCase):
    """4.3b: whatever is tried in whatever order, linked cash stays in the limit."""

    def test_random_sequences(self):
        self.at("2025-06-01")
        for seed in (1, 2, 3):
            with self.subTest(seed=seed):
                self.play(random.Random(seed))

    def play(self, chance):
        yard = self.env["res.partner"].create({"name": f"Yard {chance.random()}"})
        self.buy(yard)
        contact = self.env["res.partner"].create({"name": "C", "parent_id": yard.id})
        made, refused = [], 0
        for _step in range(40):
            partner = chance.choice((yard, contact))
            day = str(FIRST + timedelta(days=chance.randrange(120)))
            amount = chance.choice((1000, 2500, 4000, 5000, 9999, 10001))
            step = chance.choice(
                (self.step_pay, self.step_entry, self.step_take, self.step_change)
            )
            try:
                with self.env.cr.savepoint():
                    step(chance, made, amount, day, partner)
            except UserError as error:
                self.assertIn("4.3b", str(error))
                refused += 1
                self.env.invalidate_all()
            self.check(yard)
        self.assertGreater(refused, 3)
        self.assertGreater(len(self.cash(yard)), 1)

    def step_pay(self, chance, made, amount, day, partner):
        made.append(self.pay(amount, day, partner).move_id)

    def step_entry(self, chance, made, amount, day, partner):
        entry = self.entry(amount, day, partner)
        entry.action_post()
        made.append(entry)

    def step_take(self, chance, made, amount, day, partner):
        made.append(self.take(amount, day, partner).move_id)

    def step_change(self, chance, made, amount, day, partner):
        if not made:
            return
        move = chance.choice(made)
        if move.statement_line_id:
            change = chance.choice(({"amount": -amount}, {"date": day}))
            move.statement_line_id.write(change)
        elif move.state == "draft":
            move.action_post()
        elif chance.random() < 0.3:
            made += move._reverse_moves([{"date": day}], cancel=True)
        else:
            move.button_draft()

    def cash(self, supplier):
        """Return ``(day, amount)`` of what was paid and not reversed."""
        moves = self.env["account.move"].search(
            [("journal_id", "=", self.till.id), ("state", "=", "posted")]
        )
        paid = {}
        for line in moves.line_ids:
            account = line.account_id
            if line.partner_id.commercial_partner_id != supplier:
                continue
            if account.account_type == "asset_cash" or "Outstanding" in account.name:
                continue
            move = line.move_id.reversed_entry_id or line.move_id
            paid.setdefault(move, 0)
            paid[move] += line.balance
        return [(move.date, amount) for move, amount in paid.items() if amount > 0]

    def check(self, supplier):
        cash = self.cash(supplier)
        for end, _amount in cash:
            total = sum(
                amount for day, amount in cash if timedelta(0) <= end - day <= WINDOW
            )
            self.assertLessEqual(round(total, 2), 10000, (end, cash))
