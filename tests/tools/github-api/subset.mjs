// Takes the addresses that the client uses (paths.txt) out of GitHub's description, with all that they refer to: the server starts with these in a
// second or two, and with everything in sixteen. Fails if GitHub does not know one of them. Of answers the examples are kept and the schemas left out,
// which not all of GitHub's examples satisfy; so are links to further pages, which lead to GitHub.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const read = (path) => readFileSync(new URL(path, import.meta.url), 'utf8');
const whole = JSON.parse(read('node_modules/@octokit/openapi/generated/api.github.com.json'));
const paths = read('paths.txt').split('\n').filter(Boolean);
const unknown = paths.filter((path) => !(path in whole.paths));
if (unknown.length > 0) throw new Error(`GitHub's description has no ${unknown.join(', ')}`);

const part = { openapi: whole.openapi, info: whole.info, servers: whole.servers, paths: {}, components: {} };
for (const path of paths) part.paths[path] = whole.paths[path];
for (const operation of Object.values(part.paths).flatMap(Object.values)) {
  for (const answer of Object.values(operation.responses ?? {})) {
    delete answer.headers?.Link;
    for (const content of Object.values(answer.content ?? {})) if (content.examples) content.schema = {};
  }
}

const waiting = [part.paths];
while (waiting.length > 0) {
  const node = waiting.pop();
  if (node === null || typeof node !== 'object') continue;
  if (typeof node.$ref === 'string' && node.$ref.startsWith('#/components/')) {
    const [kind, name] = node.$ref.slice('#/components/'.length).split('/');
    part.components[kind] ??= {};
    if (!(name in part.components[kind])) {
      part.components[kind][name] = whole.components[kind][name];
      waiting.push(part.components[kind][name]);
    }
  }
  waiting.push(...Object.values(node));
}

// GitHub's example of a file has line ends in its base64 as a backslash and an n, which is no base64; its answers have real ones.
const file = part.components.examples?.['content-file-response-if-content-is-a-file']?.value;
if (file) file.content = file.content.replaceAll('\\n', '\n');

mkdirSync(new URL('dist/', import.meta.url), { recursive: true });
writeFileSync(new URL('dist/github.json', import.meta.url), JSON.stringify(part));
