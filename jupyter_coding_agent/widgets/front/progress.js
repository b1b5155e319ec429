// What an execution is at, and its end at a press.

import { el, show } from "./dom.js";
import { follow } from "./events.js";
import { askKernel, Refused, serverOf } from "./server.js";
import { elapsed, nothingYet, SIGNALS, STATUS, told } from "./state.js";

const LIGHT = { passed: "✓", failed: "✗", running: "…" };

export function progress({ model, el: place, about, server = serverOf() }) {
  let state = nothingYet();
  const stop = new AbortController();
  const view = build(about, cancel);
  place.append(view.root);
  const tell = (event) => {
    state = told(state, event);
    view.update(state);
    if (state.status !== null) clearInterval(clock);
  };
  const fromKernel = () => (model.get("events") || []).forEach(tell);
  const clock = setInterval(() => view.update(state), 1000);
  model.on("change:events", fromKernel);
  fromKernel();
  view.update(state);
  if (server !== null && state.status === null) {
    follow(server, about.execution_id, { since: state.lastId, signal: stop.signal, tell });
  }

  async function cancel() {
    view.cancelling("cancelling …");
    try {
      if (server === null) throw new Refused(404, "");
      await server.call("POST", `/execute/${about.execution_id}/cancel`, {});
    } catch (error) {
      if (error instanceof Refused && error.status === 409) return;
      if (error instanceof Refused && error.status !== 404) {
        view.cancelling(error.message, false);
        return;
      }
      await askKernel(model, { ask: "cancel", execution_id: about.execution_id }).catch(() =>
        view.cancelling("This page can't reach the engine. Interrupt the kernel to cancel.", false),
      );
    }
  }

  return () => {
    stop.abort();
    clearInterval(clock);
    model.off("change:events", fromKernel);
    view.root.remove();
  };
}

function build(about, cancel) {
  const stage = el("strong", { role: "status", "aria-live": "polite" });
  const attempt = el("span");
  const time = el("span");
  const who = el("span");
  const lights = SIGNALS.map((name) => {
    const sign = el("span", { class: "jcap-sign", "aria-hidden": "true" });
    const word = el("span", { class: "jcap-unseen" });
    return { name, sign, word, root: el("li", { class: "jcap-light" }, sign, ` ${name}`, word) };
  });
  const note = el("span", { class: "jcap-soft", role: "status" });
  const button = el("button", { type: "button", class: "jcap-button", onclick: cancel }, "Cancel");
  const steps = el("ol");
  const summary = el("summary");
  const details = el("details", {}, summary, steps);
  const root = el(
    "section",
    { class: "jcap", "aria-label": "Coding agent: progress" },
    el(
      "div",
      { class: "jcap-head" },
      stage,
      el("span", { class: "jcap-soft jcap-facts" }, attempt, time, who),
    ),
    el("div", { class: "jcap-request" }, about.request || ""),
    el(
      "div",
      { class: "jcap-head" },
      el("ul", { class: "jcap-lights", "aria-label": "Signals" }, ...lights.map((light) => light.root)),
      button,
      note,
    ),
    details,
    el("div", { class: "jcap-soft" }, about.execution_id),
  );

  function update(state) {
    show(stage, state.stage);
    show(attempt, state.attempt ? `attempt ${state.attempt} of ${state.of}` : "");
    show(time, state.started === null ? "" : clock(elapsed(state, Date.now())));
    show(who, [state.model, state.cost ? `$${state.cost.toFixed(4)}` : ""].filter(Boolean).join(" · "));
    for (const { name, sign, word, root: light } of lights) {
      const found = state.lights[name] || "waiting";
      light.dataset.light = found;
      show(sign, LIGHT[found] || "");
      show(word, `: ${found}`);
    }
    details.hidden = state.steps.length === 0;
    show(summary, `${state.steps.length} step${state.steps.length === 1 ? "" : "s"}`);
    while (steps.childElementCount > state.steps.length) steps.lastElementChild.remove();
    state.steps.forEach((step, index) => {
      const line = steps.children[index] || steps.appendChild(el("li"));
      show(line, step);
    });
    root.dataset.status = state.status || "running";
    button.hidden = state.status !== null;
    if (state.status !== null) show(note, ending(state.status, about.execution_id));
  }

  function cancelling(text, done = true) {
    button.disabled = done;
    show(note, text);
  }

  return { root, update, cancelling };
}

function ending(status, id) {
  const label = STATUS[status] || status;
  return status === "passed" ? `%agent insert ${id} puts the cell below` : `${label}: %agent show ${id}`;
}

function clock(seconds) {
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
