import { execFileSync } from "node:child_process";
import { chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { KeyAndCertificate } from "../support/certificates";
import { answers, Daemon } from "./daemon";
import { freePorts } from "./free-ports";
import { Inbox, NOBODY } from "./inbox";
import { INNER_SERVICES, type Parameters, type ServiceName, servicesOf } from "./postfix-services";

/** Of Debian's package "postfix". */
const MASTER = "/usr/lib/postfix/sbin/master";

const LONGEST_WAIT_MS = 10_000;
const BETWEEN_LOOKS_MS = 20;

/** Who has a mailbox. */
const RECIPIENTS = ["customer@example.org", "second@example.org", "jörg@example.org", "hidden@example.org"];

export interface PostfixOptions {
  readonly folder: string;
  readonly certificate: KeyAndCertificate;
  /** The certificate, in PEM, of the authority that clients have theirs from. */
  readonly clientCa: string;
  /** SHA-256, in pairs of digits with colons between them. */
  readonly knownClient: string;
  readonly policyPort: number;
}

/** Postfix with configuration, queue and mailboxes of its own. It delivers to its own mailboxes and nowhere else. */
export class Postfix {
  readonly inbox: Inbox;
  readonly #daemon: Daemon;

  private constructor(
    private readonly folder: string,
    private readonly ports: ReadonlyMap<ServiceName, number>,
  ) {
    this.inbox = new Inbox(join(folder, "mailboxes", "inbox"));
    const isUp = (): Promise<boolean> => answers(this.port("open"));
    this.#daemon = new Daemon(MASTER, ["-s", "-c", join(folder, "etc")], isUp, () => this.log);
  }

  /** Written down, and not started. */
  static async prepare(options: PostfixOptions): Promise<Postfix> {
    const { folder } = options;
    const services = servicesOf(options);
    const names = Object.keys(services) as ServiceName[];
    const free = await freePorts(names.length);
    const ports = new Map(names.map((name, at) => [name, free[at] as number]));
    makeFolders(folder);
    writeTables(folder, options);
    writeFileSync(join(folder, "etc", "main.cf"), lines(mainOf(folder)));
    const listening = names.map(
      (name) =>
        `127.0.0.1:${ports.get(name)} inet n - n - - smtpd${optionsOf({ syslog_name: `postfix/${name}`, ...services[name] })}`,
    );
    writeFileSync(join(folder, "etc", "master.cf"), `${listening.join("\n")}\n${INNER_SERVICES}`);
    return new Postfix(folder, ports);
  }

  port(service: ServiceName): number {
    return this.ports.get(service) as number;
  }

  start(): Promise<void> {
    return this.#daemon.start();
  }

  /** As `postfix stop` does it. What is on its way is cut off. */
  stop(): Promise<void> {
    return this.#daemon.stop();
  }

  async close(): Promise<void> {
    this.inbox.close();
    await this.stop();
  }

  /** What it wrote of itself, those services by name that listen. */
  get log(): string {
    const file = join(this.folder, "log");
    return existsSync(file) ? readFileSync(file, "utf8") : "";
  }

  /** Resolves once it has written this. */
  async untilLogged(pattern: RegExp): Promise<void> {
    const until = performance.now() + LONGEST_WAIT_MS;
    while (!pattern.test(this.log)) {
      if (performance.now() > until) throw new Error(`Postfix did not log ${pattern}`);
      await pause(BETWEEN_LOOKS_MS);
    }
  }

  /** How many connections a service has taken. */
  connectionsOf(service: ServiceName): number {
    return this.log.split(`postfix/${service}/smtpd`).filter((line) => /^\[\d+\]: connect from /.test(line)).length;
  }
}

const lines = (parameters: Parameters): string =>
  Object.entries(parameters)
    .map(([name, value]) => `${name} = ${value}\n`)
    .join("");

const optionsOf = (parameters: Parameters): string =>
  Object.entries(parameters)
    .map(([name, value]) => `\n  -o { ${name} = ${value} }`)
    .join("");

function mainOf(folder: string): Parameters {
  const etc = join(folder, "etc");
  return {
    compatibility_level: "3.6",
    queue_directory: join(folder, "queue"),
    data_directory: join(folder, "data"),
    maillog_file: join(folder, "log"),
    maillog_file_prefixes: folder,
    myhostname: "mail.example.org",
    inet_interfaces: "127.0.0.1",
    inet_protocols: "ipv4",
    // Nobody is let in for where he comes from.
    mynetworks: "",
    mydestination: "",
    alias_maps: "",
    local_transport: "error:no mailbox here",
    relay_transport: "error:nothing goes out",
    default_transport: "error:nothing goes out",
    disable_dns_lookups: "yes",
    smtpd_peername_lookup: "no",
    notify_classes: "",
    in_flow_delay: "0",
    // How long a program is left alone that ended in failure, as smtpd does without Dovecot.
    service_throttle_time: "1s",
    // customer+anything is customer's, too.
    recipient_delimiter: "+",
    smtputf8_enable: "yes",
    // As strict as it can be with the client: nothing that only some servers bear.
    strict_rfc821_envelopes: "yes",
    strict_8bitmime_body: "yes",
    smtpd_helo_required: "yes",
    smtpd_helo_restrictions: "reject_invalid_helo_hostname, reject_non_fqdn_helo_hostname",
    smtpd_forbid_bare_newline: "reject",
    smtpd_forbid_unauth_pipelining: "yes",
    virtual_mailbox_domains: "example.org",
    virtual_mailbox_base: join(folder, "mailboxes"),
    virtual_mailbox_maps: `texthash:${join(etc, "mailboxes")}`,
    virtual_uid_maps: `static:${NOBODY}`,
    virtual_gid_maps: `static:${NOBODY}`,
    header_checks: `regexp:${join(etc, "header-checks")}`,
    smtpd_sender_login_maps: `texthash:${join(etc, "senders")}`,
    smtpd_sasl_type: "dovecot",
    smtpd_sasl_path: "private/auth",
    smtpd_tls_chain_files: join(etc, "chain.pem"),
    smtpd_tls_CAfile: join(etc, "client-ca.pem"),
    smtpd_tls_fingerprint_digest: "sha256",
    relay_clientcerts: `texthash:${join(etc, "known-clients")}`,
  };
}

function writeTables(folder: string, { certificate, clientCa, knownClient }: PostfixOptions): void {
  const write = (name: string, text: string): void => writeFileSync(join(folder, "etc", name), text, { mode: 0o644 });
  write("mailboxes", RECIPIENTS.map((address) => `${address} inbox/\n`).join(""));
  write("header-checks", "/^Subject: .*lottery/ REJECT no lotteries here\n");
  write("senders", "orders@example.com orders@example.com\nbilling@example.com billing@example.com\n");
  write("chain.pem", certificate.key + certificate.cert);
  write("client-ca.pem", clientCa);
  write("known-clients", `${knownClient} known\n`);
}

/** With the owners and modes that Postfix's own installation gives them. */
function makeFolders(folder: string): void {
  const [postfix, postdrop] = [idOf("passwd", "postfix"), idOf("group", "postdrop")];
  const make = (name: string, mode: number, owner = 0, group = 0): void => {
    mkdirSync(join(folder, name), { mode });
    chownSync(join(folder, name), owner, group);
  };
  make("etc", 0o755);
  make("mailboxes", 0o755, NOBODY, NOBODY);
  make("data", 0o700, postfix);
  make("queue", 0o755);
  make("queue/pid", 0o755);
  const own = ["active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "private", "saved"];
  for (const name of [...own, "trace"]) make(`queue/${name}`, 0o700, postfix);
  make("queue/public", 0o710, postfix, postdrop);
  make("queue/maildrop", 0o730, postfix, postdrop);
}

function idOf(database: "passwd" | "group", name: string): number {
  return Number(execFileSync("getent", [database, name], { encoding: "utf8" }).split(":")[2]);
}
