const MOST_CHARACTERS = 150;
const MOST_OF_EXTENSION = 16;

/** Controls, line ends, and marks that turn the direction of writing, with which `fdp.exe` shows as `exe.pdf`. */
const HIDDEN = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** The last part of a path, in either way of writing one, as a name that an attachment can have; empty where none is left. */
export function readFileName(text: string): string {
  const last = text.split(/[/\\]/).at(-1) ?? "";
  const name = last.toWellFormed().replace(HIDDEN, "").trim().replace(/^\.+$/, "");
  return shortened(name);
}

/** Mail programs save by this name, and file systems take 255 bytes at most. */
function shortened(name: string): string {
  const characters = [...name];
  if (characters.length <= MOST_CHARACTERS) return name;
  const [extension = ""] = /\.[^.]*$/.exec(name) ?? [];
  const kept = [...extension].length <= MOST_OF_EXTENSION ? extension : "";
  return characters.slice(0, MOST_CHARACTERS - [...kept].length).join("") + kept;
}
