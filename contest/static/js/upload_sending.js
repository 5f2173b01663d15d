/* One file to the service: by tus where it is there, else whole by PUT. Gives the address of its verdict. */

const RETRY_DELAYS_MS = [0, 1000, 3000, 5000, 10000, 20000, 30000, 30000];
const CHUNK_BYTES = 8 * 1024 * 1024;

/** What the service said to a file; `isFinal` where sending it again would end the same. */
export class SendingError extends Error {
  constructor(sentence, isFinal) {
    super(sentence);
    this.sentence = sentence;
    this.isFinal = isFinal;
  }
}

/**
 * Send one file.
 *
 * @param {File} file
 * @param {{endpoint: URL, token: string, person: string, sha256: string, signal: AbortSignal,
 *          onProgress: (sent: number, total: number) => void, onLost: () => void}} how
 * @returns {Promise<string>} the address that tells the verdict
 */
export function send(file, how) {
  return window.tus?.isSupported ? sendByTus(file, how) : sendWhole(file, how);
}

function sendByTus(file, { endpoint, token, person, sha256, signal, onProgress, onLost }) {
  return new Promise((resolve, reject) => {
    const metadata = { filename: file.name, filetype: file.type };
    if (sha256) metadata.sha256 = sha256;
    const upload = new window.tus.Upload(file, {
      endpoint: endpoint.href,
      metadata,
      chunkSize: CHUNK_BYTES,
      retryDelays: RETRY_DELAYS_MS,
      removeFingerprintOnSuccess: true,
      headers: { "X-CSRFToken": token, Accept: "application/json" },
      // A file goes on where it stopped only for the same person and the same work.
      fingerprint: (given) =>
        Promise.resolve(["contest", person, endpoint.href, given.name, given.size, given.lastModified].join("|")),
      onProgress,
      onShouldRetry: (error) => {
        const status = error.originalResponse?.getStatus() ?? 0;
        const said = spoken(error.originalResponse?.getBody());
        if (status === 0) onLost();
        return status === 0 || status >= 500 || said?.code === "upload.offset" || said?.code === "upload.again";
      },
      onSuccess: () => resolve(verdictOf(upload.url)),
      onError: (error) => {
        const said = spoken(error.originalResponse?.getBody());
        if (said?.is_final || error.originalResponse?.getStatus() === 404) forget(upload);
        reject(new SendingError(said?.sentence ?? "", said?.is_final ?? false));
      },
    });
    signal.addEventListener("abort", () => {
      upload.abort(true).catch(() => undefined); // what cannot be given up now expires by itself
      reject(new SendingError("", false));
    });
    upload.findPreviousUploads().then((previous) => {
      if (previous.length > 0) upload.resumeFromPreviousUpload(previous[0]);
      upload.start();
    }, reject);
  });
}

/** Let a file that was refused for good not be resumed next time. */
function forget(upload) {
  upload.findPreviousUploads().then((previous) => {
    for (const one of previous) localStorage.removeItem(one.urlStorageKey);
  });
}

function sendWhole(file, { endpoint, token, sha256, signal, onProgress, onLost }) {
  return new Promise((resolve, reject) => {
    const address = new URL(endpoint);
    address.searchParams.set("name", file.name);
    if (sha256) address.searchParams.set("sha256", sha256);
    const request = new XMLHttpRequest(); // fetch tells nothing of how far it has come
    request.open("PUT", address);
    request.setRequestHeader("X-CSRFToken", token);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.addEventListener("progress", (event) => onProgress(event.loaded, event.total));
    request.addEventListener("error", () => {
      onLost();
      reject(new SendingError("", false));
    });
    request.addEventListener("abort", () => reject(new SendingError("", false)));
    request.addEventListener("load", () => {
      const said = spoken(request.responseText);
      if (request.status < 300 && said) resolve(said.verdict);
      else reject(new SendingError(said?.sentence ?? "", said?.is_final ?? false));
    });
    signal.addEventListener("abort", () => request.abort());
    request.send(file);
  });
}

function verdictOf(address) {
  const found = new URL(address, location.href);
  found.pathname += "/verdict";
  found.search = "";
  return found.href;
}

function spoken(body) {
  try {
    return JSON.parse(body);
  } catch {
    return null; // a proxy's page, or nothing
  }
}
