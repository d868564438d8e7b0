from ..models import asi_coc_adoption_run


class HistoryMixin:
    """Operations that the ledger does not follow, and their adoption."""

    def forget(self):
        """Let the following operations be done as if the scope were not active."""
        self.scope.action_suspend()

    def remember(self):
        self.scope.action_activate()

    def adoption(self, day="2025-01-01", user=None, **values):
        """Prepare to adopt history from ``day`` on."""
        adoptions = self.env["asi.coc.adoption"]
        if user:
            adoptions = adoptions.with_user(user)
        return adoptions.create({"scope_id": self.scope.id, "date_from": day, **values})

    def adopt(self, day="2025-01-01"):
        """Preview and adopt, by the buttons and the background job."""
        adoption = self.adoption(day)
        adoption.action_preview()
        adoption.action_adopt()
        self.run_job()
        self.assertEqual(adoption.state, "done")
        return adoption

    def run_job(self):
        """Let the background job run, in a cursor of its own."""
        with self.enter_registry_test_mode():
            self.env.ref("asi_coc.cron_adopt_history").sudo().method_direct_trigger()

    def batches_of(self, count):
        """Let the job take ``count`` moves at a time."""
        original = asi_coc_adoption_run.BATCH
        asi_coc_adoption_run.BATCH = count
        self.addCleanup(setattr, asi_coc_adoption_run, "BATCH", original)

    def snapshot(self):
        """Return ``{what: tonnes}`` of the ledger, comparable between databases.

        Moves and their lines go by their place in the order they were made in.
        """
        entries = self.env["asi.coc.entry"].search(
            [("company_id", "=", self.company.id)]
        )
        moves = self._get_places(entries.move_id)
        lines = self._get_places(entries.move_line_id)
        masses = {}
        for entry in entries:
            key = (
                entry.date,
                entry.late,
                entry.period_id.id,
                entry.facility_id.name,
                entry.activity_id.code,
                entry.counterpart_activity_id.code,
                entry.flow,
                entry.status,
                entry.reason,
                entry.material,
                entry.form_id.name,
                entry.mass_basis,
                entry.product_id.name,
                entry.lot_id.name,
                moves[entry.move_id.id],
                lines[entry.move_line_id.id],
            )
            mass, quantity = masses.get(key, (0, 0))
            masses[key] = (
                round(mass + entry.mass, 6),
                round(quantity + entry.quantity, 6),
            )
        return {key: sums for key, sums in masses.items() if any(sums)}

    def _get_places(self, records):
        company = [("company_id", "=", self.company.id), ("state", "=", "done")]
        found = records.search([*company, ("id", ">", 0)], order="id")
        return {record.id: place for place, record in enumerate(found)}
