// Reads the custom resources of one community package. Its validators are JSON Schemas compiled to JavaScript in a regular form, one
// function per (sub)schema, and its TypeScript declarations name every field: both together give back the schema.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'acorn';
import { constrained } from './format.mjs';

const scalars = {
  IoK8sApimachineryPkgApisMetaV1Time: 't',
  IoK8sApimachineryPkgApisMetaV1MicroTime: 'u',
  IoK8sApimachineryPkgApiResourceQuantity: 'q',
  IoK8sApimachineryPkgUtilIntstrIntOrString: 'x',
  IoK8sApimachineryPkgRuntimeRawExtension: '*',
  IoK8sApiextensionsApiserverPkgApisApiextensionsV1JSON: '*',
};

// others: packages whose types this one may use. coreTypes: names of the types of the newest Kubernetes release, which it may use, too.
export function readCustomResources(root, others, coreTypes) {
  const modules = readModules(root);
  const own = [...modules.keys()];
  const declared = readDeclarations(root);
  for (const other of others) {
    for (const [name, module] of readModules(other)) if (!modules.has(name)) modules.set(name, module);
    for (const [name, fields] of readDeclarations(other)) if (!declared.has(name)) declared.set(name, fields);
  }

  const types = new Map();
  const kinds = new Map();
  const building = new Set();
  for (const name of own) {
    const fields = modules.get(name).main.properties;
    const apiVersion = only(fields.get('apiVersion'));
    const kind = only(fields.get('kind'));
    if (!apiVersion || !kind) continue;
    kinds.set(`${apiVersion} ${kind}`, name);
    define(name);
  }

  return { types, kinds };

  function only(node) {
    const values = node?.enum;
    return values?.length === 1 ? values[0] : null;
  }

  // An object type becomes a type of its own; anything else is written where it is used.
  function named(name) {
    if (scalars[name]) return scalars[name];
    const core = coreName(name);
    if (core) return `@${core}`;
    const module = modules.get(name);
    if (!module) throw new Error(`${root}: nothing is known of ${name}`);
    if (!isObject(module.main, name)) {
      if (building.has(name)) throw new Error(`${root}: ${name} refers to itself`);
      building.add(name);
      const text = expression(module.main, name, null);
      building.delete(name);
      return text;
    }

    define(name);
    return name;
  }

  function isObject(node, name) {
    return node.properties.size > 0 || node.bases.length > 0 || (node.type === 'object' && !node.additional && declared.has(name));
  }

  function define(name) {
    if (types.has(name)) return;
    const fields = new Map();
    types.set(name, fields);
    const node = modules.get(name).main;
    const isRoot = node.properties.has('apiVersion') && only(node.properties.get('kind'));
    for (const [field, value] of ownFields(node, name)) fields.set(field, value);
    for (const [field, ts] of declared.get(name) ?? []) {
      if (!fields.has(field)) fields.set(field, { required: false, type: fromDeclaration(ts.type, `${name}.${field}`) });
    }
    if (isRoot) for (const head of ['apiVersion', 'kind']) fields.set(head, { required: false, type: 's' });
  }

  // Fields of embedded types first: those of the type itself hide them.
  function ownFields(node, name) {
    const fields = new Map();
    for (const base of node.bases) {
      const core = base.reference && coreName(base.reference);
      const inherited = core ? coreFields(core) : base.reference ? ownFields(modules.get(base.reference).main, base.reference) : ownFields(base, name);
      for (const [field, value] of inherited) fields.set(field, value);
    }
    for (const [field, child] of node.properties) {
      fields.set(field, { required: node.required.has(field), type: expression(child, name, declared.get(name)?.get(field)) });
    }
    for (const field of node.required) if (fields.has(field)) fields.get(field).required = true;
    return fields;
  }

  function coreFields(core) {
    return new Map([...coreTypes.get(core)].map(([field, f]) => [field, { required: f.required, type: f.type.replace(/(^|[\]}])([A-Z]\w*)$/, '$1@$2') }]));
  }

  function expression(node, owner, ts) {
    if (node.reference) return named(node.reference);
    if (node.bases.length > 0) {
      // A named type with more conditions at this place.
      if (node.properties.size > 0 || node.bases.length > 1) throw new Error(`${root}: ${owner} has a combined schema without a name`);
      const [base] = node.bases;
      const content = base.reference ? modules.get(base.reference)?.main : base;
      if (!content || isObject(content, base.reference)) return expression(base, owner, ts);
      return expression({ ...content, enum: node.enum ?? content.enum, limits: { ...content.limits, ...node.limits } }, owner, ts);
    }
    const limits = node.limits;
    switch (node.type) {
      case 'string':
        return constrained(node.format === 'date-time' ? 't' : node.format === 'byte' ? 'y' : 's', {
          enum: node.enum, pattern: limits.pattern, minLength: limits.minLength, maxLength: limits.maxLength,
          format: ['date-time', 'byte', undefined].includes(node.format) ? undefined : node.format,
        });
      case 'integer':
        return constrained(node.format === 'int32' ? 'i' : 'l', { enum: node.enum, min: limits.minimum, max: limits.maximum });
      case 'number':
        return constrained('n', { min: limits.minimum, max: limits.maximum });
      case 'boolean':
        return 'b';
      case 'array':
        return constrained('[]', { minItems: limits.minItems, maxItems: limits.maxItems })
          + (node.items ? expression(node.items, owner, null) : '*');
      case 'object':
        if (node.properties.size > 0) return anonymous(node, owner);
        return node.additional
          ? constrained('{}', { minProperties: limits.minProperties, maxProperties: limits.maxProperties }) + expression(node.additional, owner, null)
          : 'o';
      case undefined:
        return ts ? fromDeclaration(ts.type, owner) : '*';
      default:
        throw new Error(`${root}: ${owner} has the type ${node.type}`);
    }
  }

  function anonymous(node, owner) {
    for (let i = 1; ; i++) {
      const name = `${owner}_${i}`;
      if (types.has(name)) continue;
      const fields = new Map();
      types.set(name, fields);
      for (const [field, value] of ownFields(node, name)) fields.set(field, value);
      return name;
    }
  }

  function fromDeclaration(type, where) {
    const array = /^Array<(.*)>$/s.exec(type);
    if (array) return '[]' + fromDeclaration(array[1], where);
    const map = /^\{\s*\[key: string\]: (.*);\s*\}$/s.exec(type);
    if (map) return '{}' + fromDeclaration(map[1], where);
    if (/^I[A-Z]\w+$/.test(type)) return named(type.slice(1));
    const plain = { string: 's', boolean: 'b', number: 'n', any: '*', unknown: '*', '{}': 'o' }[type];
    if (!plain) throw new Error(`${root}: ${where} is declared as ${type}`);
    return plain;
  }

  function coreName(name) {
    const match = /^IoK8sApi(?:machineryPkgApisMeta|extensionsApiserverPkgApisApiextensions|([A-Z][a-z]+))(V\d+(?:(?:alpha|beta)\d+)?)(\w+)$/.exec(name);
    if (!match) return null;
    return [`${match[2]}${match[3]}`, `${match[1]}${match[2]}${match[3]}`].find(n => coreTypes.has(n)) ?? null;
  }
}

