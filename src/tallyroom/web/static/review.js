// Review by keys: the next figure is there before it is wanted; decisions wait in this browser until the ledger has them.
"use strict";

(() => {
  const OUTBOX = "tallyroom.outbox.", AHEAD = 3, MOST_PASSED = 200, MOST_ACTS = 10;
  const frame = document.getElementById("review"), card = document.getElementById("card"), textBox = document.getElementById("text");
  const acts = document.getElementById("acts"), pending = document.getElementById("pending");
  const addDialog = document.getElementById("add"), spanBar = document.getElementById("spanbar");
  /** The queue and its filters, as an address says them. */
  const view = frame.dataset.view;
  const addressOf = (path, values) => {
    const words = new URLSearchParams(view);
    for (const [name, value] of Object.entries(values)) words.set(name, value);
    return `${path}?${words}`;
  };
  const texts = new Map();
  let current = frame.dataset.spot
    ? { ...frame.dataset, html: card.innerHTML, text: null }
    : null;
  if (current) texts.set(current.uid, textBox.innerHTML);
  let shownText = current?.uid ?? "";
  let coming = [], exhausted = false, filling = null, wanted = null;
  const visited = [];
  const passed = [];
  /** What the ledger has not confirmed: an entry of localStorage each, so that tabs do not overwrite each other. */
  const outbox = Object.keys(localStorage).filter((name) => name.startsWith(OUTBOX)).sort().map((name) => ({ name, ...JSON.parse(localStorage.getItem(name)) }));
  let flushing = null;
  let span = null;

  const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

  // Items, ahead of being wanted

  function pass(item) {
    passed.push(item.short);
    if (passed.length > MOST_PASSED) passed.shift();
  }

  async function answerOf(values) {
    const answer = await fetch(addressOf("/review/items", values), { headers: { Accept: "application/json" } });
    if (!answer.ok || answer.redirected) throw Object.assign(new Error(`${answer.status}`), { status: answer.status });
    return answer.json();
  }

  function fill() {
    filling ??= filled().finally(() => (filling = null));
    return filling;
  }

  async function filled() {
    for (let tries = 0; coming.length < AHEAD && !exhausted; ) {
      const without = [...passed, ...coming.map((item) => item.short), ...(current ? [current.short] : [])];
      let found;
      try {
        found = await answerOf({ count: AHEAD - coming.length, without: without.join(","), have: [...texts.keys()].join(",") });
      } catch (fault) {
        if (fault.status && fault.status < 500) {
          tell("The page does not answer as it should; load it again");
          return;
        }
        await sleep(Math.min(3000, 250 * ++tries));
        continue;
      }
      tries = 0;
      for (const item of found.items) {
        if (item.text !== null) texts.set(item.uid, item.text);
        if (item.short !== current?.short && !passed.includes(item.short) && !coming.some((one) => one.short === item.short)) coming.push(item);
      }
      if (found.total !== null) document.getElementById("left").textContent = `${found.total.toLocaleString("en")} wait`;
      if (!found.items.length && !found.more) exhausted = true;
      if (wanted && coming.length) wanted();
    }
    if (wanted && exhausted) wanted();
    const kept = new Set([shownText, ...coming.map((item) => item.uid)]);
    for (const uid of texts.keys()) if (!kept.has(uid) && texts.size > 8) texts.delete(uid);
  }

  function show(item, { from } = {}) {
    leaveSpan();
    current = item;
    for (const name of ["spot", "short", "uid", "anchor", "seen"]) frame.dataset[name] = item?.[name] ?? "";
    if (!item) {
      card.replaceChildren(document.getElementById(from === "asking" ? "asking" : "nothing").content.cloneNode(true));
      textBox.replaceChildren();
      shownText = "";
      return;
    }
    card.innerHTML = item.html;
    for (const element of card.querySelectorAll("[data-script]")) element.hidden = false;
    reviewKeys.show(card);
    if (shownText !== item.uid && texts.has(item.uid)) {
      textBox.innerHTML = texts.get(item.uid);
      for (const element of textBox.querySelectorAll("[data-script]")) element.hidden = false;
      shownText = item.uid;
      watch();
    }
    point();
    card.focus({ preventScroll: true });
    if (card.getBoundingClientRect().top < 0) card.scrollIntoView({ block: "start" });
  }

  /** Mark the figure in the text, bring it into view, light what speaks for it. */
  function point() {
    for (const part of textBox.querySelectorAll(".fig.now")) part.classList.remove("now");
    const parts = textBox.querySelectorAll(`.fig[data-f="${current.anchor}"]`);
    for (const part of parts) part.classList.add("now");
    if (!parts.length) return;
    const outer = textBox.getBoundingClientRect(), inner = parts[0].getBoundingClientRect();
    if (textBox.scrollHeight > textBox.clientHeight) textBox.scrollTop += inner.top - outer.top - outer.height / 3;
    light();
  }
  const watch = () => {
    const text = textBox.querySelector("[data-text]");
    if (text) window.tallyroomText?.watch(text);
  };
  const light = () => {
    window.tallyroomText?.dim();
    window.tallyroomText?.light(current.anchor);
  };
  document.addEventListener("pointerover", (event) => {
    if (current && !event.target.closest?.(".fig[data-f]")) light();
  });

  async function goOn() {
    if (current) visited.push(current.spot);
    await showNext();
  }
  async function showNext() {
    if (!coming.length && !exhausted) {
      show(null, { from: "asking" });
      await new Promise((done) => {
        wanted = () => {
          wanted = null;
          done();
        };
        fill().then(() => wanted?.());
      });
    }
    show(coming.shift() ?? null);
    fill();
  }

  async function goTo(spot) {
    await flushed();
    let found;
    try {
      found = await answerOf({ at: spot, have: [...texts.keys()].join(",") });
    } catch {
      tell("That figure cannot be shown now");
      return false;
    }
    const item = found.items[0];
    if (item.text !== null) texts.set(item.uid, item.text);
    if (current && current.spot !== item.spot && !passed.includes(current.short)) coming.unshift(current);
    const at = passed.indexOf(item.short);
    if (at >= 0) passed.splice(at, 1);
    coming = coming.filter((one) => one.short !== item.short);
    show(item);
    return true;
  }

  // Decisions: into the outbox at once, to the ledger in order, each with its own key

  function tellOutbox() {
    pending.textContent = outbox.length ? `${outbox.length} on the way to the ledger` : "";
  }

  function send(values) {
    const key = newKey();
    const name = OUTBOX + String(Date.now()).padStart(15, "0") + String(performance.now()).padStart(20, "0");
    const entry = { name, values: { ...values, key, view } };
    localStorage.setItem(name, JSON.stringify({ values: entry.values }));
    outbox.push(entry);
    tellOutbox();
    flush();
    return key;
  }

  function flush() {
    flushing ??= flushAll().finally(() => (flushing = null));
    return flushing;
  }
  const flushed = () => flushing ?? Promise.resolve();

  async function flushAll() {
    for (let tries = 0; outbox.length; ) {
      const { values } = outbox[0];
      let answer;
      try {
        answer = await fetch("/review/decide", { method: "POST", body: new URLSearchParams(values), headers: { Accept: "application/json" } });
        if (answer.status >= 500) throw new Error(`${answer.status}`);
      } catch {
        pending.textContent = `The page does not answer; ${outbox.length} on the way to the ledger, tried again`;
        await sleep(Math.min(3000, 200 * ++tries));
        continue;
      }
      tries = 0;
      localStorage.removeItem(outbox.shift().name);
      tellOutbox();
      await settle(values, answer);
    }
  }

  async function settle(values, answer) {
    const row = acts.querySelector(`[data-act="${values.key}"]`);
    row?.classList.remove("pending");
    if (answer.ok) {
      if (["add", "span"].includes(values.act)) await renewText(values.at.split(".")[0]);
      return;
    }
    const told = await answer.json().catch(() => ({ detail: `${answer.status}` }));
    row?.remove();
    if (answer.status === 409) others(values, told);
    else if (answer.status === 401) location.href = "/who?to=/review";
    else tell(`Not recorded: ${told.detail}`);
  }

  function others(values, told) {
    const note = document.createElement("p");
    note.className = "note others";
    note.setAttribute("role", "alert");
    note.textContent = `In the meantime ${told.others.join("; ")}. Yours was not recorded. `;
    const link = document.createElement("a");
    link.href = addressOf("/review", { at: values.at });
    link.textContent = "Look again";
    link.addEventListener("click", (event) => {
      event.preventDefault();
      note.remove();
      goTo(values.at);
    });
    note.append(link);
    frame.before(note);
  }

  async function renewText(uid) {
    texts.delete(uid);
    if (current?.uid !== uid) return;
    try {
      const found = await answerOf({ at: current.spot, have: "" });
      texts.set(uid, found.items[0].text);
      if (current?.uid !== uid) return;
      const chosen = selected(), scrolled = textBox.scrollTop;
      textBox.innerHTML = found.items[0].text;
      watch();
      point();
      textBox.scrollTop = scrolled;
      const range = chosen && window.tallyroomText?.rangeOf(textElement(), [chosen.start, chosen.end]);
      if (range) getSelection().setBaseAndExtent(range.startContainer, range.startOffset, range.endContainer, range.endOffset);
    } catch {
      // The text stands as it was; the next one comes anew.
    }
  }

  function note(key, words, spot, uid) {
    const row = document.createElement("li");
    row.dataset.act = key;
    row.dataset.uid = uid;
    row.classList.add("pending");
    if (spot) row.dataset.spot = spot;
    const did = document.createElement("span");
    did.className = "did";
    const link = document.createElement(spot ? "a" : "span");
    if (spot) link.href = addressOf("/review", { at: spot });
    link.textContent = words;
    did.append(link);
    const button = document.createElement("button");
    button.className = "quiet";
    button.textContent = "Take back";
    row.append(did, button);
    acts.prepend(row);
    while (acts.children.length > MOST_ACTS) acts.lastElementChild.remove();
    document.getElementById("no-acts").hidden = true;
  }

  const DID = { accept: "accepted", reject: "rejected", correct: "corrected", span: "moved", add: "added", dismiss: "dismissed", choose: "corrected" };

  function decide(values) {
    const item = current;
    if (!item) return;
    const stays = values.act === "dismiss";
    const quote = stays ? values.dismiss.split(/[ :]/)[0].replaceAll("_", " ") : `“${card.querySelector("#sentence mark").textContent}”`;
    const words = `${DID[values.choose ? "choose" : values.act]} ${quote}` + (values.choose ? ` (${values.choose.replaceAll("_", " ")})` : "");
    const key = send({ at: item.spot, seen: item.seen, ...values }, words);
    const across = stays && !values.dismiss.includes(" ");
    note(key, words, stays ? null : item.spot, across ? "" : item.uid);
    tell(words[0].toUpperCase() + words.slice(1));
    if (stays) return;
    for (const part of textBox.querySelectorAll(`.fig[data-f="${item.anchor}"]`)) {
      part.classList.remove("r-rejected", "r-accepted", "now");
      part.classList.add(values.act === "reject" || values.act === "span" ? "r-rejected" : "r-accepted");
    }
    if (texts.has(item.uid) && shownText === item.uid) texts.set(item.uid, textBox.innerHTML);
    pass(item);
    goOn();
  }

  async function takeBack(row) {
    if (!row || row.classList.contains("going")) return;
    row.classList.add("going");
    const { act, spot } = row.dataset;
    const uid = row.dataset.uid ?? row.querySelector("[name=uid]")?.value ?? "";
    send({ act: "undo", undoes: act, uid });
    row.remove();
    document.getElementById("no-acts").hidden = acts.children.length > 0;
    tell("Taken back");
    if (!spot) return;
    exhausted = false;
    await flushed();
    texts.delete(spot.split(".")[0]);
    shownText = "";
    await goTo(spot);
  }

  // Words: selected, or a span whose ends move

  const textElement = () => textBox.querySelector("[data-text]");
  const begin = () => Number(textBox.querySelector("[data-begin]")?.dataset.begin ?? 0);
  /** UTF-16 units of the shown text → code points of the report. */
  const points = (units) => begin() + [...textElement().textContent.slice(0, units)].length;

  function selected() {
    const text = textElement(), chosen = getSelection();
    if (!text || !chosen.rangeCount || chosen.isCollapsed) return null;
    const range = chosen.getRangeAt(0);
    if (!text.contains(range.startContainer) || !text.contains(range.endContainer)) return null;
    const before = document.createRange();
    before.setStart(text, 0);
    before.setEnd(range.startContainer, range.startOffset);
    const words = range.toString();
    const start = before.toString().length + words.length - words.trimStart().length;
    return words.trim() ? { start, end: start + words.trim().length } : null;
  }

  function spanNow() {
    if (span) return span;
    const parts = [...textBox.querySelectorAll(`.fig[data-f="${current.anchor}"]`)];
    if (!parts.length) return null;
    const range = document.createRange();
    range.setStart(textElement(), 0);
    range.setEndBefore(parts[0]);
    const start = range.toString().length;
    return { start, end: start + parts.map((part) => part.textContent).join("").length };
  }

  function moveEnd(action) {
    const now = spanNow();
    if (!now) return;
    const text = textElement().textContent;
    const from = Math.max(0, now.start - 200), words = [...text.slice(from, now.end + 200).matchAll(/[\p{L}\p{N}]+(?:[.,'’-][\p{L}\p{N}]+)*|[^\s\p{L}\p{N}]/gu)];
    const starts = words.map((word) => from + word.index), ends = words.map((word) => from + word.index + word[0].length);
    let { start, end } = now;
    if (action === "start_left") start = starts.filter((at) => at < start).pop() ?? start;
    if (action === "start_right") start = starts.find((at) => at > start && at < end) ?? start;
    if (action === "end_right") end = ends.find((at) => at > end) ?? end;
    if (action === "end_left") end = ends.filter((at) => at < end && at > start).pop() ?? end;
    span = { start, end };
    showSpan();
  }

  function showSpan() {
    spanBar.hidden = false;
    spanBar.querySelector("span").textContent = `“${textElement().textContent.slice(span.start, span.end)}”`;
    const range = window.tallyroomText?.rangeOf?.(textElement(), [span.start, span.end]);
    if (range && "highlights" in CSS) CSS.highlights.set("span", new Highlight(range));
  }
  function leaveSpan() {
    span = null;
    spanBar.hidden = true;
    if ("highlights" in CSS) CSS.highlights.delete("span");
  }
  function keepSpan() {
    if (!span) return;
    const place = { start: points(span.start), end: points(span.end) };
    leaveSpan();
    decide({ act: "span", ...place });
  }

  async function openAdd() {
    const words = selected();
    if (!words) {
      tell("Select the words of the figure in the text first");
      return;
    }
    const values = { uid: current.uid, start: points(words.start), end: points(words.end), at: current.spot, fragment: "1" };
    try {
      const answer = await fetch(addressOf("/review/add", values));
      if (!answer.ok) throw new Error();
      addDialog.innerHTML = await answer.text();
    } catch {
      tell("The page does not answer; try again");
      return;
    }
    addDialog.showModal();
    addDialog.querySelector("[name=f-measure]")?.focus();
  }

  // Keys, clicks and forms

  const doing = {
    accept: () => decide({ act: "accept" }),
    reject: () => decide({ act: "reject" }),
    skip: () => {
      if (!current) return;
      pass(current);
      goOn();
    },
    undo: () => takeBack(acts.firstElementChild),
    edit: () => {
      const details = card.querySelector("#edit");
      if (!details) return;
      details.open = true;
      details.querySelector(".fields input").select();
    },
    add: openAdd,
    span: () => {
      const words = selected();
      if (!words) {
        tell("Select the right words in the text first");
        return;
      }
      span = words;
      keepSpan();
    },
    dismiss: () => card.querySelector("[data-do=dismiss]")?.click(),
    next: () => doing.skip(),
    previous: async () => {
      while (visited.length) if (await goTo(visited.pop())) return;
      tell("This is the first one");
    },
    keys: () => reviewKeys.open(),
  };
  for (const action of ["start_left", "start_right", "end_left", "end_right"]) doing[action] = () => moveEnd(action);

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (document.querySelector("dialog[open]")) return;
    const writing = event.target.closest("input:not([type=checkbox]), textarea, select");
    if (event.key === "Escape") {
      if (span) leaveSpan();
      const details = writing?.closest("details");
      if (details) {
        details.open = false;
        card.focus();
      }
      return;
    }
    if (writing || !reviewKeys.isOn()) return;
    if (span && event.key === "Enter") keepSpan();
    else if ([" ", "Enter"].includes(event.key) && event.target.closest("button, a, summary")) return;
    else if (/^[1-9]$/.test(event.key)) card.querySelector(`[data-rival="${event.key}"]`)?.click();
    else {
      const action = reviewKeys.actionOf(event.key);
      if (!action || event.repeat) return;
      doing[action]();
    }
    event.preventDefault();
  });

  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-decide]");
    if (!form) {
      const row = event.target.closest("#acts li");
      if (row) {
        event.preventDefault();
        takeBack(row);
      }
      return;
    }
    event.preventDefault();
    const values = Object.fromEntries(new FormData(form, event.submitter));
    delete values.key;
    delete values.view;
    if (form.hasAttribute("data-add")) {
      const words = `added “${addDialog.querySelector(".words").textContent.replace(/[“”]/g, "")}”`;
      note(send(values), words, values.at, values.at.split(".")[0]);
      addDialog.close();
      tell("Added");
      return;
    }
    delete values.at;
    delete values.seen;
    decide(values);
    event.submitter?.closest(".problem")?.remove();
  });

  document.addEventListener("click", (event) => {
    const to = event.target.closest("[data-do=skip], [data-do=keys], [data-span], [data-close], #acts li button:not(form button), .beside-text .fig, #acts a");
    if (!to) return;
    event.preventDefault();
    if (to.dataset.do) doing[to.dataset.do]();
    else if (to.dataset.span === "keep") keepSpan();
    else if (to.dataset.span) leaveSpan();
    else if (to.hasAttribute("data-close")) addDialog.close();
    else if (to.matches("#acts a")) goTo(to.closest("li").dataset.spot);
    else if (to.matches("#acts button")) takeBack(to.closest("li"));
    else goToFigure(to);
  });

  /** A figure in the text leads to its own item; selecting words across it does not. */
  function goToFigure(part) {
    if (!getSelection().isCollapsed || part.dataset.f === current?.anchor) return;
    const first = textBox.querySelector(`.fig[data-f="${part.dataset.f}"]`);
    const range = document.createRange();
    range.setStart(textElement(), 0);
    range.setEndBefore(first);
    const start = range.toString().length;
    const length = [...textBox.querySelectorAll(`.fig[data-f="${part.dataset.f}"]`)].map((one) => one.textContent).join("").length;
    visited.push(current.spot);
    goTo(`${current.uid}.${points(start)}.${points(start + length)}`);
  }

  // Selecting words that begin in a marked figure must not drag a link.
  document.addEventListener("dragstart", (event) => {
    if (event.target.closest?.(".beside-text")) event.preventDefault();
  });

  if (current) point();
  tellOutbox();
  if (outbox.length) flush();
  if (!current && frame.dataset.more) showNext();
  else fill();
})();
