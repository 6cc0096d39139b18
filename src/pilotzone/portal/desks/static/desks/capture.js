/* Inspection at the goods: what is typed and photographed stays on this device, hashed, until the platform has it; each part is
   sent under a key of its own, so that sending again changes nothing. A conflict is told and nothing is overwritten. */
(function () {
  "use strict";
  const form = document.querySelector("form[data-capture]");
  if (!form || !window.localStorage) return;
  const told = form.dataset, english = document.documentElement.lang === "en";
  const place = "pz.capture." + told.capture, fields = ["supervision", "quarantine", "outcome", "findings"];
  const WIDEST = 1600, QUALITY = 0.85, RETRY_MS = 15000;
  let kept = load(), busy = false;

  function fresh() { return { key: number(), version: form.elements.version.value, values: {}, files: [], queued: false }; }
  function load() {
    try { return JSON.parse(localStorage.getItem(place)) || fresh(); } catch { return fresh(); }
  }
  function keep() {
    try { localStorage.setItem(place, JSON.stringify(kept)); return true; } catch { return false; }
  }
  // 16 random bytes as a UUID: randomUUID needs a secure context, this does not
  function number() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64; bytes[8] = (bytes[8] & 63) | 128;
    const hex = Array.from(bytes, (one) => one.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }

  function say(name, detail, code) {
    form.querySelectorAll("[data-said]").forEach((one) => { one.hidden = one.dataset.said !== name; });
    const here = form.querySelector("[data-said='" + name + "']");
    if (here && here.querySelector("[data-detail]")) here.querySelector("[data-detail]").textContent = detail || "";
    if (here && here.querySelector("[data-code]")) here.querySelector("[data-code]").textContent = code || "";
    form.dataset.state = name;
  }

  function read() {
    fields.forEach((name) => {
      const one = form.elements[name];
      kept.values[name] = one && one.value !== undefined ? one.value : "";
    });
  }
  function write() {
    fields.forEach((name) => {
      const one = form.elements[name], value = kept.values[name];
      if (value !== undefined && value !== "" && one) one.value = value;
    });
    show();
  }
  function show() {
    const list = form.querySelector("[data-files]");
    list.replaceChildren(...kept.files.map((one) => {
      const line = document.createElement("li");
      line.className = "long";
      line.textContent = (one.sent ? "✓ " : "… ") + one.name + " " + Math.ceil(one.size / 1024) + " KB" + (one.sha256 ? " SHA-256 " + one.sha256 : "");
      return line;
    }));
  }

  async function digest(bytes) {
    if (!crypto.subtle) return "";
    const found = await crypto.subtle.digest("SHA-256", bytes);
    return Array.from(new Uint8Array(found), (one) => one.toString(16).padStart(2, "0")).join("");
  }
  // a camera's picture is made smaller so that a day's work fits the device; what is kept and hashed is what is sent
  async function smaller(file) {
    if (file.type !== "image/jpeg" || file.size < 400000 || !window.createImageBitmap) return file;
    const image = await createImageBitmap(file), scale = Math.min(1, WIDEST / Math.max(image.width, image.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(image.width * scale); canvas.height = Math.round(image.height * scale);
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((done) => { canvas.toBlob((blob) => done(blob || file), "image/jpeg", QUALITY); });
  }
  function text(bytes) {
    let out = "";
    for (let at = 0; at < bytes.length; at += 8192) out += String.fromCharCode.apply(null, bytes.subarray(at, at + 8192));
    return btoa(out);
  }
  function bytes(data) { return Uint8Array.from(atob(data), (one) => one.charCodeAt(0)); }

  async function add(input) {
    const file = input.files[0];
    if (!file) return;
    const small = await smaller(file), raw = new Uint8Array(await small.arrayBuffer());
    const one = {
      key: number(), name: file.name.slice(0, 120), size: raw.length, type: small.type || file.type, sha256: await digest(raw), sent: false,
      kind: form.querySelector("[data-kind]").value, verdict: form.querySelector("[data-verdict]").value, taken_at: new Date().toISOString(),
      data: text(raw),
    };
    kept.files.push(one);
    if (!keep()) { kept.files.pop(); say("full"); } else { say("kept"); }
    input.value = "";
    show();
  }

  async function post(address, parts) {
    const body = new FormData();
    Object.entries(parts).forEach(([name, value]) => body.append(name, value));
    const answer = await fetch(address, {
      method: "POST", body, credentials: "same-origin", redirect: "error",
      headers: { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value, "Accept": "application/json" },
    });
    if (answer.status >= 500) throw new TypeError("away");
    let given = {};
    try { given = await answer.json(); } catch { given = { code: "HTTP " + answer.status, zh: "", en: "" }; }
    return { ok: answer.ok, conflict: answer.status === 409, given };
  }

  async function send() {
    if (busy || !kept.queued) return;
    busy = true;
    say("sending");
    try {
      for (const one of kept.files) {
        if (one.sent) continue;
        const { key, kind, verdict, name, sha256, taken_at } = one;
        const answer = await post(told.picture, { key, kind, verdict, name, sha256, taken_at, file: new Blob([bytes(one.data)], { type: one.type }) });
        if (!answer.ok) { stop(answer); return; }
        one.sent = true; one.data = "";
        keep(); show();
      }
      const answer = await post(told.sync, { key: kept.key, version: kept.version, ...kept.values });
      if (!answer.ok) { stop(answer); return; }
      localStorage.removeItem(place);
      say("sent");
      location.assign(told.done);
    } catch { say("offline"); } finally { busy = false; }
  }
  function stop(answer) {
    const { given } = answer, stands = given.stands || {};
    const words = english ? [given.en, given.mend_en] : [given.zh, given.mend_zh];
    kept.queued = false;
    keep();
    say(answer.conflict ? "conflict" : "refused", [...words, stands.state, stands.outcome, stands.by].filter(Boolean).join(" "), given.code);
  }

  form.addEventListener("input", () => { read(); if (!keep()) say("full"); });
  form.querySelector("[data-file]").addEventListener("change", (event) => { add(event.target); });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    read();
    if (form.dataset.state !== "conflict") kept.version = kept.queued ? kept.version : form.elements.version.value;
    kept.queued = true;
    keep();
    send();
  });
  form.querySelector("[data-drop]").addEventListener("click", () => { localStorage.removeItem(place); location.assign(told.done); });
  window.addEventListener("online", send);
  setInterval(send, RETRY_MS);
  write();
  if (kept.queued) send(); else if (Object.keys(kept.values).length || kept.files.length) say("kept");
})();
