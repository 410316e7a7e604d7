/* What this tablet keeps, in IndexedDB. A promise of this file is fulfilled after the transaction's `complete`: only then may
   somebody read "Bewaard". What a person saved is written with durability "strict", the rest relaxed.
   ops: what was saved, never changed; with what became of it. notities: what the server said last. concepten: what is being
   typed. meta: this device's id and counter, the table it is at, and per table the last answer of hallo. */
const NAME = "denkdiner", VERSION = 1;
const STORES = { ops: "op_id", notities: "id", concepten: "sleutel", meta: "id" };
const NOWHERE = 0; /* the table of what is only tried out */
const PATIENCE = 5_000; /* ms that the disk gets; once it let that pass it gets IMPATIENCE, until it answers again */
const IMPATIENCE = 500;
let opening = null, patience = PATIENCE;

export const uuid = () => crypto.randomUUID?.() ?? "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (c) => (c ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (c / 4)))).toString(16));

function open() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      for (const [name, keyPath] of Object.entries(STORES)) {
        const store = request.result.createObjectStore(name, { keyPath });
        if (name === "ops" || name === "notities") store.createIndex("tafel", "tafel");
      }
    };
    request.onsuccess = () => {
      request.result.onversionchange = () => request.result.close(); /* another tab runs a newer build: never in its way */
      request.result.onclose = () => { opening = null; };
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
  });
  opening.catch(() => { opening = null; });
  return opening;
}

async function begin(stores, mode, durability) {
  try { return (await open()).transaction(stores, mode, { durability }); } catch (error) {
    if (error.name !== "InvalidStateError") throw error;
    opening = null; /* the browser closed the database under us: once more */
    return (await open()).transaction(stores, mode, { durability });
  }
}

/* A disk that hangs keeps nothing: rejected in time, so that nobody waits for it for ever. Should it answer after all: `alsnog`. */
export async function inTime(promise) {
  let timer = 0;
  const late = new Promise((_, reject) => { timer = setTimeout(() => { patience = IMPATIENCE; reject(Object.assign(new Error("te traag"), { alsnog: promise })); }, patience); });
  promise.then(() => { patience = PATIENCE; }, () => {});
  try { return await Promise.race([promise, late]); } finally { clearTimeout(timer); }
}

const transact = (...args) => inTime(run(...args));

/* Run `work(transaction)`; fulfilled with what it returned, after `complete`. */
async function run(stores, mode, work, durability = "relaxed") {
  const transaction = await begin(stores, mode, durability);
  return new Promise((resolve, reject) => {
    let result;
    transaction.oncomplete = () => resolve(result);
    transaction.onabort = () => reject(transaction.error ?? new Error("afgebroken"));
    try { result = work(transaction); } catch (error) { transaction.abort(); reject(error); }
  });
}

const into = (box, name, request) => { request.onsuccess = () => { box[name] = request.result; }; };

/* Everything of a table, and who this device is. `tafel` null: the table that it was at last. However long it takes: see inTime. */
export async function load(tafel) {
  const meta = await run(["meta"], "readonly", (transaction) => {
    const box = {};
    into(box, "tafel", transaction.objectStore("meta").get("tafel"));
    return box;
  });
  const here = tafel ?? meta.tafel?.waarde ?? null;
  if (here === null) return { tafel: null, ops: [], notities: [], concepten: [], geheugen: null, elders: [] };
  const box = await run(Object.keys(STORES), "readonly", (transaction) => {
    const found = {};
    into(found, "ops", transaction.objectStore("ops").getAll());
    into(found, "notities", transaction.objectStore("notities").index("tafel").getAll(here));
    into(found, "concepten", transaction.objectStore("concepten").getAll());
    into(found, "tot", transaction.objectStore("meta").get(`tot-${here}`));
    into(found, "meta", transaction.objectStore("meta").getAll());
    return found;
  });
  const { meta: known, ...kept } = box, about = (id) => known.find((row) => row.id === id), stand = (one) => about(`tafel-${one.tafel}`)?.stand ?? null;
  const ops = kept.ops.sort((one, other) => one.seq - other.seq), elsewhere = (one) => one.tafel !== here && one.tafel !== NOWHERE;
  return {
    ...kept, tafel: here, geheugen: about(`tafel-${here}`), apparaat: about("apparaat"),
    ops: ops.filter((record) => !elsewhere(record)),
    elders: [...ops.filter((record) => elsewhere(record) && record.staat === "wacht"), ...kept.concepten.filter(elsewhere)].map((one) => ({ ...one, stand: stand(one) })),
    concepten: kept.concepten.filter((concept) => concept.tafel === here),
  };
}

/* Make `op` final: its number on this device, its place in the queue, and the concept that it came from gone. All or nothing. `again`: a
   disk that did not answer in time may have kept it after all; then nothing changes. */
