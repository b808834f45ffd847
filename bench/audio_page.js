/* The two pages of bench/audio.py: ours with its ear and microphone watched, and a naive one that plays all that comes in its turn.

   `bench.heard`: epoch ms at which pulses left for the loudspeaker, as the browser reckons it. `bench.said`: at which they came in
   from the microphone. */
(function () {
  "use strict";

  const bench = { heard: [], said: [], open_ours, open_naive, click };

  /** Epoch ms of the loudspeaker for a time of the context. */
  function out_ms(context, at) {
    const now = context.getOutputTimestamp();
    return performance.timeOrigin + now.performanceTime + (at - now.contextTime) * 1000;
  }

  /** Epoch ms at which the context rendered that time: the earliest that was ever seen for it. */
  function rendered_by(context) {
    let least = Infinity;
    const look = () => { least = Math.min(least, performance.timeOrigin + performance.now() - context.currentTime * 1000); };
    setInterval(look, 5);
    return (at) => at * 1000 + least;
  }

  function watch(context, source, least, note) {
    const node = new AudioWorkletNode(context, "bench-pulses", { processorOptions: { least }, channelCount: 1, channelCountMode: "explicit" });
    node.port.onmessage = (message) => note(message.data);
    source.connect(node);
    node.connect(context.destination); // silent
  }

  function wire(context, ear, stream, least) {
    const rendered = rendered_by(context);
    watch(context, ear, least, (at) => bench.heard.push(out_ms(context, at)));
    if (stream !== null) watch(context, context.createMediaStreamSource(stream), 0.3, (at) => bench.said.push(rendered(at)));
  }

  /** `least`: how loud a sample has to be. */
  async function open_ours(url, id, ticket, least, with_microphone) {
    floorwatch.audio.unlock();
    const sound = floorwatch.audio.open({ url, id, ticket, on_over: (reason) => { bench.over = reason; } });
    bench.sound = sound;
    if (with_microphone) sound.keep_open(true);
    while (sound.ear === null || (with_microphone && sound.microphone !== "on")) await new Promise((done) => setTimeout(done, 2));
    const context = sound.ear.context;
    await context.audioWorklet.addModule("/bench/audio_worklet.js");
    wire(context, sound.ear, sound.microphone_line.stream, least);
  }

  /** Each frame is played when the one before it is over, and each frame of the microphone is sent. */
  async function open_naive(url, least) {
    const context = new AudioContext({ latencyHint: "interactive" });
    await context.resume();
    await context.audioWorklet.addModule("/assets/js/worklets/sound.js");
    await context.audioWorklet.addModule("/bench/audio_worklet.js");
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    const ear = new GainNode(context);
    ear.connect(context.destination);
    const socket = new WebSocket(url);
    socket.binaryType = "arraybuffer";
    let at = 0;
    socket.onmessage = (message) => {
      const frame = new Int16Array(message.data);
      const buffer = context.createBuffer(1, frame.length, 16000);
      const samples = buffer.getChannelData(0);
      for (let i = 0; i < frame.length; i += 1) samples[i] = frame[i] / 32768;
      const source = new AudioBufferSourceNode(context, { buffer });
      source.connect(ear);
      at = Math.max(at, context.currentTime + 0.02);
      source.start(at);
      at += buffer.duration;
    };
    await new Promise((done) => { socket.onopen = done; });
    const mouth = new AudioWorkletNode(context, "floorwatch-mouth", { channelCount: 1, channelCountMode: "explicit" });
    mouth.port.onmessage = (message) => socket.send(message.data);
    context.createMediaStreamSource(stream).connect(mouth);
    mouth.connect(context.destination);
    mouth.port.postMessage("open");
    wire(context, ear, stream, least);
  }

  /** From the click to the first sound, in ms. `ask` puts the request where a gateway would. */
  async function click(url) {
    bench.heard.length = 0;
    const clicked = performance.timeOrigin + performance.now();
    const [id, ticket] = await window.ask();
    await open_ours(url, id, ticket, 0.02, false);
    while (bench.heard.length === 0) await new Promise((done) => setTimeout(done, 5));
    return bench.heard[0] - clicked;
  }

  window.bench = bench;
})();
