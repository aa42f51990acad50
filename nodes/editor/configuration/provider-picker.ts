import { hostFor, PROVIDERS, type Provider, type ProviderSort, providerOf } from "../../../src/settings/providers";
import { CONFIGURATION_DEFAULTS, USUAL_CONNECTIONS } from "../../../src/settings/raw";
import { byId } from "../shared/elements";
import { control, enter } from "./form-fields";

/** What a provider fills; Security first, because changing it proposes a port. */
const SERVER = ["security", "port", "host"] as const;
const LIMITS = ["maxConnections", "perMinute"] as const;

type Limits = Record<(typeof LIMITS)[number], string>;
type Values = Record<(typeof SERVER)[number], string> & Limits;

/** In place of logos, which belong to others. */
const ICONS: Readonly<Record<ProviderSort, string>> = {
  mailbox: "fa-envelope-o",
  organisation: "fa-building-o",
  sending: "fa-paper-plane-o",
  hosting: "fa-globe",
};
const OWN_ICON = "fa-server";

/** Stands in the list for kind "graph", which is no server. */
const GRAPH = "graph";
/** Microsoft's own: four requests at once and thirty mails a minute for each mailbox. */
const GRAPH_LIMITS: Limits = { maxConnections: String(USUAL_CONNECTIONS.graph), perMinute: "30" };
const OWN_VALUES = valuesOf(CONFIGURATION_DEFAULTS);

/**
 * Choosing a provider fills the fields of its server, or goes to Microsoft Graph; the type and the host
 * that stand in the form tell which one is chosen.
 */
export function connectProviderPicker(translate: Translate): void {
  const picker = byId<HTMLSelectElement>("post-office-provider");
  const note = byId("post-office-provider-note");
  const host = control("host");
  const kind = control("kind");
  let own = OWN_VALUES;
  let lastProvider: Provider | undefined;
  let lastKind = kind.value;
  /** As they stood before Graph's took their place. */
  let limitsBefore: Limits | undefined;

  const refresh = () => {
    const provider = kind.value === GRAPH ? undefined : providerOf(host.value);
    const id = kind.value === GRAPH ? GRAPH : provider?.id;
    picker.value = id ?? "";
    note.textContent = id ? translate(`smtp-config.provider-note.${id}`) : "";
    note.hidden = !id;
    const sort = kind.value === GRAPH ? "organisation" : provider?.sort;
    byId("post-office-provider-icon").className = `fa ${sort ? ICONS[sort] : OWN_ICON}`;
    lastProvider = provider ?? lastProvider;
  };
  const untouched = (name: keyof Limits, value: string) =>
    [OWN_VALUES[name], lastProvider && valuesOfProvider(lastProvider)[name]].includes(value);

  const followKind = () => {
    const provider = providerOf(host.value);
    const usual = provider ? valuesOfProvider(provider) : OWN_VALUES;
    const before = limitsBefore;
    limitsBefore = kind.value === GRAPH ? limitsInForm() : undefined;
    for (const name of LIMITS) {
      const value = control(name).value.trim();
      if (kind.value === GRAPH && untouched(name, value)) enter(name, GRAPH_LIMITS[name]);
      if (kind.value !== GRAPH && value === GRAPH_LIMITS[name]) enter(name, (before ?? usual)[name]);
    }
  };
  const choose = (chosen: Provider | undefined) => {
    if (kind.value === GRAPH) enter("kind", CONFIGURATION_DEFAULTS.kind);
    if (!providerOf(host.value)) own = valuesInForm();
    const values = chosen ? valuesOfProvider(chosen) : own;
    // The limits come first: with the host the last provider becomes another one.
    for (const name of LIMITS) if (untouched(name, control(name).value.trim())) enter(name, values[name]);
    for (const name of SERVER) enter(name, values[name]);
    refresh();
    if (!chosen) host.focus();
  };

  for (const { id, name } of PROVIDERS) {
    // Both ways to Microsoft 365 beside one another.
    if (id === "microsoft-365") picker.append(new Option(translate("smtp-config.kind.graph"), GRAPH));
    picker.append(new Option(name, id));
  }
  picker.addEventListener("change", () => {
    if (picker.value === GRAPH) enter("kind", GRAPH);
    else choose(PROVIDERS.find(({ id }) => id === picker.value));
  });
  $(kind).on("change", () => {
    if (kind.value !== lastKind) {
      lastKind = kind.value;
      followKind();
    }
    refresh();
  });
  $(host).on("input change", refresh);
  refresh();
}

function limitsInForm(): Limits {
  return { maxConnections: control("maxConnections").value, perMinute: control("perMinute").value };
}

function valuesInForm(): Values {
  const [security, port, host] = SERVER.map((name) => control(name).value) as [string, string, string];
  return { security, port, host, ...limitsInForm() };
}

function valuesOfProvider(provider: Provider): Values {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return valuesOf({ ...CONFIGURATION_DEFAULTS, ...provider, host: hostFor(provider, timeZone) });
}

function valuesOf(from: Record<keyof Values, string | number>): Values {
  return {
    security: String(from.security),
    port: String(from.port),
    host: String(from.host),
    maxConnections: String(from.maxConnections),
    perMinute: String(from.perMinute),
  };
}
