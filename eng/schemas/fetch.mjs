// node fetch.mjs <directory>: downloads and unpacks what sources.json names, without dependencies, checking the integrity hashes.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { all, folder } from './sources.mjs';

const [directory] = process.argv.slice(2);
mkdirSync(directory, { recursive: true });
for (const source of all) {
  const target = join(directory, folder(source));
  if (existsSync(target)) continue;
  const name = `${source.package}@${source.version}`;
  const [packed] = JSON.parse(execFileSync('npm', ['pack', '--json', '--pack-destination', directory, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  const archive = join(directory, packed.filename.replace(/^@/, '').replace('/', '-'));
  const actual = 'sha512-' + createHash('sha512').update(readFileSync(archive)).digest('base64');
  if (actual !== source.integrity) throw new Error(`${name}: expected ${source.integrity}, got ${actual}`);
  mkdirSync(target);
  execFileSync('tar', ['-xzf', archive, '-C', target, '--strip-components=1']);
}
