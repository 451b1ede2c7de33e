// Formats, order and links of the table of inputs. Nothing is computed here.
(function () {
  const functions = window.dashAgGridFunctions = window.dashAgGridFunctions || {};
  const components = window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {};

  functions.pilotNumber = (params) => {
    const value = params.value;
    if (value === null || value === undefined) { return params.data && params.data.grade === "absent" ? "absent" : ""; }
    return typeof value === "number" ? value.toLocaleString("en-GB", {maximumSignificantDigits: 7}) : String(value);
  };

  functions.pilotWhole = (params) =>
    typeof params.value === "number" ? params.value.toLocaleString("en-GB", {maximumFractionDigits: 0}) : "";

  // What is not known stands last, whichever way the rest is sorted by size.
  functions.pilotOrder = (a, b) => {
    const left = typeof a === "number" ? a : -Infinity, right = typeof b === "number" ? b : -Infinity;
    return left === right ? 0 : left < right ? -1 : 1;
  };

  functions.pilotWhy = (params) => params.data.can
    ? "Double-click or press Enter to edit"
    : "Derived: " + params.data.formula + ". Edit what it is made of.";

  components.PilotSource = (props) => props.data && props.data.url
    ? React.createElement("a", {href: props.data.url, target: "_blank", rel: "noopener noreferrer"}, props.value)
    : React.createElement("span", null, props.value);

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.inputs = {
    // What is searched for and chosen, as the table filters.
    filter: function (text, table, grades, which, options) {
      const model = {};
      const equal = (one) => ({filterType: "text", type: "equals", filter: one});
      if (table) { model.table = equal(table); }
      if (grades && grades.length) {
        model.grade = grades.length === 1 ? equal(grades[0])
          : {filterType: "text", operator: "OR", conditions: grades.map(equal)};
      }
      if (which === "plan" || which === "edited") { model[which] = equal("yes"); }
      return [model, Object.assign({}, options, {quickFilterText: text || ""})];
    },

    count: function (rows, all) {
      if (!rows) { return ""; }
      return rows.length.toLocaleString("en-GB") + " of " + (all || rows).length.toLocaleString("en-GB") + " values shown";
    },

    // The name of the scenario stands in the address and changes no number.
    name: function (name, address) {
      const found = new URLSearchParams(address || ""), before = found.get("scenario") || "";
      const wanted = (name || "").trim();
      if (wanted === before) { return window.dash_clientside.no_update; }
      if (wanted) { found.set("scenario", wanted); } else { found.delete("scenario"); }
      const text = found.toString();
      return text ? "?" + text : "";
    }
  };
})();