export function saveOp(op, concept, again = false) {
  return transact(["ops", "concepten", "meta"], "readwrite", (transaction) => {
    const meta = transaction.objectStore("meta");
    if (concept) transaction.objectStore("concepten").delete(concept);
    const add = ({ target }) => {
      const device = target.result ?? { id: "apparaat", device_id: uuid(), seq: 0 };
      device.seq += 1;
      meta.put(device);
      Object.assign(op, { device_id: device.device_id, seq: device.seq });
      transaction.objectStore("ops").add({ op_id: op.op_id, tafel: op.tafel, seq: op.seq, op, staat: "wacht" });
    };
    const begin = () => { meta.get("apparaat").onsuccess = add; };
    if (again) transaction.objectStore("ops").getKey(op.op_id).onsuccess = ({ target }) => { if (target.result === undefined) begin(); }; else begin();
  }, "strict");
}

/* What became of ops: `results` is a list of {op_id, staat, rev, at, uitleg}. */
export function settle(results) {
  return transact(["ops"], "readwrite", (transaction) => {
    const ops = transaction.objectStore("ops");
    for (const { op_id, ...result } of results) {
      ops.get(op_id).onsuccess = ({ target }) => { if (target.result) ops.put({ ...target.result, ...result }); };
    }
  }, "strict");
}

function forgetNotities(transaction, tafel) {
  transaction.objectStore("meta").delete(`tot-${tafel}`);
  transaction.objectStore("notities").index("tafel").openKeyCursor(tafel).onsuccess = ({ target }) => {
    if (!target.result) return;
    transaction.objectStore("notities").delete(target.result.primaryKey);
    target.result.continue();
  };
}

/* Offer everything again that this table ever saved here: the server lives another life, and what it said before holds no more. */
export function offerAgain(tafel) {
  return transact(["ops", "notities", "meta"], "readwrite", (transaction) => {
    forgetNotities(transaction, tafel);
    transaction.objectStore("ops").index("tafel").openCursor(tafel).onsuccess = ({ target }) => {
      if (!target.result) return;
      if (target.result.value.staat !== "terug") target.result.update({ ...target.result.value, staat: "wacht" });
      target.result.continue();
    };
  }, "strict");
}

/* With how far they were read (na): never the one without the other, or the next page would not ask for what is missing here. */
export function keepNotities(tafel, notities, na) {
  return transact(["notities", "meta"], "readwrite", (transaction) => {
    for (const notitie of notities) transaction.objectStore("notities").put({ ...notitie, tafel });
    transaction.objectStore("meta").put({ id: `tot-${tafel}`, na });
  });
}

/* What is known of a table: the last answer of hallo (stand), the life of the database. */
export function keepGeheugen(tafel, geheugen) {
  return transact(["meta"], "readwrite", (transaction) => {
    transaction.objectStore("meta").put({ ...geheugen, id: `tafel-${tafel}` });
    transaction.objectStore("meta").put({ id: "tafel", waarde: tafel });
  });
}

/* Without a value: forget it. */
export function keepConcept(tafel, sleutel, waarde) {
  return transact(["concepten"], "readwrite", (transaction) => {
    const store = transaction.objectStore("concepten");
    if (waarde) store.put({ sleutel, tafel, waarde }); else store.delete(sleutel);
  });
}

/* The diner is closed: what the server has need not stay on a borrowed tablet. What it does not have, stays. */
export function forget(tafel) {
  return transact(["ops", "notities", "meta"], "readwrite", (transaction) => {
    forgetNotities(transaction, tafel);
    transaction.objectStore("ops").index("tafel").openCursor(tafel).onsuccess = ({ target }) => {
      if (!target.result) return;
      if (target.result.value.staat === "verzonden") target.result.delete();
      target.result.continue();
    };
  });
}

/* Tables of earlier evenings: what the server has of them goes, two days after it last answered. What it does not have, stays. */
export async function forgetOld(now) {
  const box = await transact(["meta"], "readonly", (transaction) => {
    const found = {};
    into(found, "meta", transaction.objectStore("meta").getAll());
    return found;
  });
  for (const { id, stand } of box.meta) {
    if (stand && now - Date.parse(stand.now) > 48 * 3_600_000) await forget(Number(id.slice("tafel-".length)));
  }
}

/* Does this tablet really keep what is given to it? Write, read back, take away. */
export async function tryOut() {
  const sleutel = `proef-${uuid()}`;
  await transact(["concepten"], "readwrite", (transaction) => { transaction.objectStore("concepten").put({ sleutel, tafel: NOWHERE, waarde: sleutel }); }, "strict");
  const box = await transact(["concepten"], "readwrite", (transaction) => {
    const found = {}, store = transaction.objectStore("concepten");
    into(found, "proef", store.get(sleutel));
    store.delete(IDBKeyRange.bound("proef-", "proef-\uffff")); /* also of a try that was too late for an answer */
    return found;
  });
  if (box.proef?.waarde !== sleutel) throw new Error("niet teruggelezen");
}
