// node validate.mjs SCHEMA FILE…   SCHEMA is a path, or `sarif-2.1.0` for the official schema.
// Prints one line per problem; exits with 0 if all files are valid, 1 if not, 2 if it could not tell.
import { readFileSync } from 'node:fs';
import Ajv from 'ajv';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const sarif = new URL(
  'node_modules/@datadog/datadog-ci-plugin-sarif/dist/json-schema/sarif-schema-2.1.0.json', import.meta.url);

try {
  const [schemaName, ...files] = process.argv.slice(2);
  if (!schemaName || files.length === 0) throw new Error('usage: validate.mjs SCHEMA FILE…');
  const official = schemaName === 'sarif-2.1.0';
  const schemaPath = official ? sarif : schemaName;
  const schema = JSON.parse(readFileSync(schemaPath, 'utf8'));
  const Validator = schema.$schema?.includes('2020-12') ? Ajv2020 : Ajv;
  const ajv = new Validator({ allErrors: true, strict: !official, allowUnionTypes: true });
  addFormats(ajv);
  const validate = ajv.compile(schema);
  for (const file of files) {
    if (validate(JSON.parse(readFileSync(file, 'utf8')))) continue;
    process.exitCode = 1;
    for (const { instancePath, message, params } of validate.errors.slice(0, 20)) {
      console.log(`${file}: ${instancePath || '/'} ${message} ${JSON.stringify(params)}`);
    }
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 2;
}
