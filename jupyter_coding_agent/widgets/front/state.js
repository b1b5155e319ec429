// What the events of an execution come to. No event counts twice, whoever tells of it.

export const SIGNALS = ["tests", "lint", "security"];
export const STATUS = {
  passed: "passed",
  failed: "failed",
  partial: "not validated",
  cancelled: "cancelled",
};
const MOST_STEPS = 200;

export function nothingYet() {
  return {
    lastId: 0,
    stage: "sent",
    status: null,
    attempt: 0,
    of: 5,
    lights: {},
    model: "",
    cost: 0,
    started: null,
    ended: null,
    steps: [],
  };
}

export function told(state, event) {
  if (event.id <= state.lastId) return state;
  const { kind } = event;
  const data = event.data || {};
  const next = { ...state, lastId: event.id, started: state.started ?? data.at ?? null };
  if (kind === "code" || kind === "run") {
    if (data.attempt !== state.attempt || kind === "run") next.lights = {};
    next.attempt = data.attempt || state.attempt;
  }
  if (kind === "run") {
    next.of = data.of || state.of;
    next.lights = Object.fromEntries(SIGNALS.map((name) => [name, "running"]));
  }
  if (kind === "signal" && SIGNALS.includes(data.signal)) {
    next.lights = { ...state.lights, [data.signal]: data.passed ? "passed" : "failed" };
  }
  if (data.model) next.model = String(data.model);
  if (typeof data.cost_usd === "number") next.cost = state.cost + data.cost_usd;
  if (kind === "completed") next.status = String(data.status);
  if (kind === "error") next.status = "failed";
  if (next.status !== null) {
    next.ended = data.at ?? null;
    next.lights = settled(next.lights);
  }
  const step = sentence(kind, data);
  if (step) {
    next.stage = step;
    next.steps = [...state.steps, step].slice(-MOST_STEPS);
  }
  return next;
}

// Nothing runs any more: what was not judged is not judged.
function settled(lights) {
  return Object.fromEntries(Object.entries(lights).filter(([, light]) => light !== "running"));
}

export function sentence(kind, data) {
  const attempt = `attempt ${data.attempt}`;
  switch (kind) {
    case "queued":
      return data.position ? `queued, ${count(data.position, "request")} before it` : "queued";
    case "started":
      return (data.start || 1) > 1 ? "started again after the engine was lost" : "started";
    case "plan":
      return `plan: ${data.language}, ${data.tier} tier`;
    case "tests":
      return `tests: ${count(data.count || 0, "test")} written by ${data.model || "the user"}`;
    case "code":
      return `${attempt}: ${count(data.lines || 0, "line")} written by ${data.model}`;
    case "run":
      return `${attempt}: running in the sandbox`;
    case "signal":
      return `${attempt}: ${data.signal} ${verdict(data)}${data.summary ? `: ${short(data.summary)}` : ""}`;
    case "diff":
      return `${attempt}: +${data.added || 0} -${data.removed || 0} lines`;
    case "challenge":
      return typeof data.score === "number"
        ? `${attempt}: the tests notice ${Math.round(100 * data.score)}% of small changes of the code`
        : `${attempt}: the tests could not be challenged by changes of the code`;
    case "alternative":
      return `another solution, to compare with, written by ${data.model}`;
    case "quarantine":
      return `${String(data.id).split("::").pop()} was set aside as wrong: ${short(data.reason || "")}`;
    case "retry":
      return `${attempt}: ${data.fix || "repairing"} ${short(data.reason || data.error_class || "")}`.trim();
    case "reused":
      return `the result of ${data.cached_from}, where the same was asked; nothing is run`;
    case "completed":
      return STATUS[data.status] || String(data.status);
    case "error":
      return String(data.message || "");
    default:
      return "";
  }
}

function verdict(data) {
  if (data.passed) return "passed";
  return data.signal === "data" ? "warns" : "failed";
}

export function elapsed(state, now, ahead = 0) {
  if (state.started === null) return 0;
  const end = state.ended === null ? now - ahead : Date.parse(state.ended);
  return Math.max(0, Math.floor((end - Date.parse(state.started)) / 1000));
}

export function count(number, noun) {
  return number === 1 ? `1 ${noun}` : `${number} ${noun}s`;
}

function short(text) {
  const line = String(text).split(/\s+/).join(" ").trim();
  return line.length <= 160 ? line : `${line.slice(0, 159)}…`;
}
