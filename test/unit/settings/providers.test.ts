import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { hostFor, PROVIDERS, type Provider, providerOf } from "../../../src/settings/providers";
import { CONFIGURATION_DEFAULTS, USUAL_PORT } from "../../../src/settings/raw";
import { checkConfiguration } from "../../../src/settings/rules";

interface WellKnown {
  host: string;
  port: number;
  secure?: boolean;
}

const root = join(__dirname, "../../..");
const wellKnown = JSON.parse(
  readFileSync(join(root, "node_modules/nodemailer/dist/well-known/services.json"), "utf8"),
) as Record<string, WellKnown>;
const all: readonly Provider[] = PROVIDERS;
const byId = (id: string): Provider => all.find((provider) => provider.id === id)!;

/** What nodemailer calls it; the last two it does not know under the host that they have now. */
const NAMES: Record<string, string | undefined> = {
  gmail: "Gmail",
  "microsoft-365": "Outlook365",
  outlook: "Hotmail",
  "amazon-ses": "SES",
  sendgrid: "SendGrid",
  mailgun: "Mailgun",
  postmark: "Postmark",
  brevo: "SendinBlue",
  yahoo: "Yahoo",
  icloud: "iCloud",
  zoho: "Zoho",
  fastmail: "FastMail",
  ovh: undefined,
  ionos: undefined,
};

/** nodemailer prefers 465 or 2525 here; the providers' own help gives STARTTLS on 587 as well. */
const ALSO_ON_587 = ["gmail", "amazon-ses", "mailgun", "postmark", "yahoo", "zoho"];

describe("Providers", () => {
  for (const provider of all) {
    it(`${provider.name} agrees with what nodemailer knows of it`, () => {
      assert.ok(provider.id in NAMES);
      const name = NAMES[provider.id];
      if (name === undefined) {
        assert.ok(!Object.values(wellKnown).some(({ host }) => host === provider.host));
        return;
      }
      const known = wellKnown[name]!;
      assert.equal(provider.host, known.host);
      if (ALSO_ON_587.includes(provider.id)) {
        assert.deepEqual([provider.port, provider.security], [587, "starttls"]);
        assert.notEqual(known.port, 587);
      } else {
        assert.equal(provider.port, known.port);
        assert.equal(provider.security === "tls", known.secure === true);
      }
    });

    it(`${provider.name} makes a valid configuration, encrypted on the usual port`, () => {
      const { host, port, security, maxConnections = 5, perMinute = "" } = provider;
      const raw = { ...CONFIGURATION_DEFAULTS, name: "Orders", host, port, security, maxConnections, perMinute };
      assert.deepEqual(checkConfiguration(raw, { username: "orders", password: "s3cret-of-the-test" }), []);
      assert.equal(port, USUAL_PORT[security]);
    });

    it(`${provider.name} is recognised by its hosts`, () => {
      assert.equal(providerOf(provider.host), provider);
      assert.equal(providerOf(hostFor(provider, "Europe/Vienna")), provider);
      assert.equal(providerOf(` ${provider.host.toUpperCase()} `), provider);
    });
  }

  it("nodemailer's hosts of every region and older name are recognised", () => {
    const ses = Object.entries(wellKnown).filter(([name]) => /^SES(-|$)/.test(name));
    assert.ok(ses.length > 10);
    for (const [, { host }] of ses) assert.equal(providerOf(host)?.id, "amazon-ses", host);
    assert.equal(providerOf(wellKnown["1und1"]!.host)?.id, "ionos");
  });

  const further: [host: string, id: string][] = [
    ["email-smtp-fips.us-gov-west-1.amazonaws.com", "amazon-ses"],
    ["smtp.eu.mailgun.org", "mailgun"],
    ["smtp.eu.sendgrid.net", "sendgrid"],
    ["smtp-broadcasts.postmarkapp.com", "postmark"],
    ["smtp-relay.sendinblue.com", "brevo"],
    ["smtppro.zoho.eu", "zoho"],
    ["smtp.zoho.com.au", "zoho"],
    ["pro1.mail.ovh.net", "ovh"],
    ["smtp.ionos.co.uk", "ionos"],
    ["smtp.office365.us", "microsoft-365"],
  ];
  for (const [host, id] of further) {
    it(`${host} belongs to ${id}`, () => assert.equal(providerOf(host)?.id, id));
  }

  for (const host of [
    "",
    "smtp.example.com",
    "localhost",
    "${SMTP_HOST}",
    "smtp.gmail.com.example.com",
    "xsmtp.gmail.com",
    "smtpxgmail.com",
    "email-smtp.amazonaws.com",
    "email-smtp.eu-west-1.amazonaws.com.example.com",
  ]) {
    it(`"${host}" is an own server`, () => assert.equal(providerOf(host), undefined));
  }

  it("accounts with a region get the host that is likely theirs", () => {
    assert.equal(hostFor(byId("amazon-ses"), "Europe/Vienna"), "email-smtp.eu-west-1.amazonaws.com");
    assert.equal(hostFor(byId("amazon-ses"), "America/Chicago"), "email-smtp.us-east-1.amazonaws.com");
    assert.equal(hostFor(byId("zoho"), "Europe/Berlin"), "smtp.zoho.eu");
    assert.equal(hostFor(byId("gmail"), "Europe/Vienna"), "smtp.gmail.com");
  });

  it("only Microsoft 365 states limits: 3 connections, 30 mails a minute", () => {
    const limited = all.filter(({ maxConnections, perMinute }) => maxConnections ?? perMinute);
    assert.deepEqual(
      limited.map(({ id, maxConnections, perMinute }) => [id, maxConnections, perMinute]),
      [["microsoft-365", 3, 30]],
    );
  });

  it("ids and hosts are unique", () => {
    assert.equal(new Set(all.map(({ id }) => id)).size, all.length);
    assert.equal(new Set(all.map(({ host }) => host)).size, all.length);
  });
});
