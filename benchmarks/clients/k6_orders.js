// k6 sending one signed order after the other from each virtual user. Bodies are discarded, k6's faster way.
import crypto from "k6/crypto";
import http from "k6/http";

const url = `${__ENV.URL}/api/v3/order`;
const key = __ENV.KEY;
const secret = __ENV.SECRET;

export const options = { discardResponseBodies: true };

export default function () {
  const payload =
    "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.00010&price=117000.00&recvWindow=60000" +
    `&timestamp=${Date.now()}`;
  const signature = crypto.hmac("sha256", secret, payload, "hex");
  http.post(url, `${payload}&signature=${signature}`, {
    headers: { "X-MBX-APIKEY": key, "Content-Type": "application/x-www-form-urlencoded" },
  });
}
