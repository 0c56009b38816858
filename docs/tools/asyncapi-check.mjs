// Reads docs/asyncapi.yaml with the AsyncAPI parser; prints what is wrong, one line each.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";

const { Parser } = createRequire(resolve("package.json"))("@asyncapi/parser");
const source = process.argv[2];
const { document, diagnostics } = await new Parser().parse(readFileSync(source, "utf8"), { source });
const wrong = diagnostics.filter((one) => one.severity < 2);
for (const one of wrong) console.log(one.code, one.path.join("."), one.message);
if (!document) process.exit(1);
console.log(document.allChannels().length, document.allMessages().length, wrong.length);
process.exit(wrong.length ? 1 : 0);
