// One trading session with the npm package `binance`, changed in nothing but URLs and keys. Prints what it saw as JSON.
const { MainClient, WebsocketClient, WebsocketAPIClient } = require('binance');

const [rest, ws, key, secret, watchSeconds] = process.argv.slice(2);
const SYMBOL = 'BTCUSDT';
const PATIENCE_MS = 20000;
const silent = { trace() {}, info() {}, error() {} };
const account = { api_key: key, api_secret: secret };
const seen = { reports: [], depth: [], trades: 0 };

const client = new MainClient({ ...account, baseUrl: rest });
const api = new WebsocketAPIClient({ ...account, wsUrl: ws, attachEventListeners: false }, silent);
const streams = new WebsocketClient({ wsUrl: ws }, silent);

async function until(condition, what) {
  const ends = Date.now() + PATIENCE_MS;
  while (!condition()) {
    if (Date.now() > ends) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function event(message) {
  const data = message.event ?? message.data ?? message;
  if (data.e === 'executionReport') seen.reports.push({ id: data.c, orig: data.C, type: data.x, status: data.X, executed: data.z });
  if (data.e === 'depthUpdate') seen.depth.push(data);
  if (data.e === 'trade') seen.trades += 1;
}

async function snapshot() {
  return client.getOrderBook({ symbol: SYMBOL, limit: 5000 });
}

// The market is busy until it is told that enough was watched; it answers when the last order is done.
async function quiet() {
  console.log('enough');
  await new Promise((resolve) => process.stdin.once('data', resolve));
}

const limit = (side, price, id, quantity = '0.01') =>
  ({ symbol: SYMBOL, side, type: 'LIMIT', timeInForce: 'GTC', quantity, price, newClientOrderId: id });

async function session() {
  const info = await client.getExchangeInfo();
  api.getWSClient().on('message', event);
  streams.on('message', event);
  await api.subscribeUserDataStream('mainWSAPI');
  await streams.subscribe([`${SYMBOL.toLowerCase()}@depth@100ms`, `${SYMBOL.toLowerCase()}@trade`], 'main');
  const book = await client.getOrderBook({ symbol: SYMBOL, limit: 5 });
  const below = (Number(book.bids[0][0]) * 0.9).toFixed(2);
  const lower = (Number(book.bids[0][0]) * 0.8).toFixed(2);
  const above = book.asks[book.asks.length - 1][0];
  await until(() => seen.depth.length, 'the first depth event');
  const began = await snapshot();
  const watched = Date.now() + watchSeconds * 1000;
  const before = await client.getAccountInformation();

  const placed = await client.submitNewOrder({ ...limit('BUY', below, 'node-rest'), newOrderRespType: 'FULL' });
  const queried = await client.getOrder({ symbol: SYMBOL, origClientOrderId: 'node-rest' });
  const replaced = await client.replaceOrder({
    ...limit('BUY', lower, 'node-replaced'), cancelReplaceMode: 'STOP_ON_FAILURE', cancelOrderId: placed.orderId,
  });
  const canceled = await client.cancelOrder({ symbol: SYMBOL, origClientOrderId: 'node-replaced' });
  const filled = await client.submitNewOrder({ ...limit('BUY', above, 'node-fill', '0.001'), newOrderRespType: 'FULL' });
  const byApi = await api.submitNewSpotOrder({ ...limit('BUY', below, 'node-ws'), timestamp: Date.now() });
  const status = await api.getSpotOrderStatus({ symbol: SYMBOL, origClientOrderId: 'node-ws', timestamp: Date.now() });
  await api.cancelSpotOrder({ symbol: SYMBOL, origClientOrderId: 'node-ws', timestamp: Date.now() });
  const open = await client.getOpenOrders({ symbol: SYMBOL });
  const after = await client.getAccountInformation();

  await until(() => seen.reports.some((report) => report.type === 'CANCELED' && report.orig === 'node-ws'), 'the last cancel');
  await until(() => seen.trades >= filled.fills.length, 'the public trades');
  await new Promise((resolve) => setTimeout(resolve, watched - Date.now()));
  await quiet();
  const ended = await snapshot();
  await until(() => seen.depth[seen.depth.length - 1].u >= ended.lastUpdateId, 'the last depth event');
  const free = (state, asset) => state.balances.find((balance) => balance.asset === asset).free;
  return {
    symbols: info.symbols.length, placed: placed.status, queried: queried.status,
    replaced: replaced.newOrderResult, canceled: canceled.status, filled: filled.status, fills: filled.fills,
    wsPlaced: byApi.result.status, wsStatus: status.result.status, open: open.length,
    before: free(before, 'BTC'), after: free(after, 'BTC'), began, ended, ...seen,
  };
}

session().then(
  (result) => { process.stdout.write(JSON.stringify(result), () => process.exit(0)); },
  (error) => { console.error(error instanceof Error ? error.stack : JSON.stringify(error.body ?? error, null, 1)); process.exit(1); },
);
