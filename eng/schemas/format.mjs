// The text that the loader (src/Actions.Shared/Validation/Schemas/SchemaText.cs) reads.
//
// A type expression is one of
//   s b i l n t u y q x *      string, boolean, int32, int64, number, date-time, micro-time, base64, quantity, int-or-string, anything
//   o                          object without known fields
//   Name  @Name                another type (starts with a capital letter); a type of the newest Kubernetes release
//   []T  [*]T  [a,b]T          list; set; list whose items are identified by the fields a and b
//   {}T                        mapping of names to T
// followed by constraints in angle brackets: <enum=a,b;pattern=…;min=1;…>. Outside plain words, % ; , < > ( ) space and control
// characters are written as %XX of their UTF-8 bytes.
import { createHash } from 'node:crypto';

export const list = item => `[]${item}`;
export const set = item => `[*]${item}`;
export const listMap = (keys, item) => `[${keys.join(',')}]${item}`;
export const map = item => `{}${item}`;
export const choice = values => constrained('s', { enum: values });

export function constrained(type, constraints) {
  const parts = Object.entries(constraints)
    .filter(([, value]) => value !== undefined && value !== null && value !== false)
    .map(([key, value]) => value === true ? key : `${key}=${Array.isArray(value) ? value.map(v => encode(String(v))).join(',') : encode(String(value))}`);
  return parts.length === 0 ? type : `${type}<${parts.join(';')}>`;
}

export function encode(text) {
  return text.replace(/[^\x21-\x7e]|[%;,<>()]/gu, c =>
    [...Buffer.from(c, 'utf8')].map(b => '%' + b.toString(16).toUpperCase().padStart(2, '0')).join(''));
}

export function typeText(fields) {
  return [...fields].sort(([a], [b]) => compare(a, b)).map(([name, f]) => `${encode(name)}${f.required ? '!' : ''}:${f.type}`).join(' ');
}

export const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

export function references(text) {
  return new Set(text.replace(/<[^>]*>/g, '').match(/(?<=[:\]}])[A-Z]\w*/g) ?? []);
}

// Releases: [{ name, note, types, kinds }] from the oldest to the newest. One line per type content; the letters say which releases
// have a type with the same content *and* the same content of everything that it refers to.
export function render(header, releases) {
  const names = [...new Set(releases.flatMap(r => [...r.types.keys()]))].sort(compare);
  const kinds = [...new Set(releases.flatMap(r => [...r.kinds.keys()]))].sort(compare);

  const texts = new Map();
  for (const name of names) texts.set(name, releases.map(r => (r.types.has(name) ? typeText(r.types.get(name)) : null)));

  // Only what a kind can reach is of use.
  const reachable = new Set();
  const visit = name => {
    if (reachable.has(name)) return;
    reachable.add(name);
    for (const text of texts.get(name) ?? []) if (text !== null) for (const other of references(text)) visit(other);
  };
  for (const release of releases) for (const type of release.kinds.values()) visit(type);

  // Partition refinement: start from equal content, split while what is referred to differs.
  let classes = new Map(names.map(n => [n, number(texts.get(n))]));
  for (let changed = true; changed;) {
    changed = false;
    const next = new Map();
    for (const name of names) {
      const keys = texts.get(name).map((text, i) =>
        text === null ? null : [classes.get(name)[i], ...[...references(text)].map(o => `${o}${classes.get(o)?.[i]}`)].join(' '));
      const refined = number(keys);
      changed ||= refined.join() !== classes.get(name).join();
      next.set(name, refined);
    }
    classes = next;
  }

  const lines = [];
  for (const key of kinds) {
    const byType = new Map();
    releases.forEach((r, i) => {
      const type = r.kinds.get(key);
      if (!type) return;
      if (!byType.has(type)) byType.set(type, Array(releases.length).fill('-'));
      byType.get(type)[i] = '+';
    });
    for (const [type, marks] of byType) lines.push(`kind ${key} ${type} ${marks.join('')}`);
  }
  for (const name of names.filter(n => reachable.has(n))) {
    const contents = new Map();
    texts.get(name).forEach((text, i) => {
      if (text === null) return;
      if (!contents.has(text)) contents.set(text, Array(releases.length).fill('-'));
      contents.get(text)[i] = String.fromCharCode(97 + classes.get(name)[i]);
    });
    for (const [text, marks] of contents) lines.push(`type ${name} ${marks.join('')} ${text}`.trimEnd());
  }

  const body = lines.join('\n') + '\n';
  const missing = new Set([...reachable].filter(n => !names.includes(n)));
  if (missing.size > 0) throw new Error(`types without a definition: ${[...missing].join(', ')}`);
  const sum = createHash('sha256').update(body).digest('hex');
  return [...header, `#sha256 ${sum}`].join('\n') + '\n' + body;
}

function number(keys) {
  const seen = new Map();
  return keys.map(key => {
    if (key === null) return null;
    if (!seen.has(key)) seen.set(key, seen.size);
    return seen.get(key);
  });
}