function readModules(root) {
  const schemas = join(root, '_schemas');
  return new Map(readdirSync(schemas).filter(f => f.endsWith('.js')).sort()
    .map(file => [file.slice(0, -3), readModule(readFileSync(join(schemas, file), 'utf8'), file)]));
}

function readDeclarations(root) {
  const declared = new Map();
  const visit = directory => {
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) {
        if (entry.name !== '_schemas' && entry.name !== 'node_modules') visit(path);
      } else if (entry.name.endsWith('.d.ts') && entry.name !== 'index.d.ts') {
        readDeclaration(readFileSync(path, 'utf8').replace(/\/\*[\s\S]*?\*\//g, ''), declared);
      }
    }
  };
  visit(root);
  return declared;
}

// Of a type with a class, the class names the inherited fields, too.
function readDeclaration(source, declared) {
  const alias = /export type \{ I\w+ as I(\w+)/.exec(source);
  const body = /export declare class \w+ [^{]*\{\n([\s\S]*?)^\}/m.exec(source) ?? /export interface I\w+(?: extends [^{]+)? \{\n([\s\S]*?)^\}/m.exec(source);
  if (!alias || !body) return;
  const fields = new Map();
  let field = null;
  for (const line of body[1].split('\n')) {
    const start = /^ {4}"([^"]+)"\??: (.*)$/.exec(line);
    if (start) field = { name: start[1], type: start[2] };
    else if (field) field.type += ' ' + line.trim();
    if (field?.type.endsWith(';') && field.type.split('{').length === field.type.split('}').length) {
      fields.set(field.name, { type: field.type.slice(0, -1) });
      field = null;
    }
  }

  declared.set(alias[1], fields);
}

function readModule(source, file) {
  const program = parse(source, { ecmaVersion: 2022, sourceType: 'module' });
  const imports = new Map();
  const functions = new Map();
  const constants = new Map();
  let main = null;
  for (const statement of program.body) {
    const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
    if (statement.type === 'ImportDeclaration') {
      for (const s of statement.specifiers) imports.set(s.local.name, statement.source.value.split('/').pop().replace(/\.js$/, ''));
    } else if (declaration?.type === 'FunctionDeclaration') {
      functions.set(declaration.id.name, declaration);
    } else if (declaration?.type === 'VariableDeclaration') {
      for (const d of declaration.declarations) {
        if (d.id.name === 'validate' && d.init.type === 'Identifier') main = d.init.name;
        else constants.set(d.id.name, d.init);
      }
    }
    if (statement.type === 'ExportNamedDeclaration' && declaration?.type === 'FunctionDeclaration' && declaration.id.name === 'validate') main = 'validate';
  }

  const nodes = new Map();
  return { main: node(main) };

  // Read once the whole function is walked: a schema that is nothing but another one.
  function settle(result) {
    if (result.bases.length === 1 && result.type === undefined && result.properties.size === 0 && result.enum === undefined) {
      const [base] = result.bases;
      if (base.reference) result.reference = base.reference;
      else Object.assign(result, base);
    }
  }

  function node(name) {
    if (nodes.has(name)) return nodes.get(name);
    const result = { type: undefined, format: undefined, enum: undefined, limits: {}, required: new Set(), properties: new Map(), items: null, additional: null, reference: null, bases: [] };
    nodes.set(name, result);
    if (imports.has(name)) {
      result.reference = imports.get(name);
      return result;
    }

    const fn = functions.get(name) ?? constants.get(name);
    if (!fn) throw new Error(`${file}: no function ${name}`);
    walk(fn.body, n => {
      if (n.type === 'ObjectExpression') constraint(n, result);
      else if (n.type === 'CallExpression' && n.callee.type === 'Identifier' && isValidator(n.callee.name)) child(n, result);
    });
    settle(result);
    return result;
  }

  function isValidator(name) {
    return functions.has(name) || imports.has(name) && /^validate\d*$/.test(name);
  }

  function child(call, result) {
    const options = call.arguments[1];
    if (options?.type !== 'ObjectExpression') return;
    const where = options.properties.find(p => p.key.name === 'instancePath');
    const target = node(call.callee.name);
    const path = where.shorthand ? [] : flatten(where.value).slice(1);
    if (path.length === 0) {
      // The whole schema is another one.
      result.bases.push(target);
    } else if (path.length === 1 && path[0].type === 'Literal') {
      result.properties.set(path[0].value.slice(1).replace(/~1/g, '/').replace(/~0/g, '~'), target);
    } else if (path.length === 2 && /^i\d+$/.test(path[1].name ?? '')) {
      result.items = target;
    } else {
      result.additional = target;
    }
  }

  function flatten(expression) {
    return expression.type === 'BinaryExpression' ? [...flatten(expression.left), ...flatten(expression.right)] : [expression];
  }

  function constraint(object, result) {
    const property = name => object.properties.find(p => p.key?.name === name)?.value;
    const keyword = property('keyword')?.value;
    if (!keyword) return;
    const params = property('params');
    const parameter = name => params.properties.find(p => (p.key.name ?? p.key.value) === name)?.value;
    switch (keyword) {
      case 'type':
        result.type = constant(parameter('type'));
        break;
      case 'format':
        result.format = constant(parameter('format'));
        break;
      case 'enum':
        result.enum = constant(parameter('allowedValues'));
        break;
      case 'required':
        result.required.add(constant(parameter('missingProperty')));
        break;
      case 'pattern':
        result.limits.pattern = constant(parameter('pattern'));
        break;
      case 'minLength': case 'maxLength': case 'minItems': case 'maxItems': case 'minimum': case 'maximum': case 'minProperties': case 'maxProperties':
        result.limits[keyword] = constant(parameter('limit'));
        break;
      default:
        throw new Error(`${file}: do not know ${keyword}`);
    }
  }

  function constant(expression) {
    switch (expression.type) {
      case 'Literal': return expression.value;
      case 'TemplateLiteral': return expression.quasis[0].value.cooked;
      case 'Identifier': return constant(constants.get(expression.name));
      case 'ArrayExpression': return expression.elements.map(constant);
      case 'UnaryExpression': return expression.operator === '-' ? -constant(expression.argument) : !constant(expression.argument);
      default: throw new Error(`${file}: ${expression.type} is no constant`);
    }
  }
}

function walk(node, visit) {
  if (!node || typeof node.type !== 'string') return;
  visit(node);
  for (const value of Object.values(node)) {
    if (Array.isArray(value)) value.forEach(v => walk(v, visit));
    else if (value && typeof value === 'object') walk(value, visit);
  }
}
