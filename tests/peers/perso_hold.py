"""A Perso client on aiortc that connects to a session, says so, and stays until it is killed.

Usage: perso_hold.py SERVER SESSION
"""

import asyncio
import json
import sys
import urllib.request

from aiortc import RTCPeerConnection, RTCSessionDescription


async def main(server, session):
    peer = RTCPeerConnection()
    peer.addTransceiver("audio", "recvonly")
    peer.addTransceiver("video", "recvonly")
    channel = peer.createDataChannel("message", protocol="message")
    opened = asyncio.Event()
    channel.on("open", opened.set)
    await peer.setLocalDescription(await peer.createOffer())
    body = json.dumps({"client_sdp": {"type": "offer", "sdp": peer.localDescription.sdp}}).encode()
    request = urllib.request.Request(f"{server}/api/v1/session/{session}/exchange/", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as response:
        answer = json.load(response)["server_sdp"]
    await peer.setRemoteDescription(RTCSessionDescription(answer["sdp"], "answer"))
    await asyncio.wait_for(opened.wait(), 60)
    channel.send('{"type":"ping","data":{}}')
    print("connected", flush=True)
    await asyncio.Event().wait()


asyncio.run(main(sys.argv[1], sys.argv[2]))
