import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("asi_coc_sourcing", {
    steps: () => [
        {
            content: "point at the badge",
            trigger: ".o_data_row .badge:contains(Will Not Count)",
            run: "hover",
        },
        {
            content: "the reason shows",
            trigger: ".o-tooltip:contains(has no CoC certificate on file)",
        },
        {
            content: "open the line",
            trigger: ".o_data_row .o_data_cell[name=product_id]",
            run: "click",
        },
        {
            content: "the panel says why",
            trigger: ".alert-warning:contains(has no CoC certificate on file)",
        },
        {
            content: "open its order",
            trigger: "button[name=action_coc_open_order]",
            run: "click",
        },
        {
            content: "the line has its badge",
            trigger: "[name=order_line] .badge:contains(Will Not Count)",
        },
    ],
});
