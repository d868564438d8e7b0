"""Operations of the machine: what happens to stock that stays."""

from datetime import timedelta

from hypothesis import strategies as st

from .common_machine import operation, picks, sites, tonnes


class InsideOperations:
    """Transfers, transit, packages, scrap and counts (8.1, 8.4)."""

    @operation(times=3, site=sites, quantity=tonnes, pick=picks)
    def move_on(self, site, quantity, pick):
        """To the mill, within the casthouse, or out of the scope and back."""
        case = self.at_site(site)
        source, target, what = (
            (case.casthouse_place, case.mill_place, "transfer between two activities"),
            (case.casthouse_place, case.stock, "transfer within one activity"),
            (case.casthouse_place, case.outside_place, "transfer out of the scope"),
            (case.outside_place, case.mill_place, "transfer into the scope"),
        )[pick % 4]
        moved = case.move_inside(case.slab, quantity, source, target)
        self.transfers[site].append(moved)
        self.did(what)

    @operation(times=2, site=sites, quantity=st.integers(2, 400), way=st.integers(0, 2))
    def supply_depot(self, site, quantity, way):
        """Through transit: all, in two parts, or turned back on the way."""
        case = self.at_site(site)
        sent, arrival = case.supply_depot(quantity)
        case.validate(sent)
        if way == 0:
            case.validate(arrival)
            self.transfers[site].append(arrival)
            self.did("transit between warehouses")
            return
        rest = case.validate_part(arrival, quantity // 2)
        if way == 1:
            case.validate(rest)
            self.transfers[site] += [arrival, rest]
            self.did("transit in parts")
        else:
            rest.action_cancel()
            case.give_back(sent, quantity - quantity // 2)
            self.did("transit turned back")

    @operation(site=sites, quantity=tonnes)
    def move_packages(self, site, quantity):
        case = self.at_site(site)
        receipt = case.plan_receipt(case.slab, quantity)
        receipt.move_ids.picked = True
        receipt.action_put_in_pack()
        package = receipt.move_line_ids.result_package_id
        case.validate(receipt)
        moved = case.env["stock.picking"].create(
            {
                "picking_type_id": case.warehouse.int_type_id.id,
                "location_id": package.location_id.id,
                "location_dest_id": case.mill_place.id,
            }
        )
        moved.action_add_entire_packs(package.ids)
        moved.action_confirm()
        case.validate(moved)
        case.assertEqual(package.location_id, case.mill_place)
        self.transfers[site].append(moved)
        self.did("package moved")

    @operation(site=sites, quantity=tonnes)
    def relocate(self, site, quantity):
        """From the list of stock: to the mill, and back by reverting it."""
        case = self.at_site(site)
        place = case.create_place("Bay", case.casthouse_place)
        case.receive(case.slab, quantity, place=place)
        before = self.get_last_line()
        case.relocate(case.get_quant(case.slab, place), case.mill_place)
        line = case.env["stock.move.line"].search(
            [("id", ">", before.id), ("is_inventory", "=", True)]
        )
        case.assertEqual(line.location_dest_id, case.mill_place)
        self.counts[site].append(line)
        self.did("quantities relocated")

    @operation(site=sites, quantity=tonnes)
    def scrap(self, site, quantity):
        case = self.at_site(site)
        case.scrap_product(case.slab, quantity, location_id=case.casthouse_place)
        self.did("scrap order")

    @operation(
        times=2, site=sites, quantity=st.integers(0, 12_000), ago=st.integers(0, 30)
    )
    def count(self, site, quantity, ago):
        """Count alumina, some days after the counting itself."""
        case = self.at_site(site)
        quant = case.get_quant(case.alumina, case.smelter_place)
        found = quantity - quant.quantity
        quant.inventory_quantity = quantity
        day = self.live[site].date_start + timedelta(max(self.day[site] - ago, 0))
        before = self.get_last_line()
        quant._apply_inventory(date=f"{day} 08:00:00")
        lines = case.env["stock.move.line"].search(
            [("id", ">", before.id), ("is_inventory", "=", True)]
        )
        if lines:
            self.counts[site].append(lines)
            self.did("inventory gain" if found > 0 else "inventory loss")

    @operation(times=2, site=sites, pick=picks)
    def revert_count(self, site, pick):
        self.at_site(site)
        line = self.take(self.counts, pick)
        if line:
            line.action_revert_inventory()
            self.did("inventory adjustment reverted")

    def get_last_line(self):
        return self.case.env["stock.move.line"].search([], order="id desc", limit=1)
