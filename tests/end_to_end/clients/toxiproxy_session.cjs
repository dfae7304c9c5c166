// A session with the npm package `toxiproxy-node-client`, unmodified, under traffic. Prints what it saw as JSON.
const http = require('http');
const net = require('net');
const { Toxiproxy } = require('toxiproxy-node-client');

const [api, upstream, toxicsAsJson, replyBytes] = process.argv.slice(2);
const toxics = JSON.parse(toxicsAsJson);
const LATE_MS = 300;
const PATIENCE_MS = 1500;
const DEADLINE_MS = 20000;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// One request and its reply, until the venue has closed: well, late or broken.
function visit(listen) {
  const [host, port] = listen.split(':');
  const began = Date.now();
  return new Promise((resolve) => {
    let bytes = 0;
    const socket = net.connect(Number(port), host, () => socket.write('GET /close HTTP/1.1\r\n\r\n'));
    const say = (found) => { socket.destroy(); resolve(found); };
    socket.setTimeout(PATIENCE_MS, () => say('broken'));
    socket.on('data', (data) => { bytes += data.length; });
    socket.on('error', () => say('broken'));
    socket.on('end', () => say(bytes < Number(replyBytes) ? 'broken' : Date.now() - began >= LATE_MS ? 'late' : 'well'));
  });
}

async function untilWell(listen) {
  const ends = Date.now() + DEADLINE_MS;
  while ((await visit(listen)) !== 'well') if (Date.now() > ends) throw new Error('the venue has not become well');
  return 'well';
}

// Requests on connections that are kept alive, whatever becomes of them.
function startTraffic(listen) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 2 });
  const timer = setInterval(() => {
    const asked = http.get(`http://${listen}/`, { agent, timeout: PATIENCE_MS }, (reply) => reply.on('error', () => {}).resume());
    asked.on('timeout', () => asked.destroy()).on('error', () => {});
  }, 5);
  return () => { clearInterval(timer); agent.destroy(); };
}

async function driveToxic(proxy, type) {
  const toxic = await proxy.addToxic({ name: `my_${type}`, type, stream: 'downstream', toxicity: 1, attributes: toxics[type] });
  const seen = { shown: (await proxy.getToxic(toxic.name)).toJson(), inForce: await visit(proxy.listen) };
  const updated = await toxic.update({ ...toxic.toJson(), toxicity: 0 });
  seen.updated = [updated.toxicity, await untilWell(proxy.listen)];
  await toxic.update({ ...toxic.toJson(), toxicity: 1 });
  seen.again = await visit(proxy.listen);
  await toxic.remove();
  seen.removed = [await untilWell(proxy.listen), await proxy.getToxic(toxic.name).catch((error) => error.message)];
  return seen;
}

async function driveReset(toxiproxy, proxy) {
  for (const type of Object.keys(toxics)) {
    for (const stream of ['upstream', 'downstream']) await proxy.addToxic({ name: `${type}_${stream}`, type, stream, toxicity: 1, attributes: toxics[type] });
  }
  const disabled = await proxy.update({ ...proxy.toJson(), enabled: false });
  const seen = { disabled: [disabled.enabled, await visit(proxy.listen)] };
  await toxiproxy.reset();
  seen.reset = [(await toxiproxy.get(proxy.name)).enabled, await untilWell(proxy.listen)];
  return seen;
}

async function main() {
  const toxiproxy = new Toxiproxy(api);
  const proxy = await toxiproxy.createProxy({ name: 'venue', listen: '127.0.0.1:0', upstream, enabled: true });
  const stop = startTraffic(proxy.listen);
  const seen = { version: await toxiproxy.getVersion(), toxics: {} };
  for (const type of Object.keys(toxics)) seen.toxics[type] = await driveToxic(proxy, type);
  Object.assign(seen, await driveReset(toxiproxy, proxy));
  seen.twice = await toxiproxy.createProxy({ name: 'venue', listen: '127.0.0.1:0', upstream, enabled: true }).catch((error) => error.message);
  const [again] = Object.values(await toxiproxy.populate([proxy.toJson(), { name: 'other', listen: '127.0.0.1:0', upstream, enabled: true }]));
  seen.populated = [again.listen === proxy.listen, Object.keys(await toxiproxy.getAll())];
  await proxy.remove();
  seen.left = Object.keys(await toxiproxy.getAll());
  stop();
  await pause(0);
  process.stdout.write(`${JSON.stringify(seen)}\n`);
}

main().catch((error) => { process.stderr.write(`${error.stack}\n`); process.exit(1); });
