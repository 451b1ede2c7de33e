// Charts and tables are taken along as they stand: a chart as SVG or PNG, a table as CSV or into the clipboard.
(function () {
  const tell = (words) => window.dash_clientside.set_props("toast", {children: words});
  const NAMESPACE = "http://www.w3.org/2000/svg";
  const SCALE = 2;

  // Called by the heading that it stands under.
  function nameOf(element) {
    const section = element.closest("section") || document.getElementById("main");
    const title = section && section.querySelector("h2, h1");
    const words = (title ? title.textContent : "pilot planner").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
    return words.slice(0, 60).replace(/-$/, "") || "pilot-planner";
  }

  function save(name, blob) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  // --- charts ---
  // The drawing where it stands there, else what the chart library has drawn.
  async function drawingOf(figure) {
    const still = figure.querySelector(".pp-still:not([hidden]) svg");
    if (still) { return new XMLSerializer().serializeToString(still); }
    const chart = figure.querySelector(".js-plotly-plot");
    const address = await window.Plotly.toImage(chart, {format: "svg", width: chart.clientWidth, height: chart.clientHeight});
    return decodeURIComponent(address.slice(address.indexOf(",") + 1));
  }

  function opened(text) {
    const svg = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
    const box = (svg.getAttribute("viewBox") || "").split(/[ ,]+/).map(Number);
    const [width, height] = [parseFloat(svg.getAttribute("width")) || box[2], parseFloat(svg.getAttribute("height")) || box[3]];
    svg.setAttribute("width", width);
    svg.setAttribute("height", height);
    // A page is not transparent, and a slide may be dark.
    const ground = document.createElementNS(NAMESPACE, "rect");
    for (const [key, value] of [["width", "100%"], ["height", "100%"], ["fill", getComputedStyle(document.body).backgroundColor]]) { ground.setAttribute(key, value); }
    svg.insertBefore(ground, svg.firstChild);
    return {svg, width, height};
  }

  // A picture is drawn apart from the page, which lends it its letters.
  async function lettered(svg) {
    const font = await (await fetch(new URL("fonts/inter-latin.woff2", document.querySelector("link[href*='/assets/style.css']").href))).blob();
    const inside = await new Promise((done) => { const reader = new FileReader(); reader.onload = () => done(reader.result); reader.readAsDataURL(font); });
    const style = document.createElementNS(NAMESPACE, "style");
    style.textContent = "@font-face { font-family: Inter; font-weight: 100 900; src: url(" + inside + ") format('woff2'); }";
    svg.insertBefore(style, svg.firstChild);
    return new XMLSerializer().serializeToString(svg);
  }

  async function chart(figure, kind) {
    const {svg, width, height} = opened(await drawingOf(figure)), name = nameOf(figure);
    if (kind === "svg") { save(name + ".svg", new Blob([new XMLSerializer().serializeToString(svg)], {type: "image/svg+xml"})); return; }
    const image = new Image();
    image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(await lettered(svg));
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = SCALE * width;
    canvas.height = SCALE * height;
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    canvas.toBlob((blob) => save(name + ".png", blob), "image/png");
  }

  // --- tables ---
  // Figures without the signs that are for eyes; words that a spreadsheet would take for a formula stay words.
  function cell(text) {
    const plain = text.replace(/\s+/g, " ").trim(), number = plain.replace(/\u2212/g, "-").replace(/,(?=\d{3})/g, "");
    if (/^[-+]?\d+(\.\d+)?$/.test(number)) { return number; }
    return /^[=+@-]/.test(plain) ? "'" + plain : plain;
  }
  const rowsOf = (table) => [...table.querySelectorAll("tr")].map((row) => [...row.querySelectorAll("th, td")].map((one) => cell(one.textContent)));
  // A table of which only the rows in sight are drawn: every row and column that is not filtered away, with the figures as they
  // are and not as they are rounded for eyes.
  function rowsOfGrid(grid) {
    const api = window.dash_ag_grid.getApi(grid.id), columns = api.getAllDisplayedColumns(), rows = [];
    const value = (node, column) => { const found = node.data[column.getColId()]; return found === null || found === undefined ? "" : String(found); };
    rows.push(columns.map((one) => one.getColDef().headerName));
    api.forEachNodeAfterFilterAndSort((node) => rows.push(columns.map((one) => cell(value(node, one)))));
    return rows;
  }
  const quoted = (text) => /[",\n]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text;

  function intoClipboard(text) {
    if (navigator.clipboard && navigator.clipboard.writeText) { return navigator.clipboard.writeText(text); }
    // Without https browsers have only the old way.
    const area = document.createElement("textarea");
    area.value = text;
    document.body.appendChild(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done ? Promise.resolve() : Promise.reject(new Error("refused"));
  }

  async function table(box, kind) {
    const grid = box.querySelector(".pp-grid"), rows = grid ? rowsOfGrid(grid) : rowsOf(box.querySelector("table"));
    if (kind === "csv") {
      // The mark in front tells spreadsheets that it is UTF-8.
      const text = "\ufeff" + rows.map((row) => row.map(quoted).join(",")).join("\r\n") + "\r\n";
      save(nameOf(box) + ".csv", new Blob([text], {type: "text/csv;charset=utf-8"}));
      return;
    }
    await intoClipboard(rows.map((row) => row.join("\t")).join("\n"));
    tell("The table is in the clipboard.");
  }

  // --- print: what is on the sheet says which settings it is of, when it was printed and where it is found again ---
  function line(words) { const one = document.createElement("p"); one.textContent = words; return one; }
  window.addEventListener("beforeprint", () => {
    const head = document.getElementById("print-head");
    if (!head) { return; }
    const chips = [...document.querySelectorAll("#chips .pp-chip > span:first-child")].map((one) => one.textContent);
    const design = document.querySelector("input#model"), name = design ? design.value : "";
    const day = new Date().toLocaleDateString("en-GB", {day: "numeric", month: "long", year: "numeric"});
    head.replaceChildren(
      line("Pilot planner, printed on " + day + (name ? ". Design: " + name : "")),
      line(chips.length ? "Settings on top of the design: " + chips.join("; ") : "Settings: the design’s own."),
      line(window.location.href));
    for (const one of document.querySelectorAll("main details:not([open]):not(#pin-box)")) { one.open = true; one.dataset.printed = "yes"; }
  });
  window.addEventListener("afterprint", () => {
    for (const one of document.querySelectorAll("details[data-printed]")) { one.open = false; delete one.dataset.printed; }
  });

  document.addEventListener("click", function (event) {
    if (event.target.closest && event.target.closest("[data-print]")) { window.print(); return; }
    const button = event.target.closest && event.target.closest("[data-take]");
    if (!button) { return; }
    const kind = button.dataset.take, isChart = kind === "svg" || kind === "png";
    const done = isChart ? chart(button.closest(".pp-figure"), kind) : table(button.closest(".pp-scroll, .pp-grid-box"), kind);
    done.catch(() => tell("This browser would not give it out; try another way beside it."));
  });
})();
