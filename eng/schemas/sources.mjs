import { readFileSync } from 'node:fs';

export const sources = JSON.parse(readFileSync(new URL('sources.json', import.meta.url), 'utf8'));
export const all = [...sources.kubernetes, ...sources.facts, ...sources.between.flatMap(b => b.evidence ?? []), ...sources.customResources];
export const folder = source => `${source.package.replace(/^@/, '').replace('/', '-')}-${source.version}`;
