"""Acme Alumina's year: bauxite in, alumina out (yield 0.4).

Every month 125,000 t of bauxite from a certified mine and 125,000 t from
another one become 100,000 t of alumina, so the inflow percentage is 50 %.
A vessel leaves every second month.

2024 (November and December)
    CoC in 250,000 of 500,000 t; entitlement 0.4 · 250,000 = 100,000 t.
    Out 100,000 t, 50,000 t CoC; share limit 50 % · 100,000 = 50,000 t.
    Carried 100,000 - 50,000 = 50,000 t.
2025
    CoC in 1,500,000 of 3,000,000 t; entitlement 600,000 t.
    Six vessels of 200,000 t with 100,000 t CoC: CoC output 600,000 t of
    1,200,000 t, share limit 600,000 t.
    Of the 50,000 t brought forward all are used, in January; from current
    550,000 t; carried 600,000 - 550,000 = 50,000 t.
11 July, figure 11
    Seven months give an entitlement of 7 · 50,000 = 350,000 t. Three vessels
    took 300,000 t, of which 250,000 t from current: 100,000 t are available,
    and all of it is shipped.
"""

from datetime import date

from .operations import Operations

BAUXITE = 125_000
ALUMINA = 100_000
VESSEL = 200_000
#: The first vessel leaves a month's production behind for the second.
FIRST_VESSEL = 100_000


class Refinery(Operations):
    """Acme Alumina."""

    def __init__(self, *args, mine, other_mine):
        super().__init__(*args)
        self.mine = mine
        self.other_mine = other_mine

    def plan(self, month):
        """Yield ``(day, what happens)`` of a month."""
        if month.year == 2026:
            return
        yield month.replace(day=3), lambda: self.take_bauxite(month)
        yield month.replace(day=8), lambda: self.make("alumina", ALUMINA)

    def take_bauxite(self, month):
        """Half of the bauxite comes with a CoC Document."""
        self.buy(
            self.mine,
            "bauxite",
            BAUXITE,
            coc=BAUXITE,
            reference=f"RHB-{month:%Y-%m}",
        )
        self.buy(self.other_mine, "bauxite", BAUXITE)


def get_vessel(month):
    """Return ``(tonnes, CoC tonnes)`` of the month's vessel to the smelter."""
    if month == date(2024, 12, 1):
        return FIRST_VESSEL, FIRST_VESSEL // 2
    if month.year == 2025 and month.month % 2:
        return VESSEL, VESSEL // 2
    return 0, 0
