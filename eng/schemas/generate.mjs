// node generate.mjs <directory with the unpacked packages> <directory to write to>
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRelease } from './kubernetes.mjs';
import { readEnrichment } from './enrichment.mjs';
import { render } from './format.mjs';
import { sources, folder } from './sources.mjs';

const [packages, output] = process.argv.slice(2);
const at = source => join(packages, folder(source));

const enrichment = readEnrichment(
  sources.facts.map(at),
  sources.kubernetes.filter(s => s.formats !== false).map(at).reverse());
const releases = sources.kubernetes.map(s => ({ name: s.release, ...readRelease(at(s), enrichment) }));

const header = [
  '#format 1',
  ...sources.kubernetes.map(s => `#release ${s.release} ${s.package}@${s.version} ${s.integrity}`),
  ...sources.standIns.map(s => `#stand-in ${s.release} ${s.answeredBy}`),
  ...sources.facts.map(s => `#facts ${s.package}@${s.version} ${s.integrity}`),
];
writeFileSync(join(output, 'kubernetes.schemas'), render(header, releases));
