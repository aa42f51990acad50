import { hostFor, PROVIDERS, type Provider, providerOf } from "../../../src/settings/providers";
import { CONFIGURATION_DEFAULTS } from "../../../src/settings/raw";
import { byId } from "../shared/elements";

/** What a provider fills; Security first, because changing it proposes a port. */
const SERVER = ["security", "port", "host"] as const;
const LIMITS = ["maxConnections", "perMinute"] as const;

type Values = Record<(typeof SERVER)[number] | (typeof LIMITS)[number], string>;

/** Choosing a provider fills the fields of its server; the host that stands in the form tells which one is chosen. */
export function connectProviderPicker(translate: Translate): void {
  const picker = byId<HTMLSelectElement>("post-office-provider");
  const note = byId("post-office-provider-note");
  const host = control("host");
  let own = valuesOf(CONFIGURATION_DEFAULTS);
  let lastProvider: Provider | undefined;

  const refresh = () => {
    const provider = providerOf(host.value);
    picker.value = provider?.id ?? "";
    note.textContent = provider ? translate(`smtp-config.provider-note.${provider.id}`) : "";
    note.hidden = !provider;
    lastProvider = provider ?? lastProvider;
  };

  picker.append(...PROVIDERS.map(({ id, name }) => new Option(name, id)));
  picker.addEventListener("change", () => {
    const chosen = PROVIDERS.find(({ id }) => id === picker.value);
    if (!providerOf(host.value)) own = valuesInForm();
    const values = chosen ? valuesOfProvider(chosen) : own;
    // The limits come first: with the host the last provider becomes another one.
    for (const name of LIMITS) {
      const untouched = [valuesOf(CONFIGURATION_DEFAULTS)[name], lastProvider && valuesOfProvider(lastProvider)[name]];
      if (untouched.includes(control(name).value.trim())) enter(name, values[name]);
    }
    for (const name of SERVER) enter(name, values[name]);
    refresh();
    if (!chosen) host.focus();
  });
  $(host).on("input change", refresh);
  refresh();
}

function control(name: keyof Values): HTMLInputElement {
  return byId<HTMLInputElement>(`node-config-input-${name}`);
}

/** Native events, so that the form takes it for typing: checks run, a test's result grows old. */
function enter(name: keyof Values, value: string): void {
  const input = control(name);
  if (input.value === value) return;
  input.value = value;
  for (const type of ["input", "change"]) input.dispatchEvent(new Event(type, { bubbles: true }));
}

function valuesInForm(): Values {
  const read = (name: keyof Values) => control(name).value;
  return valuesOf({
    security: read("security"),
    port: read("port"),
    host: read("host"),
    maxConnections: read("maxConnections"),
    perMinute: read("perMinute"),
  });
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
