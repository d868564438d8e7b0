from openupgradelib import openupgrade

#: A line's mass is its quantity times the unit's factor times the unit mass; where
#: rounding hides which unit mass it was, later corrections take the product's.
KEEP_UNIT_MASS = """
    UPDATE asi_coc_entry entry
       SET unit_mass = found.unit_mass
      FROM (
        SELECT counted.id, counted.quantity * uom.factor AS base,
               round((counted.mass / counted.quantity / uom.factor::numeric), 12)
                   AS unit_mass
          FROM asi_coc_entry counted
          JOIN uom_uom uom ON uom.id = counted.uom_id
         WHERE counted.status != 'unclassified' AND counted.quantity != 0
      ) AS found
     WHERE found.id = entry.id
       AND round((found.base * found.unit_mass)::numeric, 6) = entry.mass
"""


@openupgrade.migrate()
def migrate(env, version):
    liquid = env.ref("asi_coc.form_liquid_metal", raise_if_not_found=False)
    if liquid and liquid.material == "aluminium":
        liquid.liquid = True
    openupgrade.logged_query(env.cr, "SET LOCAL asi_coc.migration = 'on'")
    openupgrade.logged_query(env.cr, KEEP_UNIT_MASS)
    openupgrade.logged_query(env.cr, "SET LOCAL asi_coc.migration = 'off'")
