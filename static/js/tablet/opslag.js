/* What this tablet keeps, in IndexedDB. A promise of this file is fulfilled after the transaction's `complete`: only then may
   somebody read "Bewaard". What a person saved is written with durability "strict", the rest relaxed.
   ops: what was saved, never changed; with what became of it. notities: what the server said last. concepten: what is being
   typed. meta: this device's id and counter, the table it is at, and per table the last answer of hallo. */
const NAME = "denkdiner", VERSION = 1;
const STORES = { ops: "op_id", notities: "id", concepten: "sleutel", meta: "id" };
let opening = null;

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

/* Run `work(transaction)`; fulfilled with what it returned, after `complete`. */
async function transact(stores, mode, work, durability = "relaxed") {
  const transaction = await begin(stores, mode, durability);
  return new Promise((resolve, reject) => {
    let result;
    transaction.oncomplete = () => resolve(result);
    transaction.onabort = () => reject(transaction.error ?? new Error("afgebroken"));
    try { result = work(transaction); } catch (error) { transaction.abort(); reject(error); }
  });
}

const into = (box, name, request) => { request.onsuccess = () => { box[name] = request.result; }; };

/* Everything of a table, and who this device is. `tafel` null: the table that it was at last. */
export async function load(tafel) {
  const meta = await transact(["meta"], "readonly", (transaction) => {
    const box = {};
    into(box, "tafel", transaction.objectStore("meta").get("tafel"));
    return box;
  });
  const here = tafel ?? meta.tafel?.waarde ?? null;
  if (here === null) return { tafel: null, ops: [], notities: [], concepten: [], geheugen: null, elders: [] };
  const box = await transact(Object.keys(STORES), "readonly", (transaction) => {
    const found = {};
    into(found, "ops", transaction.objectStore("ops").getAll());
    into(found, "notities", transaction.objectStore("notities").index("tafel").getAll(here));
    into(found, "concepten", transaction.objectStore("concepten").getAll());
    into(found, "tot", transaction.objectStore("meta").get(`tot-${here}`));
    into(found, "geheugen", transaction.objectStore("meta").get(`tafel-${here}`));
    into(found, "apparaat", transaction.objectStore("meta").get("apparaat"));
    return found;
  });
  const ops = box.ops.sort((one, other) => one.seq - other.seq), elsewhere = (one) => one.tafel !== here;
  return {
    ...box, tafel: here,
    ops: ops.filter((record) => !elsewhere(record)),
    elders: [...ops.filter((record) => elsewhere(record) && record.staat === "wacht"), ...box.concepten.filter(elsewhere)],
    concepten: box.concepten.filter((concept) => !elsewhere(concept)),
  };
}

/* Make `op` final: its number on this device, its place in the queue, and the concept that it came from gone. All or nothing. */
export function saveOp(op, concept) {
  return transact(["ops", "concepten", "meta"], "readwrite", (transaction) => {
    const meta = transaction.objectStore("meta");
    meta.get("apparaat").onsuccess = ({ target }) => {
      const device = target.result ?? { id: "apparaat", device_id: uuid(), seq: 0 };
      device.seq += 1;
      meta.put(device);
      Object.assign(op, { device_id: device.device_id, seq: device.seq });
      if (concept) transaction.objectStore("concepten").delete(concept);
      transaction.objectStore("ops").add({ op_id: op.op_id, tafel: op.tafel, seq: op.seq, op, staat: "wacht" });
    };
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
  await transact(["concepten"], "readwrite", (transaction) => { transaction.objectStore("concepten").put({ sleutel, tafel: 0, waarde: sleutel }); }, "strict");
  const box = await transact(["concepten"], "readwrite", (transaction) => {
    const found = {}, store = transaction.objectStore("concepten");
    into(found, "proef", store.get(sleutel));
    store.delete(sleutel);
    return found;
  });
  if (box.proef?.waarde !== sleutel) throw new Error("niet teruggelezen");
}
