// Writes docs/licences.md from the lock file; test/architecture/licences.test.ts compares it.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { installedByUsers, licencesPage, lockFile, root } from "./licences";

writeFileSync(join(root, "docs", "licences.md"), licencesPage(installedByUsers(lockFile())));
