import {openRow, seeTitle} from "./helpers";
import {registry} from "@web/core/registry";

const COC_IN = "a:coc_input:aluminium";

registry.category("web_tour.tours").add("asi_coc_annual_report", {
    steps: () => [
        openRow("year", "2025"),
        {
            content: "what is missing is listed",
            trigger: ".alert-warning button:contains(is not closed)",
        },
        {
            content: "the year before stands beside it",
            trigger: `tr[data-row="${COC_IN}/"]:contains(290):contains(60):contains(230)`,
        },
        {
            content: "open the entries behind a figure",
            trigger: `tr[data-row="${COC_IN}/casthouse:::"] button:contains(290)`,
            run: "click",
        },
        seeTitle("ASI Aluminium in (t)"),
        {
            content: "two entries add up to it",
            trigger: ".o_list_footer:contains(290)",
        },
        {
            content: "go back",
            trigger: ".o_back_button",
            run: "click",
        },
        {
            content: "so does a figure of the year before",
            trigger: `tr[data-row="${COC_IN}/casthouse:::"] button:contains(60)`,
            run: "click",
        },
        seeTitle("ASI Aluminium in (t), Melt & Roll 2024"),
        {
            content: "one entry is behind it",
            trigger: ".o_list_footer:contains(60)",
        },
        {
            content: "go back to the report",
            trigger: ".o_back_button",
            run: "click",
        },
        {
            content: "explain",
            trigger: "[name=explanation] textarea",
            run: "edit The season ends in June",
        },
        {
            content: "submit",
            trigger: "button[name=action_submit]",
            run: "click",
        },
        {
            content: "confirm",
            trigger: ".modal-footer .btn-primary",
            run: "click",
        },
        {
            content: "it is submitted",
            trigger: ".o_statusbar_status .o_arrow_button_current:contains(Submitted)",
        },
        {
            content: "its version is on file",
            trigger: ".o_notebook_headers a:contains(Submitted Versions)",
            run: "click",
        },
        {
            content: "with its files",
            trigger: ".o_data_row:contains(The season ends in June) button[name=action_download_pdf]",
        },
    ],
});
