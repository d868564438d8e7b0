"""What the works does on which day, and the arithmetic behind it.

Days are counted from 0, 1 January 2025. Masses are tonnes.

Alumina
    Every 7th day 25,200 t, twice that on day 0: 10,080 t CoC and 5,040 t Non-CoC
    from a certified supplier, 10,080 t from another one. Inflow 40 %.
Smelting
    10 tapping batches of the 240 series and 26 of the 330 series a day, 52 t each:
    1,872 t of liquid metal from 10 · 101.3 + 26 · 99.5 = 3,600 t of alumina; the
    yield is 0.52. 6 batches go to the first casthouse and 14 to the second, 1,040 t;
    two neighbours take 8 batches each, 416 t. One of them wants CoC Material on two
    days of a week.
Casting
    Two batches make a cast: 104 t of liquid metal to 102.96 t of ingot, yield 0.99.
    3 and 7 casts a day, 1,029.6 t. From day 1 on 300 t and 700 t of ingot leave a
    day. On one day of a week the 300 t, on three the 700 t are CoC Material: 2,400 t a
    week. On the last of these days that is all there is (8.7).
Returns
    On day 4 of ten one cast leaves 0.52 t of returns, with 102.44 t of ingot; on day 8
    they are remelted, with 103.48 t of ingot.
Counts
    On day 5 of thirty 40 t of alumina are missing, on day 6 there are 0.5 t more of
    an ingot lot.

The year, 365 days
    Alumina: in 54 · 25,200 = 1,360,800, of it CoC 54 · 10,080 = 544,320; used
    365 · 3,600 = 1,314,000; missing 12 · 40; left 46,320.
    Smelting: entitlement 0.52 · 544,320 = 283,046.4. Out 365 · 1,872 = 683,280, share
    limit 40 % of it, 273,312. Intra-entity CoC 40 % · 365 · 1,040 = 151,840; CoC output
    104 · 416 = 43,264; carried 87,942.4.
    Casthouse: 37 casts left returns, 36 remelted them: 365 · 1,029.6 − 0.52 =
    375,803.48 of ingot. Entitlement 40 % of it, 150,321.392. Out 364,000; share limit
    145,600; CoC output 52 · 300 + 156 · 700 = 124,800; carried 25,521.392.
    Left: 375,803.48 + 12 · 0.5 − 364,000 = 11,809.48 of ingot, 0.52 of returns.
    Made for sale: 365 · 832 = 303,680 liquid and 375,803.48 of ingot, 679,483.48.
"""

from datetime import date, timedelta

FIRST_DAY = date(2025, 1, 1)
#: A Material Accounting Period has twelve months at most (8.2).
LONGEST = 365

ALUMINA_CERTIFIED = 15_120
ALUMINA_COC = 10_080
ALUMINA_PLAIN = 10_080

#: Liquid metal of a tapping batch.
BATCH = 52
#: Series: alumina per batch, batches a day, of these to its casthouse.
SERIES = {"240": (101.3, 10, 6), "330": (99.5, 26, 14)}
#: Casthouse: the series it is fed by, and tonnes of ingot that leave a day.
CASTHOUSES = {"casthouse_1": ("240", 300), "casthouse_2": ("330", 700)}
BATCHES_PER_CAST = 2
CAST = 102.96
#: Ingot of a cast that leaves returns, and of one that remelts them.
TRIMMED_CAST = 102.44
REMELTED_CAST = 103.48
RETURNS = 0.52
LIQUID_PER_CUSTOMER = 8 * BATCH

ALUMINA_MISSING = 40
INGOT_FOUND = 0.5


class Day:
    """One day of the plan."""

    def __init__(self, number):
        self.number = number
        self.date = FIRST_DAY + timedelta(days=number)

    @property
    def trains(self):
        """Trains of alumina that arrive; the first day's fill the silos."""
        if self.number == 0:
            return 2
        return 1 if self.number % 7 == 0 else 0

    @property
    def sells_ingot(self):
        """On the first day there is none yet."""
        return self.number > 0

    @property
    def liquid_coc(self):
        """Whether the certified neighbour wants CoC Material."""
        return self.number % 7 in (1, 4)

    def wants_ingot_coc(self, casthouse):
        """Whether the customer of ``casthouse`` wants CoC Material."""
        days = {"casthouse_1": (2,), "casthouse_2": (3, 5, 6)}
        return self.number % 7 in days[casthouse]

    @property
    def first_cast(self):
        """Bill of materials of the first cast: it may leave or remelt returns."""
        return {4: "trimmed", 8: "remelted"}.get(self.number % 10, "cast")

    @property
    def counts_alumina(self):
        """Whether the silos are surveyed."""
        return self.number % 30 == 5

    @property
    def counts_ingot(self):
        """Whether the ingot yard is counted."""
        return self.number % 30 == 6

    @property
    def cleans_up(self):
        """Whether Odoo's scheduler runs; stock records of empty lots go then."""
        return self.number % 7 == 6


def get_days(count):
    """Yield the first ``count`` days."""
    if not 1 <= count <= LONGEST:
        raise ValueError(f"Between 1 and {LONGEST} days can be lived, not {count}.")
    for number in range(count):
        yield Day(number)
