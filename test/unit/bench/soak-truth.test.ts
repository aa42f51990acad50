import assert from "node:assert/strict";
import { type Ledger, type Told, type Truth, truthOf } from "../../../bench/soak/truth";

const A = "a.0@example.com";
const B = "b.0@example.com";

const told = (more: Partial<Told> = {}): Told => ({
  told: 0,
  state: "accepted",
  unconfirmed: 0,
  accepted: [A],
  ...more,
});
const failed = (more: Partial<Told> = {}): Told => told({ state: "failed", code: "ERR_MAIL_X", accepted: [], ...more });
const taken = (to: readonly string[] = [A], lost = false) => ({ mail: 0, to, lost });

/** One mail, handed over, told as accepted, and there. */
function truth(differs: Partial<Ledger> = {}): Truth {
  return truthOf({
    handed: [0],
    dropped: 0,
    told: [told()],
    taken: [taken()],
    waiting: [],
    neverTwice: () => false,
    ...differs,
  });
}

const found = ({ lost, twice, untrue }: Truth): number[] => [lost.length, twice.length, untrue.length];

describe("the truth of a soak", () => {
  it("finds nothing where a mail was told as accepted and is there", () => {
    const { handed, sent, waiting, ...rest } = truth();
    assert.deepEqual([handed, sent, waiting, ...found({ handed, sent, waiting, ...rest })], [1, 1, 0, 0, 0, 0]);
  });

  it("finds nothing where a mail was told as failed and is nowhere", () => {
    const result = truth({ told: [failed()], taken: [] });
    assert.deepEqual([result.failed, found(result)], [{ ERR_MAIL_X: 1 }, [0, 0, 0]]);
  });

  it("counts what still waits, and has it lost otherwise", () => {
    const waits = truth({ told: [], taken: [], waiting: [0] });
    assert.deepEqual([waits.waiting, found(waits)], [1, [0, 0, 0]]);
    assert.deepEqual(found(truth({ told: [], taken: [], waiting: [1] })), [1, 0, 0]);
    assert.deepEqual(found(truth({ told: [] })), [1, 0, 0], "there, and nobody was told");
  });

  it("finds a mail lost that was told as accepted and is not there, for any of its recipients", () => {
    assert.deepEqual(found(truth({ taken: [] })), [1, 0, 0]);
    assert.deepEqual(found(truth({ told: [told({ accepted: [A, B] })] })), [1, 0, 0]);
  });

  it("finds a mail twice where no answer was lost", () => {
    assert.deepEqual(found(truth({ taken: [taken(), taken()], told: [told({ unconfirmed: 1 })] })), [0, 1, 0]);
  });

  it("lets one be there twice whose answer was lost and that says so", () => {
    const twice = [taken([A], true), taken()];
    const said = truth({ taken: twice, told: [told({ unconfirmed: 1 })] });
    assert.deepEqual([said.again, found(said)], [1, [0, 0, 0]]);
    assert.deepEqual(found(truth({ taken: twice })), [0, 1, 0], "not said");
    const never = truth({ taken: twice, told: [told({ unconfirmed: 1 })], neverTwice: () => true });
    assert.deepEqual(found(never), [0, 1, 0], "never to be sent again");
  });

  it("takes what was cut off before its answer could arrive for one whose answer was lost", () => {
    const cut = [taken(), taken([], true), taken()];
    assert.deepEqual(found(truth({ taken: cut, told: [told({ unconfirmed: 1 })] })), [0, 0, 0]);
  });

  it("finds it untrue that a mail failed which is there, unless its answer was lost or it was said of whom", () => {
    assert.deepEqual(found(truth({ told: [failed()] })), [0, 0, 1]);
    assert.deepEqual(found(truth({ told: [failed()], taken: [taken([A], true)] })), [0, 0, 0]);
    assert.deepEqual(found(truth({ told: [failed({ accepted: [A] })] })), [0, 0, 0]);
    assert.deepEqual(found(truth({ told: [failed({ accepted: [A] })], taken: [taken([A, B])] })), [0, 0, 1]);
  });

  it("finds it untrue to tell twice, of nobody, or of a mail that was not handed over", () => {
    assert.deepEqual(found(truth({ told: [told(), told()] })), [0, 0, 1]);
    assert.deepEqual(found(truth({ told: [told({ accepted: [] })] })), [0, 0, 1]);
    assert.deepEqual(found(truth({ told: [told(), failed({ told: -1 })] })), [0, 0, 1]);
    assert.deepEqual(found(truth({ taken: [taken(), { mail: -1, to: [B], lost: false }] })), [0, 0, 1]);
  });
});
