// Takes the addresses that the client uses (paths.txt) out of GitHub's description, with all that they refer to: the server starts with these in a
// second or two, and with everything in sixteen. Fails if GitHub does not know one of them.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const read = (path) => readFileSync(new URL(path, import.meta.url), 'utf8');
const whole = JSON.parse(read('node_modules/@octokit/openapi/generated/api.github.com.json'));
const paths = read('paths.txt').split('\n').filter(Boolean);
const unknown = paths.filter((path) => !(path in whole.paths));
if (unknown.length > 0) throw new Error(`GitHub's description has no ${unknown.join(', ')}`);

const part = { openapi: whole.openapi, info: whole.info, servers: whole.servers, paths: {}, components: {} };
for (const path of paths) part.paths[path] = whole.paths[path];

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

mkdirSync(new URL('dist/', import.meta.url), { recursive: true });
writeFileSync(new URL('dist/github.json', import.meta.url), JSON.stringify(part));
