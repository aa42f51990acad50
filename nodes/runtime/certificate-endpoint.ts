import type { Request, Response } from "express";
import type { NodeAPI } from "node-red";
import { loadMailer } from "./load-mailer";

/** A certificate has two kilobytes, a chain of them ten. */
const MOST_CHARACTERS = 64 * 1024;

/**
 * `POST smtp-config/certificate` with `{ certificate }` (PEM): says whose it is and how long it is valid.
 * 400: it cannot be read. 401: not allowed. The certificate is neither stored nor logged.
 */
export function serveCertificate(RED: NodeAPI): void {
  RED.httpAdmin.post(
    "/smtp-config/certificate",
    RED.auth.needsPermission("smtp-config.write"),
    (request: Request, response: Response) => {
      response.set("Cache-Control", "no-store");
      const pem = (request.body as { certificate?: unknown } | undefined)?.certificate;
      const readable = typeof pem === "string" && pem.length <= MOST_CHARACTERS;
      const facts = readable ? loadMailer().readCertificate(pem) : undefined;
      if (facts) response.json(facts);
      else response.status(400).json({ message: "This is not a certificate that can be read." });
    },
  );
}
