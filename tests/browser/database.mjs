/* database.mjs: the embedded database under the walk, taken away and brought back. */
import {spawn} from 'node:child_process';
import net from 'node:net';
import {setTimeout as pause} from 'node:timers/promises';

const {WALK_DATABASE, WALK_DATABASE_COMMAND} = process.env;
const [program, ...options] = WALK_DATABASE_COMMAND.split(' ');
const port = Number(options[options.indexOf('--port') + 1]);

const listens = () => new Promise((done) => {
  const socket = net.connect(port, '127.0.0.1', () => socket.end(() => done(true)));
  socket.on('error', () => done(false));
});

async function until(wanted) {
  for (const end = Date.now() + 30000; (await listens()) !== wanted; await pause(50))
    if (Date.now() > end) throw new Error(`the database ${wanted ? 'does not come back' : 'does not go away'}`);
}

export async function database_away() {
  process.kill(Number(WALK_DATABASE), 'SIGKILL');
  await until(false);
}

/* It watches the process that started the walk, and ends with it. */
export async function database_back() {
  spawn(program, options, {stdio: 'ignore'}).unref();
  await until(true);
}
