// Reads Cucumber messages from stdin, has @cucumber/html-formatter make its page of them, and writes that to stdout.
import { createRequire } from 'node:module';
import { pipeline } from 'node:stream/promises';

const require = createRequire(import.meta.url);
const formatter = require('@cucumber/html-formatter');
const { NdjsonToMessageStream } = require('@cucumber/message-streams');

const Page = formatter.CucumberHtmlStream ?? formatter.default;
await pipeline(process.stdin, new NdjsonToMessageStream(), new Page(), process.stdout);
