import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { systemClock } from "../../model/clock";
import { MAX_BATCH, nextBatch } from "./next-batch";
import { type Answer, type Request, SqliteFile } from "./sqlite-file";
import type { SqliteRequests } from "./sqlite-requests";
import { faultOf } from "./store-fault";
import { StoreFiles } from "./store-files";
import { type FromWorker, type Question, WORTH_HANDING_OVER_BYTES } from "./thread-messages";

/** How long what can wait does: about as long as ten commits take on a fast disk. */
const PATIENCE_MS = 3;

/** Within this time after a mail was sent its body is gone. */
const TIDY_MS = 250;

function serve(folder: string): void {
  const port = parentPort;
  if (!port) return;
  const tell = (message: FromWorker, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer);
  let file: SqliteFile;
  try {
    file = SqliteFile.open(folder, (message) => tell({ kind: "warning", message }));
  } catch (error) {
    tell({ kind: "opened", fault: faultOf(error, new StoreFiles(folder).database) });
    return;
  }
  tell({ kind: "opened", answer: undefined });

  const answer = (questions: readonly Question[], given: readonly Answer[]): void => {
    const answers = given.map((each, index) => ({ ...each, id: idOf(questions[index]) }));
    if (answers.length > 0) tell({ kind: "answers", answers }, answers.flatMap(bodiesOf));
  };
  let waiting: readonly Question[] = [];
  let lastMs = 0;
  let isUrgent = false;
  let callOff: (() => void) | undefined;
  const tidySoon = tidying(file);
  const commit = (): void => {
    callOff?.();
    callOff = undefined;
    const { batch, rest } = nextBatch(waiting, file.isSending ? lastMs : undefined);
    waiting = rest;
    isUrgent = rest.length > 0;
    if (batch.length === 0) return;
    const from = performance.now();
    const answers = file.run(batch.map(requestOf));
    lastMs = performance.now() - from;
    answer(batch, answers);
    tidySoon();
    // What came meanwhile takes part in the next commit.
    if (isUrgent) setImmediate(commit);
  };
  const take = (questions: readonly Question[]): void => {
    const now = questions.filter(writesNothing);
    answer(
      now,
      now.map((question) => file.runNow(requestOf(question))),
    );
    const others = questions.filter((question) => !writesNothing(question));
    waiting = [...waiting, ...others];
    if (!isUrgent && others.some(({ patient }) => !patient)) {
      isUrgent = true;
      // What comes in this turn of the event loop shares the commit.
      setImmediate(commit);
    }
    if (waiting.length > 0 && !isUrgent) callOff ??= systemClock.after(PATIENCE_MS, commit);
  };
  port.on("message", (first: readonly Question[]) => {
    const questions = withThoseBehind(first, port);
    const end = questions.findIndex(({ method }) => method === "close");
    take(end < 0 ? questions : questions.slice(0, end));
    if (end < 0) return;
    while (waiting.length > 0) commit();
    tell({ kind: "answers", answers: [{ ...closing(file), id: idOf(questions[end]) }] });
    port.close();
  });
}

/** With what arrived while the last commit ran: all of it is committed together. */
function withThoseBehind(first: readonly Question[], port: MessagePort): Question[] {
  const questions = [...first];
  while (questions.length < MAX_BATCH) {
    const more = receiveMessageOnPort(port) as { message: readonly Question[] } | undefined;
    if (!more) break;
    questions.push(...more.message);
  }
  return questions;
}

/** To be called after each commit: bodies of mails that were sent are not to lie there for long, even where no other mail follows. */
function tidying(file: SqliteFile): () => void {
  let isTidying = false;
  return function tidySoon() {
    if (isTidying || !file.hasNoted) return;
    isTidying = true;
    systemClock.after(TIDY_MS, () => {
      isTidying = false;
      file.writeEnded();
      tidySoon();
    });
  };
}

const writesNothing = ({ method }: Question): boolean => method === "claim" || method === "giveBack";

const idOf = (question: Question | undefined): number => question?.id ?? 0;

function closing(file: SqliteFile): Answer {
  try {
    file.close();
    return { answer: undefined };
  } catch (error) {
    return { fault: faultOf(error, file.files.database) };
  }
}

function requestOf({ method, args }: Question): Request {
  return (requests) => (requests[method as keyof SqliteRequests] as (...args: readonly unknown[]) => unknown)(...args);
}

/** The bodies of claimed entries, which need not be copied. */
function bodiesOf(answer: Answer): ArrayBuffer[] {
  if (!("answer" in answer) || !Array.isArray(answer.answer)) return [];
  return answer.answer
    .map(({ mime }: { mime?: Uint8Array }) => mime)
    .filter((mime) => mime !== undefined && mime.byteLength >= WORTH_HANDING_OVER_BYTES)
    .filter((mime) => mime?.byteLength === mime?.buffer.byteLength)
    .map((mime) => (mime as Uint8Array).buffer as ArrayBuffer);
}

serve((workerData as { folder: string }).folder);
