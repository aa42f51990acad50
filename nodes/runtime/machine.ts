import { randomUUID } from "node:crypto";
import { systemClock } from "../../src/model/clock";

/** The machine's clock and randomness, which `src` takes as arguments. */
export const machine = { clock: systemClock, newId: randomUUID as () => string, random: Math.random };
