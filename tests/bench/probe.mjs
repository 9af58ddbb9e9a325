// Measures the page's thread from outside: what listeners of pointers and keys, frames, tasks and canvases take. The page
// knows nothing of it. Injected before anything of the page runs.

/** Runs in the page. Everything that is measured lies in `window.probe`. */
export function install() {
  const now = () => performance.now();
  const probe = {
    /** One entry a listener's call: what, when it began, how long it took, how many readings of the pointer it had. */
    events: [],
    /** One entry an animation frame in which pixels were handed over: when, how long its callbacks took, how many pixels. */
    frames: [],
    /** Tasks of more than 50 ms, as the browser counts them. */
    longTasks: [],
    /** All tasks that the page set up itself by timers: when, how long. */
    timers: [],
    /** The page's linear memories, in bytes. */
    memories: [],
    memoryBytes: () => probe.memories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0),
    clear() {
      for (const list of [probe.events, probe.frames, probe.longTasks, probe.timers]) list.length = 0;
    },
  };
  window.probe = probe;

  const heard = new Set(['pointerdown', 'pointermove', 'pointerup', 'keydown']);
  const { addEventListener } = EventTarget.prototype;
  EventTarget.prototype.addEventListener = function listen(kind, listener, options) {
    if (!heard.has(kind) || typeof listener !== 'function') return addEventListener.call(this, kind, listener, options);
    const timed = function timed(event) {
      const start = now();
      const answer = listener.call(this, event);
      const readings = kind === 'pointermove' ? event.getCoalescedEvents().length : 1;
      probe.events.push({ kind, start, millis: now() - start, readings, stamp: event.timeStamp });
      return answer;
    };
    return addEventListener.call(this, kind, timed, options);
  };

  let nPixels = 0;
  const { putImageData } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.putImageData = function put(image, ...rest) {
    nPixels += image.width * image.height;
    return putImageData.call(this, image, ...rest);
  };
  const { drawImage } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.drawImage = function draw(image, ...rest) {
    nPixels += image.width * image.height;
    return drawImage.call(this, image, ...rest);
  };
  const requestFrame = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (callback) =>
    requestFrame((time) => {
      nPixels = 0;
      const start = now();
      callback(time);
      if (nPixels > 0) probe.frames.push({ start, millis: now() - start, pixels: nPixels });
    });
  const later = window.setTimeout.bind(window);
  window.setTimeout = (callback, wait, ...rest) => {
    if (typeof callback !== 'function') return later(callback, wait, ...rest);
    return later(() => {
      const start = now();
      callback(...rest);
      probe.timers.push({ start, millis: now() - start });
    }, wait);
  };
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) probe.longTasks.push({ start: startTime, millis: duration });
  }).observe({ type: 'longtask', buffered: true });

  for (const name of ['instantiate', 'instantiateStreaming']) {
    const instantiate = WebAssembly[name];
    WebAssembly[name] = async (...given) => {
      const made = await instantiate.apply(WebAssembly, given);
      const memory = (made.instance ?? made).exports.memory;
      if (memory) probe.memories.push(memory);
      return made;
    };
  }
}

/** Joins every event of a stroke with the frame that showed it: what the page's thread did from the event to the pixels. */
export function joined({ events, frames }) {
  return events
    .filter(({ kind }) => kind === 'pointermove')
    .map((event) => {
      const frame = frames.find(({ start }) => start >= event.start);
      return { ...event, handling: event.millis, presenting: frame?.millis ?? 0, millis: event.millis + (frame?.millis ?? 0) };
    });
}

/** The value below which a share of the numbers lies. */
export function quantile(numbers, share) {
  const sorted = [...numbers].sort((one, two) => one - two);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length - 1) * share + 0.5))] ?? Number.NaN;
}
