#!/usr/bin/python3
"""The media work of an avatar server on aiortc, the transport of LiveTalking, OpenAvatarChat and pipecat.

Each POST /offer gets its own 512x512 VP8 at 25 frames a second with a moving mouth and its own 48 kHz Opus. Pictures and sound are drawn once,
before the first client comes, so that only what the transport has to do for each stream is measured: encode, packetize, encrypt, send.
"""

import argparse
import asyncio
import fractions
import json
import time

import numpy
from aiortc import MediaStreamTrack, RTCPeerConnection, RTCSessionDescription
from av import AudioFrame, VideoFrame

SIZE = 512
FRAMES_PER_SECOND = 25
SAMPLE_RATE = 48000
PACKET_SAMPLES = 960
MOUTH_SHAPES = 12


def ellipse(x, y, cx, cy, rx, ry):
    return ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 <= 1


def draw_faces():
    """A head before a plain wall whose mouth opens and closes, as planar YUV 4:2:0."""
    y, x = numpy.mgrid[0:SIZE, 0:SIZE]
    faces = []
    for shape in range(MOUTH_SHAPES):
        opening = 4 + 22 * abs(numpy.sin(numpy.pi * shape / MOUTH_SHAPES))
        luma = (90 + x * 40 // SIZE).astype(numpy.uint8)
        u = numpy.full((SIZE, SIZE), 130, numpy.uint8)
        v = numpy.full((SIZE, SIZE), 126, numpy.uint8)
        for area, colour in (
            (ellipse(x, y, 256, 520, 210, 130), (70, 140, 110)),
            (ellipse(x, y, 256, 250, 130, 170), (180, 112, 150)),
            (ellipse(x, y, 256, 130, 140, 80), (40, 125, 135)),
            (ellipse(x, y, 205, 230, 22, 12), (235, 128, 128)),
            (ellipse(x, y, 307, 230, 22, 12), (235, 128, 128)),
            (ellipse(x, y, 205, 230, 9, 9), (30, 128, 128)),
            (ellipse(x, y, 307, 230, 9, 9), (30, 128, 128)),
            (ellipse(x, y, 256, 340, 52, opening), (60, 120, 170)),
        ):
            luma[area], u[area], v[area] = colour
        faces.append(numpy.concatenate([luma.reshape(-1), u[::2, ::2].reshape(-1), v[::2, ::2].reshape(-1)]).reshape(SIZE * 3 // 2, SIZE))
    return faces


def make_speech():
    """Four seconds of a voice-like buzz whose pitch and loudness change as in speech."""
    t = numpy.arange(SAMPLE_RATE * 4) / SAMPLE_RATE
    pitch = 2 * numpy.pi * numpy.cumsum(120 + 30 * numpy.sin(2 * numpy.pi * 0.7 * t)) / SAMPLE_RATE
    voice = sum(numpy.sin(pitch * n) / n for n in range(1, 20))
    loudness = numpy.clip(numpy.sin(2 * numpy.pi * 3 * t) + 0.5, 0, 1)
    noise = numpy.random.default_rng(1).normal(0, 0.05, t.size)
    return numpy.clip((voice * loudness * 0.2 + noise) * 12000, -32000, 32000).astype(numpy.int16)


FACES = draw_faces()
SPEECH = make_speech()


class PacedTrack(MediaStreamTrack):
    """A track whose n-th frame is due at start + n * interval."""

    def __init__(self, interval):
        super().__init__()
        self._interval = interval
        self._count = 0
        self._start = None

    async def _next(self):
        if self._start is None:
            self._start = time.monotonic()
        wait = self._start + self._count * self._interval - time.monotonic()
        if wait > 0:
            await asyncio.sleep(wait)
        self._count += 1
        return self._count - 1


class MouthTrack(PacedTrack):
    kind = "video"

    def __init__(self):
        super().__init__(1 / FRAMES_PER_SECOND)
        self._frames = [VideoFrame.from_ndarray(face, format="yuv420p") for face in FACES]

    async def recv(self):
        number = await self._next()
        frame = self._frames[number * 5 % MOUTH_SHAPES]
        frame.pts = number * 90000 // FRAMES_PER_SECOND
        frame.time_base = fractions.Fraction(1, 90000)
        return frame


class VoiceTrack(PacedTrack):
    kind = "audio"

    def __init__(self):
        super().__init__(PACKET_SAMPLES / SAMPLE_RATE)

    async def recv(self):
        number = await self._next()
        at = number * PACKET_SAMPLES % (SPEECH.size - PACKET_SAMPLES)
        stereo = numpy.repeat(SPEECH[at : at + PACKET_SAMPLES], 2).reshape(1, -1)
        frame = AudioFrame.from_ndarray(stereo, format="s16", layout="stereo")
        frame.sample_rate = SAMPLE_RATE
        frame.pts = number * PACKET_SAMPLES
        frame.time_base = fractions.Fraction(1, SAMPLE_RATE)
        return frame


CONNECTIONS = set()


async def answer(body):
    request = json.loads(body)
    connection = RTCPeerConnection()
    CONNECTIONS.add(connection)

    @connection.on("connectionstatechange")
    async def changed():
        if connection.connectionState in ("failed", "closed"):
            await connection.close()
            CONNECTIONS.discard(connection)

    connection.addTrack(VoiceTrack())
    connection.addTrack(MouthTrack())
    await connection.setRemoteDescription(RTCSessionDescription(request["sdp"], request["type"]))
    await connection.setLocalDescription(await connection.createAnswer())
    return {"sdp": connection.localDescription.sdp, "type": connection.localDescription.type, "sessionid": str(id(connection))}


async def serve(reader, writer):
    """One HTTP request, then the connection ends."""
    try:
        line = (await reader.readline()).decode().split()
        length = 0
        while (header := (await reader.readline()).decode().strip()) != "":
            name, _, value = header.partition(":")
            if name.lower() == "content-length":
                length = int(value)
        if len(line) > 1 and line[0] == "POST" and line[1] == "/offer":
            status, reply = "200 OK", json.dumps(await answer(await reader.readexactly(length)))
        else:
            status, reply = "404 Not Found", "{}"
        head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(reply)}\r\nConnection: close\r\n\r\n"
        writer.write((head + reply).encode())
        await writer.drain()
    finally:
        writer.close()


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    server = await asyncio.start_server(serve, "127.0.0.1", parser.parse_args().port)
    print(f"Ready http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    async with server:
        await server.serve_forever()


asyncio.run(main())
