import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { answers, Daemon } from "./daemon";

/** Of Debian's package "dovecot-core". */
const PROGRAM = "/usr/sbin/dovecot";

export interface Account {
  readonly username: string;
  readonly password: string;
}

/** Dovecot, which only checks passwords: it answers on a socket in the folder of Postfix. */
export class Dovecot {
  readonly #daemon: Daemon;

  constructor(folder: string, socket: string, accounts: readonly Account[]) {
    const own = join(folder, "dovecot");
    mkdirSync(own, { mode: 0o755 });
    const users = join(own, "users");
    const log = join(own, "log");
    writeFileSync(users, accounts.map(({ username, password }) => `${username}:{PLAIN}${password}\n`).join(""));
    writeFileSync(join(own, "dovecot.conf"), configuration(own, socket, users, log));
    const said = (): string => (existsSync(log) ? readFileSync(log, "utf8") : "");
    this.#daemon = new Daemon(PROGRAM, ["-F", "-c", join(own, "dovecot.conf")], () => answers(socket), said);
  }

  start(): Promise<void> {
    return this.#daemon.start();
  }

  /** Also for those whom it has checked before. */
  kill(): Promise<void> {
    return this.#daemon.kill();
  }

  stop(): Promise<void> {
    return this.#daemon.stop();
  }
}

const configuration = (own: string, socket: string, users: string, log: string): string => `
base_dir = ${join(own, "run")}
state_dir = ${join(own, "state")}
log_path = ${log}
protocols =
ssl = no
auth_mechanisms = plain login cram-md5
# Postfix says where a password in clear is welcome.
disable_plaintext_auth = no
# What makes it slow for somebody who guesses makes it slow for tests that guess wrong.
auth_failure_delay = 0
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service auth {
  unix_listener ${socket} {
    mode = 0660
    user = postfix
    group = postfix
  }
}
passdb {
  driver = passwd-file
  args = ${users}
}
userdb {
  driver = static
  args = uid=nobody gid=nogroup home=/nonexistent
}
`;
