import assert from "node:assert/strict";
import type { FailureReason } from "../../src/model/catalogue";
import type { TlsMaterial } from "../../src/settings/generic";
import {
  createTestCa,
  daysFromNow,
  issueCertificate,
  type KeyAndCertificate,
  selfSigned,
  type TestCa,
} from "../support/certificates";
import type { ServerTls } from "../support/scripted-smtp-server";
import { assertTold, type FailureRow, itTells, observe } from "./probing";

interface TlsRow {
  title: string;
  server: () => Promise<ServerTls> | ServerTls;
  material?: () => TlsMaterial;
  reason: FailureReason;
}

const failed = { code: "ERR_MAIL_TLS", headline: "connection", step: "tls" } as const;
const hosts = ["localhost"];
let ca: TestCa;
let good: KeyAndCertificate;
let client: KeyAndCertificate;

const trusted = (): TlsMaterial => ({ ca: ca.cert });
const withoutCa = ({ cert, key }: KeyAndCertificate): ServerTls => ({ cert, key });
const issued = async (request: Parameters<typeof issueCertificate>[1]) =>
  withoutCa(await issueCertificate(ca, request));
const asksForCertificate = (version: "TLSv1.2" | "TLSv1.3"): ServerTls => ({
  ...good,
  requestCert: true,
  rejectUnauthorized: true,
  maxVersion: version,
});

const rows: TlsRow[] = [
  {
    title: "a self-signed certificate",
    server: () => selfSigned({ hosts }).then(withoutCa),
    reason: "tls-self-signed",
  },
  { title: "a certificate of an unknown CA", server: () => issued({ hosts }), reason: "tls-unknown-ca" },
  {
    title: "a chain up to an unknown root",
    server: () => ({ ...withoutCa(good), cert: `${good.cert}\n${ca.cert}` }),
    reason: "tls-unknown-ca",
  },
  {
    title: "an expired certificate",
    server: () => issued({ hosts, notAfter: daysFromNow(-2) }),
    material: trusted,
    reason: "tls-expired",
  },
  {
    title: "a certificate that is not valid yet",
    server: () => issued({ hosts, notBefore: daysFromNow(2) }),
    material: trusted,
    reason: "tls-not-yet-valid",
  },
  {
    title: "a certificate for another name",
    server: () => issued({ hosts: ["mail.example.com", "smtp.example.com"] }),
    material: trusted,
    reason: "tls-wrong-name",
  },
  {
    title: "a server that speaks TLS 1.1 only",
    server: () => ({ ...good, minVersion: "TLSv1.1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" }),
    material: trusted,
    reason: "tls-version-too-old",
  },
  {
    title: "no cipher in common",
    server: () => ({ ...good, maxVersion: "TLSv1.2", ciphers: "ECDHE-RSA-AES128-GCM-SHA256" }),
    material: trusted,
    reason: "tls-handshake",
  },
  {
    // TLS 1.2 answers with the same alert as for a cipher that nobody shares; the remedy names both.
    title: "a client certificate wanted (TLS 1.2)",
    server: () => asksForCertificate("TLSv1.2"),
    material: trusted,
    reason: "tls-handshake",
  },
  {
    title: "a client certificate wanted (TLS 1.3)",
    server: () => asksForCertificate("TLSv1.3"),
    material: trusted,
    reason: "tls-client-certificate",
  },
  {
    title: "an unreadable CA, certificate and key",
    server: () => good,
    material: () => ({ ca: "not PEM", cert: "not PEM", key: "not PEM" }),
    reason: "tls-client-key",
  },
  {
    title: "a key of another certificate",
    server: () => good,
    material: () => ({ ca: ca.cert, cert: client.cert, key: good.key }),
    reason: "tls-client-key",
  },
];

