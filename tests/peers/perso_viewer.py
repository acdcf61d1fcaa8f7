"""A Perso client on aiortc: creates a session, connects, has texts spoken, and prints as JSON what it received.

Usage: perso_viewer.py SERVER SECONDS [TEXT ...]   (texts starting with '?' are questions, others are spoken as they are)

SECONDS are of media, counted by its timestamps, so that a busy machine takes longer and is not judged by it. What the server left out because it was
late itself is told apart by its own count.
"""

import asyncio
import json
import re
import sys
import time
import urllib.request

from aiortc import RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError


def call(server, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(server + path, data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as response:
        return json.load(response)


def counter(server, name):
    with urllib.request.urlopen(server + "/metrics", timeout=60) as response:
        return int(re.search(rf"^{name} (\d+)$", response.read().decode(), re.M).group(1))


async def receive(track, seen):
    try:
        while True:
            frame = await track.recv()
            seen.setdefault("first", time.monotonic())
            seen["frames"] = seen.get("frames", 0) + 1
            if track.kind == "audio":
                samples = frame.to_ndarray()
                seen["samples"] = seen.get("samples", 0) + frame.samples
                loud = abs(samples).max() > 500
                seen["loud"] = seen.get("loud", 0) + loud
                seen.setdefault("first_pts", frame.pts)
                if "pts" in seen and frame.pts - seen["pts"] > seen["size"]:
                    seen["gaps"] = seen.get("gaps", 0) + 1
                    # Silence need not be sent; sound that breaks off and goes on later is a hole.
                    if loud and seen["was_loud"]:
                        seen["hole_samples"] = seen.get("hole_samples", 0) + frame.pts - seen["pts"] - seen["size"]
                seen["pts"], seen["size"], seen["was_loud"] = frame.pts, frame.samples, loud
            else:
                seen["size"] = [frame.width, frame.height]
                seen.setdefault("first_pts", frame.pts)
                seen["pts"] = frame.pts
                picture = frame.to_ndarray(format="gray")
                if "picture" in seen and (abs(picture.astype(int) - seen["picture"]) > 24).sum() > 40:
                    seen["moving"] = seen.get("moving", 0) + 1
                seen["picture"] = picture.astype(int)
    except MediaStreamError:
        pass


async def main(server, seconds, texts):
    session = call(server, "/api/v1/session/", {
        "capability": ["LLM", "TTS", "STT", "STF_WEBRTC"], "model_style": "yuri-front_natural",
        "llm_type": "default", "tts_type": "yuri", "stt_type": "default"})
    session_id = session["session_id"]
    peer = RTCPeerConnection()
    peer.addTransceiver("audio", "recvonly")
    peer.addTransceiver("video", "recvonly")
    channel = peer.createDataChannel("message", protocol="message")
    audio, video, messages, opened, tasks = {}, {}, [], asyncio.Event(), []
    start = time.monotonic()

    @peer.on("track")
    def on_track(track):
        tasks.append(asyncio.ensure_future(receive(track, audio if track.kind == "audio" else video)))

    @channel.on("open")
    def on_open():
        opened.set()

    @channel.on("message")
    def on_message(message):
        messages.append([round(time.monotonic() - start, 3), json.loads(message)])

    await peer.setLocalDescription(await peer.createOffer())
    answer = call(server, f"/api/v1/session/{session_id}/exchange/", {"client_sdp": {"type": "offer", "sdp": peer.localDescription.sdp}})
    await peer.setRemoteDescription(RTCSessionDescription(answer["server_sdp"]["sdp"], "answer"))
    await asyncio.wait_for(opened.wait(), 60)
    channel.send(json.dumps({"type": "subscribe", "data": {}}))
    for text in texts:
        message = {"type": "chat", "data": {"message": text[1:]}} if text.startswith("?") else {"type": "ttstf", "data": {"message": text}}
        channel.send(json.dumps(message))
    patience = time.monotonic() + 3 * seconds + 120
    pings = 0

    def answered():
        return sum(m[1]["type"] == "ping" for m in messages)

    def done():
        phases = [m[1]["data"]["phase"] for m in messages if m[1]["type"] == "phase"]
        said = [m[1]["data"]["text"] for m in messages if m[1]["type"] == "caption"]
        return (video.get("pts", 0) - video.get("first_pts", 0) >= seconds * 90_000 and phases[-1:] == ["idle"] and answered() == pings
                and all(any(part in text.lstrip("?") for part in said) for text in texts))

    while not done() and time.monotonic() < patience:
        if answered() == pings:
            channel.send('{"type":"ping","data":{}}')
            pings += 1
        await asyncio.sleep(1)
    status = call(server, f"/api/v1/session/{session_id}/")["status"]
    await peer.close()
    after = call(server, f"/api/v1/session/{session_id}/")
    while after["status"] != "TERMINATED" and time.monotonic() < patience:
        await asyncio.sleep(0.2)
        after = call(server, f"/api/v1/session/{session_id}/")
    print(json.dumps({
        "connected_after": round(video.get("first", start) - start, 3),
        "video_frames": video.get("frames", 0), "size": video.get("size"),
        "video_clock": round((video.get("pts", 0) - video.get("first_pts", 0)) / 90000, 2), "moving": video.get("moving", 0),
        "audio_frames": audio.get("frames", 0), "audio_seconds": round(audio.get("samples", 0) / 48000, 2), "loud": int(audio.get("loud", 0)),
        "gaps": audio.get("gaps", 0), "hole_samples": int(audio.get("hole_samples", 0)),
        "audio_clock": round((audio.get("pts", 0) - audio.get("first_pts", 0)) / 48000, 2),
        "messages": [m for m in messages if m[1]["type"] != "ping"], "pings": pings, "pongs": answered(),
        "skipped_ticks": counter(server, "avatar_edge_skipped_ticks_total"), "underruns": counter(server, "avatar_edge_underruns_total"),
        "status": status, "after": [after["status"], after["termination_reason"]],
    }))


asyncio.run(main(sys.argv[1], float(sys.argv[2]), sys.argv[3:]))
