// Reads the models of one version of the official JavaScript client into { types, kinds }.
//
//   types: type name -> Map(field -> { required, type })      type expressions: see format.mjs
//   kinds: "apiVersion kind" -> type name
import { readFileSync, readdirSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { list, map, listMap, set, choice } from './format.mjs';
import { listKeys, byteMaps, preserving, kindsOfOtherGroups } from './facts.mjs';

const prefixed = /^(Core|Events|Authentication|Storage|Discovery|Resource|Rbac|Flowcontrol|Admissionregistration|Apiextensions|Apiregistration)?(V\d+(?:(?:alpha|beta)\d+)?)(.+)$/;

// With `leftovers`: the types and kinds that are not current any more, but were in `release` (each file tells the release it was made for).
export function readRelease(root, enrichment, release, { leftovers = false } = {}) {
  const models = ['models', 'model'].map(d => join(root, 'dist/gen', d)).find(existsSync);
  const current = leftovers ? leftoverFiles(models, root, release) : currentFiles(root);
  const types = new Map();
  for (const file of readdirSync(models).filter(f => f.endsWith('.js') && current.model(f)).sort()) {
    const source = readFileSync(join(models, file), 'utf8');
    const found = /^(\w+)\.attributeTypeMap = (\[[\s\S]*?\n\]);$/m.exec(source);
    if (!found) continue;
    const [, name, body] = found;
    const attributes = JSON.parse(body);
    const declared = readFileSync(join(models, file.replace(/\.js$/, '.d.ts')), 'utf8');
    const fields = new Map();
    for (const attribute of attributes) {
      const property = new RegExp(`^    '${attribute.name.replace(/[$]/g, '\\$&')}'(\\?)?:`, 'm').exec(declared);
      if (!property) throw new Error(`${root}: ${name}.${attribute.name} is not declared`);
      fields.set(attribute.baseName, {
        required: property[1] !== '?',
        type: expression(name, attribute, enrichment),
        shape: attribute.type,
      });
    }
    types.set(name, fields);
  }

  return { types, kinds: readKinds(root, types, current) };
}

export function splitName(type) {
  const match = prefixed.exec(type);
  return match ? { group: match[1]?.toLowerCase(), version: match[2].toLowerCase(), name: match[3] } : null;
}

function expression(owner, { baseName, type, format }, enrichment) {
  const fact = enrichment.find(owner, baseName);
  const key = splitName(owner)?.name + '.' + baseName;
  if (preserving.has(key)) return '*';
  format ||= enrichment.format(owner, baseName, type) ?? '';
  return convert(type);

  function convert(ts) {
    const array = /^Array<(.*)>$/.exec(ts);
    if (array) {
      const item = convert(array[1]);
      const keys = listKeys(splitName(owner)?.name ?? owner, baseName, array[1]);
      return keys === 'set' ? set(item) : keys ? listMap(keys, item) : list(item);
    }

    const mapping = /^\{ \[key: string\]: (.*); \}$/.exec(ts);
    if (mapping) return map(convert(mapping[1]));
    switch (ts) {
      case 'string':
        if (fact?.quantity) return 'q';
        if (format === 'byte' || byteMaps.has(key)) return 'y';
        if (fact?.values) return choice(fact.values);
        return 's';
      case 'number':
        return { int32: 'i', int64: 'l', double: 'n', '': 'n' }[format] ?? fail(`number format ${format}`);
      case 'boolean': return 'b';
      case 'Date': return 't';
      case 'V1MicroTime': return 'u';
      case 'IntOrString': return 'x';
      case 'any':
      case 'object': return '*';
      default:
        return /^[A-Z]\w+$/.test(ts) ? ts : fail(ts);
    }
  }

  function fail(what) {
    throw new Error(`${owner}.${baseName}: do not know ${what}`);
  }
}

// The packages carry files of earlier releases that nothing refers to any more; only what their lists name is current.
function currentFiles(root) {
  const serializer = join(root, 'dist/gen/models/ObjectSerializer.js');
  if (!existsSync(serializer)) {
    const apis = readFileSync(join(root, 'dist/gen/api/apis.js'), 'utf8');
    return { model: () => true, api: file => apis.includes(`require("./${file.replace(/\.js$/, '')}")`) };
  }

  const models = readFileSync(serializer, 'utf8');
  const apis = readFileSync(join(root, 'dist/gen/types/PromiseAPI.d.ts'), 'utf8');
  return {
    model: file => models.includes(`from '../models/${file}'`),
    api: file => apis.includes(`class Promise${file.replace(/\.js$/, '')} `),
  };
}

function leftoverFiles(models, root, release) {
  const current = currentFiles(root);
  return {
    model: file => !current.model(file) && readFileSync(join(models, file), 'utf8').includes(`OpenAPI spec version: v${release}.`),
    api: file => !current.api(file),
  };
}

function readKinds(root, types, current) {
  const directory = ['apis', 'api'].map(d => join(root, 'dist/gen', d)).find(existsSync);
  const kinds = new Map();
  for (const file of readdirSync(directory).filter(f => f.endsWith('Api.js') && current.api(f)).sort()) {
    const source = readFileSync(join(directory, file), 'utf8');
    const step = /localVarPath = (?:this\.basePath \+ )?'([^']+)'|(?<!de)serialize\(body, "(\w+)"/g;
    let path = null;
    for (let match; (match = step.exec(source));) {
      if (match[1]) path = match[1];
      else if (path) add(path, match[2]);
    }
  }

  return kinds;

  function add(path, type) {
    const where = /^\/(?:api\/(v1)|apis\/([^/]+)\/([^/]+))\//.exec(path);
    const kind = splitName(type)?.name;
    if (!where || !kind || kind === 'DeleteOptions' || kind === 'Status' || !types.has(type)) return;
    const apiVersion = kindsOfOtherGroups.get(kind) ?? where[1] ?? `${where[2]}/${where[3]}`;
    put(`${apiVersion} ${kind}`, type);
    if (types.has(`${type}List`)) put(`${apiVersion} ${kind}List`, `${type}List`);
  }

  function put(key, type) {
    if (kinds.has(key) && kinds.get(key) !== type) throw new Error(`${root}: ${key} is ${type} and ${kinds.get(key)}`);
    kinds.set(key, type);
  }
}
