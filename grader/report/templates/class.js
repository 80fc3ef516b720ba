"use strict";
// Tables can be sorted: a click on a heading, or Enter on it, sorts by its column; another one turns the order round.
for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  const headings = [...table.tHead.rows[0].cells];
  headings.forEach((heading, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => {
      const up = heading.getAttribute("aria-sort") !== "ascending";
      for (const other of headings) other.removeAttribute("aria-sort");
      heading.setAttribute("aria-sort", up ? "ascending" : "descending");
      const rows = [...body.rows].map(row => ({ row, key: key(row.cells[column], table.dataset.order) }));
      // What has no value is last, whichever way the rest goes.
      rows.sort((a, b) => (a.key === "") - (b.key === "") || (up ? 1 : -1) * compare(a.key, b.key));
      // All out at once, then all in: a browser that moves thousands of rows one by one takes half a minute.
      body.replaceChildren();
      body.append(...rows.map(entry => entry.row));
    });
  });
}

function key(cell, order = "") {
  const text = (cell?.dataset.sort ?? cell?.textContent ?? "").trim();
  if (text !== "" && order.includes(text)) return order.indexOf(text);
  return text === "" || isNaN(text) ? text : Number(text);
}

function compare(a, b) {
  if (typeof a !== typeof b) return typeof a === "number" ? -1 : 1;
  return typeof a === "number" ? a - b : a.localeCompare(b, undefined, { numeric: true });
}
