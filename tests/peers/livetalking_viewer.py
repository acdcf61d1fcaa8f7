"""A LiveTalking client on aiortc: offers video first, has a text spoken, interrupts the next, and prints as JSON what it received.

Usage: livetalking_viewer.py SERVER
"""

import asyncio
import json
import sys
import urllib.request

from aiortc import RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError

LOUD = 500
PATIENCE = 60


def call(server, path, body):
    request = urllib.request.Request(server + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=PATIENCE) as response:
        return json.load(response)


async def post(server, path, body):
    return await asyncio.get_running_loop().run_in_executor(None, call, server, path, body)


class Heard:
    def __init__(self):
        self.audio = self.video = self.loud = 0
        self.last_loud = self.last = 0
        self.size = None
        self.changed = asyncio.Condition()

    async def receive(self, track):
        try:
            while True:
                frame = await track.recv()
                async with self.changed:
                    if track.kind == "audio":
                        self.audio += 1
                        self.last = frame.pts
                        if abs(frame.to_ndarray()).max() > LOUD:
                            self.loud += 1
                            self.last_loud = frame.pts
                    else:
                        self.video += 1
                        self.size = [frame.width, frame.height]
                    self.changed.notify_all()
        except MediaStreamError:
            pass

    async def until(self, wanted):
        async with self.changed:
            await asyncio.wait_for(self.changed.wait_for(wanted), PATIENCE)


async def main(server):
    peer, heard, tasks = RTCPeerConnection(), Heard(), []
    peer.addTransceiver("video", "recvonly")
    peer.addTransceiver("audio", "recvonly")

    @peer.on("track")
    def on_track(track):
        tasks.append(asyncio.ensure_future(heard.receive(track)))

    await peer.setLocalDescription(await peer.createOffer())
    answer = await post(server, "/offer", {"sdp": peer.localDescription.sdp, "type": "offer", "avatar": "wav2lip256_avatar1"})
    order = [line.split()[0][2:] for line in answer["sdp"].splitlines() if line.startswith("m=")]
    session = {"sessionid": answer["sessionid"]}
    await peer.setRemoteDescription(RTCSessionDescription(answer["sdp"], answer["type"]))
    await heard.until(lambda: heard.video > 10)
    said = await post(server, "/human", {**session, "type": "echo", "text": "Hello there, it is good to see you.", "interrupt": True})
    await heard.until(lambda: heard.loud > 25)
    spoken = heard.loud
    long = "This is a long story that goes on and on. " * 10
    await post(server, "/human", {**session, "type": "echo", "text": long, "interrupt": True})
    await heard.until(lambda: heard.loud > spoken + 50)
    speaking = await post(server, "/is_speaking", session)
    before = heard.last
    await post(server, "/interrupt_talk", session)
    # Two seconds of media after the answer; what was on its way when it was sent may still be heard.
    answered = heard.last
    frames = heard.video
    await heard.until(lambda: heard.video > frames + 50)
    silent = await post(server, "/is_speaking", session)
    rate = 48000
    result = {
        "order": order, "said": said, "audio": heard.audio, "video": heard.video, "size": heard.size, "loud": heard.loud,
        "speaking": speaking["data"], "speaking_after": silent["data"], "loud_after_ms": max(0, heard.last_loud - answered) * 1000 // rate,
        "interrupt_ms": (answered - before) * 1000 // rate,
    }
    await peer.close()
    for _ in range(100):
        ended = await post(server, "/is_speaking", session)
        if ended["code"] == -1:
            break
        await asyncio.sleep(0.1)
    result["ended"] = ended
    print(json.dumps(result))


asyncio.run(main(sys.argv[1].rstrip("/")))
