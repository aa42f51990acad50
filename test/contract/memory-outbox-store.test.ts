import { MemoryOutboxStore } from "../../src/outbox/stores/memory-outbox-store";
import { outboxStoreContract } from "./outbox-store";

outboxStoreContract("MemoryOutboxStore", () => new MemoryOutboxStore());
