// k6 sending signed orders when they are due, so many a second. All virtual users exist before the first order.
export { default } from "./k6_orders.js";

export const options = {
  discardResponseBodies: true,
  scenarios: {
    orders: {
      executor: "constant-arrival-rate",
      rate: Number(__ENV.RATE),
      timeUnit: "1s",
      duration: __ENV.LENGTH,
      preAllocatedVUs: Number(__ENV.VUS),
      maxVUs: Number(__ENV.VUS),
    },
  },
};
