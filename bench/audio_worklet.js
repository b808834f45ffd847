/* When a pulse passes: the context's time of its first loud sample, at most one in 300 ms. */
"use strict";

class Pulses extends AudioWorkletProcessor {
  constructor(options) {
    super();
    this.least = options.processorOptions.least;
    this.quiet_until = 0;
  }

  process(inputs) {
    const samples = inputs[0][0];
    if (samples === undefined) return true;
    for (let i = 0; i < samples.length; i += 1) {
      const at = currentTime + i / sampleRate;
      if (Math.abs(samples[i]) > this.least && at > this.quiet_until) {
        this.quiet_until = at + 0.3;
        this.port.postMessage(at);
      }
    }
    return true;
  }
}

registerProcessor("bench-pulses", Pulses);
