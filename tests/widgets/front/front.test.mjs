// What of the panels needs no page. Run by test_front.py, or: node --test tests/widgets/front/front.test.mjs
import assert from "node:assert/strict";
import { test } from "node:test";

const front = new URL("../../../jupyter_coding_agent/widgets/front/", import.meta.url);
const { follow, parseEvents } = await import(new URL("events.js", front));
const { askKernel, Refused, serverOf, Unreachable } = await import(new URL("server.js", front));
const { elapsed, nothingYet, sentence, told } = await import(new URL("state.js", front));
const { parseUnified, sideBySide, within } = await import(new URL("unified.js", front));

const AT = "2026-01-01T00:00:00.000Z";

function page(config, cookie = "") {
  const element = config === null ? null : { textContent: JSON.stringify(config) };
  return { getElementById: () => element, cookie };
}

function after(events, state = nothingYet()) {
  return events.map(([id, kind, data]) => ({ id, kind, data })).reduce(told, state);
}

function streamed(...pieces) {
  const bytes = pieces.map((piece) => new TextEncoder().encode(piece));
  return {
    ok: true,
    body: new ReadableStream({ start: (it) => (bytes.forEach((one) => it.enqueue(one)), it.close()) }),
  };
}

test("the page's server is asked with its base URL, its token and its XSRF cookie", async () => {
  let asked;
  const fetcher = async (url, how) => (
    (asked = { url, how }),
    { ok: true, json: async () => ({ status: "cancelled" }) }
  );
  const server = serverOf(page({ baseUrl: "/user/ada/", token: "t" }, "a=1; _xsrf=2|x"), fetcher);
  assert.deepEqual(await server.call("POST", "/execute/exe_1/cancel", {}), { status: "cancelled" });
  assert.equal(asked.url, "/user/ada/coding-agent/execute/exe_1/cancel");
  assert.equal(asked.how.headers.Authorization, "token t");
  assert.equal(asked.how.headers["X-XSRFToken"], "2|x");
  assert.equal(asked.how.body, "{}");
});

test("a page that no Jupyter server made has none", () => {
  assert.equal(serverOf(page(null)), null);
  assert.equal(serverOf(page({ token: "t" })), null);
});

test("a refusal has the engine's sentence; a server that is not there is another thing", async () => {
  const refusing = async () => ({ ok: false, status: 409, json: async () => ({ message: "It has ended." }) });
  await assert.rejects(serverOf(page({ baseUrl: "/" }), refusing).call("POST", "/x", {}), (error) => {
    return error instanceof Refused && error.status === 409 && error.message === "It has ended.";
  });
  const gone = async () => Promise.reject(new TypeError("failed"));
  await assert.rejects(serverOf(page({ baseUrl: "/" }), gone).call("GET", "/x"), Unreachable);
});

test("the kernel's answer is told by its number", async () => {
  const heard = new Set();
  const model = {
    on: (_name, call) => heard.add(call),
    off: (_name, call) => heard.delete(call),
    send: ({ number, ask }) => {
      for (const call of [...heard]) call({ to: number + 1, answer: "another's" });
      for (const call of [...heard])
        call(ask === "bad" ? { to: number, error: "No." } : { to: number, answer: 42 });
    },
  };
  assert.equal(await askKernel(model, { ask: "good" }), 42);
  await assert.rejects(askKernel(model, { ask: "bad" }), /No\./);
  assert.equal(heard.size, 0);
});

test("a kernel that is busy is not waited for without an end", async () => {
  const silent = { on: () => {}, off: () => {}, send: () => {} };
  await assert.rejects(askKernel(silent, { ask: "cancel" }, 1), /busy or gone/);
});

test("events are whole ones, however the bytes come", () => {
  const { events, rest } = parseEvents(': hello\n\nid: 7\nevent: run\ndata: {"attempt": 1}\n\nid: 8\neve');
  assert.deepEqual(events, [{ id: 7, kind: "run", data: { attempt: 1 } }]);
  assert.equal(rest, "id: 8\neve");
});

test("a stream that breaks off is taken up where it broke", async () => {
  const pieces = [
    ["id: 1\nevent: started\ndata: {}\n\nid: 2\nevent: ru", "n\ndata: {}\n\nid: 3\nev"],
    ['id: 3\nevent: completed\ndata: {"status": "passed"}\n\n'],
  ];
  const since = [];
  const open = async (_method, _path, { headers }) => (
    since.push(headers["Last-Event-ID"]),
    streamed(...pieces.shift())
  );
  const seen = [];
  const stop = new AbortController();
  const whole = await follow({ open }, "exe_1", {
    signal: stop.signal,
    tell: (one) => seen.push(one.id),
    pause: async () => {},
  });
  assert.deepEqual([whole, seen, since], [true, [1, 2, 3], ["0", "2"]]);
});

