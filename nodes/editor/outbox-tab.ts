import { createTab } from "./outbox/tab";

const ID = "post-office-outbox";
const SHOW = "post-office:show-outbox-tab";

RED.plugins.registerPlugin(ID, {
  onadd() {
    const translate: Translate = (key, values) => this._(key, values);
    const name = translate("outbox-tab.name");
    RED.sidebar.addTab({
      id: ID,
      // Node-RED 4 has room for a short word on the tab.
      label: translate("outbox-tab.short-name"),
      name,
      iconClass: "fa fa-envelope-o",
      action: SHOW,
      content: createTab(translate),
      enableOnEdit: true,
    });
    RED.actions.add(SHOW, () => RED.sidebar.show(ID));
  },
});
