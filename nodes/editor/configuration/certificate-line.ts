import { byId, element } from "../shared/elements";
import { control } from "./form-fields";
import { CHOOSERS } from "./used-fields";

/** What the server reads of a certificate; a browser cannot. */
interface CertificateFacts {
  readonly subject: string;
  readonly thumbprint: string;
  readonly validFrom: string;
  readonly validTo: string;
}

const PAUSE_MS = 300;
const DAY_MS = 24 * 60 * 60 * 1000;
const SOON_DAYS = 30;

/** Says below the certificate whose it is, by which thumbprint the portal lists it, and how long it is valid. */
export function describeCertificate(translate: Translate): void {
  const certificate = control("certificate");
  const line = byId("post-office-certificate-line");
  let asked = "";
  let pause: number | undefined;
  let request: JQuery.jqXHR | undefined;

  const show = (isOld: boolean, ...parts: string[]) => {
    const lines = parts.flatMap((part, at) => (at === 0 ? [part] : [element("br", ""), part]));
    line.classList.toggle("po-old", isOld);
    line.replaceChildren(...lines);
  };
  const ask = (pem: string) => {
    request = $.ajax({
      url: "smtp-config/certificate",
      type: "POST",
      contentType: "application/json",
      data: JSON.stringify({ certificate: pem }),
    });
    request.then(
      (facts: CertificateFacts) => {
        const age = ageOf(translate, facts);
        const { subject, thumbprint } = facts;
        const validity = age ?? translate("smtp-config.certificate.valid", { date: dateOf(facts.validTo) });
        show(age !== undefined, subject, translate("smtp-config.certificate.thumbprint", { thumbprint }), validity);
      },
      (failed: JQuery.jqXHR) => {
        if (failed.status === 400) show(true, `✖ ${translate("smtp-config.certificate.unreadable")}`);
      },
    );
  };
  const refresh = () => {
    const pem = line.closest("[hidden]") ? "" : certificate.value.trim();
    if (pem === asked) return;
    asked = pem;
    clearTimeout(pause);
    request?.abort();
    show(false);
    if (/-----BEGIN CERTIFICATE-----[\s\S]+-----END CERTIFICATE-----/.test(pem))
      pause = window.setTimeout(() => ask(pem), PAUSE_MS);
  };

  $(certificate).on("input change", refresh);
  for (const chooser of CHOOSERS) $(control(chooser)).on("change", refresh);
  refresh();
}

/** What is wrong with the time that a certificate is valid for; nothing while it has more than a month. */
function ageOf(translate: Translate, { validFrom, validTo }: CertificateFacts): string | undefined {
  const days = (Date.parse(validTo) - Date.now()) / DAY_MS;
  const date = dateOf(validTo);
  if (Date.parse(validFrom) > Date.now())
    return `⚠ ${translate("smtp-config.certificate.not-yet", { date: dateOf(validFrom) })}`;
  if (days < 0) return `✖ ${translate("smtp-config.certificate.expired", { date })}`;
  if (days < SOON_DAYS) return `⚠ ${translate("smtp-config.certificate.soon", { date, days: Math.floor(days) })}`;
  return undefined;
}

function dateOf(time: string): string {
  return time.slice(0, 10);
}
