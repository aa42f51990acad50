import { readHostPattern, splitHostPatterns } from "../model/host-patterns";
import type { Field } from "./field-use";
import { atMost, bad, oneLine, type Rule, text } from "./rule-kit";

const FOLDERS_LENGTH = 4000;
const HOSTS_LENGTH = 4000;

/** As POSIX or Windows has it: the form does not know which of them the runtime is on. */
const ABSOLUTE = /^(?:\/|[A-Za-z]:[\\/]|\\\\[^\\/?.]+\\)/;

/** The folders of the field: one in each line. */
export function readFolders(value: string): string[] {
  return value
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

const folders: Rule = (value) => {
  const wrong = readFolders(value).find((line) => !ABSOLUTE.test(line));
  return wrong === undefined
    ? undefined
    : bad("folders", "must be one absolute path in each line, such as /data/reports");
};

const hosts: Rule = (value) => {
  const wrong = splitHostPatterns(value).find((entry) => readHostPattern(entry) === undefined);
  return wrong === undefined
    ? undefined
    : bad(
        "hosts",
        `must be hosts such as files.example.com, *.example.com, 10.0.0.5:8080 or 10.0.0.0/8, separated by commas; “${wrong}” is none`,
        wrong,
      );
};

/** The rules of what attachments may be read from. */
export const ATTACHMENT_RULES: Readonly<Partial<Record<Field, readonly Rule[]>>> = {
  attachmentFolders: [text(FOLDERS_LENGTH), folders],
  attachmentHosts: [oneLine, atMost(HOSTS_LENGTH), hosts],
};
