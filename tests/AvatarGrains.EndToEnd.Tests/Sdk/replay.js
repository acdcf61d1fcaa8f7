// The calls the Perso web SDKs make, in their order and with their payloads, one scenario for each generation. Written from the wire contract; what
// comes back is read as strictly as the SDKs read it, and every scenario returns what it saw.
globalThis.replay = (api => {
  const later = ms => new Promise(done => setTimeout(done, ms));

  async function until(what, condition, ms = 60000) {
    for (const end = performance.now() + ms; !(await condition()); await later(20)) {
      if (performance.now() > end) throw new Error(`${what} did not happen; ${JSON.stringify(channelLog.slice(-12))}`);
    }
  }

  async function parse(response) {
    const json = await response.json();
    if (!response.ok) throw new Error(`${response.status}:${json.errors[0].code}:${json.errors[0].attr}`);
    return json;
  }

  const setting = path => fetch(`${api}/api/v1/${path}`, { headers: { 'PersoLive-APIKey': 'pak-none' }, method: 'GET' }).then(parse);
  const read = path => fetch(`${api}/api/v1/${path}`, { method: 'GET' }).then(parse);
  const post = (path, body) =>
    fetch(`${api}/api/v1/${path}`, { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' }, method: 'POST' }).then(parse);
  const create = body =>
    fetch(`${api}/api/v1/session/`, {
      body: JSON.stringify(body), headers: { 'PersoLive-APIKey': 'pak-none', 'Content-Type': 'application/json' }, method: 'POST',
    }).then(parse);
  const ended = async id => {
    let session;
    await until('the end of the session', async () => (session = await read(`session/${id}/`)).status === 'TERMINATED');
    return session.termination_reason;
  };

  const channelLog = [];

  // A peer with its message channel, as every generation makes it.
  async function connect(id, { stream = null, codecs = all => all, width = 512, height = 512 }) {
    const { ice_servers } = await read(`session/${id}/ice-servers/`);
    const pc = new RTCPeerConnection({ sdpSemantics: 'unified-plan', iceServers: ice_servers });
    const dc = pc.createDataChannel('message', { protocol: 'message' });
    let streams = [];
    const got = [];
    let pinged = 0;
    pc.addEventListener('track', event => { streams = streams.concat(event.streams); });
    dc.addEventListener('message', event => {
      const message = JSON.parse(event.data);
      channelLog.push(message);
      if (message.type === 'ping') pinged++;
      else got.push(message);
    });
    const send = (type, data) => dc.send(JSON.stringify({ type, data }));
    dc.onopen = () => setInterval(() => dc.readyState === 'open' && send('ping', {}), 1000);
    if (stream) stream.getTracks().forEach(track => pc.addTrack(track, stream));
    else pc.addTransceiver('audio', { direction: 'recvonly' });
    pc.addTransceiver('video', { direction: 'recvonly' }).setCodecPreferences(codecs(RTCRtpReceiver.getCapabilities('video').codecs));
    const offer = await pc.createOffer();
    await pc.setLocalDescription(offer);
    await pc.setRemoteDescription((await post(`session/${id}/exchange/`, { client_sdp: offer })).server_sdp);
    await until('a stream and an open channel', () => streams.length > 0 && dc.readyState === 'open');
    send('change-size', { width, height });
    const video = document.createElement('video');
    video.autoplay = true;
    video.playsInline = true;
    document.body.append(video);
    video.srcObject = streams[0];
    await until('a picture', () => video.videoWidth === width && video.videoHeight === height);
    const texts = type => got.filter(message => message.type === type).map(message => message.data.message ?? message.data.text);
    return {
      send, got, texts, video, pings: () => pinged,
      of: type => got.filter(message => message.type === type).map(message => message.data),
      heard: (type, count) => until(`${count} of ${type}`, () => texts(type).length >= count),
      said: text => until(`"${text}" being said`, () => texts('stf').includes(text)),
      // The file channel: an empty text asks for the file, an empty message ends it, the answer is its reference.
      upload: (file, chunk) => new Promise((done, failed) => {
        const channel = pc.createDataChannel('file', { protocol: 'file' });
        const impatience = setTimeout(() => failed(new Error(`no answer on the file channel (${channel.readyState})`)), 60000);
        channel.onclose = () => failed(new Error('the file channel closed'));
        channel.addEventListener('message', event => {
          if (event.data.length === 0) {
            for (let at = 0; at < file.length; at += chunk) channel.send(file.slice(at, at + chunk));
            channel.send(new Uint8Array(0));
          } else {
            clearTimeout(impatience);
            channel.onclose = null;
            channel.close();
            done(event.data);
          }
        });
      }),
      close: () => { dc.close(); pc.close(); },
    };
  }

  // Waits for one whole phrase of a microphone that repeats it: quiet, sound, quiet.
  async function phrase(stream, begin) {
    const audio = new AudioContext();
    const analyser = audio.createAnalyser();
    audio.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(2048);
    let quiet = 0;
    const level = () => {
      analyser.getFloatTimeDomainData(samples);
      return Math.sqrt(samples.reduce((sum, one) => sum + one * one, 0) / samples.length);
    };
    const silence = () => { quiet = level() < 0.005 ? quiet + 1 : 0; return quiet > 30; };
    await until('sound', () => level() > 0.02);
    await until('silence', silence);
    begin();
    await until('sound', () => level() > 0.02);
    quiet = 0;
    await until('silence', silence);
    await audio.close();
  }

  // An answer's lines as SDKs split and judge them.
  async function ask(id, messages, tools = [], onText = () => {}) {
    const response = await fetch(`${api}/api/v1/session/${id}/llm/v2/`, {
      body: JSON.stringify({ messages, tools }), headers: { 'Content-Type': 'application/json' }, method: 'POST',
    });
    if (!response.ok) await parse(response);
    const reader = response.body.getReader();
    const decoder = new TextDecoder('utf-8');
    let [buffer, answer, lines] = ['', '', 0];
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      buffer += decoder.decode(part.value, { stream: true });
      for (let end = buffer.indexOf('\n'); end !== -1; end = buffer.indexOf('\n')) {
        const line = buffer.slice(0, end).trim();
        buffer = buffer.slice(end + 1);
        if (!line.startsWith('data: {')) throw new Error(`not a line: "${line}"`);
        const message = JSON.parse(line.slice(6).trim());
        if (message.status !== 'success') throw new Error(`not a success: ${line}`);
        lines++;
        if (message.type === 'message') {
          answer += message.content;
          onText(message.content.trim());
        }
      }
    }

    if (buffer.length > 0) throw new Error(`left over: "${buffer}"`);
    return { answer, lines };
  }

  const bytes = base64 => Uint8Array.from(atob(base64), c => c.charCodeAt(0));
  const base64 = data => btoa(Array.from(data, one => String.fromCharCode(one)).join(''));

  // 1.0, which sends the microphone, leaves the conversation to the server and speaks over the channel alone.
  async function first() {
    const [llms, styles, backgrounds, voices, prompts] = [
      await setting('settings/llm_type/'), await setting('settings/modelstyle/'), await setting('background_image/'),
      await setting('settings/tts_type/'), await setting('prompt/'),
    ];
    await setting('document/');
    const { session_id: id } = await create({
      llm_type: llms[0].name, tts_type: voices[0].name, model_style: styles[0].name, prompt: prompts[0].prompt_id,
      background_image: backgrounds[0].backgroundimage_id, padding_left: 0, padding_top: 0, padding_height: 1,
    });
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: false });
    const peer = await connect(id, { stream, codecs: all => all.filter(codec => codec.mimeType === 'video/VP8') });
    peer.send('hello', {});
    await until('the greeting', () => peer.texts('stf').join(' ') === prompts[0].intro_message);
    const history = peer.texts('stf').map(content => ({ content, role: 'AI' }));
    const before = history.length;
    peer.send('chat', { message: 'Who are you?', history });
    await peer.heard('stf', before + 1);
    const answer = peer.texts('stf')[before];
    peer.send('clear-buffer', {});
    peer.send('ttstf', { message: 'This is a test.' });
    await peer.said('This is a test.');
    const { audio } = await post(`session/${id}/tts/`, { text: 'One two three.', output_format: 'wav_24000' });
    const reference = await peer.upload(bytes(audio), 16384);
    peer.send('stf', { message: 'My own words', file_ref: reference, format: 'wav' });
    await peer.said('My own words');
    await phrase(stream, () => peer.send('record-start', {}));
    peer.send('record-end-stt', {});
    await peer.heard('stt', 1);
    peer.send('record-start', {});
    peer.send('record-end-translate', { src_lang: 'en', dst_lang: 'ko' });
    await until('the answer to translate', () => peer.of('translate-error').length > 0);
    peer.send('set-template', { model: styles[1].name });
    peer.send('renew-session', {});
    peer.send('change-size', { width: 640, height: 360 });
    await until('the new size', () => peer.video.videoWidth === 640 && peer.video.videoHeight === 360);
    const pinged = peer.pings() > 0;
    const durations = [...peer.of('stf'), ...peer.of('stf-start')].every(one => one.duration > 0);
    const starts = peer.of('stf-start').length > 0;
    peer.close();
    return { answer, heard: peer.texts('stt')[0], starts, durations, pinged, errors: peer.of('error').length, end: await ended(id) };
  }

  // 1.1 to 1.6, which keep the conversation themselves and speak each sentence of an answer as it comes.
  async function second() {
    await Promise.all(['llm_type', 'tts_type', 'stt_type', 'modelstyle/?platform_type=webrtc', 'mcp_type', 'text_normalization_config'].map(name =>
      setting(`settings/${name.includes('?') ? name : name + '/'}`)));
    const prompts = await setting('prompt/');
    const { session_id: id } = await create({
      capability: ['STF_WEBRTC', 'LLM', 'TTS', 'STT'], using_stf_webrtc: true, model_style: 'yuri-front_natural',
      prompt: prompts[0].prompt_id, llm_type: 'gpt-4o',
      tts_type: 'yuri', stt_type: 'default', mcp_servers: [], padding_left: 0, padding_top: 0, padding_height: 1,
    });
    const info = await read(`session/${id}/`);
    if (!info.capability.some(one => one.name === 'STF_WEBRTC')) throw new Error('no avatar');
    const peer = await connect(id, {});
    const messages = [{ role: 'user', content: 'Who are you?' }];
    const sentences = [];
    const one = await ask(id, messages, [], text => { sentences.push(text); peer.send('ttstf', { message: text }); });
    await until('every sentence being said', () => peer.texts('stf').join(' ') === sentences.join(' '));
    messages.push({ role: 'assistant', type: 'message', content: one.answer }, { role: 'user', content: 'What can you do?' });
    const two = await ask(id, messages);
    peer.send('clear-buffer', {});
    const wav = bytes((await post(`session/${id}/tts/`, { text: 'What can you do?' })).audio);
    const mp3 = bytes((await post(`session/${id}/tts/`, { text: 'What can you do?', locale: 'en', output_format: 'mp3' })).audio);
    const form = new FormData();
    form.append('audio', new File([wav], 'audio.wav', { type: 'audio/wav' }));
    form.append('language', 'en');
    const heard = (await fetch(`${api}/api/v1/session/${id}/stt/`, { method: 'POST', body: form }).then(parse)).text;
    const reference = await peer.upload(wav, 65536);
    peer.send('stf', { message: 'My own words', file_ref: reference, format: 'wav' });
    await peer.said('My own words');
    const event = await post(`session/${id}/event/create/`, { detail: JSON.stringify({ a: 1 }), event: 'SESSION_LOG' });
    peer.close();
    return {
      answer: one.answer, sentences: sentences.length, second: two.answer, heard, event: event.event,
      wav: String.fromCharCode(...wav.slice(0, 4)),
      mp3: String.fromCharCode(...mp3.slice(0, 3)) === 'ID3' || (mp3[0] === 0xff && (mp3[1] & 0xe0) === 0xe0),
      errors: peer.of('error').length, end: await ended(id),
    };
  }

  // The session's socket.
  async function socket(id) {
    const ws = new WebSocket(`${api.replace(/^http/, 'ws')}/api/v1/session/${encodeURIComponent(id)}/ws/`);
    const got = [];
    let closed = null;
    ws.onmessage = event => { got.push(JSON.parse(event.data)); channelLog.push(got.at(-1)); };
    ws.onclose = event => { closed = event.reason; };
    await until('session.ready', () => got.some(one => one.type === 'session.ready'));
    const of = (type, number) => got.filter(one => one.type === type && (number === undefined || one.id === number)).map(one => one.payload);
    return {
      of, ready: got[0].payload, closed: () => closed,
      send: (type, number, payload) => ws.send(JSON.stringify({ type, id: number, payload })),
      got: (type, number) => until(`${type} of ${number}`, () => of(type, number).length > 0),
    };
  }

  // 1.7 and 1.8, which stream their own speech over the channel and ask over a socket.
  async function third() {
    const prompts = await setting('prompt/');
    await setting('settings/stt_type/v2/');
    const { session_id: id } = await create({
      capability: ['STF_WEBRTC', 'LLM', 'TTS', 'STT'], model_style: 'yuri-front_natural',
      prompt: prompts[0].prompt_id, llm_type: 'gpt-4o', tts_type: 'yuri', stt_type: 'default-turns',
    });
    const [info] = await Promise.all([read(`session/${id}/`), read(`session/${id}/`)]);
    const peer = await connect(id, { codecs: all => all.filter(codec => /VP8|rtx|red|ulpfec/i.test(codec.mimeType)) });
    const ws = await socket(id);
    ws.send('llm.request', 'llm-1', { messages: [{ role: 'user', content: 'Who are you?' }] });
    await ws.got('llm.finish', 'llm-1');
    ws.send('tts.request', 'tts-1', { text: 'What can you do?', output_format: 'pcm_24000' });
    await ws.got('tts.finish', 'tts-1');
    const pcm = Uint8Array.from(ws.of('tts.chunk', 'tts-1').flatMap(chunk => [...bytes(chunk.audio_b64)]));

    const stream = async message => {
      peer.send('stf-streaming-start', { message });
      for (let at = 0; at < pcm.length; at += 4800) peer.send('stf-streaming-data', { data: base64(pcm.slice(at, at + 4800)) });
    };
    stream('My own words');
    peer.send('stf-streaming-end', {});
    await peer.said('My own words');
    stream('Never mind');
    peer.send('clear-buffer', {});
    peer.send('stf-streaming-end', {});
    peer.send('ttstf', { message: 'This is a test.' });
    await peer.said('This is a test.');
    peer.send('stf-streaming-nothing', {});
    await until('the refusal', () => peer.of('error').length > 0);

    const wav = bytes((await post(`session/${id}/tts/`, { text: 'What can you do?', output_format: 'wav' })).audio);
    ws.send('stt.request', 'stt-1', { audio_b64: base64(wav), mime: 'audio/wav', language: 'en' });
    await ws.got('stt.result', 'stt-1');
    const listen = async (family, number, end) => {
      ws.send(`${family}.start`, number, { language: 'en', audio_format: 'pcm_s16le', sample_rate: 24000, num_channels: 1 });
      await ws.got(`${family}.started`, number);
      const whole = new Uint8Array(24000 + pcm.length + 48000);
      whole.set(pcm, 24000);
      for (let at = 0; at < whole.length; at += 4800) ws.send(`${family}.audio_chunk`, number, { audio_b64: base64(whole.slice(at, at + 4800)) });
      ws.send(`${family}.stop`, number, {});
      await ws.got(`${family}.${end}`, number);
      return { utterances: ws.of(`${family}.utterance`, number), last: ws.of(`${family}.${end}`, number)[0] };
    };
    const older = await listen('stt', 'stt-2', 'result');
    const newer = await listen('realtime_stt', 'stt-3', 'finished');
    ws.send('realtime_stt.start', 'stt-4', { audio_format: 'pcm_s16le', sample_rate: 16000, num_channels: 1 });
    await ws.got('realtime_stt.started', 'stt-4');
    ws.send('cancel.request', 'cancel-1', { target_id: 'stt-4' });
    await ws.got('cancel.result', 'cancel-1');
    const rival = await socket(id);
    await until('the older socket giving way', () => ws.closed() !== null);
    await post(`session/${id}/event/create/`, { detail: '', event: 'SESSION_END' });
    await until('the end being told', () => rival.closed() !== null);
    return {
      streamable: info.tts_type.streamable, mode: info.stt_type.mode, turns: info.stt_type.end_of_turn_detection, ready: ws.ready,
      deltas: ws.of('llm.delta', 'llm-1').map(one => one.content).join(''),
      role: ws.of('llm.delta', 'llm-1')[0].role, finish: ws.of('llm.finish', 'llm-1')[0],
      seqs: ws.of('tts.chunk', 'tts-1').every((one, at) => one.seq === at), format: ws.of('tts.finish', 'tts-1')[0],
      said: peer.texts('stf'), refused: peer.of('error'), whole: ws.of('stt.result', 'stt-1')[0].text,
      older, newer, cancelled: ws.of('cancel.result', 'cancel-1')[0],
      displaced: ws.of('session.displaced').length, terminated: rival.of('session.terminated')[0], end: await ended(id),
    };
  }

  // Any generation without an avatar: the start is told, then every ten seconds that it goes on.
  async function faceless() {
    const [{ prompt_id: prompt }] = await setting('prompt/');
    const { session_id: id } = await create({ capability: ['LLM', 'TTS'], using_stf_webrtc: false, prompt, llm_type: 'gpt-35', tts_type: 'yuri' });
    const info = await read(`session/${id}/`);
    if (info.capability.some(one => one.name.startsWith('STF_'))) throw new Error('an avatar');
    const start = await post(`session/${id}/event/create/`, { detail: '', event: 'SESSION_START' });
    const during = await post(`session/${id}/event/create/`, { detail: '', event: 'SESSION_DURING' });
    const { answer } = await ask(id, [{ role: 'user', content: 'Who are you?' }]);
    const stop = await post(`session/${id}/event/create/`, { event: 'SESSION_END' });
    return { events: [start, during, stop].map(one => [one.event, one.terminate, one.terminate_reason]), answer, end: await ended(id) };
  }

  return { first, second, third, faceless };
})(new URLSearchParams(location.search).get('api'));
