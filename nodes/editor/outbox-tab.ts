import { createTab } from "./outbox/tab";

const ID = "post-office-outbox";
const SHOW = "post-office:show-outbox-tab";

RED.plugins.registerPlugin(ID, {
  onadd() {
    const translate: Translate = (key, values) => this._(key, values);
    const name = translate("outbox-tab.name");
    RED.sidebar.addTab({
      id: ID,
      label: name,
      name,
      iconClass: "fa fa-envelope-o",
      action: SHOW,
      content: createTab(translate),
      enableOnEdit: true,
    });
    RED.actions.add(SHOW, () => RED.sidebar.show(ID));
  },
});
