import type { Texts } from "./texts";

/** What this user may do; the server asks again. */
export class Rights {
  constructor(private readonly texts: Texts) {}

  get mayRead(): boolean {
    return RED.user.hasPermission("outbox.read");
  }

  get mayChange(): boolean {
    return RED.user.hasPermission("outbox.write");
  }

  /** Makes a button what this user may press; its title says why not, or what it does. */
  guard(button: HTMLButtonElement, hint: string, whyNot?: string): void {
    const reason = this.mayChange ? whyNot : this.texts("read-only");
    button.disabled = reason !== undefined;
    button.title = reason ?? hint;
  }
}
