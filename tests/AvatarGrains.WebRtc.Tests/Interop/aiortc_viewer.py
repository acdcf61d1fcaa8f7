"""A viewer on aiortc: prints its offer as one JSON line, reads the answer as one JSON line, receives, prints what it saw as one JSON line."""
import asyncio
import json
import sys

from aiortc import RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import AudioStreamTrack


async def main():
    seconds = float(sys.argv[1])
    connection = RTCPeerConnection()
    seen = {"frames": 0, "audio_samples": 0, "width": 0, "messages": [], "video_pts": [], "audio_gaps": 0}
    done = asyncio.Event()
    audio_end = None

    async def watch(track):
        nonlocal audio_end
        while not done.is_set():
            try:
                frame = await track.recv()
            except Exception as error:
                seen[track.kind + "_error"] = repr(error)
                return
            if track.kind == "video":
                seen["frames"] += 1
                seen["width"] = frame.width
                seen["video_pts"] = [seen["video_pts"][0] if seen["video_pts"] else frame.pts, frame.pts]
            else:
                seen["audio_samples"] += frame.samples
                seen["audio_gaps"] += audio_end is not None and frame.pts != audio_end
                audio_end = frame.pts + frame.samples

    @connection.on("track")
    def on_track(track):
        asyncio.ensure_future(watch(track))

    connection.addTransceiver("video", direction="recvonly")
    connection.addTrack(AudioStreamTrack())
    channel = connection.createDataChannel("events")

    @channel.on("open")
    def on_open():
        channel.send("hello")

    @channel.on("message")
    def on_message(message):
        seen["messages"].append(message if isinstance(message, str) else list(message))

    await connection.setLocalDescription(await connection.createOffer())
    print(json.dumps({"sdp": connection.localDescription.sdp}), flush=True)
    line = await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    await connection.setRemoteDescription(RTCSessionDescription(sdp=json.loads(line)["sdp"], type="answer"))
    # Until so much media has come, however long this machine takes to deliver it.
    while not (seen["video_pts"] and seen["video_pts"][1] - seen["video_pts"][0] >= seconds * 90_000 and seen["audio_samples"] >= seconds * 48_000):
        await asyncio.sleep(0.1)
    done.set()
    seen["state"] = connection.connectionState
    print(json.dumps(seen), flush=True)
    await connection.close()


asyncio.run(main())
