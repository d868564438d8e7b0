import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";
import {editCell, press, seeCell} from "./helpers";

/** What was looked for; before that the list holds `other` as well. */
function found(name, other) {
    return `.o-autocomplete--dropdown-menu:not(:contains(${other})) .o-autocomplete--dropdown-item:contains(${name})`;
}

registry.category("web_tour.tours").add("asi_coc_quotation", {
    steps: () => [
        ...stepUtils.goToAppSteps("sale.sale_menu_root"),
        {
            content: "make a quotation",
            trigger: ".o_list_button_add",
            run: "click",
        },
        {
            content: "look for the customer",
            trigger: ".o_field_widget[name=partner_id] input",
            run: "edit Rollers United",
        },
        {
            content: "take the customer",
            trigger: found("Rollers United", "Acme Alumina"),
            run: "click",
        },
        {
            content: "add a product",
            trigger:
                ".o_field_x2many_list_row_add a, .o_field_x2many_list_row_add button",
            run: "click",
        },
        {
            content: "look for the product",
            trigger:
                ".o_selected_row [name=product_template_id] input, .o_selected_row [name=product_id] input",
            run: "edit Slab",
        },
        {
            content: "take the product",
            trigger: found("Slab", "Coil"),
            run: "click",
        },
        ...editCell("product_uom_qty", "20"),
        ...editCell("coc_wanted_qty", "12"),
        seeCell("coc_available_qty", "15.00"),
        press("action_confirm"),
        {
            content: "it is a sales order",
            trigger: ".o_form_view .o_arrow_button_current:contains(Sales Order)",
        },
        seeCell("coc_wanted_qty", "12.00"),
    ],
});
