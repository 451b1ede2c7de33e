// Thin glue between the address, which carries every setting, and the controls. No plan is computed here.
(function () {
  const no = () => window.dash_clientside.no_update;
  // Where the pages stand below the name of the host; paths are told without it.
  const base = window.pilotBase = document.documentElement.dataset.base || "";
  const within = window.pilotWithin = (path) => base && (path === base || path.startsWith(base + "/")) ? path.slice(base.length) || "/" : path || "/";
  // When a question was asked, each later than the one before: they may reach the server in another order.
  let lastAsked = 0;
  const askedAt = () => { lastAsked = Math.max(lastAsked + 1, Date.now()); return lastAsked; };
  const set = (id, props) => window.dash_clientside.set_props(id, props);
  const tidy = (number) => Number(number.toPrecision(12));

  // Addresses that moved controls have made and that have not come back yet.
  const own = [];
  // What stands beside each control, and the design under the name "".
  const said = {};

  // A refusal of the server is told in its words, and the page stays as it is; without a session the way is to the log-in.
  let leaving = false;
  document.addEventListener("submit", (event) => { leaving = leaving || event.target.action.endsWith("/log-out"); });
  const fetched = window.fetch;
  window.fetch = async function (what, ...more) {
    const address = String(what && what.url || what);
    const early = ahead[address];
    delete ahead[address];
    const answer = await (early || fetched.call(this, what, ...more));
    if (answer.ok || !address.includes("/_dash-")) { return answer; }
    // Whoever is on his way out sees the page that says so.
    if (answer.status === 401 && leaving) { return new Response(null, {status: 204}); }
    if (answer.status === 401) {
      window.location.assign(base + "/log-in?next=" + encodeURIComponent(window.location.pathname + window.location.search));
      return new Response(null, {status: 204});
    }
    if (!(answer.headers.get("Content-Type") || "").startsWith("text/plain")) { return answer; }
    const words = (await answer.clone().text()).trim();
    set("toast", {children: words});
    return answer.status === 500 ? answer : new Response(null, {status: 204});
  };

  function widthOf(main) {
    const style = window.getComputedStyle(main);
    return Math.round(main.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight));
  }

  function themeOr(theme) {
    if (theme === "light" || theme === "dark") { return theme; }
    return window.matchMedia && window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  }

  // Theme and width of the main column before there is one: an empty one is measured.
  function look() {
    const frame = document.createElement("div");
    frame.className = "pp-frame";
    frame.style.visibility = "hidden";
    frame.innerHTML = "<div class='pp-controls'></div><main class='pp-main'></main>";
    document.body.appendChild(frame);
    const width = widthOf(frame.lastChild);
    frame.remove();
    let theme = null;
    try { theme = JSON.parse(window.localStorage.getItem("theme")); } catch (error) { /* none is kept */ }
    return themeOr(theme) + " " + width;
  }

  // What the page begins with is asked for while its scripts are still being read. The server is told how the page will
  // look, so that it comes with its charts.
  const ask = (address, headers) => fetched(address, {credentials: "same-origin", headers: {"Accept": "application/json", ...headers}});
  const ahead = {
    [base + "/_dash-layout"]: ask(base + "/_dash-layout", {"Pilot-Look": look()}),
    [base + "/_dash-dependencies"]: ask(base + "/_dash-dependencies"),
  };

  function params(search) { return new URLSearchParams(search || ""); }

  function modelOf(search, defaults) {
    const asked = params(search).get("model");
    return asked && defaults.designs[asked] ? asked : defaults.first;
  }

  // The value of one setting: what the address says, else what the design says.
  function setting(path, search, defaults) {
    const asked = params(search).get(path);
    const own = defaults.designs[modelOf(search, defaults)][path];
    if (asked === null) { return own; }
    if (typeof own !== "number" && (own !== null || asked === "" || isNaN(asked))) { return asked; }
    // What is no number is left out, as the server leaves it out.
    return asked.trim() !== "" && isFinite(Number(asked)) ? Number(asked) : own;
  }

  function face(spec, search, defaults) {
    const values = spec.paths.map((path) => setting(path, search, defaults));
    switch (spec.kind) {
      case "slider":
        return typeof values[0] !== "number" ? spec.open : tidy(values[0] / spec.scale);
      case "range":
        return [typeof values[0] !== "number" ? spec.low : values[0] / spec.scale,
                typeof values[1] !== "number" ? spec.high : values[1] / spec.scale].map(tidy);
      case "aim": return values[0] + " " + values[1];
      default: return values[0] === null || values[0] === undefined ? null : String(values[0]);
    }
  }

  function number(value, decimals) {
    return value.toLocaleString("en-GB", {minimumFractionDigits: decimals, maximumFractionDigits: decimals});
  }

  // A finer value than the control's own step, as an address may hold, is shown as it is.
  function shown(value, spec) {
    const fine = Math.abs(value - Number(value.toFixed(spec.decimals))) > 1e-9;
    return number(value, fine ? spec.decimals + 2 : spec.decimals);
  }

  // What the boxes of a control show, one for each of its settings.
  function words(spec, search, defaults) {
    const own = spec.paths.map((path) => setting(path, search, defaults));
    const known = (value) => typeof value === "number";
    if (spec.kind === "slider") {
      if (!known(own[0])) { return ["no limit"]; }
      return [[spec.sign, shown(tidy(own[0] / spec.scale), spec), spec.unit].filter(Boolean).join("\u00a0")];
    }
    if (spec.kind === "range") {
      return own.map((value, place) => !known(value) ? (place ? "no limit" : "0") : shown(value / spec.scale, spec));
    }
    return spec.kind === "choice" ? [known(own[0]) ? String(own[0]) : "no limit"] : [];
  }

  const boxName = (spec, place) => place ? spec.name + "-to" : spec.name;
  const elementOf = (type, name) => document.getElementById(JSON.stringify({name: name, type: type}));

  // The boxes beside a control, and what a screen reader says of its thumbs.
  function tellValue(spec, texts) {
    const slider = elementOf("control", spec.name);
    const thumbs = slider ? slider.querySelectorAll("[role=slider]") : [];
    texts.forEach((text, place) => {
      const name = boxName(spec, place);
      if (thumbs[place]) { thumbs[place].setAttribute("aria-valuetext", text); }
      // Whatever is set costs a look at every part of the page.
      if (said[name] !== text) { set({type: "control-value", name: name}, {value: said[name] = text, error: ""}); }
    });
  }

  function settingsOf(spec, value) {
    switch (spec.kind) {
      case "slider": return [tidy(value * spec.scale)];
      case "range": return value.map((one) => tidy(one * spec.scale));
      case "aim": return value.split(" ");
      case "choice": return [Number(value)];
      default: return [value];
    }
  }

  function same(a, b) {
    return typeof a === "number" && typeof b === "number" ? Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a)) : a === b;
  }

  function search(found) {
    const text = found.toString();
    return text ? "?" + text : "";
  }

  // Parameters that a page keeps for itself make no plan.
  const OF_PAGES = ["open", "with", "points", "q", "x", "y", "from", "pin", "pinned"];
  const unpinned = (address) => { const found = params(address); found.delete("pin"); found.delete("pinned"); return found; };

  // A pinned plan stays until it is let go, wherever links lead; the bar says which one it is.
  function stayPinned(address) {
    const found = params(address), held = window.pilotPin;
    if (held && !found.has("pin")) {
      found.set("pin", held.pin);
      found.set("pinned", held.pinned);
      window.history.replaceState({}, "", window.location.pathname + search(found) + window.location.hash);
      window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
      return true;
    }
    window.pilotPin = found.has("pin") ? {pin: found.get("pin"), pinned: found.get("pinned") || "pinned plan"} : null;
    const pin = window.pilotPin;
    set("pinned-name", {children: pin ? "Compared with " + pin.pinned : ""});
    set("unpin-plan", {className: pin ? "pp-plain" : "pp-plain pp-away"});
    return false;
  }

  window.dash_clientside = Object.assign({}, window.dash_clientside, { pilot: {
    // A control was moved: the address with the new setting.
    moved: function (values, address, specs, defaults) {
      let found = params(address), changed = false, name = "";
      for (const one of window.dash_clientside.callback_context.triggered) {
        try { name = JSON.parse(one.prop_id.slice(0, one.prop_id.lastIndexOf("."))).name; } catch (error) { continue; }
        const spec = specs.find((other) => other.name === name);
        if (!spec || one.value === null || one.value === undefined) { continue; }
        const before = face(spec, address, defaults);
        if (JSON.stringify(before) === JSON.stringify(one.value)) { continue; }
        const design = defaults.designs[modelOf(address, defaults)];
        settingsOf(spec, one.value).forEach((value, place) => {
          const path = spec.paths[place];
          if (spec.kind === "range" && same(value, spec.scale * before[place])) { return; }
          changed = true;
          if (same(value, design[path])) { found.delete(path); } else { found.set(path, String(value)); }
        });
      }
      if (!changed) { return [no(), no(), no()]; }
      const asks = search(found), before = window.pilotMoved;
      own.push(asks);
      // While one control goes on moving, there is one step back.
      window.pilotMoved = {name: name, search: asks, goesOn: Boolean(before && before.name === name && before.search === (address || ""))};
      if (window.pilotMoved.goesOn) { window.history.replaceState({}, "", window.location.pathname + asks); }
      // Asked at once: the address tells the page's other parts, which takes longer.
      window.pilotAsked = asks;
      return [asks, asks, askedAt()];
    },

    // A box beside a control was left with another text than it showed: the server reads it.
    typed: function (entered, left) {
      for (const one of window.dash_clientside.callback_context.triggered) {
        let name;
        try { name = JSON.parse(one.prop_id.slice(0, one.prop_id.lastIndexOf("."))).name; } catch (error) { continue; }
        // What stands in it now: the app may be a few letters behind a quick hand.
        const box = elementOf("control-value", name), text = box ? box.value : said[name];
        if (!one.value || text === said[name]) { continue; }
        // Shown again when the address says the same as before.
        said[name] = null;
        return {name: name, text: text, at: Date.now()};
      }
      return no();
    },

    // The address as a question, unless it is asked already or the page came with its answer.
    question: function (search, asked) {
      const before = window.pilotAsked === undefined && asked ? asked.search : window.pilotAsked;
      window.pilotAsked = search || "";
      return before === window.pilotAsked ? [no(), no()] : [window.pilotAsked, askedAt()];
    },

    turn: function (pathname, turned) {
      const first = window.pilotTurned === undefined;
      window.pilotTurned = within(pathname);
      return first && turned === window.pilotTurned ? no() : window.pilotTurned;
    },

    // Another design: its own settings, with the edits of inputs kept.
    design: function (model, address, defaults) {
      if (!model || model === modelOf(address, defaults)) { return no(); }
      const kept = new URLSearchParams();
      if (model !== defaults.first) { kept.set("model", model); }
      for (const [path, value] of params(address)) {
        if (path.startsWith("inputs.") || path === "scenario") { kept.set(path, value); }
      }
      return search(kept);
    },

    // The address changed, by whatever way: the controls follow it.
    follow: function (address, specs, defaults) {
      // A control that was moved stands where it should; setting it could undo a move that was made meanwhile.
      window.pilotSpecs = specs;
      if (stayPinned(address)) { return; }
      const mine = window.pilotMoved;
      window.pilotTrack(address, Boolean(mine && mine.goesOn && mine.search === (address || "")));
      const place = own.indexOf(address || "");
      const moved = place >= 0;
      if (moved) { own.splice(0, place + 1); } else { own.length = 0; }
      for (const spec of specs) {
        const first = setting(spec.paths[0], address, defaults);
        const away = spec.paths[0].startsWith("funding.") && (first === null || first === undefined);
        if (!moved) { set({type: "control", name: spec.name}, {value: face(spec, address, defaults), disabled: away || defaults.fixed}); }
        tellValue(spec, away ? ["none"] : words(spec, address, defaults));
      }
      const model = modelOf(address, defaults);
      if (said[""] !== model) { set("model", {value: said[""] = model}); }
    },

    // Links between pages keep the settings, and the open one is marked.
    navigate: function (address, pathname, ids) {
      const at = within(pathname);
      return [ids.map((id) => base + id.name + (address || "")),
              ids.map((id) => id.name === at ? "pp-nav-link pp-nav-here" : "pp-nav-link")];
    },

    theme: function (stamp, theme) {
      if (theme !== themeOr(theme)) { set("theme", {data: theme = themeOr(theme)}); }
      set("dark", {checked: theme === "dark"});
      document.documentElement.style.colorScheme = theme;
      return theme;
    },

    darken: function (dark, theme) {
      const wanted = dark ? "dark" : "light";
      return theme === null || theme === undefined || wanted === theme ? no() : wanted;
    },

    // The controls as a sheet from below, on a phone.
    sheet: function (opened, closed) {
      const open = window.dash_clientside.callback_context.triggered_id === "open-controls";
      const sheet = document.getElementById("controls");
      // Unless the visitor has gone on to a control meanwhile.
      if (open) {
        setTimeout(() => {
          const first = sheet.querySelector("button, input, [tabindex]");
          if (first && !sheet.contains(document.activeElement)) { first.focus(); }
        }, 50);
      }
      else { const opener = document.getElementById("open-controls"); if (opener) { opener.focus(); } }
      return open ? "pp-controls pp-controls-open" : "pp-controls";
    },

    copy: function (clicks) {
      if (!clicks) { return no(); }
      const done = () => set("toast", {children: "The link to this plan is copied."});
      if (navigator.clipboard && navigator.clipboard.writeText) {
        navigator.clipboard.writeText(window.location.href).then(done, () => set("toast", {children: window.location.href}));
      } else { set("toast", {children: window.location.href}); }
      return no();
    },

    reset: function (clicks, address) {
      if (!clicks) { return no(); }
      const model = params(address).get("model");
      set("toast", {children: "Every setting is the design’s own again; Undo brings yours back."});
      return model ? "?model=" + encodeURIComponent(model) : "";
    },

    // Messages below are cleared after a while, so that the next one is heard again by a screen reader.
    fade: function (text) {
      window.clearTimeout(window.pilotFade);
      if (text) { window.pilotFade = window.setTimeout(() => set("toast", {children: ""}), 6000); }
      return text ? "pp-toast pp-toast-on" : "pp-toast";
    },

    // The width of the main column; a change of the window is told once it has come to rest.
    width: function () {
      const column = () => {
        const main = document.getElementById("main");
        return main ? widthOf(main) : 860;
      };
      if (!window.pilotWidth) {
        window.pilotWidth = column();
        let waiting;
        window.addEventListener("resize", () => {
          window.clearTimeout(waiting);
          waiting = window.setTimeout(() => {
            const now = column();
            if (Math.abs(now - window.pilotWidth) > 4) { window.pilotWidth = now; set("width", {data: now}); }
          }, 300);
        });
      }
      return window.pilotWidth;
    },

    // What stands on top of the Plan page came with the plan.
    top: function (text) { return text === null || text === undefined ? no() : text; },

    // A plan whose figures are on the screen; what else depends on it follows.
    told: function (asked) {
      const mine = window.pilotTold = {};
      if (!asked) { return no(); }
      return new Promise((done) => {
        const tell = () => { done(window.pilotTold === mine ? asked : no()); };
        requestAnimationFrame(() => setTimeout(tell));
        // A page that is not looked at draws nothing.
        setTimeout(tell, 300);
      });
    },

    // How sure a plan is comes after it; it is shown where that plan still stands.
    sure: function (told) {
      const box = document.getElementById("how-sure");
      if (told && box && box.dataset.plan === told.for) { box.dataset.html = told.html; }
    },

    // So does what steps of its limits give.
    worth: function (told) {
      const box = document.getElementById("what-limits");
      if (told && box && box.dataset.plan === told.for) { box.dataset.html = told.html; }
    },

    // The plan on the screen becomes the one to compare with, under the name that was typed; or none is any more.
    pin: function (pins, entered, unpins, name, address) {
      const by = window.dash_clientside.callback_context.triggered_id;
      const found = unpinned(address);
      if (by === "unpin-plan") {
        if (!unpins) { return no(); }
        window.pilotPin = null;
        return search(found);
      }
      if (!pins && !entered) { return no(); }
      const plain = params(address);
      OF_PAGES.forEach((one) => plain.delete(one));
      found.set("pin", search(plain) || "?");
      found.set("pinned", (name || "").trim().slice(0, 60) || "pinned plan");
      document.getElementById("pin-box").open = false;
      set("toast", {children: "Pinned: figures are told against this plan until it is let go."});
      return search(found);
    },

    // The plan that charts show: the first at once, later ones when nothing newer has come for a moment.
    settle: function (asked) {
      const first = !window.pilotSettled;
      const mine = window.pilotSettled = {};
      if (!asked || first) { return asked; }
      return new Promise((done) => setTimeout(() => done(window.pilotSettled === mine ? asked : no()), 350));
    },

    // What stands below the first view follows the charts in it; without any, it does not wait for long.
    below: function (asked) {
      if (!asked) { return no(); }
      const mine = window.pilotBelow = {}, began = performance.now();
      return new Promise((done) => {
        const look = () => {
          if (window.pilotBelow !== mine) { done(no()); return; }
          const drawn = ["map", "caps"].every((id) => document.getElementById(id));
          if (drawn || performance.now() - began > 4000) { done(asked); } else { setTimeout(look, 60); }
        };
        look();
      });
    },

    help: function (clicks) { return clicks ? true : no(); },

    // The tour opens by itself once; closing it is remembered in this browser.
    tour: function (stamp, closed, again, opened, seen) {
      const by = window.dash_clientside.callback_context.triggered_id;
      if (by === "tour-close") { return [false, true]; }
      if (by === "tour-again") { return [true, no()]; }
      if (by === "tour") { return [no(), opened || seen ? no() : true]; }
      return [!seen, no()];
    },

    // Once a coarse front is there, the rest of it is asked for.
    more: function (front) {
      if (front && front.status === "look" && front.rest) {
        set("front-more", {data: {key: front.key, count: front.count}});
      }
    },

    // A click on a point of the front selects its plan; a ring has no number.
    pick: function (click) {
      const point = click && click.points && click.points[0];
      const number = point && (Array.isArray(point.customdata) ? point.customdata[0] : point.customdata);
      return number === undefined || number === null ? no() : String(number);
    },

    // Ranges of the parallel coordinates: by dragging along an axis, or by number for a figure chosen by name.
    brush: function (restyled, cleared, typed, name, figure, ranges) {
      const by = window.dash_clientside.callback_context.triggered.map((one) => one.prop_id.split(".")[0]);
      const found = Object.assign({}, ranges || {});
      const ends = () => {
        const pair = name && found[name] ? found[name][0] : [null, null];
        return [pair[0], pair[1]].map((one) => one === null || one === undefined ? "" :
          Number(one).toLocaleString("en-GB", {maximumSignificantDigits: 6}));
      };
      if (by.includes("front-clear")) { return [{}, "", ""]; }
      if (by.includes("front-filter")) { return [no(), ...ends()]; }
      if (by.includes("front-lines")) {
        const names = figure && figure.layout && figure.layout.meta ? figure.layout.meta.names || [] : [];
        let changed = false;
        for (const [key, value] of Object.entries(restyled && restyled[0] ? restyled[0] : {})) {
          const place = /^dimensions\[(\d+)\]\.constraintrange$/.exec(key);
          const one = place && names[Number(place[1])];
          if (!one) { continue; }
          changed = true;
          // [[lo, hi]] for one range, [[[lo, hi], [lo, hi]]] for several, null for none.
          let pairs = value;
          while (Array.isArray(pairs) && pairs.length === 1 && Array.isArray(pairs[0])) { pairs = pairs[0]; }
          if (!Array.isArray(pairs) || !pairs.length) { delete found[one]; }
          else { found[one] = Array.isArray(pairs[0]) ? pairs : [pairs]; }
        }
        return changed ? [found, ...ends()] : [no(), no(), no()];
      }
      if (!name) { return [no(), no(), no()]; }
      const pair = typed || [null, null], before = found[name] ? found[name][0] : [null, null];
      const near = (a, b) => a === b || (a !== null && b !== null && Math.abs(a - b) <= 1e-5 * Math.max(1, Math.abs(a)));
      if (near(pair[0], before[0]) && near(pair[1], before[1])) { return [no(), no(), no()]; }
      if (pair[0] === null && pair[1] === null) { delete found[name]; } else { found[name] = [pair]; }
      return [found, no(), no()];
    },

    title: function (pathname) {
      window.scrollTo(0, 0);
      return no();
    }
  }});

  // Parts of the page that come as one text, and drawings that stand where charts will be.
  function showTexts() {
    for (const one of document.getElementsByClassName("pp-one-text")) {
      if (one.shown !== one.dataset.html) { one.innerHTML = one.shown = one.dataset.html; }
    }
    for (const one of document.getElementsByClassName("pp-still")) {
      // A chart that is drawn takes its place.
      const drawn = one.parentElement.getElementsByClassName("main-svg").length > 0;
      if (one.hidden !== drawn) { one.hidden = drawn; }
      if (!drawn && one.shown !== one.dataset.svg) { one.innerHTML = one.shown = one.dataset.svg; }
    }
  }
  new MutationObserver(showTexts).observe(document.documentElement, {childList: true, subtree: true, attributeFilter: ["data-svg", "data-html"]});

  // The chart library is larger than all the rest of a page. It is fetched where a chart has no drawing that stands for it, or
  // once somebody points at a drawing to read its values; what it draws then takes the drawing's place.
  function chartsWanted() {
    return new Promise((done) => {
      const alone = () => [...document.getElementsByClassName("dash-graph")].some((one) => !one.closest(".pp-chart"));
      const pointed = (event) => { if (event.target.closest && event.target.closest(".pp-chart")) { begin(); } };
      const watch = new MutationObserver(() => { if (alone()) { begin(); } });
      const begin = () => {
        watch.disconnect();
        for (const name of POINTING) { document.removeEventListener(name, pointed, true); }
        done();
      };
      watch.observe(document.documentElement, {childList: true, subtree: true});
      for (const name of POINTING) { document.addEventListener(name, pointed, {capture: true, passive: true}); }
      if (alone()) { begin(); }
    });
  }
  const POINTING = ["pointerover", "touchstart"];

  if (!window.Plotly) {
    window.Plotly = chartsWanted().then(() => new Promise((done, fail) => {
      const script = document.createElement("script");
      script.src = base + "/chart-library.js";
      script.async = true;
      script.onload = () => requestAnimationFrame(() => setTimeout(() => {
        const begin = window.pilotCharts;
        delete window.pilotCharts;
        begin.call(window);
        done(window.Plotly);
      }));
      script.onerror = () => { window.Plotly = undefined; fail(new Error("the chart library did not load")); };
      document.head.appendChild(script);
    }));
  }

  // The table library is fetched when somebody points at a link to a page with a table; a page that needs it sooner is loaded whole.
  const later = () => document.getElementById("grid-library");
  const needsGrid = (path) => later() && !window.dash_ag_grid && later().dataset.pages.split(" ").includes(within(path).replace(/\/$/, ""));
  let fetching = false;
  function gridAhead(event) {
    const link = event.target.closest && event.target.closest("a[href^='/']");
    if (!link || fetching || !needsGrid(new URL(link.href).pathname)) { return; }
    fetching = true;
    const script = document.createElement("script");
    script.src = later().dataset.src;
    script.async = true;
    document.head.appendChild(script);
  }
  for (const name of ["pointerover", "focusin"]) { document.addEventListener(name, gridAhead, true); }
  document.addEventListener("click", function (event) {
    const link = event.target.closest && event.target.closest("a[href^='/']");
    if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) { return; }
    if (needsGrid(new URL(link.href).pathname)) { event.preventDefault(); event.stopImmediatePropagation(); window.location.assign(link.href); }
  }, true);
  window.addEventListener("popstate", () => { if (needsGrid(window.location.pathname)) { window.location.reload(); } }, true);

  // Links in what came as text: followed as the app's own links are, unless a new tab is asked for.
  document.addEventListener("click", function (event) {
    const link = event.target.closest && event.target.closest(".pp-linked a[href^='/'], .pp-one-text a[href^='/']");
    // Files are fetched as the browser fetches files.
    if (!link || within(link.getAttribute("href")).startsWith("/download/") || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) { return; }
    event.preventDefault();
    window.history.pushState({}, "", link.getAttribute("href"));
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
    window.scrollTo(0, 0);
  });

  // Fields for files are drawn by a library that gives them no name: each is named by what stands in its box.
  new MutationObserver(() => {
    for (const field of document.querySelectorAll("input[type=file]:not([aria-label])")) {
      field.setAttribute("aria-label", (field.parentElement.textContent || "A file").trim());
    }
  }).observe(document.documentElement, {childList: true, subtree: true});

  document.addEventListener("keydown", function (event) {
    const sheet = document.getElementById("controls");
    if (event.key === "Escape" && sheet && sheet.classList.contains("pp-controls-open")) {
      document.getElementById("close-controls").click();
    }
  });
})();
