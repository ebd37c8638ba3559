// node generate.mjs <directory with the unpacked packages> <directory to write to>
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { between, readEvidence } from './between.mjs';
import { readCustomResources } from './custom-resources.mjs';
import { readEnrichment } from './enrichment.mjs';
import { compare, render } from './format.mjs';
import { readRelease } from './kubernetes.mjs';
import { sources, folder } from './sources.mjs';

const [packages, output] = process.argv.slice(2);
const at = source => join(packages, folder(source));
const origin = source => `${source.package}@${source.version} ${source.integrity}`;

const enrichment = readEnrichment(
  sources.facts.map(at),
  sources.kubernetes.filter(s => s.formats !== false).map(at).reverse());
const releases = sources.kubernetes.map(s => ({ name: s.release, origin: origin(s), ...readRelease(at(s), enrichment, s.release) }));
for (const b of sources.between) {
  const [lower, upper] = [b.lower, b.upper].map(name => releases.find(r => r.name === name));
  const evidence = b.evidence && readEvidence(at(b.evidence));
  const named = new Set((b.kinds ?? []).flatMap(k => [k, `${k}List`]));
  releases.splice(releases.indexOf(upper), 0, {
    name: b.release,
    origin: `between ${b.lower} and ${b.upper}${b.evidence ? ` by ${origin(b.evidence)}` : ''}`,
    ...between(lower, withLeftovers(upper, b.release), key => named.has(key) || evidence?.kinds.has(key), evidence, b.fields),
  });
}

// Types that the release after this one dropped, from the files that its package still carries.
function withLeftovers(upper, release) {
  const source = sources.kubernetes.find(s => s.release === upper.name);
  const { types, kinds } = readRelease(at(source), enrichment, release, { leftovers: true });
  return { types: new Map([...types, ...upper.types]), kinds: new Map([...kinds, ...upper.kinds]) };
}

const header = ['#format 1', ...releases.map(r => `#release ${r.name} ${r.origin}`), ...sources.facts.map(s => `#facts ${origin(s)}`)];
writeFileSync(join(output, 'kubernetes.schemas'), render(header, releases));

const groups = new Map();
for (const source of sources.customResources) {
  const others = (source.uses ?? []).map(name => at(sources.customResources.find(s => s.name === name)));
  const resources = readCustomResources(at(source), others, releases.at(-1).types);
  writeFileSync(join(output, `${source.name}.schemas`), render(['#format 1', `#release ${source.name} ${origin(source)}`], [resources]));
  for (const key of resources.kinds.keys()) groups.set(key.split('/')[0], source.name);
}

writeFileSync(join(output, 'custom-resources.txt'), [
  '# API group and the resource with its custom resources. Written by eng/schemas/generate.sh.',
  ...[...groups].sort(([a], [b]) => compare(a, b)).map(([group, name]) => `${group} ${name}`),
].join('\n') + '\n');