test("a server that does not know the execution is not asked again; one that is ill is", async () => {
  const answers = [new Refused(503, "starting"), new Refused(404, "no")];
  const open = async () => Promise.reject(answers.shift());
  const signal = new AbortController().signal;
  assert.equal(await follow({ open }, "exe_1", { signal, tell: () => {}, pause: async () => {} }), false);
  assert.equal(answers.length, 0);
});

test("an attempt, its lights, the model and the cost", () => {
  const state = after([
    [1, "queued", { position: 0, at: AT }],
    [2, "code", { attempt: 1, lines: 2, model: "groq/x", cost_usd: 0.01 }],
    [3, "run", { attempt: 1, of: 3 }],
    [4, "signal", { attempt: 1, signal: "tests", passed: false, summary: "1 of 2" }],
    [5, "signal", { attempt: 1, signal: "lint", passed: true }],
  ]);
  assert.deepEqual(state.lights, { tests: "failed", lint: "passed", security: "running" });
  assert.deepEqual([state.attempt, state.of, state.model, state.cost], [1, 3, "groq/x", 0.01]);
  assert.equal(state.stage, "attempt 1: lint passed");
  const next = after([[6, "code", { attempt: 2, model: "groq/y", cost_usd: 0.02 }]], state);
  assert.deepEqual([next.lights, next.cost.toFixed(2)], [{}, "0.03"]);
  const ended = after(
    [
      [7, "run", { attempt: 2 }],
      [8, "completed", { status: "cancelled", at: "2026-01-01T00:01:05Z" }],
    ],
    next,
  );
  assert.deepEqual([ended.status, ended.lights, elapsed(ended, 0)], ["cancelled", {}, 65]);
});

test("no event counts twice, whoever tells of it", () => {
  const once = after([[5, "code", { attempt: 1, cost_usd: 1 }]]);
  assert.equal(
    after(
      [
        [4, "started", {}],
        [5, "code", { attempt: 1, cost_usd: 1 }],
      ],
      once,
    ),
    once,
  );
});

test("what a data warning says is no failure, and what is not known says nothing", () => {
  assert.equal(sentence("signal", { attempt: 1, signal: "data", passed: false }), "attempt 1: data warns");
  assert.equal(sentence("something new", {}), "");
  assert.equal(
    sentence("quarantine", { id: "a::test_x", reason: " wrong\n one " }),
    "test_x was set aside as wrong: wrong one",
  );
});

const TEXT = `diff --git a/old.py b/new.py
similarity index 80%
rename from old.py
rename to new.py
--- a/old.py
+++ b/new.py
@@ -1,3 +1,3 @@
 same
--- removed, and no header
+++ added, and no header
 end
@@ -9 +9,2 @@
-x = 1
+x = 2
+y = 3
--- /dev/null
+++ b/made.py
@@ -0,0 +1 @@
+z
\\ No newline at end of file
`;

test("a unified diff is read by its counts, so that code is never taken for a header", () => {
  const [renamed, made] = parseUnified(TEXT);
  assert.equal(renamed.title, "old.py → new.py");
  assert.deepEqual(
    renamed.rows.map((row) => [row.kind, row.old, row.new, row.text]),
    [
      ["same", 1, 1, "same"],
      ["removed", 2, null, "-- removed, and no header"],
      ["added", null, 2, "++ added, and no header"],
      ["same", 3, 3, "end"],
      ["gap", null, null, ""],
      ["removed", 9, null, "x = 1"],
      ["added", null, 9, "x = 2"],
      ["added", null, 10, "y = 3"],
    ],
  );
  assert.deepEqual([made.title, made.rows.length], ["made.py (new)", 1]);
});

test("what came instead stands beside what went", () => {
  const pairs = sideBySide(parseUnified(TEXT)[0].rows).map(([left, right]) => [left?.text, right?.text]);
  assert.deepEqual(pairs.slice(-2), [
    ["x = 1", "x = 2"],
    [undefined, "y = 3"],
  ]);
  assert.deepEqual(pairs[1], ["-- removed, and no header", "++ added, and no header"]);
});

test("within a line only what differs is marked", () => {
  assert.deepEqual(within("a + b", "a - b"), [
    ["a ", "+", " b"],
    ["a ", "-", " b"],
  ]);
  assert.deepEqual(within("aa", "aaa"), [
    ["aa", "", ""],
    ["aa", "a", ""],
  ]);
});

test("no diff, no files", () => {
  assert.deepEqual(parseUnified(""), []);
});
