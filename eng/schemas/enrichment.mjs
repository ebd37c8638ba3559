// Which fields are quantities and which values an enumeration has, from the TypeScript declarations of the community's
// `kubernetes-models` packages; which format a number has, from the newer models of the official client.
import { readFileSync, readdirSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { splitName } from './kubernetes.mjs';
import { quantities } from './facts.mjs';

export function readEnrichment(factRoots, formatRoots) {
  const facts = new Map();
  for (const root of factRoots) {
    for (const file of declarations(root)) readFacts(root, file, facts);
  }

  const formats = new Map();
  for (const root of formatRoots) {
    const models = join(root, 'dist/gen/models');
    for (const file of readdirSync(models).filter(f => f.endsWith('.js'))) {
      const found = /^(\w+)\.attributeTypeMap = (\[[\s\S]*?\n\]);$/m.exec(readFileSync(join(models, file), 'utf8'));
      if (!found) continue;
      for (const a of JSON.parse(found[2])) if (a.format) {
        const parts = splitName(found[1]);
        for (const key of [found[1], parts?.name]) {
          const id = `${key}.${a.baseName} ${a.type}`;
          if (!formats.has(id)) formats.set(id, a.format);
        }
      }
    }
  }

  return {
    find(owner, field) {
      const { group, version, name } = splitName(owner) ?? { name: owner };
      if (quantities.has(`${name}.${field}`)) return { quantity: true };
      return facts.get(`${group ?? ''}${version}${name}.${field}`.toLowerCase()) ?? facts.get(`${version}${name}.${field}`.toLowerCase())
        ?? facts.get(`${name}.${field}`.toLowerCase());
    },
    format: (owner, field, type) => formats.get(`${owner}.${field} ${type}`) ?? formats.get(`${splitName(owner)?.name}.${field} ${type}`),
  };
}

function* declarations(root) {
  for (const group of readdirSync(root, { withFileTypes: true }).filter(e => e.isDirectory() && e.name !== '_schemas' && e.name !== 'node_modules')) {
    const versions = /^v\d/.test(group.name) ? ['.'] : readdirSync(join(root, group.name), { withFileTypes: true }).filter(e => e.isDirectory()).map(e => e.name);
    for (const version of versions) {
      const directory = join(group.name, version);
      for (const file of readdirSync(join(root, directory)).filter(f => f.endsWith('.d.ts') && f !== 'index.d.ts').sort()) {
        yield {
          group: version === '.' ? 'core' : group.name.split('.')[0],
          version: version === '.' ? group.name : version,
          name: file.replace('.d.ts', ''),
          path: join(directory, file),
        };
      }
    }
  }
}

function readFacts(root, { group, version, name, path }, facts) {
  const source = readFileSync(join(root, path), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
  const body = new RegExp(`export interface I${name}(?: extends [^{]+)? \\{\\n([\\s\\S]*?)\\n\\}`).exec(source);
  if (!body) return;
  for (const [, field, type] of body[1].matchAll(/^ {4}"([^"]+)"\??: ([\s\S]*?);$/gm)) {
    const quantity = /Quantity\b/.test(type);
    const values = /^(?:Array<)?\(?("[^"]*"(?: \| "[^"]*")*)\)?>?$/.exec(type)?.[1].split(' | ').map(v => JSON.parse(v));
    if (!quantity && !values) continue;
    if (field === 'apiVersion' || field === 'kind') continue;
    for (const key of [`${group}${version}${name}`, `${version}${name}`, name]) {
      const id = `${key}.${field}`.toLowerCase();
      const known = facts.get(id);
      facts.set(id, {
        quantity: quantity || known?.quantity,
        values: values && [...new Set([...(known?.values ?? []), ...values])].sort(),
      });
    }
  }
}
