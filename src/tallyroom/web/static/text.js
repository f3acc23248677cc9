// Pointing at a figure lights, in the text, what speaks for it, and draws the chain from origin to outlet.
"use strict";

(() => {
  const NAMES = { source: "source", relays: "relays", cue: "cue", population: "population", place: "place", event_time: "time", said_at: "time" };
  const SVG = "http://www.w3.org/2000/svg";
  const canLight = "highlights" in CSS;
  let lit = null;
  /** The figure whose chain is drawn, and where what speaks for it stands. */
  let chained = null;
  /** What `light` changed, for `dim` to undo. */
  let changed = [];
  const partsOf = new Map();
  for (const part of document.querySelectorAll(".fig[data-f]")) {
    partsOf.set(part.dataset.f, [...(partsOf.get(part.dataset.f) ?? []), part]);
  }
  function mark(element) {
    element.classList.add("on");
    changed.push(element);
  }

  /** The text nodes of a text and where each begins, found once. */
  const nodesOf = new WeakMap();
  function nodes(text) {
    if (!nodesOf.has(text)) {
      const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
      const found = [], starts = [];
      let at = 0;
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        found.push(node);
        starts.push(at);
        at += node.data.length;
      }
      nodesOf.set(text, { found, starts, length: at });
    }
    return nodesOf.get(text);
  }

  function place(held, at, end) {
    let low = 0, high = held.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (held.starts[middle] < at || (!end && held.starts[middle] === at)) low = middle;
      else high = middle - 1;
    }
    return [held.found[low], Math.min(at - held.starts[low], held.found[low].data.length)];
  }

  function rangeOf(text, [start, end]) {
    const held = nodes(text);
    if (!held.found.length || end > held.length) return null;
    const range = document.createRange();
    range.setStart(...place(held, start, false));
    range.setEnd(...place(held, end, true));
    return range;
  }

  const rowOf = (anchor) => document.getElementById("row-" + anchor);
  const figureOf = (anchor) => document.getElementById(anchor);

  function dim() {
    if (!lit) return;
    if (canLight) for (const name of new Set(Object.values(NAMES))) CSS.highlights.delete(name);
    for (const element of changed) element.classList.remove("on");
    changed = [];
    undraw();
    chained = null;
    lit = null;
  }

  function light(anchor, { scrollRow = false } = {}) {
    if (lit === anchor) return;
    dim();
    const figure = figureOf(anchor);
    if (!figure) return;
    lit = anchor;
    for (const part of partsOf.get(anchor) ?? []) mark(part);
    const row = rowOf(anchor);
    if (row) {
      mark(row);
      const side = row.closest(".side");
      if (scrollRow && side) scrollInside(side, row);
    }
    const text = figure.closest("[data-text]");
    const spans = JSON.parse(figure.dataset.spans || "{}");
    const ranges = {};
    for (const [field, places] of Object.entries(spans)) {
      for (const span of places) {
        const range = rangeOf(text, span);
        if (range) (ranges[field] ||= []).push(range);
      }
    }
    if (canLight) {
      const byName = {};
      for (const [field, found] of Object.entries(ranges)) (byName[NAMES[field]] ||= []).push(...found);
      for (const [name, found] of Object.entries(byName)) CSS.highlights.set(name, new Highlight(...found));
    }
    chained = [figure, ranges];
    drawChain(figure, ranges);
  }

  function undraw() {
    for (const line of [...document.getElementsByClassName("chainline")]) line.remove();
  }
  // Lines far from the window get their height when they come near it: then what is drawn stands elsewhere.
  const redraw = () => {
    if (!chained) return;
    undraw();
    drawChain(...chained);
  };
  const watched = new ResizeObserver(redraw);
  for (const article of document.querySelectorAll(".article")) {
    watched.observe(article);
    for (const text of article.querySelectorAll("[data-text]")) watched.observe(text);
  }

  function scrollInside(box, element) {
    const outer = box.getBoundingClientRect(), inner = element.getBoundingClientRect();
    if (inner.top < outer.top + 48) box.scrollTop -= outer.top + 48 - inner.top;
    else if (inner.bottom > outer.bottom) box.scrollTop += inner.bottom - outer.bottom + 8;
  }

  /** Origin → relays → outlet, as far as they stand in the text; without an origin the outlet itself speaks. */
  function drawChain(figure, ranges) {
    const article = figure.closest(".article");
    if (!article) return;
    const outlet = article.querySelector(".outlet");
    const stops = [...(ranges.source || []), ...(ranges.relays || [])].map((range) => range.getClientRects()[0]);
    if (!stops.length) stops.push(figure.getClientRects()[0]);
    if (outlet) {
      mark(outlet);
      stops.push(outlet.getClientRects()[0]);
    }
    const points = stops.filter(Boolean);
    if (points.length < 2) return;
    const base = article.getBoundingClientRect();
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("class", "chainline");
    svg.setAttribute("aria-hidden", "true");
    for (let i = 1; i < points.length; i++) {
      const from = points[i - 1], to = points[i];
      const down = from.top < to.top - 4;
      const x1 = from.left + from.width / 2 - base.left, y1 = (down ? from.bottom : from.top) - base.top;
      const x2 = to.left + to.width / 2 - base.left, y2 = (down ? to.top : to.bottom) - base.top;
      const level = Math.abs(from.top - to.top) <= 4;
      const bend = level ? 12 : Math.max(18, Math.abs(y2 - y1) / 2.5);
      const path = document.createElementNS(SVG, "path");
      const [a, b] = level ? [from.top - base.top, to.top - base.top] : [y1, y2];
      const sign = level || !down ? -1 : 1;
      path.setAttribute("d", `M${x1} ${a} C${x1} ${a + sign * bend} ${x2} ${level ? b - bend : b - sign * bend} ${x2} ${b}`);
      const tip = document.createElementNS(SVG, "path");
      const points3 = level || down ? [[-5, -8], [5, -8]] : [[-5, 8], [5, 8]];
      tip.setAttribute("class", "tip");
      tip.setAttribute("d", `M${x2} ${b} l${points3[0].join(" ")} L${x2 + points3[1][0]} ${b + points3[1][1]} Z`);
      svg.append(path, tip);
    }
    article.append(svg);
  }

  const anchorIn = (target) => {
    const figure = target.closest?.(".fig[data-f]");
    if (figure) return [figure.dataset.f, true];
    const row = target.closest?.("tr[data-f]");
    return row ? [row.dataset.f, false] : [null, false];
  };

  // While the keyboard stands on a figure, the pointer resting elsewhere does not take its light away.
  document.addEventListener("pointerover", (event) => {
    const [anchor, inText] = anchorIn(event.target);
    if (anchor) light(anchor, { scrollRow: inText });
    else if (!anchorIn(document.activeElement)[0]) dim();
  });
  document.addEventListener("focusin", (event) => {
    const [anchor, inText] = anchorIn(event.target);
    if (anchor) light(anchor, { scrollRow: inText });
    else dim();
  });
  addEventListener("resize", redraw);

  // One figure of a text stands in the order of Tab; n, p and the arrows step from there.
  const figures = [...document.querySelectorAll("[data-text] .fig[data-n]")];
  figures.forEach((figure, i) => (figure.tabIndex = i ? -1 : 0));
  for (const part of document.querySelectorAll("[data-text] .fig:not([data-n])")) part.tabIndex = -1;
  function step(by) {
    if (!figures.length) return;
    const held = figures.indexOf(document.activeElement);
    const now = held >= 0 ? held : figures.findIndex((figure) => figure.id === lit);
    const next = figures[Math.max(0, Math.min(figures.length - 1, now < 0 ? 0 : now + by))];
    for (const figure of figures) if (figure.tabIndex === 0) figure.tabIndex = -1;
    next.tabIndex = 0;
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, [data-keys]")) return;
    const inText = event.target.closest(".fig");
    if (event.key === "n" || (inText && event.key === "ArrowRight")) step(1);
    else if (event.key === "p" || (inText && event.key === "ArrowLeft")) step(-1);
    else return;
    event.preventDefault();
  });

  window.tallyroomText = { light, dim, rangeOf, watch: (text) => watched.observe(text) };
})();
