-- wrk script: cycle through ready-made bodies, and print what was counted as one JSON line.
-- arguments: FILE (one body a line; without one, a plain GET) and KEY
local requests, next_one = {}, 0

function init(arguments)
  if arguments[1] == nil then
    requests[1] = wrk.format("GET", wrk.path)
    return
  end
  local headers = {
    ["Host"] = wrk.headers["Host"],
    ["Content-Type"] = "application/x-www-form-urlencoded",
    ["X-MBX-APIKEY"] = arguments[2],
  }
  for body in io.lines(arguments[1]) do
    requests[#requests + 1] = wrk.format("POST", wrk.path, headers, body)
  end
end

function request()
  next_one = next_one % #requests + 1
  return requests[next_one]
end

function done(summary, latency, _)
  local failed = summary.errors
  print(string.format(
    '{"requests": %d, "duration_us": %d, "not_ok": %d, "broken": %d, "p50_us": %.3f, "p99_us": %.3f}',
    summary.requests, summary.duration, failed.status,
    failed.connect + failed.read + failed.write + failed.timeout, latency:percentile(50), latency:percentile(99)))
end
