// Releases of which no version of the official client was made. Their kinds are known; a field that came or went around such a release
// is accepted unless other evidence says that it was not there, so that nothing right is called wrong.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

// kinds: of those that only one neighbour serves, whether this release serves them. corrections: "type.field" -> type expression of a field
// that only this release has, or null for one that it does not have.
export function between(lower, upper, kinds, evidence, corrections) {
  const types = new Map();
  for (const name of new Set([...lower.types.keys(), ...upper.types.keys()])) {
    types.set(name, merge(lower.types.get(name), upper.types.get(name)));
  }

  const served = new Map();
  for (const key of new Set([...lower.kinds.keys(), ...upper.kinds.keys()])) {
    const isSure = lower.kinds.has(key) && upper.kinds.has(key);
    if (isSure || kinds(key)) served.set(key, upper.kinds.get(key) ?? lower.kinds.get(key));
  }

  if (evidence) restrict(types, served, evidence);
  for (const [where, type] of Object.entries(corrections ?? {})) {
    const [owner, field] = where.split('.');
    if (type) types.get(owner).set(field, { required: false, type });
    else types.get(owner).delete(field);
  }

  return { types, kinds: served };
}

function merge(lower, upper) {
  if (!lower || !upper) return lower ?? upper;
  const fields = new Map();
  for (const field of new Set([...lower.keys(), ...upper.keys()])) {
    const [a, b] = [lower.get(field), upper.get(field)];
    fields.set(field, { ...(b ?? a), required: Boolean(a?.required && b?.required) });
  }
  return fields;
}

// Evidence: the library for that release which cdk8s makes from the OpenAPI document. It names every field of what can be applied
// (not of status), in functions that turn an object into JSON.
export function readEvidence(root) {
  const source = readFileSync(join(root, 'lib/imports/k8s.js'), 'utf8');
  const types = new Map();
  for (const [, name, body] of source.matchAll(/^function toJson_(\w+)\(obj\) \{\n([\s\S]*?)^\}/gm)) {
    const fields = new Map();
    for (const [, field, value] of body.matchAll(/^ {8}'([^']+)': (.*),$/gm)) fields.set(field, /toJson_(\w+)\(/.exec(value)?.[1] ?? null);
    types.set(name, fields);
  }

  const kinds = new Map();
  for (const [, name, apiVersion, kind] of source.matchAll(/^(\w+)\.GVK = \{\s*apiVersion: '([^']+)',\s*kind: '([^']+)',\s*\};/gm)) {
    kinds.set(`${apiVersion} ${kind}`, `${name}Props`);
  }

  return { types, kinds };
}

function restrict(types, served, evidence) {
  const seen = new Set();
  const kindTypes = new Set(served.values());
  const ofKinds = new Set(['apiVersion', 'kind', 'status']);
  for (const [key, type] of served) {
    const props = evidence.kinds.get(key);
    if (props && evidence.types.has(props)) visit(type, props, ofKinds);
  }

  function visit(type, props, kept) {
    if (seen.has(type)) return;
    seen.add(type);
    const fields = types.get(type);
    const known = evidence.types.get(props);
    // The evidence calls types of different groups by one name; a field that is not ours gives that away.
    if (!fields || !known || [...known.keys()].some(field => !fields.has(field))) return;
    for (const field of [...fields.keys()]) if (!known.has(field) && !kept.has(field)) fields.delete(field);
    for (const [field, child] of known) {
      const reference = /(?:^|[\]}])([A-Z]\w*)$/.exec(fields.get(field)?.type ?? '')?.[1];
      // An object in another (a claim in a StatefulSet) is a kind with the fields of one, which the evidence leaves out.
      if (child && reference) visit(reference, child, kindTypes.has(reference) ? ofKinds : new Set());
    }
  }
}
