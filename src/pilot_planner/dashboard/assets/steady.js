// Nothing is lost: a cut line is said and heals by itself, moves can be undone, sliders answer to keys and not to a stray tap.
(function () {
  const set = (id, props) => window.dash_clientside.set_props(id, props);
  const inner = window.fetch;
  const UPDATE = "/_dash-update-component";
  const PATIENCE = 1800, BETWEEN = 1000, SOON = 150;

  // --- the connection ---
  let lost = false, looking = false, missed = false, shownPath = window.pilotWithin(window.location.pathname);
  const waiting = new Set();

  function lose() {
    if (lost) { return; }
    lost = true;
    if (waiting.size) { missed = true; }
    document.documentElement.classList.add("pp-lost");
    set("connection", {children: "No connection: figures are of the last plan. Trying again by itself.", className: "pp-connection pp-connection-lost"});
  }

  function heal() {
    if (!lost) { return; }
    lost = false;
    document.documentElement.classList.remove("pp-lost");
    set("connection", {children: "", className: "pp-connection"});
    if (missed) {
      missed = false;
      // What was asked meanwhile is asked again; everything on the page follows the answer.
      set("question", {data: window.pilotAsked = window.location.search});
    }
  }

  // Whether the server answers at all: its smallest answer.
  async function look() {
    if (looking) { return; }
    looking = true;
    const stop = new AbortController(), late = setTimeout(() => stop.abort(), PATIENCE);
    let there = false;
    try { there = (await inner.call(window, window.pilotBase + "/health", {cache: "no-store", signal: stop.signal})).ok; } catch (error) { /* it does not */ }
    clearTimeout(late);
    looking = false;
    if (there) { heal(); } else { lose(); }
  }
  window.setInterval(() => { if (!document.hidden) { look(); } }, BETWEEN);
  window.addEventListener("offline", lose);
  window.addEventListener("online", look);

  const pathAsked = (body) => {
    try {
      const asked = JSON.parse(body);
      return asked.output === "page.children" ? asked.inputs[0].value : null;
    } catch (error) { return null; }
  };

  // A page that did not come: the address says again which one stands there.
  function stay() {
    if (window.pilotWithin(window.location.pathname) === shownPath) { return; }
    window.history.replaceState({}, "", window.pilotBase + shownPath + window.location.search);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
  }

  window.fetch = async function (what, ...more) {
    const address = String(what && what.url || what);
    if (!address.includes(UPDATE)) { return inner.call(this, what, ...more); }
    const body = more[0] && typeof more[0].body === "string" ? more[0].body : "", path = pathAsked(body), mine = {};
    waiting.add(mine);
    const soon = setTimeout(look, SOON);
    try {
      const answer = await inner.call(this, what, ...more);
      if ([502, 503, 504].includes(answer.status) && !(answer.headers.get("Content-Type") || "").startsWith("text/plain")) {
        throw new TypeError("a proxy answers for a server that does not");
      }
      if (path !== null) { shownPath = path; }
      return answer;
    } catch (error) {
      if (error && error.name === "AbortError") { throw error; }
      missed = true;
      lose();
      if (path !== null) { stay(); }
      return new Response(null, {status: 204});
    } finally {
      clearTimeout(soon);
      waiting.delete(mine);
    }
  };

  document.addEventListener("click", function (event) {
    const link = lost && event.target.closest && event.target.closest("a[href^='/']");
    if (!link || link.target === "_blank") { return; }
    event.preventDefault();
    event.stopImmediatePropagation();
    set("toast", {children: "No connection: this opens once it is back."});
  }, true);

  // --- undo and redo: of addresses, which hold every setting ---
  const past = [], future = [];
  let going = null;

  const tell = () => {
    const look = (there) => ({className: there ? "pp-plain" : "pp-plain pp-away"});
    set("undo", look(past.length > 1));
    set("redo", look(future.length > 0));
  };

  // Called with every address; ``replaces`` where one control goes on moving.
  window.pilotTrack = function (address, replaces) {
    const search = address || "";
    if (going === search) { going = null; tell(); return; }
    if (past[past.length - 1] === search) { return; }
    if (replaces && past.length > 1) { past.pop(); }
    past.push(search);
    future.length = 0;
    tell();
  };

  Object.assign(window.dash_clientside.pilot, {
    undo: function (clicks) {
      if (!clicks || past.length < 2) { return window.dash_clientside.no_update; }
      future.push(past.pop());
      return going = past[past.length - 1];
    },
    redo: function (clicks) {
      if (!clicks || !future.length) { return window.dash_clientside.no_update; }
      past.push(future.pop());
      return going = past[past.length - 1];
    }
  });

  const typing = (element) => element && element.closest && element.closest("input, textarea, select, [contenteditable=true], .ag-cell");
  document.addEventListener("keydown", function (event) {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || typing(event.target)) { return; }
    const key = event.key.toLowerCase();
    const name = key === "z" ? (event.shiftKey ? "redo" : "undo") : key === "y" ? "redo" : "";
    const button = name && document.getElementById(name);
    if (button && !button.classList.contains("pp-away")) { event.preventDefault(); button.click(); }
  });

  // --- sliders ---
  const LEAP = 10;
  const specOf = (slider) => {
    try { return (window.pilotSpecs || []).find((one) => one.name === JSON.parse(slider.id).name); } catch (error) { return null; }
  };

  document.addEventListener("keydown", function (event) {
    if (event.key !== "PageUp" && event.key !== "PageDown") { return; }
    const thumb = event.target.closest && event.target.closest("[role=slider]");
    const slider = thumb && thumb.closest("[id*='\"type\":\"control\"']"), spec = slider && specOf(slider);
    if (!spec) { return; }
    event.preventDefault();
    event.stopPropagation();
    const thumbs = [...slider.querySelectorAll("[role=slider]")], values = thumbs.map((one) => Number(one.getAttribute("aria-valuenow")));
    const place = thumbs.indexOf(thumb), leap = LEAP * spec.step * (event.key === "PageUp" ? 1 : -1);
    const low = place ? values[0] + spec.step : spec.low;
    const high = thumbs.length > 1 && !place ? values[1] - spec.step : spec.high;
    values[place] = Number(Math.min(high, Math.max(low, values[place] + leap)).toPrecision(12));
    set({type: "control", name: spec.name}, {value: thumbs.length > 1 ? values : values[0]});
  }, true);

  // A finger that scrolls past a slider, or taps beside its thumb, moves nothing.
  let touched = 0;
  function beside(event) {
    if (event.type === "touchstart") { touched = Date.now(); } else if (Date.now() - touched > 1000) { return; }
    const slider = event.target.closest && event.target.closest(".pp-control .mantine-Slider-root, .pp-control .mantine-RangeSlider-root");
    if (slider && !event.target.closest("[role=slider]")) { event.stopPropagation(); }
  }
  for (const name of ["touchstart", "mousedown"]) { document.addEventListener(name, beside, {capture: true, passive: true}); }
})();
