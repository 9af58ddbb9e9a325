// docs/features.md says of each feature which test shows it. Here it is held that those tests exist, and run.
import { strict as assert } from 'node:assert';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';

const root = new URL('../../', import.meta.url);

/** The rows of all tables: feature and evidence. */
function rows(text) {
  const lines = text.split('\n').filter((line) => line.startsWith('| '));
  return lines.map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()))
    .filter(([feature]) => feature !== 'Feature' && !/^-+$/.test(feature));
}

/** The titles of a file's tests; what a title takes from a variable may be anything. */
function titles(text) {
  const found = [...text.matchAll(/\b(?:test|describe)\(\s*(['"`])((?:\\.|(?!\1)[^\\])*)\1/g)];
  return found.map(([, , title]) => {
    const parts = title.replaceAll("\\'", "'").split(/\$\{[^}]*\}/);
    return new RegExp(`^${parts.map((part) => part.replace(/[.*+?^$()[\]{}|\\]/g, '\\$&')).join('.+')}$`);
  });
}

/** Whether a test that is named as `file: name` exists. */
function exists(reference) {
  const [, file, name] = reference.match(/^(\S+\.(?:mjs|rs)): (.+)$/) ?? [];
  if (!file) return false;
  const path = new URL(file.endsWith('.mjs') ? `tests/e2e/${file}` : `crates/${file}`, root);
  if (!existsSync(path)) return false;
  const text = readFileSync(path, 'utf8');
  return file.endsWith('.rs') ? text.includes(`fn ${name}(`) : titles(text).some((title) => title.test(name));
}

test('every feature of docs/features.md names tests that exist, or says why there is none', () => {
  const table = rows(readFileSync(new URL('docs/features.md', root), 'utf8'));
  assert.ok(table.length > 100, `${table.length} rows`);
  const wrong = [];
  for (const [feature, evidence] of table) {
    const named = [...(evidence ?? '').matchAll(/`([^`]+)`/g)].map(([, reference]) => reference);
    if (!named.length && !/^not yet: \S/.test(evidence ?? '')) wrong.push(`${feature}: neither a test nor a reason`);
    wrong.push(...named.filter((reference) => !exists(reference)).map((reference) => `${feature}: there is no ${reference}`));
  }
  assert.deepEqual(wrong, []);
});

test('every file of tests belongs to the suite', () => {
  const suite = readFileSync(new URL('all.mjs', import.meta.url), 'utf8');
  const files = readdirSync(new URL('.', import.meta.url)).filter((name) => name.endsWith('.test.mjs'));
  assert.deepEqual(files.filter((name) => !suite.includes(`'./${name}'`)), []);
});
