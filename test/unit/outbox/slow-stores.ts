import { MemoryOutboxStore } from "../../../src/outbox/stores/memory-outbox-store";

/** A store of which one call takes until the test lets it go on. */
export class SlowStore extends MemoryOutboxStore {
  goOn = (): void => {};

  constructor(call: "add" | "claim" | "nextDueAt") {
    super();
    const quick = this[call].bind(this) as (...given: unknown[]) => Promise<unknown>;
    const slow = async (...given: unknown[]): Promise<unknown> => {
      await new Promise<void>((resolve) => {
        this.goOn = resolve;
      });
      return quick(...given);
    };
    Object.assign(this, { [call]: slow });
  }
}
