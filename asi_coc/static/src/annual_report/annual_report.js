import {Component, onWillStart, onWillUpdateProps, useState} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";

const MODEL = "asi.coc.annual.report";

/** The figures of a report to ASI, each of which opens the entries behind it. */
export class AnnualReport extends Component {
    static template = "asi_coc.AnnualReport";
    static props = {...standardWidgetProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({report: null});
        onWillStart(() => this.load(this.props.record));
        onWillUpdateProps((props) => this.load(props.record));
    }

    async load(record, compareId = null) {
        if (record.resId) {
            this.state.report = await this.orm.call(MODEL, "read_report", [
                [record.resId],
                compareId,
            ]);
        } else {
            this.state.report = null;
        }
    }

    open(method, ...args) {
        return this.openOf(this.props.record.resId, method, ...args);
    }

    async openOf(resId, method, ...args) {
        const action = await this.orm.call(MODEL, method, [[resId], ...args]);
        if (action) {
            await this.action.doAction(action);
        }
    }

    onCompare(ev) {
        return this.load(this.props.record, Number(ev.target.value));
    }
}

registry.category("view_widgets").add("coc_annual_report", {component: AnnualReport});
