import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";
import {openMenu, openRow, press, seeTitle} from "./helpers";

registry.category("web_tour.tours").add("asi_coc_officer", {
    steps: () => [
        ...stepUtils.goToAppSteps("asi_coc.menu_asi_coc_root"),
        ...openMenu("menu_asi_coc_operations", "menu_asi_coc_claims"),
        seeTitle("Claims to Verify"),
        openRow("coc_document_reference", "ACME-1"),
        press("action_coc_verify"),
        {
            content: "the claim is verified",
            trigger: ".o_form_view [name=coc_claim_state]:contains(Verified)",
        },
        ...openMenu("menu_asi_coc_accounting", "menu_asi_coc_balances"),
        seeTitle("Balances"),
        {
            content: "open the entries of the casthouse",
            trigger:
                ".o_data_row:contains(2025):contains(Casthouse) button[name=action_open_entries]",
            run: "click",
        },
        seeTitle("Casthouse"),
        {
            content: "the mass counts as CoC input",
            trigger: ".o_data_row:contains(CoC) .o_data_cell[name=mass]:contains(30)",
        },
        ...openMenu("menu_asi_coc_accounting", "menu_asi_coc_periods"),
        seeTitle("Periods"),
        {
            content: "open the period that has ended",
            trigger: ".o_data_row .o_data_cell[name=name]:contains(2025)",
            run: "click",
        },
        press("action_start_closing"),
        press("action_close"),
        {
            content: "confirm",
            trigger: ".modal .modal-footer .btn-primary",
            run: "click",
        },
        {
            content: "what is missing is listed",
            trigger:
                ".modal .modal-body:contains(cannot be closed):contains(not verified (10.2))",
        },
        {
            content: "close the message",
            trigger: ".modal .modal-footer .btn-primary",
            run: "click",
        },
        {
            content: "the period is not closed",
            trigger: ".o_form_view .o_arrow_button_current:contains(/^Closing$/)",
        },
    ],
});