describe("the test tells what is wrong with encryption", () => {
  before(async () => {
    ca = await createTestCa();
    good = await issueCertificate(ca, { hosts });
    client = await issueCertificate(ca, { hosts: ["node-red"], clientAuth: true });
  });

  for (const { title, server, material, reason } of rows) {
    for (const security of ["tls", "starttls", "starttls-if-offered"] as const) {
      it(`${title} is ${reason} with security “${security}”`, async () => {
        const tls = await server();
        const script = security === "tls" ? { implicitTls: tls } : { tls };
        const row: FailureRow = { title, script, raw: { security }, login: true, material, reason, ...failed };
        const observed = await observe(row);
        assertTold(row, observed);
        for (const session of observed.server.sessions) assert.deepEqual(session.logins, []);
      });
    }
  }

  itTells([
    {
      title: "STARTTLS that is not offered",
      raw: { security: "starttls" },
      login: true,
      reason: "starttls-not-offered",
      ...failed,
    },
    {
      title: "STARTTLS that is not offered by a server that drops at the unknown command",
      script: { starttls: "drop" },
      raw: { security: "starttls" },
      reason: "starttls-not-offered",
      ...failed,
    },
    {
      title: "a server that knows no EHLO, where STARTTLS is required,",
      script: { ehlo: "502 5.5.1 Not implemented" },
      raw: { security: "starttls" },
      reason: "starttls-not-offered",
      ...failed,
    },
    {
      title: "4xx to EHLO, which says nothing of STARTTLS,",
      script: () => ({ tls: good, ehlo: "451 4.3.0 Try again later" }),
      raw: { security: "starttls" },
      login: true,
      code: "ERR_MAIL_THROTTLED",
      reason: "throttled",
      headline: "failed",
      step: "capabilities",
      words: "451 4.3.0 Try again later",
    },
    {
      title: "STARTTLS that is refused for now",
      script: () => ({ tls: good, starttls: "454 4.7.0 TLS not available due to temporary reason" }),
      raw: { security: "starttls" },
      login: true,
      reason: "starttls-busy",
      words: "454 4.7.0 TLS not available",
      ...failed,
    },
  ]);

  it("names the names that the certificate has, and the host that was asked for", async () => {
    const tls = await issued({ hosts: ["mail.example.com", "smtp.example.com"] });
    const row = { title: "names", script: { tls }, raw: { security: "starttls" }, material: trusted };
    const { report } = await observe({ ...row, reason: "tls-wrong-name", ...failed });
    const { finding } = report.steps.find(({ name }) => name === "tls")!;
    assert.equal(finding?.cause, "The certificate is not for localhost, but for mail.example.com, smtp.example.com.");
    assert.equal(finding?.field, "host");
  });

  it("passes with version, cipher, subject, issuer and expiry, for both kinds of TLS", async () => {
    for (const security of ["tls", "starttls"]) {
      const script = security === "tls" ? { implicitTls: good } : { tls: good };
      const row = { title: "good", script, raw: { security }, material: trusted };
      const { report, sendError } = await observe({ ...row, reason: "tls-handshake", ...failed });
      assert.equal(sendError, undefined);
      assert.equal(report.headline, "complete");
      const { detail, outcome } = report.steps.find(({ name }) => name === "tls")!;
      assert.equal(outcome, "passed");
      assert.match(
        detail,
        /^TLSv1\.3, \w+, certificate of localhost, issued by Test CA \d+, valid to \d{4}-\d\d-\d\d$/,
      );
    }
  });

  it("takes a certificate of its own CA, a client certificate, and no verification where TLS settings say so", async () => {
    const cases: [ServerTls, TlsMaterial][] = [
      [
        { ...asksForCertificate("TLSv1.3"), ca: ca.cert },
        { ca: ca.cert, cert: client.cert, key: client.key },
      ],
      [await selfSigned({ hosts: ["other.example.com"] }), { rejectUnauthorized: false }],
      [await issued({ hosts: ["mail.example.com"] }), { ca: ca.cert, servername: "mail.example.com" }],
    ];
    for (const [tls, material] of cases) {
      const row = { title: "accepted", script: { tls }, raw: { security: "starttls" }, material };
      const { report, sendError } = await observe({ ...row, reason: "tls-handshake", ...failed });
      assert.equal(report.headline, "complete", JSON.stringify(report.steps));
      assert.equal(sendError, undefined);
    }
  });
});
