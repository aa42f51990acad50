import type { OutboxStore } from "../../src/outbox/outbox-store";
import { attemptsContract } from "./attempts";
import { claimingContract } from "./claiming";
import { contentsContract } from "./contents";
import { lookingContract } from "./looking";
import { peopleContract } from "./people";

/** A new, empty, unopened store at each call. */
export type MakeStore = () => OutboxStore | Promise<OutboxStore>;

/** What a part of the contract needs: the open store of the test that runs, and a way to more of them. */
export interface Rig {
  readonly store: OutboxStore;
  makeStore: MakeStore;
}

/** What every store of the outbox promises. */
export function outboxStoreContract(name: string, makeStore: MakeStore): void {
  describe(`${name} as an OutboxStore`, () => {
    let store: OutboxStore | undefined;
    const rig: Rig = {
      makeStore,
      get store() {
        if (!store) throw new Error("no test is running");
        return store;
      },
    };

    beforeEach(async () => {
      store = await makeStore();
      await store.open();
    });
    afterEach(() => store?.close());

    claimingContract(rig);
    attemptsContract(rig);
    peopleContract(rig);
    lookingContract(rig);
    contentsContract(rig);
  });
}
