// wire_log.js: stands between programs and their MongoDB server and writes down each command once:
// "DATABASE COMMAND COLLECTION" and, where an update may insert, "upsert". node wire_log.js SERVER_PORT PORT_FILE LOG
'use strict';
const fs = require('fs');
const net = require('net');

const [serverPort, portFile, log] = process.argv.slice(2);
const OP_MSG = 2013;
const STRING = 2;
const seen = new Set();

// The elements of a BSON document that are needed: name -> text, true or a list of documents.
function sizeOf(type, bytes, at) {
  const length = () => bytes.readInt32LE(at);
  switch (type) {
    case 1: case 9: case 17: case 18: return 8;
    case STRING: return 4 + length();
    case 3: case 4: return length();
    case 5: return 5 + length();
    case 7: return 12;
    case 8: return 1;
    case 10: return 0;
    case 16: return 4;
    default: throw new Error(`BSON type ${type}`);
  }
}

function elements(bytes) {
  const found = {};
  for (let at = 4; bytes[at] !== 0;) {
    const type = bytes[at];
    const end = bytes.indexOf(0, at + 1);
    const name = bytes.toString('utf8', at + 1, end);
    const size = sizeOf(type, bytes, end + 1);
    const value = bytes.subarray(end + 1, end + 1 + size);
    if (type === STRING) found[name] = value.toString('utf8', 4, size - 1);
    else if (type === 8) found[name] = value[0] === 1;
    else if (type === 3 || type === 4) found[name] = value;
    else found[name] = null;
    at = end + 1 + size;
  }
  return found;
}

function note(message) {
  if (message.readInt32LE(12) !== OP_MSG) return;
  let command = null;
  const lists = [];
  for (let at = 20; at < message.length;) {
    const kind = message[at];
    const size = message.readInt32LE(at + 1);
    const section = message.subarray(at + 1, at + 1 + size);
    if (kind === 0) command = elements(section);
    else for (let item = section.indexOf(0, 4) + 1; item < size; item += section.readInt32LE(item)) lists.push(elements(section.subarray(item)));
    at += 1 + size;
  }
  const name = Object.keys(command)[0];
  const collection = name === 'getMore' ? command.collection : command[name];
  const upsert = name === 'update' && lists.some((update) => update.upsert);
  const line = `${command.$db} ${name} ${typeof collection === 'string' ? collection : '-'}${upsert ? ' upsert' : ''}`;
  if (!seen.has(line)) fs.appendFileSync(log, `${line}\n`);
  seen.add(line);
}

const proxy = net.createServer((client) => {
  const server = net.connect(Number(serverPort), '127.0.0.1');
  let waiting = Buffer.alloc(0);
  client.on('data', (bytes) => {
    waiting = Buffer.concat([waiting, bytes]);
    while (waiting.length >= 4 && waiting.length >= waiting.readInt32LE(0)) {
      const size = waiting.readInt32LE(0);
      note(waiting.subarray(0, size));
      waiting = waiting.subarray(size);
    }
    server.write(bytes);
  });
  server.on('data', (bytes) => client.write(bytes));
  for (const [one, other] of [[client, server], [server, client]]) {
    one.on('close', () => other.destroy());
    one.on('error', () => other.destroy());
  }
});
proxy.listen(0, '127.0.0.1', () => fs.writeFileSync(portFile, String(proxy.address().port)));
