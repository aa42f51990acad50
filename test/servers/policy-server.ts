import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { createInterface } from "node:readline";

/** What Postfix tells of a recipient that was named: `sender`, `recipient`, `client_address` and more. */
export type PolicyRequest = ReadonlyMap<string, string>;

/** An action of Postfix's access(5): `DUNNO`, `REJECT …`, `DEFER_IF_PERMIT …`. */
export type Policy = (request: PolicyRequest) => string | Promise<string>;

/**
 * Decides for Postfix whether it takes a mail for a recipient.
 *
 * Speaks Postfix's policy protocol (SMTPD_POLICY_README): lines `name=value`, then an empty one, answered by
 * `action=…` and an empty line.
 */
export class PolicyServer {
  policy: Policy = () => "DUNNO";
  readonly #sockets = new Set<Socket>();
  readonly #server: Server = createServer((socket) => this.#serve(socket));

  static async start(): Promise<PolicyServer> {
    const policies = new PolicyServer();
    policies.#server.listen(0, "127.0.0.1");
    await once(policies.#server, "listening");
    return policies;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket)).on("error", () => {});
    let request = new Map<string, string>();
    createInterface({ input: socket }).on("line", async (line) => {
      const at = line.indexOf("=");
      if (at > 0) request.set(line.slice(0, at), line.slice(at + 1));
      if (line !== "") return;
      const asked = request;
      request = new Map();
      socket.write(`action=${await this.policy(asked)}\n\n`);
    });
  }
}

/** Who is new has to come again. */
export function greylist(): Policy {
  const known = new Set<string>();
  return (request) => {
    const triplet = ["client_address", "sender", "recipient"].map((name) => request.get(name)).join(" ");
    if (known.has(triplet)) return "DUNNO";
    known.add(triplet);
    return "DEFER_IF_PERMIT 4.2.0 Greylisted, come again in a while";
  };
}
