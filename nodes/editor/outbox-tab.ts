const ID = "post-office-outbox";
const SHOW = "post-office:show-outbox-tab";

/** Made when somebody looks at it. */
const tab = (): typeof import("./outbox/tab") => partLater("./outbox/tab");

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
      content: whenSeen(() => tab().createTab(translate)),
      enableOnEdit: true,
    });
    RED.actions.add(SHOW, () => RED.sidebar.show(ID));
  },
});

/** Stands where an element goes that is made once somebody looks there: most who open the editor never do. */
function whenSeen(make: () => HTMLElement): HTMLElement {
  const place = document.createElement("div");
  place.style.height = "100%";
  new IntersectionObserver((changes, observer) => {
    if (!changes.some(({ isIntersecting }) => isIntersecting)) return;
    observer.disconnect();
    place.replaceWith(make());
  }).observe(place);
  return place;
}
